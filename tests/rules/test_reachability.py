"""Who may talk to whom: read from the Compose model by Docker's rules, from the policies by Kubernetes' rules; both must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.compose.project import Project
from converter.compose.workloads import waits
from converter.manifests import Manifests, Object
from converter.rules.network_policies import NetworkPolicies
from converter.rules.rule import Target
from tests.rules.projects import project_of

PORTS = (80, 5432, 8000)
WORLD = "the world"
Matrix = frozenset[tuple[str, str, int]]
"""(who, whom, TCP port) for each connection that is let through; WORLD is whatever is outside the project."""

PROJECTS: Mapping[str, dict[str, Any]] = {
    "one network for all": {
        "services": {"web": {"ports": [{"target": 80, "published": "8080"}]}, "worker": {}, "database": {"expose": ["5432"]}},
    },
    "a front and a back": {
        "services": {
            "proxy": {"networks": {"front": None}, "ports": [{"target": 80, "published": "80"}]},
            "app_server": {"networks": {"front": None, "back": None}},
            "database": {"networks": {"back": None}, "ports": [{"target": 5432, "published": "5432"}]},
        },
        "networks": {"front": {}, "back": {"internal": True}},
    },
    "two islands": {
        "services": {"one": {"networks": {"north": None}}, "two": {"networks": {"south": None}, "ports": [{"target": 8000}]}},
        "networks": {"north": {}, "south": {}},
    },
    "cut off, and in another's pod": {
        "services": {
            "vpn": {"ports": [{"target": 80, "published": "80", "host_ip": "127.0.0.1"}]},
            "client": {"network_mode": "service:vpn"},
            "job": {"network_mode": "none"},
        },
    },
    "networks whose names differ by a sign": {
        "services": {"one": {"networks": {"a_b": None}}, "two": {"networks": {"a-b": None}}},
        "networks": {"a_b": {"internal": True}, "a-b": {"internal": True}},
    },
    "on three networks, two of them internal": {
        "services": {
            "hub": {"networks": {"one": None, "two": None, "three": None}, "ports": [{"target": 80}]},
            "first": {"networks": {"one": None}, "ports": [{"target": 80}]},
            "second": {"networks": {"two": None}},
            "third": {"networks": {"three": None}, "ports": [{"target": 8000, "host_ip": "::1"}, {"target": 80}]},
        },
        "networks": {"one": {"internal": True}, "two": {"internal": True}, "three": {}},
    },
    "a port of one container in another's pod": {
        "services": {"vpn": {"ports": [{"target": 8000}]}, "client": {"network_mode": "service:vpn", "expose": ["80"]}, "other": {}},
    },
    "nothing published on what has no network": {
        "services": {"shut": {"network_mode": "none", "expose": ["80"]}, "open": {"ports": [{"target": 80}]}},
    },
    "on docker's own bridge": {
        "services": {"apart": {"network_mode": "bridge", "ports": [{"target": 80}]}, "one": {}, "two": {"networks": {"back": None}}},
        "networks": {"back": {"internal": True}},
    },
    "on an external network": {
        "services": {"web": {"networks": {"proxy": None, "default": None}}, "app": {}, "other": {"networks": {"proxy": None}}},
        "networks": {"proxy": {"external": True}},
    },
}


@pytest.mark.parametrize("name", PROJECTS)
def test_the_policies_let_through_what_compose_lets_through(name: str) -> None:
    model = PROJECTS[name]

    assert by_policies(made(model), model) == by_compose(model)


def target_of(port: Any) -> int:
    """The container's port of an entry of `ports`."""
    number: int = port["target"]
    return number


SERVICE = st.fixed_dictionaries(
    {},
    optional={
        "networks": st.sets(st.sampled_from(["n1", "n2", "n3"]), min_size=1).map(lambda names: dict.fromkeys(sorted(names))),
        "ports": st.lists(
            st.fixed_dictionaries({"target": st.sampled_from(PORTS), "host_ip": st.sampled_from(["", "127.0.0.1", "::1", "10.0.0.1"])}),
            max_size=2,
            unique_by=target_of,
        ),
    },
)
ALONE = st.just({"network_mode": "none"})
MODEL = st.fixed_dictionaries(
    {
        "services": st.dictionaries(st.sampled_from("abcdef"), st.one_of(SERVICE, SERVICE, SERVICE, ALONE), min_size=1),
        "networks": st.fixed_dictionaries(
            {name: st.fixed_dictionaries({"internal": st.booleans()}) for name in ("n1", "n2", "n3", "default")}
        ),
    }
)


@settings(max_examples=150, deadline=None)
@given(model=MODEL)
def test_so_do_those_of_any_project(model: dict[str, Any]) -> None:
    assert by_policies(made(model), model) == by_compose(model)


