"""A random service: what runs, and some of the keys that a service can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.pipeline.making import Making
from tests.pipeline.related import RELATED, build
from tests.pipeline.values import PLAIN

IMAGES = (
    "nginx",
    "postgres:15-alpine",
    "redis:7-alpine",
    "example/app:1.2",
    "registry.example.com:5000/a/b@sha256:" + "0" * 64,
    "grafana/grafana:12.1.0",
    "busybox",
    "example/app:${TAG:-latest}",
)
KEYS = tuple(sorted([*PLAIN, *RELATED]))
"""Every key that a service is drawn with; beside them are those that say how it is one of several: names, numbers, modes, layers."""
OFTEN = frozenset({"ports", "volumes", "networks", "healthcheck", "deploy", "environment", "depends_on", "command", "secrets", "configs"})
"""Keys that are drawn thrice as often, for there is most to say in them."""


def service(making: Making, name: str, before: list[str], keys: Sequence[str] = KEYS) -> dict[str, Any]:
    """A service with some of the keys, which may name those before it."""
    found: dict[str, Any] = {}
    if making.draw(st.booleans()):
        found["image"] = making.draw(st.sampled_from(IMAGES))
    else:
        build(making, name, found)
    return found | some_keys(making, found, before, keys)


def some_keys(making: Making, found: dict[str, Any], before: list[str], keys: Sequence[str], most: int = 9) -> dict[str, Any]:
    """Put some of the keys into a service."""
    often = [key for key in keys if key in OFTEN]
    for key in sorted(making.draw(st.sets(st.sampled_from([*keys, *often, *often]), max_size=most))):
        if key in RELATED:
            RELATED[key](making, found, before)
        else:
            found[key] = making.draw(PLAIN[key])
    _valid(found)
    return found


def _valid(found: dict[str, Any]) -> None:
    """Take out what docker compose refuses in one service."""
    deploy = found.get("deploy") or {}
    resources = deploy.get("resources") or {}
    if resources:
        for key in ("mem_limit", "cpus", "mem_reservation", "pids_limit"):
            found.pop(key, None)
    if found.get("healthcheck", {}).get("start_interval") and "start_period" not in found["healthcheck"]:
        found["healthcheck"].pop("start_interval")
    if not found.get("healthcheck", {"": ""}):
        found.pop("healthcheck")
