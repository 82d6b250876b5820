"""A place in a manifest, and which places were looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from converter.findings import Route, Step

MERGE: Mapping[str, str] = {
    **dict.fromkeys(("containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets", "sysctls"), "name"),
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "hostAliases": "ip",
}
"""Kubernetes' own merge keys: what identifies an element of these lists."""


class Field:
    """A place in a manifest: its data, its path with kind and name in front, and the list in which a look at it is noted.

    Data of another shape than asked for is as good as none: no method raises, whatever a manifest holds.
    """

    __slots__ = ("data", "path", "seen")

    def __init__(self, data: Any, path: Route, seen: list[Route]) -> None:
        self.data = data
        self.path = path
        self.seen = seen

    def at(self, *steps: Step) -> Field:
        """The place below, by the keys of mappings; a place without data if there is nothing."""
        data = self.data
        for step in steps:
            data = data.get(step) if isinstance(data, dict) else None
        return Field(data, (*self.path, *steps), self.seen)

    def value(self, *steps: Step) -> Any:
        """The scalar, or the list of scalars, at a place below, noted as looked at; None for anything else."""
        field = self.at(*steps)
        if field.data is None or not is_leaf(field.data):
            return None
        self.seen.append(field.path)
        return field.data

    def text(self, *steps: Step) -> str:
        """The text at a place below; "" if there is none."""
        value = self.value(*steps) if isinstance(self.peek(*steps), str) else ""
        return str(value)

    def number(self, *steps: Step) -> int | None:
        """The whole number at a place below; None if there is none."""
        data = self.peek(*steps)
        if isinstance(data, bool) or not isinstance(data, int):
            return None
        self.value(*steps)
        return data

    def texts(self, *steps: Step) -> list[str]:
        """The list of scalars at a place below, as text; [] if there is none."""
        value = self.value(*steps) if isinstance(self.peek(*steps), list) else None
        return [str(item) for item in value or ()]

    def flag(self, *steps: Step) -> bool:
        """Whether `true` stands at a place below. Only `true` is noted: a `false` says nothing."""
        return self.peek(*steps) is True and bool(self.value(*steps))

    def peek(self, *steps: Step) -> Any:
        """The data at a place below, whatever it is, without noting the look."""
        return self.at(*steps).data

    def each(self, *steps: Step) -> Iterator[Field]:
        """The mappings of the list at a place below, each under its merge key or its number."""
        field = self.at(*steps)
        items = field.data if isinstance(field.data, list) else []
        for step, item in zip(identities(items, field.path[-1] if field.path else ""), items, strict=True):
            if isinstance(item, dict):
                yield Field(item, (*field.path, step), self.seen)

    def entries(self, *steps: Step) -> Iterator[tuple[str, Field]]:
        """The entries of the mapping at a place below, keys as text, in order."""
        field = self.at(*steps)
        if isinstance(field.data, dict):
            for key, item in field.data.items():
                yield str(key), Field(item, (*field.path, key), self.seen)

    def note(self) -> None:
        """Note every leaf from here down as looked at."""
        self.seen.extend(path for path, _ in leaves(self.data, self.path))


def is_leaf(data: Any) -> bool:
    """Whether data is one value: a scalar, a list of scalars, or an empty mapping."""
    if isinstance(data, dict):
        return not data
    return not isinstance(data, list) or not any(isinstance(item, (dict, list)) for item in data)


def identities(items: Sequence[Any], key: Step) -> list[Step]:
    """A step for each element of a list: its merge key, or its number if it has none of its own."""
    steps: list[Step] = []
    seen: set[str] = set()
    for number, item in enumerate(items):
        name = _identity(str(key), item) if isinstance(item, dict) else ""
        steps.append(number if not name or name in seen else name)
        seen.add(name)
    return steps


def _identity(key: str, item: Mapping[str, Any]) -> str:
    if key == "ports":
        number = item.get("containerPort", item.get("port"))
        return "" if number is None else f"{number}/{item.get('protocol') or 'TCP'}"
    name = item.get(MERGE.get(key, ""))
    return "" if name is None else str(name)


def leaves(data: Any, path: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Yield every value of a manifest as (path, value), in order; a list of scalars is one value."""
    if is_leaf(data):
        yield path, data
    elif isinstance(data, dict):
        for key, item in data.items():
            yield from leaves(item, (*path, key))
    else:
        for step, item in zip(identities(data, path[-1] if path else ""), data, strict=True):
            yield from leaves(item, (*path, step))
