"""The files that a container finds below a path: what ConfigMaps and Secrets put there, and what Compose puts there."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any

from converter.compose import binds, names
from converter.compose.bind_files import path_of
from converter.compose.file_secrets import config_key, config_text, file_key, source_of
from converter.compose.outside import external_key, external_name, outside
from converter.compose.project import Project
from converter.compose.secrets import marker
from converter.findings import Route
from converter.intent.field import Field
from converter.intent.pods import Pod

SOURCES = {"configMap": "name", "secret": "secretName"}
"""Kinds of volumes that hold files -> the field with the object's name."""


@dataclass(frozen=True)
class Files:
    """Files by their path below a mount ("" for a mount of one file). A file that is a secret has its marker for content."""

    contents: Mapping[str, bytes]

    def __str__(self) -> str:
        size = sum(map(len, self.contents.values()))
        text = b"".join(path.encode() + b"\0" + self.contents[path] + b"\0" for path in sorted(self.contents))
        digest = hashlib.sha256(text).hexdigest()
        names_ = ", ".join(sorted(self.contents)[:3]) + (", ..." if len(self.contents) > 3 else "")
        many = "1 file" if len(self.contents) == 1 else f"{len(self.contents)} files"
        return f"{many}{f' ({names_})' if names_ else ''}, {size} bytes, {digest[:8]}"


def holds_files(volume: Field) -> bool:
    """Whether a volume is one of files: of a ConfigMap, a Secret, or several of them."""
    return any(isinstance(volume.peek(kind), Mapping) for kind in (*SOURCES, "projected"))


@dataclass(frozen=True)
class Shown:
    """A file that the container finds: its content, the mount and the volume that show it, and the fields that make it."""

    data: bytes
    mount: Field
    volume: Field
    fields: tuple[Route, ...]


def view(pod: Pod) -> Mapping[str, Shown]:
    """Path -> file, for every file of a ConfigMap or a Secret that the container finds. A mount hides what another has below its path."""
    if "view" in pod.kept:
        kept: Mapping[str, Shown] = pod.kept["view"]
        return kept
    volumes = volumes_of(pod)
    found: dict[str, Shown] = {}
    mounts = [mount for mount in pod.container.each("volumeMounts") if isinstance(mount.peek("mountPath"), str)]
    for mount in sorted(mounts, key=lambda mount: len(str(mount.peek("mountPath")))):
        volume = volume_of(pod, mount, volumes)
        path = str(mount.peek("mountPath")).rstrip("/")
        for hidden in [one for one in found if one == path or one.startswith(f"{path}/")]:
            del found[hidden]
        for name, file in _shown(pod, mount, volume) if volume else ():
            found[f"{path}/{name}" if name else path] = file
    pod.kept["view"] = found
    return found


def volumes_of(pod: Pod) -> Mapping[Any, Field]:
    """The pod's volumes by name, those that a StatefulSet makes of its claim templates among them."""
    named = [(volume.peek("name"), volume) for volume in pod.spec.each("volumes")]
    made = [(claim.peek("metadata", "name"), claim) for claim in pod.workload.each("spec", "volumeClaimTemplates")]
    return {name: volume for name, volume in (*named, *made) if isinstance(name, str)}


def volume_of(pod: Pod, mount: Field, volumes: Mapping[Any, Field]) -> Field | None:
    """The volume that a mount shows; for a file that an init container copies to an empty one, the volume that it comes from."""
    name, sub = mount.peek("name"), mount.peek("subPath")
    volume = volumes.get(name) if isinstance(name, str) else None
    if volume is None or not isinstance(volume.peek("emptyDir"), Mapping) or not isinstance(sub, str):
        return volume
    for init in pod.spec.each("initContainers"):
        folders = {one.peek("name"): one.peek("mountPath") for one in init.each("volumeMounts") if isinstance(one.peek("name"), str)}
        words = init.peek("command")
        script = " ".join(map(str, words)) if isinstance(words, list) else ""
        for other, folder in folders.items():
            if other in volumes and holds_files(volumes[other]) and f"cp -f {folder}/{quote(sub)} {folders.get(name)}/" in script:
                return volumes[other]
    return volume


