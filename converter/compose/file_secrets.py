"""Files that are secret, or have a secret in them: keys of the project's Secret, whatever mounts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from converter.compose import names
from converter.compose.binds import decide
from converter.compose.once import once
from converter.compose.secrets import marker

if TYPE_CHECKING:
    from converter.compose.project import Project

_NO_KEY = re.compile(r"[^-._a-zA-Z0-9]")


@dataclass(frozen=True)
class FileSecret:
    """One such file.

    Attributes:
        key: its key in the Secret, before the overlay renames it.
        services: those that mount it, sorted.
        file: the file with the content, relative to the project directory; "" for a Compose config.
        text: the content of a Compose config: secrets as markers, hosts by their names in the cluster; "" for a file.
    """

    key: str
    services: tuple[str, ...]
    file: str = ""
    text: str = ""

    @property
    def marker(self) -> str:
        """What stands for the whole content."""
        return marker(self.key)


def file_key(source: str) -> str:
    """The key of a bound file that is secret: "./auth/htpasswd" -> "file.auth_htpasswd"."""
    return "file." + _NO_KEY.sub("_", re.sub(r"^(\./)+", "", source))


def config_key(name: str) -> str:
    """The key of a Compose config with a secret in it."""
    return "config." + _NO_KEY.sub("_", name)


def config_text(project: Project, name: str) -> str | None:
    """The content of a Compose config that is written as text or taken from a variable; None for one of a file, or an external one."""
    definition: Mapping[str, Any] = (project.model.get("configs") or {}).get(name) or {}
    text = definition.get("content", project.config_texts.get(name))
    return None if text is None else str(text)


@once
def file_secrets(project: Project) -> dict[str, FileSecret]:
    """Every such file of the active services by its key, sorted."""
    users: dict[str, set[str]] = {}
    found: dict[str, tuple[str, str]] = {}
    for service in project.services:
        for key, file, text in (*_bound(project, service), *_configs(project, service)):
            users.setdefault(key, set()).add(service)
            found.setdefault(key, (file, text))
    return {key: FileSecret(key, tuple(sorted(users[key])), *found[key]) for key in sorted(found)}


def needed_by(project: Project) -> dict[str, tuple[str, ...]]:
    """Key -> the services that need it, of every key of the project's Secret; an external Compose secret is a Secret of its own."""
    elsewhere = {secret.key for secret in project.secrets.by_marker.values() if secret.external}
    inside = {key: services for key, services in project.secrets.needed_by.items() if key not in elsewhere}
    return {**inside, **{key: secret.services for key, secret in file_secrets(project).items()}}


def sources_of(project: Project) -> dict[str, str]:
    """Key -> in words what holds its value, of each key of the Secret that no variable has: a file, or the text of a Compose config."""
    entries = {secret.key: f"the file '{secret.file}'" for secret in project.secrets.by_marker.values() if secret.file}
    texts = {
        key: f"the file '{secret.file}'" if secret.file else "the text of a config, with the values of other keys in it"
        for key, secret in file_secrets(project).items()
    }
    return {**entries, **texts}


def file_values(project: Project, known: Mapping[str, bytes]) -> dict[str, bytes]:
    """Key -> content of every such file that has one, for the command `secrets` alone; `known` are the values of all other secrets."""
    values: dict[str, bytes] = {}
    for key, secret in file_secrets(project).items():
        if secret.file:
            path = project.directory / secret.file
            if path.is_file():
                values[key] = path.read_bytes()
            continue
        pieces = [piece if isinstance(piece, str) else known.get(piece.key) for piece in project.secrets.pieces(secret.text)]
        if None not in pieces:
            values[key] = b"".join(piece.encode() if isinstance(piece, str) else piece or b"" for piece in pieces)
    return values


def _bound(project: Project, service: str) -> Iterator[tuple[str, str, str]]:
    for mount in project.services[service].get("volumes") or ():
        if mount["type"] == "bind":
            for file in decide(project, service, mount).files:
                if file.secret:
                    source = source_of(mount, file.path)
                    yield file_key(source), source, ""


def source_of(mount: Mapping[str, Any], path: str) -> str:
    """The file behind `path` of a bind mount, relative to the project directory; `path` is "" for a mount of one file."""
    return f"{mount['source'].rstrip('/')}/{path}" if path else str(mount["source"])


def config_mount(project: Project, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """An entry of a service's `configs` as the bind mount that it amounts to; None for one that is no file."""
    definition: Mapping[str, Any] = (project.model.get("configs") or {}).get(entry["source"]) or {}
    if "file" not in definition:
        return None
    return {"type": "bind", "source": definition["file"], "target": entry.get("target") or f"/{entry['source']}", "read_only": True}


def _configs(project: Project, service: str) -> Iterator[tuple[str, str, str]]:
    for entry in project.services[service].get("configs") or ():
        content = config_text(project, entry["source"]) or ""
        if mount := config_mount(project, entry):
            yield from ((file_key(mount["source"]), mount["source"], "") for file in decide(project, service, mount).files if file.secret)
        elif project.secrets.has(content):
            path = str(entry.get("target") or entry["source"])
            yield config_key(entry["source"]), "", names.rewrite_file(project, service, content, path)[0]
