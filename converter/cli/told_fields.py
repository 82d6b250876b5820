"""The fields that manifests say otherwise beside the Compose values, in lines: each in full, or in few words by what they belong to."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from converter.cli.differences import FieldDifference
from converter.cli.places import Places
from converter.findings import Route, format_route
from converter.intent.words import in_words, shortened

FEW, NAMES, SAME = 12, 2, 3
_SEVERAL = 3
_NAMED = 5
_WIDTH, _SHOWN = 100, 60
_LABELS = frozenset({"metadata", "labels", "matchLabels"})
_PARTS = frozenset({"containers", "initContainers", "volumes"})


@dataclass(frozen=True)
class Part:
    """Fields that are told in one line: one field, or all below a place that only one side has."""

    sign: str
    path: Route
    fields: tuple[FieldDifference, ...]

    @property
    def about(self) -> str:
        """The same for the same part of every workload, whatever its container is called."""
        path = [("*" if before == "containers" else step) for before, step in zip(("", *self.path[2:]), self.path[2:], strict=False)]
        return f"{self.sign} {format_route(tuple(path))}: {self.said()}"

    @property
    def weight(self) -> int:
        """How soon it is told: what both say, or what Compose has a word for, what a run adds, what only names, what is said elsewhere."""
        first = self.fields[0]
        if all(one.alike for one in self.fields):
            return SAME
        if first.field[-2:] != ("metadata", "namespace") and (_LABELS & set(first.field[2:]) or first.field[-1] == "name"):
            return NAMES
        return 0 if self.sign != "-" or len(first.route) > 2 else 1

    def said(self) -> str:
        """What stands there."""
        if len(self.fields) == 1:
            one = self.fields[0]
            values = [_text(value, one) for value in (one.ours, one.theirs) if value is not None]
            return " -> ".join(shortened(values, _SHOWN))
        if self.path[-2] in _PARTS:
            return f"{len(self.fields)} fields"
        names = ", ".join(format_route(one.field[len(self.path) :]) for one in self.fields)
        return names if len(names) <= _SHOWN else f"{len(self.fields)} fields"

    def line(self, places: Places) -> str:
        """What a run writes, what stands there, what Compose calls it, where it stands."""
        first = self.fields[0]
        called, where = format_route(first.route[2:]) if len(self.fields) == 1 else "", places.of(first.at or self.path)
        about = ", ".join(part for part in (called, str(where or "")) if part)
        line = f"{self.sign} {self.path[0]}/{self.path[1]} {format_route(self.path[2:])}: {self.said()}"
        return line + (f"  ({about})" if about else "")


def each(found: Iterable[FieldDifference]) -> list[Part]:
    """A part for each field; what only names and labels things comes last."""
    return sorted((Part(_sign(one), one.field, (one,)) for one in found), key=lambda part: part.weight)


def folded(found: Iterable[FieldDifference]) -> list[Part]:
    """One part for all fields below a place that only one side has, the heaviest first."""
    together: dict[tuple[str, Route], list[FieldDifference]] = {}
    for one in found:
        together.setdefault((_sign(one), one.whole or one.field), []).append(one)
    return sorted((_part(sign, path, some) for (sign, path), some in together.items()), key=lambda part: part.weight)


def _part(sign: str, path: Route, some: Sequence[FieldDifference]) -> Part:
    """The fields of a place; of an element of a list without the field that names it."""
    rest = [one for one in some if one.field[:-2] != path[:-1] or path[-1] not in (one.ours, one.theirs)] or some
    return Part(sign, rest[0].field, tuple(rest)) if len(rest) == 1 else Part(sign, path, tuple(rest))


def _sign(one: FieldDifference) -> str:
    return "+" if one.ours is None else "-" if one.theirs is None else "~"


def common(parts: Iterable[Part]) -> dict[tuple[str, ...], list[Part]]:
    """Objects, as "Deployment/redis" -> the parts of the first that all of them have alike; only what several have."""
    alike: dict[str, list[Part]] = {}
    for part in parts:
        alike.setdefault(part.about, []).append(part)
    found: dict[tuple[str, ...], list[Part]] = {}
    for some in alike.values():
        objects = tuple(sorted({f"{part.path[0]}/{part.path[1]}" for part in some}))
        if len(objects) >= _SEVERAL:
            found.setdefault(objects, []).append(some[0])
    return dict(sorted(found.items(), key=lambda item: (min(part.weight for part in item[1]), -len(item[0]), item[0])))


def in_common(groups: Mapping[tuple[str, ...], Sequence[Part]]) -> Iterator[str]:
    """What several objects have alike, in lines."""
    for objects, parts in groups.items():
        named = ", ".join(objects[:_NAMED]) + (f" and {len(objects) - _NAMED} more" if len(objects) > _NAMED else "")
        head = f"{len(objects)} objects: fields that a run writes otherwise in each ({named})"
        yield from textwrap.wrap(head, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        yield from (f"    {line}" for line in few(parts, lambda part: part.about))


def few(parts: Sequence[Part], line: Callable[[Part], str]) -> Iterator[str]:
    """The heaviest parts; many that only name or label something as their number."""
    named = [part for part in parts if part.weight == NAMES]
    told = [part for part in parts if part.weight < NAMES] + (named if len(named) <= _SEVERAL else [])
    yield from (line(part) for part in sorted(told, key=lambda part: part.weight)[:FEW])
    if len(told) > FEW:
        yield f"and {len(told) - FEW} more (-v shows them)"
    if len(named) > _SEVERAL:
        yield f"and {len(named)} that only name or label it (-v shows them)"
    if same := sum(part.weight == SAME for part in parts):
        yield f"and {same} that say the same in another place (-v shows them)"


def _text(value: object, one: FieldDifference) -> str:
    """A value in words; of a file in a ConfigMap no more than its size, for nobody knows what is in it."""
    if one.field[0] == "ConfigMap" and isinstance(value, str) and "\n" in value.strip():
        return f"<{len(value.splitlines())} lines>"
    return in_words(value, one.route)
