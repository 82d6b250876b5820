"""Projects made of a model, for tests that need no docker compose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converter.compose.project import Project, Settings
from converter.compose.secrets import Secrets
from converter.compose.sources import Sources


def project_of(
    services: Mapping[str, Any],
    *,
    secrets: Secrets | None = None,
    settings: Settings | None = None,
    directory: Path = Path("/nowhere"),
    **top: Any,
) -> Project:
    """A project `shop` with these services, as docker compose resolves them."""
    model = {"name": "shop", "services": services, **top}
    return Project("shop", directory, model, Sources(()), secrets or Secrets(), settings or Settings())
