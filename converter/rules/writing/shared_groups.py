"""The fsGroup of every pod: to whose group the kubelet gives its claims and its closed files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.compose.cycles import component_of
from converter.manifests import Manifests, pod_spec

User = tuple[int | None, int | None]


def fs_groups(manifests: Manifests, users: Mapping[str, User]) -> dict[str, int]:
    """Service -> fsGroup of its pod, for those that need one; `users` has uid and gid of every service.

    A pod needs one if a program that is not root writes to a claim or reads a file that is not for all. Pods that share a claim need the
    same one, the readers too: the first to mount it decides for all (a `local` volume is given away once, seen on a node).
    """
    pods = {key: _name(manifests, key) for key in users}
    beside: dict[str, list[str]] = {pod: [] for pod in pods.values()}
    first: dict[str, str] = {}
    for key, pod in pods.items():
        for volume in pod_spec(manifests.workload(key)).get("volumes", ()):
            if claim := volume.get("persistentVolumeClaim", {}).get("claimName"):
                other = first.setdefault(claim, pod)
                beside[pod].append(other)
                beside[other].append(pod)
    together = component_of(beside)
    groups: dict[int, int] = {}
    for key, (uid, gid) in users.items():
        if uid and _needs_group(manifests, key):
            groups.setdefault(together[pods[key]], uid if gid is None else gid)
    return {key: groups[together[pod]] for key, pod in pods.items() if together[pod] in groups}


def _name(manifests: Manifests, key: str) -> str:
    workload = manifests.workload(key)
    return f"{workload['kind']}/{workload['metadata']['name']}"


def _needs_group(manifests: Manifests, key: str) -> bool:
    """Whether the container writes to a claim, or reads a file that is not for all."""
    volumes = {volume["name"]: volume for volume in pod_spec(manifests.workload(key)).get("volumes", ())}
    mounts = [(mount, volumes.get(mount["name"], {})) for mount in manifests.container(key).get("volumeMounts", ())]
    return any(("persistentVolumeClaim" in volume and not mount.get("readOnly")) or _is_closed(volume) for mount, volume in mounts)


def _is_closed(volume: Mapping[str, Any]) -> bool:
    """Whether a volume of files keeps others from reading: mode 0440 and the like."""
    source: Mapping[str, Any] = next((volume[kind] for kind in ("secret", "configMap", "projected") if kind in volume), {})
    parts = [source, *(part for one in source.get("sources", ()) for part in one.values())]
    modes = [source.get("defaultMode"), *(item.get("mode") for part in parts for item in part.get("items", ()))]
    return any(mode is not None and not mode & 0o004 for mode in modes)
