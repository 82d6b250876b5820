"""What `explain` is asked about: Compose values or manifest fields, with `*` for any step, and the nearest right one for a wrong path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from converter.cli.asked_kinds import object_of, with_hash, with_steps
from converter.errors import ConverterError
from converter.findings import Entry, Route, format_route, parse_route
from converter.intent.field import identities, is_leaf
from converter.intent.keys import KEYS
from converter.intent.whole import PROJECT_KEYS
from converter.pipeline import Result


@dataclass(frozen=True)
class FieldAt:
    """A field of the manifests: kind, name and path by merge keys, the same by list indexes, and its value."""

    keyed: Route
    indexed: Route
    value: Any

    @property
    def resource(self) -> str:
        """The object, as "Deployment/redis"."""
        return f"{self.keyed[0]}/{self.keyed[1]}"


@dataclass(frozen=True)
class Asked:
    """A question: a route below the Compose file, or below a kind and a name."""

    route: tuple[str, ...]
    about_manifests: bool = False

    @classmethod
    def parse(cls, text: str) -> Asked:
        """Read `services.redis.image` or `Deployment/redis spec.replicas`. Raises ConverterError for anything else."""
        about = object_of(text.strip())
        try:
            if about:
                return cls((*about[:2], *map(str, parse_route(with_steps(about[2])))), about_manifests=True)
            return cls(tuple(map(str, parse_route(with_steps(text.strip())))))
        except ValueError as error:
            hint = "write services.web.labels.\"traefik.enable\" or 'Deployment/web spec.replicas'; a step with a dot stands in quotes"
            raise ConverterError(str(error), hint=hint) from None

    def __str__(self) -> str:
        return format_object(self.route) if self.about_manifests else format_route(self.route)


def format_object(field: Route) -> str:
    """A field as users type it."""
    return f"{field[0]}/{field[1]} {format_route(field[2:])}".rstrip()


def values(result: Result, asked: Asked) -> list[Entry]:
    """The entries at or below a Compose route; one that begins with a service is below `services`.

    Raises ConverterError, with the nearest right route, if there are none.
    """
    entries = [entry for entry in result.entries if entry.route[0] in result.project.model]
    model, first = result.project.model, asked.route[0]
    if first not in model and first in (model.get("services") or {}):
        asked = Asked(("services", *asked.route))
    if asked.route[:1] == ("services",) and asked.route[1:2] and asked.route[1] in result.project.inactive:
        message = f"'{asked}' is not converted: no active profile selects service '{asked.route[1]}'"
        raise ConverterError(message, hint="name one of its profiles with --profile")
    found = [entry for entry in entries if _below(asked.route, entry.route)]
    return found or _missed(asked, [tuple(map(str, entry.route)) for entry in entries], format_route)


def fields(result: Result, asked: Asked) -> list[FieldAt]:
    """The fields at or below a path in the manifests. Raises ConverterError, with the nearest right path, if there are none."""
    everything = [field for document in result.manifests for field in _leaves(document)]
    found = [field for field in everything if _within(asked.route, field)]
    if not found:
        asked = Asked(with_hash(asked.route, {field.keyed[:2] for field in everything}), about_manifests=True)
        found = [field for field in everything if _within(asked.route, field)]
    return found or _missed(_by_keys(asked, everything), [tuple(map(str, field.keyed)) for field in everything], format_object)


def _by_keys(asked: Asked, everything: Sequence[FieldAt]) -> Asked:
    """The same question with merge keys in the place of numbers, as far as the path is right."""
    for depth in range(len(asked.route), 1, -1):
        first = next((field for field in everything if _within(asked.route[:depth], field)), None)
        if first is not None:
            right = (mine if mine == "*" else str(step) for mine, step in zip(asked.route[:depth], first.keyed, strict=False))
            return Asked((*right, *asked.route[depth:]), about_manifests=True)
    return asked


def is_key(route: Sequence[str]) -> bool:
    """Whether a route that nothing of the Compose file has is one that Compose knows."""
    table: Mapping[str, Any] = KEYS if route[:1] == ("services",) else PROJECT_KEYS
    steps = tuple(route[2:] if route[:1] == ("services",) else route)
    return bool(steps) and any(_fits(tuple(pattern.split(".")), steps) for pattern in table)


def unknown_key(asked: Asked) -> ConverterError:
    """What to say of a route that Compose does not know, with the nearest key that it does."""
    in_service = asked.route[:1] == ("services",)
    place = 2 if in_service and len(asked.route) > 2 else 0
    wrong, known = asked.route[place], sorted({pattern.partition(".")[0] for pattern in (KEYS if in_service else PROJECT_KEYS)})
    near = get_close_matches(wrong, known, 1, 0.5)
    hint = (
        f"did you mean '{format_route((*asked.route[:place], near[0], *asked.route[place + 1 :]))}'?" if near and near[0] != wrong else ""
    )
    return ConverterError(f"'{asked}' is no value of a Compose file", hint=hint)


def _fits(pattern: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Whether a pattern of the table begins with, or is, the steps."""
    for number, step in enumerate(steps):
        if number >= len(pattern):
            return False
        if pattern[number] == "**":
            return True
        if "*" not in (pattern[number], step) and pattern[number] != step:
            return False
    return True


