"""Routes as users type them, and what an `accept` covers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.findings import Accept, format_route, parse_route


@pytest.mark.parametrize(
    ("route", "text"),
    [
        (("services", "redis", "image"), "services.redis.image"),
        (("services", "web", "labels", "traefik.enable"), 'services.web.labels."traefik.enable"'),
        (("services", "web", "ports", "80/tcp", "target"), "services.web.ports.80/tcp.target"),
        (("services", "web", "environment", "A B"), 'services.web.environment."A B"'),
    ],
)
def test_a_route_is_written_as_people_type_it(route: tuple[str, ...], text: str) -> None:
    assert format_route(route) == text
    assert parse_route(text) == route


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters='"\\'), min_size=1), min_size=1))
def test_any_route_is_read_back(steps: list[str]) -> None:
    assert parse_route(format_route(tuple(steps))) == tuple(steps)


@pytest.mark.parametrize("text", ["a..b", "a.", '"a', 'a"b"', ".a"])
def test_what_is_no_route_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a route"):
        parse_route(text)


def test_an_accept_covers_what_lies_below_it_and_a_star_is_any_step() -> None:
    accept = Accept.parse({"at": "services.*.logging", "why": "the cluster collects stdout", "until": "2027-06-30"})

    assert accept.until == dt.date(2027, 6, 30)
    assert accept.covers(("services", "web", "logging", "driver"))
    assert not accept.covers(("services", "web"))
    assert not accept.covers(("services", "web", "labels"))
