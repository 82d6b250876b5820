"""The rule `exposure`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from converter.compose.names import kubernetes_name
from converter.compose.ports import Port, container_ports
from converter.compose.project import Project
from converter.findings import Finding, Route, Severity
from converter.manifests import Manifests
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.fields import upsert
from converter.rules.writing.ingress import Ingress
from converter.rules.writing.kinds import NodePort
from converter.rules.writing.node_ports import balanced_ports_of, exposed_ports, left_out, node_ports_of


@dataclass(frozen=True)
class Exposure:
    """Let the outside reach the services that the overlay chooses.

    Why:
        A published port of Compose is a port of the developer's machine. What it becomes depends on the cluster, so nothing is reachable
        from outside until an overlay says how; `kubectl port-forward` needs no setting. Only published ports go out (all ports of a
        service that publishes none; those of a loopback address only where it publishes no others): where a Service has more, or the
        outside port differs, a second Service `<name>-published` takes them. A node port that no one chose is the published one if it
        lies within 30000-32767, else made from the name, always the same.

    Settings:
        node-ports: service -> a port of every node, a list of them in the order of the container's ports, or `auto`. A list that is long
            enough for those of a loopback address, too, opens these.
        load-balancers: services that get an address of their own, with the published ports.
        ingress: {class-name: nginx, hosts: {shop.example.com: web, shop.example.com/api: "api:8000"}, tls: shop-certificate}.

    Example:
        exposure: {node-ports: {grafana: 30000}}   ->  Service grafana: {type: NodePort, ports: [{port: 3000, nodePort: 30000, ...}]}
    """

    name: ClassVar[str] = "exposure"
    node_ports: Mapping[str, NodePort | Literal["auto"] | tuple[NodePort, ...]] = field(default_factory=dict)
    load_balancers: tuple[str, ...] = ()
    ingress: Ingress = field(default_factory=Ingress)

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write type and node ports of Services, Services `<name>-published`, and the Ingress."""
        del target
        yield from absent_services(self.name, "node-ports", self.node_ports, project)
        yield from absent_services(self.name, "load-balancers", self.load_balancers, project)
        for key in sorted({*self.node_ports, *self.load_balancers} & set(project.services)):
            if not container_ports(project, key):
                what, at = f"service '{key}', which listens on no port", "node-ports" if key in self.node_ports else "load-balancers"
                yield _refused(what, key, "list the port under 'expose' or 'ports' of the service", (at, key))
        chosen, clashes = node_ports_of(project, self.node_ports)
        for key, message in clashes:
            hint = "'exposure.node-ports' takes free ports between 30000 and 32767, one for each published port"
            yield _refused(message, key, hint, ("node-ports", key))
        for key, message in left_out(project, self.node_ports):
            yield replace(_refused(message, key, "list a number for each, or say 'auto'", ("node-ports", key)), severity=Severity.WARNING)
        for key, numbers in chosen.items():
            ports = [{**_port(port, port.number), "nodePort": numbers[port]} for port in numbers]
            _publish(manifests, project, key, "NodePort", ports)
        for key in sorted(set(self.load_balancers) & set(project.services)):
            balanced, twice = balanced_ports_of(project, key)
            _publish(manifests, project, key, "LoadBalancer", [_port(port, number) for port, number in balanced.items()])
            for route, message in twice:
                yield replace(_refused(message, key, "publish one of them as another port", ("load-balancers", key)), route=route)
        yield from self._write_ingress(manifests, project)

    def _write_ingress(self, manifests: Manifests, project: Project) -> Iterator[Finding]:
        """One Ingress for all hosts; each that leads nowhere is an error."""
        backends: dict[str, tuple[str, int]] = {}
        asked = {address: goal.partition(":") for address, goal in self.ingress.hosts.items()}
        yield from absent_services(self.name, "ingress.hosts", (goal[0] for goal in asked.values()), project)
        for address, (key, _, wanted) in sorted(asked.items()):
            numbers = [port.number for port in exposed_ports(project, key) if port.protocol == "TCP"] if key in project.services else []
            every = [port.number for port in container_ports(project, key) if port.protocol == "TCP"] if key in project.services else []
            if wanted.isdigit() and int(wanted) in every:
                backends[address] = key, int(wanted)
            elif not wanted and numbers:
                backends[address] = key, numbers[0]
            elif key in project.services:
                what = f"port '{wanted}' of service '{key}'" if wanted else f"service '{key}', which listens on no TCP port"
                yield _refused(what, key, _listening(every), ("ingress", "hosts", address))
        if backends:
            upsert(manifests, self.ingress.leading_to(project, backends))


def _port(port: Port, number: int) -> dict[str, Any]:
    return {"name": port.name, "port": number, "targetPort": port.number, "protocol": port.protocol}


def _publish(manifests: Manifests, project: Project, key: str, kind: str, ports: Sequence[dict[str, Any]]) -> None:
    """Give the Service of `key` a type, if these are its very ports, else a second one beside it."""
    name = project.name_of(key)
    service = manifests.find("Service", name)
    if service is None or not ports:
        return
    spec = service["spec"]
    there, wanted = ([(one["port"], one["protocol"]) for one in listed] for listed in (spec.get("ports", ()), ports))
    if there == wanted and "clusterIP" not in spec:
        spec["type"] = kind
        for one, port in zip(spec["ports"], ports, strict=True):
            one.update({field: port[field] for field in ("nodePort",) if field in port})
        return
    published = {"type": kind, "selector": dict(spec["selector"]), "ports": [dict(port) for port in ports]}
    metadata = {"name": kubernetes_name(f"{name}-published")}
    upsert(manifests, {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": published}, service=key)


def _listening(numbers: Sequence[int]) -> str:
    return f"it listens on {', '.join(map(str, numbers))}" if numbers else "list the port under 'expose' or 'ports' of the service"


def _refused(what: str, key: str, hint: str, setting: Route) -> Finding:
    said = f"'exposure' asks for {what}"
    return Finding(Exposure.name, Severity.ERROR, said, ("services", key), hint=hint, setting=(Exposure.name, *setting))
