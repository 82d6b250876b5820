"""Where a value of the resolved model was written: in which file, on which line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from converter.compose.env_files import Assignment, read_assignments, stand_in, with_defaults
from converter.compose.nodes import Index, Node, is_null, is_scalar, items, parse
from converter.compose.walk import ASSIGNED, Hit, walk
from converter.errors import Location
from converter.findings import Route

Model = Mapping[str, Any]
Definition = tuple[Path, Node, Node]
"""A file, and the key and the value node there of one service, volume, network, secret or config."""

_FILES = {"environment": "env_file", "labels": "label_file"}


class Sources:
    """Where a value of the resolved model was written. Parses nothing until the first question."""

    def __init__(self, files: Sequence[Path], directory: Path | None = None, here: Path | None = None) -> None:
        """Take the Compose files as given to `-f`, weakest first, the project directory, and the current directory."""
        self.files = tuple(files)
        self.instead: Mapping[Path, Path] = {}  # an env file that is not there -> the one that was named in its place
        self.directory = directory or (self.files[0].parent if self.files else Path.cwd())
        self.here = here or Path.cwd()
        self.index = Index()
        self._documents: dict[Path, list[Node]] = {}
        self._assignments: dict[Path, dict[str, Assignment]] = {}
        self._roots: list[tuple[Path, Node]] | None = None

    def __repr__(self) -> str:
        return f"Sources({[self.name(file) for file in self.files]})"

    def name(self, path: Path) -> str:
        """A file's path as the user would name it: relative to the current directory, with `/`."""
        try:
            return Path(os.path.relpath(path, self.here)).as_posix()
        except ValueError:  # another drive
            return path.as_posix()

    def location(self, path: Path, node: Node) -> Location:
        """The place of a node."""
        return Location(self.name(path), node.start_mark.line + 1, node.start_mark.column + 1)

    def locate(self, route: Route, model: Model) -> tuple[Location, bool]:
        """The place of `route`, and whether it was written there; else the nearest place above it, for docker compose's own default."""
        path, hit = self._find(route, model)
        if hit is not None and hit.whole:
            return self.location(path, hit.place), True
        if found := self._in_file_of_assignments(route):
            file, assignment = found
            return Location(self.name(file), assignment.line, assignment.column), True
        return (self.location(path, hit.place) if hit else Location(self.name(path))), False

    def text(self, route: Route, model: Model) -> str | None:
        """What the source says, not interpolated, for a scalar (of `K=V`, the V); None if it says nothing or is a file of assignments.

        The text may hold a secret: it is for decisions of a moment.
        """
        _, hit = self._find(route, model)
        if hit is None or not hit.whole or not is_scalar(hit.value):
            return None
        text: str = hit.value.value
        if hit.item and len(route) > 2 and route[-2] in ASSIGNED:
            return text.partition("=")[2] if "=" in text else None
        return text

    def passes_through(self, route: Route, model: Model) -> bool:
        """Whether a variable of `environment` is written without a value: docker compose's own environment has it."""
        _, hit = self._find(route, model)
        if hit is None or hit.depth < len(route) - 2 or not is_scalar(hit.value):
            return False
        return "=" not in hit.value.value if hit.item else is_null(hit.value)

    def _find(self, route: Route, model: Model) -> tuple[Path, Hit | None]:
        """Return the strongest hit that is whole, else the deepest."""
        best: tuple[Path, Hit] | None = None
        for path, key, node, rest, below in self._starts(route, model):
            hit = walk(self.index, key, node, rest, below, str(route[len(route) - len(rest) - 1]))
            if hit.whole:
                return path, hit
            if best is None or hit.depth > best[1].depth:
                best = path, hit
        return best or ((self.files or (self.directory / "compose.yaml",))[0], None)

    def _starts(self, route: Route, model: Model) -> Iterator[tuple[Path, Node, Node, Route, Any]]:
        if len(route) >= 2:
            below = model.get(str(route[0])) or {}
            for path, key, node in self.definitions(str(route[0]), str(route[1])):
                yield path, key, node, route[2:], below.get(str(route[1])) if isinstance(below, Mapping) else None
        elif route:
            for path, root in self.roots():
                if entry := self.index.entries(root).get(str(route[0])):
                    yield path, *entry, (), model.get(str(route[0]))

    def definitions(self, top: str, name: str) -> Iterator[Definition]:
        """Each node that says something about a service, strongest first: `-f` from last to first, `include`; after each its `extends`."""
        for path, root in self.roots():
            if entry := self.index.entries(self.index.get(root, top)).get(name):
                yield path, *entry
                yield from self._bases(path, root, entry[1], {(path, name)})

    def _bases(self, path: Path, root: Node, node: Node, seen: set[tuple[Path, str]]) -> Iterator[Definition]:
        base = self.index.get(node, "extends")
        if base is None:
            return
        name = base if is_scalar(base) else self.index.get(base, "service")
        file = self.index.get(base, "file")
        path = self._resolve(path, file.value) if file is not None and is_scalar(file) else path
        if name is None or not is_scalar(name) or (path, name.value) in seen:
            return
        seen.add((path, name.value))
        roots = [(path, document) for document in self.documents(path)] if file is not None else [(path, root), *self.roots()]
        for where, document in roots:
            if entry := self.index.entries(self.index.get(document, "services")).get(name.value):
                yield where, *entry
                yield from self._bases(where, document, entry[1], seen)
                return

    def roots(self) -> list[tuple[Path, Node]]:
        """The documents of every Compose file, strongest first; included files after those that include them."""
        if self._roots is None:
            self._roots, todo, seen = [], list(reversed(self.files)), set(self.files)
            while todo:
                path = todo.pop(0)
                for root in reversed(self.documents(path)):
                    self._roots.append((path, root))
                    included = [other for other in self._included(path, root) if other not in seen]
                    seen.update(included)
                    todo += included
        return self._roots

    def _included(self, path: Path, root: Node) -> Iterator[Path]:
        for item in items(self.index.get(root, "include")):
            for name in reversed(list(items(item if is_scalar(item) else self.index.get(item, "path")))):
                yield self._resolve(path, name.value)

    def reachable(self) -> list[Path]:
        """Every file that docker compose may read for the model: the Compose files, what they include and what their services extend."""
        found, todo = list(self.files), list(self.files)
        while todo:
            path = todo.pop(0)
            for root in self.documents(path):
                for other in dict.fromkeys([*self._included(path, root), *self._extended(path, root)]):
                    if other not in found:
                        found.append(other)
                        todo.append(other)
        return found

    def _extended(self, path: Path, root: Node) -> Iterator[Path]:
        for _, node in self.index.entries(self.index.get(root, "services")).values():
            file = self.index.get(node, "extends", "file")
            if file is not None and is_scalar(file):
                yield self._resolve(path, file.value)

    def documents(self, path: Path) -> list[Node]:
        """The root nodes of a YAML file; none if it cannot be read."""
        if path not in self._documents:
            self._documents[path] = parse(path)
        return self._documents[path]

    def env_files(self, service: str, kind: str = "env_file") -> Iterator[tuple[Path, Path]]:
        """Each env file of a service, strongest first, as (the file as named, the file that is read: itself or its stand-in)."""
        for path, _, node in self.definitions("services", service):
            for item in reversed(list(items(self.index.get(node, kind)))):
                name = item if is_scalar(item) else self.index.get(item, "path")
                if name is not None and is_scalar(name):
                    named = self._resolve(path, name.value)
                    yield named, named if named.exists() else self.instead.get(named) or stand_in(named) or named

    def assignments(self, path: Path) -> Mapping[str, Assignment]:
        """What an env file sets, by name, the last of a name."""
        if path not in self._assignments:
            self._assignments[path] = {item.name: item for item in read_assignments(path)}
        return self._assignments[path]

    def service_names(self) -> list[str]:
        """Every service that the Compose files name, active or not, sorted."""
        return sorted({name for _, root in self.roots() for name in self.index.entries(self.index.get(root, "services"))})

    def _in_file_of_assignments(self, route: Route) -> tuple[Path, Assignment] | None:
        kind = _FILES.get(str(route[2])) if len(route) == 4 and route[0] == "services" else None
        if kind is None:
            return None
        for _, file in self.env_files(str(route[1]), kind):
            if found := self.assignments(file).get(str(route[3])):
                return file, found
        return None

    def _resolve(self, path: Path, name: str) -> Path:
        """Return the file that a name in the file `path` means: beside it, or below the project directory."""
        name = with_defaults(name)
        beside = Path(os.path.normpath(path.parent / name))
        below = Path(os.path.normpath(self.directory / name))
        return below if path in self.files and (below.exists() or not beside.exists()) else beside
