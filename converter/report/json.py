"""The report for programs."""

from __future__ import annotations

import json
from typing import Any

from converter.findings import Entry, format_route
from converter.report.view import VERDICTS, View, place

VERSION = 1
"""Of the shape below; a new field keeps it, a changed one raises it."""


def render(view: View, *, lines: bool) -> str:
    """The ledger and the remarks as JSON.

    Shape: {version, project, services, objects, counts: {verdict: n}, remarks: [{severity, message, hint, values, resources}],
    entries: [{value, verdict, compose, kubernetes, why, fields} or {field, verdict: "added", kubernetes, by}]}; an entry leaves out what it
    does not say. With `lines`, values carry "at": "file:line:column"; without, the
    text depends on nothing but what the manifests and the Compose values are.
    """
    document = {
        "version": VERSION,
        "project": view.project.name,
        "services": view.services,
        "objects": view.objects,
        "counts": {verdict: view.counts[verdict] for verdict in VERDICTS if view.counts.get(verdict)},
        "remarks": [
            {
                "severity": remark.severity.name.lower(),
                "message": remark.message,
                "hint": remark.hint,
                "resources": list(remark.resources),
                "values": [_value(view, route, lines=lines) for route in remark.routes],
            }
            for remark in view.remarks
        ],
        "entries": [_entry(view, entry, lines=lines) for entry in view.entries],
    }
    return _written(document)


def _written(document: dict[str, Any]) -> str:
    """JSON with one line for each remark and each entry, so that a difference is one line too."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            items = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f'"{key}": [\n  {items}\n ]' if value else f'"{key}": []')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def _entry(view: View, entry: Entry, *, lines: bool) -> dict[str, Any]:
    """An entry without what it does not say; the value of an added field is the field itself."""
    if entry.verdict == "added":
        return {"field": format_route(entry.route), "verdict": "added", "kubernetes": _plain(entry.got), "by": entry.why}
    said = {"compose": _plain(entry.raw), "kubernetes": _plain(entry.got), "why": entry.why, "fields": list(map(format_route, entry.at))}
    return {**_value(view, entry.route, lines=lines), "verdict": entry.verdict, **{key: value for key, value in said.items() if value}}


def _value(view: View, route: Any, *, lines: bool) -> dict[str, str]:
    shown = {"value": format_route(route)}
    if lines and (location := place(view.project, route)):
        shown["at"] = str(location)
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value)
