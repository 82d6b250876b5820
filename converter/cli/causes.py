"""Changes of manifests in words, each with the Compose line that it comes from where that is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from converter.changes import Change
from converter.cli.renamed_jobs import RenamedJob
from converter.cli.told_change import Told
from converter.findings import Entry, Route, format_route, parse_route
from converter.pipeline import Result
from converter.report.json import plain
from converter.report.view import place


def told_changes(
    result: Result,
    changed: Iterable[Change],
    before: Mapping[str, Any] | None = None,
    jobs: Iterable[RenamedJob] = (),
    *,
    verbose: bool = False,
) -> list[str]:
    """Each change in some lines; a change of a content hash alone says nothing that is not said already.

    `before` is the committed report.json: a Compose value that has changed in it, and in no object, is told after them. A Job with another
    name comes first, with what changed in it. `verbose` leaves nothing out of a value.
    """
    causes, routes = _Causes(result), set[Route]()
    told: dict[str, list[str]] = {job.new: ["\n".join(job.lines())] for job in jobs}
    rest: list[str] = []
    for change in changed:
        if not any("cdb-convert/" in str(step) for step in change.path):
            routes.add(route := causes.of(change))
            own = told.get(change.name, rest) if change.kind == "Job" else rest
            own.append("\n".join(_told(result, change, route).lines(verbose=verbose)))
    values = ["\n".join(one.lines(verbose=verbose)) for one in _values(result, before or {}, routes)]
    return [*(line for lines in told.values() for line in lines), *rest, *values]


def _values(result: Result, before: Mapping[str, Any], told: Collection[Route]) -> Iterator[Told]:
    """Compose values that say something else than in the committed report, or have another verdict, and changed no object."""
    known = {str(entry.get("value")): entry for entry in before.get("entries") or () if isinstance(entry, dict)}
    services = {parse_route(value)[1:2] for value in known if value.startswith("services.")}
    seen = {route for route in told if len(route) > 2}
    for entry in result.entries:
        value = format_route(entry.route)
        old = known.pop(value, {})
        if entry.verdict == "added" or entry.route[1:2] not in services or any(entry.route[: len(route)] == route for route in seen):
            continue
        if (entry.verdict, plain(entry.raw)) != (old.get("verdict"), old.get("compose")):
            yield _value(value, entry, old, str(place(result.project, entry.route) or "default"))
    here = {("services", name) for name in result.project.services}
    for value, old in known.items():
        if parse_route(value)[:2] in here:
            yield Told("removed", value, (), {"was": old.get("compose")}, "")


def _value(value: str, entry: Entry, old: Mapping[str, Any], origin: str) -> Told:
    """A Compose value with both verdicts where there are two."""
    was, now, verdict = old.get("compose"), plain(entry.raw), entry.verdict
    before = "" if old.get("verdict") in (None, verdict) else f"{old['verdict']} -> "
    verdicts = f"({origin})  {before}{verdict}"
    if not old:
        return Told("added", value, (), {"now": now}, verdicts)
    return Told("changed", value, (), {"now": now} if was == now else {"was": was, "now": now}, verdicts)


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


def _told(result: Result, change: Change, route: Route) -> Told:
    """A change with its origin."""
    origin = f"({place(result.project, route)})" if route else ""
    values = {"was": change.before, "now": change.after} if change.path else {}
    if change.action != "changed":
        values.pop("was" if change.action == "added" else "now", None)
    return Told(change.action, f"{change.kind}/{change.name}", [*map(str, change.path)], values, origin)
