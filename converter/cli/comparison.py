"""What `diff` says: this run against the committed output, or any manifests against the Compose file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from converter.cli import told_fields
from converter.cli.differences import Difference, FieldDifference, ObjectDifference, ValueDifference, differences
from converter.cli.file_lines import FileLines
from converter.cli.flaws import flaws
from converter.cli.places import Places
from converter.cli.session import Outcome
from converter.cli.told_values import Values, light
from converter.findings import Route, format_route
from converter.ledger import NOBODY
from converter.pipeline import Result
from converter.report.view import place

_WIDTH = 100
One = TypeVar("One", ValueDifference, FieldDifference)


def with_committed(outcome: Outcome, *, verbose: bool) -> list[str]:
    """What a run would change, some lines a change; empty if nothing."""
    found = outcome.written
    names = [*(f"+ {name}" for name in found.created), *(f"~ {name}" for name in found.changed), *(f"- {name}" for name in found.removed)]
    names += [f"edited by hand: {name}" for name in found.edited]
    return [*names, *outcome.told(verbose=verbose)]


def with_manifests(result: Result, path: Path, *, verbose: bool) -> list[str]:
    """What is wrong with the manifests at `path`, and what they say differently from the Compose file in Compose's words; empty if nothing.

    A deviation that a run has too is none of theirs. Raises ConverterError if there is nothing to read or it is not YAML.
    """
    places = Places(path)
    documents = list(places.documents())
    found = differences(result, documents)
    values = Values(result, places, FileLines(result, documents))
    told = [*flaws(result, documents, places, verbose=verbose)]
    told += _in_full(result, found, values, places) if verbose else _in_short(result, found, values, places)
    objects = [one for one in found if isinstance(one, ObjectDifference)]
    absent = () if verbose else {one.route[:2] for one in found if isinstance(one, ValueDifference) and one.theirs.why == NOBODY}
    return [*told, *_objects([one for one in objects if one.route[:2] not in absent])]


def _in_full(result: Result, found: Sequence[Difference], values: Values, places: Places) -> Iterator[str]:
    """Every value, then every field by service."""
    yield from values.each([one for one in found if isinstance(one, ValueDifference)])
    for route, some in _by_service([one for one in found if isinstance(one, FieldDifference)]).items():
        yield _head(result, route)
        yield from (f"    {part.line(places)}" for part in told_fields.each(some))


def _in_short(result: Result, found: Sequence[Difference], values: Values, places: Places) -> Iterator[str]:
    """The heaviest values and fields of each service, then what several objects have alike."""
    everything = [one for one in found if isinstance(one, ValueDifference)]
    lines, common = values.common(everything)
    yield from lines
    asked = _by_service([one for one in everything if one.route not in common])
    fields = _by_service([one for one in found if isinstance(one, FieldDifference)])
    parts = {route: told_fields.folded(some) for route, some in fields.items()}
    alike = told_fields.common(part for some in parts.values() for part in some)
    told = {part.about for some in alike.values() for part in some}
    for route in sorted({*asked, *parts}, key=lambda route: (not route, format_route(route))):
        yield from values.few(asked.get(route, []))
        own = [part for part in parts.get(route, ()) if part.about not in told]
        if own:
            yield _head(result, route)
            yield from (f"    {line}" for line in told_fields.few(own, lambda part: part.line(places)))
    yield from told_fields.in_common(alike)
    if unneeded := sum(light(one) for some in asked.values() for one in some):
        yield f"not told: {unneeded} value{'s' if unneeded > 1 else ''} that need not stand there (-v shows)"


def _by_service(found: Sequence[One]) -> dict[Route, list[One]]:
    """The differences by service, or by top-level key."""
    together: dict[Route, list[One]] = {}
    for one in found:
        together.setdefault(one.route[:2], []).append(one)
    return dict(sorted(together.items(), key=lambda item: format_route(item[0])))


def _head(result: Result, route: Route) -> str:
    where = f"{place(result.project, route)}  {format_route(route)}" if route else "the project"
    return f"{where}: fields that a run writes otherwise"


def _objects(found: list[ObjectDifference]) -> Iterator[str]:
    """Objects that only a run, or only the manifests, have."""
    for action, words in (("missing", "a run also writes"), ("extra", "a run does not write"), ("twice", "there are two of")):
        names = [f"{one.kind}/{one.name}" for one in found if one.action == action]
        yield from textwrap.wrap(f"{words}: {', '.join(names)}", _WIDTH, subsequent_indent="    ", break_on_hyphens=False) if names else ()
