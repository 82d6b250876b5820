#!/bin/sh
# Stand-in for the entrypoint of redis:7-alpine, with its behaviour: options become options of redis-server; root steps down to the user
# redis when the program is redis-server, and only then; any other program runs as it is.
set -e
case ${1:-} in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "${1:-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis {} +
  exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
fi
[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
