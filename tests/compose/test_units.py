"""Units: times and sizes in both languages; every value of a service has exactly one route."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.compose import units


@pytest.mark.parametrize(
    ("text", "exact", "whole"),
    [
        ("1m30s", 90.0, 90),
        ("500ms", 0.5, 1),
        ("1.5s", 1.5, 2),
        ("1h0m0s", 3600.0, 3600),
        ("10us", 1e-5, 1),
        ("0s", 0.0, 0),
        (1_500_000_000, 1.5, 2),
        ("2d", 172800.0, 172800),
    ],
)
def test_a_duration_is_seconds_and_rounds_up(text: str | int, exact: float, whole: int) -> None:
    assert units.duration(text) == pytest.approx(exact)
    assert units.seconds(text) == whole


@pytest.mark.parametrize("text", ["", "abc", "1", "5 s", "s5", "1m xs"])
def test_a_duration_that_is_none_is_a_value_error(text: str) -> None:
    if text == "1":
        assert units.seconds(text) == 1
        return
    with pytest.raises(ValueError, match="not a duration"):
        units.seconds(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("256mb", 268435456),
        ("1g", 1073741824),
        ("268435456", 268435456),
        (1024, 1024),
        ("1.5GiB", 1610612736),
        ("64 k", 65536),
        ("10b", 10),
        ("2T", 2199023255552),
    ],
)
def test_a_size_counts_by_1024(text: str | int, number: int) -> None:
    assert units.bytes_of(text) == number


def test_a_size_that_is_none_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="not a size"):
        units.bytes_of("many")


@pytest.mark.parametrize(
    ("number", "text"), [(536870912, "512Mi"), (1073741824, "1Gi"), (1610612736, "1536Mi"), (1000, "1000"), (0, "0"), (2048, "2Ki")]
)
def test_memory_is_written_in_the_largest_unit_that_loses_nothing(number: int, text: str) -> None:
    assert units.memory_quantity(number) == text


@pytest.mark.parametrize(
    ("cpus", "text"), [(0.5, "500m"), (1, "1"), (2.0, "2"), ("0.25", "250m"), (0.0001, "1m"), (1.5, "1500m"), (0.1, "100m")]
)
def test_processors_are_written_in_thousandths(cpus: float | str, text: str) -> None:
    assert units.cpu_quantity(cpus) == text


SERVICE: dict[str, Any] = {
    "image": "x",
    "command": ["sh", "-c", "true"],
    "entrypoint": [],
    "environment": {"A": None, "B": "1"},
    "ports": [
        {"target": 80, "published": "8080", "protocol": "tcp"},
        {"target": 53, "published": "53", "protocol": "tcp", "host_ip": "1.1.1.1"},
        {"target": 53, "published": "53", "protocol": "tcp", "host_ip": "1.1.1.2"},
        {"target": 53, "protocol": "udp"},
    ],
    "volumes": [{"type": "bind", "source": "./a", "target": "/a", "bind": {}}, {"type": "volume", "target": "/b"}],
    "secrets": [{"source": "s", "target": "/run/secrets/s"}, {"source": "t"}],
    "cap_add": ["ALL", "ALL"],
    "dns": ["1.1.1.1", "8.8.8.8"],
    "healthcheck": {"test": ["CMD", "true"], "retries": 3},
    "networks": {"default": None},
    "labels": {},
    "expose": [],
}


def test_a_value_is_named_by_what_it_is() -> None:
    assert {(".".join(map(str, route)), str(raw)) for route, raw in units.units(SERVICE)} == {
        ("image", "x"), ("command", "['sh', '-c', 'true']"), ("entrypoint", "[]"), ("environment.A", "None"), ("environment.B", "1"),
        ("ports.80/tcp.target", "80"), ("ports.80/tcp.published", "8080"), ("ports.80/tcp.protocol", "tcp"),
        ("ports.53/tcp:53:1.1.1.1.target", "53"), ("ports.53/tcp:53:1.1.1.1.published", "53"), ("ports.53/tcp:53:1.1.1.1.protocol", "tcp"),
        ("ports.53/tcp:53:1.1.1.1.host_ip", "1.1.1.1"),
        ("ports.53/tcp:53:1.1.1.2.target", "53"), ("ports.53/tcp:53:1.1.1.2.published", "53"), ("ports.53/tcp:53:1.1.1.2.protocol", "tcp"),
        ("ports.53/tcp:53:1.1.1.2.host_ip", "1.1.1.2"), ("ports.53/udp.target", "53"), ("ports.53/udp.protocol", "udp"),
        ("volumes./a.type", "bind"), ("volumes./a.source", "./a"), ("volumes./a.target", "/a"), ("volumes./b.type", "volume"),
        ("volumes./b.target", "/b"), ("secrets./run/secrets/s.source", "s"), ("secrets./run/secrets/s.target", "/run/secrets/s"),
        ("secrets.t.source", "t"), ("cap_add.ALL", "ALL"), ("cap_add.ALL#2", "ALL"), ("dns", "['1.1.1.1', '8.8.8.8']"),
        ("healthcheck.test", "['CMD', 'true']"), ("healthcheck.retries", "3"),
    }  # fmt: skip


SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3))
KEY = st.sampled_from(["ports", "volumes", "command", "environment", "target", "source", "x", "dns", "devices", "name", "published"])
NESTED = st.recursive(SCALAR, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEY, inner, max_size=4)), max_leaves=25)


def leaves(value: Any) -> int:
    """How many scalars that say something are in a value."""
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    if isinstance(value, list):
        return sum(map(leaves, value))
    return 0 if value is None else 1


@given(st.dictionaries(KEY, NESTED, max_size=6))
def test_no_value_is_ever_dropped_and_none_comes_twice(service: dict[str, Any]) -> None:
    found = list(units.units(service))
    assert sum(leaves(raw) for _, raw in found) == leaves(service)
    assert len({route for route, _ in found}) == len(found)


@given(st.lists(st.fixed_dictionaries({"target": st.integers(1, 3), "published": st.sampled_from(["1", "2"])}), max_size=6))
def test_identities_differ(ports: list[dict[str, Any]]) -> None:
    assert len(set(units.identities("ports", ports))) == len(ports)