def _shown(pod: Pod, mount: Field, volume: Field) -> Iterator[tuple[str, Shown]]:
    """(path below the mount, file) of each file that a mount shows."""
    sub = str(mount.peek("subPath") or "").strip("/")
    ties = [(*mount.path, key) for key in ("mountPath", "name", *(("subPath",) if sub else ()))] + [(*volume.path, "name")]
    for path, data, fields in _tree(pod, volume):
        if not sub or path == sub or path.startswith(f"{sub}/"):
            yield path[len(sub) :].strip("/"), Shown(data, mount, volume, (*ties, *fields))


def _tree(pod: Pod, volume: Field) -> Iterator[tuple[str, bytes, list[Any]]]:
    """(path, content, fields) of each file in a volume."""
    sources = [(kind, volume.at(kind)) for kind in SOURCES]
    for projected in volume.each("projected", "sources"):
        sources += [(kind, projected.at(kind)) for kind in SOURCES]
    for kind, source in sources:
        if isinstance(source.data, Mapping):
            key = SOURCES[kind] if source.peek(SOURCES[kind]) is not None else "name"
            name = source.peek(key)
            if isinstance(name, str):
                yield from _object(pod, kind, name, source, [(*source.path, key)])


def _object(pod: Pod, kind: str, name: str, source: Field, because: list[Any]) -> Iterator[tuple[str, bytes, list[Any]]]:
    """The files that one ConfigMap or Secret makes: those of `items`, or one for each key."""
    items = list(source.each("items"))
    held = dict(_held(pod, kind, name, [str(item.peek("key")) for item in items]))
    if not isinstance(source.peek("items"), list):
        for key, (data, fields) in held.items():
            yield key, data, [*because, *fields]
    for item in items:
        key, path = item.peek("key"), item.peek("path")
        if isinstance(path, str) and isinstance(key, str) and key in held:
            data, fields = held[key]
            yield path, data, [*because, *fields, (*item.path, "key"), (*item.path, "path")]


def _held(pod: Pod, kind: str, name: str, asked: list[str]) -> Iterator[tuple[str, tuple[bytes, list[Any]]]]:
    """Key -> content and fields, of a ConfigMap; of a Secret the markers of its keys, and of those that are asked for."""
    if kind == "secret":
        known = pod.markers if name == pod.project.secret_name else {}
        for key in [*known, *(key for key in asked if key not in known)]:
            yield key, (pod.secret(name, key).encode(), [])
        return
    if ("ConfigMap", name) in outside(pod.project):
        for key in asked:
            yield key, (outer(name, key), [])
    config = pod.find("ConfigMap", name)
    for key, text in config.entries("data"):
        if isinstance(text.data, str):
            yield key, (text.data.encode(), [text.path])
    for key, text in config.entries("binaryData"):
        try:
            yield key, (base64.b64decode(str(text.data), validate=True), [text.path])
        except (binascii.Error, ValueError):
            continue


def bound(project: Project, service: str, mount: Mapping[str, Any]) -> Files:
    """The files of a bind mount as the container must find them: hosts by their names in the cluster, secrets as markers."""
    found = {}
    for file in binds.decide(project, service, mount).files:
        secret = marker(file_key(source_of(mount, file.path))) if file.secret else ""
        found[file.path] = secret.encode() or rewritten(project, service, file.data, path_of(str(mount["target"]), file.path))
    return Files(found)


def config(project: Project, service: str, source: str, target: str) -> Files | None:
    """The content of a Compose config as the container must find it; None if it is not in the project."""
    definition = (project.model.get("configs") or {}).get(source) or {}
    if definition.get("external"):
        return Files({"": outer(external_name(source, definition), external_key(source, definition))})
    text = config_text(project, source)
    if text is not None:
        secret = marker(config_key(source)) if project.secrets.has(text) else ""
        return Files({"": secret.encode() or rewritten(project, service, text.encode(), target)})
    if "file" in definition:
        return bound(project, service, {"type": "bind", "source": definition["file"], "target": target, "read_only": True})
    return None


def outer(name: str, key: str) -> bytes:
    """What stands for the content of a ConfigMap that is not made here."""
    return f"<key '{key}' of ConfigMap '{name}'>".encode()


def rewritten(project: Project, service: str, data: bytes, path: str) -> bytes:
    """The file at `path` with its hosts by their names in the cluster; one that is no text as it is."""
    try:
        return names.rewrite_file(project, service, data.decode(), path)[0].encode()
    except UnicodeDecodeError:
        return data
