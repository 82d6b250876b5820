"""`explain`: where a Compose value went, and which line, rule or overlay a manifest field came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import Done, cdb, refused, write

COMPOSE = """\
name: shop
services:
  redis:
    image: redis:7-alpine
    restart: unless-stopped
    shm_size: 64m
    ulimits: {nofile: 1024}
    environment:
      REDIS_HOST: redis
      REDIS_PASSWORD: ${REDIS_PASSWORD}
    healthcheck:
      test: [CMD, redis-cli, ping]
      interval: 10s
    labels: {traefik.enable: "false"}
    logging: {driver: gelf}
  web:
    image: example/web:1
    restart: "no"
"""
BASE = """\
probes:
  liveness:
    services:
      - redis
"""
ONE = """\
extends: base
resources:
  services:
    redis: {memory: 512Mi}
patches:
  - target: {kind: Deployment, name: redis}
    why: it has little memory
    patch: [{op: add, path: /spec/revisionHistoryLimit, value: 2}]
  - target: {kind: Deployment, name: redis}
    why: it is slow
    patch: {spec: {progressDeadlineSeconds: 900}}
"""
PERIOD = "Deployment/redis spec.template.spec.containers.redis.readinessProbe.periodSeconds"
TWO = "extends: base\nenvironment: {config-maps: true}\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two overlays."""
    files = {"docker-compose.yml": COMPOSE, "overlays/base.yaml": BASE, "overlays/one.yaml": ONE, "overlays/two.yaml": TWO}
    return write(tmp_path_factory.mktemp("shop"), files)


def said(shop: Path, *words: str, overlay: str = "one") -> str:
    """What `explain` prints."""
    done: Done = cdb(shop, "explain", "-q", "--overlay", overlay, *words)
    assert (done.status, done.err) == (0, "")
    return done.out


def test_a_compose_value_is_told_with_its_line_its_verdict_and_where_it_went(shop: Path) -> None:
    assert re.sub(r"yaml:\d+:\d+\)", "yaml)", said(shop, "services.redis.healthcheck.interval")).splitlines() == [
        "services.redis.healthcheck.interval  kept  (docker-compose.yml:13:17)",
        "    Compose   10s",
        f"    in        {PERIOD}  (output/one/redis.yaml), by the rule probes as overlays/base.yaml:4:9 says",
    ]


def test_the_line_of_a_field_is_that_of_the_file_that_a_run_writes(shop: Path) -> None:
    place = said(shop, "Deployment/redis", "spec.template.spec.containers.redis.image").splitlines()[0].rpartition("(")[2].rstrip(")")
    cdb(shop, "run", "-q", "--overlay", "one", "--output", "written")

    _, number, column = place.rsplit(":", 2)
    line = (shop / "written/one/redis.yaml").read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert line[int(column) - 1 :].startswith(("redis:7-alpine", "image: redis:7-alpine"))


def test_a_key_stands_for_all_that_is_below_it(shop: Path) -> None:
    lines = said(shop, "services.redis.healthcheck")

    assert "services.redis.healthcheck.test  " in lines
    assert "services.redis.healthcheck.interval  " in lines


def test_a_service_may_stand_alone(shop: Path) -> None:
    assert said(shop, "redis.healthcheck") == said(shop, "services.redis.healthcheck")
    assert "did you mean 'services.redis.healthcheck'" in refused(shop, "explain", "-q", "redis.healthchek")


@pytest.mark.parametrize("place", ["docker-compose.yml:13", "./docker-compose.yml:13:17"])
def test_a_line_of_a_compose_file_is_what_stands_there(shop: Path, place: str) -> None:
    assert said(shop, place) == said(shop, "services.redis.healthcheck.interval")
    assert said(shop, "docker-compose.yml:11") == said(shop, "services.redis.healthcheck")
    assert said(shop, "docker-compose.yml:15", "--why-not") == said(shop, "services.redis.logging", "--why-not")


