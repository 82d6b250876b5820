"""SARIF 2.1.0, as GitHub code scanning takes it: one run for each overlay, each finding at its line of the Compose file or the overlay.

Follows OASIS SARIF 2.1.0 (Errata 01) and "SARIF support for code scanning" of GitHub's documentation: a result needs a location; URIs are
relative to the root of the repository; `partialFingerprints.primaryLocationLineHash` keeps an alert the same when lines move;
`automationDetails.id` up to its last slash is the category, and two runs of one file must not share one. What an `accept` lets stand is a
suppressed result where it is one at all: GitHub shows suppressed results as open alerts (github/codeql-action#1230), so an accepted value
of the ledger, of which no report says more than its verdict, is no result here either.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from converter import __version__
from converter.errors import Location
from converter.findings import Severity
from converter.report.meanings import meaning
from converter.report.repository import in_repository
from converter.report.said import Said, said
from converter.report.view import View

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(views: Sequence[View]) -> str:
    """One log, with a run for each overlay."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(view) for view in views]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _run(view: View) -> dict[str, Any]:
    everything = said(view)
    names = sorted({one.rule for one in everything})
    seen: Counter[str] = Counter()
    return {
        "tool": {
            "driver": {
                "name": "cdb-convert",
                "semanticVersion": __version__,
                "rules": [_rule(name) for name in names],
            }
        },
        "automationDetails": {"id": f"cdb-convert/{view.overlay}/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(view, one, names.index(one.rule), seen) for one in everything],
    }


def _rule(name: str) -> dict[str, Any]:
    about = meaning(name)
    return {
        "id": name,
        "name": "".join(part.title() for part in name.split("-")),
        "shortDescription": {"text": about.short},
        "fullDescription": {"text": about.short},
        "help": {"text": about.help, "markdown": f"**{about.short}.**\n\n{_markdown(about.help)}"},
        "defaultConfiguration": {"level": _LEVELS[about.severity]},
        "properties": {"tags": ["compose", "kubernetes"], "precision": "high", "problem.severity": _PROBLEMS[about.severity]},
    }


def _markdown(text: str) -> str:
    """A rule's page, whose settings and example are set out by columns, as it is; prose as Markdown."""
    return f"```text\n{text}\n```" if "\n" in text else text


def _result(view: View, one: Said, rule: int, seen: Counter[str]) -> dict[str, Any]:
    """One result. `seen` counts equal fingerprints, so that two alike stay apart."""
    place = {"physicalLocation": _physical(one.place)}
    logical = [{"fullyQualifiedName": name, "kind": kind} for name, kind in ((one.value, "member"), (one.field, "resource")) if name]
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.text}\n{one.hint}" if one.hint else one.text},
        "locations": [{**place, **({"logicalLocations": logical} if logical else {})}],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(one, seen)},
    }
    if one.found is not None and one.found.accepted:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": one.found.accepted}]
    if written := _written(view, one):
        result["relatedLocations"] = [{"id": 1, "physicalLocation": _physical(written), "message": {"text": one.field}}]
    return result


def _written(view: View, one: Said) -> Location | None:
    """Where the object of a finding stands in the written files."""
    if view.written is None or one.found is None or not one.field:
        return None
    found = view.written(one.field, one.found.path)
    return in_repository(view.project, found) if found else None


def _physical(place: Location) -> dict[str, Any]:
    local = not PurePosixPath(place.file).is_absolute() and place.file[1:2] != ":"
    where = {"uri": quote(place.file), "uriBaseId": _ROOT} if local else {"uri": f"file:///{quote(place.file.lstrip('/'), safe='/:')}"}
    return {"artifactLocation": where, "region": {"startLine": place.line, "startColumn": place.column}}


def _fingerprint(one: Said, seen: Counter[str]) -> str:
    """What stays the same when lines move or a text is worded anew."""
    path = one.found.path if one.found else ()
    about = one.value or one.field or one.text
    data = "\n".join((one.rule, about, one.field, ".".join(map(str, path))))
    digest = hashlib.sha256(data.encode()).hexdigest()[:16]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
