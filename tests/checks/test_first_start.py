"""What ends a program at its first start is said."""

from __future__ import annotations

from typing import Any

import pytest

from converter.checks import first_start
from converter.findings import Severity
from converter.manifests import Object


def database(script: str, name: str = "init.sql", env: list[dict[str, Any]] | None = None, *, folder: bool = False) -> list[Object]:
    """A Postgres that runs a script at its first start."""
    mount = {"name": "scripts", "mountPath": "/docker-entrypoint-initdb.d"}
    volume: dict[str, Any] = {"name": "files"}
    if folder:
        volume["items"] = [{"key": "key", "path": name}]
    else:
        mount |= {"mountPath": f"/docker-entrypoint-initdb.d/{name}", "subPath": name}
    variables = env if env is not None else [{"name": "POSTGRES_USER", "value": "app"}]
    secret = {"name": "POSTGRES_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    container = {"name": "db", "image": "postgres:17", "env": [*variables, secret], "volumeMounts": [mount]}
    pod = {"spec": {"containers": [container], "volumes": [{"name": "scripts", "configMap": volume}]}}
    config = {"kind": "ConfigMap", "metadata": {"name": "files"}, "data": {"key" if folder else name: script}}
    return [{"kind": "Deployment", "metadata": {"name": "db"}, "spec": {"template": pod}}, config]


@pytest.mark.parametrize(
    ("script", "role"),
    [
        ("GRANT ALL ON DATABASE shop TO claire;", "claire"),
        ('grant select on t\n  to app, "other" with grant option;', "other"),
        ("ALTER TABLE t OWNER TO admin;", "admin"),
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reporting;", "reporting"),
        ("CREATE ROLE a; GRANT a TO b;", "b"),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_a_role_that_nobody_makes_is_said(script: str, role: str, *, folder: bool) -> None:
    (finding,) = first_start.check(database(script, folder=folder))
    assert finding.severity is Severity.WARNING
    assert f"role '{role}'" in finding.message
    assert finding.hint == "name 'app' (POSTGRES_USER) there, or create the role"


@pytest.mark.parametrize(
    "script",
    [
        "GRANT ALL ON t TO app; GRANT USAGE ON SCHEMA s TO PUBLIC; GRANT pg_monitor TO current_user;",
        "CREATE USER claire WITH PASSWORD 'GRANT x TO y;'; GRANT ALL ON t TO claire;",
        "-- GRANT ALL ON t TO nobody;\n/* OWNER TO nobody; */ SELECT 'GRANT a TO b;';",
        "DO $$ BEGIN CREATE ROLE late; EXECUTE 'GRANT x TO y'; END $$; GRANT ALL ON t TO late;",
        "GRANT ALL ON t TO :user;",
    ],
)
def test_roles_that_are_there_are_fine(script: str) -> None:
    assert list(first_start.check(database(script))) == []


def test_a_role_that_a_shell_script_makes_of_a_variable_may_be_any() -> None:
    documents = database("GRANT ALL ON t TO claire;", folder=True)
    documents[1]["data"]["other"] = 'psql -c "CREATE USER $APP_USER"'
    documents[0]["spec"]["template"]["spec"]["volumes"][0]["configMap"]["items"].append({"key": "other", "path": "a.sh"})
    assert list(first_start.check(documents)) == []


@pytest.mark.parametrize(
    ("env", "number"), [([], 1), ([{"name": "POSTGRES_USER", "value": ""}], 1), ([{"name": "POSTGRES_USER", "valueFrom": {}}], 0)]
)
def test_the_user_is_postgres_unless_another_is_named(env: list[dict[str, Any]], number: int) -> None:
    found = list(first_start.check(database("GRANT ALL ON t TO claire; GRANT ALL ON t TO postgres;", env=env)))
    assert len(found) == number


def test_scripts_of_other_databases_are_not_read() -> None:
    documents = database("GRANT ALL ON t TO claire;")
    documents[0]["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}]
    assert list(first_start.check(documents)) == []


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"DB_PASSWORD": "x", "DB_PASSWORD_FILE": "/run/secrets/db"}, True),
        ({"DB_PASSWORD": None, "DB_PASSWORD_FILE": "/etc/db"}, True),
        ({"ADMIN": "x", "ADMIN_FILE": "/run/secrets/admin"}, True),
        ({"DB_PASSWORD": "", "DB_PASSWORD_FILE": "/run/secrets/db"}, False),
        ({"DB_PASSWORD_FILE": "/run/secrets/db"}, False),
        ({"LOG": "debug", "LOG_FILE": "/var/log/app.log"}, False),
    ],
)
def test_a_variable_and_the_file_for_it_exclude_each_other(env: dict[str, str | None], *, said: bool) -> None:
    variables = [{"name": name, "value": value} if value is not None else {"name": name, "valueFrom": {}} for name, value in env.items()]
    pod = {"spec": {"containers": [{"name": "db", "env": variables}]}}
    found = list(first_start.check([{"kind": "Deployment", "metadata": {"name": "db"}, "spec": {"template": pod}}]))
    assert bool(found) is said


def test_a_variable_of_a_config_map_counts() -> None:
    config = {"kind": "ConfigMap", "metadata": {"name": "env"}, "data": {"DB_PASSWORD_FILE": "/run/secrets/db"}}
    container = {"name": "db", "envFrom": [{"configMapRef": {"name": "env"}}], "env": [{"name": "DB_PASSWORD", "value": "x"}]}
    pod = {"kind": "Pod", "metadata": {"name": "db"}, "spec": {"containers": [container]}}
    (finding,) = first_start.check([pod, config])
    assert "'DB_PASSWORD' and 'DB_PASSWORD_FILE'" in finding.message
