"""The kind of workload that runs a service, and in whose pod."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from converter.compose.build import build_of
from converter.compose.cycles import component_of
from converter.compose.once import once
from converter.compose.port_list import listed_ports
from converter.compose.ports import container_ports
from converter.compose.references import uses

if TYPE_CHECKING:
    from converter.compose.project import Project, Service

Kind = Literal["Deployment", "DaemonSet", "StatefulSet", "Job"]

_CHOSEN: Mapping[str, Kind] = {"job": "Job", "statefulset": "StatefulSet"}


def kind_of(project: Project, service: str) -> Kind:
    """The kind of workload that runs a service: the overlay's, deploy.mode's, or what `restart` and those who wait for it make it."""
    return _kinds(project)[pod_of(project, service)]


def pod_of(project: Project, service: str) -> str:
    """The service whose pod a service runs in: `network_mode: service:X` joins X's (and X may join another's); else its own."""
    seen = {service}
    while True:
        _, colon, other = str(project.services[service].get("network_mode") or "").partition("service:")
        if not colon or other not in project.services or other in seen:
            return service
        seen.add(other)
        service = other


def together(project: Project, service: str) -> tuple[str, ...]:
    """The services that run in the same pod as a service, itself among them, in the order of the project."""
    return _pods(project)[pod_of(project, service)]


@once
def _pods(project: Project) -> dict[str, tuple[str, ...]]:
    """Pod -> the services in it; an index, as asking each service of each other costs seconds at 1,000."""
    found: dict[str, tuple[str, ...]] = {}
    for key in project.services:
        pod = pod_of(project, key)
        found[pod] = (*found.get(pod, ()), key)
    return found


def awaited_as_completed(project: Project, service: str) -> bool:
    """Whether another service waits for this one to end."""
    return service in _awaited(project)


def names_itself(project: Project, service: str) -> bool:
    """Whether a service uses its own name, in a file too: its pod needs that as `hostname`, for its Service answers once it is Ready."""
    return service in _naming_themselves(project)


def peers(project: Project, service: str) -> tuple[str, ...]:
    """The other services that this one needs to become Ready while they need it, through others too, sorted: members of one cluster.

    Such must find each other before any of them is Ready. A service without a healthcheck is Ready as soon as it runs.
    """
    circles = _circles(project)
    return tuple(other for other in project.services if other != service and circles[other] == circles[service])


def replicas(service: Service) -> int:
    """How many replicas a service has: deploy.replicas, else `scale`, else 1."""
    deploy = service.get("deploy") or {}
    number = deploy.get("replicas", service.get("scale"))
    return 1 if number is None else int(number)


def restart_policy(service: Service) -> str:
    """What a service says about restarts, as `restart` writes it: deploy.restart_policy.condition, else `restart`, else ""."""
    policy = (service.get("deploy") or {}).get("restart_policy") or {}
    condition = policy.get("condition")
    if condition:
        attempts = policy.get("max_attempts")
        words = {"none": "no", "any": "always", "on-failure": f"on-failure:{attempts}" if attempts is not None else "on-failure"}
        return words.get(str(condition), str(condition))
    return str(service.get("restart") or "")


def has_healthcheck(service: Service) -> bool:
    """Whether the Compose file gives a service a healthcheck."""
    check = service.get("healthcheck") or {}
    return bool(check.get("test")) and not check.get("disable") and list(check["test"])[:1] != ["NONE"]


@once
def _kinds(project: Project) -> Mapping[str, Kind]:
    return {service: _kind(project, service) for service in project.services}


def _kind(project: Project, service: str) -> Kind:
    model = project.services[service]
    if chosen := project.settings.jobs.get(service):
        return _CHOSEN.get(chosen, "Deployment")
    mode = (model.get("deploy") or {}).get("mode")
    if mode in {"replicated-job", "global-job"} or service in _awaited(project):
        return "Job"
    if mode == "global":
        return "DaemonSet"
    ends = restart_policy(model) == "no" or restart_policy(model).startswith("on-failure")
    return "Job" if ends and not has_healthcheck(model) and not _listens(project, service) else "Deployment"


def _listens(project: Project, service: str) -> bool:
    """Whether anybody may connect to a service. What runs another command in the image of another listens on none of that one's ports."""
    ports = listed_ports(project.services[service]) if _borrows(project, service) else container_ports(project, service)
    return bool(ports) or service in _named_by_others(project)


def _borrows(project: Project, service: str) -> bool:
    """Whether a service runs a command of its own in an image that another one is built for, or that another runs as it is."""
    model, build = project.services[service], build_of(project, service)
    if not (model.get("command") or model.get("entrypoint")):
        return False
    plain = [one for one in project.services.values() if not (one.get("command") or one.get("entrypoint"))]
    if build is None:
        return any(one.get("image") == model.get("image") for one in plain)
    return not model.get("build") or any(one.get("build") == build for one in plain)


@once
def _named_by_others(project: Project) -> frozenset[str]:
    return frozenset(use.service for use in uses(project) if use.sure and use.by != use.service)


@once
def _named(project: Project) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {service: set() for service in project.services}
    for use in uses(project):
        if use.sure and use.needed and not use.file:
            found[use.by].add(use.service)
    return {service: frozenset(others) for service, others in found.items()}


@once
def _naming_themselves(project: Project) -> frozenset[str]:
    return frozenset(use.by for use in uses(project) if use.sure and use.by == use.service and (use.needed or use.file))


@once
def _circles(project: Project) -> Mapping[str, int]:
    named = _named(project)
    return component_of({key: sorted(named[key]) if has_healthcheck(service) else [] for key, service in project.services.items()})


@once
def _awaited(project: Project) -> frozenset[str]:
    return frozenset(
        other
        for service in project.services.values()
        for other, how in (service.get("depends_on") or {}).items()
        if how.get("condition") == "service_completed_successfully"
    )
