"""The objects of a claim: the PersistentVolumeClaim, and the PersistentVolume behind it where the project brings its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.project import Project, Target
from converter.manifests import Object
from converter.rules.writing.claims import Claim
from converter.rules.writing.host_folders import Folders
from converter.rules.writing.kinds import AccessMode, Bytes, Name


@dataclass(frozen=True)
class Wish:
    """What an overlay says of a claim."""

    size: Bytes = ""
    storage_class: Name = ""
    access_mode: AccessMode | None = None


def objects(project: Project, target: Target, claim: Claim, wish: Wish, folders: Folders | None) -> Iterator[Object]:
    """The claim, after the volume that only it can take if there is one; nothing for an external claim."""
    if claim.external:
        return
    spec: dict[str, Any] = {"accessModes": [wish.access_mode], "resources": {"requests": {"storage": wish.size}}}
    source, storage_class = _source(claim, folders)
    if source:
        namespace = target.namespace or kubernetes_name(project.name)
        name = kubernetes_name(f"{namespace}-{claim.name}", 253)
        yield _volume(name, namespace, claim, wish, source | {"storageClassName": storage_class})
        spec |= {"storageClassName": storage_class, "volumeName": name}
    elif wish.storage_class:
        spec["storageClassName"] = wish.storage_class
    yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": claim.name}, "spec": spec}


def _source(claim: Claim, folders: Folders | None) -> tuple[dict[str, Any], str]:
    """Where the volume of a claim is, in a PersistentVolume's words, and its class; nothing if the cluster makes it."""
    if claim.nfs:
        options = {"mountOptions": claim.nfs["options"]} if claim.nfs["options"] else {}
        return {"nfs": {"server": claim.nfs["server"], "path": claim.nfs["path"]}} | options, ""
    if folders:
        path = f"{folders.above}/{claim.name}"
        return {"hostPath": {"path": path, "type": "DirectoryOrCreate"}}, folders.storage_class
    return {}, ""


def _volume(name: str, namespace: str, claim: Claim, wish: Wish, source: dict[str, Any]) -> Object:
    """A volume that is kept when its claim goes, and that no other claim can take."""
    spec = {
        "accessModes": [wish.access_mode],
        "capacity": {"storage": wish.size},
        "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": namespace, "name": claim.name},
        "persistentVolumeReclaimPolicy": "Retain",
        **source,
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
