"""Workloads: what runs a service, in whose pod, as whom, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.compose.images import facts_of
from converter.compose.kinds import (
    awaited_as_completed,
    has_healthcheck,
    kind_of,
    names_itself,
    peers,
    pod_of,
    replicas,
    restart_policy,
    together,
)
from converter.compose.waits import Wait, waits

if TYPE_CHECKING:
    from converter.compose.project import Project

__all__ = [
    "Wait",
    "awaited_as_completed",
    "has_healthcheck",
    "kind_of",
    "names_itself",
    "peers",
    "pod_of",
    "replicas",
    "restart_policy",
    "runs_as",
    "together",
    "waits",
]


def runs_as(project: Project, service: str) -> tuple[int | None, int | None]:
    """(uid, gid) of the program in a container: the overlay's, else `user`, else the image's own without root; None if unknown."""
    known, written = facts_of(project, service), project.settings.users.get(service) or project.services[service].get("user")
    name, _, group = str(written or "").partition(":")
    if not name:
        return (known.uid, known.gid) if known and known.uid is not None and not known.needs_root else (None, None)
    uid = _number(project, service, name)
    if group:
        return uid, _number(project, service, group)
    return uid, known.gid if known and uid is not None and uid == known.uid else None


def _number(project: Project, service: str, name: str) -> int | None:
    known = facts_of(project, service)
    if name.isdecimal():
        return int(name)
    return 0 if name == "root" else known.user_names.get(name) if known else None
