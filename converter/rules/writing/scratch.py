"""The volumes of a service that live no longer than its pod: tmpfs, anonymous volumes, shared memory, paths that an image writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from converter.compose import binds
from converter.compose.build import build_of
from converter.compose.images import Facts, facts_of
from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.compose.units import bytes_of, memory_quantity
from converter.compose.workloads import pod_of, runs_as
from converter.rules.writing.claims import Claim, in_memory, memory_options
from converter.rules.writing.mounts import lender, mounts_of, path_name, volume_name, with_hash

_EMPTY = ("/tmp", "/run", "/var/run", "/var/cache", "/var/log", "/var/tmp", "/var/lock")  # noqa: S108  # likewise
"""Folders in which an image has nothing that its program needs; what it has elsewhere must be copied to a volume that hides it."""
_EMPTY_NAMES = {"log", "logs", "run", "temp", "tmp"}
_SHARED_MEMORY = "/dev/shm"  # noqa: S108  # a path in the container, which nothing here opens


@dataclass(frozen=True)
class Scratch:
    """One emptyDir: name of the volume, where it is mounted, its content in the manifest, whether the image's files must be copied in."""

    name: str
    target: str
    source: Mapping[str, Any]
    filled: bool = False
    read_only: bool = False


def scratch(project: Project, service: str, default_size: str) -> Iterator[Scratch]:
    """Every emptyDir of a service. `default_size` limits what Compose does not: it counts to the memory of the pod."""
    found = list(_all(project, service, default_size))
    names = [one.name for one in found]
    for one in found:  # /a/b and /a-b
        mine = replace(one, name=with_hash(one.name, one.target)) if names.count(one.name) > 1 else one
        yield mine if one.source else _shared(project, service, mine, default_size)


def _shared(project: Project, service: str, mine: Scratch, default_size: str) -> Scratch:
    """The anonymous volume of another service of the same pod, which that one fills, where `volumes_from` mounts it."""
    owner = lender(project, service, mine.target)
    if owner == service or pod_of(project, owner) != pod_of(project, service):
        return mine
    theirs = next((one for one in scratch(project, owner, default_size) if one.target == mine.target), mine)
    return replace(theirs, filled=False, read_only=mine.read_only)


def kept(project: Project, service: str, asked: Collection[str]) -> dict[str, Claim]:
    """Path -> claim, for each emptyDir on a disk that the overlay wants to be kept, as `<service>:<path>` of the one that has it."""
    found = dict[str, Claim]()
    for path in (one.target for one in scratch(project, service, "") if not one.source):
        owner = lender(project, service, path)
        if f"{owner}:{path}" in asked:
            users = tuple(key for key in project.services if key == owner or lender(project, key, path) == owner)
            found[path] = Claim(kubernetes_name(f"{project.name_of(owner)}-{path_name(path)}"), f"{owner}:{path}", users)
    return found


def _all(project: Project, service: str, default_size: str) -> Iterator[Scratch]:
    model = project.services[service]
    mounts = tuple(mounts_of(project, service))
    bound = (mount for mount in mounts if mount["type"] == "bind")
    dropped = tuple(mount["target"] for mount in bound if binds.decide(project, service, mount).kind == "source")
    taken = {mount["target"] for mount in mounts if mount["target"] not in dropped}
    for mount in mounts:
        yield from _mounted(project, service, mount, dropped, default_size)
    for text in model.get("tmpfs") or ():
        target, _, options = text.partition(":")
        taken.add(target)
        yield _memory(project, service, target, _size(options), default_size)
    if model.get("shm_size"):
        taken.add(_SHARED_MEMORY)
        yield _memory(project, service, _SHARED_MEMORY, bytes_of(model["shm_size"]), default_size)
    known = facts_of(project, service) or Facts()
    for path in _written(project, service, known, taken):
        name = volume_name(project, service, f"writable-{path_name(path)}")
        empty = path in known.data or _covered(path, _EMPTY) or path.rpartition("/")[2] in _EMPTY_NAMES
        yield Scratch(name, path, {}, filled=not empty)


def _written(project: Project, service: str, known: Facts, taken: set[str]) -> Iterator[str]:
    """The paths where the image of a service writes and cannot: all with a read-only root, those of root where it runs as another user."""
    model, paths = project.services[service], list[str]()
    if model.get("read_only"):
        paths += (*known.writable, *known.data)
    if model.get("read_only") or (runs_as(project, service)[0] and not model.get("user")):
        built = build_of(project, service) is not None
        paths += (path for path, where in known.shut.items() if not where or built or any(_covered(one, (where,)) for one in taken))
    for path in dict.fromkeys(paths):
        kept = path in known.data and any(_covered(target, (path,)) for target in taken)
        if not kept and not _covered(path, taken):
            yield path


def _mounted(project: Project, service: str, mount: Mapping[str, Any], dropped: tuple[str, ...], default_size: str) -> Iterator[Scratch]:
    """The emptyDir of an entry of `volumes`, if it is one."""
    target, source = mount["target"], mount.get("source") or ""
    if mount["type"] == "tmpfs":
        size = bytes_of((mount.get("tmpfs") or {}).get("size") or 0)
        yield _memory(project, service, target, size, default_size, read_only=bool(mount.get("read_only")))
    elif mount["type"] == "volume" and source and in_memory(project, source):
        size = _size(memory_options(project, source))
        yield _memory(project, service, target, size, default_size, read_only=bool(mount.get("read_only")))
    elif mount["type"] == "volume" and not source and not _covered(target, dropped):
        known = facts_of(project, service)
        empty = known is not None and _covered(target, (*known.writable, *known.data)) and not _covered(target, known.files)
        name = volume_name(project, service, f"anonymous-{path_name(target)}")
        yield Scratch(name, target, {}, filled=not empty, read_only=bool(mount.get("read_only")))


def _memory(project: Project, service: str, target: str, size: int, default_size: str, *, read_only: bool = False) -> Scratch:
    source = {"medium": "Memory", "sizeLimit": memory_quantity(size) if size else default_size}
    return Scratch(volume_name(project, service, f"tmpfs-{path_name(target)}"), target, source, read_only=read_only)


def _size(options: str) -> int:
    """The size in the options of a tmpfs, in bytes; 0 if there is none, or one in percent of the host's memory."""
    sizes = [word.removeprefix("size=") for word in options.split(",") if word.startswith("size=")]
    return bytes_of(sizes[-1]) if sizes and not sizes[-1].endswith("%") else 0


def _covered(path: str, targets: Any) -> bool:
    """Whether a path is one of the targets, or below one."""
    return any(path == target or path.startswith(f"{target.rstrip('/')}/") for target in targets)
