"""Which host names Compose resolves in a project; a name with a secret in it is none that anything may be called by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.compose.images import facts_of, image_of
from converter.compose.once import once
from converter.compose.port_list import listed_ports

if TYPE_CHECKING:
    from converter.compose.project import Project


@dataclass(frozen=True)
class Hosts:
    """Every host name of a project.

    Attributes:
        everywhere: name -> service; of several services with one name the first by key.
        shared: name -> services, with the networks where they have it, for a name that several have.
        networks: service -> the networks it is on.
        links: service -> the names that only it resolves -> service.
        ports: service -> the ports that it is known for, on the host too.
        aliases: names that services have on a network alone.
        images: last words of the project's image names: in `redis:7` such a word is no host.

    """

    everywhere: Mapping[str, str]
    shared: Mapping[str, Mapping[str, frozenset[str]]]
    networks: Mapping[str, frozenset[str]]
    links: Mapping[str, Mapping[str, str]]
    ports: Mapping[str, frozenset[int]]
    aliases: frozenset[str]
    images: frozenset[str]

    def resolve(self, asking: str, name: str) -> str | None:
        """The service that `name` is, where the service `asking` asks: its own links first, then who shares a network with it."""
        own = self.links.get(asking)
        if own and name in own:
            return own[name]
        near = (service for service, networks in self.shared.get(name, {}).items() if networks & self.networks[asking])
        return next(near, None) or self.everywhere.get(name)


@once
def hosts_of(project: Project) -> Hosts:
    """Every host name that Compose resolves in a project."""
    networks = {key: frozenset(service.get("networks") or ()) for key, service in project.services.items()}
    found: dict[str, dict[str, frozenset[str]]] = {key: {key: networks[key]} for key in project.services}
    for name, service in (*_containers(project), *_hostnames(project)):
        found.setdefault(name, {})[service] = networks[service]
    own = set(found)
    for key in project.services:
        for name, network in _aliases(project, key):
            owners = found.setdefault(name, {})
            owners[key] = owners.get(key, frozenset()) | {network}
    links = {service: dict(link_aliases(project, service)) for service in project.services}
    images = (image_of(project, service) for service in project.services)
    return Hosts(
        everywhere={name: next(iter(owners)) for name, owners in found.items()},
        shared={name: owners for name, owners in found.items() if len(owners) > 1},
        networks=networks,
        links={key: value for key, value in links.items() if value},
        ports={service: _known(project, service) for service in project.services},
        aliases=frozenset(set(found) - own),
        images=frozenset(image.partition("@")[0].rpartition("/")[2].partition(":")[0] for image in images),
    )


def link_aliases(project: Project, service: str) -> Iterator[tuple[str, str]]:
    """(alias, service) of each `links: ["db:database"]` of a service."""
    for link in project.services[service].get("links") or ():
        target, colon, alias = str(link).partition(":")
        if colon and target in project.services:
            yield alias, target


def network_aliases(project: Project, service: str) -> Iterator[str]:
    """Each alias that a service has on some network."""
    return (alias for alias, _ in _aliases(project, service))


def _containers(project: Project) -> Iterator[tuple[str, str]]:
    for key, service in project.services.items():
        name = str(service.get("container_name") or f"{project.name}-{key}-1")
        if not project.secrets.has(name):
            yield name, key


def _hostnames(project: Project) -> Iterator[tuple[str, str]]:
    for key, service in project.services.items():
        name = str(service.get("hostname") or "")
        if name and not project.secrets.has(name):
            yield name, key


def _aliases(project: Project, service: str) -> Iterator[tuple[str, str]]:
    """(alias, network) of each alias of a service."""
    networks = project.services[service].get("networks")
    for name, network in networks.items() if isinstance(networks, dict) else ():
        aliases = map(str, (network or {}).get("aliases") or ())
        yield from ((alias, name) for alias in aliases if not project.secrets.has(alias))


def _known(project: Project, service: str) -> frozenset[int]:
    known = facts_of(project, service)
    listed = listed_ports(project.services[service])
    published = {int(one.published) for one in listed if one.published.isdecimal()}
    return frozenset({one.number for one in listed} | published | set((*known.ports, *known.udp_ports) if known else ()))
