"""What a server fills in where a manifest says nothing: fields that say no more than their absence does.

The values are those that kube-apiserver 1.34 added to the reference stack and 57 real projects (`kubectl create --dry-run=server`), and
those of the API reference for kinds and fields that a run does not write.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from converter.findings import Route
from converter.intent.cluster import TEMPLATES
from converter.intent.key import matching, same

OWN = (
    *(
        "status",
        "status.**",
        "metadata.uid",
        "metadata.creationTimestamp",
        "metadata.generation",
        "metadata.resourceVersion",
        "metadata.selfLink",
    ),
    *("metadata.managedFields.**", "metadata.finalizers", "metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration"),
    *("metadata.annotations.deployment\\.kubernetes\\.io/revision", "spec.clusterIPs", "spec.ipFamilies", "spec.ipFamilyPolicy"),
    *("metadata.annotations.deprecated\\.daemonset\\.template\\.generation", "pod.spec.serviceAccount", "pod.metadata.creationTimestamp"),
)
"""Fields that the server keeps for itself, or copies from another one; `pod` is the pod template."""

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3, "httpGet.scheme": "HTTP"}
_CONTAINER = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "resources": {},
    "securityContext": {},
    "ports.*.protocol": "TCP",
    "env.*.value": "",
    "env.*.valueFrom.fieldRef.apiVersion": "v1",
    **{f"{probe}.{key}": value for probe in ("readinessProbe", "livenessProbe", "startupProbe") for key, value in _PROBE.items()},
}
_POD = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30,
    "securityContext": {},
    "volumes.*.configMap.defaultMode": 420,
    "volumes.*.secret.defaultMode": 420,
    "volumes.*.projected.defaultMode": 420,
    "volumes.*.hostPath.type": "",
    **{f"{kind}.*.{key}": value for kind in ("containers", "initContainers") for key, value in _CONTAINER.items()},
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "Deployment": {"progressDeadlineSeconds": 600, "revisionHistoryLimit": 10, "replicas": 1},
    "StatefulSet": {
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 10,
        "replicas": 1,
        "updateStrategy.type": "RollingUpdate",
        "updateStrategy.rollingUpdate.partition": 0,
        **{f"persistentVolumeClaimRetentionPolicy.{when}": "Retain" for when in ("whenDeleted", "whenScaled")},
    },
    "DaemonSet": {"revisionHistoryLimit": 10, "updateStrategy.type": "RollingUpdate"},
    "Job": {
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
        "manualSelector": False,
        "completions": 1,
        "parallelism": 1,
        "backoffLimit": 6,
    },
    "CronJob": {"concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1},
    "Service": {
        "type": "ClusterIP",
        "internalTrafficPolicy": "Cluster",
        "externalTrafficPolicy": "Cluster",
        "sessionAffinity": "None",
        "allocateLoadBalancerNodePorts": True,
        "publishNotReadyAddresses": False,
        "ports.*.protocol": "TCP",
    },
    "PersistentVolumeClaim": {"volumeMode": "Filesystem"},
    "PersistentVolume": {"volumeMode": "Filesystem", "persistentVolumeReclaimPolicy": "Retain"},
    "NetworkPolicy": {"ingress.*.ports.*.protocol": "TCP", "egress.*.ports.*.protocol": "TCP"},
    "Namespace": {"finalizers": ["kubernetes"]},
}
"""Kind -> field of its spec -> what stands there if nothing does."""


def says_nothing(field: Route, value: Any) -> bool:
    """Whether a field, given with its kind and name in front, says no more with this value than a server says by itself."""
    kind, path = str(field[0]), tuple(map(str, field[2:]))
    template = TEMPLATES.get(kind, ())
    if template and path[: len(template)] == template:
        path = ("pod", *path[len(template) :])
    if value is None or any(matching(steps, path) for steps, _ in _table(kind, own=True)):
        return True
    given = kind == "Service" and path == ("spec", "clusterIP") and value not in ("None", "")
    return given or any(matching(steps, path) and same(value, default) for steps, default in _table(kind, own=False))


@cache
def _table(kind: str, *, own: bool) -> tuple[tuple[Route, Any], ...]:
    """The patterns of a kind as steps, each with its value."""
    if own:
        return tuple((_steps(pattern), None) for pattern in OWN)
    written = {f"spec.{key}": value for key, value in DEFAULTS.get(kind, {}).items()} | {
        f"pod.spec.{key}": value for key, value in _POD.items()
    }
    return tuple((_steps(pattern), value) for pattern, value in written.items())


def _steps(pattern: str) -> Route:
    """A pattern taken apart at its dots; one behind a backslash is a dot of a name."""
    return tuple(step.replace("\0", ".") for step in pattern.replace("\\.", "\0").split("."))