def test_a_line_of_a_manifest_is_the_field_there(shop: Path) -> None:
    first = said(shop, "Deployment/redis spec.template.spec.containers.redis.image")
    place = first.splitlines()[0].rpartition("(")[2].rstrip(")")

    assert said(shop, place) == first
    assert cdb(shop, "explain", "-q", place).out == first, "the other overlay has no such file"


def test_a_line_where_nothing_stands_gets_the_nearest(shop: Path) -> None:
    assert "the nearest is 'docker-compose.yml:18', services.web.restart" in refused(shop, "explain", "-q", "docker-compose.yml:99")
    assert "the Compose files are: docker-compose.yml" in refused(shop, "explain", "-q", "other.yml:1")


def test_values_stand_as_yaml_has_them_and_sizes_as_they_were_written(shop: Path) -> None:
    assert '    Compose   ["CMD", "redis-cli", "ping"]\n' in said(shop, "redis.healthcheck.test")
    assert "    Compose   64m\n" in said(shop, "redis.shm_size")
    assert "Deployment/redis spec.template.spec.enableServiceLinks: false  (" in said(
        shop, "Deployment/redis spec.template.spec.enableServiceLinks"
    )


def test_a_star_is_any_step(shop: Path) -> None:
    lines = said(shop, "services.*.restart")

    assert "services.redis.restart  translated" in lines
    assert "services.web.restart  " in lines
    assert said(shop, "*/redis spec.replicas").startswith("Deployment/redis spec.replicas: 1")


def test_a_step_with_a_dot_stands_in_quotes(shop: Path) -> None:
    assert said(shop, 'services.redis.labels."traefik.enable"').startswith('services.redis.labels."traefik.enable"  ')


@pytest.mark.parametrize("path", ["containers.0.env.0", "containers.redis.env.REDIS_PASSWORD", "containers.*.env.REDIS_PASSWORD"])
def test_a_field_goes_by_its_number_or_its_merge_key(shop: Path, path: str) -> None:
    lines = said(shop, f"Deployment/redis spec.template.spec.{path}")

    assert "env.REDIS_PASSWORD.valueFrom.secretKeyRef.key: REDIS_PASSWORD  (output/one/redis.yaml:" in lines
    assert "    written   by the rule secrets" in lines
    assert "    Compose   services.redis.environment.REDIS_PASSWORD  kept  (docker-compose.yml:10:" in lines


def test_a_field_that_a_setting_asked_for_names_the_line_of_the_overlay(shop: Path) -> None:
    limit = said(shop, "Deployment/redis spec.template.spec.containers.redis.resources.limits.memory")

    assert "written   by the rule resources as overlays/one.yaml:4:5 says" in limit
    assert "Compose   no value asks for it" in limit


def test_a_patch_is_told_by_its_own_line(shop: Path) -> None:
    assert "by the patch as overlays/one.yaml:6:5 says" in said(shop, "Deployment/redis spec.revisionHistoryLimit")
    assert "by the patch as overlays/one.yaml:9:5 says" in said(shop, "Deployment/redis spec.progressDeadlineSeconds")


def test_what_kompose_wrote_is_told(shop: Path) -> None:
    assert "written   by kompose" in said(shop, "Deployment/redis spec.template.spec.containers.redis.name")


def test_a_variable_from_a_config_map_is_found_where_it_would_stand(shop: Path) -> None:
    lines = said(shop, "Deployment/redis spec.template.spec.containers.redis.env.REDIS_HOST", overlay="two")

    assert "comes from another object" in lines
    assert "ConfigMap/redis-env data.REDIS_HOST  (output/two/redis.yaml:" in lines


def test_every_overlay_is_told_apart_unless_one_is_chosen(shop: Path) -> None:
    done = cdb(shop, "explain", "-q", "services.redis.image")

    assert [line for line in done.out.splitlines() if line.startswith("overlay")] == ["overlay one:", "overlay two:"]


