"""Workloads: what runs a service, in whose pod, as whom, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.compose.images import Facts, facts_of
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
    "user_of_image",
    "waits",
]


def runs_as(project: Project, service: str) -> tuple[int | None, int | None]:
    """(uid, gid) of the program in a container: the overlay's, else `user`, else the image's own without root; None if unknown."""
    known, written = facts_of(project, service), _user(project, service)
    name, _, group = written.partition(":")
    if not name:
        one = user_of_image(project, service)
        return (one.uid, one.gid) if one else (None, None)
    uid = _number(project, service, name)
    if group:
        return uid, _number(project, service, group)
    return uid, known.gid if known and uid is not None and uid == known.uid else None


def user_of_image(project: Project, service: str) -> Facts | None:
    """What is known of the image whose own user a service runs as; None where the overlay or `user` says one, or nothing is known."""
    known = facts_of(project, service)
    named = _user(project, service).partition(":")[0]
    return known if known and known.uid is not None and not known.needs_root and not named else None


def _user(project: Project, service: str) -> str:
    return str(project.settings.users.get(service) or project.services[service].get("user") or "")


def _number(project: Project, service: str, name: str) -> int | None:
    known = facts_of(project, service)
    if name.isdecimal():
        return int(name)
    return 0 if name == "root" else known.user_names.get(name) if known else None
