"""The Compose values that manifests say otherwise, in lines: each in full, or the heaviest ones and few words about the rest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from converter.cli.differences import ValueDifference
from converter.cli.file_lines import FileLines
from converter.cli.places import Places
from converter.errors import Location
from converter.findings import Route, format_route
from converter.intent.words import in_words, shortened
from converter.ledger import NOBODY
from converter.pipeline import Result
from converter.report.view import place

FEW = 12
_MANY = 3
_WIDTH, _SHOWN = 100, 86
_LITTLE = 60
_NOTHING = "nothing"


class Values:
    """What is told of values."""

    def __init__(self, result: Result, places: Places, files: FileLines) -> None:
        self._project = result.project
        self._places = places
        self._files = files

    def each(self, found: Sequence[ValueDifference]) -> Iterator[str]:
        """Every value in full."""
        for one in found:
            yield from self._one(one, verbose=True)

    def common(self, found: Sequence[ValueDifference]) -> tuple[list[str], set[Route]]:
        """What several services have alike, the heaviest first; and the values that are told so."""
        alike: dict[tuple[object, ...], list[ValueDifference]] = {}
        for one in found:
            if one.theirs.got is not None and one.route[:1] == ("services",) and not light(one):
                says = (one.theirs.verdict, one.theirs.why, *(str(value) for value in (one.theirs.raw, one.theirs.got, one.ours.got)))
                alike.setdefault((one.route[2:], *says), []).append(one)
        several = sorted((some for some in alike.values() if len(some) >= _MANY), key=lambda some: -self._weight(some))
        lines: list[str] = []
        for some in several:
            _, *body = self._one(some[0], verbose=False)
            services = ", ".join(str(one.route[1]) for one in some)
            head = f"{self._head(some[0].route, ('services', '*', *some[0].route[2:]))}: {some[0].theirs.verdict} in {services}"
            lines += [*textwrap.wrap(head, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False), *body]
        return lines, {one.route for some in several for one in some}

    def few(self, found: Sequence[ValueDifference]) -> Iterator[str]:
        """The heaviest values of one service, a key of which many values are nowhere in a line; a service that nothing runs is a line.

        A value that need not stand there is not told: `light` counts them.
        """
        told = [one for one in found if not light(one)]
        if told and all(one.theirs.why == NOBODY for one in told):
            yield f"{self._head(told[0].route[:2])}: {NOBODY} ({len(told)} values)"
            return
        blocks = sorted(self._blocks(told), key=lambda block: -block[0])
        for _, lines in blocks[:FEW]:
            yield from lines
        if len(blocks) > FEW:
            yield f"{self._head(told[0].route[:2])}: and {len(blocks) - FEW} more (-v shows them)"

    def _blocks(self, found: Sequence[ValueDifference]) -> Iterator[tuple[int, list[str]]]:
        """Weight and lines: of a value, of an element of a list that is nowhere, or of all that is nowhere of a key."""
        keys: dict[Route, dict[Route, list[ValueDifference]]] = {}
        for one in found:
            if one.theirs.verdict == "lost" and one.theirs.got is None:
                keys.setdefault(one.route[:3], {}).setdefault(one.route[:4], []).append(one)
            else:
                yield self._weight([one]), list(self._one(one, verbose=False))
        for key, elements in keys.items():
            if len(elements) > _MANY:
                some = [one for element in elements.values() for one in element]
                lines = self._lost(key, elements) if len(some) > 2 * _MANY else self._element(key, some)
                yield self._weight(some), list(lines)
                continue
            for element, some in elements.items():
                lines = self._one(some[0], verbose=False) if len(some) == 1 else self._element(element, some)
                yield self._weight(some), list(lines)

    def _weight(self, some: Sequence[ValueDifference]) -> int:
        return max(one.theirs.severity or 0 for one in some)

    def _head(self, route: Route, called: Route = ()) -> str:
        return f"{place(self._project, route) or '(default)'}  {format_route(called or route)}"

    def _lost(self, key: Route, elements: dict[Route, list[ValueDifference]]) -> Iterator[str]:
        yield f"{self._head(key)}: {sum(map(len, elements.values()))} values lost"
        names = [format_route(element[3:]) for element in elements]
        yield from textwrap.wrap(
            ", ".join(names), _WIDTH, initial_indent="    ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )

    def _element(self, element: Route, some: Sequence[ValueDifference]) -> Iterator[str]:
        yield f"{self._head(element)}: lost"
        says = {format_route(one.route[len(element) :]): shortened([self._text(one.theirs.raw, one.route)], _LITTLE)[0] for one in some}
        yield from _labelled("Compose", ", ".join(f"{name} {value}" for name, value in says.items()))
        yield from _labelled("manifest", _NOTHING, self._where(some[0]))
        yield from self._why(some[0])

    def _one(self, one: ValueDifference, *, verbose: bool) -> Iterator[str]:
        """What one value is in the manifests, and in a fresh run where that is something else than Compose says."""
        entry, expected = one.theirs, one.ours.got
        if expected == entry.raw:
            expected = None
        yield f"{self._head(entry.route)}: {entry.verdict}"
        said = {"Compose": entry.raw, "expected": expected, "manifest": entry.got}
        texts = {label: self._text(value, entry.route) for label, value in said.items() if value is not None or label == "Compose"}
        shown = dict(zip(texts, texts.values() if verbose else shortened(list(texts.values()), _SHOWN), strict=True))
        where = self._where(one)
        for label, text in {**shown, "manifest": shown.get("manifest", _NOTHING)}.items():
            yield from _labelled(label, text, where if label == "manifest" else None)
        if lines := self._files.of(entry.route):
            yield from (f"    {line}" for line in (lines if verbose else lines[: _MANY * 2]))
            if len(lines) > _MANY * 2 and not verbose:
                yield f"    and {len(lines) - _MANY * 2} more lines (-v shows them)"
        yield from self._why(one)

    def _why(self, one: ValueDifference) -> Iterator[str]:
        if one.theirs.why:
            yield f"    why       {one.theirs.why}"

    def _where(self, one: ValueDifference) -> Location | None:
        """Where a value stands, or the container that does not say it."""
        if at := one.theirs.at:
            return self._places.of(next((field for field in at if field[0] == "ConfigMap"), at[0]))
        mounts = next((field for field in one.ours.at if "containers" in field), None)
        return self._places.of(mounts[: mounts.index("containers") + 2]) if mounts else None

    def _text(self, value: object, route: Route) -> str:
        return in_words(value, route, self._project)


def _labelled(label: str, text: str, where: Location | None = None) -> Iterator[str]:
    """A value with its label; its place behind it, or below a long value for which there is no room."""
    line = f"    {label:8}  {text}"
    behind = f"  ({where})" if where else ""
    if len(line) + len(behind) <= _WIDTH or len(text) <= _LITTLE:
        yield line + behind
        return
    yield from textwrap.wrap(line, _WIDTH, subsequent_indent=" " * 14, break_long_words=False, break_on_hyphens=False)
    if where:
        yield f"    at        {where}"


def light(one: ValueDifference) -> bool:
    """Whether a value need not stand in the manifests."""
    return one.theirs.verdict == "not needed"
