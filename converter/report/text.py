"""The report on a terminal: what was converted, counts, what needs a decision with its line, and what changed. 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence

from converter.findings import Severity
from converter.report.closed_ports import closed_ports, commands
from converter.report.view import VERDICTS, Remark, View

WIDTH = 100
_COLOURS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.INFO: "\x1b[36m"}
_INDENT = 9
_PLACES = 3


def render(view: View, changes: list[str], *, colour: bool = False, verbose: bool = False, quiet: bool = False) -> str:
    """The report as text.

    `changes` are finished lines about what differs from the committed output, shown in any case. `verbose` shows every place, every
    added field, and how each published port is reached; `quiet` shows only warnings and errors.
    """
    paint = _painter(colour)
    shown = [remark for remark in (*view.remarks, *closed_ports(view)) if remark.severity > Severity.INFO or not quiet]
    lines = [line for remark in shown for line in _remark(view, remark, paint, verbose=verbose)]
    if verbose:
        lines += [*_forwards(view), *_added(view)]
    if changes:
        lines += ["", *changes]
    if quiet and not lines:
        return ""
    head = [view.title] if quiet else _head(view)
    return "\n".join([*head, *lines]) + "\n"


def _head(view: View) -> Iterator[str]:
    counts = ", ".join(f"{view.counts[verdict]} {verdict}" for verdict in VERDICTS if view.counts.get(verdict))
    yield view.title
    yield from textwrap.wrap(f"{view.size}. Values: {counts}", WIDTH, initial_indent="  ", subsequent_indent="  ")
    if view.project.inactive:
        names = ", ".join(view.project.inactive)
        yield from textwrap.wrap(
            f"not converted, no active profile selects them: {names}", WIDTH, initial_indent="  ", subsequent_indent="  "
        )


def _remark(view: View, remark: Remark, paint: Callable[[str, Severity], str], *, verbose: bool) -> Iterator[str]:
    label = remark.severity.name.lower()
    about = f"{_few(remark.resources, verbose=verbose)}: " if remark.resources else ""
    first, *rest = _wrapped(f"{about}{remark.message}", "") or [""]
    yield f"{paint(f'{label:{_INDENT}}', remark.severity)}{first}"
    yield from (f"{'':{_INDENT}}{line}" for line in rest)
    places = list(view.places(remark))
    shown = places if verbose else places[:_PLACES]
    for location, name in shown:
        yield _shortened(f"{'':{_INDENT + 2}}{location}  {name}")
    if len(places) > len(shown):
        yield f"{'':{_INDENT + 2}}and {len(places) - len(shown)} more (-v shows them)"
    if remark.hint:
        yield from (f"{'':{_INDENT + 2}}{line}" for line in _wrapped(f"-> {remark.hint}", "   "))


def _few(names: Sequence[str], *, verbose: bool) -> str:
    shown = names if verbose else names[:_PLACES]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")


def _wrapped(text: str, further: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - _INDENT - 2, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)


def _forwards(view: View) -> Iterator[str]:
    if found := list(commands(view)):
        yield "published ports that the overlay leaves inside the cluster:"
        yield from (f"  {command}" for command in found)


def _added(view: View) -> Iterator[str]:
    fields: dict[str, int] = {}
    for entry in view.entries:
        if entry.verdict == "added":
            fields[entry.why] = fields.get(entry.why, 0) + 1
    if fields:
        yield "added, asked for by no Compose value:"
        yield from (f"  {count:5}  by {who}" for who, count in sorted(fields.items()))


def _shortened(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."


def _painter(colour: bool) -> Callable[[str, Severity], str]:  # noqa: FBT001 - a switch passed through
    return (lambda text, severity: f"{_COLOURS[severity]}{text}\x1b[0m") if colour else (lambda text, _: text)
