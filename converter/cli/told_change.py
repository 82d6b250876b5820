"""One change in lines: on one where its values are short, else each value on its own, from where they differ or whole."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from converter.cli.file_lines import different
from converter.intent.words import apart, in_words, shortened

_WIDTH, _BOTH, _VALUE, _LINES = 100, 60, 89, 6
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@dataclass(frozen=True)
class Told:
    """What is told of a change.

    Attributes:
        action: added, removed or changed.
        head: what it is in, as "Deployment/web", or a Compose value.
        steps: the path in it; the first ones go where a line is too short.
        values: "was" and "now", as far as there are such values.
        origin: what stands in brackets behind it or below it; "" for nothing.

    """

    action: str
    head: str
    steps: Sequence[str]
    values: Mapping[str, Any]
    origin: str

    def lines(self, *, verbose: bool) -> Iterator[str]:
        """The change in lines; with `verbose` nothing of its values is left out."""
        texts = apart(*self.values.values()) if len(self.values) == 2 else [in_words(value) for value in self.values.values()]
        behind, said = f"  {self.origin}".rstrip(), " -> ".join(texts)
        words = said if self.action == "changed" else f"{self.action} {said}".rstrip()
        if len(said) <= _BOTH * len(texts):
            for room, end in ((_WIDTH - len(behind), behind), (_WIDTH, f"\n      {self.origin}".rstrip())):
                if line := self._fitting(f": {words}", room):
                    yield f"{line}{end}"
                    return
        done = "" if self.action == "changed" else f": {self.action}"
        yield (self._fitting(done, _WIDTH - len(behind)) or f"{self._head('')}{done}") + behind
        yield from self._values(texts, verbose=verbose)

    def _fitting(self, words: str, room: int) -> str:
        """The change on one line, without the first steps of its path where that is needed; "" if it does not fit."""
        for start in range(max(1, len(self.steps) - 1)):
            line = self._head(("..." if start else "") + ".".join(self.steps[start:])) + words
            if len(line) <= room:
                return line
        return ""

    def _head(self, path: str) -> str:
        return f"  {_SIGNS[self.action]} {self.head} {path or '.'.join(self.steps)}".rstrip()

    def _values(self, texts: Sequence[str], *, verbose: bool) -> Iterator[str]:
        values = list(self.values.values())
        if len(values) == 2 and all(isinstance(value, str) and "\n" in value.strip() for value in values):
            found = list(different(*values))
            yield from (f"      {line}" for line in (found if verbose else found[:_LINES]))
            if len(found) > _LINES and not verbose:
                yield f"      and {len(found) - _LINES} more lines (diff -v shows them)"
            if found:
                return
        for label, text in zip(self.values, texts if verbose else shortened(texts, _VALUE), strict=True):
            yield from textwrap.wrap(
                text,
                _WIDTH,
                initial_indent=f"      {label}  ",
                subsequent_indent=" " * 11,
                break_long_words=False,
                break_on_hyphens=False,
            )
