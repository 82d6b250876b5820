"""Readers of ports: under which number and name a service is reached, inside of the cluster and from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.forwards import LOOPBACK, forward, is_private
from converter.compose.names import aliases as aliases_of
from converter.compose.names import is_label
from converter.compose.port_list import exposed
from converter.compose.units import canonical
from converter.compose.workloads import kind_of
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reader, Reason
from converter.intent.pods import Pod

EVERYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104 - read, nothing listens here


def ports(pod: Pod) -> Iterator[tuple[str, Field, Field]]:
    """(`80/tcp`, Service, port) of each port of a Service that leads to the pod; by number, also where the port has a name."""
    named = {str(one.peek("name")): one for container in pod.spec.each("containers") for one in container.each("ports")}
    for service in pod.services():
        before = list(pod.seen)
        for port in service.each("spec", "ports"):
            pod.seen[:] = before
            target = port.value("targetPort") if isinstance(port.peek("targetPort"), (str, int)) else port.value("port")
            if isinstance(target, str) and target in named:
                named[target].text("name")
                target = named[target].number("containerPort")
            if target is not None and not isinstance(target, list):
                yield f"{target}/{(port.text('protocol') or 'TCP').lower()}", service, port


def identities(pod: Pod) -> Mapping[str, list[str]]:
    """`80/tcp` -> the identities of the Compose ports that mean it."""
    found: dict[str, list[str]] = {}
    for key, port in canonical({"ports": pod.model.get("ports") or []})["ports"].items():
        if isinstance(port, Mapping):
            found.setdefault(f"{port.get('target')}/{port.get('protocol', 'tcp')}", []).append(str(key))
    return found


def target(pod: Pod) -> Iterator[Read]:
    """The number under which a port is found at a name of the service; the Service's name with it, if it is another one."""
    names, asked = {pod.project.name_of(pod.service), *aliases_of(pod.project, pod.service)}, identities(pod)
    for at, service, port in ports(pod):
        number, name = port.number("port"), service.text("metadata", "name")
        kept = list(pod.seen)
        for key in asked.get(at, [at]) if number is not None else ():
            pod.seen[:] = kept
            yield Read((key,), number if name in names else f"{number} of Service '{name}'")


def each_port(value: str) -> Reader:
    """A reader of something of each port: its protocol, or a field of the Service's port."""

    def read(pod: Pod) -> Iterator[Read]:
        asked = identities(pod)
        for at, _, port in ports(pod):
            kept = list(pod.seen)
            for key in asked.get(at, [at]):
                pod.seen[:] = kept
                found = at.partition("/")[2] if value == "protocol" else port.text(value)
                if found:
                    yield Read((key,), found)

    return read


def expose(pod: Pod) -> Iterator[Read]:
    """Every port that a Service lists, in the words of Compose's `expose`, where ranges are one."""
    own = pod.project.name_of(pod.service)
    main = pod.find("Service", own).data is not None
    listed = {
        at: (list(pod.seen), port)
        for at, service, port in ports(pod)
        if str(port.peek("port")) == at.partition("/")[0] and (service.path[1] == own or not main)
    }
    for text in pod.model.get("expose") or ():
        wanted = [f"{number}/{protocol.lower()}" for number, protocol in exposed({"expose": [text]})]
        if wanted and all(at in listed for at in wanted):
            pod.seen[:] = [path for at in wanted for path in listed[at][0]]
            for at in wanted:
                listed[at][1].number("port")
            yield Read((str(text),), str(text))


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
    return (
        f"it is reached at {got}" if str(got).startswith(("http://", "https://")) else f"it is reached at port {got} instead of {asked.raw}"
    )


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


def near_name(asked: Asked, got: Any) -> str | None:
    """A name that no port of a Service can have, or not this one: each has one, and none the same."""
    if not is_label(str(asked.raw)) or len(str(asked.raw)) > 15:
        return f"'{asked.raw}' cannot be the name of a port, which is '{got}' here"
    own, listed = asked.element(), asked.model.get("ports") or ()
    there = [(port.get("name"), (port.get("target"), port.get("protocol")) == (own.get("target"), own.get("protocol"))) for port in listed]
    if (asked.raw, False) in there:
        return f"several ports have the name '{asked.raw}': this one is '{got}'"
    return f"a port has one name, this one '{got}'" if (got, True) in there else None


def wanted_expose(asked: Asked) -> Any:
    """As it is."""
    return asked.raw


def no_expose(asked: Asked) -> Reason | None:
    """A port of a service that nobody reaches by a Service: a Job, one without a name."""
    if kind_of(asked.project, asked.service) == "Job":
        return Reason("not needed", "nobody connects to a Job")
    return None


def near_host_ip(asked: Asked, got: Any) -> str | None:
    """An address of the host's own, where the overlay exposes the port on all."""
    del got
    return f"Compose lets only '{asked.raw}' in; the overlay publishes the port, so every address of a node answers"


def no_host_ip(asked: Asked) -> Reason | None:
    """An address of a host for a port that is not exposed."""
    if str(asked.raw).startswith(LOOPBACK) or asked.raw in EVERYWHERE:
        return Reason("not needed", "no port of a node listens for it")
    return Reason("approximated", f"no node has the address '{asked.raw}': the port is reached inside the cluster only")


def wanted_host_ip(asked: Asked) -> Any:
    """Every address, where Compose says so."""
    return "0.0.0.0" if asked.raw in EVERYWHERE else asked.raw  # noqa: S104 - likewise
