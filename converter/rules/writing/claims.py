"""Which volumes of a project live on a claim: named ones and bound data folders, who mounts them, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.compose import binds
from converter.compose.images import facts_of
from converter.compose.names import kubernetes_name
from converter.compose.once import once
from converter.compose.outside import external_name
from converter.compose.project import Project
from converter.compose.shared_folders import folder_of
from converter.compose.workloads import kind_of, pod_of, replicas
from converter.errors import ConverterError, Location
from converter.rules.writing.mounts import mounts_of, path_name

_RESERVED = ("anonymous-", "claim-", "config", "secret", "tmpfs-", "writable-")


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes:
        name: of the PersistentVolumeClaim.
        volume: key of the Compose volume, or the bound folder as Compose writes it.
        users: the services that mount it, sorted.
        external: it is there already.
        nfs: server, path and mount options of an NFS volume; empty for others.
    """

    name: str
    volume: str
    users: tuple[str, ...]
    external: bool = False
    nfs: Mapping[str, Any] = field(default_factory=dict)


def claims(project: Project) -> tuple[Claim, ...]:
    """Every claim of the project, sorted by name. Raises ConverterError if two volumes end with one name."""
    users: dict[str, list[str]] = {}
    for service in project.services:
        for mount in mounts_of(project, service):
            if (volume := claimed(project, service, mount)) and service not in users.setdefault(volume, []):
                users[volume].append(service)
    found: dict[str, Claim] = {}
    for volume in sorted(users):
        claim = _claim(project, volume, tuple(users[volume]))
        if other := found.get(claim.name):
            raise _collision(project, other, claim)
        found[claim.name] = claim
    return tuple(found[name] for name in sorted(found))


def claimed(project: Project, service: str, mount: Mapping[str, Any]) -> str:
    """The volume, by its key or folder, that this mount puts on a claim; "" if it puts none there."""
    source: str = mount.get("source") or ""
    if mount["type"] == "volume" and source and not in_memory(project, source):
        return source
    if mount["type"] == "bind" and binds.decide(project, service, mount).kind == "data":
        return _folders(project)[_whole(project, source)]
    return ""


def sub_path(project: Project, mount: Mapping[str, Any]) -> str:
    """The folder of its claim that a mount shows: `volume.subpath`, or where a bound folder lies in the one that has the claim.

    For a program that must be alone in its data folder that is not the root of the file system.
    """
    volume: str = mount["source"]
    below = str((mount.get("volume") or {}).get("subpath") or "")
    if mount["type"] == "bind":
        volume, below = _folders(project)[_whole(project, volume)], folder_of(volume).removeprefix(_whole(project, volume))
    return "/".join(part.strip("/") for part in ("data" if volume in _alone(project) else "", below) if part)


@once
def _alone(project: Project) -> frozenset[str]:
    """The volumes, made here, that hold the data folder of a program that must be alone in it."""
    found = set[str]()
    for service in project.services:
        known = facts_of(project, service)
        if known and known.alone:
            mounts = (mount for mount in mounts_of(project, service) if mount["target"].rstrip("/") in known.data)
            found |= {volume for mount in mounts if (volume := claimed(project, service, mount))}
    return frozenset(volume for volume in found if not (one := _claim(project, volume, ())).external and not one.nfs)


def _whole(project: Project, source: str) -> str:
    """The outermost of the project's data folders in which a folder lies: what one service writes below it another finds there."""
    folder = folder_of(source)
    return min((one for one in _folders(project) if folder == one or folder.startswith(f"{one}/")), key=len)


@once
def _folders(project: Project) -> dict[str, str]:
    """Each bound data folder -> how it is written where it stands first."""
    mounts = ((key, mount) for key in project.services for mount in mounts_of(project, key) if mount["type"] == "bind")
    sources = (mount["source"] for key, mount in mounts if binds.decide(project, key, mount).kind == "data")
    found: dict[str, str] = {}
    for source in sources:
        found.setdefault(folder_of(source), source)
    return found


