"""Projects of several files: what docker compose makes of them is in the manifests, each value has its place in its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from converter import overlay, pipeline
from converter.errors import ConverterError
from converter.findings import parse_route
from converter.pipeline import Result
from tests.compose.stacks import loaded

FILES: Mapping[str, str] = {
    "compose.yaml": """name: shop
include:
  - path: sub/compose.yaml
    env_file: sub/.env
services:
  web:
    extends: {file: common/base.yaml, service: app}
    image: example/web:1
    ports: ["8080:80", "9090:90"]
    command: [serve, --slow]
    environment: {A: base, B: base, C: base}
    volumes: ["data:/data"]
    healthcheck: {test: [CMD, check]}
    depends_on: [cache]
    labels: {x: "1"}
  dev: {image: "example/dev:1", profiles: [dev], container_name: shop_app, ports: ["80:80"]}
  prod: {image: "example/prod:1", profiles: [prod], container_name: shop_app, ports: ["80:80"]}
volumes: {data: {}}
""",
    "common/base.yaml": """services:
  app:
    extends: {service: root}
    image: example/base:1
    env_file: app.env
    volumes: ["./conf/app.conf:/etc/app.conf:ro"]
    stop_grace_period: 20s
  root:
    image: example/root:1
    user: "1000:1000"
    restart: always
""",
    "common/app.env": "FROM_FILE=yes\n",
    "common/conf/app.conf": "cache = cache:6379\n",
    "sub/compose.yaml": """services:
  cache:
    image: redis:${REDIS_TAG}
    volumes: ["./redis.conf:/redis.conf:ro"]
    expose: ["6379"]
""",
    "sub/.env": "REDIS_TAG=7-alpine\n",
    "sub/redis.conf": "maxmemory 1mb\n",
    "override.yaml": """services:
  web:
    ports: !override ["8081:81"]
    command: !reset null
    environment:
      A: over
      B: !reset null
    labels: !reset null
    healthcheck: !override {disable: true}
    volumes: !reset []
""",
    "nulls.yaml": """services:
  web:
    ports: null
    environment:
    labels: ~
""",
    "no_command.yaml": """services:
  web: {command: null}
""",
}

Made = Callable[..., Result]


@pytest.fixture(scope="module")
def made(kompose: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Converts the project from some of its files."""

    def make(*files: str, profiles: tuple[str, ...] = ()) -> Result:
        project = loaded(tmp_path_factory.mktemp("layers"), FILES, files=files, profiles=profiles)
        return pipeline.run(project, overlay.build("default", {}, ()), kompose)

    return make


def container(result: Result, service: str) -> dict[str, Any]:
    """The container of a service."""
    return result.manifests.container(service)


def ports_of(result: Result, service: str) -> list[int]:
    """The container's ports."""
    return [port["containerPort"] for port in container(result, service).get("ports", ())]


def test_what_is_extended_and_included_is_there_with_its_files(made: Made) -> None:
    result = made("compose.yaml")
    web, cache = container(result, "web"), container(result, "cache")

    assert (web["image"], web["args"], cache["image"]) == ("example/web:1", ["serve", "--slow"], "redis:7-alpine")
    assert {one["name"]: one["value"] for one in web["env"]} == {"A": "base", "B": "base", "C": "base", "FROM_FILE": "yes"}
    assert web["securityContext"]["runAsUser"] == 1000
    assert data_of(result, "web-files") == {"app.conf": "cache = cache:6379\n"}
    assert data_of(result, "cache-files") == {"redis.conf": "maxmemory 1mb\n"}


def data_of(result: Result, name: str) -> dict[str, str]:
    """What a ConfigMap holds."""
    document = result.manifests.find("ConfigMap", name)
    assert document is not None
    data: dict[str, str] = document["data"]
    return data


@pytest.mark.parametrize(
    ("route", "place"),
    [
        ("services.web.image", "compose.yaml:8"),
        ("services.web.stop_grace_period", "common/base.yaml:7"),
        ("services.web.user", "common/base.yaml:10"),
        ("services.web.environment.FROM_FILE", "common/app.env:1"),
        ("services.cache.image", "sub/compose.yaml:3"),
    ],
)
def test_a_place_is_in_the_file_that_says_the_value(route: str, place: str, made: Made) -> None:
    result = made("compose.yaml")

    location, written = result.project.sources.locate(parse_route(route), result.project.model)

    assert written
    assert str(location).rpartition("tmp")[2].rpartition("layers")[2].partition("/")[2].startswith(place) or str(location).startswith(place)


def test_a_later_file_overrides_and_resets(made: Made) -> None:
    result = made("compose.yaml", "override.yaml")
    web = container(result, "web")

    assert {one["name"]: one["value"] for one in web["env"]} == {"A": "over", "C": "base", "FROM_FILE": "yes"}
    assert ports_of(result, "web") == [81]
    assert not {"args", "command", "readinessProbe", "volumeMounts"} & web.keys()
    assert "annotations" not in result.manifests.workload("web")["spec"]["template"]["metadata"]
    assert result.manifests.find("PersistentVolumeClaim", "data") is None


def test_a_null_of_a_later_file_takes_nothing_away(made: Made) -> None:
    result, before = made("compose.yaml", "nulls.yaml"), made("compose.yaml")

    assert container(result, "web") == container(before, "web")
    assert list(result.manifests) == list(before.manifests)


def test_a_null_takes_a_command_away_as_docker_compose_does(made: Made) -> None:
    assert "args" not in container(made("compose.yaml", "no_command.yaml"), "web")


@pytest.mark.parametrize(("profile", "other"), [("dev", "prod"), ("prod", "dev")])
def test_profiles_that_exclude_each_other(profile: str, other: str, made: Made) -> None:
    result = made("compose.yaml", profiles=(profile,))

    assert container(result, profile)["image"] == f"example/{profile}:1"
    assert result.project.inactive == (other,)
    assert not [one for one in result.manifests if one["metadata"]["name"] == other]


def test_no_profile_leaves_both_out_and_docker_compose_refuses_both_together(made: Made) -> None:
    assert made("compose.yaml").project.inactive == ("dev", "prod")
    with pytest.raises(ConverterError, match="several active services have the container name 'shop_app'"):
        made("compose.yaml", profiles=("dev", "prod"))


def test_a_reset_volume_that_nobody_uses_is_not_told_as_unused(made: Made) -> None:
    assert [finding.route for finding in made("compose.yaml", "override.yaml").findings if finding.rule == "unused"] == [
        ("volumes", "data")
    ]
    assert [finding.route for finding in made("compose.yaml").findings if finding.rule == "unused"] == []
