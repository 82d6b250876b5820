"""Small Compose projects written to a folder, and loaded with the real docker compose."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

from converter.compose.load import Inputs, load
from converter.compose.project import Project


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, byte for byte."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def loaded(
    folder: Path,
    texts: Mapping[str, str],
    *,
    secret_names: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    **inputs: Any,
) -> Project:
    """Write a project and load it from its folder."""
    write(folder, texts)
    with chdir(folder):
        return load(Inputs(**inputs), secret_names=secret_names, environment=environment)
