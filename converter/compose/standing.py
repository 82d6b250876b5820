"""Where in a model a secret can stand, and what becomes of a variable with a secret's name where none can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.compose.identity import ORDERED, identities
from converter.compose.interpolation import interpolated, references
from converter.compose.mentions import mention
from converter.compose.secrets import MARKER
from converter.compose.sources import Sources
from converter.errors import Location
from converter.findings import Route

_VALUES = frozenset(
    {
        *("image", "user", "platform", "network_mode", "volumes", "tmpfs", "devices", "ports", "expose", "secrets", "configs"),
        *("group_add",),
    }
)
"""Keys of a service whose value decides what is read and made: no marker can stand for it (`${TLS_KEY}:/k`)."""
_NAMES = frozenset({"container_name", "hostname", "domainname", "working_dir", "networks"})
"""Keys of a service with a name that is written as it is, or not at all: with a secret in it, it is not."""
_ARGUMENTS = frozenset({"command", "entrypoint", "healthcheck", "post_start", "pre_stop"})
_FREE = frozenset({"environment", "labels", "annotations"})


def texts(value: Any, route: Route, holder: Any = None, at: str | int = "") -> Iterator[tuple[Any, str | int, Route, str]]:
    """Yield each string of the model with its holder and its route: list elements by identity, argument lists whole."""
    yield from ((where, key, below, leaf) for where, key, below, leaf in _leaves(value, route, holder, at) if isinstance(leaf, str))


def _leaves(value: Any, route: Route, holder: Any = None, at: str | int = "") -> Iterator[tuple[Any, str | int, Route, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*route, key), value, key)
    elif isinstance(value, list):
        owner = str(route[-1])
        names = identities(owner, value) if owner not in ORDERED else [None] * len(value)
        for number, (name, item) in enumerate(zip(names, value, strict=True)):
            yield from _leaves(item, route if name is None else (*route, name), value, number)
    elif value is not None:
        yield holder, at, route, value


def can_stand(route: Route) -> bool:
    """Whether a secret can stand at a route: not where a name, a path or a number does."""
    if route[0] == "services":
        return len(route) < 3 or route[2] not in _VALUES | _NAMES
    return route[-1] == "content" or "driver_opts" in route


def is_name(route: Route) -> bool:
    """Whether a route is of a name that is left out of the manifests with a secret in it."""
    return len(route) > 2 and route[0] == "services" and route[2] in _NAMES


def misplaced(model: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, set[Route]]:
    """Return variable -> where its marker (marker -> variable) stands for what must be known; `x-...` counts where it is used."""
    found: dict[str, set[Route]] = defaultdict(set)
    for _, _, route, text in texts(model, ()):
        if not can_stand(route) and not is_name(route) and not str(route[0]).startswith("x-"):
            for match in MARKER.findall(text):
                if match in variables:
                    found[variables[match]].add(route)
    return found


def put(model: dict[str, Any], real: Mapping[str, Any], routes: Iterable[Route]) -> None:
    """Put what `real` has into the model, in place: of a service the whole key, for another value can make another list of it."""
    for route in routes:
        *above, last = map(str, route[:3])
        holder, other = model, real
        for step in above:
            holder, other = holder[step], other.get(step) or {}
        if last in other:
            holder[last] = other[last]


def plain(model: Mapping[str, Any], sources: Sources, variables: Iterable[str]) -> dict[str, set[Location]]:
    """Return variable -> the places where its value stands in the model, free texts aside, for each variable that has no marker there."""
    wanted = set(variables)
    found: dict[str, set[Location]] = {name: set() for name in wanted}
    for _, _, route, _ in _leaves(model, ()) if wanted else ():
        if not is_free(route) and not str(route[0]).startswith("x-"):
            for name in wanted:
                if place := _place(route, model, sources, name):
                    found[name].add(place)
    for path in sources.reachable() if not all(found.values()) else ():
        for item in references(path):
            if item.name in wanted and not found[item.name]:
                found[item.name].add(Location(sources.name(path), item.line, item.column))
    return found


def _place(route: Route, model: Mapping[str, Any], sources: Sources, name: str) -> Location | None:
    """Where the text of a route, or the argument list that it is of, interpolates a variable."""
    if len(route) > 2 and route[2] in _ARGUMENTS:
        return mention(sources, route[:3], name, exact=True)
    return sources.locate(route, model)[0] if name in interpolated(sources.text(route, model) or "") else None


def is_free(route: Route) -> bool:
    """Whether any text can stand at a route, so that one with a secret in it can be secret as a whole."""
    if route[0] == "services":
        return len(route) > 3 and not _FREE.isdisjoint(route[2:4])
    return route[0] == "configs" and route[-1] == "content"


def warnings(places: Mapping[str, Iterable[Location]]) -> list[tuple[str, str]]:
    """Say of each variable where its value is plain."""
    return [
        (
            f"the value of '{name}' is plain at {_listed(where)}: no secret can be a path, an image, a port, a number or a switch",
            "everywhere else it is a secret: take it from there if it is one, or give it a name that does not say so",
        )
        for name, where in sorted(places.items())
    ]


def _listed(places: Iterable[Location]) -> str:
    return ", ".join(map(str, sorted(places, key=lambda place: (place.file, place.line, place.column))))
