"""The ports of a service: what it lists, what others use, what its image is known for. A ClusterIP passes only what it lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from converter.compose.host_names import network_aliases
from converter.compose.host_words import names_other
from converter.compose.images import facts_of
from converter.compose.once import once
from converter.compose.port_list import Port, exposed, listed_ports, port
from converter.compose.references import callers, references, uses

if TYPE_CHECKING:
    from converter.compose.project import Project

__all__ = ["Port", "container_ports", "finds_itself", "needs_service", "shared_ports", "too_many"]

_MANY = 50


def container_ports(project: Project, service: str) -> tuple[Port, ...]:
    """Every port of a service, each (number, protocol) once, sorted by number.

    The union of what `ports` and `expose` list and what others name it with. The image's own ports are added if somebody names the service
    without a port, or if nothing else is known.
    """
    return _ports(project)[service]


def shared_ports(project: Project, services: Iterable[str]) -> tuple[Port, ...]:
    """Every port of any of these services, each once, under its plain name: what a Service that leads to all of them passes."""
    found = {(one.number, one.protocol): one for service in services for one in container_ports(project, service)}
    return tuple(replace(found[key], name=f"{key[1].lower()}-{key[0]}") for key in sorted(found))


def needs_service(project: Project, service: str, *, perhaps: bool = True) -> bool:
    """Whether a service needs a Service: it lists ports, has an alias, or another service names it (headless if it has no port).

    So does one that names itself and whose pod has another name: in another's pod, or by `hostname`. With `perhaps` it is enough that a
    text of another has its name as a word that may be a host.
    """
    if perhaps and service in _perhaps_named(project):
        return True
    if listed_ports(project.services[service]) or callers(project)[service]:
        return True
    return finds_itself(project, service) or any(True for _ in network_aliases(project, service))


def finds_itself(project: Project, service: str) -> bool:
    """Whether only a Service can lead a service to itself: it names itself, and its pod has another name."""
    return _has_another_name(project, service) and any(other == service for other, _ in references(project)[service])


def _has_another_name(project: Project, service: str) -> bool:
    """Whether the pod of a service is surely not called after it."""
    model = project.services[service]
    own = str(model.get("hostname") or "").partition(".")[0].lower()
    return str(model.get("network_mode") or "").startswith("service:") or own not in ("", project.name_of(service))


def too_many(project: Project, service: str) -> bool:
    """Whether `ports` or `expose` of a service stand for more than 50 ports."""
    model = project.services[service]
    return len(model.get("ports") or ()) > _MANY or sum(1 for _ in exposed(model)) > _MANY


@once
def _perhaps_named(project: Project) -> frozenset[str]:
    """The services whose key stands in a value of another, but for variables that are called after something else (POSTGRES_DB)."""
    named = (use for use in uses(project) if use.by != use.service and use.name == use.service and not use.file)
    return frozenset(use.service for use in named if use.route[2] != "environment" or not names_other(str(use.route[-1])))


@once
def _ports(project: Project) -> Mapping[str, tuple[Port, ...]]:
    return {service: _of(project, service) for service in project.services}


def _of(project: Project, service: str) -> tuple[Port, ...]:
    found = {(one.number, one.protocol): one for one in listed_ports(project.services[service])}
    named = callers(project)[service]
    own = {(service, number) for other, number in references(project)[service] if other == service} if named or found else set()
    for _, number in named | own:
        if number is not None and not any(key[0] == number for key in found):
            found[number, "TCP"] = port(number)
    known = facts_of(project, service)
    if known and (not found or any(number is None for _, number in named)):
        for protocol, numbers in (("TCP", known.ports), ("UDP", known.udp_ports)):
            for number in numbers:
                found.setdefault((number, protocol), port(number, protocol))
    return tuple(found[key] for key in sorted(found))
