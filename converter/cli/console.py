"""Where words go: results to stdout, progress and errors to stderr; colour on a terminal only."""

from __future__ import annotations

import gc
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import TextIO

import typer
from typer.exceptions import TyperException

from converter.errors import ConverterError


def prepare() -> None:
    """Write UTF-8 whatever the locale is: a report that is piped into a file has the same bytes everywhere.

    And look for garbage less often: a run makes little of it, and the looking is a tenth of its time.
    """
    gc.set_threshold(100_000, 50, 100)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def colour(stream: TextIO) -> bool:
    """Whether to write colours to a stream: on a terminal, unless NO_COLOR or CI says otherwise."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and not os.environ.get("CI")


def progress(quiet: bool, verbose: bool = False) -> Callable[[str], None]:  # noqa: FBT001 - flags as they come from the command line
    """A function that says what is going on, on stderr; nothing under `--quiet`, and under `--verbose` what kompose says too."""
    if verbose:
        import logging

        logging.basicConfig(format="%(message)s", stream=sys.stderr)
        logging.getLogger("converter").setLevel(logging.DEBUG)
    return (lambda _: None) if quiet else (lambda message: typer.echo(f"{message} ...", err=True))


def failed(error: BaseException) -> int:
    """Say on stderr why a run could not go on; returns the exit status."""
    match error:
        case typer.Exit():
            status = int(error.exit_code)
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python's own flush at the end has somewhere to go
            status = 1
        case KeyboardInterrupt() | typer.Abort():
            status = 130
            typer.echo("\ninterrupted; every output folder is whole, as it was before or as it should be", err=True)
        case ConverterError():
            status = _refused(str(error), error.hint)
        case TyperException():
            status = _misused(error)
        case _:
            status = 3
            typer.echo(f"error: a bug in cdb-convert ({error.__class__.__name__}); please report it with {_log(error)}", err=True)
    return status


def _misused(error: TyperException) -> int:
    if error.__class__.__name__ == "NoArgsIsHelpError":  # its message is the help; typer does not publish the class
        typer.echo(str(error), err=True)
        return 2
    return _refused(error.format_message(), "cdb-convert --help lists the commands, cdb-convert COMMAND --help their options")


def _refused(message: str, hint: str) -> int:
    label = typer.style("error:", fg="red", bold=True) if colour(sys.stderr) else "error:"
    typer.echo(f"{label} {message}", err=True)
    for line in hint.splitlines():
        typer.echo(f"  {line}", err=True)
    return 2


def _log(error: BaseException) -> str:
    """Write where a bug happened, without any value, into a private file; returns its path."""
    handle, path = tempfile.mkstemp(prefix="cdb-convert-", suffix=".log", text=True)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_tb(error.__traceback__))
        file.write(f"{error.__class__.__module__}.{error.__class__.__name__}\n")
    return path
