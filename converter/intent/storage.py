"""Readers of what is mounted: claims, files, memory, each at its path."""

from __future__ import annotations

import re
from typing import Any

from converter.compose import binds
from converter.compose.bind_files import path_of
from converter.compose.file_secrets import source_of
from converter.compose.names import kubernetes_name
from converter.compose.units import bytes_of
from converter.intent.files import Files, bound
from converter.intent.key import Asked, Fits, Reason
from converter.intent.renamings import said

FILES = ("file", "config", "initdb")
NOWHERE = ("image", "npipe", "cluster")
"""Types of mounts that a pod cannot have."""
NOTHING_MOUNTED = "nothing is mounted: its source is refused"


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
    mount = asked.element()
    shown = [(file.data, path_of(str(mount["target"]), file.path), source_of(mount, file.path)) for file in bind.files if not file.secret]
    renamings = [one for data, path, source in shown for one in said(asked.project, asked.service, data, path, source)]
    return ", ".join(renamings) or "the content of the files"


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
                return Reason("not needed", NOTHING_MOUNTED)
            text, hint = _parted(bind.why) if bind.kind == "refused" else (bind.why, "")
            return Reason("not needed" if empty else verdicts[bind.kind], text, hint)
    elif (kind := asked.element().get("type")) in NOWHERE:
        refused = Reason("refused", f"a mount of type '{kind}' has no counterpart", "use a named volume, or build the files into the image")
        said_at = "source" if asked.element().get("source") else "type"
        return refused if asked.route[-1] == said_at else Reason("not needed", NOTHING_MOUNTED)
    elif not asked.element().get("source") and _below_source(asked):
        return Reason("not needed", "it keeps a part of the image from the source code that is mounted above, which is not")
    if asked.route[-1] == "source" and _in_memory(asked):
        return Reason("not needed", "a volume in memory has no name")
    return None


def no_subpath(asked: Asked) -> Reason | None:
    """A folder of a volume that is empty whenever the container starts, or that is not there."""
    if reason := dropped(asked):
        return reason
    if not asked.element().get("source") or _in_memory(asked):
        why = f"an empty volume has no folder '{asked.raw}': Docker does not start the container either"
        return Reason("refused", why, "leave 'subpath' out")
    return None


def _parted(why: str) -> tuple[str, str]:
    """What is wrong, and what to do, which stands behind the first colon or semicolon that is followed by a space."""
    text, mark, hint = re.sub(r"(: |; )", "\n", why, count=1).partition("\n")
    return (text, hint) if mark else (why, "")


def _below_source(asked: Asked) -> bool:
    """Whether an anonymous volume lies below a bind of source code."""
    path = str(asked.element().get("target", ""))
    for mount in asked.model.get("volumes") or ():
        if mount.get("type") == "bind" and path.startswith(f"{str(mount.get('target')).rstrip('/')}/"):
            return binds.decide(asked.project, asked.service, mount).kind == "source"
    return False


def wanted_tmpfs(asked: Asked) -> Any:
    """Path and size in bytes, where nobody asks for another mode or owner than an emptyDir has."""
    path, _, options = str(asked.raw).partition(":")
    if ownership := _ownership(options):
        return f"{path}, with {ownership}"
    return f"{path}:size={size}" if (size := _size(options)) else path


def near_tmpfs(asked: Asked, got: Any) -> str | None:
    """A limit that Compose does not set; a mode that is always 1777."""
    path, _, options = str(asked.raw).partition(":")
    if str(got).partition(":")[0] != path or (_size(options) and not str(got).endswith(f"={_size(options)}")):
        return None
    if ownership := _ownership(options):
        return f"the folder has mode 1777 and belongs to root, not {ownership}: every user of the container may write there"
    return "it has a limit of its own, which counts to the memory of the pod: a program that writes more is evicted"


def _ownership(options: str) -> str:
    """The options that ask for a mode or an owner which the folder does not have."""
    asked = [word for word in options.split(",") if word.partition("=")[0] in ("mode", "uid", "gid")]
    return ",".join(word for word in asked if word not in ("uid=0", "gid=0") and word.removeprefix("mode=").lstrip("0") != "1777")


def _size(options: str) -> str:
    sizes = [word.removeprefix("size=") for word in options.split(",") if word.startswith("size=")]
    try:
        return str(bytes_of(sizes[-1])) if sizes else ""
    except ValueError:
        return ""


def no_mode(asked: Asked) -> Reason | None:
    """A mode of a tmpfs: 1777 it has already."""
    return Reason("not needed", "an emptyDir has mode 1777 already") if asked.raw in (0o1777, "1777", "01777") else None
