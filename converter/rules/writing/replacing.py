"""How the pods of a workload are replaced, how a node is drained of them, and how often a Job tries again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.compose.workloads import replicas
from converter.manifests import Manifests, Object, pod_spec

_FOREVER = 2147483647


def retries(restart: str) -> tuple[bool, int]:
    """Whether a Job's failed pod stays as it is, and how often the Job tries again; Docker tries for ever where no number stands."""
    if restart in ("", "no"):
        return True, 0
    number = restart.partition(":")[2]
    return False, int(number) if number.isdecimal() and int(number) else _FOREVER


def strategy(manifests: Manifests, service: Mapping[str, Any], workload: Object) -> dict[str, Any]:
    """How a Deployment replaces its pods. With maxSurge 0 a new pod starts as soon as the old one begins to end (seen on a node)."""
    alone = replicas(service) <= 1 and not _starts_first(service)
    return {"type": "Recreate"} if alone or _is_bound_to_a_node(manifests, workload) else rolling(service)


def rolling(service: Mapping[str, Any]) -> dict[str, Any]:
    """How pods are replaced one by one: the old one first, unless `order: start-first` says otherwise."""
    first = _starts_first(service)
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": int(first), "maxUnavailable": int(not first)}}


def budget(name: str) -> Object:
    """What lets a node be drained, one pod at a time; a pod that is not Ready anyway never holds it up."""
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": name}}, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec}


def _starts_first(service: Mapping[str, Any]) -> bool:
    """Whether the new container is to run before the old one stops."""
    return bool(((service.get("deploy") or {}).get("update_config") or {}).get("order") == "start-first")


def _is_bound_to_a_node(manifests: Manifests, workload: Object) -> bool:
    """Whether a pod mounts a claim that only one node can mount at a time; an external claim may be one."""
    for volume in pod_spec(workload).get("volumes", ()):
        if name := volume.get("persistentVolumeClaim", {}).get("claimName"):
            claim = manifests.find("PersistentVolumeClaim", name)
            modes = claim["spec"].get("accessModes", ()) if claim else ()
            if "ReadWriteMany" not in modes and "ReadOnlyMany" not in modes:
                return True
    return False