@pytest.mark.parametrize("internal", [True, False])
def test_a_wait_opens_the_awaited_port_and_no_other(*, internal: bool) -> None:
    model: dict[str, Any] = {
        "services": {
            "app": {"networks": {"one": None}, "depends_on": {"database": {"condition": "service_healthy"}}},
            "database": {"networks": {"two": None}, "expose": ["5432"]},
        },
        "networks": {"one": {"internal": internal}, "two": {"internal": True}},
    }

    assert by_policies(made(model), model) - by_compose(model) == {("app", "database", 5432)}


@pytest.mark.parametrize("service", ["inside", "outside", "joined_to", "external", "bridged"])
def test_whoever_is_on_a_network_may_ask_for_names(service: str) -> None:
    for protocol in ("UDP", "TCP"):
        assert may_ask_for_names(made(OF_EVERY_KIND), service, protocol)


def test_who_has_no_network_may_not_even_ask_for_names() -> None:
    assert not may_ask_for_names(made(OF_EVERY_KIND), "shut", "UDP")


OF_EVERY_KIND: dict[str, Any] = {
    "services": {
        "inside": {"networks": {"back": None}},
        "outside": {},
        "joined_to": {"networks": {"back": None}},
        "joined": {"network_mode": "service:joined_to"},
        "external": {"networks": {"proxy": None}},
        "bridged": {"network_mode": "bridge"},
        "shut": {"network_mode": "none"},
    },
    "networks": {"back": {"internal": True}, "proxy": {"external": True}},
}


def may_ask_for_names(policies: list[Object], service: str, protocol: str) -> bool:
    """Whether a pod may send to port 53 of anyone: the cluster's DNS stands in another namespace."""
    mine = [one["spec"] for one in policies if "Egress" in one["spec"]["policyTypes"] and selects(one["spec"]["podSelector"], service)]
    rules = [rule for spec in mine for rule in spec.get("egress", ()) if not rule.get("to")]
    return not mine or any(not rule.get("ports") or {"protocol": protocol, "port": 53} in rule["ports"] for rule in rules)


def test_what_is_on_the_host_is_reached_on_all_its_ports_and_reaches_what_is_published() -> None:
    model: dict[str, Any] = {
        "services": {
            "agent": {"network_mode": "host", "expose": ["8000"]},
            "web": {"ports": [{"target": 80}]},
            "shut": {"networks": {"back": None}, "ports": [{"target": 80}]},
        },
        "networks": {"back": {"internal": True}},
    }

    found = by_policies(made(model), model)

    assert {("agent", "web", 80), (WORLD, "agent", 8000), ("web", "agent", 8000), ("agent", WORLD, 80)} <= found
    assert not [one for one in found if one[:2] in (("agent", "shut"), ("shut", "agent"), (WORLD, "shut"))]
    assert ("web", "agent", 80) not in found


def test_the_overlay_lets_the_other_members_of_an_external_network_in() -> None:
    model: dict[str, Any] = {"services": {"web": {"networks": {"proxy": None}}}, "networks": {"proxy": {"external": True}}}
    manifests = Manifests()
    rule = NetworkPolicies(enabled=True, external={"proxy": {"kubernetes.io/metadata.name": "traefik"}})

    assert list(rule.apply(manifests, project_of(model["services"], networks=model["networks"]), Target())) == []

    [spec] = [one["spec"] for one in manifests if one["metadata"]["name"] == "network-proxy"]
    others = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "traefik"}}}
    assert others in spec["ingress"][0]["from"]
    assert others in spec["egress"][0]["to"]


@pytest.mark.parametrize("port", [["5432"], []])
def test_who_has_no_network_asks_for_the_names_that_it_waits_for(port: list[str]) -> None:
    wanted = {"depends_on": {"database": {"condition": "service_healthy"}}}
    model: dict[str, Any] = {"services": {"shut": {"network_mode": "none", **wanted}, "database": {"expose": port}}}
    policies = made(model)

    assert may_ask_for_names(policies, "shut", "UDP")
    assert {one for one in by_policies(policies, model) if one[0] == "shut"} == ({("shut", "database", 5432)} if port else set())


WAITING = st.fixed_dictionaries(
    {},
    optional={
        "networks": st.sets(st.sampled_from(["n1", "n2", "n3"]), min_size=1).map(lambda names: dict.fromkeys(sorted(names))),
        "expose": st.just(["5432"]),
        "healthcheck": st.just({"test": ["CMD", "check"]}),
        "environment": st.dictionaries(st.just("PEER_HOST"), st.sampled_from("abcdef")),
        "depends_on": st.dictionaries(
            st.sampled_from("abcdef"),
            st.sampled_from([{"condition": f"service_{word}"} for word in ("healthy", "started", "completed_successfully")]),
            max_size=3,
        ),
    },
)