def _below(pattern: Sequence[str], route: Route) -> bool:
    return len(route) >= len(pattern) and all(mine in ("*", str(step)) for mine, step in zip(pattern, route, strict=False))


def _within(pattern: Sequence[str], field: FieldAt) -> bool:
    steps = zip(pattern, field.keyed, field.indexed, strict=False)
    return len(field.keyed) >= len(pattern) and all(mine in ("*", str(keyed), str(number)) for mine, keyed, number in steps)


def _leaves(document: Mapping[str, Any]) -> Iterator[FieldAt]:
    first = (document["kind"], document["metadata"]["name"])
    return _walked(document, first, first)


def _walked(data: Any, keyed: Route, indexed: Route) -> Iterator[FieldAt]:
    if is_leaf(data):
        yield FieldAt(keyed, indexed, data)
    elif isinstance(data, Mapping):
        for key, item in data.items():
            yield from _walked(item, (*keyed, key), (*indexed, key))
    else:
        for number, (step, item) in enumerate(zip(identities(data, keyed[-1]), data, strict=True)):
            yield from _walked(item, (*keyed, step), (*indexed, number))


def _missed(asked: Asked, known: Iterable[tuple[str, ...]], written: Callable[[Route], str]) -> NoReturn:
    """Say where a path leaves what there is, and what is nearest."""
    there = list(known)
    depth = 0
    while depth < len(asked.route) and any(_below(asked.route[: depth + 1], route) for route in there):
        depth += 1
    last = next((route for route in there if _below(asked.route[:depth], route)), ())
    before = tuple(theirs if mine == "*" else mine for mine, theirs in zip(asked.route[:depth], last, strict=False))
    children = sorted({route[depth] for route in there if len(route) > depth and _below(asked.route[:depth], route)})
    wrong = asked.route[depth]
    near = get_close_matches(wrong, children, 1, 0.5) or get_close_matches(
        wrong.lower(), [child for child in children if child.islower()], 1, 0.5
    )
    hint = f"there are: {', '.join(children[:20])}{' ...' if len(children) > 20 else ''}"
    if near:
        guess = (*before, near[0], *asked.route[depth + 1 :])
        whole = guess if any(_below(guess, route) for route in there) else guess[: depth + 1]
        hint = f"did you mean '{written(whole)}'?"
    above = (
        written(before)
        if len(before) > (1 if asked.about_manifests else 0)
        else "the manifests"
        if asked.about_manifests
        else "the Compose file"
    )
    raise ConverterError(f"'{asked}' is nowhere: '{wrong}' is not in {above}", hint=hint)
