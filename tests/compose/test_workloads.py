"""Workloads: the kind, the pod, the user, and what is waited for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.compose import workloads
from converter.compose.cycles import component_of
from converter.compose.project import Settings
from converter.compose.waits import possible_waits
from tests.compose.made import made, of_model

DONE = {"depends_on": {"x": {"condition": "service_completed_successfully"}}}
CHECK = {"healthcheck": {"test": ["CMD", "true"]}}


@pytest.mark.parametrize(
    ("service", "others", "kind"),
    [
        pytest.param({}, {}, "Deployment", id="nothing written"),
        pytest.param({"restart": "always"}, {}, "Deployment", id="always"),
        pytest.param({"restart": "no"}, {}, "Job", id="no"),
        pytest.param({"restart": "on-failure:3"}, {}, "Job", id="on-failure"),
        pytest.param({"restart": "no", "expose": ["80"]}, {}, "Deployment", id="no, and it listens"),
        pytest.param({"restart": "no", "image": "redis"}, {}, "Deployment", id="no, and its image listens"),
        pytest.param(
            {"restart": "no"}, {"y": {"image": "i", "environment": {"X_HOST": "x"}}}, "Deployment", id="no, and another talks to it"
        ),
        pytest.param(
            {"restart": "no"},
            {"y": {"image": "i", "depends_on": {"x": {"condition": "service_started"}}}},
            "Job",
            id="no, and it is only awaited",
        ),
        pytest.param({"restart": "no", **CHECK}, {}, "Deployment", id="no, and it has a healthcheck"),
        pytest.param({"restart": "no", "healthcheck": {"test": ["NONE"]}}, {}, "Job", id="no, and its healthcheck is off"),
        pytest.param({"restart": "always"}, {"y": {"image": "i", **DONE}}, "Job", id="awaited as completed"),
        pytest.param({"restart": "always", "deploy": {"restart_policy": {"condition": "none"}}}, {}, "Job", id="deploy says none"),
        pytest.param({"restart": "no", "deploy": {"restart_policy": {"condition": "any"}}}, {}, "Deployment", id="deploy says any"),
        pytest.param({"deploy": {"mode": "global"}}, {}, "DaemonSet", id="global"),
        pytest.param({"deploy": {"mode": "replicated-job"}}, {}, "Job", id="replicated-job"),
    ],
)
def test_the_kind_of_a_service(service: dict[str, Any], others: dict[str, Any], kind: str) -> None:
    assert workloads.kind_of(of_model({"x": {"image": "i", **service}, **others}), "x") == kind


def test_another_command_in_the_image_of_another_service_does_not_listen_on_its_ports(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\nEXPOSE 8000\n", encoding="utf-8")
    app = {"image": "app", "build": {"context": "."}}
    once = {"image": "app", "restart": "no"}
    other = {"build": {"context": "."}, "restart": "no", "command": ["load"]}
    gate = {"image": "kong:3"}
    shared = {"gate": gate, "bootstrap": {**gate, "restart": "on-failure", "command": ["kong", "migrations", "bootstrap"]}}
    services = {"app": app, "same": once, "migrate": {**once, "command": ["migrate"]}, "load": other, **shared}
    project = of_model(services, directory=tmp_path)

    assert {key: workloads.kind_of(project, key) for key in project.services} == {
        "app": "Deployment",
        "same": "Deployment",
        "load": "Job",
        "gate": "Deployment",
        "bootstrap": "Job",
        "migrate": "Job",
    }


def test_the_overlay_has_the_last_word_on_the_kind() -> None:
    project = of_model({"a": {"image": "i", "restart": "no"}, "b": {"image": "i"}}, settings=Settings(jobs={"a": "deployment", "b": "job"}))
    assert [workloads.kind_of(project, key) for key in "ab"] == ["Deployment", "Job"]


def test_a_service_joins_the_pod_of_the_network_it_uses() -> None:
    project = of_model({
        "vpn": {"image": "i", "deploy": {"mode": "global"}},
        "app": {"image": "i", "network_mode": "service:vpn"},
        "side": {"image": "i", "network_mode": "service:app"},
        "one": {"image": "i", "network_mode": "service:two"},
        "two": {"image": "i", "network_mode": "service:one"},
        "host": {"image": "i", "network_mode": "host"},
    })  # fmt: skip
    found = {key: workloads.pod_of(project, key) for key in project.services}
    assert found == {"vpn": "vpn", "app": "vpn", "side": "vpn", "one": "two", "two": "one", "host": "host"}
    assert workloads.kind_of(project, "side") == "DaemonSet"


@pytest.mark.parametrize(
    ("service", "user"),
    [
        ({"image": "unknown"}, (None, None)),
        ({"image": "unknown", "user": "1000:1001"}, (1000, 1001)),
        ({"image": "unknown", "user": "1000"}, (1000, None)),
        ({"image": "unknown", "user": "app"}, (None, None)),
        ({"image": "unknown", "user": "root"}, (0, None)),
        ({"image": "unknown", "user": ":"}, (None, None)),
        ({"image": "postgres:15-alpine"}, (70, 70)),
        ({"image": "postgres:15-alpine", "user": ":"}, (70, 70)),
        ({"image": "postgres:15", "user": "postgres"}, (999, 999)),
        ({"image": "redis:7-alpine", "user": "999"}, (999, 1000)),
        ({"image": "grafana/grafana"}, (472, 0)),
        ({"image": "gitea/gitea"}, (None, None)),
    ],
)
def test_the_user_that_a_service_runs_as(service: dict[str, Any], user: tuple[int | None, int | None]) -> None:
    assert workloads.runs_as(of_model({"x": service}), "x") == user


def waits(services: dict[str, Any], service: str = "web") -> list[tuple[str, str, int | None]]:
    return [(wait.service, wait.condition, wait.port) for wait in workloads.waits(of_model(services), service)]


def on(condition: str = "service_started", **more: Any) -> dict[str, Any]:
    return {"image": "i", "depends_on": {"db": {"condition": condition}}, **more}


@pytest.mark.parametrize(
    ("web", "db", "expected"),
    [
        pytest.param(on(), {"expose": ["5432", "80"]}, [("db", "started", 80)], id="the first port listed"),
        pytest.param(on(environment={"A": "db:5432"}), {"expose": ["5432", "80"]}, [("db", "started", 5432)], id="the port that is used"),
        pytest.param(on("service_healthy"), {"image": "postgres", **CHECK}, [("db", "healthy", 5432)], id="the port of the image"),
        pytest.param(on(), {"image": "rabbitmq"}, [("db", "started", 5672)], id="the port of the image that shows that it is there"),
        pytest.param(on(), {}, [("db", "started", None)], id="without a port"),
        pytest.param(on("service_completed_successfully"), {}, [("db", "completed", None)], id="a job"),
        pytest.param(on(), {"deploy": {"mode": "replicated-job"}, "expose": ["1"]}, [], id="the port of a job"),
        pytest.param(on(), {"expose": ["53/udp"]}, [], id="UDP alone"),
        pytest.param(on(), {"deploy": {"replicas": 0}, "expose": ["1"]}, [], id="no replicas"),
        pytest.param(on(), {"scale": 0}, [], id="scaled to none"),
        pytest.param(on(network_mode="service:db"), {}, [], id="the same pod"),
        pytest.param(on(), {"environment": {"WEB_URL": "http://web"}, **CHECK}, [], id="one whose health needs the waiting one"),
        pytest.param(on(), {"environment": {"WEB_URL": "http://web"}}, [("db", "started", None)], id="one that names the waiting one"),
        pytest.param(on(), {"environment": {"CORS_URL": "http://web"}, **CHECK}, [("db", "started", None)], id="an origin"),
    ],
)
def test_what_a_service_waits_for(web: dict[str, Any], db: dict[str, Any], expected: list[tuple[str, str, int | None]]) -> None:
    assert waits({"web": web, "db": {"image": "i", **db}}) == expected


def test_a_circle_through_others_is_not_waited_for() -> None:
    services = {
        "web": on(),
        "db": {"image": "i", "environment": {"A": "mid:80"}, **CHECK},
        "mid": {"image": "i", "environment": {"A": "web:80"}, **CHECK},
    }
    assert waits(services) == []


def test_the_pod_of_a_joined_service_is_waited_for() -> None:
    services = {"web": on(), "db": {"image": "i", "network_mode": "service:vpn"}, "vpn": {"image": "i"}}
    assert waits(services) == [("vpn", "started", None)]


def test_an_optional_dependency_that_is_not_active_is_skipped(tmp_path: Path) -> None:
    project = made(
        tmp_path,
        "services:\n  web: {image: i, depends_on: {db: {condition: service_healthy, required: false}}}\n  db: {image: i, profiles: [x]}\n",
    )
    assert workloads.waits(project, "web") == ()


def test_a_service_that_uses_its_own_name_is_seen() -> None:
    project = of_model({
        "kafka": {"image": "i", "environment": {"ADVERTISED": "IN://kafka:9092"}},
        "es1": {"image": "i", "environment": {"seed.hosts": "es2"}, **CHECK},
        "es2": {"image": "i", "environment": {"seed.hosts": "es1"}, **CHECK},
    })  # fmt: skip
    assert [workloads.names_itself(project, key) for key in ("es1", "kafka")] == [False, True]
    assert [workloads.peers(project, key) for key in project.services] == [("es2",), ("es1",), ()]


def test_who_is_awaited_as_completed() -> None:
    project = of_model({"web": on("service_completed_successfully"), "db": {"image": "i"}})
    assert workloads.awaited_as_completed(project, "db")
    assert not workloads.awaited_as_completed(project, "web")


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)).map(
        lambda g: {n: g.get(n, []) for n in "abcdef"}
    )
)
def test_two_nodes_are_in_one_circle_if_each_leads_to_the_other(graph: dict[str, list[str]]) -> None:
    def reach(node: str) -> set[str]:
        seen, todo = {node}, [node]
        while todo:
            new = set(graph[todo.pop()]) - seen
            seen |= new
            todo += new
        return seen

    found = component_of(graph)
    for one in graph:
        for other in graph:
            assert (found[one] == found[other]) == (one in reach(other) and other in reach(one))


@pytest.mark.parametrize(("off", "waiting"), [((), "ab"), (("a",), "b"), (("*",), "")])
def test_what_the_overlay_lets_wait_for_nothing_does_not_wait(off: tuple[str, ...], waiting: str) -> None:
    asking = {"image": "i", "depends_on": {"x": {"condition": "service_healthy"}}}
    project = of_model({"a": asking, "b": asking, "x": {"image": "i", **CHECK}}, settings=Settings(unordered=off))
    assert [key for key in "ab" if workloads.waits(project, key)] == list(waiting)
    assert len(possible_waits(project, "a")) == 1
