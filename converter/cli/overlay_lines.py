"""On which line of an overlay stands what made a rule write a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from converter.errors import Location
from converter.findings import Route
from converter.overlay import Overlay
from converter.rules.patches import Patches


class OverlayLines:
    """The lines of an overlay and of those that it extends; each file is read once, at the first question."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay

    def of(self, rule: str, resource: str, indexed: Route, service: str) -> list[Location]:
        """Where a rule's settings for a field stand, strongest first.

        Of a rule its key, and what names the service below it; of a patch its own line.
        """
        if rule == Patches.name:
            mine = ((patch, place) for patch, place in _patches(self._overlay) if f"{patch.target.kind}/{patch.target.name}" == resource)
            return [place for patch, place in mine if _touches(patch.patch, indexed)]
        from converter.overlay_schema import place

        return [place(tree, (rule, *_named(data[rule], service)), path) for path, tree, data in self._trees if rule in data]

    @cached_property
    def _trees(self) -> list[tuple[Path, Any, Mapping[str, Any]]]:
        from converter.overlay_schema import read

        return [(path, *read(path)) for path in self._overlay.files]


def _patches(overlay: Overlay) -> Iterator[tuple[Any, Location]]:
    for rule in overlay.rules:
        where, inner = getattr(rule, "place", None), getattr(rule, "rule", rule)
        for item in getattr(inner, "items", ()) if rule.name == Patches.name else ():
            if where is not None:
                yield item, where


def _touches(patch: Any, indexed: Route) -> bool:
    """Whether a patch says something at, above or below a field, whose path has list indexes."""
    steps = tuple(map(str, indexed))
    if isinstance(patch, Mapping):
        return any(_overlap(path, steps) for path in _paths(patch, ()))
    return any(_overlap(_pointer(str(one.get("path", ""))), steps) for one in patch)


def _paths(value: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _paths(item, (*above, str(key)))
    else:
        yield above


def _pointer(text: str) -> tuple[str, ...]:
    """A JSON pointer as steps; `-`, the end of a list, is any element."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(mine in (theirs, "-") for mine, theirs in zip(one, other, strict=False))


def _named(settings: Any, service: str) -> Route:
    """The way to the first place below a rule's key that names a service; () if none does."""
    if isinstance(settings, Mapping):
        for key, item in settings.items():
            if key == service:
                return (key,)
            if below := _named(item, service):
                return (key, *below)
    elif isinstance(settings, list):
        for number, item in enumerate(settings):
            if item == service:
                return (number,)
    return ()
