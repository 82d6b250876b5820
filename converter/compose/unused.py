"""What the Compose files say and docker compose leaves out of the model: what no active service uses, and settings of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project
    from converter.compose.sources import Sources

_OURS = "x-cdb"
_SECTIONS = ("networks", "volumes", "secrets", "configs")


def unused(project: Project) -> tuple[Route, ...]:
    """The route of each network, volume, secret and config that nothing uses, in the order of the sections, sorted."""
    found: list[Route] = []
    for section in _SECTIONS:
        there = project.model.get(section) or {}
        found += [(section, name) for name in _defined(project.sources, section) if name not in there]
    return tuple(found)


def settings_in_compose(project: Project) -> tuple[Route, ...]:
    """The route of each `x-cdb`, of the project or of an active service: nothing reads it, for settings stand in overlays."""
    sources = project.sources
    found = (name for name in project.services for _, _, node in sources.definitions("services", name) if sources.index.get(node, _OURS))
    of_project = ((_OURS,),) if any(sources.index.get(root, _OURS) for _, root in sources.roots()) else ()
    return (*of_project, *(("services", name, _OURS) for name in dict.fromkeys(found)))


def _defined(sources: Sources, section: str) -> list[str]:
    """The names under a key of the top level, without extensions and what the strongest file takes away with `!reset`."""
    names = {name for _, root in sources.roots() for name in sources.index.entries(sources.index.get(root, section))}
    kept = (name for name in names if not name.startswith("x-"))
    return sorted(name for name in kept if next(node.tag != "!reset" for _, _, node in sources.definitions(section, name)))
