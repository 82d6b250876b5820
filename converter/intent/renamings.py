"""What became of the hosts in mounted files, for people: old name, new name, and the lines of the file where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from converter.compose import binds, names
from converter.compose.file_secrets import config_text
from converter.compose.project import Project


def config_source(project: Project, service: str, source: str) -> tuple[bytes, str] | None:
    """The content of a Compose config as it is written, and where; None if it is secret or not in the project."""
    definition = (project.model.get("configs") or {}).get(source) or {}
    text = config_text(project, source)
    if text is not None:
        return None if project.secrets.has(text) else (text.encode(), f"configs.{source}")
    if "file" not in definition:
        return None
    mount = {"type": "bind", "source": definition["file"], "target": "/", "read_only": True}
    files = [file for file in binds.decide(project, service, mount).files if not file.secret]
    return (files[0].data, str(definition["file"])) if files else None


def said(project: Project, service: str, data: bytes, path: str, source: str) -> Iterator[str]:
    """What became of each host that is renamed in a file: old, new, and the lines of its source. `path` is its place in the container."""
    try:
        found = names.lines_of(project, service, data.decode(), path)
    except UnicodeDecodeError:
        return
    for (old, new), lines in found.items():
        yield f"'{old}' is '{new}' in the cluster ({source.removeprefix('./')}:{', '.join(map(str, lines))})"
