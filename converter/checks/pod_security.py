"""Does every pod meet the level of the Pod Security Standards that the overlay asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from converter.findings import Finding, Severity
from converter.manifests import Object
from converter.pod_security import LEVELS, Violation, pods, violations
from converter.pod_security.pod import Path

_ENFORCE = "pod-security.kubernetes.io/enforce"


def check(documents: Iterable[Object], level: str, kubernetes: str) -> Iterator[Finding]:
    """What keeps the pods of `documents` from `level` ("restricted"), in a cluster of version "1.34": one finding for each pod.

    It names the containers in the words of the API server, and the first field as a path of the object. An error, where the namespace
    among them enforces a level that the pod does not meet: it would be refused. A note, where it enforces one that the pod does meet.
    """
    everything = list(documents)
    spaces = [one["metadata"] for one in everything if one.get("kind") == "Namespace"]
    enforced = {space["name"]: str((space.get("labels") or {}).get(_ENFORCE, "")) for space in spaces}
    for document, metadata, spec, path in pods(everything):
        own = enforced.get(document["metadata"].get("namespace", ""), "")
        if refused := violations(metadata, spec, own, kubernetes) if own in LEVELS else []:
            yield _finding(document, path, refused, f"its namespace enforces {own} and refuses the pod", Severity.ERROR)
        elif missed := violations(metadata, spec, level, kubernetes):
            yield _finding(document, path, missed, f"the pod is not {level}", Severity.INFO if own in LEVELS else Severity.WARNING)


def _finding(document: Mapping[str, Any], path: Path, found: Sequence[Violation], said: str, severity: Severity) -> Finding:
    """A finding about a pod, with the first field of its violations."""
    place = found[0].paths[0]
    field = (*path[:-1], "metadata", *place) if place[0] == "annotations" else (*path, *place)
    resource = f"{document['kind']}/{document['metadata']['name']}"
    message = f"{said}: {'; '.join(violation.message for violation in found)}"
    return Finding("pod-security", severity, message, resource=resource, hint=f"the field is {_written(field)}", path=field)


def _written(path: Path) -> str:
    """A path as people write it: `spec.template.spec.containers[0].securityContext`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
