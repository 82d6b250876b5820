"""Does every pod meet the level of the Pod Security Standards that the overlay asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.findings import Finding, Severity
from converter.manifests import Object
from converter.pod_security import LEVELS, Violation, pods, violations
from converter.pod_security.pod import Path

_ENFORCE = "pod-security.kubernetes.io/enforce"


def check(documents: Iterable[Object], level: str, kubernetes: str) -> Iterator[Finding]:
    """What keeps the pods of `documents` from `level` ("restricted"), in a cluster of version "1.34": a warning for each check.

    It names the container in the words of the API server, and the first field as a path of the object. An error, where the namespace
    among them enforces a level that a pod does not meet: it would be refused.
    """
    everything = list(documents)
    spaces = [one["metadata"] for one in everything if one.get("kind") == "Namespace"]
    enforced = {space["name"]: str((space.get("labels") or {}).get(_ENFORCE, "")) for space in spaces}
    for document, metadata, spec, path in pods(everything):
        refused = enforced.get(document["metadata"].get("namespace", ""), "")
        errors = violations(metadata, spec, refused, kubernetes) if refused in LEVELS else []
        for violation in errors:
            message = f"its namespace enforces {refused} and refuses the pod: {violation.message}"
            yield _finding(document, path, violation, message, Severity.ERROR)
        for violation in violations(metadata, spec, level, kubernetes):
            if violation not in errors:
                yield _finding(document, path, violation, f"the pod is not {level}: {violation.message}", Severity.WARNING)


def _finding(document: Mapping[str, Any], path: Path, violation: Violation, message: str, severity: Severity) -> Finding:
    """A finding that names the first field of a violation."""
    place = violation.paths[0]
    field = (*path[:-1], "metadata", *place) if place[0] == "annotations" else (*path, *place)
    resource = f"{document['kind']}/{document['metadata']['name']}"
    return Finding("pod-security", severity, message, resource=resource, hint=f"the field is {_written(field)}")


def _written(path: Path) -> str:
    """A path as people write it: `spec.template.spec.containers[0].securityContext`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
