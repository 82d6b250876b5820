"""Changes of manifests in words, each with the Compose line that it comes from where that is known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from converter.changes import Change
from converter.findings import Route
from converter.pipeline import Result
from converter.report.view import place

_WIDTH = 100


def told_changes(result: Result, changed: Iterable[Change]) -> list[str]:
    """One line for each change; a change of a content hash alone says nothing that is not said already."""
    causes = _Causes(result)
    return [_told(result, change, causes.of(change)) for change in changed if not any("cdb-convert/" in str(step) for step in change.path)]


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
    origin = f"  ({place(result.project, route)})" if route else ""
    sign = {"added": "+", "removed": "-", "changed": "~"}[change.action]
    line, room = f"  {sign} {change}", _WIDTH - len(origin)
    return (line if len(line) <= room else f"{line[: room - 3]}...") + origin
