"""Which step of a run wrote a field of the manifests last."""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Path = tuple[Hashable, ...]
"""Where a field stands in its object, list elements by their merge key: ("spec", "ports", "80/TCP", "name")."""

_MERGE = {
    **dict.fromkeys(("containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets", "sysctls"), "name"),
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "hostAliases": "ip",
}
"""The merge keys of Kubernetes' own types, as `kubectl explain` and the OpenAPI schema (x-kubernetes-patch-merge-key) have them."""


class Overwrite(NamedTuple):
    """A field that `before` wrote and `after` changed or took away."""

    kind: str
    name: str
    path: Path
    before: str
    after: str


@dataclass
class _Record:
    """One object as the last step left it. It keeps the object, so that its identity stays its own."""

    document: dict[str, Any]
    data: bytes = b""
    values: dict[Path, Any] = field(default_factory=dict)
    origin: dict[Path, str] = field(default_factory=dict)


class Trace:
    """Looks at the manifests after every step, and gives each field that is new or has another value to that step.

    An object is known by its identity: a rule may change its kind and name. One put in its place under the same kind and name carries on.
    Only objects that a step changed are looked into, so a trace costs about a second for 1,000 services.

    Attributes:
        overwrites: fields that one step wrote and another changed later; what the first step of all wrote is free to everybody.

    """

    def __init__(self) -> None:
        self.overwrites: list[Overwrite] = []
        self._records: dict[int, _Record] = {}
        self._names: dict[tuple[str, str], _Record] = {}
        self._first = ""

    def step(self, manifests: Iterable[dict[str, Any]], who: str) -> None:
        """Compare with the step before: `who` becomes the origin of whatever is new or different."""
        self._first = self._first or who
        names: dict[tuple[str, str], _Record] = {}
        for document in manifests:
            key = document["kind"], document["metadata"]["name"]
            record = self._records.get(id(document)) or self._names.get(key) or _Record(document)
            if (data := pickle.dumps(document)) != record.data:
                self._look(record, document, who)
                record.data = data
            record.document = document
            names[key] = record
        self._names = names
        self._records = {id(record.document): record for record in names.values()}

    def origin(self, kind: str, name: str) -> Mapping[Path, str]:
        """The step that wrote each field of an object last; empty if there is no such object."""
        record = self._names.get((kind, name))
        return record.origin if record else {}

    def _look(self, record: _Record, document: dict[str, Any], who: str) -> None:
        """Take the fields of a changed object in."""
        old, before = record.values, record.origin
        new = dict(fields(document))
        for path, value in old.items():
            if before[path] not in (who, self._first) and value not in ({}, []) and not _same(new, path, value):
                self.overwrites.append(Overwrite(document["kind"], document["metadata"]["name"], path, before[path], who))
        record.origin = {path: before[path] if _same(old, path, value) else who for path, value in new.items()}
        record.values = new


def fields(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every field as (path, value): a scalar, a list of scalars as a whole, an empty mapping or list.

    Elements of a list of mappings go by their merge key, so that one put in between moves no other.
    """
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from fields(item, (*path, key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for step, item in zip(_steps(value, path[-1] if path else ""), value, strict=True):
            yield from fields(item, (*path, step))
    else:
        yield path, _frozen(value)


def keyed(document: dict[str, Any], path: Path) -> Path:
    """A path with list indexes, ("spec", "ports", 0, "name"), as a path of this module. Raises LookupError if nothing stands there."""
    steps: list[Hashable] = []
    value: Any = document
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            steps.append(_steps(value, steps[-1] if steps else "")[step])
        else:
            steps.append(step)
        value = value[step]
    return tuple(steps)


def _steps(items: list[Any], key: Hashable) -> list[Hashable]:
    """What each element of the list under `key` is called in a path: its merge key, or its index if it has none of its own."""
    steps: list[Hashable] = []
    seen: set[Hashable] = set()
    for index, item in enumerate(items):
        name = _identity(key, item) if isinstance(item, dict) else None
        steps.append(index if name is None or name in seen else name)
        seen.add(name)
    return steps


def _identity(key: Hashable, item: Mapping[str, Any]) -> str | None:
    """The merge key of one element, as text: an index, which is a number, is never the same."""
    if key == "ports":
        number = item.get("containerPort", item.get("port"))
        return None if number is None else f"{number}/{item.get('protocol') or 'TCP'}"
    name = item.get(_MERGE.get(key, "")) if isinstance(key, str) else None
    return None if name is None else str(name)


def _frozen(value: Any) -> Any:
    """A list as it is now: a rule may change it in place."""
    return list(value) if isinstance(value, list) else value


def _same(values: Mapping[Path, Any], path: Path, value: Any) -> bool:
    """Whether `path` has this value in `values`; 1 is not True, and "1" is not 1."""
    other = values.get(path, _ABSENT)
    if isinstance(value, list):
        return repr(other) == repr(value)
    return type(other) is type(value) and bool(other == value)


_ABSENT = object()
