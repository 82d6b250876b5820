"""Does every pod meet the level of the Pod Security Standards that the overlay asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from converter.checks.objects import label_of
from converter.findings import Finding, Severity
from converter.manifests import Object
from converter.pod_security import LEVELS, ROOT, Violation, pods, violations
from converter.pod_security.pod import Path

_ENFORCE = "pod-security.kubernetes.io/enforce"


def check(documents: Iterable[Object], level: str, kubernetes: str, told: Collection[str] = ()) -> Iterator[Finding]:
    """What keeps the pods of `documents` from `level` ("restricted"), in a cluster of version "1.34": one finding for each pod.

    It names the containers in the words of the API server, and the first field as a path of the object. An error, where the namespace
    among them enforces a level that the pod does not meet: it would be refused. A note, where it enforces one that the pod does meet.
    Of an object in `told`, as "Job/migrate", somebody has said already that its pod runs as root, or may do so.
    """
    everything = list(documents)
    spaces = [one["metadata"] for one in everything if one.get("kind") == "Namespace"]
    enforced = {space["name"]: str((space.get("labels") or {}).get(_ENFORCE, "")) for space in spaces}
    for document, metadata, spec, path in pods(everything):
        own = enforced.get(document["metadata"].get("namespace", ""), "")
        if refused := violations(metadata, spec, own, kubernetes) if own in LEVELS else []:
            said = f"its namespace enforces {own} and refuses the pod"
            yield _finding(document, path, refused, said, Severity.ERROR, "or the label of the namespace")
            continue
        known = ROOT if label_of(dict(document)) in told else ()
        if missed := [one for one in violations(metadata, spec, level, kubernetes) if one.reason not in known]:
            met = next(one for one in reversed(LEVELS) if not violations(metadata, spec, one, kubernetes))
            instead = f"by a patch where Compose has no word for it, or set 'target: {{pod-security: {met}}}' in the overlay"
            severity = Severity.INFO if own in LEVELS else Severity.WARNING
            yield _finding(document, path, missed, f"the pod is not {level}", severity, instead)


def _finding(document: Mapping[str, Any], path: Path, found: Sequence[Violation], said: str, severity: Severity, instead: str) -> Finding:
    """A finding about a pod, with the first field of its violations."""
    place = found[0].paths[0]
    field = (*path[:-1], "metadata", *place) if place[0] == "annotations" else (*path, *place)
    message = f"{said}: {'; '.join(violation.message for violation in found)}"
    hint = f"change '{_written(field)}', {instead}"
    return Finding("pod-security", severity, message, resource=label_of(dict(document)), hint=hint, path=field)


def _written(path: Path) -> str:
    """A path as people write it: `spec.template.spec.containers[0].securityContext`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
