"""Secrets as the ledger sees them: a reference to a key of the Secret is the marker that stands for the value in the Compose model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from converter.compose.file_secrets import file_secrets
from converter.compose.project import Project
from converter.compose.secrets import project_key
from converter.compose.told import without_credentials
from converter.findings import NOT_TOLD

OTHER_SECRET = re.compile(r"<key '[\w.-]+' of Secret '[\w.-]+'>")
"""What is read of a key that is none of the project's: words that no value equals."""


def other_secret(name: str, key: str) -> str:
    """The words for a key of a Secret that is none of the project's."""
    return f"<key '{key}' of Secret '{name}'>"


def markers(project: Project) -> dict[str, str]:
    """Key in the Secret -> the marker that stands for its value."""
    found = {project_key(project, secret): secret.marker for secret in project.secrets.by_marker.values()}
    return found | {project.settings.secret_keys.get(key, key): file.marker for key, file in file_secrets(project).items()}


def shown(project: Project, value: Any) -> Any:
    """A value as a report may show it: each marker as `<key of the Secret>`."""
    if isinstance(value, str):
        pieces = project.secrets.pieces(value)
        return "".join(
            without_credentials(piece, NOT_TOLD) if isinstance(piece, str) else f"<{project_key(project, piece)}>" for piece in pieces
        )
    if isinstance(value, Mapping):
        return {key: shown(project, item) for key, item in value.items()}
    return [shown(project, item) for item in value] if isinstance(value, (list, tuple)) else value
