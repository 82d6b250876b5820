"""Which verdict a row of KEYS gives to a value, with what was read of it or without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from converter.compose.standing import is_name
from converter.findings import Route, Severity
from converter.intent.files import Files
from converter.intent.key import Asked, Key, fits, same

UNKNOWN: Key[Any] = Key()
"""The row of a key that the tool has never heard of."""

ORDER = ("kept", "translated", "approximated", "differs")
"""The verdicts of values that were read, the better ones first."""


def rows_of(table: Mapping[str, Key[Any]]) -> dict[str, list[tuple[Route, Key[Any]]]]:
    """The rows by the first step of their pattern, the more literal first."""
    rows: dict[str, list[tuple[Route, Key[Any]]]] = defaultdict(list)
    for pattern in sorted(table, key=lambda pattern: (pattern.count("**"), pattern.count("*"))):
        steps = tuple(pattern.split("."))
        rows[steps[0]].append((steps, table[pattern]))
    return rows


def judged_by(key: Key[Any], asked: Asked, got: Any) -> tuple[str, str, str]:
    """Verdict, reason and hint of a value that was read."""
    want = key.want(asked)
    if same(asked.raw, plain(got)) or fits(want, got):
        if key.inert and (why := key.inert(asked)):
            return "approximated", why, ""
        return ("kept", "", "") if same(asked.raw, plain(got)) else ("translated", key.said(asked) if key.said else "", "")
    if key.near and (why := key.near(asked, got)):
        return "approximated", why, key.hint
    return "differs", key.cost, key.hint


def absent(key: Key[Any], asked: Asked) -> tuple[str, str, str]:
    """Verdict, reason and hint of a value that no manifest says."""
    named = asked.service and asked.route[0] != "container_name" and is_name(("services", asked.service, *asked.route))
    if named and asked.project.secrets.has(str(asked.raw)):
        return "refused", "it holds a secret, which everyone who may look at the pod would read", "take the secret out of this name"
    if key.why and (reason := key.why(asked)):
        return reason.verdict, reason.text, reason.hint
    if key is UNKNOWN:
        return "lost", "cdb-convert does not know this key", ""
    return "lost", key.cost, key.hint


def severity_of(key: Key[Any], verdict: str) -> Severity | None:
    """How much a verdict weighs; None if it is nothing to be said."""
    if verdict in ("lost", "differs"):
        return Severity.WARNING if key.cost else Severity.ERROR
    return {"refused": Severity.ERROR, "approximated": Severity.INFO}.get(verdict)


def plain(value: Any) -> Any:
    """A value as JSON can have it."""
    return str(value) if isinstance(value, Files) else value
