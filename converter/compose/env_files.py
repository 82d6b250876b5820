"""Env files: the names that they set, each with its line, and the file that stands in for one that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([^\s=:#'\"$]+)\s*(?:[=:]\s*(.*))?$", re.DOTALL)
_SUFFIXES = (".example", ".template", ".sample", ".dist")


@dataclass(frozen=True)
class Assignment:
    """One `NAME=value` of an env file. The value is for decisions of a moment, it is never kept.

    Attributes:
        name: the variable.
        value: what stands there, without quotes and comment, not interpolated.
        line: line number from 1.
        column: column of the value from 1, or of the name where there is no `=`.
        quote: the quote around the value, "" for none.
        closed: whether that quote ends before the file does.
        given: False for a name alone, which takes its value from the environment.
    """

    name: str
    value: str
    line: int
    column: int
    quote: str
    given: bool
    closed: bool = True

    def __repr__(self) -> str:
        return f"Assignment({self.name!r}, line={self.line})"


def read_assignments(path: Path) -> Iterator[Assignment]:
    """Yield what an env file sets, in order; nothing for a file that cannot be read. Lines that make no sense are passed over."""
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines(keepends=True)
    except OSError:
        return
    number = 0
    while number < len(lines):
        line, start = lines[number], number
        number += 1
        match = _ASSIGNMENT.match(line.rstrip("\r\n"))
        if match is None:
            continue
        text = match[2] or ""
        quote = text[:1] if text[:1] in {"'", '"'} else ""
        while quote and _closing(text, quote) < 0 and number < len(lines):
            text += "\n" + lines[number].rstrip("\r\n")
            number += 1
        column = (match.start(2) if match[2] is not None else match.start(1)) + 1
        yield Assignment(
            match[1], _value(text, quote), start + 1, column, quote, match[2] is not None, not quote or _closing(text, quote) > 0
        )


def _closing(text: str, quote: str) -> int:
    """Return where the quote that opens `text` is closed; -1 if nowhere."""
    at = text.find(quote, 1)
    while at > 0 and text[at - 1] == "\\":
        at = text.find(quote, at + 1)
    return at


def _value(text: str, quote: str) -> str:
    if quote:
        end = _closing(text, quote)
        return text[1:end] if end > 0 else text[1:]
    return re.sub(r"(^|\s)#.*", "", text).strip()


def is_example(path: Path) -> bool:
    """Whether a file by its name only shows what an env file should have: an empty secret there is one that is not set yet."""
    return path.name.endswith(_SUFFIXES)


def stand_in(path: Path) -> Path | None:
    """Return the file beside an absent env file that shows what should be in it (`.env.example`), or None."""
    return next((other for suffix in _SUFFIXES if (other := path.with_name(path.name + suffix)).is_file()), None)


def with_defaults(name: str) -> str:
    """Return a path with `${NAME:-default}` as its default: what can be known without the environment."""
    return re.sub(r"\$\{\w+(?::?-([^}]*))?\}|\$\w+", lambda match: match[1] or "", name).replace("$$", "$")
