"""What the tests of kompose share: projects made of a model, and programs that stand in for kompose and Go."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.compose.project import Project, Settings
from converter.compose.secrets import Secrets
from converter.compose.sources import Sources
from converter.kompose import provide


def project_of(services: dict[str, Any], *, settings: Settings | None = None, **top: Any) -> Project:
    """A project with these services, as docker compose resolves them."""
    model = {"name": "shop", "services": services, **top}
    return Project("shop", Path("/nowhere"), model, Sources(()), Secrets(), settings or Settings())


@pytest.fixture(scope="session")
def kompose() -> Path:
    """The real kompose: found, or built once."""
    return provide.kompose(progress=lambda line: print(line, file=sys.stderr))  # noqa: T201 - whoever waits wants to know for what


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., Path]:
    """Writes a shell script and makes it executable."""

    def write(body: str, name: str = "kompose") -> Path:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return file

    return write
