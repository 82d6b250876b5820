"""ConfigMaps of files, and the volume that puts them, and files from the project's Secret, into a pod."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from converter.compose.outside import external_key, external_name
from converter.compose.project import Project
from converter.manifests import Object
from converter.rules.writing.bound_files import File
from converter.rules.writing.mounts import volume_name
from converter.rules.writing.secret_files import mode_of

LIMIT = 1024 * 1024 - 4096
"""Bytes of content in one ConfigMap. The API server refuses more than 1 MiB."""
_READABLE = 0o444
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def config_maps(name: str, files: Iterable[File]) -> list[Object]:
    """The ConfigMaps that hold `files`, those that are secret left out: one called `name`, further ones `name-2`, `name-3`."""
    packs: list[list[File]] = []
    size = 0
    for file in sorted((file for file in files if not file.secret_key), key=lambda file: file.key):
        if not packs or size + len(file.data) > LIMIT:
            packs.append([])
            size = 0
        size += len(file.data)
        packs[-1].append(file)
    return [_config_map(name if number == 1 else f"{name}-{number}", pack) for number, pack in enumerate(packs, start=1)]


def volume(secret_name: str, maps: Sequence[Object], files: Iterable[File]) -> dict[str, Any]:
    """The source of a volume with `files`: one ConfigMap, one Secret, or several of them in a projected volume."""
    by_key = {file.key: file for file in files if not file.secret_key}
    secret = [{"key": file.secret_key, "path": file.path} | _mode(file) for file in files if file.secret_key]
    sources: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("configMap", document["metadata"]["name"], _items([by_key[key] for key in _keys(document)])) for document in maps
    ]
    if secret:
        sources.append(("secret", secret_name, sorted(secret, key=lambda item: str(item["path"]))))
    if len(sources) > 1:
        parts = [{kind: {"name": name} | ({"items": items} if items else {})} for kind, name, items in sources]
        return {"projected": {"defaultMode": _READABLE, "sources": parts}}
    kind, name, items = sources[0]
    field = "secretName" if kind == "secret" else "name"
    return {kind: {field: name, "defaultMode": _READABLE} | ({"items": items} if items else {})}


def external(project: Project, service: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The volumes and mounts of `configs` that are external: ConfigMaps that are there already, with a key of their own name."""
    definitions: Mapping[str, Any] = project.model.get("configs") or {}
    volumes, mounts = [], []
    for entry in project.services[service].get("configs") or ():
        definition = definitions.get(entry["source"]) or {}
        if definition.get("external"):
            outer = external_name(entry["source"], definition)
            name = volume_name(project, service, f"config-{outer}")
            target = entry.get("target") or entry["source"]
            key, mode = external_key(entry["source"], definition), mode_of(project, service, entry.get("mode"))
            volumes.append({"name": name, "configMap": {"name": outer, "defaultMode": mode, "items": [{"key": key, "path": key}]}})
            mounts.append({"name": name, "mountPath": f"/{target.lstrip('/')}", "subPath": key, "readOnly": True})
    return volumes, mounts


def _config_map(name: str, files: Iterable[File]) -> Object:
    document: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    for file in files:
        text = _text(file.data)
        field, value = ("data", text) if text is not None else ("binaryData", base64.b64encode(file.data).decode("ascii"))
        document.setdefault(field, {})[file.key] = value
    return document


def _text(data: bytes) -> str | None:
    """The content as text; None if it is none that a YAML file can show."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _keys(document: Object) -> list[str]:
    return sorted([*document.get("data", {}), *document.get("binaryData", {})])


def _items(files: Sequence[File]) -> list[dict[str, Any]]:
    """Which key stands at which path; nothing where each key is its path and all have one mode."""
    if all(file.key == file.path and file.mode == _READABLE for file in files):
        return []
    return [{"key": file.key, "path": file.path} | _mode(file) for file in files]


def _mode(file: File) -> dict[str, int]:
    return {} if file.mode == _READABLE else {"mode": file.mode}
