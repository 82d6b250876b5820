"""Whole projects of other shapes than the example: keys that equal container names, with aliases; layered files with Docker secrets.

Each folder beside this module is a project. They hold what a user's own stack holds; what is asserted is read from the manifests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from converter import overlay, pipeline
from converter.compose.load import Inputs, load
from converter.findings import Severity
from converter.pipeline import Result

HERE = Path(__file__).parent


def made(folder: str, kompose: Path, *files: str) -> Result:
    """What the whole pipeline makes of a project."""
    with chdir(HERE / folder):
        settings = overlay.load(Path("overlay.yaml")) if Path("overlay.yaml").exists() else overlay.build("default", {}, ())
        return pipeline.run(load(Inputs(files=files), secret_names=settings.secret_names), settings, kompose)


@pytest.fixture(scope="module")
def bot(kompose: Path) -> Result:
    """The stack whose keys are its container names."""
    return made("keys_that_are_container_names", kompose, "compose.yml")


@pytest.fixture(scope="module")
def layered(kompose: Path) -> Result:
    """The project of two files and two secrets."""
    return made("layered_files_with_secrets", kompose, "base.yml", "prod.yml")


def values(result: Result, service: str) -> Mapping[str, str]:
    """The plain variables of a service."""
    return {one["name"]: one["value"] for one in result.manifests.container(service).get("env", ()) if "value" in one}


def ports_of(result: Result) -> Mapping[str, list[int]]:
    """Service -> its ports."""
    return {one["metadata"]["name"]: [port["port"] for port in one["spec"].get("ports", ())] for one in result.manifests.of_kind("Service")}


def errors(result: Result) -> Iterator[str]:
    """Everything that was said as an error."""
    yield from (finding.message for finding in result.findings if finding.severity is Severity.ERROR)


def text_of(result: Result, config_map: str, key: str) -> str:
    """A key of a ConfigMap."""
    found = result.manifests.find("ConfigMap", config_map)
    assert found is not None
    text: str = found["data"][key]
    return text


def test_keys_that_are_container_names_convert_without_an_error(bot: Result) -> None:
    assert list(errors(bot)) == []


def test_services_have_the_names_of_the_overlay_and_their_aliases_where_these_can_be_names(bot: Result) -> None:
    assert ports_of(bot) == {
        "redis": [6379],
        "postgres": [5432],
        "cdb-prometheus": [9090],
        "cdb-ws": [8000],
        "signal-engine": [8001],
        "risk-manager": [8002],
        "execution-service": [8003],
        "execution": [8003],
    }


@pytest.mark.parametrize("service", ["cdb_ws", "cdb_core", "cdb_risk", "cdb_execution"])
def test_programs_find_their_servers_by_the_names_in_the_cluster(service: str, bot: Result) -> None:
    found = values(bot, service)

    assert (found["REDIS_HOST"], found["POSTGRES_HOST"]) == ("redis", "postgres")


def test_a_url_is_composed_of_the_secret_and_the_name_in_the_cluster(bot: Result) -> None:
    assert values(bot, "cdb_execution")["DATABASE_URL"] == "postgresql://cdb_user:$(POSTGRES_PASSWORD)@postgres:5432/claire_de_binare"


def test_prometheus_scrapes_the_services_under_their_names_and_keeps_its_labels(bot: Result) -> None:
    text = text_of(bot, "cdb-prometheus-files", "prometheus.yml")

    assert [line.strip() for line in text.splitlines()[1:]] == [
        "- job_name: execution_service",
        'static_configs: [{targets: ["execution-service:8003"], labels: {service: execution_service}}]',
        "- job_name: signal_engine",
        'static_configs: [{targets: ["signal-engine:8001"]}]',
        "- job_name: risk_manager",
        "static_configs:",
        "- targets:",
        "- risk-manager:8002",
    ]


def test_each_rewriting_is_an_entry_with_old_new_file_and_line(bot: Result) -> None:
    said = {entry.route: entry.why for entry in bot.entries if entry.verdict == "translated"}
    environment = ("services", "cdb_core", "environment", "REDIS_HOST")
    place = bot.project.sources.locate(environment, bot.project.model)[0]

    assert said[environment] == "'cdb_redis' is 'redis' in the cluster"
    assert (place.file, place.line) == (".env.example", 5)
    assert said["services", "cdb_prometheus", "volumes", "/etc/prometheus/prometheus.yml", "source"] == (
        "'execution_service' is 'execution-service' in the cluster (prometheus.yml:3), "
        "'signal_engine' is 'signal-engine' in the cluster (prometheus.yml:5), "
        "'risk_manager' is 'risk-manager' in the cluster (prometheus.yml:9)"
    )


def test_layered_files_convert_without_an_error(layered: Result) -> None:
    assert list(errors(layered)) == []
    assert "canary" not in repr((list(layered.manifests), layered.findings, layered.entries))


def test_the_later_file_wins_and_what_it_does_not_say_stays(layered: Result) -> None:
    api = layered.manifests.container("api")

    assert api["image"] == "registry.example.com/api:2"
    assert values(layered, "api") == {"DB_HOST": "main-db", "DB_PASSWORD_FILE": "/run/secrets/db_password", "LOG_LEVEL": "warning"}
    assert {"/cache", "/uploads", "/etc/api/settings.ini"} < {mount["mountPath"] for mount in api["volumeMounts"]}
    assert ports_of(layered) == {"api": [8000], "main-db": [5432]}
    assert "debug" not in layered.manifests.services()


def test_secrets_are_files_of_the_one_secret_and_programs_read_them_as_before(layered: Result) -> None:
    spec: Mapping[str, Any] = layered.manifests.workload("api")["spec"]["template"]["spec"]
    mounts = {one["mountPath"]: one["name"] for one in layered.manifests.container("api")["volumeMounts"]}
    secrets = [one["secret"]["secretName"] for one in spec["volumes"] if "secret" in one]

    assert {path for path in mounts if path.startswith("/run/secrets")} == {"/run/secrets/db_password", "/run/secrets/api_token"}
    assert set(secrets) == {"layered-secrets"}
    assert layered.manifests.container("api")["args"] == [
        "sh",
        "-c",
        "export TOKEN=$$(cat /run/secrets/api_token); exec serve --db main-db:5432",
    ]
    assert layered.manifests.container("main_db")["readinessProbe"]["exec"]["command"][2].startswith(
        "PGPASSWORD=$$(cat /run/secrets/db_password) pg_isready"
    )


def test_a_mounted_file_names_the_database_by_its_name_in_the_cluster(layered: Result) -> None:
    assert text_of(layered, "api-files", "settings.ini") == "[database]\nhost = main-db\nname = main_db\n"
