"""Who names whom: the services that the text of a service leads to, and with which port."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from converter.compose.bind_files import Refused, read_file
from converter.compose.binds import decide
from converter.compose.build import relative_path
from converter.compose.host_names import hosts_of, link_aliases
from converter.compose.hosts import all_spans
from converter.compose.once import once
from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project

_NOT_NEEDED = re.compile(r"CORS|ORIGIN|ALLOWED|REDIRECT|CALLBACK", re.IGNORECASE)


class Text(NamedTuple):
    """A text in which a service may name another: where it stands, the variable or flag whose value it is, whether it is a file."""

    route: Route
    text: str
    variable: str = ""
    file: bool = False


@dataclass(frozen=True)
class Use:
    """A service is named in a text.

    Attributes:
        by: the service whose text it is.
        service: the one that is named.
        name: the word that stands there.
        port: the port it is named with, or None.
        sure: whether the word can mean nothing else.
        needed: whether `by` may need `service` to become Ready: not so for CORS origins and the like, nor for a variable that the named
            service has too, with the same value (an env_file given to all).
        route: the Compose value.
        file: whether it stands in a mounted file.

    """

    by: str
    service: str
    name: str
    port: int | None
    sure: bool
    needed: bool
    route: Route
    file: bool = False


@once
def uses(project: Project) -> tuple[Use, ...]:
    """Every place where a service names one of the project, itself included: environment, commands, healthchecks, mounted text files."""
    hosts, found = hosts_of(project), list[Use]()
    shared = _variables(project)
    for key in project.services:
        for text in texts(project, key):
            spans = all_spans(hosts, key, text.text, text.variable, file=text.file)
            alone = len({span.service for span in spans if span.sure}) == 1
            common: Collection[str] = shared.get((text.variable, text.text), ()) if alone else ()
            for span in spans:
                name, port = text.text[span.start : span.end], span.port
                if port is None and span.sure and not text.file:
                    port = _port_beside(project, key, text.variable)
                idle = len(common) > 1 and span.service in common
                needed = not (idle or _NOT_NEEDED.search(text.variable))
                found.append(Use(key, span.service, name, port, span.sure, needed, text.route, text.file))
    return tuple(found)


def _variables(project: Project) -> Mapping[tuple[str, str], frozenset[str]]:
    """(variable, value) -> the services that have it: an env_file given to all says nothing of who needs whom."""
    found: dict[tuple[str, str], set[str]] = {}
    for key, service in project.services.items():
        for name, value in (service.get("environment") or {}).items():
            found.setdefault((name, str(value)), set()).add(key)
    return {pair: frozenset(services) for pair, services in found.items()}


@once
def references(project: Project) -> Mapping[str, frozenset[tuple[str, int | None]]]:
    """Service -> each (service, port or None) that it names, by text, `depends_on` or `links`; itself where it does.

    A dependency that is only awaited as completed is not named by that.
    """
    found: dict[str, set[tuple[str, int | None]]] = {key: set() for key in project.services}
    for use in uses(project):
        if use.sure:
            found[use.by].add((use.service, use.port))
    for key in project.services:
        found[key].update((other, None) for other in _started(project, key))
        found[key].update((other, None) for _, other in link_aliases(project, key))
        links = project.services[key].get("links") or ()
        found[key].update((str(link), None) for link in links if str(link) in project.services)
    return {key: frozenset(value) for key, value in found.items()}


@once
def callers(project: Project) -> Mapping[str, frozenset[tuple[str, int | None]]]:
    """The reverse of `references`: service -> each (service that names it, port or None); itself left out."""
    found: dict[str, set[tuple[str, int | None]]] = {key: set() for key in project.services}
    for key, named in references(project).items():
        for other, port in named:
            if other != key:
                found[other].add((key, port))
    return {key: frozenset(value) for key, value in found.items()}


def texts(project: Project, service: str) -> Iterator[Text]:
    """Each text of a service that may name another: its values, and the text files and configs that it mounts."""
    model, route = project.services[service], ("services", service)
    for name, value in (model.get("environment") or {}).items():
        if value is not None:
            yield Text((*route, "environment", name), str(value), name)
    for key in ("command", "entrypoint"):
        yield from _arguments((*route, key), model.get(key))
    yield from _arguments((*route, "healthcheck", "test"), (model.get("healthcheck") or {}).get("test"))
    for key in ("post_start", "pre_stop"):
        for place, hook in enumerate(model.get(key) or ()):
            yield from _arguments((*route, key, str(place)), hook.get("command"))
    yield from _mounted(project, service)


def _mounted(project: Project, service: str) -> Iterator[Text]:
    model, route = project.services[service], ("services", service)
    for mount in model.get("volumes") or ():
        if mount.get("type") == "bind":
            for file in decide(project, service, mount).files:
                if (text := as_text(file.data)) is not None:
                    yield Text((*route, "volumes", str(mount["target"])), text, file=True)
    for used in model.get("configs") or ():
        if text := _config(project, str(used["source"])):
            yield Text((*route, "configs", str(used.get("target") or used["source"])), text, file=True)


def _config(project: Project, name: str) -> str | None:
    """The text of a Compose config: written out, of a variable, or of a file of the project."""
    definition = (project.model.get("configs") or {}).get(name) or {}
    content = definition.get("content", project.config_texts.get(name))
    path = relative_path(str(definition.get("file") or "/"))
    if content is not None or path is None:
        return None if content is None else str(content)
    try:
        return as_text(read_file(project.directory / path, project.directory, "", name).data)
    except (OSError, Refused):
        return None


def as_text(data: bytes) -> str | None:
    """The text of a file; None if it is binary."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def flags(arguments: list[Any]) -> Iterator[tuple[str, str]]:
    """Each argument with the flag that it is the value of, or "": ["redis-cli", "-h", "redis"] -> ("redis", "-h")."""
    before = ""
    for argument in map(str, arguments):
        yield argument, before
        before = argument if re.fullmatch(r"-h|--[A-Za-z][\w.\-]*", argument) else ""


def _arguments(route: Route, value: Any) -> Iterator[Text]:
    for text, flag in flags(value if isinstance(value, list) else [value] if value else []):
        yield Text(route, text, flag)


def _port_beside(project: Project, service: str, variable: str) -> int | None:
    """The port of REDIS_PORT beside REDIS_HOST."""
    other = re.sub(r"(?i)(HOST_?NAME|HOST|SERVER|ADDRESS|ADDR|ENDPOINT)(?!.*(HOST|SERVER|ADDR|ENDPOINT))", "PORT", variable)
    value = str((project.services[service].get("environment") or {}).get(other) or "") if other != variable else ""
    return int(value) if value.isdecimal() and 0 < int(value) < 65536 else None


def _started(project: Project, service: str) -> Iterator[str]:
    for other, how in (project.services[service].get("depends_on") or {}).items():
        if other in project.services and how.get("condition") != "service_completed_successfully":
            yield other
