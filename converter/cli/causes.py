"""Changes of manifests in words, each with the Compose line that it comes from where that is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from converter.changes import Change, short
from converter.findings import Entry, Route, format_route, parse_route
from converter.pipeline import Result
from converter.report.json import plain
from converter.report.view import place

_WIDTH, _VALUE = 100, 60
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def told_changes(result: Result, changed: Iterable[Change], before: Mapping[str, Any] | None = None) -> list[str]:
    """Each change in a line or two; a change of a content hash alone says nothing that is not said already.

    `before` is the committed report.json: a Compose value that has changed in it, and in no object, is told after them.
    """
    causes, told, routes = _Causes(result), list[str](), set[Route]()
    for change in changed:
        if not any("cdb-convert/" in str(step) for step in change.path):
            routes.add(route := causes.of(change))
            told.append(_told(result, change, route))
    return [*told, *_values(result, before or {}, routes)]


def _values(result: Result, before: Mapping[str, Any], told: Collection[Route]) -> Iterator[str]:
    """Compose values that say something else than in the committed report, or have another verdict, and changed no object."""
    known = {str(entry.get("value")): entry for entry in before.get("entries") or () if isinstance(entry, dict)}
    services = {parse_route(value)[1:2] for value in known if value.startswith("services.")}
    seen = {route for route in told if len(route) > 2}
    for entry in result.entries:
        value = format_route(entry.route)
        old = known.pop(value, {})
        if entry.verdict == "added" or entry.route[1:2] not in services or any(entry.route[: len(route)] == route for route in seen):
            continue
        if (entry.verdict, plain(entry.raw) or None) != (old.get("verdict"), old.get("compose")):
            yield from _value(value, entry, old, str(place(result.project, entry.route)))
    here = {("services", name) for name in result.project.services}
    yield from (f"  - {value}: {short(old.get('compose'))}"[:_WIDTH] for value, old in known.items() if parse_route(value)[:2] in here)


def _value(value: str, entry: Entry, old: Mapping[str, Any], origin: str) -> Iterator[str]:
    was, now = short(old.get("compose")), short(entry.raw)
    words = f"added {now}" if not old else f"{was} -> {now}" if was != now else now
    verdict = entry.verdict if old.get("verdict") in (None, entry.verdict) else f"{old['verdict']} -> {entry.verdict}"
    yield f"  {'~' if old else '+'} {value}: {words}"[:_WIDTH]
    yield f"      ({origin})  {verdict}"


class _Causes:
    """Which Compose value a field of the manifests says."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._routes: dict[Route, list[Route]] = {}
        for entry in result.entries:
            if entry.verdict != "added":
                for field in entry.at:
                    for length in range(2, len(field) + 1):
                        self._routes.setdefault(tuple(map(str, field[:length])), []).append(entry.route)

    def of(self, change: Change) -> Route:
        """The Compose value behind a change: the one that says the field, else what all say that stand around it; () if unknown."""
        field = (change.kind, change.name, *map(str, change.path))
        for length in range(len(field), 2, -1):
            if routes := self._routes.get(field[:length]):
                common = _common(routes)
                return common if len(common) > 2 else self._service(change)
        return self._service(change)

    def _service(self, change: Change) -> Route:
        document = self._result.manifests.find(change.kind, change.name)
        service = self._result.manifests.service_of(document) if document else ""
        return ("services", service) if service else ()


def _common(routes: list[Route]) -> Route:
    """The steps with which all routes begin."""
    return tuple(steps[0] for steps in takewhile(lambda steps: len(set(steps)) == 1, zip(*routes, strict=False)))


def _told(result: Result, change: Change, route: Route) -> str:
    """A change with its origin behind it, or below it where that is more than a line holds."""
    origin = f"({place(result.project, route)})" if route else ""
    line = _fitting(change, _WIDTH - len(origin) - 2, limits=(_VALUE,))
    if len(line) + len(origin) + 2 <= _WIDTH:
        return f"{line}  {origin}".rstrip()
    line = _fitting(change, _WIDTH, limits=(_VALUE, 40, 30))
    line = line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}..."
    return f"{line}\n      {origin}".rstrip()


def _fitting(change: Change, room: int, limits: Iterable[int]) -> str:
    """A change on one line: where it does not fit, the first steps of the path go, then the ends of the values."""
    head = f"  {_SIGNS[change.action]} {change.kind}/{change.name}"
    steps = [str(step) for step in change.path]
    line = f"{head}: {change.words()}"
    for limit in limits if steps else ():
        for start in range(max(1, len(steps) - 1)):
            line = f"{head} {'...' if start else ''}{'.'.join(steps[start:])}: {change.words(limit)}"
            if len(line) <= room:
                return line
    return line
