"""Where a text names a host of the project: by token, never by substring."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from converter.compose.file_hosts import bare_hosts, is_script
from converter.compose.host_names import Hosts
from converter.compose.host_words import NO_HOST, SCHEME_PORTS, names_hosts

_TOKEN = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"  # noqa: S105 a host name, no secret
_ANY = re.compile(_TOKEN)
_URL = re.compile(r"(?<![A-Za-z0-9+.\-_])([A-Za-z][A-Za-z0-9+.\-_]*)://([^\s/?#'\"`<>\\]*)")
_MEMBER = re.compile(rf"({_TOKEN})(?::(?:(\d{{1,5}})(?!\d)|(?=[$%{{])|(?![\w:])))?(?=$|[^\w.\-@])")
_HOST_PORT = re.compile(rf"(?<![A-Za-z0-9_.\-/:$])({_TOKEN}):(\d{{1,5}})(?![A-Za-z0-9_\-]|\.\d)")
_ASSIGNED = re.compile(
    rf"(?<![\w.\-])(-{{0,2}}(?:Data Source|[A-Za-z_][\w.\-]*))(\s?=\s?|\s+|\"\s*:\s*(?=\"))['\"]?(?:tcp:)?({_TOKEN})"
    r"(?=$|[\s;,'\"):&|])(?:,(\d+))?",
    re.IGNORECASE,
)
_HOST_BLANK_PORT = re.compile(rf"(?<![^\s'\"(;|&`])({_TOKEN})\s+(\d{{1,5}})(?![\w.:\-/])")
_RANGE = re.compile(r"(?<![A-Za-z0-9_.\-])([A-Za-z0-9_][A-Za-z0-9_.\-]*)\{(\d+)\.{2,3}(\d+)\}([A-Za-z0-9_.\-]*)(?::(\d{1,5})(?!\d))?")
_MEMBERS = 100
_SHOWN = frozenset({"https", "wss"})
"""Schemes where the name in a URL is that of a certificate and of a site: an alias like `login.example.com` is none for another."""
_ELEMENT = re.compile(rf"(?:[^\s@/,;]*@)?({_TOKEN})(?::(\d{{1,5}}))?(?:/\S*)?")
_SEPARATOR = re.compile(r"[\[\],;\s\"']+")


class Span(NamedTuple):
    """A place of a text that names a service.

    `port` is the one it is named with, or its scheme's; `sure` is False where the same word may mean something else.
    """

    start: int
    end: int
    service: str
    port: int | None
    sure: bool


def sure_spans(hosts: Hosts, asking: str, text: str, variable: str = "", *, file: str = "", blocks: Collection[str] = ()) -> list[Span]:
    """Where `text`, a value of the service `asking`, surely names a service; in order, none over another.

    `variable` is the name of the environment variable, or of the flag, whose value it is; `file` is the path in the container of a file
    that has the text; `blocks` are the upstreams of nginx there, which are no hosts.
    """
    found = {span.start: span for span in _urls(hosts, asking, text, blocks)}
    for span in _pairs(hosts, asking, text):
        found.setdefault(span.start, span)
    if not file or is_script(text, file):
        for span in (*_assigned(hosts, asking, text), *_elements(hosts, asking, text, variable)):
            found.setdefault(span.start, span)
    else:
        for span in _bare(hosts, asking, text, file, blocks):
            found.setdefault(span.start, span)
    return [found[start] for start in sorted(found)]


def all_spans(hosts: Hosts, asking: str, text: str, variable: str = "", *, file: str = "", blocks: Collection[str] = ()) -> list[Span]:
    """Where `text` surely names a service, and every other word of it that is the name of one."""
    found = {span.start: span for span in sure_spans(hosts, asking, text, variable, file=file, blocks=blocks)}
    for match in _ANY.finditer(text):
        name = match[0].rstrip(".-")
        if match.start() not in found and (service := hosts.resolve(asking, name)):
            found[match.start()] = Span(match.start(), match.start() + len(name), service, None, sure=False)
    return [found[start] for start in sorted(found)]


def numbered(hosts: Hosts, asking: str, text: str) -> Iterator[tuple[str, Span]]:
    """Each service that a range of numbers in braces names, as MinIO has it (`http://node{1...4}:9000/data`), by its name."""
    for match in _RANGE.finditer(text):
        first, last = int(match[2]), int(match[3])
        for number in range(first, min(last, first + _MEMBERS) + 1):
            name = f"{match[1]}{number}{match[4]}"
            if service := hosts.resolve(asking, name):
                yield name, Span(*match.span(), service, int(match[5]) if match[5] else None, sure=True)


def _urls(hosts: Hosts, asking: str, text: str, blocks: Collection[str]) -> Iterator[Span]:
    for match in _URL.finditer(text):
        scheme, authority = match[1].lower(), match[2]
        if scheme in NO_HOST:
            continue
        place = match.start(2) + authority.rfind("@") + 1
        for member in authority[place - match.start(2) :].split(","):
            host = _MEMBER.match(member)
            lent = host is not None and (host[1] in hosts.aliases or host[1] in hosts.links.get(asking, ()))
            shown = host is not None and lent and "." in host[1] and scheme in _SHOWN
            if host and not shown and (service := hosts.resolve(asking, host[1])):
                given = member[host.end(1) : host.end(1) + 1] == ":"
                port = int(host[2]) if host[2] else None if given else SCHEME_PORTS.get(scheme.partition("+")[0])
                if given or host[1] not in blocks:
                    yield Span(place, place + host.end(1), service, port, sure=True)
            place += len(member) + 1


def _bare(hosts: Hosts, asking: str, text: str, file: str, blocks: Collection[str]) -> Iterator[Span]:
    for host in bare_hosts(text, file):
        name = text[host.start : host.end]
        if (service := hosts.resolve(asking, name)) and (name not in blocks or host.port is not None):
            yield Span(host.start, host.end, service, host.port, sure=True)


def _pairs(hosts: Hosts, asking: str, text: str) -> Iterator[Span]:
    for match in _HOST_PORT.finditer(text):
        service, number = hosts.resolve(asking, match[1]), int(match[2])
        tag = match[1] in hosts.images and (number < 1024 or 1990 <= number < 2100)  # redis:7, mssql:2022
        if service and (number in hosts.ports[service] or (80 <= number <= 65535 and not tag)):
            yield Span(match.start(1), match.end(1), service, number, sure=True)
    for match in _HOST_BLANK_PORT.finditer(text):
        service, number = hosts.resolve(asking, match[1]), int(match[2])
        if service and number in hosts.ports[service]:
            yield Span(match.start(1), match.end(1), service, number, sure=True)


def _assigned(hosts: Hosts, asking: str, text: str) -> Iterator[Span]:
    for match in _ASSIGNED.finditer(text):
        name, sign = match[1], match[2].strip()
        if (sign or name.startswith("-")) and (service := hosts.resolve(asking, match[3])) and (name == "-h" or _source(name)):
            yield Span(match.start(3), match.end(3), service, int(match[4]) if match[4] else None, sure=True)


def _source(name: str) -> bool:
    return name.lower() == "data source" or names_hosts(name)


def _elements(hosts: Hosts, asking: str, text: str, variable: str) -> Iterator[Span]:
    if not (variable == "-h" or names_hosts(variable)):
        return
    place, found = 0, list[Span]()
    sentence = any(separator[0].isspace() for separator in _SEPARATOR.finditer(text.strip()))
    for separator in (*_SEPARATOR.finditer(text), None):
        end = separator.start() if separator else len(text)
        if end > place:
            match = _ELEMENT.fullmatch(text, place, end)
            mail = match is not None and "." in match[1] and text[: match.start(1)].endswith("@")
            service = hosts.resolve(asking, match[1]) if match and not mail else None
            if match is None or (sentence and not service and not re.search(r"[.:]", match[0])):
                return
            if service:
                found.append(Span(match.start(1), match.end(1), service, int(match[2]) if match[2] else None, sure=True))
        place = separator.end() if separator else end
    yield from found
