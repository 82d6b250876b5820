"""Readers of how many pods there are, and how they are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.compose.ports import container_ports, needs_service
from converter.compose.workloads import kind_of, pod_of, replicas
from converter.intent.key import Asked, Read, Reason
from converter.intent.pods import Pod

MODES = {"DaemonSet": "global", "Job": "replicated-job"}


def number_of(pod: Pod) -> Iterator[Read]:
    """How many replicas there are; Kubernetes makes one where nothing is said."""
    if pod.kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        number = pod.workload.number("spec", "replicas")
        yield Read((), 1 if number is None else number)
    elif pod.kind == "Job":
        none = pod.workload.peek("spec", "parallelism") == 0
        number = pod.workload.number("spec", "parallelism" if none else "completions")
        yield Read((), 1 if number is None else number)
    elif pod.found:
        yield Read((), 1)


def wanted_number(asked: Asked) -> Any:
    """`scale` where `deploy.replicas` says something else gives way to it."""
    return replicas(asked.model)


def near_number(asked: Asked, got: Any) -> str | None:
    """One for each node; as many as the service has in whose pod this one runs."""
    own = pod_of(asked.project, asked.service)
    if own != asked.service:
        return f"it runs in the pod of service '{own}', of which there are {got}"
    return "a DaemonSet runs one pod on each node" if kind_of(asked.project, asked.service) == "DaemonSet" else None


def mode(pod: Pod) -> Iterator[Read]:
    """`deploy.mode`; with the claims that keep the pods of a DaemonSet to one node."""
    if pod.found:
        said = MODES.get(pod.workload.text("kind"), "replicated")
        held = list(_of_one_node(pod)) if said == "global" else []
        yield Read((), f"{said}, on the node of {', '.join(held)}" if held else said)


def _of_one_node(pod: Pod) -> Iterator[str]:
    """The claims of a pod that one node at a time can mount."""
    for volume in pod.spec.each("volumes"):
        name = volume.peek("persistentVolumeClaim", "claimName")
        claim = pod.find("PersistentVolumeClaim", name) if isinstance(name, str) else None
        modes = claim.peek("spec", "accessModes") if claim else None
        if claim and isinstance(modes, list) and modes and set(map(str, modes)) <= {"ReadWriteOnce", "ReadWriteOncePod"}:
            volume.text("persistentVolumeClaim", "claimName")
            claim.texts("spec", "accessModes")
            yield f"'{name}'"


def wanted_mode(asked: Asked) -> Any:
    """One of a Job's two modes; a Job where the project decides so."""
    return "replicated-job" if kind_of(asked.project, asked.service) == "Job" else asked.raw


def near_mode(asked: Asked, got: Any) -> str | None:
    """The mode of another service's pod; claims that one node at a time can mount."""
    own = pod_of(asked.project, asked.service)
    if str(got).startswith(f"{asked.raw}, on the node of "):
        claims = str(got).partition(" of ")[2]
        return f"a pod is made for each node, and starts on one alone: no other can mount {claims} at the same time"
    return f"it runs in the pod of service '{own}', which is '{got}'" if own != asked.service else None


def endpoint_mode(pod: Pod) -> Iterator[Read]:
    """`vip` for a Service with an address, `dnsrr` for one without; in a pod of several services for those of its own name."""
    shared = any(other.number == pod.number for other in pod.others.values() if other is not pod)
    for service in pod.services():
        if shared and service.path[1] != pod.project.name_of(pod.service):
            continue
        headless = service.peek("spec", "clusterIP") == "None"
        if headless:
            service.text("spec", "clusterIP")
        yield Read((), "dnsrr" if headless else "vip")


def near_endpoint(asked: Asked, got: Any) -> str | None:
    """A Service without ports, which cannot have an address."""
    if got == "dnsrr" and not container_ports(asked.project, asked.service):
        return "no port of the service is known, and a Service without ports has no address: its name leads to the pods"
    return None


def no_endpoint(asked: Asked) -> Reason | None:
    """How a service is found that nobody looks for."""
    if kind_of(asked.project, asked.service) == "Job":
        return Reason("not needed", "nobody connects to a Job")
    if not container_ports(asked.project, asked.service) and not needs_service(asked.project, asked.service):
        return Reason("not needed", "nobody in the project calls the service, and it lists no port")
    return None


def order(pod: Pod) -> Iterator[Read]:
    """Whether the new pod starts before the old one stops."""
    if pod.kind == "StatefulSet" and pod.workload.text("spec", "updateStrategy", "type") in ("", "RollingUpdate"):
        yield Read((), "stop-first")
    if pod.kind not in ("Deployment", "DaemonSet"):
        return
    strategy = pod.workload.at("spec", "strategy" if pod.kind == "Deployment" else "updateStrategy")
    if strategy.peek("type") == "Recreate":
        strategy.text("type")
        yield Read((), "stop-first")
    else:
        surge = strategy.peek("rollingUpdate", "maxSurge")
        if str(surge) in ("0", "0%"):
            strategy.value("rollingUpdate", "maxSurge")
        first = pod.kind == "Deployment" if surge is None else str(surge) not in ("0", "0%")
        yield Read((), "start-first" if first else "stop-first")


def near_order(asked: Asked, got: Any) -> str | None:
    """A claim that one node alone can mount."""
    if asked.raw == "start-first" and got == "stop-first" and kind_of(asked.project, asked.service) == "StatefulSet":
        return "the old pod stops first: two pods of a StatefulSet cannot have one name"
    if asked.raw == "start-first" and got == "stop-first":
        return "the old pod stops first: a claim of one node cannot be mounted by both"
    return None


def parallelism(pod: Pod) -> Iterator[Read]:
    """How many pods are replaced at once; of a StatefulSet always one."""
    if pod.kind == "StatefulSet":
        pod.workload.text("kind")
        yield Read((), 1)
    strategy = pod.workload.at("spec", "strategy" if pod.kind == "Deployment" else "updateStrategy")
    for field in ("maxSurge", "maxUnavailable"):
        pod.seen.clear()
        number = strategy.number("rollingUpdate", field)
        if number:
            yield Read((), number)
            return


def near_parallelism(asked: Asked, got: Any) -> str | None:
    """One pod after another."""
    return f"{got} at a time instead of {asked.raw}: a rollout takes longer" if isinstance(got, int) else None
