"""The rule `network-policies`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from converter.compose.names import kubernetes_name
from converter.compose.networks import Network, is_isolated, may_leave, networks, waits_outside
from converter.compose.project import Project
from converter.compose.workloads import pod_of, waits
from converter.findings import Finding, Severity
from converter.manifests import Manifests
from converter.rules.rule import Target
from converter.rules.writing.asked import absent
from converter.rules.writing.fields import upsert
from converter.rules.writing.open_ports import open_ports
from converter.rules.writing.selectors import all_pods_but, pod_named, pods_named

_DNS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
_API_SERVER = [{"protocol": "TCP", "port": 443}, {"protocol": "TCP", "port": 6443}]


@dataclass(frozen=True)
class NetworkPolicies:
    """Let those talk who may talk in Compose, and nobody else.

    Why:
        In Compose two containers reach each other if they are on one network, on any port; one on an `internal` network reaches nothing
        else. In a cluster everyone reaches everyone until a policy selects the pod. So: nothing by default, names for all, the members of
        a network among themselves, the way out for those with a network that is not internal (the wall is at the target), and the
        published and exposed ports from anywhere. `network_mode: none` reaches nothing. The kubelet's probes always come through.
        Needs a network plugin that enforces policies; without one they do nothing.

    Settings:
        enabled: true writes the policies.
        external: network with `external: true` -> labels of the namespaces whose pods may come in by it; its other members are not here.

    Example:
        networks: {back: {internal: true}}   ->  NetworkPolicy network-back: pods of its members, from and to each other
        ports: ["80:80"]                     ->  NetworkPolicy published-web: port 80 from anywhere
    """

    name: ClassVar[str] = "network-policies"
    enabled: bool = False
    external: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write the NetworkPolicies."""
        del target
        if not self.enabled:
            return
        pods = sorted(key for key in project.services if pod_of(project, key) == key)
        waiting = {pod_of(project, key) for key in project.services if waits(project, key)}  # they must find whom they wait for
        shut = [project.name_of(key) for key in pods if is_isolated(project, key) and key not in waiting]
        _policy(manifests, "default-deny", {}, ingress=[], egress=[])
        if len(shut) < len(pods):
            _policy(manifests, "names", all_pods_but(shut), egress=[{"ports": _DNS}])
        known = networks(project)
        for network in known:
            self._network(manifests, network)
        if free := [project.name_of(key) for key in pods if may_leave(project, key)]:
            _policy(manifests, "way-out", pods_named(free), egress=[{}])
        for key, ports in open_ports(manifests, project).items():
            rule = {"ports": [{"protocol": protocol, "port": number} for number, protocol in ports]}
            _policy(manifests, f"published-{project.name_of(key)}", pod_named(project.name_of(key)), service=key, ingress=[rule])
        _let_waits_through(manifests, project)
        outside = {network.key for network in known if network.external}
        yield from absent(self.name, "external", self.external, outside, "external network")
        for name in sorted(outside - set(self.external)):
            message = f"network '{name}' is external: its members outside this project cannot reach the services on it"
            hint = f"'network-policies: {{external: {{{name}: {{kubernetes.io/metadata.name: NAMESPACE}}}}}}' lets those of a namespace in"
            yield Finding(self.name, Severity.WARNING, message, ("networks", name), hint=hint)

    def _network(self, manifests: Manifests, network: Network) -> None:
        """The policy of one network: its members among themselves."""
        ingress, egress = [{"from": self._peers(network)}], [{"to": self._peers(network)}]
        _policy(manifests, network.name, pods_named(network.members), ingress=ingress, egress=egress)

    def _peers(self, network: Network) -> list[dict[str, Any]]:
        """Whoever is on a network: its members here, and the pods of the namespaces that the overlay names."""
        others = [{"namespaceSelector": {"matchLabels": dict(self.external[network.key])}}] if network.key in self.external else []
        return [{"podSelector": pods_named(network.members)}, *others]


def _let_waits_through(manifests: Manifests, project: Project) -> None:
    """Let who waits for a stranger to its networks, or for a Job, reach just that."""
    coming: dict[tuple[str, int], list[str]] = {}
    for key, (ports, asks_api) in waits_outside(project).items():
        name = project.name_of(key)
        goals = [({"podSelector": pod_named(project.name_of(other))}, {"protocol": "TCP", "port": port}) for other, port in ports]
        egress: list[dict[str, Any]] = [{"to": [peer], "ports": [port]} for peer, port in goals]
        egress += [{"ports": _API_SERVER}] if asks_api else []
        if not may_leave(project, key):
            _policy(manifests, kubernetes_name(f"waits-of-{name}"), pod_named(name), service=key, egress=egress)
        for other, port in ports:
            coming.setdefault((other, port), []).append(name)
    awaited: dict[str, list[dict[str, Any]]] = {}
    for (other, port), names in sorted(coming.items()):
        source = {"podSelector": pods_named(sorted(names))}
        awaited.setdefault(other, []).append({"from": [source], "ports": [{"protocol": "TCP", "port": port}]})
    for other, ingress in awaited.items():
        name = project.name_of(other)
        _policy(manifests, kubernetes_name(f"awaited-{name}"), pod_named(name), service=other, ingress=ingress)


def _policy(manifests: Manifests, name: str, selector: dict[str, Any], *, service: str = "", **rules: list[dict[str, Any]]) -> None:
    """Add a policy with `ingress` rules, `egress` rules or both; an empty list lets nothing through."""
    spec: dict[str, Any] = {"podSelector": selector, "policyTypes": [kind.capitalize() for kind in rules]}
    spec |= {kind: listed for kind, listed in rules.items() if listed}
    document = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": kubernetes_name(name)}, "spec": spec}
    upsert(manifests, document, service=service)
