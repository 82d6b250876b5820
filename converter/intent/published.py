"""Readers of published ports: where they are reached from outside of the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.compose.forwards import LOOPBACK, forward, is_private
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reason
from converter.intent.pods import Pod
from converter.intent.ports import identities, ports

EVERYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104 - read, nothing listens here


def published(pod: Pod) -> Iterator[Read]:
    """Where a port is reached from outside of the cluster: a node port, a load balancer's port, a host of an Ingress."""
    asked = identities(pod)
    for at, service, port in ports(pod):
        kept = list(pod.seen)
        for key in asked.get(at, [at]):
            pod.seen[:] = kept
            if found := _door(service, port):
                yield Read((key,), found)
        pod.seen[:] = kept
        for address in _ingress(pod, service, port):
            for key in asked.get(at, [at]):
                yield Read((key,), address)
    for one in pod.container.each("ports"):
        pod.seen.clear()
        if number := one.number("hostPort"):
            at = f"{one.number('containerPort')}/{(one.text('protocol') or 'TCP').lower()}"
            for key in asked.get(at, [at]):
                yield Read((key,), f"{number} of its node")


def _door(service: Field, port: Field) -> str:
    """Where a Service itself lets the outside in: "" if it does not."""
    kind = service.text("spec", "type")
    if kind == "NodePort":
        number = port.number("nodePort")
        return f"{number} of each node" if number else "a port of each node"
    return str(port.number("port")) if kind == "LoadBalancer" else ""


def _ingress(pod: Pod, service: Field, port: Field) -> Iterator[str]:
    """The addresses of Ingresses that lead to a port of a Service."""
    number, called, before = port.peek("port"), port.peek("name"), list(pod.seen)
    for address, found, fields in pod.cluster.backends.get(str(service.path[1]), ()):
        backend = Field(found.data, found.path, pod.seen)
        pod.seen[:] = [*before, *fields]
        if backend.peek("port", "number") == number or (called and backend.peek("port", "name") == called):
            backend.text("name")
            backend.value("port", "number")
            backend.text("port", "name")
            yield address


def near_published(asked: Asked, got: Any) -> str | None:
    """Another port than the host's."""
    if str(got).isdigit():
        return f"it is reached at port {got} of a load balancer instead"
    if str(got).startswith(("http://", "https://")):
        return f"it is reached at {got}"
    return f"it is reached at port {got}" + ("" if str(got).startswith(f"{asked.raw} ") else f" instead of {asked.raw}")


def no_exposure(asked: Asked) -> Reason:
    """A port that only the cluster reaches."""
    port = asked.element()
    text = "it is private to the host" if is_private(port) else "the overlay does not publish this port"
    command = forward(asked.project, asked.target.namespace, asked.service, port)
    if not command:
        return Reason("not needed", f"{text}: it is reached inside the cluster only, for 'kubectl port-forward' knows TCP alone")
    return Reason("not needed", f"{text}: reach it with '{command}'")


def host_ip(pod: Pod) -> Iterator[Read]:
    """The address on which an exposed port listens: every one."""
    for read in published(pod):
        pod.seen.clear()
        yield Read(read.at, "0.0.0.0")  # noqa: S104 - read, nothing listens here


def wanted_host_ip(asked: Asked) -> Any:
    """Every address, where Compose says so."""
    return "0.0.0.0" if asked.raw in EVERYWHERE else asked.raw  # noqa: S104 - likewise


def near_host_ip(asked: Asked, got: Any) -> str | None:
    """An address of the host's own, where the overlay exposes the port on all."""
    del got
    return f"Compose lets only '{asked.raw}' in; the overlay publishes the port, so every address of a node answers"


def no_host_ip(asked: Asked) -> Reason | None:
    """An address of a host for a port that is not exposed."""
    if str(asked.raw).startswith(LOOPBACK) or asked.raw in EVERYWHERE:
        return Reason("not needed", "no port of a node listens for it")
    return Reason("approximated", f"no node has the address '{asked.raw}': the port is reached inside the cluster only")
