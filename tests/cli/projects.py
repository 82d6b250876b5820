"""Small Compose projects that the tests of the command line convert."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.cli.command import ROOT, write

WEB = "name: shop\nservices:\n  web:\n    image: nginx:1.27\n"
"""A project with one service, to add lines to."""

SHOP = """\
name: shop
services:
  web:
    image: nginx:1.27
    environment:
      LEVEL: info
    ports:
      - "8080:80"
    depends_on: [db]
  db:
    image: postgres:16-alpine
    environment:
      POSTGRES_PASSWORD: ${DB_PASSWORD}
    volumes:
      - data:/var/lib/postgresql/data
    healthcheck:
      test: [CMD-SHELL, pg_isready]
      interval: 10s
volumes:
  data:
"""
"""Two services with a secret, a volume and a healthcheck."""


def stack(folder: Path, services: str, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A folder with a project of the services, given as YAML, and other files."""
    return write(folder, {"compose.yml": f"name: shop\nservices:\n{services}", **(files or {})})


def web(folder: Path, more: str = "", files: Mapping[str, str | bytes] | None = None) -> Path:
    """A folder with the one-service project, lines below the service, and other files."""
    return write(folder, {"compose.yml": WEB + more, **(files or {})})


def shop(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A folder with the two-service project, its secret set, and other files."""
    return write(folder, {"compose.yml": SHOP, ".env": "DB_PASSWORD=hunter2-very-secret\n", **(files or {})})


def reference(folder: Path) -> Path:
    """A copy of the reference stack with its overlays, without output."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("docker-compose.yml", ".env.example"):
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("overlays", "stack"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def edit(file: Path, old: str, new: str) -> int:
    """Replace a text that stands exactly once in a file; returns the line on which the new text starts."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times in {file.name}: {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def stored(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
