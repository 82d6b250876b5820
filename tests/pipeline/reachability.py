"""Who may talk to whom: read from the Compose model by Docker's rules, from the manifests by Kubernetes' rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.project import Project
from converter.pipeline import Result
from converter.rules.network_policies import NetworkPolicies
from tests.rules.test_reachability import WORLD

LOCAL = ("127.", "::1", "[::1]", "localhost")


def differences(result: Result) -> Iterator[str]:
    """Connections that Compose lets through and the policies do not, and those that only the policies let through."""
    if not any(isinstance(rule, NetworkPolicies) and rule.enabled for rule in result.overlay.rules):
        return
    project = result.project
    pods = _pods(result)
    ports = {(port, protocol) for name in pods for port, protocol in _ports(project, name)} | {(1, "TCP")}
    for one in (*pods, WORLD):
        for other in (*pods, WORLD):
            for port, protocol in sorted(ports) if one != other else ():
                compose = _by_compose(project, one, other, port, protocol)
                cluster = _by_policies(result, pods, one, other, port, protocol)
                if compose and not cluster:
                    yield f"shut: {one} -> {other} {port}/{protocol}"
                elif cluster and not compose and not _added(result, one, other, port):
                    yield f"open: {one} -> {other} {port}/{protocol}"


def _pods(result: Result) -> dict[str, Mapping[str, str]]:
    """Service -> labels of its pod; one in another's pod is no one of its own, one on the host's network knows no policy.

    The network of a container outside of the project is refused: nobody knows who is on it.
    """
    found = {}
    for name, service in result.project.services.items():
        mode = str(service.get("network_mode") or "")
        workload = result.manifests.workload(name)
        if not mode.startswith(("service:", "container:", "host")) and not workload["spec"]["template"]["spec"].get("hostNetwork"):
            found[name] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def _ports(project: Project, name: str) -> Iterator[tuple[int, str]]:
    for key, service in project.services.items():
        if key == name or service.get("network_mode") == f"service:{name}":
            for port in service.get("ports") or ():
                yield int(port["target"]), str(port.get("protocol") or "tcp").upper()


def _on(project: Project, name: str) -> set[str]:
    service = project.services[name]
    return set() if service.get("network_mode") else set(service.get("networks") or {"default"})


def _leaves(project: Project, name: str) -> bool:
    if project.services[name].get("network_mode") in ("bridge", "default"):
        return True
    told = project.model.get("networks") or {}
    return any(not (told.get(network) or {}).get("internal") for network in _on(project, name))


def _by_compose(project: Project, one: str, other: str, port: int, protocol: str) -> bool:
    """What Docker lets through: members of a network to each other, and whoever has a way out to what is published."""

    def published() -> bool:
        entries = project.services[other].get("ports") or ()
        return _leaves(project, other) and any(
            (int(entry["target"]), str(entry.get("protocol") or "tcp").upper()) == (port, protocol)
            and not str(entry.get("host_ip") or "").startswith(LOCAL)
            for entry in entries
        )

    if one == WORLD:
        return published()
    if other == WORLD:
        return _leaves(project, one)
    return bool(_on(project, one) & _on(project, other)) or (_leaves(project, one) and published())


def _by_policies(result: Result, pods: Mapping[str, Mapping[str, str]], one: str, other: str, port: int, protocol: str) -> bool:
    """What Kubernetes lets through: a connection needs the sender's egress and the receiver's ingress."""
    policies = [document["spec"] for document in result.manifests.of_kind("NetworkPolicy")]

    def open_for(direction: str, pod: str, peer: str) -> bool:
        if pod == WORLD:
            return True
        mine = [spec for spec in policies if direction in spec["policyTypes"] and _selects(spec["podSelector"], pods[pod])]
        side = "from" if direction == "Ingress" else "to"
        rules = (rule for spec in mine for rule in spec.get(direction.lower()) or ())
        return not mine or any(_matches(rule, side, pods.get(peer), port, protocol) for rule in rules)

    return open_for("Egress", one, other) and open_for("Ingress", other, one)


def _matches(rule: Mapping[str, Any], side: str, labels: Mapping[str, str] | None, port: int, protocol: str) -> bool:
    on_port = not rule.get("ports") or any(one["port"] == port and one["protocol"] == protocol for one in rule["ports"])
    peers = [peer for peer in rule.get(side) or () if "podSelector" in peer]
    return on_port and (not rule.get(side) or (labels is not None and any(_selects(peer["podSelector"], labels) for peer in peers)))


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    named = all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())
    return named and all(
        (labels.get(one["key"]) in one["values"]) == (one["operator"] == "In") for one in selector.get("matchExpressions") or ()
    )


def _added(result: Result, one: str, other: str, port: int) -> bool:
    """What is open by the page or the overlay: names, the API server, the port that a wait tries, a port that the overlay exposes."""
    if other == WORLD:
        return port in (53, 443, 6443)
    ordered = any(rule.name == "startup-order" for rule in result.overlay.rules)
    if one != WORLD and not ordered and other in (result.project.services[one].get("depends_on") or {}):
        return True
    waits = str(result.manifests.workload(one)["spec"]["template"]["spec"].get("initContainers")) if one != WORLD else ""
    if f" {port} " in waits and "wait-for-" in waits:
        return True
    exposed = [
        port_of["targetPort"]
        for service in result.manifests.of_kind("Service")
        if service["spec"].get("type") in ("NodePort", "LoadBalancer")
        and service["spec"].get("selector", {}).get("app") == result.project.name_of(other)
        for port_of in service["spec"]["ports"]
    ]
    return port in exposed and (one == WORLD or _leaves(result.project, one))
