"""ConfigMaps, Secrets, claims, Jobs, roles and what scales, as a server checks them (pkg/apis/*/validation)."""

from __future__ import annotations

import re

from converter.checks.api_rules import (
    Fault,
    Faults,
    amount,
    at_least,
    config_key,
    count,
    number,
    one_of,
    subdomain,
)
from converter.checks.objects import at, each, entries
from converter.findings import Route
from converter.manifests import Object, quantity

_MACRO = r"@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every \S+"
_FIELD = r"[*?0-9A-Za-z]+(?:[-/][0-9A-Za-z*]+)*(?:,[0-9A-Za-z*]+(?:[-/][0-9A-Za-z*]+)*)*"
_SCHEDULE = re.compile(rf"{_MACRO}|{_FIELD}(?:\s+{_FIELD}){{4}}")
_KEYS = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
}
_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_MEBIBYTE = 1024 * 1024


def config(document: Object) -> Faults:
    """A ConfigMap or a Secret."""
    size = 0
    for field in ("data", "binaryData", "stringData"):
        for key, value in entries(document, field).items():
            yield from config_key((field, key), key)
            length = len(str(value).encode())
            size += length * 3 // 4 if field == "binaryData" or (field == "data" and document["kind"] == "Secret") else length
    if size > _MEBIBYTE:
        yield Fault(
            (),
            "holds more than 1 MiB",
        )
    for key in sorted({*entries(document, "data")} & {*entries(document, "binaryData")}):
        yield Fault(("binaryData", key), "stands in 'data' too")
    for key in _KEYS.get(str(document.get("type")), ()) if document["kind"] == "Secret" else ():
        if key not in {*entries(document, "data"), *entries(document, "stringData")}:
            yield Fault(("data", key), f"is missing in a Secret of type '{document['type']}'")


def claim(document: Object) -> Faults:
    """A PersistentVolumeClaim or a PersistentVolume."""
    modes, path = at(document, "spec", "accessModes"), ("spec", "accessModes")
    if not modes:
        yield Fault(path, "is empty")
    for index, mode in enumerate(modes if isinstance(modes, list) else ()):
        yield from one_of((*path, index), mode, *_MODES)
        if mode == "ReadWriteOncePod" and len(modes) > 1:
            yield Fault((*path, index), "must not stand beside another mode")
    where: Route = (
        ("spec", "resources", "requests", "storage") if document["kind"] == "PersistentVolumeClaim" else ("spec", "capacity", "storage")
    )
    size = at(document, *where)
    yield from amount(where, size)
    if size is None:
        yield Fault(where, "is missing")
    elif quantity(size) == 0:
        yield Fault(where, "must be more than 0")
    yield from subdomain(("spec", "storageClassName"), at(document, "spec", "storageClassName") or None)


def job(document: Object) -> Faults:
    """A Job, or the Jobs of a CronJob."""
    path: Route = ("spec",)
    if document["kind"] == "CronJob":
        schedule = at(document, "spec", "schedule")
        if not isinstance(schedule, str) or not _SCHEDULE.fullmatch(schedule.strip()):
            yield Fault(("spec", "schedule"), f"'{schedule}' is not a schedule of five fields")
        yield from one_of(("spec", "concurrencyPolicy"), at(document, "spec", "concurrencyPolicy"), "Allow", "Forbid", "Replace")
        path = ("spec", "jobTemplate", "spec")
    for key in ("backoffLimit", "completions", "parallelism", "activeDeadlineSeconds", "ttlSecondsAfterFinished"):
        yield from at_least((*path, key), at(document, *path, key), 0)
    if at(document, *path, "template", "spec", "restartPolicy") not in ("OnFailure", "Never"):
        yield Fault((*path, "template", "spec", "restartPolicy"), "must be 'OnFailure' or 'Never' in a Job")


def autoscaler(document: Object) -> Faults:
    """A HorizontalPodAutoscaler."""
    least, most = number(at(document, "spec", "minReplicas")), number(at(document, "spec", "maxReplicas"))
    yield from at_least(("spec", "minReplicas"), least, 1)
    yield from at_least(("spec", "maxReplicas"), most, max(1, least or 1))


def budget(document: Object) -> Faults:
    """A PodDisruptionBudget."""
    for key in ("minAvailable", "maxUnavailable"):
        yield from count(("spec", key), at(document, "spec", key))
    if at(document, "spec", "minAvailable") is not None and at(document, "spec", "maxUnavailable") is not None:
        yield Fault(("spec", "maxUnavailable"), "must not stand beside 'minAvailable'")


def role(document: Object) -> Faults:
    """A Role or ClusterRole."""
    for rule, place in each(document, "rules"):
        if not rule.get("verbs"):
            yield Fault((*place, "verbs"), "is empty")
        if not rule.get("nonResourceURLs"):
            for key in ("apiGroups", "resources"):
                if not rule.get(key):
                    yield Fault((*place, key), "is empty")


def binding(document: Object) -> Faults:
    """A RoleBinding or ClusterRoleBinding."""
    role_ref = entries(document, "roleRef")
    yield from one_of(("roleRef", "kind"), role_ref.get("kind"), "Role", "ClusterRole")
    yield from one_of(("roleRef", "apiGroup"), role_ref.get("apiGroup"), "rbac.authorization.k8s.io")
    for subject, place in each(document, "subjects"):
        yield from one_of((*place, "kind"), subject.get("kind"), "ServiceAccount", "User", "Group")
        if subject.get("kind") == "ServiceAccount":
            yield from subdomain((*place, "name"), subject.get("name"))
            if not subject.get("namespace") and document["kind"] == "ClusterRoleBinding":
                yield Fault((*place, "namespace"), "is missing")
