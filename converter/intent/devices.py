"""Readers of GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.compose.units import units
from converter.intent.key import Asked, Read
from converter.intent.pods import Pod
from converter.intent.times import quantity


def devices(pod: Pod) -> Iterator[Read]:
    """GPUs: the number that the container is given, and all that says which."""
    limits = pod.container.at("resources", "limits")
    resource = next((name for name in ("nvidia.com/gpu", "amd.com/gpu") if limits.peek(name) is not None), "")
    if not resource or (number := quantity(limits.peek(resource))) is None:
        return
    said = pod.model.get("gpus") or (pod.model.get("deploy") or {}).get("resources", {}).get("reservations", {}).get("devices")
    asked = sum(len(one.get("device_ids") or ()) or max(int(one.get("count") or 1), 1) for one in said or ())
    for route, value in units({"devices": said or []}):
        limits.value(resource)
        found = value if asked == number else f"{value}, and {int(number)} in all"
        yield Read(route[1:], int(number) if route[-1] == "count" else found)


def wanted_devices(asked: Asked) -> Any:
    """As it is: every device that is asked for is one unit of the plugin's resource."""
    return asked.raw


def near_devices(asked: Asked, got: Any) -> str | None:
    """All GPUs, which cannot be asked for."""
    if asked.route[-1] == "count" and asked.raw == -1:
        return f"'all' cannot be asked for: the container is given {got}"
    if asked.route[-1] == "count":
        return f"the container is given {got} for all its devices"
    return "which of them is the device plugin's choice" if str(got).startswith(f"{asked.raw}, and ") else None
