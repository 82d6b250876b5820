"""The contract of a reader: change any field that it looked at, and what it yields changes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from converter.compose.project import Project, Target
from converter.findings import Route
from converter.intent import KEYS, PROJECT_KEYS, Pod, Whole, whole
from converter.intent.field import identities
from converter.intent.key import Key

TARGET = Target()


def parent(documents: Sequence[Mapping[str, Any]], path: Route) -> tuple[Any, Any]:
    """The container of a field and its key in it."""
    kind, name, *steps = path
    place: Any = next(one for one in documents if (one["kind"], one["metadata"]["name"]) == (kind, name))
    above: Any = ""
    for step in steps[:-1]:
        key = identities(place, above).index(step) if isinstance(place, list) else step
        place, above = place[key], step
    last = identities(place, above).index(steps[-1]) if isinstance(place, list) else steps[-1]
    return place, last


SETS = ("values", "policyTypes")
"""Lists whose order says nothing: one more element, which nothing bears, changes nothing."""


def other(value: Any, key: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case [*_] if key in SETS:
            return ["x"]
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case [*items]:
            return [*items, "x"]
        case _:
            return "x"


def said(place: Pod | Whole, key: Key[Any]) -> list[tuple[Route, Any]]:
    """What one reader yields."""
    place.seen.clear()
    return [(read.at, read.value) for read in key.read(place)]


def looks(place: Pod | Whole, key: Key[Any]) -> Iterator[Route]:
    """Every field that one reader looks at for what it yields."""
    place.seen.clear()
    for _ in key.read(place):
        yield from dict.fromkeys(place.seen)
        place.seen.clear()


def breaches(documents: Sequence[Mapping[str, Any]], project: Project, target: Target = TARGET) -> list[tuple[str, str, Route]]:
    """(service, row, field) of each field whose change a reader that looked at it does not notice."""
    before = whole(documents, project, target)
    found = []
    rows: list[tuple[str, str, Key[Any]]] = [(service, pattern, key) for service in before.pods for pattern, key in KEYS.items()]
    rows += [("", pattern, key) for pattern, key in PROJECT_KEYS.items()]
    by_field: dict[Route, list[tuple[str, str, Key[Any]]]] = {}
    for service, pattern, key in rows:
        for path in looks(before.pods[service] if service else before, key):
            by_field.setdefault(path, []).append((service, pattern, key))
    for path, readers in by_field.items():
        mutant = copy.deepcopy(list(documents))
        place, last = parent(mutant, path)
        place[last] = other(place[last], last)
        after = whole(mutant, project, target)
        for service, pattern, key in readers:
            old, new = (said(one.pods[service] if service else one, key) for one in (before, after))
            if old == new:
                found.append((service, pattern, path))
    return found
