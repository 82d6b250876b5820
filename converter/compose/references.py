"""Who names whom: the services that the text of a service leads to, and with which port."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.compose.host_names import hosts_of, link_aliases
from converter.compose.hosts import Span, all_spans, numbered
from converter.compose.once import once
from converter.compose.texts import blocks, texts
from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project

_BLANKS = frozenset({"", " ", "\n", "\t", "'", '"', ";", ")", "|", "&"})
_OPTION = re.compile(r"(?:^|\s)-[A-Za-z]$")
_NOT_NEEDED = re.compile(r"CORS|ORIGIN|ALLOWED|REDIRECT|CALLBACK", re.IGNORECASE)


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
        alone: whether it is a whole word between blanks or quotes of a value, not a part of a path, an address or an assignment.

    """

    by: str
    service: str
    name: str
    port: int | None
    sure: bool
    needed: bool
    route: Route
    file: bool = False
    alone: bool = False


@once
def uses(project: Project) -> tuple[Use, ...]:
    """Every place where a service names one of the project, itself included: environment, commands, healthchecks, mounted text files."""
    hosts, found = hosts_of(project), list[Use]()
    shared = _variables(project)
    for key in project.services:
        for text in texts(project, key):
            for name, span in numbered(hosts, key, text.text):
                found.append(Use(key, span.service, name, span.port, sure=True, needed=True, route=text.route, file=bool(text.file)))
            spans = all_spans(hosts, key, text.text, text.variable, file=text.file, blocks=blocks(project).get(key, ()))
            clear = {span.service for span in spans if span.sure}
            common: Collection[str] = shared.get((text.variable, text.text), ()) if len(clear) == 1 else ()
            for span in spans:
                name, port = text.text[span.start : span.end], span.port
                if port is None and span.sure and not text.file:
                    port = _port_beside(project, key, text.variable)
                idle = len(common) > 1 and span.service in common
                needed = not (idle or _NOT_NEEDED.search(text.variable))
                alone = not (text.file or span.service in clear or _OPTION.search(text.variable)) and _alone(text.text, span)
                found.append(Use(key, span.service, name, port, span.sure, needed, text.route, bool(text.file), alone))
    return tuple(found)


def _alone(text: str, span: Span) -> bool:
    """Whether a word stands between blanks or quotes, or at an end of its text, and not after an option (`-d shop`)."""
    before = text[max(0, span.start - 9) : span.start]
    return _BLANKS.issuperset((before[-1:], text[span.end : span.end + 1])) and not _OPTION.search(before.rstrip("'\" "))


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


def _port_beside(project: Project, service: str, variable: str) -> int | None:
    """The port of REDIS_PORT beside REDIS_HOST."""
    other = re.sub(r"(?i)(HOST_?NAME|HOST|SERVER|ADDRESS|ADDR|ENDPOINT)(?!.*(HOST|SERVER|ADDR|ENDPOINT))", "PORT", variable)
    value = str((project.services[service].get("environment") or {}).get(other) or "") if other != variable else ""
    return int(value) if value.isdecimal() and 0 < int(value) < 65536 else None


def _started(project: Project, service: str) -> Iterator[str]:
    for other, how in (project.services[service].get("depends_on") or {}).items():
        if other in project.services and how.get("condition") != "service_completed_successfully":
            yield other
