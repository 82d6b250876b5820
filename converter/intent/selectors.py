"""Label selectors as Kubernetes reads them, and which pods one selects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Labelled:
    """The pods of a set of templates, by their labels."""

    def __init__(self, labels: Sequence[Mapping[str, str]]) -> None:
        self.labels = labels
        self._having: dict[tuple[str, str], set[int]] = defaultdict(set)
        for number, one in enumerate(labels):
            for pair in one.items():
                self._having[pair].add(number)

    def selected(self, selector: Any) -> frozenset[int]:
        """Numbers of the templates that a label selector (`matchLabels`, `matchExpressions`) selects; an empty one selects all."""
        if not isinstance(selector, Mapping):
            return frozenset()
        found: frozenset[int] | None = None
        for key, operator, values in _requirements(selector):
            matching = self._meeting(key, operator, values)
            found = matching if found is None else found & matching
        return frozenset(range(len(self.labels))) if found is None else found

    def _meeting(self, key: str, operator: str, values: Iterable[str]) -> frozenset[int]:
        """The templates that meet one requirement; none for an operator that there is not."""
        having = frozenset().union(*(self._having.get((key, value), ()) for value in values))
        if operator == "In":
            return having
        if operator == "NotIn":
            return frozenset(range(len(self.labels))) - having
        there = frozenset(number for number, one in enumerate(self.labels) if key in one)
        return {"Exists": there, "DoesNotExist": frozenset(range(len(self.labels))) - there}.get(operator, frozenset())


def _requirements(selector: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    labels = selector.get("matchLabels")
    found = [(str(key), "In", [str(value)]) for key, value in labels.items()] if isinstance(labels, Mapping) else []
    expressions = selector.get("matchExpressions")
    for one in expressions if isinstance(expressions, list) else ():
        if isinstance(one, Mapping):
            values = one.get("values")
            found.append(
                (str(one.get("key")), str(one.get("operator")), [str(value) for value in values] if isinstance(values, list) else [])
            )
    return found