@settings(max_examples=150, deadline=None)
@given(services=st.dictionaries(st.sampled_from("abcdef"), WAITING, min_size=2), internal=st.booleans())
def test_no_wait_is_blocked_by_a_policy_and_none_waits_for_itself(services: dict[str, Any], internal: bool) -> None:  # noqa: FBT001 - hypothesis
    model = {"services": services, "networks": {name: {"internal": internal} for name in ("n1", "n2", "n3", "default")}}
    project, policies = project_of(services, networks=model["networks"]), made(model)
    awaited: dict[str, list[str]] = {}
    for key in services:
        for wait in waits(project, key):
            awaited.setdefault(key, []).append(wait.service)
            if wait.port is not None:
                assert open_for(policies, "Egress", key, wait.service, wait.port), wait
                assert open_for(policies, "Ingress", wait.service, key, wait.port), wait
            elif wait.condition == "completed":
                assert all(open_for(policies, "Egress", key, WORLD, port) for port in (443, 6443)), wait

    assert not [key for key in awaited if key in reached(awaited, key)]


def reached(awaited: Mapping[str, list[str]], start: str) -> set[str]:
    """Everyone that a service waits for, through others too."""
    found: set[str] = set()
    todo = list(awaited.get(start, ()))
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += awaited.get(one, ())
    return found


def made(model: dict[str, Any]) -> list[Object]:
    """The policies of a project."""
    project: Project = project_of(model["services"], networks=model.get("networks", {}))
    manifests = Manifests()
    list(NetworkPolicies(enabled=True).apply(manifests, project, Target()))
    return manifests.of_kind("NetworkPolicy")


def by_compose(model: dict[str, Any]) -> Matrix:
    """What Docker lets through: members of a network to each other, and whoever has a way out to what is published."""
    services, told = model["services"], model.get("networks", {})

    def on(name: str) -> set[str]:
        return set() if "network_mode" in services[name] else set(services[name].get("networks") or {"default"})

    def leaves(name: str) -> bool:
        if services[name].get("network_mode") in ("host", "bridge"):
            return True
        return any(not (told.get(network) or {}).get("internal") for network in on(name))

    def published(name: str, port: int) -> bool:
        local = ("127.0.0.1", "::1")
        return leaves(name) and any(
            one["target"] == port and one.get("host_ip", "") not in local for one in services[name].get("ports", ())
        )

    def through(one: str, other: str, port: int) -> bool:
        if one == WORLD:
            return published(other, port)
        if other == WORLD:
            return leaves(one)
        return bool(on(one) & on(other)) or (leaves(one) and published(other, port))

    return frozenset((one, other, port) for one, other in pairs(model) for port in PORTS if through(one, other, port))


def by_policies(policies: list[Object], model: dict[str, Any]) -> Matrix:
    """What Kubernetes lets through: a connection needs the sender's egress and the receiver's ingress."""

    def through(one: str, other: str, port: int) -> bool:
        return open_for(policies, "Egress", one, other, port) and open_for(policies, "Ingress", other, one, port)

    return frozenset((one, other, port) for one, other in pairs(model) for port in PORTS if through(one, other, port))


def open_for(policies: list[Object], direction: str, pod: str, peer: str, port: int) -> bool:
    """Whether the policies that select `pod` let it talk with `peer`: all of them together, any rule is enough; none selects: all may."""
    if pod == WORLD:
        return True
    mine = [one["spec"] for one in policies if direction in one["spec"]["policyTypes"] and selects(one["spec"]["podSelector"], pod)]
    key, side = direction.lower(), "from" if direction == "Ingress" else "to"
    return not mine or any(matches(rule, side, peer, port) for spec in mine for rule in spec.get(key, ()))


def matches(rule: Mapping[str, Any], side: str, peer: str, port: int) -> bool:
    """Whether one rule of a policy is about this peer and port."""
    on_port = not rule.get("ports") or any(one["port"] == port and one["protocol"] == "TCP" for one in rule["ports"])
    peers = [one["podSelector"] for one in rule.get(side, ()) if "podSelector" in one]
    return on_port and (not rule.get(side) or (peer != WORLD and any(selects(one, peer) for one in peers)))


def selects(selector: Mapping[str, Any], service: str) -> bool:
    """Whether a label selector selects the pods of a service."""
    app = service.replace("_", "-")
    named = all(app == value for value in selector.get("matchLabels", {}).values())
    return named and all((app in one["values"]) == (one["operator"] == "In") for one in selector.get("matchExpressions", ()))


def pairs(model: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Everyone with everyone else; a service in another's pod is no one of its own."""
    everyone = [name for name, one in model["services"].items() if not one.get("network_mode", "").startswith("service:")]
    for one in (*everyone, WORLD):
        yield from ((one, other) for other in (*everyone, WORLD) if one != other)
