"""Readers of what is mounted: claims, files, memory, each at its path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.units import canonical
from converter.intent.field import Field
from converter.intent.files import Files, Shown, holds_files, view, volume_of, volumes_of
from converter.intent.key import Read
from converter.intent.pods import Pod

Mounts = Mapping[str, list[tuple[Field, Field]]]
NAMELESS = ("ephemeral", "nfs", "csi", "iscsi", "cephfs")
"""Kinds of volumes that keep data without a claim of a name."""


def mounts(pod: Pod) -> Mounts:
    """Identity of a Compose mount -> the mounts at its path, or that show files below it, each with its volume.

    A mount that no Compose mount accounts for is under its own path.
    """
    if "mounts" in pod.kept:
        kept: Mounts = pod.kept["mounts"]
        return kept
    volumes = volumes_of(pod)
    asked = _targets(pod)
    found: dict[str, list[tuple[Field, Field]]] = defaultdict(list)
    for mount in pod.container.each("volumeMounts"):
        path = mount.peek("mountPath")
        volume = volume_of(pod, mount, volumes)
        if isinstance(path, str) and volume is not None:
            path = path.rstrip("/") or "/"
            shown = [_owner(file, asked) for file, one in view(pod).items() if one.mount is mount or one.mount.path == mount.path]
            for key in dict.fromkeys([asked[path]] if path in asked else shown or [path]):
                found[key or path].append((mount, volume))
            for key in dict.fromkeys(shown):
                if key and (mount, volume) not in found[key]:
                    found[key].append((mount, volume))
    pod.kept["mounts"] = found
    return found


def _targets(pod: Pod) -> Mapping[str, str]:
    """Path -> identity of each Compose mount."""
    return {str(element.get("target", key)).rstrip("/") or "/": key for key, element in asked_mounts(pod).items()}


def _owner(path: str, asked: Mapping[str, str]) -> str:
    """The identity of the Compose mount that shows a path: the deepest at or above it; "" if there is none."""
    while path and path not in asked:
        path = path.rpartition("/")[0]
    return asked.get(path, "")


def asked_mounts(pod: Pod) -> Mapping[str, Any]:
    """The Compose service's `volumes` by identity."""
    asked = canonical({"volumes": pod.model.get("volumes") or []})["volumes"]
    return {str(key): element for key, element in asked.items() if isinstance(element, Mapping)}


def linked(mount: Field, volume: Field) -> None:
    """Note what ties a mount to its volume."""
    mount.text("mountPath")
    mount.text("name")
    volume.text("metadata", "name") if templated(volume) else volume.text("name")


def kind(pod: Pod) -> Iterator[Read]:
    """What is mounted: `volume` for data that stays or starts empty, `tmpfs`, `bind` for a folder of the node, `config` for files."""
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if found := kind_of_volume(volume):
                linked(mount, volume)
                copy = found == "config" and mount.peek("name") != volume.peek("name")
                yield Read((key,), "copy" if copy else found)


def kind_of_volume(volume: Field) -> str:
    """What a volume is, in the words of `kind`; "" for one that nobody knows."""
    if holds_files(volume):
        return "config"
    if isinstance(volume.peek("emptyDir"), Mapping):
        if volume.peek("emptyDir", "medium") == "Memory":
            volume.text("emptyDir", "medium")
            return "tmpfs"
        volume.value("emptyDir")
        return "volume"
    if isinstance(volume.peek("hostPath"), Mapping):
        return "bind"
    if templated(volume):
        volume.text("metadata", "name")
        return "volume"
    return "volume" if any(isinstance(volume.peek(one), Mapping) for one in ("persistentVolumeClaim", *NAMELESS)) else ""


def target(pod: Pod) -> Iterator[Read]:
    """Where it is mounted. Files that are mounted one by one stand for their folder, and a folder for a file that stands inside of it."""
    for key, places in mounts(pod).items():
        path = str(asked_mounts(pod).get(key, {}).get("target", ""))
        for mount, volume in places:
            pod.seen.clear()
            found = mount.text("mountPath")
            near = found.startswith(f"{path.rstrip('/')}/") or path.startswith(f"{found.rstrip('/')}/")
            yield Read((key,), path if path and near and holds_files(volume) else found)


def source(pod: Pod) -> Iterator[Read]:
    """Where the data is: the claim, the folder of the node, or the files themselves."""
    asked = _targets(pod)
    paths = {key: path for path, key in asked.items()}
    files: dict[str, dict[str, Shown]] = defaultdict(dict)
    for path, file in view(pod).items():
        key = _owner(path, asked)
        below = paths.get(key) or str(file.mount.peek("mountPath")).rstrip("/")
        files[key or below][path[len(below.rstrip("/")) :].strip("/")] = file
    for key, found in files.items():
        pod.seen[:] = [field for file in found.values() for field in file.fields]
        yield Read((key,), Files({path: file.data for path, file in found.items()}))
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if name := _claim(pod, volume) or volume.text("hostPath", "path"):
                linked(mount, volume)
                yield Read((key,), name)


def templated(volume: Field) -> bool:
    """Whether a volume is a claim template of a StatefulSet."""
    return "volumeClaimTemplates" in volume.path[:-1]


def _claim(pod: Pod, volume: Field) -> str:
    """The claim's name, if the claim is there, is said to be outside, or is made of a template for the first pod."""
    if templated(volume):
        return f"{volume.text('metadata', 'name')}-{pod.workload.text('metadata', 'name')}-0"
    name = volume.text("persistentVolumeClaim", "claimName")
    if not name or name in _external(pod):
        return name
    found = pod.find("PersistentVolumeClaim", name).text("metadata", "name")
    return found or f"<no claim '{name}'>"


def _external(pod: Pod) -> set[str]:
    """The claims of the volumes that are outside of the project."""
    if "external" not in pod.cluster.kept:
        volumes: Mapping[str, Any] = pod.project.model.get("volumes") or {}
        given = ((key, one) for key, one in volumes.items() if isinstance(one, Mapping) and one.get("external"))
        pod.cluster.kept["external"] = {kubernetes_name(str(one.get("name") or key)) for key, one in given}
    found: set[str] = pod.cluster.kept["external"]
    return found


def read_only(pod: Pod) -> Iterator[Read]:
    """Whether the mount is read-only: files of ConfigMaps and Secrets always are."""
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if holds_files(volume) or mount.flag("readOnly") or volume.flag("persistentVolumeClaim", "readOnly"):
                linked(mount, volume)
                yield Read((key,), value=True)


def subpath(pod: Pod) -> Iterator[Read]:
    """The folder of a claim that is mounted."""
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if not holds_files(volume) and (found := mount.text("subPath")):
                linked(mount, volume)
                yield Read((key,), found)
