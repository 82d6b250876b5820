#!/bin/bash
# Stand-in for the entrypoint of postgres:15-alpine, with its behaviour: X_FILE for X (both is an error); root makes the folders its own
# and steps down to uid 70; an empty PGDATA gets initdb, the database and /docker-entrypoint-initdb.d through a server that listens on
# the socket alone; a PGDATA that was begun is never begun again.
set -euo pipefail
shopt -s nullglob
note() { echo "[Entrypoint] $*"; }
from_file() {
  local file="$1_FILE"
  if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then note "error: both $1 and $file are set (but are exclusive)" >&2; exit 1; fi
  if [ -n "${!file:-}" ]; then export "$1"="$(< "${!file}")"; fi
}
folders() {
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || :
  mkdir -p /var/run/postgresql || :
  chmod 03775 /var/run/postgresql || :
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" \! -user postgres -exec chown postgres {} +
    find /var/run/postgresql \! -user postgres -exec chown postgres {} +
  fi
}
psql_on() { PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc -U "$POSTGRES_USER" "$@"; }
scripts() {
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) note "running $file"; if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) note "running $file"; psql_on -d "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) note "running $file"; gunzip -c "$file" | psql_on -d "$POSTGRES_DB" ;;
      *) note "ignoring $file" ;;
    esac
  done
}
begin() {
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then note "error: POSTGRES_PASSWORD is not set" >&2; exit 1; fi
  initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  if [ "$POSTGRES_DB" != postgres ]; then psql_on -d postgres -v db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'; fi
  scripts
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w stop
  note 'init process complete; ready for start up'
}
case ${1:-} in -*) set -- postgres "$@" ;; esac
if [ "${1:-}" = postgres ]; then
  folders
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"; fi
  for name in POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB; do from_file "$name"; done
  export POSTGRES_USER="${POSTGRES_USER:-postgres}"
  export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
  if [ -s "$PGDATA/PG_VERSION" ]; then note 'Database directory appears to contain a database; Skipping initialization'; else begin; fi
fi
exec "$@"
