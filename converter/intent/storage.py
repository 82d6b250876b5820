"""Readers of what is mounted: claims, files, memory, each at its path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose import binds
from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.compose.units import bytes_of, canonical
from converter.intent.field import Field
from converter.intent.files import Files, Shown, bound, holds_files, renamed_in, view, volume_of
from converter.intent.key import Asked, Fits, Read, Reason, renamed
from converter.intent.pods import Pod
from converter.intent.times import quantity

Mounts = Mapping[str, list[tuple[Field, Field]]]
FILES = ("file", "config", "initdb")
NAMELESS = ("ephemeral", "nfs", "csi", "iscsi", "cephfs")
"""Kinds of volumes that keep data without a claim of a name."""


def mounts(pod: Pod) -> Mounts:
    """Identity of a Compose mount -> the mounts at its path, or that show files below it, each with its volume.

    A mount that no Compose mount accounts for is under its own path.
    """
    if "mounts" in pod.kept:
        kept: Mounts = pod.kept["mounts"]
        return kept
    volumes = {volume.peek("name"): volume for volume in pod.spec.each("volumes") if isinstance(volume.peek("name"), str)}
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


def _linked(mount: Field, volume: Field) -> None:
    """Note what ties a mount to its volume."""
    mount.text("mountPath")
    mount.text("name")
    volume.text("name")


def kind(pod: Pod) -> Iterator[Read]:
    """What is mounted: `volume` for data that stays or starts empty, `tmpfs`, `bind` for a folder of the node, `config` for files."""
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if found := _kind(volume):
                _linked(mount, volume)
                copy = found == "config" and mount.peek("name") != volume.peek("name")
                yield Read((key,), "copy" if copy else found)


def _kind(volume: Field) -> str:
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
                _linked(mount, volume)
                yield Read((key,), name)


def _claim(pod: Pod, volume: Field) -> str:
    """The claim's name, if the claim is there or is said to be outside."""
    name = volume.text("persistentVolumeClaim", "claimName")
    if not name or name in _external(pod.project):
        return name
    found = pod.find("PersistentVolumeClaim", name).text("metadata", "name")
    return found or f"<no claim '{name}'>"


def _external(project: Project) -> set[str]:
    volumes: Mapping[str, Any] = project.model.get("volumes") or {}
    return {
        kubernetes_name(str(one.get("name") or key)) for key, one in volumes.items() if isinstance(one, Mapping) and one.get("external")
    }


def read_only(pod: Pod) -> Iterator[Read]:
    """Whether the mount is read-only: files of ConfigMaps and Secrets always are."""
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if holds_files(volume) or mount.flag("readOnly") or volume.flag("persistentVolumeClaim", "readOnly"):
                _linked(mount, volume)
                yield Read((key,), value=True)


def subpath(pod: Pod) -> Iterator[Read]:
    """The folder of a claim that is mounted."""
    for key, places in mounts(pod).items():
        for mount, volume in places:
            pod.seen.clear()
            if not holds_files(volume) and (found := mount.text("subPath")):
                _linked(mount, volume)
                yield Read((key,), found)


def memory(pod: Pod) -> Iterator[tuple[str, str | None]]:
    """(path, size in bytes or None) of each mount that is memory."""
    for places in mounts(pod).values():
        for mount, volume in places:
            pod.seen.clear()
            if _kind(volume) == "tmpfs":
                _linked(mount, volume)
                size = quantity(volume.value("emptyDir", "sizeLimit")) if volume.peek("emptyDir", "sizeLimit") is not None else None
                yield str(mount.peek("mountPath")), None if size is None else str(int(size))


def tmpfs_size(pod: Pod) -> Iterator[Read]:
    """The size of a `tmpfs` among the volumes."""
    for path, size in memory(pod):
        if size is not None:
            yield Read((path,), size)


def tmpfs(pod: Pod) -> Iterator[Read]:
    """The service's own `tmpfs`: path and size."""
    texts = {str(text).partition(":")[0].rstrip("/"): str(text) for text in pod.model.get("tmpfs") or ()}
    for path, size in memory(pod):
        yield Read((texts.get(path.rstrip("/"), path),), f"{path}:size={size}" if size else path)


def shm_size(pod: Pod) -> Iterator[Read]:
    """The size of /dev/shm."""
    for path, size in memory(pod):
        if path.rstrip("/") == "/dev/shm" and size:  # noqa: S108 - a path inside the container
            yield Read((), size)


def volumes_from(pod: Pod) -> Iterator[Read]:
    """Whether everything that another service mounts is mounted here."""
    here = {str(mount.peek("mountPath")).rstrip("/") for mount in pod.container.each("volumeMounts")}
    for text in pod.model.get("volumes_from") or ():
        other = pod.project.services.get(str(text).partition(":")[0], {})
        wanted = {str(mount.get("target")).rstrip("/") for mount in other.get("volumes") or ()}
        if wanted and wanted <= here:
            for mount in pod.container.each("volumeMounts"):
                if str(mount.peek("mountPath")).rstrip("/") in wanted:
                    mount.text("mountPath")
            yield Read((str(text),), str(text))


def _bind(asked: Asked) -> binds.Bind | None:
    """What a bind mount is; None for another mount."""
    mount = asked.element()
    return binds.decide(asked.project, asked.service, mount) if mount.get("type") == "bind" else None


