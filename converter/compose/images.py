"""Images: the one that a service runs, and what is known about it (`images.yaml`, or the Dockerfile that builds it)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from converter.compose.build import build_of
from converter.compose.dockerfile import Dockerfile, dockerfile
from converter.compose.image_names import has_registry, split
from converter.compose.once import once
from converter.compose.root_work import does_roots_work

if TYPE_CHECKING:
    from converter.compose.project import Project

_TUPLES = ("writable", "data", "files", "ports", "udp_ports", "capabilities", "file_capabilities")


@dataclass(frozen=True)
class Facts:
    """What is known about an image.

    Attributes:
        uid: the user it can run as without root, the one that the image itself makes for that; None if there is none.
        gid: that user's group.
        default_user: the uid it runs as if nobody says; None if unknown.
        needs_root: it does not work as anyone but root.
        writable: paths it must be able to write besides `data`.
        shut: paths that it writes and that belong to root in the image: as `uid` it needs a volume there. -> "" for always, or the folder
            in which a mount makes it write there.
        data: paths where it keeps what must outlive the container.
        files: paths where it has files of its own that its program reads: a volume over one of them has to hold those.
        alone: nothing else may lie in its data folder, not the `lost+found` of a fresh file system either.
        data_env: variable that moves its data -> folder below the one in `data`; for a program that has to own its data folder.
        ports: TCP ports that it listens on, first the one that shows that it is there.
        udp_ports: UDP ports that it listens on.
        capabilities: what its entrypoint needs when it starts as root and steps down.
        file_capabilities: what its program is marked with: without them in its bounding set it does not start, as whatever user.
        user_names: names in its /etc/passwd -> uid.
        database: it makes its data folder at the first start, which takes long.
        memory_state: it keeps in memory what a restart loses.
        source: where this is from.

    """

    uid: int | None = None
    gid: int | None = None
    default_user: int | None = None
    needs_root: bool = False
    writable: tuple[str, ...] = ()
    shut: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    data: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    alone: bool = False
    data_env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ports: tuple[int, ...] = ()
    udp_ports: tuple[int, ...] = ()
    capabilities: tuple[str, ...] = ()
    file_capabilities: tuple[str, ...] = ()
    user_names: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    database: bool = False
    memory_state: bool = False
    source: str = ""


def image_of(project: Project, service: str) -> str:
    """The image that a service runs: the overlay's, else the Compose file's, else `<project>-<service>` as docker compose names a build."""
    if image := project.settings.images.get(service):
        return image
    model = project.services[service]
    image = str(model.get("image") or f"{project.name}-{service}".lower())
    if project.settings.registry and build_of(project, service) and not has_registry(image):
        return f"{project.settings.registry.rstrip('/')}/{image}"
    return image


def facts(image: str) -> Facts | None:
    """What `images.yaml` says about an image, by its repository (or all of its owner's) and the words of its tag; None for another."""
    repository, tag = split(image)
    entry = _table().get(repository) or _table().get(f"{repository.rpartition('/')[0]}/*")
    if entry is None:
        return None
    known, words = dict(entry), set(re.split(r"[^a-z]+", tag.lower()))
    for word, other in known.pop("tags", {}).items():
        if word in words or re.match(rf"{re.escape(word)}(?![0-9A-Za-z])", tag):
            known.update(other)
    fields: dict[str, Any] = {key: tuple(value) if key in _TUPLES else value for key, value in known.items()}
    return Facts(**fields)


def withdrawn(image: str) -> str:
    """What to run instead of an image that its owner has taken away, from `withdrawn.yaml`; "" for one that is still there."""
    repository, _ = split(image)
    return _withdrawn().get(repository) or _withdrawn().get(f"{repository.rpartition('/')[0]}/*") or ""


def facts_of(project: Project, service: str) -> Facts | None:
    """What is known about the image of a service: by its name (the overlay's or the Compose file's), or from its Dockerfile."""
    return _facts(project)[service]


@once
def _facts(project: Project) -> dict[str, Facts | None]:
    return {service: _service_facts(project, service) for service in project.services}


def _service_facts(project: Project, service: str) -> Facts | None:
    known = _image_facts(project, service)
    if known and known.default_user == 0 and does_roots_work(project.services[service]):
        return replace(known, uid=None, gid=None, shut=MappingProxyType({}), capabilities=())
    return known


def _image_facts(project: Project, service: str) -> Facts | None:
    if build_of(project, service):
        built = dockerfile(project, service)
        return _built(built) if built else None
    return facts(image_of(project, service)) or facts(str(project.services[service].get("image") or ""))


def _built(built: Dockerfile) -> Facts:
    """What a Dockerfile says, on top of what is known about the image that it starts from."""
    base = facts(built.base) or Facts()
    names = {**built.user_names, **base.user_names, **built.user_names}
    known = replace(base, user_names=names, ports=tuple(dict.fromkeys((*base.ports, *built.ports))), source=built.path)
    if not built.user:
        return known
    uid = int(built.user) if built.user.isdecimal() else names.get(built.user)
    group = built.group or built.user
    gid = int(group) if built.group.isdecimal() else built.groups.get(group, base.gid if uid == base.uid else None)
    return replace(known, uid=uid or None, gid=gid if uid else None, default_user=uid, needs_root=base.needs_root and not uid)


@cache
def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = _read("images.yaml")
    for entry in list(table.values()):
        for name in entry.pop("same", ()):
            table[name] = entry
    return table


@cache
def _withdrawn() -> dict[str, str]:
    return dict(_read("withdrawn.yaml"))


def _read(name: str) -> Any:
    import yaml

    text = files("converter.compose").joinpath(name).read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 the safe loader, in C
