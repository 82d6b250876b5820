"""References: who names whom, with which port, and where."""

from __future__ import annotations

from pathlib import Path

from converter.compose import names
from converter.compose.references import callers, uses
from tests.compose.made import made, of_model


def test_every_place_that_can_name_a_service_is_read(tmp_path: Path) -> None:
    project = made(
        tmp_path,
        """
        services:
          web:
            image: x
            environment: {A_URL: "http://env:81"}
            command: run --peer=command:82
            entrypoint: ["start", "-h", "entry"]
            healthcheck: {test: "nc -z check 83", interval: 1s}
            depends_on: [dependency]
            links: ["linked:alias"]
            volumes: ["./app.conf:/app.conf"]
            configs: [{source: conf, target: /conf}, bound]
          env: {image: x}
          command: {image: x}
          entry: {image: x}
          check: {image: x, expose: [83]}
          dependency: {image: x}
          linked: {image: x}
          file: {image: x}
          config: {image: x}
          bound: {image: x}
        configs: {conf: {content: "http://config:85"}, bound: {file: ./bound.conf}}
        """,
        {"app.conf": "server file:84;", "bound.conf": "bound:86"},
    )
    expected = {
        ("env", 81),
        ("command", 82),
        ("entry", None),
        ("check", 83),
        ("dependency", None),
        ("linked", None),
        ("file", 84),
        ("config", 85),
        ("bound", 86),
    }
    assert names.references(project)["web"] == expected
    assert callers(project)["file"] == {("web", 84)}


def test_a_port_beside_the_host_belongs_to_it() -> None:
    project = of_model({"db": {"image": "x"}, "web": {"image": "x", "environment": {"DB_HOST": "db", "DB_PORT": "5433"}}})
    assert names.references(project)["web"] == {("db", 5433)}


def test_who_is_awaited_as_completed_is_not_named_by_that() -> None:
    project = of_model(
        {"job": {"image": "x"}, "web": {"image": "x", "depends_on": {"job": {"condition": "service_completed_successfully"}}}}
    )
    assert names.references(project)["web"] == frozenset()


def test_an_env_file_for_all_says_nothing_of_who_needs_whom() -> None:
    shared = {"REDIS_HOST": "redis", "DB_HOST": "db"}
    project = of_model({key: {"image": "x", "environment": shared} for key in ("redis", "db", "web")})
    assert {(use.by, use.service) for use in uses(project) if use.needed} == set()
    members = "one:9093,two:9093"
    cluster = of_model({key: {"image": "x", "environment": {"VOTERS": members}} for key in ("one", "two")})
    assert {(use.by, use.service) for use in uses(cluster) if use.needed} == {(by, of) for by in ("one", "two") for of in ("one", "two")}


def test_members_that_a_range_of_numbers_names_are_named_each() -> None:
    node = {"image": "minio/minio", "command": ["server", "http://node{1...3}:9000/data{1...2}"]}
    project = of_model({"node1": node, "node2": node, "node3": node, "node4": {"image": "minio/minio"}})

    assert names.references(project)["node2"] == {("node1", 9000), ("node2", 9000), ("node3", 9000)}
