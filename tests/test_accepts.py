"""What an `accept` covers, and what is wrong with one: nothing is covered, its day is past, or it covers too much."""

from __future__ import annotations

import datetime as dt

import pytest

from converter.accepts import WIDEST, settled
from converter.errors import Location
from converter.findings import Accept, Entry, Finding, Severity

TODAY = dt.date(2027, 1, 1)
PLACE = Location("overlays/lab.yaml", 7, 9)


def accept(at: str, until: str = "") -> Accept:
    """An entry of an overlay."""
    return Accept.parse({"at": at, "why": "it is so", **({"until": until} if until else {})}, PLACE)


def entry(*route: str, was: str = "lost") -> Entry:
    """An accepted entry of the ledger."""
    return Entry(route, "accepted", "raw", None, "it is so", severity=Severity.ERROR, was=was)


def warning(*route: str, rule: str = "images") -> Finding:
    """A warning about a Compose value."""
    return Finding(rule, Severity.WARNING, "left to chance", route, hint="give a version")


def told(entries: list[Entry], *accepts: Accept, findings: tuple[Finding, ...] = ()) -> list[str]:
    """What is said, errors and warnings only."""
    return [one.message for one in settled(findings, entries, accepts, TODAY) if one.severity > Severity.INFO]


def test_a_deviation_that_is_accepted_says_nothing() -> None:
    assert told([entry("services", "web", "logging", "driver")], accept("services.web.logging")) == []


def test_one_that_covers_nothing_is_a_warning_at_its_line() -> None:
    (found,) = settled([], [], [accept("services.web.logging")], TODAY)

    assert (found.severity, found.place, found.route) == (Severity.WARNING, PLACE, ())
    assert found.message == "'accept' of 'services.web.logging' accepts nothing"


def test_past_its_day_the_finding_is_back() -> None:
    route = ("services", "web", "logging", "driver")

    assert told([entry(*route)], accept("services.web.logging", "2026-12-31")) == ["lost: no manifest says it; accepted until 2026-12-31"]
    assert told([entry(*route)], accept("services.web.logging", "2027-01-01")) == []


def test_a_younger_entry_renews_one_whose_day_is_past() -> None:
    assert told([entry("services", "web", "logging")], accept("services.web.logging", "2026-12-31"), accept("services.*.logging")) == []


@pytest.mark.parametrize("at", ["services", "services.*", "services.web", "services.web.*", "*", "*.web"])
def test_one_that_covers_a_whole_service_or_more_is_too_wide(at: str) -> None:
    (message,) = told([entry("services", "web", "logging", "driver")], accept(at))

    assert "is too wide: it covers a whole service" in message or "is too wide: it covers all of" in message


@pytest.mark.parametrize("at", ["services.web.logging", "services.*.logging", "services.*.logging.*", "networks.back"])
def test_one_that_names_its_key_is_not(at: str) -> None:
    routes = (
        [("services", name, "logging", "driver") for name in ("web", "api", "db")] if at.startswith("services") else [("networks", "back")]
    )

    assert told([entry(*route) for route in routes], accept(at)) == []


def test_one_that_covers_many_different_values_of_a_key_is_too_wide() -> None:
    many = [entry("services", "web", "environment", f"V{number}") for number in range(WIDEST + 1)]

    (message,) = told(many, accept("services.web.environment"))

    assert f"it covers {WIDEST + 1} different values" in message
    assert told(many[:WIDEST], accept("services.web.environment")) == []


def test_the_hint_names_what_could_stand_there() -> None:
    (found,) = settled([], [entry("services", "web", "logging", "driver")], [accept("services.web")], TODAY)

    assert found.hint == "name what is meant, as 'services.web.logging.driver'"


def test_a_warning_of_a_rule_is_accepted_and_stays_in_sight() -> None:
    (found,) = settled([warning("services", "web", "image")], [], [accept("services.web.image")], TODAY)

    assert (found.severity, found.message) == (Severity.INFO, "accepted: left to chance (it is so)")


def test_a_warning_of_a_rule_is_back_past_the_day() -> None:
    findings = (warning("services", "web", "image"),)

    assert told([], accept("services.web.image", "2026-12-31"), findings=findings) == ["left to chance; accepted until 2026-12-31"]


def test_a_leaked_secret_and_a_broken_object_cannot_be_accepted() -> None:
    findings = (warning("services", "web", "image", rule="leaks"), warning("services", "web", "image", rule="schema"))

    assert told([entry("services", "web", "image")], accept("services.web.image"), findings=findings) == ["left to chance"] * 2
