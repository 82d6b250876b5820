"""The manifest files that `diff` reads, and where a field stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from converter import yaml
from converter.errors import ConverterError, Location
from converter.findings import Route
from converter.manifests import Object

_ENDINGS = (".yaml", ".yml", ".json")


class Places:
    """The files at a path. They are parsed for places at the first question.

    Raises ConverterError if there is nothing to read.
    """

    def __init__(self, path: Path) -> None:
        self._texts = _texts(path)
        self._objects: dict[tuple[str, str], tuple[yaml.Locate, Object]] = {}

    def documents(self) -> Iterator[Object]:
        """The objects, without what is for kustomize. Raises ConverterError if a file is not YAML."""
        for name, text in self._texts.items():
            yield from (document for document in yaml.read(text, name) if document.get("kind") != "Kustomization")

    def of(self, field: Route) -> Location | None:
        """The place of a field, given with its kind and name in front; None if its object is in no file."""
        if not self._objects:
            for name, text in self._texts.items():
                for document, locate in zip(yaml.read(text, name), yaml.positions(text, name), strict=False):
                    key = (str(document.get("kind")), str((document.get("metadata") or {}).get("name")))
                    self._objects.setdefault(key, (locate, document))
        found = self._objects.get((str(field[0]), str(field[1])))
        return found[0](_indexed(found[1], field[2:])) if found else None


def _texts(path: Path) -> dict[str, str]:
    """The manifest files at a path, by name as the user would name them."""
    if path.is_file():
        files = [path]
    elif path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.suffix in _ENDINGS and one.is_file() and one.name != "report.json")
        files = [one for one in files if not any(part.startswith(".") for part in one.relative_to(path).parts)]
    else:
        raise ConverterError(f"no manifests at '{path}'", hint="name a folder or a file of Kubernetes YAML")
    if not files:
        raise ConverterError(f"no YAML or JSON in '{path}'", hint="name a folder or a file of Kubernetes YAML")
    return {one.as_posix(): one.read_text(encoding="utf-8-sig") for one in files}


def _indexed(document: object, path: Route) -> Route:
    """A path with merge keys as one with the numbers of list elements, as far as it can be followed."""
    steps: list[str | int] = []
    for step in path:
        if isinstance(document, list):
            number = step if isinstance(step, int) else _number(document, step)
            if number is None or number >= len(document):
                break
            steps.append(number)
            document = document[number]
        elif isinstance(document, dict) and step in document:
            steps.append(step)
            document = document[step]
        else:
            break
    return tuple(steps)


def _number(items: list[object], step: str) -> int | None:
    """The number of the list element that a merge key names."""
    for number, item in enumerate(items):
        if isinstance(item, dict):
            port = item.get("containerPort", item.get("port"))
            names = [item.get("name"), item.get("mountPath"), item.get("ip"), f"{port}/{item.get('protocol') or 'TCP'}" if port else None]
            if step in names:
                return number
    return None
