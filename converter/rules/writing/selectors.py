"""Selectors of pods by the label that every pod carries: `app`, the name of its service in the cluster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def pod_named(name: str) -> dict[str, Any]:
    """The pods of one service."""
    return {"matchLabels": {"app": name}}


def pods_named(names: Iterable[str]) -> dict[str, Any]:
    """The pods of these services."""
    return {"matchExpressions": [{"key": "app", "operator": "In", "values": list(names)}]}


def of_alias(alias: str) -> dict[str, str]:
    """The label of the pods of all services that share an alias."""
    return {f"{alias}.cdb-convert/alias": "true"}


def all_pods_but(names: Iterable[str]) -> dict[str, Any]:
    """Every pod of the namespace that is not of these services."""
    left_out = list(names)
    return {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": left_out}]} if left_out else {}
