"""Ports: the union of what is listed, used and known; each once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from converter.compose.ports import Port, container_ports, needs_service, too_many
from tests.compose.made import made, of_model


def numbers(services: dict[str, Any], service: str) -> list[tuple[int, str]]:
    return [(port.number, port.protocol) for port in container_ports(of_model(services), service)]


def test_ports_of_the_model_are_kept_whole_and_once(tmp_path: Path) -> None:
    project = made(
        tmp_path,
        """
        services:
          web:
            image: x
            ports:
              - "8080:80"
              - "127.0.0.1:81:80"
              - "0.0.0.0:53:53/udp"
              - {target: 9, name: metrics, app_protocol: http}
              - {target: 10, name: NO_NAME}
            expose: ["80", "3000-3002", "4000/udp"]
        """,
    )
    assert container_ports(project, "web") == (
        Port(9, "TCP", "metrics", app_protocol="http", listed=True),
        Port(10, "TCP", "tcp-10", listed=True),
        Port(53, "UDP", "udp-53", published="53", listed=True),
        Port(80, "TCP", "tcp-80", published="8080", listed=True, also_published=(("81", "127.0.0.1"),)),
        *(Port(number, "TCP", f"tcp-{number}", listed=True) for number in (3000, 3001, 3002)),
        Port(4000, "UDP", "udp-4000", listed=True),
    )


def test_names_of_ports_are_dropped_where_two_are_the_same() -> None:
    ports = [{"target": number, "protocol": "tcp", "name": "web"} for number in (80, 81)]
    assert [port.name for port in container_ports(of_model({"a": {"image": "x", "ports": ports}}), "a")] == ["tcp-80", "tcp-81"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"A": "db:7000"}, [(7000, "TCP")], id="the port it is named with"),
        pytest.param({"A": "amqp://db"}, [(5672, "TCP")], id="the scheme's"),
        pytest.param({"A": "postgres://u@db/x,db:99"}, [(99, "TCP"), (5432, "TCP")], id="both"),
        pytest.param({"DB_HOST": "db"}, [], id="none"),
    ],
)
def test_a_port_that_others_use_is_passed(value: dict[str, str], expected: list[tuple[int, str]]) -> None:
    assert numbers({"db": {"image": "unknown"}, "web": {"image": "x", "environment": value}}, "db") == expected


def test_the_ports_of_the_image_stand_in_where_nobody_says_one() -> None:
    used = {"image": "x", "depends_on": {"mq": {"condition": "service_started"}}}
    assert numbers({"mq": {"image": "mailhog/mailhog"}, "web": used}, "mq") == [(1025, "TCP"), (8025, "TCP")]
    assert numbers({"mq": {"image": "mailhog/mailhog"}, "web": {"image": "x", "environment": {"A": "mq:1025"}}}, "mq") == [(1025, "TCP")]
    assert numbers({"mq": {"image": "mailhog/mailhog", "expose": ["1"]}}, "mq") == [(1, "TCP")]
    assert numbers({"mq": {"image": "nginx"}}, "mq") == [(80, "TCP")]


def test_the_ports_between_the_nodes_of_a_cluster_belong_to_its_image() -> None:
    after = {"mq1": {"condition": "service_started"}}
    nodes = {"mq1": {"image": "rabbitmq:4"}, "mq2": {"image": "rabbitmq:4", "environment": {"JOIN": "rabbit@mq1"}, "depends_on": after}}
    assert {(4369, "TCP"), (5672, "TCP"), (25672, "TCP")} <= set(numbers(nodes, "mq1"))
    assert {(2888, "TCP"), (3888, "TCP")} <= set(numbers({"zoo": {"image": "zookeeper"}}, "zoo"))
    assert (5555, "TCP") in numbers({"node": {"image": "selenium/node-chrome"}}, "node")
    assert (9125, "UDP") in numbers({"statsd": {"image": "prom/statsd-exporter"}}, "statsd")


def test_a_port_known_as_udp_is_not_made_tcp_by_a_reference() -> None:
    assert numbers({"dns": {"image": "x", "expose": ["53/udp"]}, "web": {"image": "x", "environment": {"A": "dns:53"}}}, "dns") == [
        (53, "UDP")
    ]


def test_what_a_broker_calls_itself_is_passed_once_others_call_it() -> None:
    kafka = {"image": "x", "environment": {"LISTENERS": "IN://kafka:29092"}}
    assert numbers({"kafka": kafka}, "kafka") == []
    assert numbers({"kafka": kafka, "web": {"image": "x", "environment": {"A": "kafka:9092"}}}, "kafka") == [(9092, "TCP"), (29092, "TCP")]


def test_a_service_needs_a_service_if_it_lists_a_port_has_an_alias_or_is_named() -> None:
    project = of_model({
        "listed": {"image": "x", "expose": ["1"]},
        "alias": {"image": "x", "networks": {"default": {"aliases": ["other"]}}},
        "named": {"image": "x"},
        "alone": {"image": "redis", "environment": {"A_HOST": "named"}},
    })  # fmt: skip
    assert {key: needs_service(project, key) for key in project.services} == {"listed": True, "alias": True, "named": True, "alone": False}


def test_a_word_that_may_be_a_host_is_enough_for_a_service() -> None:
    project = of_model({
        "admin": {"image": "x"},
        "shop": {"image": "x"},
        "front": {"image": "x", "environment": {"ROUTES": "admin", "POSTGRES_DB": "shop", "SELF": "front"}},
    })  # fmt: skip
    assert {key: needs_service(project, key) for key in project.services} == {"admin": True, "front": False, "shop": False}
    assert not needs_service(project, "admin", perhaps=False)


def test_more_than_fifty_ports_are_too_many() -> None:
    project = of_model({"a": {"image": "x", "expose": ["3000-3050"]}, "b": {"image": "x", "expose": ["3000-3049"]}})
    assert too_many(project, "a")
    assert not too_many(project, "b")
    assert len(container_ports(project, "a")) == 51
