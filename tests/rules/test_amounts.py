"""Amounts of CPU and memory are read as their owners mean them."""

from __future__ import annotations

from typing import Any

import pytest

from converter.errors import ConverterError
from converter.rules.writing.amounts import Amounts, Requests, gpus, limits_of, reservations_of


@pytest.mark.parametrize(
    ("cpu", "memory", "expected"),
    [
        ("500m", "256Mi", {"cpu": 0.5, "memory": 256 * 1024**2}),
        (2, "1Gi", {"cpu": 2.0, "memory": 1024**3}),
        (0.25, "1G", {"cpu": 0.25, "memory": 10**9}),
        ("", "1024", {"memory": 1024.0}),
        ("", "", {}),
    ],
)
def test_quantities_of_kubernetes_are_read(cpu: str | float, memory: str, expected: dict[str, float]) -> None:
    assert Amounts(cpu, memory).limits() == expected
    assert Amounts(requests=Requests(cpu, memory)).requested() == expected


@pytest.mark.parametrize("amount", ["512MB", "lots", "-1", "1 Gi"])
def test_what_is_no_quantity_is_an_error(amount: str) -> None:
    with pytest.raises(ConverterError, match="is no quantity of Kubernetes"):
        Amounts(memory=amount).limits()


@pytest.mark.parametrize(
    ("service", "limits", "reservations"),
    [
        ({}, {}, {}),
        ({"cpus": 0, "mem_limit": "0"}, {}, {}),
        ({"cpus": "0.5", "mem_limit": "1048576"}, {"cpu": 0.5, "memory": 1048576.0}, {}),
        ({"mem_reservation": "1048576"}, {}, {"memory": 1048576.0}),
        ({"deploy": {"resources": {"limits": {"cpus": 1}, "reservations": {"cpus": 0.5}}}}, {"cpu": 1.0}, {"cpu": 0.5}),
        ({"deploy": None}, {}, {}),
    ],
)
def test_both_ways_of_compose_are_read(service: dict[str, Any], limits: dict[str, float], reservations: dict[str, float]) -> None:
    assert limits_of(service) == limits
    assert reservations_of(service) == reservations


@pytest.mark.parametrize(
    ("device", "count"),
    [
        ({"count": -1}, 1),
        ({"driver": "nvidia", "capabilities": ["gpu", "utility"], "device_ids": ["1", "2"]}, 2),
        ({"driver": "amd", "count": 1}, 0),
        ({"capabilities": ["tpu"]}, 0),
    ],
)
def test_graphics_cards_are_counted(device: dict[str, Any], count: int) -> None:
    assert gpus({"gpus": [device]}) == ({"nvidia.com/gpu": count} if count else {})
