"""Read what a bind mount shows to a container: a file, or a folder that is small enough to be configuration."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from converter.compose.bind_words import means_secret

FILE_LIMIT = 1024 * 1024
"""Bytes that one ConfigMap or Secret holds: the API server refuses more."""
FOLDER_LIMIT = 4 * 1024 * 1024
"""Bytes of a folder that is still configuration: it is spread over several ConfigMaps."""
FILES_LIMIT = 100
"""Files of a folder that is still configuration."""

_PROGRAMS = (b"#!", b"\x7fELF")
"""How files begin that can be run: a folder of Windows, or a download, does not tell it by a mode."""
_JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".keep", ".gitignore", "__pycache__"})


@dataclass(frozen=True)
class BoundFile:
    """A file of a bind mount: its path below the target ("" for a mount of one file), its bytes, and how it is to be kept."""

    path: str
    data: bytes
    executable: bool = False
    secret: bool = False


class Refused(Exception):  # noqa: N818 no error: the reason why nothing is made of a mount
    """Why a file or folder cannot become configuration."""


def read_file(file: Path, directory: Path, path: str, target: str) -> BoundFile:
    """Read one file of the project. Raises Refused if it is too large, no regular file, or not in `directory`."""
    if not file.resolve().is_relative_to(directory.resolve()):
        raise Refused(f"'{_shown(file, directory)}' is a link that leads out of the project")
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused(f"'{_shown(file, directory)}' is no regular file")
    if status.st_size > FILE_LIMIT:
        what = "put it into the image, or on a volume that is filled once"
        raise Refused(f"'{_shown(file, directory)}' has {status.st_size} bytes, and a ConfigMap holds {FILE_LIMIT}: {what}")
    data = file.read_bytes()
    executable = bool(status.st_mode & stat.S_IXUSR) or data.startswith(_PROGRAMS)
    return BoundFile(path, data, executable, means_secret(file.name if path == "" else path, target, data))


def read_folder(folder: Path, directory: Path, target: str, *, limit: int = FOLDER_LIMIT) -> tuple[BoundFile, ...]:
    """Read every file of a small folder, sorted by path. Raises Refused at the first sign that it is not small."""
    files: list[BoundFile] = []
    total = 0
    for path, file in walk(folder):
        if len(files) == FILES_LIMIT:
            raise Refused(f"'{_shown(folder, directory)}' holds more than {FILES_LIMIT} files: too many for configuration")
        files.append(read_file(file, directory, path, path_of(target, path)))
        total += len(files[-1].data)
        if total > limit:
            raise Refused(f"'{_shown(folder, directory)}' holds more than {limit} bytes: too much for configuration")
    return tuple(sorted(files, key=lambda file: file.path))


def path_of(target: str, path: str) -> str:
    """Where a file of a mount stands in the container; `path` is "" for a mount of one file."""
    return f"{target.rstrip('/')}/{path}" if path else target


def walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    """Each (path below the folder, file), sorted, without what editors, Python and git leave; links to folders are not followed."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name in _JUNK:
            continue
        if entry.name == ".git":
            raise Refused("it is a git repository of its own")
        if entry.is_dir() and entry.is_symlink():
            raise Refused(f"'{prefix}{entry.name}' in it is a link to a folder")
        if entry.is_dir():
            yield from walk(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing but what keeps it in git."""
    return all(entry.name in _JUNK for entry in folder.iterdir())


def _shown(path: Path, directory: Path) -> str:
    return path.relative_to(directory).as_posix()
