"""The report for programs. Its shape is that of report.schema.json beside this file, which `cdb-convert rules --report-schema` prints."""

from __future__ import annotations

import json
from typing import Any

from converter.findings import Entry, format_route
from converter.report.view import VERDICTS, Remark, View, place

VERSION = 1
"""Of the shape below; a new field keeps it, a changed one raises it."""


def render(view: View, *, lines: bool) -> str:
    """The ledger and the remarks as JSON.

    An entry leaves out what it does not say. With `lines`, values carry "at" and remarks "files" and "overlay", their places in the Compose
    files, the written files and the overlays; without, the text depends on nothing but what the manifests and the Compose values are.
    """
    document = {
        "version": VERSION,
        "project": view.project.name,
        "overlay": view.overlay,
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
                **({"files": _files(view, remark)} if lines else {}),
                **({"overlay": [str(line) for line, _ in remark.lines]} if lines and remark.lines else {}),
            }
            for remark in view.remarks
        ],
        "entries": [_entry(view, entry, lines=lines) for entry in view.entries],
    }
    return _written(document)


def schema() -> str:
    """The JSON Schema of a report."""
    from importlib.resources import files

    return files("converter.report").joinpath("report.schema.json").read_text(encoding="utf-8")


def _files(view: View, remark: Remark) -> list[str]:
    """Where a remark's objects stand in the written files."""
    places = [view.written(resource, path) for resource, path in remark.fields] if view.written else []
    return [str(location) for location in places if location]


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
        return {"field": format_route(entry.route), "verdict": "added", "kubernetes": plain(entry.got), "by": entry.why}
    both = {"compose": plain(entry.raw), "kubernetes": plain(entry.got)}
    said = {key: value for key, value in both.items() if value is not None}
    said |= {"why": entry.why} if entry.why else {}
    said |= {"fields": list(map(format_route, entry.at))} if entry.at else {}
    return {**_value(view, entry.route, lines=lines), "verdict": entry.verdict, **said}


def _value(view: View, route: Any, *, lines: bool) -> dict[str, str]:
    shown = {"value": format_route(route)}
    if lines and (location := place(view.project, route)):
        shown["at"] = str(location)
    return shown


def plain(value: Any) -> Any:
    """A value of the ledger as JSON has it."""
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)
