"""What a finished run has to say: findings, the entries of the ledger, and the routes that they point with."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from converter.errors import Location

Step = str | int
Route = tuple[Step, ...]
"""A place in the resolved Compose model, list elements by identity: ("services", "redis", "ports", "6379/tcp")."""

NOT_TOLD = "<a value of its own>"
"""Stands in the place of a value that may be a secret, and is none of the project's Secret."""

_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."]+)')
_PLAIN = re.compile(r'[^."\s]+')


class Severity(IntEnum):
    """How much a finding weighs: an ERROR makes the exit status 1, a WARNING does so under `--strict`."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True)
class Finding:
    """One true statement about a finished run.

    Attributes:
        rule: who says it: a rule's name, a check's name, or "ledger".
        severity: how much it weighs.
        message: lower case, concrete names quoted, no full stop.
        route: the Compose value it is about; its line is looked up late. Empty if it is about no Compose value.
        resource: the Kubernetes object it is about, as "Deployment/redis". Empty if none.
        hint: what to do about it.
        path: the place in the Kubernetes object, list elements by index. Empty for the object as a whole.
        place: where it stands, for what is in no Compose file: a line of an overlay.
        setting: the setting of the overlay that it is about, as ("resources", "services", "webapp"); its line is looked up late, too.
        accepted: why an `accept` of the overlay lets it stand; "" if none does.
    """

    rule: str
    severity: Severity
    message: str
    route: Route = ()
    resource: str = ""
    hint: str = ""
    path: Route = ()
    place: Location | None = None
    setting: Route = ()
    accepted: str = ""


@dataclass(frozen=True)
class Entry:
    """One value of the Compose model, or one field of the manifests that nobody asked for.

    Attributes:
        route: where the value stands in the model; for an added field its kind, name and path.
        verdict: kept, translated, approximated, not needed, refused, lost, differs, accepted or added.
        raw: what Compose says; None for an added field. A secret stands as `<key of the Secret>`.
        got: what the manifests say; None if they say nothing.
        why: the reason of the verdict; for an added field the step that wrote it.
        at: the fields that were looked at, each with its kind and name in front.
        severity: how much it weighs; None if it is nothing to be said.
        hint: what to do about it.
        was: the verdict of an accepted one before it was accepted.
    """

    route: Route
    verdict: str
    raw: Any
    got: Any
    why: str = ""
    at: tuple[Route, ...] = ()
    severity: Severity | None = None
    hint: str = ""
    was: str = ""


@dataclass(frozen=True)
class Accept:
    """A deviation that the team has decided to live with.

    Attributes:
        at: the Compose values it is about: each of them at or below this route; a step "*" is any step.
        why: the reason.
        until: past this day the finding is back; None for ever.
        place: where it stands in the overlay; None for one that stands in no file.
    """

    at: Route
    why: str
    until: dt.date | None = None
    place: Location | None = None

    @classmethod
    def parse(cls, item: Mapping[str, str], place: Location | None = None) -> Accept:
        """Read an element of `accept` of an overlay. Raises ValueError for a malformed route or day."""
        until = item.get("until")
        return cls(parse_route(item["at"]), item["why"], dt.date.fromisoformat(until) if until else None, place)

    def covers(self, route: Route) -> bool:
        """Whether a route is at or below `at`."""
        steps = list(map(str, route[: len(self.at)]))
        return len(steps) == len(self.at) and all(mine in ("*", step) for mine, step in zip(map(str, self.at), steps, strict=True))


def format_route(route: Route) -> str:
    """Write a route as users type it: `services.web.labels."traefik.enable"`."""
    return ".".join(step if _PLAIN.fullmatch(step) else f'"{step}"' for step in map(str, route))


def parse_route(text: str) -> Route:
    """Read what `format_route` writes; every step comes back as text. Raises ValueError on a stray quote or dot."""
    steps: list[str] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            message = f"'{text}' is not a route"
            raise ValueError(message)
        steps.append(match[1] if match[1] is not None else match[2])
        position = match.end()
        if position < len(text):
            if text[position] != "." or position + 1 == len(text):
                message = f"'{text}' is not a route"
                raise ValueError(message)
            position += 1
    return tuple(steps)
