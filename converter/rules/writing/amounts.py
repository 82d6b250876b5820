"""Amounts of CPU and memory, as an overlay and as Compose give them: cores and bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.compose.units import bytes_of
from converter.errors import ConverterError
from converter.rules.writing.kinds import Bytes, Cores

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|k|[MGTP]|[KMGTP]i|)")
_FACTORS = {"": 1.0, "m": 0.001, "k": 1000.0, "Ki": 1024.0} | {
    letter + suffix: float(base**power) for power, letter in enumerate("MGTP", start=2) for suffix, base in (("", 1000), ("i", 1024))
}


@dataclass(frozen=True)
class Requests:
    """What is reserved of each, as Kubernetes writes it."""

    cpu: Cores = ""
    memory: Bytes = ""


@dataclass(frozen=True)
class Amounts:
    """What a container may use of each, as Kubernetes writes it, and what is reserved for it."""

    cpu: Cores = ""
    memory: Bytes = ""
    requests: Requests = field(default_factory=Requests)

    def limits(self) -> dict[str, float]:
        """The limits that are given, in cores and bytes. Raises ConverterError for what is no quantity."""
        return _given(self.cpu, self.memory)

    def requested(self) -> dict[str, float]:
        """The same of the requests."""
        return _given(self.requests.cpu, self.requests.memory)


def limits_of(service: Mapping[str, Any]) -> dict[str, float]:
    """What Compose lets a service use. `deploy` and the older keys cannot both stand there: docker compose makes them equal."""
    return _compose(_resources(service, "limits"), service.get("cpus"), service.get("mem_limit"))


def reservations_of(service: Mapping[str, Any]) -> dict[str, float]:
    """What Compose reserves for a service."""
    return _compose(_resources(service, "reservations"), None, service.get("mem_reservation"))


def gpus(service: Mapping[str, Any]) -> dict[str, int]:
    """The limit for Nvidia's device plugin. "all" has no equal: one, which every node with a GPU can give."""
    devices = (*(_resources(service, "reservations").get("devices") or ()), *(service.get("gpus") or ()))
    counts = [
        len(device.get("device_ids") or ()) or max(int(device.get("count") or 1), 1)
        for device in devices
        if device.get("driver", "nvidia") == "nvidia" and "gpu" in device.get("capabilities", ["gpu"])
    ]
    return {"nvidia.com/gpu": sum(counts)} if counts else {}


def _resources(service: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    resources: Mapping[str, Any] = ((service.get("deploy") or {}).get("resources") or {}).get(side) or {}
    return resources


def _compose(resources: Mapping[str, Any], cpus: Any, memory: Any) -> dict[str, float]:
    """0 and nothing mean no limit."""
    cores, size = float(resources.get("cpus") or cpus or 0), bytes_of(resources.get("memory") or memory or 0)
    return ({"cpu": cores} if cores else {}) | ({"memory": float(size)} if size else {})


def _given(cpu: str | float, memory: str) -> dict[str, float]:
    return {name: _number(amount) for name, amount in (("cpu", cpu), ("memory", memory)) if amount != ""}


def _number(amount: str | float) -> float:
    match = _QUANTITY.fullmatch(str(amount))
    if match is None:
        raise ConverterError(f"'{amount}' is no quantity of Kubernetes", hint="write 500m or 0.5 for cpu, 256Mi or 1Gi for memory")
    return float(match[1]) * _FACTORS[match[2]]
