"""Ctrl-C at any moment: exit 130, one line, the old output as it was, no temporary file left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, cdb, environment, write
from tests.cli.projects import edit, shop, stored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals as POSIX has them")

SAID = "\ninterrupted; every output folder is whole, as it was before or as it should be\n"
SLOW = """\
import sys, time
from pathlib import Path
from unittest.mock import patch
from converter.cli import main
real, count = Path.{method}, 0
def slow(self, *words, **named):
    global count
    if "output" in self.parts:
        count += 1
        if count == {nth}:
            Path({started!r}).touch()
            time.sleep(30)
    return real(self, *words, **named)
sys.argv = ["cdb-convert", "run"]
with patch.object(Path, {method!r}, slow):
    main()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A converted project whose Compose file has changed since."""
    folder = shop(tmp_path / "shop")
    assert cdb(folder, "run").status == 0
    edit(folder / "compose.yml", "LEVEL: info", "LEVEL: debug")
    (tmp_path / "tmp").mkdir()
    return folder


def interrupted(command: list[str], folder: Path, started: Path, *, group: bool = False) -> tuple[int, str, str]:
    """Start a command, send SIGINT as soon as `started` is there, and wait for its end."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment({"TMPDIR": str(folder.parent / "tmp")}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 30
        while not started.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "it never came to the moment"
            time.sleep(0.01)
        if group:
            os.killpg(process.pid, signal.SIGINT)  # what a terminal does
        else:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    return process.returncode, out, err


def assert_untouched(folder: Path, before: dict[str, bytes], ended: tuple[int, str, str]) -> None:
    assert ended == (130, "", SAID)
    assert stored(folder / "output") == before
    assert sorted(path.name for path in (folder / "output").iterdir()) == ["default"]
    assert list((folder.parent / "tmp").iterdir()) == []


@pytest.mark.parametrize("group", [False, True], ids=["to the process", "from the terminal"])
@pytest.mark.parametrize("program", ["compose", "kompose"])
def test_while_a_child_runs(program: str, group: bool, project: Path) -> None:  # noqa: FBT001 - a parameter of the test
    before, started = stored(project / "output"), project / "started"
    answer = '[ "$1" = version ] && echo 1.38.0 && exit\n' if program == "kompose" else ""
    write(project, {program: f'#!/bin/sh\n{answer}: > "{started}"\nexec /bin/sleep 30\n'})
    (project / program).chmod(0o755)

    ended = interrupted([str(COMMAND), "run", f"--{program}", f"./{program}"], project, started, group=group)
    assert_untouched(project, before, ended)


@pytest.mark.parametrize(("method", "nth"), [("mkdir", 1), ("write_bytes", 1), ("write_bytes", 3), ("rename", 1), ("rename", 2)])
def test_while_the_output_is_written(method: str, nth: int, project: Path) -> None:
    before, started = stored(project / "output"), project / "started"
    code = SLOW.format(method=method, nth=nth, started=str(started))

    assert_untouched(project, before, interrupted([sys.executable, "-c", code], project, started))
    assert cdb(project, "run").status == 0
    assert stored(project / "output") != before, "the next run goes on as if nothing had been"


def test_while_modules_are_imported(project: Path) -> None:
    started, before = project / "started", stored(project / "output")
    code = (
        "import sys, time, pathlib\n"
        "class Slow:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer':\n"
        f"            pathlib.Path({str(started)!r}).touch(); sys.meta_path.remove(self); time.sleep(30)\n"
        "sys.meta_path.insert(0, Slow())\n"
        "from converter.cli import main\n"
        "sys.argv = ['cdb-convert', 'run']\n"
        "main()\n"
    )
    assert_untouched(project, before, interrupted([sys.executable, "-c", code], project, started))
