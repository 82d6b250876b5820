"""The variables of a container as the kubelet makes them, and what `$(NAME)` becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from converter.compose import names
from converter.findings import Route
from converter.intent.cluster import namespace
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reason, renamed
from converter.intent.pods import Pod


@dataclass(frozen=True)
class Variable:
    """A variable of a container: its value, a secret as its marker, the fields that make it, and whether it comes from a Secret."""

    value: str
    fields: tuple[Route, ...]
    secret: bool = False


def environment(pod: Pod) -> Iterator[Read]:
    """Every variable that the container gets; of those that Services make in it, the ones that Compose asks for."""
    for name, variable in variables(pod).items():
        pod.seen[:] = variable.fields
        yield Read((name,), variable.value)
    asked = pod.model.get("environment")
    for name in asked if isinstance(asked, Mapping) and pod.found and pod.spec.peek("enableServiceLinks") is not False else ():
        if name not in variables(pod):
            yield from _linked(pod, str(name))


def _linked(pod: Pod, name: str) -> Iterator[Read]:
    """What the kubelet puts into `NAME_PORT` of a variable that nobody sets, where there is a Service of that name: no number."""
    for service in pod.cluster.by_kind.get("Service", ()) if name.endswith("_PORT") else ():
        pod.seen.clear()
        found = pod.find("Service", service)
        here = namespace(found.data or {}) == namespace(pod.workload.data or {})
        if f"{service.upper().replace('-', '_')}_PORT" == name and here and found.peek("spec", "clusterIP") != "None":
            for port in islice(found.each("spec", "ports"), 1):
                protocol = str(port.peek("protocol") or "TCP").lower()
                yield Read((name,), f"{protocol}://<the address of Service '{service}'>:{port.value('port')}")


def variables(pod: Pod) -> Mapping[str, Variable]:
    """The variables of the container: envFrom first, then env in order, each of which may refer to those above."""
    if "variables" in pod.kept:
        kept: Mapping[str, Variable] = pod.kept["variables"]
        return kept
    found: dict[str, Variable] = {}
    aside = replace(pod, container=Field(pod.container.data, pod.container.path, []))
    for source in aside.container.each("envFrom"):
        found.update(_from(aside, source))
    for entry in aside.container.each("env"):
        entry.seen.clear()
        name = entry.text("name")
        if name:
            found[name] = _variable(aside, entry, found)
    pod.kept["variables"] = found
    return found


def _from(pod: Pod, source: Field) -> Iterator[tuple[str, Variable]]:
    """The variables of one element of envFrom."""
    seen = source.seen
    seen.clear()
    prefix = source.text("prefix")
    before = list(seen)
    name = source.text("configMapRef", "name")
    if name:
        config = Field(pod.find("ConfigMap", name).data, ("ConfigMap", name), seen)
        for key, value in config.entries("data"):
            seen[:] = [*before, (*source.path, "configMapRef", "name")]
            yield prefix + key, Variable(value.text(), tuple(seen))
    name = source.text("secretRef", "name")
    if name == pod.project.secret_name:
        for key, text in pod.markers.items():
            yield prefix + key, Variable(text, (*before, (*source.path, "secretRef", "name")), secret=True)
    elif name:
        kept = Field(pod.find("Secret", name).data, ("Secret", name), [])
        for key, _ in (*kept.entries("data"), *kept.entries("stringData")):
            yield prefix + key, Variable(pod.secret(name, key), (*before, (*source.path, "secretRef", "name")), secret=True)


def _variable(pod: Pod, entry: Field, above: Mapping[str, Variable]) -> Variable:
    """The variable that an element of env makes."""
    seen = entry.seen
    if entry.peek("value") is not None:
        value = entry.value("value")
        known: list[Variable] = []
        text = expand(str(value) if value is not None else "", above, known.append)
        return Variable(text, (*seen, *(path for variable in known for path in variable.fields)))
    source = entry.at("valueFrom")
    for kind, reference in source.entries():
        reference.seen = seen
        if kind == "secretKeyRef":
            return Variable(pod.secret(reference.text("name"), reference.text("key")), tuple(seen), secret=True)
        if kind == "configMapKeyRef":
            name, key = reference.text("name"), reference.text("key")
            config = Field(pod.find("ConfigMap", name).data, ("ConfigMap", name), seen)
            return Variable(config.text("data", key), tuple(seen))
        if kind in ("fieldRef", "resourceFieldRef"):
            return Variable(f"<{reference.text('fieldPath') or reference.text('resource')}>", tuple(seen))
    return Variable("", tuple(seen))


def expand(text: str, known: Mapping[str, Variable], use: Callable[[Variable], None] = lambda _variable: None) -> str:
    """What Kubernetes makes of `$(NAME)` and `$$`; a name that is not known stays as it is. `use` is told of each variable used."""
    written, place = "", 0
    while place < len(text):
        sign, after = text[place], text[place + 1 : place + 2]
        end = text.find(")", place) if sign == "$" and after == "(" else -1
        if sign == "$" and after == "$":
            written, place = written + "$", place + 2
        elif end >= 0:
            name = text[place + 2 : end]
            if name in known:
                use(known[name])
            written, place = written + (known[name].value if name in known else text[place : end + 1]), end + 1
        else:
            written, place = written + sign, place + 1
    return written


def wanted(asked: Asked) -> object:
    """The value, with the names of Compose hosts as they are in the cluster."""
    if asked.raw is None:
        return None
    return names.rewrite(asked.project, asked.service, str(asked.raw), str(asked.route[-1]))[0]


def said(asked: Asked) -> str:
    """The hosts that were renamed."""
    return renamed(names.rewrite(asked.project, asked.service, str(asked.raw), str(asked.route[-1]))[1])


def unset(asked: Asked) -> Reason | None:
    """A variable that is passed through and has a value nowhere."""
    if asked.raw is not None:
        return None
    return Reason(
        "not needed", "it has a value nowhere: docker compose does not set it either", f"give it one with --env {asked.route[-1]}=VALUE"
    )
