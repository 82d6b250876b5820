"""What every report shows of a Result: counts, and remarks with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from converter.compose.project import Project
from converter.errors import Location
from converter.findings import Entry, Finding, Route, Severity, format_route
from converter.manifests import Manifests

VERDICTS = ("lost", "differs", "refused", "approximated", "accepted", "translated", "kept", "not needed", "added")
"""Every verdict, the most important first."""
NOTABLE = ("lost", "differs", "refused", "approximated")
"""The verdicts that a reviewer must see, each with its place."""


@dataclass(frozen=True)
class Remark:
    """One sentence about one or more values.

    Attributes:
        severity: how much it weighs.
        message: the sentence.
        hint: what to do.
        routes: the Compose values it is about, sorted.
        resources: the Kubernetes objects it is about, as "Deployment/redis", sorted.
    """

    severity: Severity
    message: str
    hint: str = ""
    routes: tuple[Route, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """A Result as a report shows it.

    Attributes:
        project: the project, to look up lines with.
        title: "claire -> output/docker-desktop".
        counts: verdict -> number of ledger entries.
        services: number of Compose services.
        objects: number of Kubernetes objects.
        remarks: everything to be said, errors first.
        entries: the whole ledger.
    """

    project: Project
    title: str
    counts: Mapping[str, int]
    services: int
    objects: int
    remarks: tuple[Remark, ...]
    entries: tuple[Entry, ...]


def view(
    title: str, project: Project, manifests: Manifests, entries: tuple[Entry, ...], findings: Iterable[Finding], *, committed: bool = False
) -> View:
    """Collect what a report shows; a committed one tells nothing of the files of this machine, as an absent `.env`."""
    notes = [Remark(Severity.WARNING, message, hint) for message, hint in project.warnings if not committed]
    said = [
        Remark(
            found.severity, found.message, found.hint, (found.route,) if found.route else (), (found.resource,) if found.resource else ()
        )
        for found in findings
    ]
    return View(
        project=project,
        title=title,
        counts=Counter(entry.verdict for entry in entries),
        services=len(project.services),
        objects=len(manifests),
        remarks=tuple(folded([*notes, *said])),
        entries=entries,
    )


def folded(remarks: Iterable[Remark]) -> list[Remark]:
    """Remarks that say the same of several values or objects as one; errors first, then as they were found."""
    together: dict[tuple[Severity, str, str], list[Remark]] = {}
    for remark in remarks:
        together.setdefault((remark.severity, remark.message, remark.hint), []).append(remark)
    made = [
        Remark(
            *said,
            tuple(sorted({route for one in same for route in one.routes}, key=format_route)),
            tuple(sorted({resource for one in same for resource in one.resources})),
        )
        for said, same in together.items()
    ]
    return sorted(made, key=lambda remark: -remark.severity)


def place(project: Project, route: Route) -> Location | None:
    """Where a value was written; None for one that nobody wrote."""
    location, _ = project.sources.locate(route, project.model)
    return location
