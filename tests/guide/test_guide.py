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
SETS = ("one_file_per_service", "one_file")
APPS = ("bot-ws", "signal-engine", "risk-manager", "execution-service")


@pytest.fixture(scope="module", name="said")
def _said(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """What `diff --manifests` says of each set, in short and with -v."""
    said = {}
    for name in SETS:
        folder = reference(tmp_path_factory.mktemp(name))
        shutil.copytree(HERE / name, folder / "k8s")
        for option in ("-q", "-v"):
            done = cdb(folder, "diff", option, "--overlay", "docker-desktop", "--manifests", "k8s")
            assert done.status == 1, done.err
            said[name, option] = done.out
    return said


@pytest.fixture(scope="module", name="reports")
def _reports(said: dict[tuple[str, str], str]) -> dict[str, str]:
    """What is said of each set with -v."""
    return {name: said[name, "-v"] for name in SETS}


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
    ("S1", "one_file_per_service", "services.redis.healthcheck.test", 'manifest  ["CMD", "redis-cli", "-a", "", "ping"]'),
    ("S4", "one_file_per_service", "services.redis.healthcheck.test", '"redis-cli -a <REDIS_PASSWORD> ping | grep '),
    ("S4", "one_file", "services.redis.healthcheck.test", "| grep "),
    ("S3", "one_file_per_service", "services.redis.command", 'manifest  ["--appendonly"'),
    ("S3", "one_file", "services.redis.command", 'manifest  ["--appendonly"'),
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
    ("S10", "one_file_per_service", "services.signal_engine.environment.REDIS_PORT", "  tcp://<the address of Service 'redis'>:6379"),
    ("S10", "one_file", "services.execution_service.environment.POSTGRES_PORT", "manifest  tcp://<the address of Service 'postgres'>:5432"),
    ("S11", "one_file_per_service", "services.redis.volumes./data.source", "<no claim 'redis-pvc'>"),
    ("S11", "one_file_per_service", "services.signal_engine.volumes./data.source", "<no claim 'signal-pvc'>"),
    ("S15", "one_file_per_service", "services.postgres.healthcheck.test", "manifest  nothing"),
    ("S15", "one_file", "services.postgres.healthcheck.test", 'manifest  ["CMD", "sh", "-c", "pg_isready -U claire"]'),
    ("S16", "one_file", "services.postgres.environment.POSTGRES_USER", "Compose   cdb_user\n    manifest  claire"),
    ("S16", "one_file_per_service", 'services.postgres.volumes."/docker-entrypoint-initdb.d/01-schema.sql".source', "manifest  nothing"),
    ("S17", "one_file_per_service", "services.grafana.environment.GF_SECURITY_ADMIN_PASSWORD", "manifest  <key 'GRAFANA_PASSWORD' of "),
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


# error of the guide, set, what the report says without -v, on one line
SHORT = [
    ("S1", 0, r"warning: Deployment/redis: \S+\.readinessProbe\.exec\.command\[2\] uses '\$\(REDIS_PASSWORD\)', which is empty there"),
    (
        "S2",
        0,
        r"8 objects: fields that a run writes otherwise in each .* - spec\.template\.spec\.containers\.\*\.imagePullPolicy: IfNotPresent",
    ),
    (
        "S2",
        1,
        r"7 objects: fields that a run writes otherwise in each .* - spec\.template\.spec\.containers\.\*\.imagePullPolicy: IfNotPresent",
    ),
    ("S3", 0, r'\+ Deployment/redis \S+\.command: \["redis-server"\] \(entrypoint, '),
    ("S3", 1, r'\+ Deployment/redis \S+\.command: \["redis-server"\] \(entrypoint, '),
    ("S4", 0, r'services\.redis\.healthcheck\.test: differs .* expected \["CMD-SHELL", "redis-cli -a <REDIS_PASSWORD> ping \| grep'),
    ("S4", 1, r'~ Deployment/redis \S+\.livenessProbe\.exec\.command: \["/bin/sh", "-c", "redis-cli -a \$REDIS_PASSWORD ping \| gr'),
    ("S6", 0, r"services\.bot_ws\.depends_on\.redis\.condition: lost"),
    ("S6", 1, r"services\.bot_ws\.depends_on\.redis\.condition: lost"),
    ("S8", 0, r"services\.execution_service\.environment: \d+ values lost .*MEXC_API_KEY, .*POSTGRES_DB, "),
    ("S9", 0, r"error: Secret/claire-secrets: stringData\.DATABASE_URL names the host 'cdb_postgres', which does not resolve"),
    ("S9", 0, r"error: Deployment/execution-service: \S+ names the host 'cdb_postgres', which does not resolve"),
    ("S9", 1, r"error: ConfigMap/env: data\.DATABASE_URL names the host 'cdb_postgres', which does not resolve"),
    ("S10", 0, r"services\.\*\.environment\.REDIS_PORT: differs in bot_ws, .* manifest tcp://<the address of Service 'redis'>:6379"),
    ("S10", 1, r"services\.\*\.environment\.POSTGRES_PORT: differs in bot_ws, .* manifest tcp://<the address of Service 'postgres'>:5432"),
    ("S10", 0, r"- spec\.template\.spec\.enableServiceLinks: false"),
    ("S11", 0, r"error: Deployment/signal-engine: \S+ names PersistentVolumeClaim 'signal-pvc', which is not in the bundle"),
    ("S14", 0, r"- ConfigMap/postgres-env data\.PGDATA: /var/lib/postgresql/data/pgdata"),
    ("S15", 0, r"services\.postgres\.healthcheck: lost Compose test \["),
    ("S15", 1, r'services\.postgres\.healthcheck\.test: differs .* manifest \["CMD", "sh", "-c", "pg_isready -U claire"\]'),
    ("S17", 0, r"error: Deployment/grafana: \S+ names the key 'GRAFANA_PASSWORD', which Secret 'claire-secrets' does not have"),
    (
        "S18",
        0,
        r"warning: Deployment/postgres: \S+ mounts 'postgres-pvc', .* a rolling update starts the new pod before the old one has gone",
    ),
    ("S18", 0, r"~ Deployment/bot-ws spec\.replicas: 1 -> 2 \(scale, k8s/bot-ws\.yaml:7:3\)"),
    ("S18", 1, r"6 objects: fields that a run writes otherwise in each .* - spec\.strategy\.type: Recreate"),
    ("S20", 0, r"error: Service/grafana: spec\.ports\[0\]\.nodePort '3000' is not between 30000 and 32767 at k8s/grafana\.yaml:4\d:"),
    ("S20", 1, r"services\.grafana\.ports\.3000/tcp\.published: approximated .* manifest 30080 of each node"),
    ("S21", 0, r"warning: ConfigMap/prometheus-config: \S+ names the target 'http://signal-engine:8001/metrics', which ends Prometheus"),
    ("S21", 1, r"error: ConfigMap/prometheus-cm0: data\['prometheus\.yml'\] names the host 'cdb_signal', which does not resolve"),
    ("S23", 0, r"warning: Deployment/bot-ws and 3 more: the pod is not restricted: runAsNonRoot != true .* seccompProfile "),
    ("S23", 1, r"warning: Deployment/redis and 4 more: the pod is not restricted: allowPrivilegeEscalation != false "),
    ("S23", 0, r"services\.signal_engine\.read_only: lost"),
]


@pytest.mark.parametrize(("number", "place", "says"), SHORT)
def test_an_error_is_named_without_v_too(number: str, place: int, says: str, said: dict[tuple[str, str], str]) -> None:
    report = " ".join(said[SETS[place], "-q"].split())

    assert re.search(says, report), number


@pytest.mark.parametrize("name", SETS)
def test_without_v_a_service_that_nothing_runs_is_a_line_and_the_report_is_short(name: str, said: dict[tuple[str, str], str]) -> None:
    lines = said[name, "-q"].splitlines()

    found = [line for line in lines if "services.bot_rest" in line]
    assert len(found) == 1
    assert re.search(r"services\.bot_rest: nothing in the manifests runs the service \(\d+ values\)$", found[0])
    assert not any(line.endswith(": not needed") for line in lines)
    assert len(lines) < 450 < len(said[name, "-v"].splitlines())
    assert lines[0].startswith("error: ")
    assert "change-me" not in said[name, "-q"]


@pytest.mark.parametrize("name", SETS)
def test_an_image_latest_without_pull_policy_is_named(name: str, reports: dict[str, str]) -> None:
    for app in APPS:
        line = field(reports[name], app.replace("-", "_"), rf"- Deployment/{app} \S*containers\.{app}\.imagePullPolicy: ")
        assert "IfNotPresent  (pull_policy, k8s/" in line, "S2"


@pytest.mark.parametrize("name", SETS)
def test_a_command_in_place_of_the_entrypoint_is_named(name: str, reports: dict[str, str]) -> None:
    line = field(reports[name], "redis", r'\+ Deployment/redis \S+\.command: \["redis-server"\]')
    assert "(entrypoint, k8s/" in line, "S3"


@pytest.mark.parametrize("name", SETS)
def test_service_links_rollouts_and_the_restricted_profile_are_named(name: str, reports: dict[str, str]) -> None:
    for app in APPS:
        service = app.replace("-", "_")
        pod = rf"- Deployment/{app} spec\.template\.spec\."
        assert field(reports[name], service, rf"{pod}enableServiceLinks: false"), "S10"
        rollout = field(reports[name], service, rf"- Deployment/{app} spec\.strategy\.type: Recreate")
        assert "(deploy.update_config.order, " in rollout, "S18"
        assert field(reports[name], service, rf"{pod}securityContext\.seccompProfile\.type: RuntimeDefault"), "S23"
        assert field(reports[name], service, rf"{pod}containers\.{app}\.securityContext\.runAsNonRoot: true"), "S23"


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
        assert "manifest  <key 'POSTGRES_PASSWORD' of Secret 'env-secret'>  (k8s/claire.yaml:" in entry, entry
    assert not any("change-me" in report for report in reports.values())
