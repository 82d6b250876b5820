"""The report for a pull request: counts, what needs a decision, then a table for each service."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from converter.findings import Entry, Severity, format_route
from converter.report.view import VERDICTS, View, place

_SHOWN = 80


def render(view: View, *, lines: bool) -> str:
    """The report as Markdown. With `lines`, values carry their place in the Compose files; without, the text is for committing."""
    parts = [f"# {view.title}\n", _counts(view), *_remarks(view, lines=lines)]
    asked = [entry for entry in view.entries if entry.verdict != "added"]
    parts.append("\n## Every Compose value\n")
    for service, entries in groupby(asked, key=lambda entry: format_route(entry.route[:2])):
        parts.append(_table(service, list(entries)))
    parts.append(_added([entry for entry in view.entries if entry.verdict == "added"]))
    return "\n".join(part for part in parts if part) + "\n"


def _counts(view: View) -> str:
    rows = "\n".join(f"| {verdict} | {view.counts[verdict]} |" for verdict in VERDICTS if view.counts.get(verdict))
    return f"{view.services} services, {view.objects} objects.\n\n| verdict | values |\n|---|---|\n{rows}\n"


def _remarks(view: View, *, lines: bool) -> Iterator[str]:
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        chosen = [remark for remark in view.remarks if remark.severity is severity]
        if not chosen:
            continue
        yield f"## {severity.name.title()}s\n" if severity > Severity.INFO else "## Notes\n"
        for remark in chosen:
            about = f"{', '.join(remark.resources)}: " if remark.resources else ""
            yield f"- {_escaped(about + remark.message)}" + (f" ({_escaped(remark.hint)})" if remark.hint else "")
            for route in remark.routes:
                where = f" at {place(view.project, route)}" if lines else ""
                yield f"  - `{format_route(route)}`{where}"
        yield ""


def _table(service: str, entries: list[Entry]) -> str:
    rows = "\n".join(_row(entry, service) for entry in entries)
    head = "| value | verdict | Compose | Kubernetes | why |\n|---|---|---|---|---|"
    return f"<details><summary>{service}: {len(entries)} values</summary>\n\n{head}\n{rows}\n\n</details>\n"


def _row(entry: Entry, service: str) -> str:
    value = format_route(entry.route[2:]) or service
    return f"| `{value}` | {entry.verdict} | {_cell(entry.raw)} | {_cell(entry.got)} | {_escaped(entry.why)} |"


def _added(entries: list[Entry]) -> str:
    steps: dict[str, int] = {}
    for entry in entries:
        steps[entry.why] = steps.get(entry.why, 0) + 1
    rows = "\n".join(f"| {_escaped(who)} | {count} |" for who, count in sorted(steps.items()))
    return f"\n## Added, asked for by no Compose value\n\n| by | fields |\n|---|---|\n{rows}\n" if rows else ""


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    short = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
    return f"`{_escaped(short).replace('`', chr(39))}`" if short else ""


def _escaped(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
