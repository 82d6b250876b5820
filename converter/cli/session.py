"""What run and check do with a Result: the files it makes, what changes against the committed ones, the reports, the exit status."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from converter import output as folder
from converter.changes import Change, changes
from converter.cli.causes import told_changes
from converter.cli.console import colour
from converter.cli.renamed_jobs import RenamedJob, renamed, with_new_names
from converter.cli.reports import Report, rendered, write_report
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
        directory: its output folder.
        files: the text of each file of that folder, by name.
        written: which files differ, before anything is written.
        changed: what differs in the objects.
        report: the committed report.json; empty if there is none.
        jobs: the Jobs that got another name, under which they are compared.
    """

    result: Result
    directory: Path
    files: Mapping[str, str]
    written: Written
    changed: tuple[Change, ...]
    report: Mapping[str, Any]
    jobs: tuple[RenamedJob, ...] = ()

    def told(self, *, verbose: bool) -> list[str]:
        """What changes in the objects and in the Compose values, each in some lines."""
        return told_changes(self.result, self.changed, self.report, self.jobs, verbose=verbose)

    def write(self) -> None:
        """Write the files. Raises ConverterError, and leaves the old ones whole, if they cannot be written."""
        folder.write(self.directory, self.files)


def compared(result: Result, output: Path) -> Outcome:
    """Hold a result against the committed files; writes nothing. Raises ConverterError if a file of somebody else is in the way."""
    directory, files = output / result.overlay.name, _files(result)
    differences = folder.differences(directory, files)
    before = folder.read_committed(directory)
    if not before or differences.nothing:
        return Outcome(result, directory, files, differences, (), _report(directory) if before else {})
    after = folder.grouped(result.manifests, result.project)
    jobs = renamed(before, after)
    return Outcome(result, directory, files, differences, tuple(changes(with_new_names(before, jobs), after)), _report(directory), jobs)


def _report(directory: Path) -> dict[str, Any]:
    try:
        report = json.loads((directory / "report.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def finish(outcomes: Sequence[Outcome], reports: Iterable[Report], *, strict: bool, quiet: bool, verbose: bool, drift: bool = False) -> int:
    """Show the outcomes and write the reports that were asked for; returns the exit status.

    With `drift`, a difference from the committed files makes it 1. Raises ConverterError for a report that cannot be written.
    """
    asked = list(reports)
    views = [_view(outcome, first=not number) for number, outcome in enumerate(outcomes)]
    for report in asked:
        write_report(report, rendered(report, views))
    if not any(report.target == "-" for report in asked):
        told = [
            text.render(
                replace(seen, title=f"{seen.title}: {'up to' if outcome.written.nothing else 'out of'} date") if drift else seen,
                [] if quiet and (not drift or outcome.written.nothing) else _changes(outcome, wrote=not drift, verbose=verbose),
                colour=colour(sys.stdout),
                verbose=verbose,
                quiet=quiet,
            )
            for outcome, seen in zip(outcomes, views, strict=True)
        ]
        typer.echo("\n".join(part for part in told if part), nl=False)
    for outcome, seen in zip(outcomes, views, strict=True):
        if not drift and _status(outcome, strict=strict, drift=drift):
            _warn(outcome, seen)
    return max((_status(outcome, strict=strict, drift=drift) for outcome in outcomes), default=0)


def _warn(outcome: Outcome, seen: View) -> None:
    """Say, last of all, that what has just been written is not to be applied as it is, and what to do."""
    worst = max(remark.severity for remark in seen.remarks)
    count = sum(remark.severity is worst for remark in seen.remarks)
    label = typer.style("error:", fg="red", bold=True) if colour(sys.stderr) else "error:"
    name = outcome.directory.as_posix()
    what = f"{count} {worst.name.lower()}{'s' if count != 1 else ''}"
    typer.echo(f"{label} {name} is written WITH {what}: do not apply it as it is", err=True)
    way = f"mend what is said above, or 'accept' it in the overlay, and run again; 'git restore {name}' brings back what was there"
    typer.echo(f"  {way}", err=True)


def _files(result: Result) -> dict[str, str]:
    """The files of a result, with its committed reports, which hold no line numbers and nothing of what changed."""
    title = f"{result.project.name}: {result.overlay.name}"
    seen = view(title, result.overlay.name, result.project, result.manifests, result.entries, result.committed, notes=False)
    reports = {"report.md": markdown.render(seen, lines=False), "report.json": json_report.render(seen, lines=False)}
    return folder.files(result.manifests, result.project, reports=reports)


def _view(outcome: Outcome, *, first: bool) -> View:
    """What is shown of an outcome; the notes of the project with the first of several overlays."""
    result, name = outcome.result, outcome.directory.as_posix()
    return view(
        f"{result.project.name} -> {name}",
        result.overlay.name,
        result.project,
        result.manifests,
        result.entries,
        result.findings,
        notes=first,
        written=folder.places(outcome.files, name),
        trace=result.trace,
    )


def _status(outcome: Outcome, *, strict: bool, drift: bool) -> int:
    severities = {finding.severity for finding in outcome.result.findings}
    if outcome.result.project.warnings:
        severities.add(Severity.WARNING)
    worst = max(severities, default=Severity.INFO)
    if drift and not outcome.written.nothing:
        return 1
    return int(worst is Severity.ERROR or (strict and worst is Severity.WARNING))


def _changes(outcome: Outcome, *, wrote: bool, verbose: bool) -> list[str]:
    """What changes against the committed output, each with the Compose line that it comes from where that is known."""
    found = outcome.written
    if found.nothing:
        return ["nothing changed"]
    verb = "changed" if wrote else "out of date"
    names = [*(f"{name} (new)" for name in found.created), *found.changed, *(f"{name} (removed)" for name in found.removed)]
    lines = textwrap.wrap(f"{verb}: {', '.join(names)}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False) if names else []
    lines += [f"edited by hand{', overwritten' if wrote else ''}: {', '.join(found.edited)}"] if found.edited else []
    told = outcome.told(verbose=verbose)
    lines += [*told[:_SHOWN], *([f"  and {len(told) - _SHOWN} more (see: cdb-convert diff)"] if len(told) > _SHOWN else [])]
    return [*lines, *([] if wrote else ["-> cdb-convert run writes what the Compose file says today"])]
