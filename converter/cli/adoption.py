"""The `accept` entries of `init --accept`: what stands today, so that a project can adopt the gate and shrink the list."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from converter.accepts import NEVER
from converter.cli.suggestions import written
from converter.findings import Finding, Severity, format_route
from converter.pipeline import Result

WHY = "stood when the project adopted cdb-convert"
_LONGEST = 120


def standing(result: Result) -> tuple[list[Finding], list[Finding]]:
    """The errors and warnings of a result: those that an `accept` can cover, one for each Compose value, and the others."""
    found = [one for one in result.findings if one.severity > Severity.INFO]
    can = {format_route(one.route): one for one in reversed(found) if _has_key(one) and one.rule not in (*NEVER, "accept")}
    return [can[route] for route in sorted(can)], [one for one in found if format_route(one.route) not in can]


def _has_key(one: Finding) -> bool:
    """Whether a finding is about less than a whole service."""
    return len(one.route) > (2 if one.route[:1] == ("services",) else 1)


def entries(findings: Iterable[Finding]) -> str:
    """The elements of an `accept` list as text, each below the sentence that it accepts."""
    parts = []
    for one in findings:
        sentence = " ".join(one.message.split())
        said = sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 3]}..."
        entry = written([{"at": format_route(one.route), "why": WHY}])
        parts.append(f"  # {said}\n{entry}")
    return "".join(parts)


def section(findings: Sequence[Finding]) -> str:
    """The whole `accept` of an overlay that has none; "" for no findings."""
    return f"\n# What stood when the project adopted cdb-convert: take out what you mend.\naccept:\n{entries(findings)}" if findings else ""


def added(path: Path, findings: Sequence[Finding]) -> str:
    """The text of an overlay with entries for these findings; everything else in it stays as it is."""
    text = path.read_text(encoding="utf-8-sig")
    if not findings:
        return text
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    yaml, stream = YAML(), io.StringIO()
    yaml.preserve_quotes = True
    tree = yaml.load(text)
    if not isinstance(tree, dict) or "accept" not in tree:
        return f"{text.rstrip()}\n{section(findings)}".lstrip()
    yaml.width = 1 << 20
    if "\n  -" in text:
        yaml.indent(mapping=2, sequence=4, offset=2)
    tree["accept"] = accept = tree["accept"] if isinstance(tree["accept"], CommentedSeq) else CommentedSeq()
    accept.fa.set_block_style()
    accept.extend(CommentedMap(at=format_route(one.route), why=WHY) for one in findings)
    yaml.dump(tree, stream)
    return stream.getvalue()
