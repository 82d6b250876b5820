"""Running `cdb-convert`: in this process where a process is not the point, else the installed command."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from converter.cli import main

COMMAND = Path(sys.executable).with_name("cdb-convert")
"""The installed command, beside the Python that runs the tests."""
ROOT = Path(__file__).resolve().parents[2]
"""The project, with the reference stack."""


@dataclass(frozen=True)
class Done:
    """How a command ended and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """What an exit with 2 said: the lines from `error:` on, without the progress before it."""
        before, found, after = self.err.partition("error: ")
        assert found, f"no error was told: {self.err or self.out}"
        assert "Traceback" not in before + after
        return after.rstrip("\n")


def cdb(folder: Path, *words: str | Path) -> Done:
    """Run the command line in this process, in a folder."""
    buffers = (io.BytesIO(), io.BytesIO())
    out, err = (io.TextIOWrapper(buffer, encoding="utf-8", write_through=True) for buffer in buffers)
    with ExitStack() as stack:
        stack.enter_context(chdir(folder))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(patch.object(sys, "argv", ["cdb-convert", *map(str, words)]))
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    return Done(status, *(buffer.getvalue().decode() for buffer in buffers))


def refused(folder: Path, *words: str | Path) -> str:
    """What a command says that cannot go on: it exits with 2, prints nothing, and shows no traceback."""
    done = cdb(folder, *words)
    assert (done.status, done.out) == (2, ""), done
    return done.error


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process gets: this one's environment without what steers the tool, and `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "CDB_COMPOSE", "CDB_KOMPOSE")}
    return {**kept, **(extra or {})}


def process(folder: Path, *words: str | Path, env: Mapping[str, str] | None = None, limit: float = 60) -> Done:
    """Run the installed command in a folder."""
    done = subprocess.run(
        [str(COMMAND), *map(str, words)],
        cwd=folder,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=limit,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, byte for byte; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
