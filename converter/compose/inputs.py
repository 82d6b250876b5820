"""Which files a project is made of: what docker compose would find, found the same way, so that every file is known by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from converter.compose.env_files import read_assignments, stand_in
from converter.errors import ConverterError

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")


@dataclass(frozen=True)
class Inputs:
    """What names a Compose project on the command line, as for docker compose itself; paths are relative to the current directory."""

    files: tuple[str, ...] = ()
    project_name: str = ""
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    project_directory: str = ""
    compose: str = ""


@dataclass(frozen=True)
class Found:
    """The files of a project, absolute.

    Attributes:
        directory: the project directory.
        files: the Compose files, weakest first.
        env_files: the files that interpolation reads, weakest first.
        replaces: the absent file that a file of `env_files` stands in for.
    """

    directory: Path
    files: tuple[Path, ...]
    env_files: tuple[Path, ...]
    replaces: tuple[tuple[Path, Path], ...] = ()


def find(inputs: Inputs) -> Found:
    """Find the files of a project. Raises ConverterError for one that was named and is not there, and if there is no Compose file."""
    here = Path.cwd()
    files = tuple(_named(here, name, "compose file") for name in inputs.files)
    named_env = tuple(_named(here, name, "env file") for name in inputs.env_files)
    directory = _absolute(here / inputs.project_directory) if inputs.project_directory else None
    if directory is not None and not directory.is_dir():
        hint = "name the folder that the paths in the Compose file start from"
        raise ConverterError(f"project directory '{inputs.project_directory}' is not a folder", hint=hint)
    files = files or _from_variable(directory or here, here, named_env) or _search(directory or here)
    directory = directory or files[0].parent
    if named_env:
        return Found(directory, files, named_env)
    usual = directory / ".env"
    places = (usual,) if inputs.files or inputs.project_directory else (usual, here / ".env")  # the nearer one wins, as for docker compose
    present = tuple(dict.fromkeys(path for path in places if path.is_file()))
    if present:
        return Found(directory, files, present)
    other = stand_in(usual)
    return Found(directory, files, (other,), ((other, usual),)) if other else Found(directory, files, ())


def _absolute(path: Path) -> Path:
    """Return an absolute path without `..`; links stay as they are, as docker compose leaves them."""
    return Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow links)


def _named(here: Path, name: str, what: str) -> Path:
    if name == "-":
        raise ConverterError(f"a {what} cannot be read from standard input", hint="write it to a file and name that")
    path = _absolute(here / name)
    if path.is_dir():
        raise ConverterError(f"{what} '{name}' is a folder", hint="name the file in it")
    if not path.exists():
        raise ConverterError(f"{what} '{name}' does not exist", hint=_nearest(path))
    return path


def _nearest(path: Path) -> str:
    """Say what there is instead of a file that is not there."""
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder '{folder.name}'"
    there = sorted(other.name for other in folder.iterdir() if other.is_file())
    near = get_close_matches(path.name, there, 1)
    alike = [name for name in there if path.suffix and Path(name).suffix == path.suffix]
    return f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(alike)}" if alike else "see that it is spelt right"


def _from_variable(start: Path, here: Path, env_files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return what COMPOSE_FILE names in the project's own `.env`, relative to the current directory, as docker compose reads it."""
    values: dict[str, str] = {}
    for path in env_files or (start / ".env",):
        values |= {item.name: item.value for item in read_assignments(path)} if path.is_file() else {}
    names = values.get("COMPOSE_FILE", "")
    separator = values.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
    return tuple(_named(here, name, "compose file") for name in names.split(separator) if name)


def _search(start: Path) -> tuple[Path, ...]:
    """Look for a Compose file in a folder and in those above it; the override file beside it belongs to it."""
    for folder in (start, *start.parents):
        found = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
        if found:
            override = next((folder / name for name in _OVERRIDES if (folder / name).is_file()), None)
            return (found, override) if override else (found,)
    raise ConverterError(
        f"there is no Compose file in '{start.name or start}' or above it",
        hint=f"name it with -f, or go to its folder; looked for {', '.join(_NAMES)}",
    )
