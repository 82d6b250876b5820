"""The files that a service gets from outside of its image: bound files and folders, and Compose `configs`, with hosts rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from converter.compose import binds, names
from converter.compose.bind_files import path_of
from converter.compose.file_secrets import config_key, config_text, file_key, source_of
from converter.compose.project import Project
from converter.rules.writing.mounts import mounts_of
from converter.rules.writing.secret_files import mode_of

_CONFIGURATION = ("file", "config", "initdb")
_NO_KEY = re.compile(r"[^-._a-zA-Z0-9]")
_LONGEST_KEY = 253


@dataclass(frozen=True)
class File:
    """One file in a volume: its path there, the key that holds it, mode and content.

    The content of a file that is a secret is in the project's Secret, under `secret_key`.
    """

    path: str
    key: str
    mode: int
    data: bytes
    secret_key: str = ""


@dataclass(frozen=True)
class Bound:
    """What stands at `target` in the container: a folder, or one file."""

    target: str
    folder: bool
    files: tuple[File, ...]


def bound(project: Project, service: str) -> tuple[Bound, ...]:
    """Everything of that kind, sorted by target. The single files have keys that differ."""
    found = _merged(sorted((*_binds(project, service), *_configs(project, service)), key=lambda one: one.target))
    single = {one.target: one.files[0].key for one in found if not one.folder}
    return tuple(one if one.folder else _single(one, list(single.values()).count(single[one.target]) > 1) for one in found)


def groups(all_bound: Iterable[Bound]) -> list[list[Bound]]:
    """What shares a volume: the single files of a service together, each folder for itself."""
    single: list[Bound] = []
    folders: list[list[Bound]] = []
    for one in all_bound:
        if one.folder:
            folders.append([one])
        else:
            single.append(one)
    return [single, *folders] if single else folders


def _merged(all_bound: list[Bound]) -> list[Bound]:
    """The same, with what stands inside a folder as part of that folder: nothing can be mounted into one that is read-only."""
    merged: list[Bound] = []
    for one in all_bound:  # a folder comes before what is inside of it
        place = next((place for place, other in enumerate(merged) if other.folder and one.target.startswith(f"{other.target}/")), None)
        if place is None:
            merged.append(one)
            continue
        outer = merged[place]
        inside = one.target.removeprefix(f"{outer.target}/")
        files = {file.path: file for file in outer.files}
        for file in one.files:
            path = f"{inside}/{file.path}" if one.folder else inside
            files[path] = replace(file, path=path, key=_key(path))
        merged[place] = replace(outer, files=tuple(_distinct(tuple(files[path] for path in sorted(files)))))
    return merged


def _single(one: Bound, shared: bool) -> Bound:  # noqa: FBT001  # one caller, just above
    """A single file under a key of its own: the file's name, or its whole path where another file has that name."""
    key = _key(one.target.strip("/")) if shared else one.files[0].key
    return replace(one, files=(replace(one.files[0], key=key, path=key),))


def _binds(project: Project, service: str) -> Iterator[Bound]:
    for mount in mounts_of(project, service):
        if mount["type"] != "bind":
            continue
        bind = binds.decide(project, service, mount)
        if bind.kind in _CONFIGURATION and bind.files:
            folder = bind.files[0].path != ""
            base = mount["target"].rstrip("/").rpartition("/")[2]
            files = tuple(_file(project, service, mount, file, base) for file in bind.files)
            target = mount["target"].rstrip("/")
            yield Bound(target, folder, tuple(sorted(_distinct(files), key=lambda file: file.path)))


def _file(project: Project, service: str, mount: Mapping[str, Any], file: binds.BoundFile, base: str) -> File:
    """A bound file; the one of a single mount has the last part of the target for a path."""
    path = file.path or base
    mode = 0o555 if file.executable else 0o444
    if file.secret:
        return File(path, _key(path), mode, b"", _renamed(project, file_key(source_of(mount, file.path))))
    return File(path, _key(path), mode, _rewritten(project, service, file.data, path_of(str(mount["target"]), file.path)))


def _configs(project: Project, service: str) -> Iterator[Bound]:
    definitions: Mapping[str, Any] = project.model.get("configs") or {}
    for entry in project.services[service].get("configs") or ():
        target = entry.get("target") or entry["source"]
        target = target if target.startswith("/") else f"/{target}"
        base, mode = target.rpartition("/")[2], mode_of(project, service, entry.get("mode"))
        definition = definitions.get(entry["source"]) or {}
        text = config_text(project, entry["source"])
        if text is not None:
            secret = _renamed(project, config_key(entry["source"])) if project.secrets.has(text) else ""
            data = b"" if secret else _rewritten(project, service, text.encode(), target)
            yield Bound(target, folder=False, files=(File(base, _key(base), mode, data, secret),))
        elif "file" in definition:
            mount = {"type": "bind", "source": definition["file"], "target": target, "read_only": True}
            bind = binds.decide(project, service, mount)
            if bind.kind == "file":
                file = replace(_file(project, service, mount, bind.files[0], base), mode=mode)
                yield Bound(target, folder=False, files=(file,))


def _renamed(project: Project, key: str) -> str:
    """A key of the Secret as the overlay wants it."""
    return project.settings.secret_keys.get(key, key)


def _rewritten(project: Project, service: str, data: bytes, path: str) -> bytes:
    """The content of the file at `path` with its hosts by their names in the cluster, if it is text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    return names.rewrite_file(project, service, text, path)[0].encode()


def _key(path: str) -> str:
    """A path as a key of a ConfigMap: "a/b c.yml" -> "a_b_c.yml"."""
    return re.sub(r"^\.(?=\.|$)", "_", _NO_KEY.sub("_", path)[:_LONGEST_KEY])


def _distinct(files: tuple[File, ...]) -> Iterator[File]:
    """The files of a folder with keys that differ: two paths that give one key get a hash of the path."""
    keys = [file.key for file in files]
    for file in files:
        short = sha256(file.path.encode()).hexdigest()[:8]
        yield replace(file, key=f"{file.key[: _LONGEST_KEY - 9]}-{short}") if keys.count(file.key) > 1 else file
