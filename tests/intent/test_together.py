"""Values that several services, or the top level, decide together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from converter import ledger
from converter.compose.project import Target
from converter.findings import Entry, parse_route
from tests.intent.samples import documents, project, verdict

ONE_POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: vpn}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: vpn}, annotations: {team: net}}
    spec:
      terminationGracePeriodSeconds: 20
      containers:
        - {name: vpn, image: example/vpn:1}
        - {name: client, image: example/client:1}
---
apiVersion: v1
kind: Service
metadata: {name: way}
spec: {selector: {app: vpn}, ports: [{port: 1194, protocol: UDP}]}
"""

SERVICES: dict[str, dict[str, Any]] = {
    "vpn": {"image": "example/vpn:1", "stop_grace_period": "20s", "labels": {"team": "net"}, "expose": ["1194/udp"]},
    "client": {
        "image": "example/client:1",
        "network_mode": "service:vpn",
        "stop_grace_period": "5s",
        "labels": {"team": "app"},
        "deploy": {"replicas": 5},
        "depends_on": {"vpn": {"condition": "service_started", "required": True}},
    },
    "other": {
        "image": "example/other:1",
        "links": ["vpn:way", "vpn:the_way", "vpn:gone", "vpn"],
        "depends_on": {
            "vpn": {"condition": "service_started", "required": True},
            "job": {"condition": "service_started", "required": True},
            "none": {"condition": "service_started", "required": True},
        },
    },
    "job": {"image": "example/job:1", "restart": "no"},
    "none": {"image": "example/none:1", "deploy": {"replicas": 0}},
}


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("client.network_mode", "kept"),
        ("client.stop_grace_period", "approximated"),
        ("client.deploy.replicas", "approximated"),
        ("client.labels.team", "approximated"),
        ("client.depends_on.vpn.condition", "not needed"),
        ("client.image", "kept"),
        ("vpn.labels.team", "kept"),
        ('vpn.expose."1194/udp"', "kept"),
    ],
)
def test_two_services_in_one_pod(route: str, expected: str) -> None:
    assert found(f"services.{route}", ledger.entries(project(**SERVICES), documents(ONE_POD), Target())).verdict == expected


def found(route: str, entries: list[Entry]) -> Entry:
    """The entry of a value."""
    return next(entry for entry in entries if entry.route == parse_route(route) and entry.verdict != "added")


OTHER = (
    ONE_POD
    + "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: other}, spec: {template: {spec: {containers: [{name: other}]}}}}"
)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ('links."vpn:way"', "kept"),
        ('links."vpn:the_way"', "not needed"),
        ('links."vpn:gone"', "lost"),
        ("links.vpn", "not needed"),
        ("depends_on.job.condition", "approximated"),
        ("depends_on.none.condition", "not needed"),
        ("depends_on.vpn.condition", "approximated"),
    ],
)
def test_what_one_service_asks_of_others(route: str, expected: str) -> None:
    services = {**SERVICES, "vpn": {**SERVICES["vpn"], "expose": [], "ports": [{"target": 1194, "protocol": "udp"}]}}

    assert found(f"services.other.{route}", ledger.entries(project(**services), documents(OTHER), Target())).verdict == expected


def test_a_service_under_another_name_is_found_by_its_label_its_workload_or_its_image() -> None:
    template = "{metadata: {labels: {LABEL: x}}, spec: {containers: [C]}}"
    pod = f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: NAME}}, spec: {{template: {template}}}}}"
    service = {"image": "example/web:1", "tty": True}
    container = "{name: main, image: 'example/web:1', tty: true}"
    for name, label, inside in (
        ("other", "app: web, x", container),
        ("web", "x", container),
        ("other", "x", container),
        ("other", "app: web, x", f"{{name: proxy, image: envoy}}, {container}"),
    ):
        text = pod.replace("NAME", name).replace("LABEL", label).replace("C]", f"{inside}]")
        assert found("services.web.tty", ledger.entries(project(web=service), documents(text), Target())).verdict == "kept"


def test_the_containers_of_another_pod_are_not_those_of_the_service() -> None:
    text = "{apiVersion: v1, kind: Pod, metadata: {name: other}, spec: {containers: [{name: main, image: other}]}}"

    assert (
        found("services.web.tty", ledger.entries(project(web={"image": "x", "tty": True}), documents(text), Target())).why == ledger.NOBODY
    )


@pytest.mark.parametrize(
    ("route", "top", "expected"),
    [
        ("/networks.n.driver", {"networks": {"n": {"driver": "bridge"}}}, "not needed"),
        ("/networks.n.driver", {"networks": {"n": {"driver": "none"}}}, "approximated"),
        ("/networks.n.driver", {"networks": {"n": {"driver": "macvlan"}}}, "refused"),
        ("/networks.n.internal", {"networks": {"n": {"internal": False}}}, "not needed"),
        ("/volumes.v.driver", {"volumes": {"v": {"driver": "local"}}}, "not needed"),
        ("/volumes.v.driver", {"volumes": {"v": {"driver": "rexray"}}}, "lost"),
        ("/volumes.v.driver_opts.type", {"volumes": {"v": {"driver_opts": {"type": "none", "o": "bind"}}}}, "approximated"),
        ("/secrets.s.file", {"secrets": {"s": {"file": "./s"}}}, "not needed"),
        ("/secrets.s.driver", {"secrets": {"s": {"driver": "x"}}}, "refused"),
        ("/configs.c.template_driver", {"configs": {"c": {"template_driver": "golang"}}}, "lost"),
        ("/models.m.model", {"models": {"m": {"model": "x"}}}, "refused"),
        ("/name", {}, "not needed"),
    ],
)
def test_the_top_level(route: str, top: dict[str, Any], expected: str) -> None:
    assert verdict(route, {}, **top).verdict == expected


def test_what_stands_beside_services_for_people_is_not_looked_at() -> None:
    whole = project()
    noted = replace(whole, model={**whole.model, "x-common": {"a": "b"}})

    assert ledger.entries(noted, documents(), Target()) == ledger.entries(whole, documents(), Target())


@pytest.mark.parametrize(("label", "expected"), [("shop", "kept"), ("other", "differs")])
def test_the_projects_name_is_a_label(label: str, expected: str) -> None:
    more = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, labels: {{app.kubernetes.io/part-of: {label}}}}}"

    assert verdict("/name", {}, more=more).verdict == expected


AWAITING = {
    "job": {"image": "example/job:1"},
    "beside": {"image": "example/beside:1", "network_mode": "service:job"},
    "last": {
        "image": "example/last:1",
        "network_mode": "service:job",
        "depends_on": {
            "job": {"condition": "service_completed_successfully", "required": True},
            "beside": {"condition": "service_completed_successfully", "required": True},
        },
    },
}


@pytest.mark.parametrize(
    ("other", "verdict", "why"),
    [
        ("job", "refused", "service 'job' lends its network, which nobody can join after its end"),
        ("beside", "approximated", "service 'beside' runs in the same pod and starts with it: its end is not awaited"),
    ],
)
def test_the_end_of_a_container_of_the_same_pod_cannot_be_awaited(other: str, verdict: str, why: str) -> None:
    containers = ", ".join(f"{{name: {key}, image: 'example/{key}:1'}}" for key in AWAITING)
    job = f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: job}}, spec: {{template: {{spec: {{containers: [{containers}]}}}}}}}}"

    entry = found(f"services.last.depends_on.{other}.condition", ledger.entries(project(**AWAITING), documents(job), Target()))

    assert (entry.verdict, entry.why) == (verdict, why)
