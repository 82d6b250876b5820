"""The topology of a project: its services, what they need, store and publish, and who may talk to whom.

Services, networks and dependencies are the Compose model's; claims, published ports and who may talk to whom are read from the manifests,
as Kubernetes reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from converter.compose.images import image_of
from converter.compose.project import Target
from converter.compose.references import uses
from converter.findings import format_route
from converter.intent import Pod, whole
from converter.intent.policies import EVERYONE, allowed
from converter.manifests import Object
from converter.report.view import NOTABLE, View

Kind = Literal["service", "volume", "outside"]
Tie = Literal["needs", "uses", "stores", "lets in"]


@dataclass(frozen=True)
class Node:
    """A service, a volume, or a way in from outside.

    Attributes:
        name: unique: the service's key, "volume/<claim>", "outside/<what>".
        kind: what it is.
        title: the first line.
        lines: what stands below it.
        networks: the networks of a service, sorted.
        reached: the services that may talk to it; None for everybody in the cluster.
        notable: verdict -> number of its values that a reviewer must see.
    """

    name: str
    kind: Kind
    title: str
    lines: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    reached: tuple[str, ...] | None = None
    notable: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Edge:
    """A tie from one node to another, with what there is to say of it."""

    tail: str
    head: str
    kind: Tie
    label: str


@dataclass(frozen=True)
class Topology:
    """The nodes and their ties, sorted."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def services(self) -> tuple[Node, ...]:
        """The nodes that are services."""
        return tuple(node for node in self.nodes if node.kind == "service")

    def ties(self, name: str, kind: Tie) -> list[Edge]:
        """The ties of a kind from or to a node."""
        return [edge for edge in self.edges if edge.kind == kind and name in (edge.tail, edge.head)]


def topology(view: View) -> Topology:
    """The topology of a run."""
    pods = whole(list(view.manifests), view.project, Target()).pods
    nodes = {node.name: node for node in _services(view, pods)}
    edges = {(edge.tail, edge.head, edge.kind): edge for edge in _needs(view)}
    for node, edge in [*_volumes(view, pods), *_ways_in(view, pods)]:
        nodes.setdefault(node.name, node)
        edges.setdefault((edge.tail, edge.head, edge.kind), edge)
    order = sorted(edges.values(), key=lambda edge: (edge.kind, edge.tail, edge.head))
    return Topology(tuple(sorted(nodes.values(), key=lambda node: (node.kind, node.name))), tuple(order))


def _services(view: View, pods: Mapping[str, Pod]) -> Iterator[Node]:
    notable: dict[str, dict[str, int]] = {}
    for entry in view.entries:
        if entry.verdict in NOTABLE and entry.severity is not None and entry.route[:1] == ("services",):
            counts = notable.setdefault(str(entry.route[1]), {})
            counts[entry.verdict] = counts.get(entry.verdict, 0) + 1
    for key, model in view.project.services.items():
        pod = pods[key]
        ports = sorted({f"{item.get('port')}/{str(item.get('protocol', 'TCP')).lower()}" for item in _service_ports(view, pod)})
        kind = str(pod.workload.path[0]) or "nothing runs it"
        lines = (image_of(view.project, key), f"{kind} · {', '.join(ports) or 'no port'}")
        counts = notable.get(key, {})
        found = tuple((verdict, counts[verdict]) for verdict in NOTABLE if verdict in counts)
        yield Node(key, "service", key, lines, tuple(sorted(model.get("networks") or ())), _reached(pod, pods), found)


def _reached(pod: Pod, pods: Mapping[str, Pod]) -> tuple[str, ...] | None:
    """The services whose pods may open a connection to a pod; None if nothing keeps anybody out."""
    incoming = allowed(pod, "ingress")
    if incoming is None or EVERYONE in incoming:
        return None
    found = []
    for key, other in pods.items():
        outgoing = allowed(other, "egress")
        if other.number in incoming and other.number != pod.number and (outgoing is None or EVERYONE in outgoing or pod.number in outgoing):
            found.append(key)
    return tuple(found)


def _needs(view: View) -> Iterator[Edge]:
    for key, model in view.project.services.items():
        depends = model.get("depends_on") or {}
        for other, how in depends.items():
            if other in view.project.services:
                condition = str((how or {}).get("condition", "service_started")).removeprefix("service_").replace("_", " ")
                yield Edge(key, other, "needs", condition)
    for use in uses(view.project):
        if use.sure and use.needed and use.by != use.service and use.service not in (view.project.services[use.by].get("depends_on") or {}):
            yield Edge(use.by, use.service, "uses", f"named in {format_route(use.route[2:])}")


def _volumes(view: View, pods: Mapping[str, Pod]) -> Iterator[tuple[Node, Edge]]:
    for key, pod in pods.items():
        claims = {str(volume.peek("name")): str(volume.peek("persistentVolumeClaim", "claimName")) for volume in pod.spec.each("volumes")}
        for mount in pod.container.each("volumeMounts"):
            claim = claims.get(str(mount.peek("name")), "None")
            document = view.manifests.find("PersistentVolumeClaim", claim)
            if document is not None:
                size = str(((document["spec"].get("resources") or {}).get("requests") or {}).get("storage", ""))
                name, path = f"volume/{claim}", str(mount.peek("mountPath"))
                yield Node(name, "volume", claim, (size,)), Edge(key, name, "stores", path)


def _ways_in(view: View, pods: Mapping[str, Pod]) -> Iterator[tuple[Node, Edge]]:
    """Node ports, load balancers and hosts of an Ingress."""
    owners: dict[str, str] = {}
    for key, pod in pods.items():
        for document in _services_of(view, pod):
            name, spec = document["metadata"]["name"], document["spec"]
            owner = owners.setdefault(name, view.manifests.service_of(document) or key)
            for port in spec.get("ports") or ():
                if port.get("nodePort"):
                    yield _way(f"node port {port['nodePort']}", owner, f"to port {port.get('port')}")
                elif spec.get("type") == "LoadBalancer":
                    yield _way(f"load balancer {name}:{port.get('port')}", owner, f"to port {port.get('port')}")
    for document in view.manifests.of_kind("Ingress"):
        for rule in document["spec"].get("rules") or ():
            for path in (rule.get("http") or {}).get("paths") or ():
                name = ((path.get("backend") or {}).get("service") or {}).get("name")
                if name in owners:
                    yield _way(f"{rule.get('host', '*')}{path.get('path', '/')}", owners[name], f"Ingress {document['metadata']['name']}")


def _way(title: str, service: str, label: str) -> tuple[Node, Edge]:
    return Node(f"outside/{title}", "outside", title), Edge(f"outside/{title}", service, "lets in", label)


def _services_of(view: View, pod: Pod) -> list[Object]:
    """The Services that select a pod."""
    found = [view.manifests.find("Service", selected.name) for selected in pod.selecting("Service")]
    return [document for document in found if document is not None]


def _service_ports(view: View, pod: Pod) -> list[dict[str, Any]]:
    return [port for document in _services_of(view, pod) for port in document["spec"].get("ports") or ()]
