"""Where words go: results to stdout, progress and errors to stderr; colour on a terminal only."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import TextIO

import typer
from typer.exceptions import TyperException

from converter.errors import ConverterError


def colour(stream: TextIO) -> bool:
    """Whether to write colours to a stream: on a terminal, unless NO_COLOR or CI says otherwise."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and not os.environ.get("CI")


def progress(quiet: bool) -> Callable[[str], None]:  # noqa: FBT001 - the flag as it comes from the command line
    """A function that says what is going on, on stderr; nothing under `--quiet`."""
    return (lambda _: None) if quiet else (lambda message: typer.echo(f"{message} ...", err=True))


def failed(error: BaseException) -> int:
    """Say on stderr why a run could not go on; returns the exit status."""
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        typer.echo("\ninterrupted; what was there before is as it was", err=True)
        return 130
    if isinstance(error, TyperException):
        typer.echo(f"error: {error.format_message()}", err=True)
        typer.echo("  cdb-convert --help lists the commands, cdb-convert COMMAND --help their options", err=True)
        return 2
    if isinstance(error, ConverterError):
        label = typer.style("error:", fg="red", bold=True) if colour(sys.stderr) else "error:"
        typer.echo(f"{label} {error}", err=True)
        for line in error.hint.splitlines():
            typer.echo(f"  {line}", err=True)
        return 2
    typer.echo(f"error: a bug in cdb-convert ({error.__class__.__name__}); please report it with {_log(error)}", err=True)
    return 3


def _log(error: BaseException) -> str:
    """Write where a bug happened, without any value, into a private file; returns its path."""
    handle, path = tempfile.mkstemp(prefix="cdb-convert-", suffix=".log", text=True)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_tb(error.__traceback__))
        file.write(f"{error.__class__.__module__}.{error.__class__.__name__}\n")
    return path
