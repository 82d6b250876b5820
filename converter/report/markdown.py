"""The report for a pull request: counts, what needs a decision, then a table for each service, folded, what weighs most first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from converter.findings import Entry, Severity, format_route
from converter.intent.words import in_words
from converter.report.view import NOTABLE, VERDICTS, View

_SHOWN = 80


def render(view: View, *, lines: bool) -> str:
    """The report as Markdown. With `lines`, values carry their place in the Compose files; without, the text is for committing."""
    parts = [f"# {view.title}\n", _counts(view), *_remarks(view, lines=lines)]
    asked = [entry for entry in view.entries if entry.verdict != "added"]
    parts.append("\n## Every Compose value\n")
    parts += [_table(view, service, list(entries)) for service, entries in groupby(asked, key=_service)]
    parts.append(_added([entry for entry in view.entries if entry.verdict == "added"]))
    return "\n".join(part for part in parts if part) + "\n"


def _counts(view: View) -> str:
    verdicts = [verdict for verdict in VERDICTS if view.counts.get(verdict)]
    head, line = " | ".join(verdicts), "|".join("--:" for _ in verdicts)
    counts = " | ".join(str(view.counts[verdict]) for verdict in verdicts)
    inactive = ", ".join(f"`{name}`" for name in view.project.inactive)
    more = f" Not converted, no active profile selects them: {inactive}." if inactive else ""
    return f"{view.size}.{more}\n\n| {head} |\n|{line}|\n| {counts} |\n"


def _remarks(view: View, *, lines: bool) -> Iterator[str]:
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        chosen = [remark for remark in view.remarks if remark.severity is severity]
        if not chosen:
            continue
        folded = severity is Severity.INFO
        yield f"\n<details><summary>{len(chosen)} notes</summary>\n" if folded else f"## {severity.name.title()}s\n"
        for remark in chosen:
            about = f"{', '.join(remark.resources)}: " if remark.resources else ""
            yield f"- {_escaped(about + remark.message)}" + (f" ({_escaped(remark.hint)})" if remark.hint else "")
            if lines:
                yield from (f"  - `{name}` at {location}" for location, name in view.places(remark))
            else:
                yield from (f"  - `{format_route(route)}`" for route in remark.routes)
        yield "\n</details>\n" if folded else ""


def _table(view: View, service: str, entries: list[Entry]) -> str:
    order = {verdict: number for number, verdict in enumerate((*NOTABLE, "accepted"))}
    rows = "\n".join(_row(view, entry) for entry in sorted(entries, key=lambda entry: order.get(entry.verdict, len(order))))
    notable = "".join(f", {count} {verdict}" for verdict in order if (count := sum(entry.verdict == verdict for entry in entries)))
    head = "| value | verdict | Compose | Kubernetes | why |\n|---|---|---|---|---|"
    return f"<details><summary><b>{_escaped(service)}</b>: {len(entries)} values{notable}</summary>\n\n{head}\n{rows}\n\n</details>\n"


def _service(entry: Entry) -> str:
    return str(entry.route[1]) if entry.route[:1] == ("services",) else "the project as a whole"


def _row(view: View, entry: Entry) -> str:
    value = format_route(entry.route[2:] if entry.route[:1] == ("services",) else entry.route) or "services"
    return f"| `{value}` | {entry.verdict} | {_cell(view, entry, entry.raw)} | {_cell(view, entry, entry.got)} | {_escaped(entry.why)} |"


def _added(entries: list[Entry]) -> str:
    steps: dict[str, int] = {}
    for entry in entries:
        steps[entry.why] = steps.get(entry.why, 0) + 1
    rows = "\n".join(f"| {_escaped(who)} | {count} |" for who, count in sorted(steps.items()))
    head = f"<details><summary>{len(entries)} fields added, asked for by no Compose value</summary>\n\n| by | fields |\n|---|--:|\n"
    return f"{head}{rows}\n\n</details>\n" if rows else ""


def _cell(view: View, entry: Entry, value: Any) -> str:
    """A value as code, in which nothing but a stroke needs an escape."""
    if value is None or value == "":
        return ""
    text = in_words(value, entry.route, view.project)
    short = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
    return f"`{short.replace('|', chr(92) + '|').replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
