"""Projects for tests: resolved by the real docker compose, or made of a model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from converter.compose.load import Inputs, load
from converter.compose.project import Project, Settings
from converter.compose.secrets import Secrets
from converter.compose.sources import Sources


def made(folder: Path, text: str, files: Mapping[str, str | bytes] | None = None) -> Project:
    """The project `shop` that docker compose makes of `text`, written with `files` into `folder`."""
    for name, content in {"compose.yml": "name: shop\n" + dedent(text), **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(Inputs(files=(str(folder / "compose.yml"),)))


def of_model(services: Mapping[str, Any], directory: Path = Path("/nowhere"), settings: Settings | None = None, **top: Any) -> Project:
    """A project `shop` with these services, as docker compose would resolve them."""
    return Project("shop", directory, {"name": "shop", "services": services, **top}, Sources(()), Secrets(), settings or Settings())
