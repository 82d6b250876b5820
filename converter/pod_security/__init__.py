"""The Pod Security Standards: what keeps a pod from being accepted in a namespace of level baseline or restricted.

The rules are those of k8s.io/pod-security-admission for Kubernetes 1.25 to 1.37; an older version is judged as 1.25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from converter.pod_security import baseline, restricted
from converter.pod_security.pod import Breach, Path, Pod, mapping

LEVELS = ("privileged", "baseline", "restricted")
"""From what allows everything to the strictest."""

_TEMPLATES: Mapping[str, Path] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job"), ("spec", "template")),
    "PodTemplate": ("template",),
}


class Check(NamedTuple):
    """One row of the standards: the reason that a message begins with, who finds the breaches, and from which minor version on."""

    reason: str
    breaches: Callable[[Pod], Iterator[Breach]]
    since: int = 0


BASELINE = (
    Check("privileged", baseline.privileged),
    Check("host namespaces", baseline.host_namespaces),
    Check("hostPort", baseline.host_ports),
    Check("probe or lifecycle host", baseline.host_probes, since=34),
    Check("seLinuxOptions", baseline.selinux_options),
    Check("forbidden AppArmor profile", baseline.apparmor_profile),
    Check("forbidden sysctls", baseline.sysctls),
    Check("hostProcess", baseline.windows_host_process),
)
"""What both levels hold a pod to."""
BASELINE_ALONE = (
    Check("hostPath volumes", baseline.host_path_volumes),
    Check("non-default capabilities", baseline.capabilities),
    Check("procMount", baseline.proc_mount),
    Check("seccompProfile", baseline.seccomp_profile),
)
"""What restricted has a stricter check for."""
RESTRICTED = (
    Check("restricted volume types", restricted.volumes),
    Check("allowPrivilegeEscalation != false", restricted.privilege_escalation),
    Check("unrestricted capabilities", restricted.capabilities),
    Check("runAsNonRoot != true", restricted.run_as_non_root),
    Check("runAsUser=0", restricted.run_as_user),
    Check("seccompProfile", restricted.seccomp_profile),
    Check("procMount", baseline.proc_mount),
    Check("procMount", baseline.proc_mount_restricted, since=35),
)
ROOT = ("allowPrivilegeEscalation != false", "unrestricted capabilities", "runAsNonRoot != true", "runAsUser=0")
"""The reasons of `restricted` that a container which runs as root, or may do so, gives."""
_CHECKS = {"privileged": (), "baseline": (*BASELINE, *BASELINE_ALONE), "restricted": (*BASELINE, *RESTRICTED)}


@dataclass(frozen=True)
class Violation:
    """A check that a pod does not meet.

    Attributes:
        message: as the API server words it.
        paths: the fields that it is about, below the pod's spec; an annotation is below its metadata.
        reason: what the message begins with.

    """

    message: str
    paths: tuple[Path, ...]
    reason: str = ""


def violations(metadata: Mapping[str, Any], spec: Mapping[str, Any], level: str, kubernetes: str) -> list[Violation]:
    """What keeps a pod from being accepted at `level` by a cluster of version `kubernetes`, "1.34". Raises KeyError for another level."""
    pod = Pod(metadata, spec, max(25, int(kubernetes.split(".")[1])))
    found: dict[str, Violation] = {}
    for check in _CHECKS[level]:
        if check.since <= pod.minor and (breaches := list(check.breaches(pod))):
            found[check.reason] = Violation(f"{check.reason} ({_told(breaches)})", tuple(breach.path for breach in breaches), check.reason)
    return list(found.values())


def level(documents: Iterable[Mapping[str, Any]], kubernetes: str) -> str:
    """The strictest level that every pod of these objects meets."""
    found = list(pods(documents))
    for name in reversed(LEVELS):
        if not any(violations(metadata, spec, name, kubernetes) for _, metadata, spec, _ in found):
            return name
    raise AssertionError  # level privileged has no checks


def pods(documents: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any], Path]]:
    """Each object that makes pods, with their metadata and spec and the path of that spec in the object."""
    for document in documents:
        kind = document.get("kind")
        if isinstance(kind, str) and kind in _TEMPLATES:
            path = _TEMPLATES[kind]
            template = mapping(document, *map(str, path))
            yield document, mapping(template, "metadata"), mapping(template, "spec"), (*path, "spec")


def _told(breaches: Iterable[Breach]) -> str:
    """The breaches in one sentence: those who do the same are named together."""
    groups: dict[tuple[str, bool], list[str | None]] = {}
    for breach in breaches:
        groups.setdefault((breach.what, breach.either), []).append(breach.who)
    return "; ".join(filter(None, (f"{_subject(who, either=either)}{what}" for (what, either), who in groups.items())))


def _subject(who: Iterable[str | None], *, either: bool) -> str:
    """Who does it: `pod and containers "a", "b" `."""
    names = [name for name in dict.fromkeys(who) if name is not None]
    containers = ", ".join(f'"{name}"' for name in names if name)
    several = "s" if containers.count('"') > 2 else ""
    parts = ["pod"] * ("" in names or either) + [f"container{several} {containers}"] * bool(containers)
    return f"{(' or ' if either else ' and ').join(parts)} " if parts else ""
