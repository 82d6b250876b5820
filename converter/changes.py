"""What is different between two sets of manifests, object by object and field by field.

Objects are the same if kind, namespace and name are; elements of a list are the same if the key is by which an API server merges them.
DeepDiff is imported only when two objects differ, and looks at those only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from converter.compose.told import told
from converter.findings import Route
from converter.intent.words import apart, in_words, shortened
from converter.manifests import Object, quantity

HIDDEN = "(hidden)"
"""Stands for a value that only a Secret should hold."""

_MERGE_KEYS: Mapping[str, tuple[str, ...]] = {
    "containers": ("name",),
    "env": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "items": ("key",),
    "paths": ("path",),
    "ports": ("containerPort", "port", "protocol"),
    "sysctls": ("name",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
"""Key of a list -> fields that say which element it is (patchMergeKey of the API)."""
_QUANTITIES = frozenset({"capacity", "limits", "requests", "sizeLimit"})


Action = Literal["added", "removed", "changed"]
_Difference = tuple[Action, Route, Any, Any]


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        action: what the new manifests do to the old ones.
        kind: kind of the object.
        name: name of the object.
        path: the place in it, list elements by their merge key; empty if the whole object is new or gone.
        before: the old value; None where there was none, and for whole objects.
        after: the new value; likewise.
        namespace: namespace that the object names.
        file: the file that it is in, or was.
        service: the Compose service that it belongs to, if the caller knows.

    """

    action: Action
    kind: str
    name: str
    path: Route = ()
    before: Any = None
    after: Any = None
    namespace: str = ""
    file: str = ""
    service: str = ""

    def __str__(self) -> str:
        where = " ".join(part for part in (f"{self.kind}/{self.name}", ".".join(map(str, self.path))) if part)
        return f"{where}: {self.words()}"

    def words(self, limit: int = 60) -> str:
        """What was done: "31 -> 30", "added 7", "removed"; each value with at most `limit` characters."""
        if self.action == "changed":
            return " -> ".join(shortened(apart(self.before, self.after), limit))
        value = self.after if self.action == "added" else self.before
        return f"{self.action} {shortened([in_words(value)], limit)[0]}" if self.path else self.action


def changes(
    old: Mapping[str, Sequence[Object]], new: Mapping[str, Sequence[Object]], services: Mapping[str, str] | None = None
) -> list[Change]:
    """Compare manifests, given as lists of objects by file name; sorted by file and object.

    `services` says for a file name which Compose service it belongs to. Values of Secrets are never in the result.
    """
    before, after = _by_identity(old), _by_identity(new)
    found: list[Change] = []
    for key in before.keys() | after.keys():
        file = (after.get(key) or before[key])[1]
        for action, path, one, other in _differences(before.get(key, (None,))[0], after.get(key, (None,))[0]):
            found.append(Change(action, key[0], key[2], path, one, other, key[1], file, (services or {}).get(file, "")))
    return sorted(found, key=lambda change: (change.file, change.kind, change.name, change.namespace, [*map(str, change.path)]))


def _differences(old: Object | None, new: Object | None) -> Iterator[_Difference]:
    if old is None or new is None:
        yield "removed" if new is None else "added", (), None, None
    elif old != new:
        yield from _fields(old, new)


def _by_identity(files: Mapping[str, Sequence[Object]]) -> dict[tuple[str, str, str], tuple[Object, str]]:
    """Kind, namespace and name -> object and its file."""
    found = {}
    for file, documents in files.items():
        for document in documents:
            metadata = document.get("metadata") or {}
            key = str(document.get("kind")), str(metadata.get("namespace") or ""), str(metadata.get("name"))
            found[key] = document, file
    return found


class _Keyed(dict[str, Any]):
    """A list, its elements by their merge key."""


def _fields(old: Object, new: Object) -> Iterator[_Difference]:
    """The fields in which two objects differ."""
    one, other = _keyed(old, ""), _keyed(new, "")
    kind = str(new.get("kind"))
    for action, path, before, after in [*_compared(one, other), *_reordered(one, other, ())]:
        yield action, path, told(kind, path, _plain(before), HIDDEN), told(kind, path, _plain(after), HIDDEN)


class _Whole:
    """For DeepDiff: lists without merge keys are one value each; quantities are equal if they mean the same."""

    def match(self, level: Any) -> bool:
        return isinstance(level.t1, list) or isinstance(level.t2, list) or quantity(level.t1) is not None

    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        if isinstance(level.t1, list) or isinstance(level.t2, list):
            same = level.t1 == level.t2
        elif _QUANTITIES & set(level.path(output_format="list")):
            same = quantity(level.t1) == quantity(level.t2)
        else:
            return False
        if not same:
            diff_instance.custom_report_result("values_changed", level)
        return True


def _compared(one: Any, other: Any) -> Iterator[_Difference]:
    from deepdiff import DeepDiff

    tree = DeepDiff(one, other, view="tree", custom_operators=[_Whole()], threshold_to_diff_deeper=0)
    for what, levels in tree.items():
        for level in levels:
            path = tuple(level.path(output_format="list"))
            if what.endswith("_added"):
                yield "added", path, None, level.t2
            elif what.endswith("_removed"):
                yield "removed", path, level.t1, None
            else:
                yield "changed", path, level.t1, level.t2


def _reordered(one: Any, other: Any, path: Route) -> Iterator[_Difference]:
    """Lists whose elements are the same, in another order: their keys."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return
    if isinstance(one, _Keyed) and one.keys() == other.keys() and list(one) != list(other):
        yield "changed", path, list(one), list(other)
    for key in one.keys() & other.keys():
        yield from _reordered(one[key], other[key], (*path, key))


def _keyed(value: Any, parent: str) -> Any:
    """A copy without nulls, lists with merge keys as `_Keyed`."""
    if isinstance(value, dict):
        return {key: _keyed(item, key) for key, item in value.items() if item is not None}
    if not isinstance(value, list):
        return value
    fields = _MERGE_KEYS.get(parent, ())
    if fields and all(isinstance(item, dict) for item in value):
        keys = ["/".join(str(item[field]) for field in fields if field in item) for item in value]
        if all(keys) and len(set(keys)) == len(keys):
            return _Keyed({key: _keyed(item, "") for key, item in zip(keys, value, strict=True)})
    return [_keyed(item, "") for item in value]


def _plain(value: Any) -> Any:
    """Lists as lists again."""
    if isinstance(value, _Keyed):
        return [_plain(item) for item in value.values()]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
