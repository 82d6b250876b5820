"""Folders of the project that several services mount: one folder is data for all of them, or for none."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import normpath
from typing import TYPE_CHECKING

from converter.compose.bind_words import is_configuration, means_data
from converter.compose.build import build_of, relative_path
from converter.compose.images import facts_of
from converter.compose.once import once

if TYPE_CHECKING:
    from converter.compose.project import Project


def is_written(project: Project, folder: str) -> bool:
    """Whether programs keep their data in a folder, given as the mounts have it, without a look into it.

    One that may write there has to, and its image, the folder's name or the target's has to say so. The target's name alone does not
    where another service finds its configuration in the folder.
    """
    found = _mounts(project).get(folder, [])
    writers = [(key, target) for key, target, read_only in found if not read_only]
    if any((known := facts_of(project, key)) and target in known.data for key, target in writers):
        return True
    elsewhere = [target for _, target in writers if not is_configuration(target)]
    if means_data(folder, ""):
        return bool(elsewhere)
    return any(means_data("", target) for target in elsewhere) and not configures(project, folder)


def configures(project: Project, folder: str) -> bool:
    """Whether a service whose image is not built here finds its configuration in a folder, as the target of a mount says."""
    found = _mounts(project).get(folder, ())
    return any(is_configuration(target) and build_of(project, key) is None for key, target, _ in found)


@once
def _mounts(project: Project) -> Mapping[str, list[tuple[str, str, bool]]]:
    """Folder -> service, target and whether it is read-only, of each mount of it."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for key, service in project.services.items():
        for mount in service.get("volumes") or ():
            if mount.get("type") == "bind":
                place = str(mount.get("source") or ""), str(mount["target"]).rstrip("/") or "/"
                found.setdefault(folder_of(place[0]), []).append((key, place[1], bool(mount.get("read_only"))))
    return found


def folder_of(source: str) -> str:
    """The folder that a mount's source is: below the project where it lies there."""
    return relative_path(source) or normpath(source)
