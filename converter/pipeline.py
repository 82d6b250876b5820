"""The whole way from a Project to checked manifests and their ledger, for one overlay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from converter import accepts, checks, ledger
from converter.compose.project import Project
from converter.findings import Entry, Finding
from converter.kompose.convert import convert
from converter.manifests import Manifests
from converter.overlay import Overlay
from converter.overlay_places import meant, placed
from converter.trace import Trace


@dataclass(frozen=True)
class Result:
    """What a run made.

    Attributes:
        project: the project as the overlay sees it.
        overlay: the overlay.
        manifests: the finished objects.
        entries: the ledger, one entry for every Compose value and one for every field that nobody asked for.
        findings: what is to be said today, not sorted.
        trace: which step wrote each field last.
        committed: the findings as if no `accept` had a day: what is committed is the same whenever it is made.
    """

    project: Project
    overlay: Overlay
    manifests: Manifests
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    trace: Trace
    committed: tuple[Finding, ...] = ()


def run(project: Project, overlay: Overlay, kompose: Path) -> Result:
    """Convert `project` as `overlay` says, with the kompose binary given. Raises ConverterError if it cannot be done."""
    project = project.with_settings(overlay.settings)
    manifests, trace = convert(project, kompose), Trace()
    trace.step(manifests, "kompose")
    findings: list[Finding] = []
    for rule in overlay.rules:
        findings += placed(rule.apply(manifests, project, overlay.target), overlay.files)
        trace.step(manifests, rule.name)
    findings += checks.check(manifests, project, overlay.target, findings)
    entries = tuple(ledger.entries(project, list(manifests), overlay.target, overlay.accept, trace))
    findings += placed(meant(ledger.findings(entries), entries, trace, overlay.files), overlay.files)
    today, ever = (tuple(accepts.settled(findings, entries, overlay.accept, day)) for day in (None, dt.date.min))
    return Result(project, overlay, manifests, entries, today, trace, ever)
