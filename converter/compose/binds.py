"""What a bind mount of the host is: configuration to carry along, data to keep, code that the image has, or nothing for a cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING, Any, Literal

from converter.compose import bind_words
from converter.compose.binary import HOME
from converter.compose.bind_files import BoundFile, Refused, is_empty, read_file, read_folder
from converter.compose.build import build_context, build_of, relative_path, workdir
from converter.compose.images import facts_of
from converter.compose.once import once
from converter.compose.shared_folders import configures, folder_of, is_written
from converter.errors import ConverterError

if TYPE_CHECKING:
    from converter.compose.project import Project

__all__ = ["Bind", "BoundFile", "allowed", "decide"]

Kind = Literal["file", "config", "initdb", "data", "source", "clock", "refused"]

_SOURCE = "source code over what the image has been built with; the image's own is used"
_INITDB = "/docker-entrypoint-initdb.d"
_WORKDIRS = re.compile(r"/(app|usr/src|code|src|workspaces?|var/www|srv|opt/app|home/[^/]+/app|go/src)(/.*)?")
_CODE_SIGNS = ("Cargo.toml", "Dockerfile", "Gemfile", "composer.json", "go.mod", "package.json", "pom.xml", "pyproject.toml")
_INITDB_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True)
class Bind:
    """What a bind mount is.

    Attributes:
        kind: file, config (a folder), initdb (a folder of first-start scripts), data (needs a volume), source (the image has it), clock
            (the time zone), or refused.
        files: for file, config and initdb: what the container sees, sorted by path.
        why: the reason, one clause; for refused what to do, too.

    """

    kind: Kind
    files: tuple[BoundFile, ...] = ()
    why: str = ""


def decide(project: Project, service: str, mount: Mapping[str, Any]) -> Bind:
    """What `mount`, an entry of type bind of the service's `volumes`, is. Reads only below the project's directory, and each mount once.

    Raises ConverterError if its source cannot be read.
    """
    source, target = str(mount.get("source") or ""), str(mount["target"])
    known = _known(project)
    key = service, source, target, bool(mount.get("read_only"))
    if key not in known:
        known[key] = _host(source, target) or _outside(project, service, source, target) or _inside(project, service, mount)
    return known[key]


@once
def _known(project: Project) -> dict[tuple[str, str, str, bool], Bind]:
    del project
    return {}


def _host(source: str, target: str) -> Bind | None:
    if any(path == clock or path.startswith(f"{clock}/") for path in (source, target) for clock in bind_words.CLOCK):
        return Bind("clock", why="the time zone, which the variable TZ sets")
    if source.startswith("/"):
        for pattern, wanted in bind_words.HOST:
            if re.fullmatch(pattern, source.rstrip("/") or "/"):
                return Bind("refused", why=f"'{source}' is {wanted}")
    return None


def _outside(project: Project, service: str, source: str, target: str) -> Bind | None:
    """What is made of a path that leaves the project, without a look at it; None for one inside, and one that the overlay allows."""
    if relative_path(source) is not None or allowed(project, source):
        return None
    build = build_of(project, service)
    context = normpath(str(build.get("context") or ".")) if build is not None else ""
    if context and _is_below(normpath(source), context) and (_WORKDIRS.fullmatch(target) or normpath(source) == context):
        return Bind("source", why=_SOURCE)
    shown = source.replace(HOME, "~", 1) if source.startswith(f"{HOME}/") else source
    allow = f"'config-files: {{outside: [\"{shown}\"]}}' in the overlay lets it be read"
    return Bind("refused", why=f"'{shown}' lies outside the project: move it into the project, or use a named volume; {allow}")


def allowed(project: Project, source: str) -> str:
    """The path of the overlay, as it stands there, that lets `source`, which lies outside of the project, be read; "" if none does."""
    path = normpath(source.replace("\\", "/").replace(HOME, "~", 1))
    return next((one for one in project.settings.outside if _is_below(path, normpath(one.replace("\\", "/")))), "")


def _inside(project: Project, service: str, mount: Mapping[str, Any]) -> Bind:
    source, target = str(mount.get("source") or ""), str(mount["target"])
    relative, root = relative_path(source), project.directory
    path = root / (relative or ".")
    if relative is None:
        path = root / Path(source.replace("\\", "/").replace(HOME, "~", 1)).expanduser()
        root = root / Path(allowed(project, source).replace("\\", "/")).expanduser()
        root = root if root.is_dir() else root.parent
    if not path.resolve().is_relative_to(root.resolve()):
        return Bind("refused", why=f"'{source}' is a link that leads out of the project")
    try:
        if not path.exists():
            return _missing(mount)
        if not path.is_dir():
            return Bind("file", (read_file(path, root, "", target),), "a file of the project")
        return _folder(project, service, mount, (path, root), folder_of(source))
    except Refused as reason:
        return Bind("refused", why=str(reason))
    except OSError as error:
        where = project.sources.locate(("services", service, "volumes", target), project.model)[0]
        message = (
            f"'{source}', which service '{service}' mounts at '{target}', cannot be read: {(error.strerror or 'it is unusable').lower()}"
        )
        raise ConverterError(message, location=where, hint="make it readable, or take the line out") from None


def _missing(mount: Mapping[str, Any]) -> Bind:
    source, target = str(mount.get("source") or ""), str(mount["target"])
    options = mount.get("bind")
    required = isinstance(options, Mapping) and not options.get("create_host_path", False)
    if required or bind_words.means_file(source, target):
        made = "docker compose would refuse it too" if required else "docker would make an empty folder of that name"
        return Bind("refused", why=f"'{source}' does not exist: add it, or take the line out; {made}")
    if _is_below(target, _INITDB):
        return Bind("initdb", why="a folder for first-start scripts, without any")
    return Bind("data", why="a folder that does not exist yet, so that the program fills it")


def _folder(project: Project, service: str, mount: Mapping[str, Any], place: tuple[Path, Path], relative: str) -> Bind:
    """What a folder is; `place` is where it lies, and the folder that must not be left."""
    target, (path, root) = str(mount["target"]).rstrip("/") or "/", place
    if _is_below(target, _INITDB):
        return Bind("initdb", read_folder(path, root, target, limit=_INITDB_LIMIT), "a folder of first-start scripts")
    empty = is_empty(path)
    known = facts_of(project, service)
    if not mount.get("read_only") and known and target in known.data:
        return Bind("data", why="the folder where the image keeps its data")
    if empty or (not bind_words.is_configuration(target) and is_written(project, relative)):
        return Bind("data", why="an empty folder, so that the program fills it" if empty else "a folder that its name says is written to")
    if _is_source(project, service, path, relative, target):
        return Bind("source", why=_SOURCE)
    try:
        return Bind("config", read_folder(path, root, target), "a small folder")
    except Refused as reason:
        what = "copy it into the image that is built" if build_of(project, service) else "build an image that has it"
        raise Refused(f"{reason}; {what}, or use a named volume that is filled once") from None


def _is_source(project: Project, service: str, path: Path, relative: str, target: str) -> bool:
    """Whether a folder is the code that the service's own image is built from, laid over the image's copy of it."""
    context = build_context(project, service)
    if context is None or not (context == "." or _is_below(relative, context)):
        return False
    if relative != context and configures(project, relative):
        return False
    folder = workdir(project, service)
    if folder not in {"", "/"}:
        return _is_below(target, folder) or (relative == context and _is_below(folder, target.rstrip("/")))
    if _is_below(target, "/etc"):
        return False
    return bool(_WORKDIRS.fullmatch(target)) or relative == context or any((path / sign).exists() for sign in _CODE_SIGNS)


def _is_below(path: str, folder: str) -> bool:
    return path.rstrip("/") == folder or path.startswith(f"{folder}/")
