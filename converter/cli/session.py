"""What run, check and diff do with a Result: the files it makes, what changes against the committed ones, the reports, the exit status."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from converter import output as folder
from converter.changes import Change, changes
from converter.cli.causes import told_changes
from converter.cli.console import colour
from converter.errors import ConverterError
from converter.findings import Severity
from converter.output import Written
from converter.pipeline import Result
from converter.report import json as json_report
from converter.report import markdown, text
from converter.report.view import View, view

_WIDTH = 100
_SHOWN = 25


@dataclass(frozen=True)
class Outcome:
    """One overlay's result beside what is committed.

    Attributes:
        result: the result.
        title: "claire -> output/docker-desktop".
        written: which files differ, before anything is written.
        changed: what differs in the objects.
    """

    result: Result
    title: str
    written: Written
    changed: tuple[Change, ...]


def written(result: Result, output: Path) -> Outcome:
    """Write the files of a result; returns what that changed. Raises ConverterError if they cannot be written."""
    outcome = compared(result, output)
    folder.write(output / result.overlay.name, _files(result))
    return outcome


def compared(result: Result, output: Path) -> Outcome:
    """Hold a result against the committed files; writes nothing."""
    directory = output / result.overlay.name
    title = f"{result.project.name} -> {directory.as_posix()}"
    before, after = folder.read_committed(directory), folder.grouped(result.manifests, result.project)
    differences = folder.differences(directory, _files(result))
    return Outcome(result, title, differences, tuple(changes(before, after)) if before else ())


def finish(outcomes: Iterable[Outcome], reports: Iterable[str], *, strict: bool, quiet: bool, verbose: bool, drift: bool = False) -> int:
    """Show the outcomes and write the reports that were asked for; returns the exit status.

    With `drift`, a difference from the committed files makes it 1. Raises ConverterError for a report that cannot be written.
    """
    status = 0
    shown = list(outcomes)
    views = [_view(outcome) for outcome in shown]
    files = [_report(wanted) for wanted in reports]
    for outcome, seen in zip(shown, views, strict=True):
        if not any(target == "-" for _, target in files):
            lines = [] if quiet and (not drift or outcome.written.nothing) else _changes(outcome, wrote=not drift)
            typer.echo(text.render(seen, lines, colour=colour(sys.stdout), verbose=verbose, quiet=quiet), nl=False)
        status = max(status, _status(outcome, strict=strict, drift=drift))
    for form, target in files:
        _write_report(target, "\n".join(_rendered(form, seen) for seen in views))
    return status


def _files(result: Result) -> dict[str, str]:
    """The files of a result, with its committed reports, which hold no line numbers and nothing of what changed."""
    title = f"{result.project.name}: {result.overlay.name}"
    seen = view(title, result.project, result.manifests, result.entries, result.findings, committed=True)
    reports = {"report.md": markdown.render(seen, lines=False), "report.json": json_report.render(seen, lines=False)}
    return folder.files(result.manifests, result.project, reports=reports)


def _view(outcome: Outcome) -> View:
    result = outcome.result
    return view(outcome.title, result.project, result.manifests, result.entries, result.findings)


def _status(outcome: Outcome, *, strict: bool, drift: bool) -> int:
    worst = max((finding.severity for finding in outcome.result.findings), default=Severity.INFO)
    if drift and not outcome.written.nothing:
        return 1
    return int(worst is Severity.ERROR or (strict and worst is Severity.WARNING))


def _changes(outcome: Outcome, *, wrote: bool) -> list[str]:
    """What changes against the committed output, each with the Compose line that it comes from where that is known."""
    found = outcome.written
    if found.nothing:
        return ["nothing changed"]
    verb = "changed" if wrote else "out of date"
    names = [*(f"{name} (new)" for name in found.created), *found.changed, *(f"{name} (removed)" for name in found.removed)]
    lines = textwrap.wrap(f"{verb}: {', '.join(names)}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False) if names else []
    lines += [f"edited by hand{', overwritten' if wrote else ''}: {', '.join(found.edited)}"] if found.edited else []
    told = told_changes(outcome.result, outcome.changed)
    return [*lines, *told[:_SHOWN], *([f"  and {len(told) - _SHOWN} more (see: cdb-convert diff)"] if len(told) > _SHOWN else [])]


def _report(wanted: str) -> tuple[str, str]:
    """A `--report FORMAT=FILE` taken apart. Raises ConverterError for one that is not of that form."""
    form, _, target = wanted.partition("=")
    if form not in ("text", "markdown", "json") or not target:
        raise ConverterError(f"--report '{wanted}' is not FORMAT=FILE", hint="formats: text, markdown, json; '-' is stdout")
    return form, target


def _rendered(form: str, seen: View) -> str:
    if form == "markdown":
        return markdown.render(seen, lines=True)
    return json_report.render(seen, lines=True) if form == "json" else text.render(seen, [], verbose=True)


def _write_report(target: str, content: str) -> None:
    if target == "-":
        typer.echo(content, nl=False)
        return
    try:
        Path(target).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConverterError(f"cannot write the report '{target}': {error.strerror}") from None
