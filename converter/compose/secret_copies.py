"""Second copies of a secret: its value, written out where it would be plain. For the leak check alone; values decide nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from converter.compose.binds import decide
from converter.compose.env_files import is_example
from converter.compose.file_secrets import config_mount, source_of
from converter.compose.identity import identities
from converter.compose.secrets import MARKER
from converter.compose.spans import url_passwords
from converter.compose.standing import texts
from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project
    from converter.compose.secrets import Secret

_SHORTEST = 8
_WORD = re.compile(r"[A-Za-z]*")
_PLACES = frozenset({"command", "entrypoint", "healthcheck", "labels"})
_LARGEST = 1 << 18


class Copy(NamedTuple):
    """One copy: where, and in words, without the value."""

    route: Route
    what: str


def copies(project: Project) -> Iterator[Copy]:
    """Yield the copies of known secret values in commands, labels, files of mounts and texts of configs.

    A value is known if an env file or the Compose file has it. One of fewer than 8 characters, a word of letters alone, and a name of the
    project are none: they stand in many places that say nothing of the secret.
    """
    known = {value: key for secret in project.secrets.by_marker.values() for value in _values(project, secret) for key in [secret.key]}
    names = _names(project) if known else set()
    patterns = [
        (key, value, re.compile(rf"(?<!\w){re.escape(value)}(?!\w)"))
        for value, key in sorted(known.items(), key=lambda pair: (pair[1], pair[0]))
        if len(value) >= _SHORTEST and not _WORD.fullmatch(value) and value not in names
    ]
    if not patterns:
        return
    told: set[str] = set()
    for route, what, text in _plain(project):
        for key, value, pattern in patterns:
            found = pattern.search(text) if value in text else None
            if found:
                said = f"{what} has the value of the secret '{key}'"
                said += f" in line {text.count(chr(10), 0, found.start()) + 1}" if route[0] == "configs" or "volumes" in route else ""
                if said not in told:
                    yield Copy(route, said)
                told.add(said)


def _values(project: Project, secret: Secret) -> Iterator[str]:
    """The values that the files of the project give a secret, and the passwords of the URLs among them."""
    for text in {*_of_variable(project, secret), *_of_places(project, secret)}:
        passwords = [text[span.start : span.end] for span in url_passwords(text)]
        yield from (value for value in passwords or [text] if "$" not in value and not MARKER.search(value))


def _of_variable(project: Project, secret: Secret) -> Iterator[str]:
    item = project.sources.assignments(project.directory / ".env").get(secret.variable) if secret.variable else None
    if item is not None:
        yield item.value


def _of_places(project: Project, secret: Secret) -> Iterator[str]:
    for route in secret.places:
        if len(route) != 4 or route[2] != "environment":
            continue
        if project.model["services"][route[1]]["environment"].get(route[3]) != secret.marker:
            continue
        text = project.sources.text(route, project.model)
        files = [file for _, file in project.sources.env_files(str(route[1])) if not is_example(file)] if text is None else []
        items = [item for file in files if (item := project.sources.assignments(file).get(str(route[3])))]
        yield from ([item.value for item in items[:1]] if text is None else [text])


def _names(project: Project) -> set[str]:
    """Names that a value may be by chance: of services, containers, hosts and images, and the plain values of variables."""
    found = {project.name, *project.services}
    for body in project.services.values():
        found |= {str(body.get(key)) for key in ("container_name", "hostname")} | set(re.split(r"[/:@]", str(body.get("image") or "")))
        found |= {str(value) for value in (body.get("environment") or {}).values()}
    return found


def _plain(project: Project) -> Iterator[tuple[Route, str, str]]:
    """Each text that is written to a manifest as it is: (route, what it is, the text)."""
    for service, body in project.services.items():
        for key in sorted(_PLACES & set(body)):
            for _, _, route, text in texts(body[key], ("services", service, key)):
                yield route, f"'{key}' of service '{service}'", text
        mounts = body.get("volumes") or ()
        for identity, mount in zip(identities("volumes", mounts), mounts, strict=True):
            if mount["type"] == "bind":
                yield from _files(project, service, mount, ("services", service, "volumes", identity))
        for entry in body.get("configs") or ():
            if mount := config_mount(project, entry):
                yield from _files(project, service, mount, ("configs", entry["source"], "file"))
    for name, definition in (project.model.get("configs") or {}).items():
        yield ("configs", name, "content"), f"config '{name}'", str(definition.get("content") or "")


def _files(project: Project, service: str, mount: dict[str, Any], route: Route) -> Iterator[tuple[Route, str, str]]:
    for file in decide(project, service, mount).files:
        if not file.secret and len(file.data) <= _LARGEST and b"\0" not in file.data:
            yield route, f"'{source_of(mount, file.path)}'", file.data.decode("utf-8", "replace")
