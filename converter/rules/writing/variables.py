"""Which environment variables a container gets: those with a value, and those that carry a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose import binds
from converter.compose.images import facts_of
from converter.compose.project import Project
from converter.compose.secrets import Secret
from converter.rules.writing.mounts import mounts_of

_WITH_REFERENCES = ("environment", "command", "entrypoint", "healthcheck", "post_start", "pre_stop")


def variables(project: Project, service: str, time_zone: str = "") -> Mapping[str, str]:
    """The variables of a service that have a value and are not a secret as a whole: name -> text of the model.

    A service that binds the host's clock gets TZ, if there is a `time_zone`.
    """
    environment: Mapping[str, Any] = project.services[service].get("environment") or {}
    texts = {name: str(value) for name, value in environment.items() if value is not None}
    added = data_variables(project, service) | ({"TZ": time_zone} if time_zone and has_clock(project, service) else {})
    return {name: text for name, text in (added | texts).items() if whole(project, text) is None}


def has_clock(project: Project, service: str) -> bool:
    """Whether a service takes its time zone from the host: no node has the one that is meant."""
    bound = (mount for mount in mounts_of(project, service) if mount["type"] == "bind")
    return any(binds.decide(project, service, mount).kind == "clock" for mount in bound)


def data_variables(project: Project, service: str) -> dict[str, str]:
    """The variables that put an image's data below its mount: a program that chmods its data folder cannot own the root of a claim."""
    known = facts_of(project, service)
    targets = {mount["target"].rstrip("/") for mount in mounts_of(project, service)}
    folder = next((path for path in known.data if path in targets), "") if known else ""
    return {name: f"{folder}/{below}" for name, below in known.data_env.items()} if known and folder else {}


def whole(project: Project, text: str) -> Secret | None:
    """The secret that `text` is, if it is one and nothing else."""
    pieces = project.secrets.pieces(text)
    return pieces[0] if len(pieces) == 1 and not isinstance(pieces[0], str) else None


def secret_variables(project: Project, service: str) -> Mapping[str, Secret]:
    """The variables of a service that carry a secret: those of the model, and those that commands, tests and values refer to."""
    found: dict[str, Secret] = {}
    model = project.services[service]
    for name, value in (model.get("environment") or {}).items():
        if value is not None and (secret := whole(project, str(value))):
            found[name] = secret
    for key in _WITH_REFERENCES:
        for text in _texts(model.get(key)):
            for piece in project.secrets.pieces(text):
                if not isinstance(piece, str):
                    found.setdefault(project.secrets.variable(service, piece), piece)
    return found


def _texts(value: Any) -> Iterator[str]:
    """Every text in a piece of the model."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
