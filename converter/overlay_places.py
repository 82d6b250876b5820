"""Where in the files of an overlay stands what a finding is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from converter.errors import Location
from converter.findings import Finding, Route
from converter.overlay_schema import place, read


def placed(findings: Iterable[Finding], files: Sequence[Path]) -> Iterator[Finding]:
    """Yield each finding, those about a setting with its line; `files` are those of the overlay, strongest first."""
    for found in findings:
        yield replace(found, place=setting_place(files, found.setting)) if found.setting and not found.place else found


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
