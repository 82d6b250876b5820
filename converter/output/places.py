"""Where a value stands in the files that are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from converter import yaml
from converter.errors import Location
from converter.findings import Route


def places(files: Mapping[str, str], folder: str = "") -> Callable[[str, Route], Location | None]:
    """Text of the files by name -> function from an object, as "Deployment/redis", and a path in it to its place.

    The place is None for an object that is in no file. Files are parsed at the first question; `folder` is put before their names.
    """
    known: dict[str, yaml.Locate] = {}

    def place(resource: str, path: Route) -> Location | None:
        if not known:
            for name, text in files.items():
                if name.endswith((".yaml", ".yml", ".json")) and not name.endswith(("report.json", ".cdb-convert.json")):
                    shown = f"{folder.rstrip('/')}/{name}" if folder else name
                    known.update(_objects(text, shown))
        locate = known.get(resource)
        return locate(path) if locate else None

    return place


def _objects(text: str, name: str) -> dict[str, yaml.Locate]:
    """The objects of one file, as "Deployment/redis", each with what finds a path in it."""
    located = zip(yaml.read(text, name), yaml.positions(text, name), strict=False)
    return {f"{document.get('kind')}/{(document.get('metadata') or {}).get('name')}": locate for document, locate in located}
