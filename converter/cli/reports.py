"""The reports of `--report FORMAT=FILE`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from converter.errors import ConverterError
from converter.report.forms import FORMATS
from converter.report.view import View


class Report(NamedTuple):
    """A report that was asked for: in which form, and where to; "-" is stdout."""

    form: str
    target: str


def parsed(wanted: Iterable[str]) -> list[Report]:
    """The reports that `--report` names. Raises ConverterError, before anything is converted, for one that cannot be written."""
    found = []
    for text in wanted:
        form, equals, target = text.partition("=")
        if form not in FORMATS or not equals or not target:
            raise ConverterError(f"--report '{text}' is not FORMAT=FILE", hint=f"formats: {', '.join(FORMATS)}; '-' is stdout")
        if target != "-":
            _writable(Path(target))
        found.append(Report(form, target))
    if sum(report.target == "-" for report in found) > 1:
        raise ConverterError("only one report can go to stdout", hint="name a file for the others: --report json=report.json")
    return found


def rendered(report: Report, views: Sequence[View]) -> str:
    """The text of a report."""
    return FORMATS[report.form](views)


def write_report(report: Report, content: str) -> None:
    """Write a report, or print it. Raises ConverterError if it cannot be written."""
    if report.target == "-":
        typer.echo(content, nl=False)
        return
    try:
        Path(report.target).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise _unwritable(Path(report.target), error.strerror or "the system refuses") from None


def _writable(path: Path) -> None:
    if path.is_dir():
        raise _unwritable(path, "it is a folder")
    if not path.parent.is_dir():
        raise _unwritable(path, f"there is no folder '{path.parent.as_posix()}'")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise _unwritable(path, "permission denied")


def _unwritable(path: Path, why: str) -> ConverterError:
    return ConverterError(f"the report '{path.as_posix()}' cannot be written: {why.lower()}", hint="name another file after '='")
