"""What `explain` is asked about with a line: `docker-compose.yml:42`, or a line of a manifest that a run writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from converter.cli.asked import FieldAt
from converter.errors import ConverterError, Location
from converter.findings import Entry, Route, format_route
from converter.pipeline import Result
from converter.report.view import place

_LINE = re.compile(r"(?P<file>\S.*?):(?P<line>\d+)(?::\d+)?")
_ENDINGS = (".yml", ".yaml")


def line_of(text: str) -> Location | None:
    """The line that a question is about; None if it is about none."""
    match = _LINE.fullmatch(text.strip())
    if match is None or not (match["file"].endswith(_ENDINGS) or Path(match["file"]).is_file()):
        return None
    return Location(PurePosixPath(match["file"]).as_posix(), int(match["line"]))


def values_at(result: Result, line: Location) -> list[Entry]:
    """The entries of what stands on a line of a Compose file, or is below a key there."""
    places: dict[Route, Location | None] = {}
    found = []
    for entry in result.entries:
        if entry.route[0] in result.project.model:
            above = [entry.route[:length] for length in range(1, len(entry.route) + 1)]
            for route in above:
                if route not in places:
                    places[route] = place(result.project, route)
            if any(_on(places[route], line) for route in above):
                found.append(entry)
    return found


def fields_at(fields: Iterable[FieldAt], where: Callable[[str, Route], Location | None], line: Location) -> list[FieldAt]:
    """The fields that stand on a line of the manifests."""
    return [field for field in fields if _on(where(field.resource, field.indexed[2:]), line)]


def nothing_at(result: Result, line: Location) -> ConverterError:
    """What to say of a line where nothing stands, with the nearest one of its file."""
    places = [(found, entry.route) for entry in result.entries if (found := place(result.project, entry.route))]
    here = [(abs(found.line - line.line), found.line, format_route(route)) for found, route in places if found.file == line.file]
    if here:
        _, number, route = min(here)
        hint = f"the nearest is '{line.file}:{number}', {route}"
    else:
        hint = f"the Compose files are: {', '.join(sorted({found.file for found, _ in places}))}"
    return ConverterError(f"no value stands on '{line.file}:{line.line}'", hint=hint)


def _on(found: Location | None, line: Location) -> bool:
    return found is not None and (found.file, found.line) == (line.file, line.line)
