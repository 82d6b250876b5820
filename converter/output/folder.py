"""A folder that is replaced whole or not at all.

The new one is made beside the old one, as `.<name>.new`, with whatever others have put there; the old one is renamed to `.<name>.old`,
the new one into its place. No system replaces a folder in one step: a run that is killed between the two renames leaves `.old` whole, and
the next run puts it back before it does anything else.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from converter import yaml
from converter.errors import ConverterError
from converter.manifests import Object
from converter.output.render import INDEX, NOTE, digest


@dataclass(frozen=True)
class Written:
    """What writing a folder changed in it, or would change; names of files, sorted.

    Attributes:
        created: new files.
        changed: files with other text than before.
        removed: files of an earlier run that are none any more.
        edited: files of an earlier run that somebody has edited or taken away since; writing undoes that.

    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is no difference at all."""
        return not (self.created or self.changed or self.removed or self.edited)


def write(directory: Path, files: Mapping[str, str]) -> Written:
    """Make `directory` hold `files`, beside what others have put there; touch nothing if it does already.

    Raises ConverterError, and leaves the old folder whole, if a file of somebody else is in the way or the system refuses.
    """
    shown, directory = directory.as_posix(), Path(os.path.realpath(directory))
    try:
        _settle(directory)
        found = differences(directory, files, shown)
        if not found.nothing or not _holds(directory, INDEX, files):
            _replace(directory, files)
    except OSError as error:
        hint = "see that there is room and that nobody else has it open, or name another folder with '--output'"
        why = (error.strerror or str(error)).lower()
        raise ConverterError(f"the output folder '{shown}' cannot be written: {why}", hint=hint) from None
    return found


def differences(directory: Path, files: Mapping[str, str], shown: str = "") -> Written:
    """What `write` would change; `shown` is how the user calls the folder.

    Raises ConverterError if a file of somebody else is in the way, or the folder cannot be read.
    """
    shown = shown or directory.as_posix()
    for above in (directory, *directory.parents):
        if above.exists() and not above.is_dir():
            message = f"'{above.as_posix()}' is a file, and the output needs a folder of that name"
            raise ConverterError(message, hint="move it away, or name another folder with '--output'")
    directory = _committed(directory)
    try:
        present, ours = _present(directory), _ours(directory)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        hint = "make it readable, or name another folder with '--output'"
        raise ConverterError(f"the output folder '{shown}' cannot be read: {why}", hint=hint) from None
    same = {name for name, text in files.items() if name in present and present[name] == text.encode()}
    for name in files:
        if _is_in_the_way(directory / name) or (name in present and name not in {*ours, *same} and not _carries_note(name, present)):
            message = f"'{shown}/{name}' is in the way: cdb-convert did not write it"
            raise ConverterError(message, hint="move it away, or name another folder with '--output'")
    told = {name for name in files if name != INDEX}
    edited = {name for name, known in ours.items() if name in present and name not in same and digest(present[name]) != known}
    return Written(
        created=_sorted(told - set(present) - set(ours)),
        changed=_sorted((told & set(present)) - same),
        removed=_sorted(set(ours) & set(present) - set(files)),
        edited=_sorted((edited | ((told & set(ours)) - set(present))) - {INDEX}),
    )


def read_committed(directory: Path) -> dict[str, list[Object]]:
    """The objects in a folder that `write` wrote, by file; empty if there is none.

    A file that somebody has edited until it cannot be read has no objects: `differences` tells of the edit, and writing undoes it.
    """
    directory = _committed(directory)
    found: dict[str, list[Object]] = {}
    for name in sorted(_ours(directory)):
        path = directory / name
        if name.endswith(".yaml") and name != "kustomization.yaml" and path.is_file():
            try:
                found[name] = yaml.read(path.read_text(encoding="utf-8", errors="replace"), str(path))
            except (ConverterError, OSError):
                found[name] = []
    return found


def _is_in_the_way(path: Path) -> bool:
    """Whether something that is no file has the name of a file of ours."""
    return path.is_dir() or (path.is_symlink() and not path.exists())


def _beside(directory: Path, what: str) -> Path:
    return directory.with_name(f".{directory.name}.{what}")


def _committed(directory: Path) -> Path:
    """Where the folder is, if a run was killed while it replaced it."""
    old = _beside(directory, "old")
    return old if old.is_dir() and not directory.exists() else directory


def _settle(directory: Path) -> None:
    """Undo, or finish, what a killed run left."""
    new, old = _beside(directory, "new"), _beside(directory, "old")
    if old.is_dir() and not directory.exists():
        old.rename(directory)
    for left in (new, old):
        if left.is_dir():
            shutil.rmtree(left)


def _replace(directory: Path, files: Mapping[str, str]) -> None:
    new, old = _beside(directory, "new"), _beside(directory, "old")
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fill(new, directory, files)
        if directory.exists():
            directory.rename(old)
        new.rename(directory)
    except BaseException:
        if old.is_dir() and not directory.exists():
            old.rename(directory)
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(new: Path, directory: Path, files: Mapping[str, str]) -> None:
    """Make the new folder: what others have in the old one, files of ours that stay as they are, and those that do not."""
    gone = {name for name in _ours(directory) if name not in files}
    stays = {name for name in files if _holds(directory, name, files)}
    if directory.is_dir():
        rewritten = {*gone, *(name for name in files if name not in stays)}
        shutil.copytree(directory, new, symlinks=True, ignore=lambda folder, _: rewritten if Path(folder) == directory else ())
    else:
        new.mkdir()
    for name, text in files.items():
        if name not in stays:
            (new / name).write_bytes(text.encode())


def _present(directory: Path) -> dict[str, bytes]:
    """The files in the folder itself, with the line ends that we write: git may have changed them."""
    paths = sorted(directory.iterdir()) if directory.is_dir() else []
    return {path.name: path.read_bytes().replace(b"\r\n", b"\n") for path in paths if path.is_file()}


def _holds(directory: Path, name: str, files: Mapping[str, str]) -> bool:
    """Whether a file of the folder has the text that it should have."""
    path = directory / name
    return path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == files.get(name, "").encode()


def _ours(directory: Path) -> dict[str, str]:
    """Name -> sha256 of our files, as the index says; without an index that can be read, of those that begin as ours do."""
    try:
        found = json.loads((directory / INDEX).read_bytes())["files"]
        return {name: str(known) for name, known in found.items() if Path(name).name == name and name not in ("", ".", "..")}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        present = _present(directory)
        return {name: digest(data) for name, data in present.items() if _carries_note(name, present)}


def _carries_note(name: str, present: Mapping[str, bytes]) -> bool:
    """Whether a file begins as ours do; of what cannot (reports, the index) the kustomization beside it tells."""
    sign = "kustomization.yaml" if name in ("report.md", "report.json", INDEX) else name
    return present.get(sign, b"").startswith(NOTE.encode())


def _sorted(names: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
