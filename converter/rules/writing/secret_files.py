"""The files that Compose's `secrets` are in a container: volumes of Secrets, and a mount for each file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.compose.outside import external_key, external_name
from converter.compose.project import Project
from converter.compose.secrets import project_key
from converter.compose.workloads import runs_as
from converter.rules.writing.mounts import volume_name

FOLDER = "/run/secrets/"
_READABLE = 0o444
_OTHERS_READ = 0o004
_ANY_EXECUTES = 0o111


def secret_files(project: Project, service: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The volumes and the mounts of a service's Compose secrets: one volume for each Secret, with the keys of this service only."""
    items: dict[str, dict[str, dict[str, Any]]] = {}
    mounts: list[dict[str, Any]] = []
    for entry in project.services[service].get("secrets") or ():
        secret, key = _where(project, entry["source"])
        mode = mode_of(project, service, entry.get("mode"))
        first = items.get(secret, {}).get(key)
        path = key if first is None or first.get("mode", _READABLE) == mode else f"{key}-{mode:o}"
        items.setdefault(secret, {})[path] = {"key": key, "path": path} | ({} if mode == _READABLE else {"mode": mode})
        name = _volume(project, service, secret)
        mounts.append({"name": name, "mountPath": _target(entry), "subPath": path, "readOnly": True})
    volumes = []
    for secret, by_path in items.items():
        source = {"secretName": secret, "defaultMode": _READABLE, "items": [by_path[path] for path in sorted(by_path)]}
        volumes.append({"name": _volume(project, service, secret), "secret": source})
    return volumes, mounts


def mode_of(project: Project, service: str, mode: str | int | None) -> int:
    """The mode of a file in a volume: it belongs to root, so others read it, or the group of fsGroup where Compose shuts others out.

    Where nobody knows whom the program runs as, there is no fsGroup: others read it there, too.
    """
    number = int(mode, 8) if isinstance(mode, str) else 0o444 if mode is None else mode
    is_open = bool(number & _OTHERS_READ) or runs_as(project, service)[0] is None
    if number & _ANY_EXECUTES:
        return 0o555 if is_open else 0o550
    return 0o444 if is_open else 0o440


def _where(project: Project, source: str) -> tuple[str, str]:
    """The Secret and the key that hold a Compose secret. An external one is a Secret of its own, with a key of its own name."""
    definition: Mapping[str, Any] = (project.model.get("secrets") or {}).get(source) or {}
    if definition.get("external"):
        return external_name(source, definition), external_key(source, definition)
    return project.secret_name, project_key(project, project.secrets.file_secret(source))


def _volume(project: Project, service: str, secret: str) -> str:
    """Name of the volume of a Secret: "secrets" for the project's own."""
    return volume_name(project, service, "secrets" if secret == project.secret_name else f"secret-{secret}")


def _target(entry: Mapping[str, Any]) -> str:
    """Absolute path of the file; a relative target is below /run/secrets."""
    target: str = entry.get("target") or entry["source"]
    return target if target.startswith("/") else FOLDER + target
