"""Where in the files of an overlay stands what a finding is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from converter.errors import Location
from converter.findings import Entry, Finding, Route
from converter.overlay_schema import place, read
from converter.trace import Trace

_MEANT = "the overlay says so: 'accept' it there with the reason, or take the setting out"


def placed(findings: Iterable[Finding], files: Sequence[Path]) -> Iterator[Finding]:
    """Yield each finding, those about a setting with its line; `files` are those of the overlay, strongest first."""
    for found in findings:
        yield replace(found, place=setting_place(files, found.setting)) if found.setting and not found.place else found


def meant(findings: Iterable[Finding], entries: Iterable[Entry], trace: Trace, files: Sequence[Path]) -> Iterator[Finding]:
    """Yield each finding; a value that differs because the overlay sets its service up otherwise with that setting."""
    at = {entry.route: entry.at for entry in entries if entry.verdict == "differs"}
    trees = [read(path)[1] for path in files if path.is_file()] if at else []
    for found in findings:
        fields = at.get(found.route, ()) if found.rule == "ledger" and not found.setting else ()
        rules = {trace.origin(str(kind), str(name)).get(tuple(path), "") for kind, name, *path in fields}
        settings = [(rule, *way) for tree in trees for rule in sorted(rules - {""}) if (way := _way(tree.get(rule), str(found.route[1])))]
        yield replace(found, setting=settings[0], hint=_MEANT) if settings else found


def _way(settings: Any, service: str) -> Route:
    """The way to the first place below a rule's key that names a service; () if none does."""
    for key, item in settings.items() if isinstance(settings, Mapping) else ():
        if key == service:
            return (key,)
        if below := _way(item, service):
            return (key, *below)
    return ()


def setting_place(files: Sequence[Path], setting: Route) -> Location | None:
    """Where a setting stands, in the strongest file that has most of it; the last step may be a key, an element or a value."""
    best: tuple[int, Location | None] = (0, None)
    for path in filter(Path.is_file, files):  # one that has gone since it was read has no lines to tell
        tree, data = read(path)
        route = _route(data, setting)
        if len(route) > best[0]:
            best = len(route), place(tree, route, path)
    return best[1]


def _route(data: Any, setting: Route) -> Route:
    """As much of a setting as there is."""
    route: list[Any] = []
    for number, step in enumerate(setting):
        if isinstance(data, Mapping) and step in data:
            route.append(step)
            data = data[step]
        else:
            return (*route, *(_named(data, str(step)) if number == len(setting) - 1 else ()))
    return tuple(route)


def _named(data: Any, name: str) -> Route:
    """The key or index of what is `name`, or begins with it as `web:8000` does."""
    items = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    return next(((key,) for key, item in items if isinstance(item, str) and name in (item, item.partition(":")[0])), ())
