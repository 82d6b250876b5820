"""One HTML file that needs nothing else: the topology as a picture, and the ledger, each value beside the manifest that says it.

The page loads nothing and may load nothing (its Content-Security-Policy says so), works without JavaScript but for the filter, and holds no
secret value: see `snippets`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from converter.findings import Entry, Severity, format_route
from converter.intent.words import in_words
from converter.report import snippets
from converter.report.layout import Picture, picture
from converter.report.topology import Topology, topology
from converter.report.view import NOTABLE, VERDICTS, Remark, View, place

_SHOWN = 120
_FIRST = (*NOTABLE, "accepted")


@dataclass(frozen=True)
class Row:
    """An entry of the ledger as the page shows it, every attribute as text."""

    route: str
    verdict: str
    rules: str
    compose: str
    kubernetes: str
    why: str
    hint: str
    place: str
    written: str
    left: str
    right: str


@dataclass(frozen=True)
class Group:
    """The entries of one service, or of all that belongs to none."""

    name: str
    title: str
    rows: tuple[Row, ...]
    added: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """One overlay on the page.

    `drawn` is the picture; where there is none, `no_picture` is the reason.
    """

    view: View
    number: int
    topology: Topology
    drawn: Picture | None
    no_picture: str
    groups: tuple[Group, ...]
    remarks: tuple[tuple[str, tuple[Remark, ...]], ...]


def render(views: Sequence[View]) -> str:
    """The page for all overlays of a run."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("converter.report", "page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages = [_page(view, number) for number, view in enumerate(views)]
    rows = [row for page in pages for group in page.groups for row in (*group.rows, *group.added)]
    services = sorted({group.name for page in pages for group in page.groups})
    text: str = environment.get_template("report.html").render(
        pages=pages,
        project=views[0].project.name if views else "",
        services=services,
        verdicts=[verdict for verdict in VERDICTS if any(row.verdict == verdict for row in rows)],
        rules=sorted({rule for row in rows for rule in row.rules.split()}),
        counted={verdict: sum(row.verdict == verdict for row in rows) for verdict in VERDICTS},
        place=place,
        format_route=format_route,
    )
    return text


def _page(view: View, number: int) -> Page:
    found = topology(view)
    drawn = picture(found)
    titles = ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings"), (Severity.INFO, "Notes"))
    remarks = tuple((title, tuple(one for one in view.remarks if one.severity is severity)) for severity, title in titles)
    return Page(
        view,
        number,
        found,
        None if isinstance(drawn, str) else drawn,
        drawn if isinstance(drawn, str) else "",
        tuple(_groups(view)),
        tuple((title, some) for title, some in remarks if some),
    )


def _groups(view: View) -> Iterator[Group]:
    """The entries by service, what a reviewer must see first, else as in the ledger; what belongs to no service at the end."""
    together: dict[str, list[Entry]] = {service: [] for service in view.project.services}
    for entry in view.entries:
        together.setdefault(_service(view, entry), []).append(entry)
    for service, entries in sorted(together.items(), key=lambda item: (not item[0], item[0])):
        first = sorted(entries, key=lambda entry: VERDICTS.index(entry.verdict) if entry.verdict in _FIRST else len(VERDICTS))
        asked = tuple(_row(view, entry) for entry in first if entry.verdict != "added")
        added = tuple(_row(view, entry) for entry in entries if entry.verdict == "added")
        yield Group(service, service or "the project as a whole", asked, added)


def _service(view: View, entry: Entry) -> str:
    """The service that an entry belongs to: of its value, or of the object that an added field stands in."""
    if entry.route[:1] == ("services",):
        return str(entry.route[1])
    document = view.manifests.find(str(entry.route[0]), str(entry.route[1])) if entry.verdict == "added" and len(entry.route) > 1 else None
    return view.manifests.service_of(document) if document is not None else ""


def _row(view: View, entry: Entry) -> Row:
    added = entry.verdict == "added"
    route = entry.route[2:] if entry.route[:1] == ("services",) else entry.route
    written = snippets.place(view, entry)
    rules = entry.why.replace(" ", "-") if added else " ".join(rule.replace(" ", "-") for rule in view.rules_of(entry))
    where = None if added else place(view.project, entry.route)
    return Row(
        format_route(route) or "services",
        entry.verdict,
        rules,
        "" if added else _short(view, entry, entry.raw),
        _short(view, entry, entry.got),
        "" if added else entry.why,
        entry.hint,
        str(where) if where else "",
        str(written) if written else "",
        "" if added else snippets.compose(view.project, entry),
        "" if added else snippets.kubernetes(view.manifests, entry),
    )


def _short(view: View, entry: Entry, value: Any) -> str:
    text = "" if value is None else in_words(value, entry.route, view.project)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