def in_memory(project: Project, volume: str) -> bool:
    """Whether a named volume is a tmpfs."""
    return _options(project, volume).get("type") == "tmpfs"


def memory_options(project: Project, volume: str) -> str:
    """The mount options of a named volume that is a tmpfs, as "size=100m,uid=1000"."""
    return str(_options(project, volume).get("o") or "")


def claim_name(project: Project, volume: str) -> str:
    """What the claim of a volume is called; an external one is called as it is outside of the project."""
    definition = _definition(project, volume)
    if definition is None:
        return kubernetes_name(f"{project.name}-{path_name(volume)}")
    return external_name(volume, definition) if definition.get("external") else kubernetes_name(volume)


def volume_of(claim: str) -> str:
    """Name of the volume in a pod that mounts a claim: the claim's, unless it looks like one that a rule makes."""
    return kubernetes_name(f"claim-{claim}") if claim.startswith(_RESERVED) else claim


def together(project: Project, shared: Iterator[Claim]) -> Iterator[tuple[str, ...]]:
    """The groups of pods, by service key, that claims of one node tie to each other, also through others.

    A DaemonSet is in none: its pods are on every node.
    """
    groups: list[set[str]] = []
    for claim in shared:
        pods = {pod_of(project, user) for user in claim.users if kind_of(project, user) != "DaemonSet"}
        tied = [group for group in groups if group & pods]
        groups = [group for group in groups if group not in tied] + [pods.union(*tied)]
    for group in groups:
        if len(group) > 1 or any(replicas(project.services[pod]) > 1 for pod in group):
            yield tuple(sorted(group))


def _claim(project: Project, volume: str, users: tuple[str, ...]) -> Claim:
    external = bool((_definition(project, volume) or {}).get("external"))
    return Claim(claim_name(project, volume), volume, users, external, _nfs(_options(project, volume)))


def _collision(project: Project, one: Claim, other: Claim) -> ConverterError:
    """What is said of two volumes whose claims would have one name."""
    places = [_place(project, claim) for claim in (one, other)]
    first, second = (f"'{claim.volume}' ({place.file}:{place.line})" for claim, place in zip((one, other), places, strict=True))
    message = f"volumes {first} and {second} would both be the claim '{other.name}' in the cluster"
    return ConverterError(message, location=places[1], hint="give one of them another name in the Compose file")


def _place(project: Project, claim: Claim) -> Location:
    """Where a volume, or the mount of a folder, is written."""
    if _definition(project, claim.volume) is not None:
        return project.sources.locate(("volumes", claim.volume), project.model)[0]
    mounts = ((user, mount) for user in claim.users for mount in mounts_of(project, user))
    user, target = next((user, str(mount["target"])) for user, mount in mounts if mount.get("source") == claim.volume)
    return project.sources.locate(("services", user, "volumes", target), project.model)[0]


def _nfs(options: Mapping[str, str]) -> Mapping[str, Any]:
    """Server, path and other mount options of `driver_opts` of an NFS volume; nothing where they do not say which."""
    if not str(options.get("type") or "").startswith("nfs"):
        return {}
    words = [word for word in str(options.get("o") or "").split(",") if word]
    server = next((word.removeprefix("addr=") for word in words if word.startswith("addr=")), "")
    rest = [word for word in words if not word.startswith("addr=") and word not in {"rw", "ro"}]
    path = str(options.get("device") or "").removeprefix(":")
    return {"server": server, "path": path, "options": rest} if server and path.startswith("/") else {}


def _definition(project: Project, volume: str) -> Mapping[str, Any] | None:
    """The entry of a named volume; None for a folder."""
    volumes: Mapping[str, Any] = project.model.get("volumes") or {}
    return (volumes[volume] or {}) if volume in volumes else None


def _options(project: Project, volume: str) -> Mapping[str, str]:
    return (_definition(project, volume) or {}).get("driver_opts") or {}
