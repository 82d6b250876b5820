"""Names of secrets: the key of each in the one Secret, by where its value is written; values have no part in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from converter.compose.spans import Span
from converter.findings import Route

Place = tuple[str, ...]
"""Where a value is written: ("variable", NAME), or the file, line and column. Values of one place are one secret."""


@dataclass(frozen=True)
class Written:
    """One secret value as it stands in the fresh model: the container and the key or index in it, the part of the text, and its names."""

    holder: Any
    at: str | int
    span: Span
    route: Route
    place: Place
    base: str


def name_keys(found: Sequence[Written], variables: set[str]) -> dict[tuple[str, Place], str]:
    """Return the key of each (name, place): the name itself, with the first service in front where several places write their own."""
    places: dict[str, dict[Place, str]] = defaultdict(dict)
    for item in sorted(found, key=lambda item: (item.base, tuple(map(str, item.route)))):
        places[valid_key(item.base)].setdefault(item.place, str(item.route[1]))
    keys: dict[tuple[str, Place], str] = {}
    taken = set(variables) | {base for base, where in places.items() if len(where) == 1}
    for base, where in places.items():
        shared = len(where) > 1 or base in variables
        for place, service in where.items():
            own = ("variable", base) == place or not shared
            keys[base, place] = (
                base if own else unused(valid_key(f"{service}_{base}".upper() if base.isupper() else f"{service}_{base}"), taken)
            )
    return {(item.base, item.place): keys[valid_key(item.base), item.place] for item in found}


def numbered(found: Sequence[Written]) -> Iterator[Written]:
    """Give each secret of one text a name of its own, by the order in which they stand there: what each one is has no part in it."""
    taken: dict[Route, set[str]] = defaultdict(set)
    for item in found:
        taken[item.route].add(item.base)
    seen: set[tuple[Route, str]] = set()
    for item in found:
        again = (item.route, item.base) in seen
        seen.add((item.route, item.base))
        yield replace(item, base=unused(item.base, taken[item.route])) if again else item


def valid_key(name: str) -> str:
    """Return a name as a key of a Secret may be."""
    return re.sub(r"[^-._A-Za-z0-9]", "_", name)


def unused(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, and take it."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    return free


def own_name(route: Route, span: Span) -> str:
    """Return the name of a secret that has no variable: `DB_HEALTHCHECK_PASSWORD`."""
    kind = str(route[2]) if route[0] == "services" and len(route) > 2 else str(route[0])
    return f"{route[1]}_{kind}_{span.name}".upper()
