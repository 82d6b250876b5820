"""Init containers that prepare volumes: one that copies the image's files into an empty one, one that gives folders to a user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from shlex import quote
from typing import Any

from converter.compose.build import build_of
from converter.compose.images import facts_of
from converter.compose.project import Project
from converter.compose.workloads import runs_as
from converter.rules.writing.dollar import literal
from converter.rules.writing.mounts import mounts_of, volume_name

_FILL = "/cdb-convert/fill"
_FILES = "/cdb-convert/files"
_COPIES = "/cdb-convert/copies"
_PROGRAM = {"node_modules", "vendor", "venv", ".venv", "static", "staticfiles", "public", "assets", "dist"}
"""Last part of a path that an image's build fills and its program, or a web server beside it, reads."""


def is_filled(project: Project, service: str, mount: Mapping[str, Any]) -> bool:
    """Whether a named volume has to hold what the image has at its target, as Docker sees to it.

    So it is for the files that an image is known to need, for a part of the program that an image of this project brings, and where
    another service only reads what this one builds.
    """
    source, known = mount.get("source"), facts_of(project, service)
    if mount["type"] != "volume" or (mount.get("volume") or {}).get("nocopy"):
        return False
    users = {key for key in project.services if key != service and source in {one.get("source") for one in mounts_of(project, key)}}
    if known and any(f"{mount['target'].rstrip('/')}/".startswith(f"{path}/") for path in known.files):
        return not mount.get("read_only") and not any(build_of(project, key) for key in users)
    if not build_of(project, service):
        return False
    others = (key for key in users if not build_of(project, key))
    read = any(other.get("source") == source and other.get("read_only") for key in others for other in mounts_of(project, key))
    return not mount.get("read_only") and (mount["target"].rstrip("/").rpartition("/")[2] in _PROGRAM or read)


def fill(project: Project, service: str, container: Mapping[str, Any], mount: Mapping[str, Any]) -> dict[str, Any]:
    """An init container of the service's own image that copies the files at a mount's path into its volume, if that is empty.

    A fresh ext4 file system holds `lost+found`, and nothing else.
    """
    here = quote(mount["mountPath"].rstrip("/"))
    script = f'[ ! -d {here} ] || case "$(ls -A {_FILL})" in ""|lost+found) cp -R {here}/. {_FILL}/;; esac'
    return {
        **_same_image(container),
        "name": volume_name(project, service, f"fill-{mount['name']}"),
        "command": ["/bin/sh", "-c", literal(script)],
        "volumeMounts": [{**{key: value for key, value in mount.items() if key != "readOnly"}, "mountPath": _FILL}],
        "securityContext": _context(project, service),
    }


def copy(
    project: Project, service: str, container: Mapping[str, Any], volumes: tuple[str, str], modes: Mapping[str, int]
) -> dict[str, Any]:
    """An init container that copies files (path in the volume -> mode) to another volume, where they belong to the user of `service`."""
    named = [(quote(path), f"{mode:04o}") for path, mode in sorted(modes.items())]
    lines = [f"cp -f {_FILES}/{path} {_COPIES}/ && chmod {mode} {_COPIES}/{path}" for path, mode in named]
    return {
        **_same_image(container),
        "name": volume_name(project, service, "copy-files"),
        "command": ["/bin/sh", "-c", literal(" && ".join(lines))],
        "volumeMounts": [{"name": volumes[1], "mountPath": _COPIES}, {"name": volumes[0], "mountPath": _FILES, "readOnly": True}],
        "securityContext": _context(project, service),
    }


def fix_ownership(
    project: Project, service: str, container: Mapping[str, Any], mounts: Iterable[Mapping[str, Any]], image: str
) -> dict[str, Any] | None:
    """An init container that, as root, gives the folders of claims to the user of `service`; None if there is no need."""
    uid, gid = runs_as(project, service)
    own = [dict(mount) for mount in mounts if not mount.get("readOnly")]
    if not uid or not own:
        return None
    owner = f"{uid}:{gid}" if gid is not None else str(uid)
    return {
        **(_same_image(container) | ({"image": image} if image else {})),
        "name": volume_name(project, service, "fix-ownership"),
        "command": ["chown", "-R", owner, *(mount["mountPath"] for mount in own)],
        "volumeMounts": own,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["CHOWN", "DAC_OVERRIDE"], "drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsGroup": 0,
            "runAsNonRoot": False,
            "runAsUser": 0,
        },
    }


def put_first(pod: dict[str, Any], inits: list[dict[str, Any]]) -> None:
    """Put init containers before all others of the pod, in their order; one of the same name is replaced."""
    if inits:
        mine = {init["name"]: init for init in inits}
        there = [mine.pop(init["name"], init) for init in pod.get("initContainers", ())]
        pod["initContainers"] = [*mine.values(), *there]


def _context(project: Project, service: str) -> dict[str, Any]:
    """The user of the service, without any right that a copy does not need."""
    uid, gid = runs_as(project, service)
    user = {"runAsUser": uid, "runAsGroup": gid, "runAsNonRoot": True if uid else None}
    context: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return context | {name: value for name, value in user.items() if value is not None}


def _same_image(container: Mapping[str, Any]) -> dict[str, Any]:
    return {key: container[key] for key in ("image", "imagePullPolicy") if key in container}