def _in_memory(asked: Asked) -> bool:
    volume = (asked.project.model.get("volumes") or {}).get(str(asked.element().get("source"))) or {}
    return (volume.get("driver_opts") or {}).get("type") == "tmpfs"


def wanted_kind(asked: Asked) -> str:
    """A volume or memory as itself; bound files as files."""
    bind = _bind(asked)
    if bind and bind.kind in FILES and asked.element().get("read_only"):
        return "config"
    return "tmpfs" if _in_memory(asked) else str(asked.raw)


def near_kind(asked: Asked, got: Any) -> str | None:
    """Files that nobody can write to, and a claim in the place of a folder."""
    bind = _bind(asked)
    if bind and bind.kind in FILES and got == "copy":
        return "an init container copies the file at each start of the pod: what the program writes to it goes with the pod"
    if bind and bind.kind in FILES and got == "config":
        return "the files are read-only here: a program that writes to them fails"
    if bind and bind.kind == "data" and got == "volume":
        return "a claim takes the folder's place, empty at first: what the folder holds is not in the cluster"
    return None


def wanted_source(asked: Asked) -> Any:
    """The claim of a volume; the content of bound files; any claim for a data folder."""
    bind, volume = _bind(asked), (asked.project.model.get("volumes") or {}).get(str(asked.raw)) or {}
    if bind and bind.kind in FILES:
        return _beside(asked, bound(asked.project, asked.service, asked.element()))
    if bind and bind.kind == "data":
        return Fits("a claim", lambda got: isinstance(got, str) and not got.startswith("<"))
    return kubernetes_name(str(volume.get("name") or asked.raw) if volume.get("external") else str(asked.raw))


def said_source(asked: Asked) -> str:
    """The hosts that were renamed in bound files; where the data is, where that is not its own name."""
    bind = _bind(asked)
    if bind is None or bind.kind not in FILES:
        return ""
    pairs = [pair for file in bind.files if not file.secret for pair in renamed_in(asked.project, asked.service, file.data)]
    return renamed(pairs) or "the content of the files"


def _beside(asked: Asked, files: Files) -> Files:
    """The files without those that another mount of the service hides."""
    above = str(asked.element().get("target")).rstrip("/")
    others = {str(mount.get("target")).rstrip("/") for mount in asked.model.get("volumes") or ()} - {above}
    below = [path[len(above) + 1 :] for path in others if path.startswith(f"{above}/")]
    kept = {path: data for path, data in files.contents.items() if not any(path == one or path.startswith(f"{one}/") for one in below)}
    return Files(kept)


def dropped(asked: Asked) -> Reason | None:
    """Why a mount is not there: the clock, source code, what a cluster refuses, an anonymous volume below source code."""
    bind = _bind(asked)
    if bind is not None:
        verdicts = {"clock": "not needed", "source": "not needed", "refused": "refused"}
        empty = bind.kind in FILES and not bind.files
        if empty or bind.kind in verdicts:
            if bind.kind == "refused" and asked.route[2] != "source":
                return Reason("not needed", "nothing is mounted: its source is refused")
            return Reason("not needed" if empty else verdicts[bind.kind], bind.why)
    elif asked.element().get("type") in ("image", "npipe", "cluster"):
        return Reason(
            "refused",
            f"a mount of type '{asked.element()['type']}' has no counterpart",
            "use a named volume, or build the files into the image",
        )
    elif not asked.element().get("source") and _below_source(asked):
        return Reason("not needed", "it keeps a part of the image from the source code that is mounted above, which is not")
    if asked.route[-1] == "source" and _in_memory(asked):
        return Reason("not needed", "a volume in memory has no name")
    return None


def _below_source(asked: Asked) -> bool:
    """Whether an anonymous volume lies below a bind of source code."""
    path = str(asked.element().get("target", ""))
    for mount in asked.model.get("volumes") or ():
        if mount.get("type") == "bind" and path.startswith(f"{str(mount.get('target')).rstrip('/')}/"):
            return binds.decide(asked.project, asked.service, mount).kind == "source"
    return False


def wanted_tmpfs(asked: Asked) -> Any:
    """Path and size in bytes."""
    path, _, options = str(asked.raw).partition(":")
    return f"{path}:size={size}" if (size := _size(options)) else path


def near_tmpfs(asked: Asked, got: Any) -> str | None:
    """A limit that Compose does not set; a mode that is always 1777."""
    path, _, options = str(asked.raw).partition(":")
    if str(got).partition(":")[0] != path or (_size(options) and not str(got).endswith(f"={_size(options)}")):
        return None
    return "it has a limit of its own, which counts to the memory of the pod: a program that writes more is evicted"


def _size(options: str) -> str:
    sizes = [word.removeprefix("size=") for word in options.split(",") if word.startswith("size=")]
    try:
        return str(bytes_of(sizes[-1])) if sizes else ""
    except ValueError:
        return ""


def no_mode(asked: Asked) -> Reason | None:
    """A mode of a tmpfs: 1777 it has already."""
    return Reason("not needed", "an emptyDir has mode 1777 already") if asked.raw in (0o1777, "1777", "01777") else None
