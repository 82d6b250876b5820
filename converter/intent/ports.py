"""Readers of ports: under which number and name a service is reached inside of the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.names import aliases as aliases_of
from converter.compose.names import is_label
from converter.compose.port_list import exposed
from converter.compose.units import canonical
from converter.compose.workloads import kind_of
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reader, Reason
from converter.intent.pods import Pod


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


def near_name(asked: Asked, got: Any) -> str | None:
    """A name that no port of a Service can have, or not this one: each has one, and none the same."""
    if not is_label(str(asked.raw)) or len(str(asked.raw)) > 15:
        return f"'{asked.raw}' cannot be the name of a port, which is '{got}' here"
    alike, others = _said(asked, "name")
    if asked.raw in others:
        return f"several ports have the name '{asked.raw}': this one is '{got}'"
    return f"a port has one name, this one '{got}'" if got in alike else None


def near_app_protocol(asked: Asked, got: Any) -> str | None:
    """Another one, of a port that is published twice: each has one."""
    return f"a port has one 'app_protocol', this one '{got}'" if got in _said(asked, "app_protocol")[0] else None


def _said(asked: Asked, key: str) -> tuple[list[Any], list[Any]]:
    """What the entries of `ports` that mean the port of this one say under a key, and what all others do."""
    own, alike, others = asked.element(), list[Any](), list[Any]()
    for port in asked.model.get("ports") or ():
        same = all(port.get(field) == own.get(field) for field in ("target", "protocol"))
        (alike if same else others).append(port.get(key))
    return alike, others


def wanted_expose(asked: Asked) -> Any:
    """As it is."""
    return asked.raw


def no_expose(asked: Asked) -> Reason | None:
    """A port of a service that nobody reaches by a Service: a Job, one without a name."""
    if kind_of(asked.project, asked.service) == "Job":
        return Reason("not needed", "nobody connects to a Job")
    return None
