"""What an overlay's `accept` does to findings, and what is wrong with an `accept` itself: it is idle, past its day, or too wide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from converter.findings import Accept, Entry, Finding, Route, Severity, format_route
from converter.ledger import finding

NEVER = ("leaks", "schema")
"""Checks whose findings nobody can accept: a secret in a manifest, and what no API server takes."""
WIDEST = 12
"""So many differing values of one key can be covered by one `accept` and still be meant one by one."""


def settled(
    findings: Iterable[Finding], entries: Iterable[Entry], accept: Sequence[Accept], today: dt.date | None = None
) -> Iterator[Finding]:
    """The findings as the overlay accepts them, then those about accepted entries whose day is past, then those about `accept` itself.

    An accepted finding of a rule or a check becomes a note, for the ledger has no entry that could tell of it.
    """
    day = today or dt.datetime.now(tz=dt.UTC).date()
    covered: dict[Accept, list[Route]] = {one: [] for one in accept}
    for found in findings:
        yield _lowered(found, accept, day, covered) if _can_be(found) else found
    for entry in entries:
        if entry.verdict != "accepted":
            continue
        covering = [one for one in accept if one.covers(entry.route)]
        for one in covering:
            covered[one].append(entry.route)
        if covering and all(_is_past(one, day) for one in covering):
            yield finding(entry, entry.was, _until(covering))
    for one, routes in covered.items():
        yield from _about(one, routes)


def _can_be(found: Finding) -> bool:
    """Whether an `accept` can cover a finding; a deviation has been accepted in the ledger already, if it has."""
    return bool(found.route) and found.rule not in (*NEVER, "ledger") and found.severity > Severity.INFO


def _lowered(found: Finding, accept: Sequence[Accept], day: dt.date, covered: dict[Accept, list[Route]]) -> Finding:
    covering = [one for one in accept if one.covers(found.route)]
    for one in covering:
        covered[one].append(found.route)
    if not covering:
        return found
    standing = next((one for one in covering if not _is_past(one, day)), None)
    if standing is None:
        return replace(found, message=f"{found.message}{_until(covering)}")
    return replace(found, severity=Severity.INFO, message=f"accepted: {found.message} ({standing.why})", hint="", accepted=standing.why)


def _is_past(one: Accept, day: dt.date) -> bool:
    return one.until is not None and one.until < day


def _until(covering: Sequence[Accept]) -> str:
    return f"; accepted until {max(one.until for one in covering if one.until)}"


def _about(one: Accept, routes: Sequence[Route]) -> Iterator[Finding]:
    """What is wrong with an `accept`, given what it covers."""
    at = format_route(one.at)
    route = () if one.place else one.at
    if not routes:
        hint = "take it out of the overlay, or correct its route"
        yield Finding("accept", Severity.WARNING, f"'accept' of '{at}' accepts nothing", route, hint=hint, place=one.place)
        return
    keys = sorted({_key(found) for found in routes}, key=format_route)
    below = "a whole service" if one.at[:1] == ("services",) else f"all of '{one.at[0]}'"
    what = below if not _has_key(one.at) else f"{len(keys)} different values" if len(keys) > WIDEST else ""
    if what:
        some = ", ".join(f"'{format_route((*found,))}'" for found in sorted(set(routes), key=format_route)[:3])
        message = f"'accept' of '{at}' is too wide: it covers {what}, whatever else will differ there"
        yield Finding("accept", Severity.WARNING, message, route, hint=f"name what is meant, as {some}", place=one.place)


def _key(route: Route) -> Route:
    """What a route says of a service, whichever service that is."""
    return route[2:] if route[:1] == ("services",) else route


def _has_key(at: Route) -> bool:
    """Whether a route names a key of a service, or one thing of the top level, not everything there."""
    steps = tuple(map(str, at))
    if steps[:1] in (("services",), ("*",)):
        return len(steps) > 2 and steps[2] != "*"
    return len(steps) > 1 and steps[1] != "*"
