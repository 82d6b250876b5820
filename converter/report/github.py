"""Annotations of GitHub Actions: a line for each finding, which a workflow prints and GitHub shows beside the line of the Compose file.

The form is that of GitHub's "Workflow commands for GitHub Actions": `::error file={name},line={line},col={column},title={title}::{text}`.
In the text `%`, carriage return and line feed are written as `%25`, `%0D`, `%0A`; in a property `:` and `,` as `%3A`, `%2C` too (escapeData
and escapeProperty of @actions/core). GitHub shows ten errors, ten warnings and ten notices of a step: what weighs most comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from converter.findings import Severity
from converter.report.said import Said, overlays_of
from converter.report.view import View

_COMMANDS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(views: Sequence[View]) -> str:
    """What all runs say, each line once; one that is not true for every overlay names its overlays."""
    lines = [_line(one, names if len(names) < len(views) else []) for one, names in overlays_of(views).items()]
    return "\n".join(lines) + "\n" if lines else ""


def _line(one: Said, overlays: Sequence[str]) -> str:
    properties = {
        "file": one.place.file,
        "line": str(one.place.line),
        "col": str(one.place.column),
        "title": f"cdb-convert: {one.rule}" + (f" ({', '.join(overlays)})" if overlays else ""),
    }
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{one.text}\n{one.hint}" if one.hint else one.text
    return f"::{_COMMANDS[one.severity]} {shown}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