def test_why_not_gives_the_reason_and_what_to_do(shop: Path) -> None:
    lost = said(shop, "--why-not", "services.redis.ulimits")

    assert "services.redis.ulimits.nofile  lost  (docker-compose.yml:7:23)" in lost
    assert "    why       the kubelet or the container runtime of each node sets it" in lost
    assert said(shop, "--why-not", "services.redis.shm_size").startswith("services.redis.shm_size: it is in the manifests (kept)")


def test_why_not_of_a_value_that_nobody_wrote(shop: Path) -> None:
    assert said(shop, "--why-not", "services.web.shm_size") == (
        "services.web.shm_size: the Compose file does not say it, so nothing in the manifests does\n"
    )


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("services.redis.helthcheck",), "services.redis.healthcheck"),
        (("services.rediss.image",), "services.redis.image"),
        (("service.redis.image",), "services.redis.image"),
        (("Deployment/redi spec.replicas",), "Deployment/redis spec.replicas"),
        (("Deploymnt/redis spec.replicas",), "Deployment/redis spec.replicas"),
        (("Deployment/redis spec.replica",), "Deployment/redis spec.replicas"),
        (("Deployment/redis spec.template.spec.containers.0.imge",), "Deployment/redis spec.template.spec.containers.redis.image"),
        (("--why-not", "services.web.shm_sise"), "services.web.shm_size"),
    ],
)
def test_a_wrong_path_gets_the_nearest_right_one(shop: Path, words: tuple[str, ...], near: str) -> None:
    assert f"did you mean '{near}'?" in refused(shop, "explain", "-q", "--overlay", "one", *words)


def test_a_path_that_is_like_nothing_gets_what_there_is(shop: Path) -> None:
    assert "there are: cap_drop, deploy, environment, " in refused(shop, "explain", "-q", "--overlay", "one", "services.redis.xyz")


def test_a_malformed_path_is_refused(shop: Path) -> None:
    assert "is not a route" in refused(shop, "explain", "-q", "services..image")


def test_no_value_of_a_secret_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"docker-compose.yml": COMPOSE.replace("${REDIS_PASSWORD}", "canary-7"), ".env": "REDIS_PASSWORD=canary-8\n"})

    for what in ("services", "*/*", "services.redis.environment"):
        done = cdb(tmp_path, "explain", "-q", "-v", what)
        assert (done.status, "canary" in done.out + done.err) == (0, False)


def test_a_user_that_an_image_has_is_told_with_its_source(shop: Path) -> None:
    told = said(shop, "Deployment/redis", "spec.template.spec.containers.0.securityContext.runAsUser")

    assert "why       image 'redis:7-alpine' makes it for its program: https://github.com/redis/" in told


@pytest.mark.parametrize(
    "question",
    ["deployment/redis spec.replicas", "deploy/redis spec.replicas", "DEPLOY/redis.spec.replicas", "Deployment/redis.spec.replicas"],
)
def test_an_object_may_be_named_as_kubectl_takes_it(shop: Path, question: str) -> None:
    assert said(shop, question) == said(shop, "Deployment/redis", "spec.replicas")


def test_an_element_may_be_named_as_messages_print_it(shop: Path) -> None:
    path = "spec.template.spec.containers"
    assert said(shop, "Deployment/redis", f"{path}[0].image") == said(shop, "Deployment/redis", f"{path}.redis.image")


def test_a_job_needs_no_hash(shop: Path) -> None:
    assert re.match(r"Job/web-[0-9a-f]{8} spec.backoffLimit: ", said(shop, "Job/web", "spec.backoffLimit"))


def test_a_service_that_no_profile_selects_is_called_so(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": COMPOSE + "  edge:\n    image: nginx:1.27\n    profiles: [edge]\n"})
    assert "no active profile selects service 'edge'" in refused(tmp_path, "explain", "-q", "services.edge.image")
