"""Two sets of manifests, made by hand as the guide shows, held against the reference stack: each visible error of the guide is named.

`one_file_per_service` follows the guide to the letter; `one_file` is what kompose might have written, edited by hand: other labels and
container names, a StatefulSet, the environment through one ConfigMap and one Secret, named ports.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.command import cdb
from tests.cli.projects import reference

HERE = Path(__file__).parent
APPS = ("bot-ws", "signal-engine", "risk-manager", "execution-service")


@pytest.fixture(scope="module", name="reports")
def _reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `diff --manifests` says of each set."""
    said = {}
    for name in ("one_file_per_service", "one_file"):
        folder = reference(tmp_path_factory.mktemp(name))
        shutil.copytree(HERE / name, folder / "k8s")
        done = cdb(folder, "diff", "-v", "--overlay", "docker-desktop", "--manifests", "k8s")
        assert done.status == 1, done.err
        said[name] = done.out
    return said


def value(report: str, route: str) -> str:
    """The one entry of a Compose value, with its lines."""
    found = [entry for entry in re.split(r"\n(?! )", report) if re.match(rf"\S+  {re.escape(route)}: ", entry)]
    assert len(found) == 1, f"{route}: {len(found)} entries"
    assert re.match(r"(docker-compose\.yml|\.env(\.example)?):\d+:\d+  ", found[0]), found[0]
    return found[0]


def field(report: str, service: str, text: str) -> str:
    """The one line below the heading of a service about a field; `text` is a pattern."""
    heading = rf"(?m)^docker-compose\.yml:\S+  services\.{service}: fields that a run writes otherwise\n((?: .*\n)+)"
    found = re.search(heading, report)
    assert found, f"no fields of {service}"
    lines = [line for line in found[1].splitlines() if re.search(text, line)]
    assert len(lines) == 1, f"{service}, {text}: {lines}"
    return lines[0]


# error of the guide, set, Compose value, what its entry says
VALUES = [
    ("S1", "one_file_per_service", "services.redis.healthcheck.test", "manifest  ['CMD', 'redis-cli', '-a', '', 'ping']"),
    ("S4", "one_file_per_service", "services.redis.healthcheck.test", "'redis-cli -a <REDIS_PASSWORD> ping | grep "),
    ("S4", "one_file", "services.redis.healthcheck.test", "| grep "),
    ("S3", "one_file_per_service", "services.redis.command", "manifest  ['--appendonly'"),
    ("S3", "one_file", "services.redis.command", "manifest  ['--appendonly'"),
    *(
        (number, name, f"services.{service}.depends_on.{other}.condition", "manifest  nothing")
        for name in ("one_file_per_service", "one_file")
        for number, service, other in (
            ("S6", "bot_ws", "redis"),
            ("S6", "signal_engine", "redis"),
            ("S7", "signal_engine", "bot_ws"),
            ("S7", "risk_manager", "signal_engine"),
            ("S7", "execution_service", "postgres"),
            ("S7", "execution_service", "risk_manager"),
            ("S7", "grafana", "prometheus"),
        )
    ),
    ("S9", "one_file_per_service", "services.execution_service.environment.DATABASE_URL", "@postgres:5432/"),
    ("S9", "one_file", "services.execution_service.environment.DATABASE_URL", "manifest  <a value of its own>  (k8s/claire.yaml:"),
    ("S8", "one_file_per_service", "services.execution_service.environment.POSTGRES_DB", "manifest  nothing"),
    ("S8", "one_file_per_service", "services.execution_service.environment.MEXC_API_KEY", "manifest  nothing"),
    ("S10", "one_file_per_service", "services.signal_engine.environment.REDIS_PORT", "Compose   6379\n    manifest  nothing"),
    ("S10", "one_file", "services.execution_service.environment.POSTGRES_PORT", "Compose   5432\n    manifest  nothing"),
    ("S11", "one_file_per_service", "services.redis.volumes./data.source", "<no claim 'redis-pvc'>"),
    ("S11", "one_file_per_service", "services.signal_engine.volumes./data.source", "<no claim 'signal-pvc'>"),
    ("S15", "one_file_per_service", "services.postgres.healthcheck.test", "manifest  nothing"),
    ("S15", "one_file", "services.postgres.healthcheck.test", "manifest  ['CMD', 'sh', '-c', 'pg_isready -U claire']"),
    ("S16", "one_file", "services.postgres.environment.POSTGRES_USER", "Compose   cdb_user\n    manifest  claire"),
    ("S16", "one_file_per_service", 'services.postgres.volumes."/docker-entrypoint-initdb.d/01-schema.sql".source', "manifest  nothing"),
    ("S17", "one_file_per_service", "services.grafana.environment.GF_SECURITY_ADMIN_PASSWORD", "manifest  <a value of its own>"),
    ("S20", "one_file_per_service", "services.grafana.ports.3000/tcp.published", "manifest  3000 of each node"),
    ("S20", "one_file", "services.grafana.ports.3000/tcp.published", "manifest  30080 of each node"),
    ("S20", "one_file", "services.prometheus.ports.9090/tcp.published", "expected  30900 of each node\n    manifest  nothing"),
    ("S21", "one_file_per_service", 'services.prometheus.volumes."/etc/prometheus/prometheus.yml".source', "(k8s/prometheus.yaml:"),
    ("S21", "one_file", 'services.prometheus.volumes."/etc/prometheus/prometheus.yml".source', "(k8s/claire.yaml:"),
    ("S23", "one_file", "services.execution_service.user", "manifest  nothing"),
    ("S23", "one_file", "services.execution_service.security_opt.no-new-privileges:true", "manifest  nothing"),
    ("S23", "one_file", "services.execution_service.cap_drop.ALL", "manifest  nothing"),
    ("S23", "one_file_per_service", "services.signal_engine.tmpfs./tmp", "manifest  nothing"),
    ("S23", "one_file_per_service", "services.signal_engine.read_only", "manifest  nothing"),
]


