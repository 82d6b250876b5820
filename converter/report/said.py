"""One thing said by one run, for the reports that programs show line by line: SARIF and GitHub's annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from converter.errors import Location
from converter.findings import Finding, Severity, format_route
from converter.report.repository import in_repository
from converter.report.view import View


@dataclass(frozen=True)
class Said:
    """A finding with its place.

    Attributes:
        rule: whose it is: "images", "schema", or of the ledger its verdict: "lost".
        severity: how much it weighs.
        text: what is said, with the object or the value that it is about.
        hint: what to do.
        place: the line, relative to the repository.
        value: the Compose value, "services.redis.image"; "" if none.
        field: the place in an object, "Deployment/redis"; "" if none.
        found: the finding; None for a note of the project.
    """

    rule: str
    severity: Severity
    text: str
    hint: str
    place: Location
    value: str = ""
    field: str = ""
    found: Finding | None = None


def said(view: View) -> list[Said]:
    """Everything that a run says, errors first, then by place."""
    return sorted(_each(view), key=lambda one: (-one.severity, one.place, one.rule, one.text))


def _each(view: View) -> Iterator[Said]:
    verdicts = {entry.route: entry.was or entry.verdict for entry in view.entries if entry.severity is not None}
    notes = {(remark.message, remark.hint) for remark in view.remarks}
    for message, hint in view.project.warnings:
        if (message, hint) in notes:
            first = view.project.sources.locate((), view.project.model)[0]
            yield Said("project", Severity.WARNING, message, hint, in_repository(view.project, first))
    for found in view.findings:
        rule = verdicts.get(found.route, found.rule) if found.rule == "ledger" else found.rule
        value, about = format_route(found.route), found.resource or format_route(found.route)
        text = f"{about}: {found.message}" if about and about not in found.message else found.message
        place = in_repository(view.project, view.place_of(found))
        yield Said(rule, found.severity, text, found.hint, place, value, found.resource, found)


def overlays_of(views: Sequence[View]) -> dict[Said, list[str]]:
    """Everything that several runs say, each once, with the overlays for which it is true."""
    together: dict[Said, list[str]] = {}
    for view in views:
        for one in said(view):
            together.setdefault(one, []).append(view.overlay)
    return dict(sorted(together.items(), key=lambda item: (-item[0].severity, item[0].place, item[0].rule, item[0].text)))
