"""Labels that every object carries, and annotations made of Compose labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.compose.workloads import pod_of

OURS = "cdb-convert/"
"""What begins like this is of a rule, not of the Compose file."""

_PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9_.]{0,61}[a-z0-9])?")


def labels(project: Project, service: str) -> dict[str, str]:
    """The labels of an object of `service`, or with "" of the project as a whole. `app` is what every selector asks for."""
    whole = kubernetes_name(project.name)
    common = {"app.kubernetes.io/managed-by": "cdb-convert", "app.kubernetes.io/part-of": whole}
    if not service:
        return common
    name = project.name_of(pod_of(project, service))
    own = {"app": name, "app.kubernetes.io/instance": kubernetes_name(f"{whole}-{name}"), "app.kubernetes.io/name": name}
    return dict(sorted((own | common).items()))


def notes(project: Project, said: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Compose labels and annotations as annotations, sorted, those of an earlier mapping before those of a later one.

    Left out, for the ledger to tell: a key that Kubernetes does not take, one of this tool, and a value with a secret in it.
    """
    found: dict[str, str] = {}
    for one in said:
        for key, value in one.items():
            if is_annotation(key) and not key.startswith(OURS) and value is not None and not project.secrets.has(str(value)):
                found.setdefault(key, str(value))
    return dict(sorted(found.items()))


def is_annotation(key: str) -> bool:
    """Whether the API server takes `key` for an annotation: a name of at most 63, if need be after a DNS name and a slash."""
    prefix, slash, name = key.lower().rpartition("/")
    return _NAME.fullmatch(name) is not None and (not slash or _PREFIX.fullmatch(prefix) is not None)
