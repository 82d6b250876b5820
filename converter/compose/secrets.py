"""The secret values of a project, by the markers that stand for them in the model; no value is ever in here."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project

MARKER = re.compile(r"cdbq[a-z2-7]{20}zq")
"""What a marker looks like: lower-case letters and digits, of one length, so that it stays whole between other letters and in a URL."""


def marker(name: str) -> str:
    """Return the marker of a secret: the same for the same name, on every machine and whatever the value is."""
    digest = hashlib.sha256(f"cdb-convert {name}".encode()).digest()
    return f"cdbq{base64.b32encode(digest).decode().lower()[:20]}zq"


@dataclass(frozen=True)
class Secret:
    """One value that is secret.

    Attributes:
        key: its key in the Secret, before the overlay renames it (see `project_key`).
        marker: the text that stands for the value in the model.
        places: the Compose values that hold it, alone or inside a longer text; list elements by identity, argument lists whole.
        file: the file that holds the value, for a Compose secret with `file:`, relative to the project directory.
        variable: the variable of docker compose's environment that has the value; "" if it is written elsewhere.
        name: the entry of the top-level `secrets:` that it is; "" for one that is none.
        external: whether that entry is `external: true`.
        addresses: scheme, host and port of the URLs in the value (`postgres://db:5432`), for one that is a URL with a password: hosts and
            ports are no secret, and the project must know whom its services call.
    """

    key: str
    marker: str
    places: tuple[Route, ...] = ()
    file: str = ""
    variable: str = ""
    name: str = ""
    external: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Secrets:
    """The secrets of a project.

    Attributes:
        by_marker: every secret, in the order of their keys.
        carriers: (service, key) -> the variable of that service whose whole value is the secret, the first by name.
        needed_by: key -> the services that need the secret when they run, sorted; one that none needs (a build argument) is not in it.
    """

    by_marker: Mapping[str, Secret] = field(default_factory=dict)
    carriers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    needed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def pieces(self, text: str) -> tuple[str | Secret, ...]:
        """Split a text at its secrets: `postgres://u:`, Secret, `@h/d`. No piece is empty; a text without secrets is one piece."""
        parts: list[str | Secret] = []
        end = 0
        for match in MARKER.finditer(text):
            secret = self.by_marker.get(match[0])
            if secret is not None:
                parts += [text[end : match.start()], secret]
                end = match.end()
        parts.append(text[end:])
        return tuple(part for part in parts if part != "") or (text,)

    def has(self, text: str) -> bool:
        """Whether there is a secret in a text."""
        return any(match in self.by_marker for match in MARKER.findall(text))

    def variable(self, service: str, secret: Secret) -> str:
        """The name of the variable that carries a secret in the container of a service: one that is nothing else, or `CDB_<KEY>`."""
        own = "CDB_" + re.sub(r"[^A-Z0-9]+", "_", secret.key.upper()).strip("_")
        return self.carriers.get((service, secret.key), own)

    def file_secret(self, name: str) -> Secret:
        """The secret of an entry of the top-level `secrets:`. Raises KeyError if no active service uses an entry of that name."""
        for secret in self.by_marker.values():
            if secret.name == name:
                return secret
        raise KeyError(name)

    def hide(self, text: str) -> str:
        """Write a text for people: each secret in it as `${KEY}`."""
        return "".join(piece if isinstance(piece, str) else f"${{{piece.key}}}" for piece in self.pieces(text))


def project_key(project: Project, secret: Secret) -> str:
    """Return the key of a secret in the Secret of one overlay."""
    return project.settings.secret_keys.get(secret.key, secret.key)
