"""Names, labels, annotations: what a server checks in the metadata of every object (apimachinery/pkg/api/validation)."""

from __future__ import annotations

from typing import Any

from converter.checks.api_rules import Fault, Faults, at_least, count, label, label_key, labels, one_of, service_name, subdomain
from converter.checks.objects import at, entries
from converter.findings import Route
from converter.manifests import Object

_ANNOTATIONS = 256 * 1024
_RBAC = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
_MADE_OF_NAME = {"CronJob": 52, "Job": 63}
"""Kinds whose pods carry the name in a label: longest name."""


def metadata(document: Object) -> Faults:
    """The metadata of any object."""
    kind, name = document.get("kind"), at(document, "metadata", "name")
    path: Route = ("metadata", "name")
    if kind == "Service":
        yield from service_name(path, name)
    elif kind == "Namespace":
        yield from label(path, name)
    elif kind in _RBAC:
        if name in (".", "..") or (isinstance(name, str) and ("/" in name or "%" in name)):
            yield Fault(path, f"'{name}' must not be '.' or '..' and hold no '/' or '%'")
    elif kind != "PodDisruptionBudget":
        yield from subdomain(path, name)
    if isinstance(name, str) and isinstance(kind, str) and _MADE_OF_NAME.get(kind, 253) < len(name) <= 253:
        yield Fault(path, f"is longer than {_MADE_OF_NAME[kind]} characters")
    yield from label(("metadata", "namespace"), at(document, "metadata", "namespace"))
    yield from labels_and_annotations(document, ())


def labels_and_annotations(document: Any, base: Route) -> Faults:
    """The labels and annotations of an object or of a pod template at `base`."""
    yield from labels((*base, "metadata", "labels"), entries(document, *base, "metadata", "labels"))
    annotations = entries(document, *base, "metadata", "annotations")
    path: Route = (*base, "metadata", "annotations")
    for key in annotations:
        yield from label_key((*path, key), str(key).lower())
    if sum(len(str(key).encode()) + len(str(value).encode()) for key, value in annotations.items()) > _ANNOTATIONS:
        yield Fault(path, "hold more than 256 KiB together")


def selector(document: Object) -> Faults:
    """The selector of a workload against the labels of its pods; a Job makes its own."""
    wanted, path = entries(document, "spec", "selector", "matchLabels"), ("spec", "selector")
    carried = entries(document, "spec", "template", "metadata", "labels")
    yield from labels((*path, "matchLabels"), wanted)
    if not wanted and not at(document, "spec", "selector", "matchExpressions"):
        yield Fault(path, "is empty")
    elif any(carried.get(key) != value for key, value in wanted.items()):
        yield Fault(path, "does not match the labels of 'spec.template'")


def workload(document: Object) -> Faults:
    """Replicas, strategy, and how pods restart."""
    spec, path = entries(document, "spec"), ("spec",)
    for key in ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        yield from at_least((*path, key), spec.get(key), 0)
    yield from one_of((*path, "podManagementPolicy"), spec.get("podManagementPolicy"), "OrderedReady", "Parallel")
    if at(spec, "template", "spec", "restartPolicy") not in (None, "Always"):
        yield Fault((*path, "template", "spec", "restartPolicy"), "must be 'Always'")
    ready, deadline = spec.get("minReadySeconds", 0), spec.get("progressDeadlineSeconds", 600)
    if document["kind"] == "Deployment" and isinstance(ready, int) and isinstance(deadline, int) and 0 <= deadline <= ready:
        yield Fault((*path, "progressDeadlineSeconds"), "must be more than 'minReadySeconds'")
    yield from _strategy(document)


def _strategy(document: Object) -> Faults:
    key, other = ("strategy", "Recreate") if document["kind"] == "Deployment" else ("updateStrategy", "OnDelete")
    strategy, path = entries(document, "spec", key), ("spec", key)
    yield from one_of((*path, "type"), strategy.get("type"), "RollingUpdate", other)
    if strategy.get("type") == other and strategy.get("rollingUpdate"):
        yield Fault((*path, "rollingUpdate"), f"must not stand beside '{other}'")
    rolling = entries(strategy, "rollingUpdate")
    for name in ("maxSurge", "maxUnavailable"):
        yield from count((*path, "rollingUpdate", name), rolling.get(name))
    if document["kind"] != "StatefulSet" and all(rolling.get(name) in (0, "0%") for name in ("maxSurge", "maxUnavailable")):
        yield Fault((*path, "rollingUpdate", "maxUnavailable"), "must not be 0 where 'maxSurge' is 0")
