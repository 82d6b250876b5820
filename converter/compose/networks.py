"""Who may talk to whom in Compose: the networks with their members, who may leave, which ports are open to all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from converter.compose.forwards import is_private
from converter.compose.names import kubernetes_name
from converter.compose.once import once
from converter.compose.ports import container_ports
from converter.compose.waits import waits
from converter.compose.workloads import pod_of

if TYPE_CHECKING:
    from converter.compose.project import Project


@dataclass(frozen=True)
class Network:
    """A network that active services are on.

    Attributes:
        key: its key in the Compose file.
        name: of what stands for it in the cluster.
        members: the names in the cluster of the services on it, sorted.
        internal: whether it leads nowhere else.
        external: whether others made it, who may have members on it too.
    """

    key: str
    name: str
    members: tuple[str, ...]
    internal: bool
    external: bool


def networks(project: Project) -> tuple[Network, ...]:
    """Each network with its members, sorted by key. A service in another's pod is where that one is."""
    members: dict[str, list[str]] = {}
    for key in project.services:
        for network in networks_of(project, key) if pod_of(project, key) == key else ():
            members.setdefault(network, []).append(project.name_of(key))
    told = {key: project.model.get("networks", {}).get(key) or {} for key in members}
    named = Counter(kubernetes_name(f"network-{key}") for key in members)
    names = {key: f"network-{key}" if named[kubernetes_name(f"network-{key}")] == 1 else f"network-{key}-{_hash(key)}" for key in members}
    return tuple(
        Network(key, kubernetes_name(names[key]), tuple(sorted(members[key])), bool(one.get("internal")), bool(one.get("external")))
        for key, one in sorted(told.items())
    )


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:8]


def networks_of(project: Project, service: str) -> tuple[str, ...]:
    """The networks that a service is on: none with a `network_mode`, `default` if it names none."""
    pod = project.services[pod_of(project, service)]
    return () if pod.get("network_mode") else tuple(sorted(pod.get("networks") or ("default",)))


def is_isolated(project: Project, service: str) -> bool:
    """Whether a service reaches nothing and nobody reaches it: `network_mode: none`."""
    return project.services[pod_of(project, service)].get("network_mode") == "none"


@once
def apart(project: Project) -> frozenset[str]:
    """The services that share no network with some other service, both on networks: in Compose neither reaches the other."""
    on = {key: frozenset(networks_of(project, key)) for key in project.services}
    every = {networks for networks in on.values() if networks}
    split = {one for one in every if any(one.isdisjoint(other) for other in every)}
    return frozenset(key for key, networks in on.items() if networks in split)


def may_leave(project: Project, service: str) -> bool:
    """Whether a service reaches what is not on its networks: it is on one that is not internal, or on the host's."""
    told = project.model.get("networks", {})
    on = networks_of(project, service)
    return any(not (told.get(key) or {}).get("internal") for key in on) if on else not is_isolated(project, service)


def doors(project: Project) -> Mapping[str, frozenset[tuple[int, str]]]:
    """Service -> the (port, protocol) pairs that everyone reaches: those of `ports`, but for ones on a loopback address of the host.

    Docker publishes nothing of a container that is on internal networks alone. One on the host's network is reached on all its ports.
    """
    found: dict[str, frozenset[tuple[int, str]]] = {}
    for key in project.services:
        if pod_of(project, key) == key and may_leave(project, key):
            on_host = project.services[key].get("network_mode") == "host"
            ports = {(port.number, port.protocol) for port in container_ports(project, key)} if on_host else set(_published(project, key))
            if ports:
                found[key] = frozenset(ports)
    return found


def _published(project: Project, service: str) -> Iterator[tuple[int, str]]:
    for entry in project.services[service].get("ports") or ():
        if not is_private(entry):
            yield int(entry["target"]), str(entry.get("protocol") or "tcp").upper()


def waits_outside(project: Project) -> Mapping[str, tuple[tuple[tuple[str, int], ...], bool]]:
    """What the waits of each pod reach beyond its networks; those that reach nothing there are left out.

    Service whose pod waits -> the (service whose pod it is, port) pairs that share no network with it, and whether it asks the API server
    for the end of a Job.
    """
    found: dict[str, tuple[tuple[tuple[str, int], ...], bool]] = {}
    for key in project.services:
        pod, asked = pod_of(project, key), waits(project, key)
        strangers = {
            (pod_of(project, wait.service), wait.port)
            for wait in asked
            if wait.port is not None and not set(networks_of(project, pod)) & set(networks_of(project, wait.service))
        }
        before, api = found.get(pod, ((), False))
        here = (*before, *((other, port) for other, port in sorted(strangers) if other != pod))
        asks_api = api or any(wait.condition == "completed" for wait in asked)
        if here or asks_api:
            found[pod] = (tuple(dict.fromkeys(here)), asks_api)
    return found