@pytest.mark.parametrize(("number", "name", "route", "says"), VALUES)
def test_an_error_is_named_at_its_compose_value(number: str, name: str, route: str, says: str, reports: dict[str, str]) -> None:
    assert says in value(reports[name], route), number


SETS = ("one_file_per_service", "one_file")


@pytest.mark.parametrize("name", SETS)
def test_an_image_latest_without_pull_policy_is_named(name: str, reports: dict[str, str]) -> None:
    for app in APPS:
        line = field(reports[name], app.replace("-", "_"), rf"- Deployment/{app} \S*containers\.{app}\.imagePullPolicy: ")
        assert "IfNotPresent  (pull_policy, k8s/" in line, "S2"


@pytest.mark.parametrize("name", SETS)
def test_a_command_in_place_of_the_entrypoint_is_named(name: str, reports: dict[str, str]) -> None:
    line = field(reports[name], "redis", r"\+ Deployment/redis \S+\.command: \['redis-server'\]")
    assert "(entrypoint, k8s/" in line, "S3"


@pytest.mark.parametrize("name", SETS)
def test_service_links_rollouts_and_the_restricted_profile_are_named(name: str, reports: dict[str, str]) -> None:
    for app in APPS:
        service = app.replace("-", "_")
        pod = rf"- Deployment/{app} spec\.template\.spec\."
        assert field(reports[name], service, rf"{pod}enableServiceLinks: False"), "S10"
        rollout = field(reports[name], service, rf"- Deployment/{app} spec\.strategy\.type: Recreate")
        assert "(deploy.update_config.order, " in rollout, "S18"
        assert field(reports[name], service, rf"{pod}securityContext\.seccompProfile\.type: RuntimeDefault"), "S23"
        assert field(reports[name], service, rf"{pod}containers\.{app}\.securityContext\.runAsNonRoot: True"), "S23"


def test_two_replicas_and_two_databases_on_one_volume_are_named(reports: dict[str, str]) -> None:
    one, two = reports["one_file_per_service"], reports["one_file"]
    assert "1 -> 2  (scale, k8s/bot-ws.yaml:" in field(one, "bot_ws", r"~ Deployment/bot-ws spec\.replicas")
    assert "1 -> 2  (scale, k8s/claire.yaml:" in field(two, "execution_service", r"~ Deployment/execution-service spec\.replicas")
    assert "Recreate  (deploy.update_config.order, k8s/postgres.yaml:" in field(one, "postgres", r"- Deployment/postgres spec\.strategy")


def test_an_address_that_nobody_needs_is_named(reports: dict[str, str]) -> None:
    line = field(reports["one_file_per_service"], "execution_service", r"\+ .*\.env\.POSTGRES_HOST\.value: postgres")
    assert "(environment.POSTGRES_HOST, k8s/execution-service.yaml:" in line, "S9"
    line = field(reports["one_file_per_service"], "signal_engine", r"\+ .*\.env\.POSTGRES_HOST\.value: postgres")
    assert "(environment.POSTGRES_HOST, k8s/signal-engine.yaml:" in line, "S8"


@pytest.mark.parametrize("name", SETS)
def test_a_database_at_the_root_of_its_claim_is_named(name: str, reports: dict[str, str]) -> None:
    line = field(reports[name], "postgres", r"PGDATA")
    assert "/var/lib/postgresql/data/pgdata" in line, "S14"
    assert "(environment.PGDATA" in line, "S14"


def test_the_claim_of_a_statefulset_is_the_one_of_its_first_pod(reports: dict[str, str]) -> None:
    assert "manifest  postgres-data-postgres-0  (k8s/claire.yaml:" in value(
        reports["one_file"], "services.postgres.volumes./var/lib/postgresql/data.source"
    )
    assert "services.postgres.volumes./var/lib/postgresql/data.target: " not in reports["one_file"], "it is mounted there"


def test_a_secret_of_another_name_is_another_value_and_is_not_shown(reports: dict[str, str]) -> None:
    for service in ("postgres", "execution_service"):
        entry = value(reports["one_file"], f"services.{service}.environment.POSTGRES_PASSWORD")
        assert "manifest  <a value of its own>  (k8s/claire.yaml:" in entry, entry
    assert not any("change-me" in report for report in reports.values())
