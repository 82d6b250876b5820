"""Images: the name that is run, and what is known about it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from converter.compose.build import workdir
from converter.compose.images import Facts, facts, facts_of, image_of, withdrawn
from converter.compose.images import _table as table
from converter.compose.project import Settings
from converter.compose.workloads import runs_as
from tests.compose.made import made, of_model

ENTRIES = sorted(table())


@pytest.mark.parametrize(
    ("service", "settings", "image"),
    [
        pytest.param({"image": "redis:7@sha256:0"}, Settings(), "redis:7@sha256:0", id="as it is"),
        pytest.param({"build": {"context": "."}}, Settings(), "shop-Web".lower(), id="of a build"),
        pytest.param({"build": {"context": "."}}, Settings(registry="r.io/team/"), "r.io/team/shop-web", id="of a build, in the registry"),
        pytest.param({"build": {"context": "."}, "image": "me/web:1"}, Settings(registry="r.io"), "r.io/me/web:1", id="built under a name"),
        pytest.param(
            {"build": {"context": "."}, "image": "ghcr.io/me/web"}, Settings(registry="r.io"), "ghcr.io/me/web", id="in a registry already"
        ),
        pytest.param({"image": "redis"}, Settings(registry="r.io"), "redis", id="of others, not in the registry"),
        pytest.param({"image": "redis"}, Settings(images={"Web": "valkey:8"}), "valkey:8", id="the overlay's"),
    ],
)
def test_the_image_of_a_service(service: dict[str, Any], settings: Settings, image: str) -> None:
    assert image_of(of_model({"Web": service}, settings=settings), "Web") == image


@pytest.mark.parametrize(
    ("image", "uid", "gid"),
    [
        ("postgres", 999, 999),
        ("postgres:15-alpine", 70, 70),
        ("docker.io/library/postgres:15-alpine3.20@sha256:0", 70, 70),
        ("redis:7", 999, 999),
        ("redis:7-alpine", 999, 1000),
        ("rabbitmq:3-management-alpine", 100, 101),
        ("grafana/grafana", 472, 0),
        ("prom/prometheus:latest", 65534, 65534),
        ("quay.io/prometheus/prometheus", 65534, 65534),
        ("influxdb:1.8-alpine", None, None),
        ("influxdb:2.7-alpine", 1000, 1000),
        ("influxdb:3-core", 1500, 1500),
        ("postgres:17.2-alpine3.21", 70, 70),
        ("bitnami/nginx:1", 1001, 0),
        ("lscr.io/linuxserver/sonarr:latest", None, None),
        ("gitea/gitea:1.22-rootless", 1000, 1000),
        ("influxdb:1.11", 1500, 1500),
        ("haproxy:2.3-alpine", None, None),
        ("haproxy:2.30", 99, 99),
        ("confluentinc/cp-kafka:5.5.1", None, None),
        ("confluentinc/cp-kafka:7.5.0", 1000, 1000),
        ("percona:5.7", 999, 999),
        ("qdrant/qdrant:v1.12.1-unprivileged", 1000, 1000),
    ],
)
def test_the_user_of_an_image_depends_on_its_tag(image: str, uid: int | None, gid: int | None) -> None:
    known = facts(image)
    assert known is not None
    assert (known.uid, known.gid) == (uid, gid)


@pytest.mark.parametrize("image", ["me/postgres", "localhost:5000/redis", "cdb_risk", "postgresql", ""])
def test_an_image_of_another_name_is_unknown(image: str) -> None:
    assert facts(image) is None


MOST_USED = (
    "adminer",
    "alpine",
    "busybox",
    "caddy",
    "cassandra",
    "chronograf",
    "clickhouse/clickhouse-server",
    "confluentinc/cp-kafka",
    "confluentinc/cp-zookeeper",
    "consul",
    "couchdb",
    "debian",
    "docker.elastic.co/elasticsearch/elasticsearch",
    "docker.elastic.co/kibana/kibana",
    "docker.elastic.co/logstash/logstash",
    "dpage/pgadmin4",
    "eclipse-mosquitto",
    "elasticsearch",
    "ghost",
    "gitea/gitea",
    "golang",
    "grafana/grafana",
    "grafana/loki",
    "haproxy",
    "httpd",
    "influxdb",
    "jaegertracing/all-in-one",
    "jenkins/jenkins",
    "kong",
    "mailhog/mailhog",
    "mariadb",
    "memcached",
    "minio/minio",
    "mongo",
    "mongo-express",
    "mysql",
    "nats",
    "neo4j",
    "nextcloud",
    "nginx",
    "node",
    "php",
    "phpmyadmin",
    "phpmyadmin/phpmyadmin",
    "portainer/portainer-ce",
    "postgis/postgis",
    "postgres",
    "prom/alertmanager",
    "prom/node-exporter",
    "prom/prometheus",
    "python",
    "quay.io/keycloak/keycloak",
    "rabbitmq",
    "redis",
    "registry",
    "solr",
    "sonarqube",
    "tomcat",
    "traefik",
    "ubuntu",
    "vault",
    "wordpress",
    "zookeeper",
)


@pytest.mark.parametrize("name", MOST_USED)
def test_the_images_that_projects_use_most_are_known(name: str) -> None:
    known = facts(name)

    assert known is not None
    assert known.default_user is not None or name in ("adminer", "kong")


@pytest.mark.parametrize("name", ["vault", "hashicorp/vault:1.15", "consul", "nextcloud", "metabase/metabase"])
def test_an_image_whose_entrypoint_fails_as_its_own_user_starts_as_root(name: str) -> None:
    known = facts(name)

    assert known is not None
    assert (known.uid, known.default_user) == (None, 0)


WITHOUT_A_FILE = {
    "alpine",
    "bitnami/*",
    "debian",
    "docker.redpanda.com/redpandadata/redpanda",
    "gitlab/gitlab-ce",
    "linuxserver/*",
    "mcr.microsoft.com/azure-sql-edge",
    "mcr.microsoft.com/mssql/server",
    "mongodb/mongodb-community-server",
    "openjdk",
    "ubuntu",
}


def test_the_source_of_an_entry_is_a_file_or_its_image_has_none_that_is_public() -> None:
    sources = {str(entry["source"]): name for name, entry in reversed(table().items())}

    assert {name for source, name in sources.items() if not re.match(r"https://github\.com/[^/]+/[^/]+/blob/", source)} == WITHOUT_A_FILE


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_makes_sense(name: str) -> None:
    known = facts(name)
    assert known is not None
    assert known.source.startswith("https://")
    assert all(0 < port < 65536 for port in (*known.ports, *known.udp_ports))
    assert all(path.startswith("/") for path in (*known.data, *known.writable, *known.shut))
    assert all(where == "" or where.startswith("/") for where in known.shut.values())
    assert not known.shut or (known.uid is not None and known.default_user == 0)
    assert all(re.fullmatch(r"[A-Z_]+", capability) for capability in (*known.capabilities, *known.file_capabilities))
    assert not known.needs_root or known.uid is None
    assert known.uid is None or known.uid > 0
    assert known.default_user in {None, 0, known.uid} or known.uid is None
    for tag in table()[name].get("tags", {}):
        assert facts(f"{name}:{tag}") is not None


def test_a_dockerfile_adds_to_what_is_known_of_its_base(tmp_path: Path) -> None:
    text = "FROM node:20\nRUN groupadd -g 1500 app && useradd -u 1500 -g app app\nWORKDIR /srv\nEXPOSE 8000 9000/udp\nUSER app\n"
    project = made(
        tmp_path, "services: {web: {build: web}, plain: {build: plain}}", {"web/Dockerfile": text, "plain/Dockerfile": "FROM node\n"}
    )
    web, plain = facts_of(project, "web"), facts_of(project, "plain")
    assert web is not None
    assert plain is not None
    assert (web.uid, web.gid, web.default_user, web.ports, web.user_names["node"]) == (1500, 1500, 1500, (8000,), 1000)
    assert (plain.uid, plain.default_user) == (None, 0)


def test_the_user_of_the_base_image_is_known_by_its_name(tmp_path: Path) -> None:
    project = made(tmp_path, "services: {web: {build: .}}", {"Dockerfile": "FROM node:20\nUSER node\n"})
    known = facts_of(project, "web")
    assert known is not None
    assert known.uid == 1000


@pytest.mark.parametrize(
    ("builder", "image", "same"),
    [
        pytest.param({"image": "shop/app"}, "shop/app", True, id="the name"),
        pytest.param({"image": "shop/app"}, "shop/app:latest", True, id="the name with its tag"),
        pytest.param({"image": "shop/app:1"}, "shop/app:2", False, id="another tag"),
        pytest.param({"image": "shop/app"}, "shop/app@sha256:0", False, id="what a registry has"),
        pytest.param({}, "shop-app", True, id="as docker compose names a build"),
        pytest.param({"image": "shop/app", "build": {"context": ".", "tags": ["shop/app:1"]}}, "shop/app:1", True, id="a further tag"),
    ],
)
def test_an_image_that_another_service_builds_has_its_facts(tmp_path: Path, builder: dict[str, Any], image: str, same: bool) -> None:  # noqa: FBT001 - a case
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\nWORKDIR /code\nRUN useradd -u 1700 app\nUSER app\nEXPOSE 8080\n", "utf-8")
    services = {"app": {"build": {"context": "."}, **builder}, "other": {"image": image}}
    project = of_model(services, tmp_path, Settings(registry="r.io"))

    assert (facts_of(project, "other") == facts_of(project, "app")) is same
    assert workdir(project, "other") == ("/code" if same else "")
    assert image_of(project, "other").startswith("r.io/") is same


def test_a_build_of_its_own_comes_before_that_of_another(tmp_path: Path) -> None:
    services = {
        "a": {"image": "app", "build": {"context": ".", "dockerfile_inline": "FROM x\nUSER 1"}},
        "b": {"image": "app", "build": {"context": ".", "dockerfile_inline": "FROM x\nUSER 2"}},
        "c": {"image": "app"},
    }
    project = of_model(services, tmp_path)

    assert [known.uid for key in "abc" if (known := facts_of(project, key))] == [1, 2, 1]


def test_a_build_without_a_dockerfile_is_unknown() -> None:
    known = facts_of(of_model({"web": {"build": {"context": "/elsewhere"}}}), "web")
    assert known is None or replace(known, source="") == Facts()


def test_the_mirror_of_an_image_keeps_the_facts_of_the_compose_file() -> None:
    project = of_model({"db": {"image": "postgres:16"}}, settings=Settings(images={"db": "mirror.example.com/pg:16"}))
    known = facts_of(project, "db")
    assert known is not None
    assert known.uid == 999


def test_an_image_that_its_owner_took_away_has_a_successor() -> None:
    assert withdrawn("docker.io/bitnami/redis-exporter:latest") == "oliver006/redis_exporter"
    assert "bitnamilegacy" in withdrawn("bitnami/unheard-of:1")
    assert withdrawn("redis:7") == withdrawn("bitnamilegacy/redis:7") == ""


@pytest.mark.parametrize(
    ("words", "uid"),
    [
        pytest.param({"command": ["nginx", "-g", "daemon off;"]}, 101, id="the program"),
        pytest.param({"command": ["sh", "-c", "nginx -t && nginx -g 'daemon off;'"]}, 101, id="a script that writes nowhere"),
        pytest.param({"command": ["sh", "-c", "echo ok > /tmp/etc/ok"]}, 101, id="a script that writes where anybody may"),
        pytest.param({"entrypoint": ["sh", "-euc", "cat <<EOF > /etc/nginx/nginx.conf\nx\nEOF\nnginx"]}, None, id="a file of the image"),
        pytest.param({"command": ["sh", "-c", "apk add curl && nginx"]}, None, id="a package"),
        pytest.param({"command": ["sh", "-c", "cp /x/a.conf /etc/nginx/conf.d/ && nginx"]}, None, id="a copy"),
    ],
)
def test_an_image_runs_as_root_where_its_command_does_what_only_root_may(words: dict[str, Any], uid: int | None) -> None:
    project = of_model({"web": {"image": "nginx:1.27", **words}, "graphs": {"image": "grafana/grafana", **words}})

    assert runs_as(project, "web")[0] == uid
    assert runs_as(project, "graphs")[0] == 472, "its own user runs the same script in Docker"
