"""What a service waits for before it starts: `depends_on`, without what can never come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from converter.compose.cycles import component_of
from converter.compose.images import facts_of
from converter.compose.kinds import has_healthcheck, kind_of, pod_of, replicas
from converter.compose.once import once
from converter.compose.ports import container_ports
from converter.compose.references import references, uses

if TYPE_CHECKING:
    from converter.compose.project import Project

Condition = Literal["healthy", "started", "completed"]

_CONDITIONS: Mapping[str, Condition] = {
    "service_healthy": "healthy",
    "service_started": "started",
    "service_completed_successfully": "completed",
}


@dataclass(frozen=True)
class Wait:
    """What a service waits for before it starts.

    Attributes:
        service: the service to wait for; the one whose pod it is, if that is another's.
        condition: healthy (without end), started (for a while), completed (a Job).
        port: the TCP port of its Service to try; None if it has none, or for a Job.

    """

    service: str
    condition: Condition
    port: int | None = None


def waits(project: Project, service: str) -> tuple[Wait, ...]:
    """What a service waits for, sorted; `depends_on` without what can never come, or only after this one.

    Left out: a service that is not active, has no replicas, listens on UDP alone, is a Job awaited as started, shares the pod, or needs
    this one itself to become Ready, through others too. Nothing, where the overlay wants no waits.
    """
    return () if {"*", service} & set(project.settings.unordered) else possible_waits(project, service)


def possible_waits(project: Project, service: str) -> tuple[Wait, ...]:
    """What a service can wait for, whether the overlay wants it to or not."""
    return tuple(sorted(_waits(project, service), key=lambda wait: (wait.service, wait.condition)))


@once
def _cycles(project: Project) -> Mapping[str, int]:
    """Service -> number of the circle of needs that it is part of: who awaits whom, and whose healthcheck may fail without whom.

    A service without a healthcheck is Ready as soon as it runs, whomever it names.
    """
    needs: dict[str, list[str]] = {service: [] for service in project.services}
    for use in uses(project):
        if use.sure and use.needed and has_healthcheck(project.services[use.by]):
            needs[pod_of(project, use.by)].append(pod_of(project, use.service))
    for service, model in project.services.items():
        needs[pod_of(project, service)] += (pod_of(project, other) for other in model.get("depends_on") or {} if other in needs)
    return component_of(needs)


def _waits(project: Project, service: str) -> Iterator[Wait]:
    own, cycles = pod_of(project, service), _cycles(project)
    for other, how in (project.services[service].get("depends_on") or {}).items():
        if other not in project.services or replicas(project.services[other]) == 0:
            continue
        condition, pod = _CONDITIONS.get(str(how.get("condition")), "started"), pod_of(project, other)
        if pod == own or cycles[pod] == cycles[own]:
            continue
        job = kind_of(project, other) == "Job"
        if condition == "completed" and job:
            yield Wait(pod, condition)
        elif condition != "completed" and not job:
            ports = container_ports(project, other)
            tcp = [one.number for one in ports if one.protocol == "TCP"]
            if tcp or not ports:
                yield Wait(pod, condition, _port(project, service, other, tcp))


def _port(project: Project, service: str, other: str, tcp: list[int]) -> int | None:
    used = sorted(number for name, number in references(project)[service] if name == other and number in tcp and number is not None)
    listed = [one.number for one in container_ports(project, other) if one.listed and one.number in tcp]
    known = facts_of(project, other)
    first = [number for number in (known.ports if known else ()) if number in tcp]
    return next(iter((*used, *listed, *first, *tcp)), None)
