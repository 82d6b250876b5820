"""Results on stdout, progress and errors on stderr; colour only on a terminal that wants it; every command explains itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, cdb, environment, process
from tests.cli.projects import shop, web

COMMANDS = ("run", "check", "diff", "explain", "rules", "secrets", "init")
BAD = "    ports: ['8080:80']\n    privileged: true\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example(command: str, tmp_path: Path) -> None:
    done = cdb(tmp_path, command, "--help")

    assert done.status == 0
    assert f"Example: cdb-convert {command}" in " ".join(done.out.split())
    assert max(map(len, done.out.splitlines())) <= 100


def test_the_help_lists_the_commands_in_whole_sentences(tmp_path: Path) -> None:
    done = cdb(tmp_path, "--help")

    listed = done.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.strip()] == list(COMMANDS)
    assert not any(line.endswith("...") for line in listed), "the first line of each docstring is short enough"
    assert cdb(tmp_path, "-h").out == done.out


def test_the_version_is_told(tmp_path: Path) -> None:
    from converter import __version__

    assert process(tmp_path, "--version").out == f"cdb-convert {__version__}\n"


def test_progress_and_notes_are_on_stderr_and_q_has_none(tmp_path: Path) -> None:
    web(tmp_path)
    slow = tmp_path / "kompose"
    slow.write_text('#!/bin/sh\necho "1.22.0"\n')
    slow.chmod(0o755)
    old_first = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    done = process(tmp_path, "run", env=old_first)
    assert done.status == 0
    assert done.err == f"not used: kompose at '{slow}' is 1.22.0, and 1.38 is needed ...\n"
    assert "not used" not in done.out
    assert process(tmp_path, "run", "-q", env=old_first).err == ""


def test_every_line_of_a_report_fits_100_columns(tmp_path: Path) -> None:
    web(tmp_path, BAD + "    environment:\n      A_RATHER_LONG_NAME_OF_A_VARIABLE_THAT_SAYS_IT_ALL: " + "x" * 200 + "\n")
    for words in (["run"], ["run", "-v"], ["check"]):
        done = cdb(tmp_path, *words)
        assert max(map(len, done.out.splitlines())) <= 100, words


def on_a_terminal(folder: Path, *words: str, **env: str) -> str:
    """What a command writes to a terminal."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen([str(COMMAND), *words], cwd=folder, env=environment(env), stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    found = b""
    try:
        while part := os.read(master, 65536):
            found += part
    except OSError:  # Linux says so when the last writer is gone
        pass
    os.close(master)
    process.wait(timeout=30)
    return found.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="opens a terminal as POSIX has it")
def test_colour_is_for_terminals_that_want_it(tmp_path: Path) -> None:
    web(tmp_path, BAD)

    assert "\x1b[31merror" in on_a_terminal(tmp_path, "run")
    for name in ("NO_COLOR", "CI"):
        assert "\x1b" not in on_a_terminal(tmp_path, "run", **{name: "1"})
    assert "\x1b" not in process(tmp_path, "run").out
    assert "\x1b" in on_a_terminal(tmp_path, "run", "-f", "nix.yml")
    assert "\x1b" not in on_a_terminal(tmp_path, "run", "-f", "nix.yml", NO_COLOR="1")


@pytest.mark.parametrize("coding", ["ascii", "cp1252", "utf-8"])
def test_what_is_piped_is_utf_8_whatever_the_locale_is(coding: str, tmp_path: Path) -> None:
    web(tmp_path, "    labels:\n      note: Grüße → 世界\n    environment:\n      PRICE: ${PRICE}\n")
    said = [process(tmp_path, "run", "--report", f"{form}=-", env={"PYTHONIOENCODING": coding}) for form in ("text", "markdown", "json")]

    assert [done.status for done in said] == [0, 0, 0]
    assert "write a default: ${PRICE:-…}" in " ".join(said[0].out.split())
    assert "Grüße → 世界" in said[2].out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes as POSIX has them")
def test_a_reader_that_goes_is_no_bug(tmp_path: Path) -> None:
    shop(tmp_path)
    line = f"{COMMAND} rules -v | head -1"
    done = subprocess.run(
        [shutil.which("sh") or "sh", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False
    )

    assert done.stdout == "# The rules, in the order in which they run\n"
    assert done.stderr == ""
