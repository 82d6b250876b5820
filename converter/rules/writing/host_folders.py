"""Folders of the node that hold the claims of a project, where an overlay asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_DRIVE = re.compile(r"([A-Za-z]):(?:[\\/](.*))?")


@dataclass(frozen=True)
class Roots:
    """The folder above the claims, for each operating system of the machine that runs the node."""

    linux: str = ""
    macos: str = ""
    windows: str = ""


@dataclass(frozen=True)
class Folders:
    """The folder above the claims, or one for each operating system and which of them is meant; the class of volumes and claims.

    Which one is said here, never looked up: the same overlay makes the same manifests on every machine.
    """

    root: str | Roots = ""
    storage_class: str = "manual"
    system: Literal["linux", "macos", "windows"] = "linux"

    def __post_init__(self) -> None:
        """Raise ValueError if there is no folder, or none that a node has."""
        root = self._root
        if not root and isinstance(self.root, Roots):
            message = f"'storage.host-path.root' has no path for '{self.system}', which 'system' names"
        elif not root:
            message = "'storage.host-path' has no 'root'"
        elif (not self.above.startswith("/") and root != "/") or ".." in re.split(r"[\\/]", root):
            message = f"'storage.host-path.root' is '{root}' and must be a whole path, as '/srv/data' or 'C:\\data'"
        else:
            return
        raise ValueError(message)

    @property
    def above(self) -> str:
        """The folder above the claims as the node knows it, without a slash at its end.

        Docker Desktop on Windows (WSL 2) has the drive C: at /run/desktop/mnt/host/c on its node (docker/for-win#5325, #7488); on macOS it
        has /Users at its own place.
        """
        drive = _DRIVE.fullmatch(self._root)
        path = f"/run/desktop/mnt/host/{drive[1].lower()}/{drive[2] or ''}".replace("\\", "/") if drive else self._root
        return path.rstrip("/")

    @property
    def _root(self) -> str:
        roots = self.root
        return roots if isinstance(roots, str) else {"linux": roots.linux, "macos": roots.macos, "windows": roots.windows}[self.system]
