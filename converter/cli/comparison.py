"""What `diff` says: this run against the committed output, or any manifests against the Compose file."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from converter import yaml
from converter.cli.causes import told_changes
from converter.cli.differences import FieldDifference, ObjectDifference, ValueDifference, differences
from converter.cli.session import Outcome
from converter.errors import ConverterError, Location
from converter.findings import Route, format_route
from converter.manifests import Object
from converter.pipeline import Result
from converter.report.view import place

_ENDINGS = (".yaml", ".yml", ".json")
_SHOWN = 60
_FEW = 12
_WIDTH = 100


def with_committed(outcome: Outcome) -> list[str]:
    """What a run would change, one line a change; empty if nothing."""
    found = outcome.written
    names = [*(f"+ {name}" for name in found.created), *(f"~ {name}" for name in found.changed), *(f"- {name}" for name in found.removed)]
    names += [f"edited by hand: {name}" for name in found.edited]
    return [*names, *told_changes(outcome.result, outcome.changed, outcome.report)]


def with_manifests(result: Result, path: Path, *, verbose: bool) -> list[str]:
    """What the manifests at `path` say differently from the Compose file, in Compose's words; empty if nothing.

    A deviation that a run has too is none of theirs. Raises ConverterError if there is nothing to read or it is not YAML.
    """
    texts = _texts(path)
    documents = [document for name, text in texts.items() for document in yaml.read(text, name) if document.get("kind") != "Kustomization"]
    found, lines = differences(result, documents), _Places(texts)
    told = [line for one in found if isinstance(one, ValueDifference) for line in _told(result, one, lines)]
    told += _fields(result, [one for one in found if isinstance(one, FieldDifference)], lines, None if verbose else _FEW)
    return [*told, *_objects([one for one in found if isinstance(one, ObjectDifference)])]


def _told(result: Result, one: ValueDifference, lines: _Places) -> Iterator[str]:
    """What one value is in the manifests, and in a fresh run where that is something else than Compose says."""
    entry, fresh = one.theirs, one.ours
    ours = place(result.project, entry.route) or "(default)"
    yield f"{ours}  {format_route(entry.route)}: {entry.verdict}"
    yield f"    Compose   {_short(entry.raw)}"
    if fresh.got is not None and fresh.got != entry.raw:
        yield f"    expected  {_short(fresh.got)}"
    where = lines.of(entry.at[0]) if entry.at else None
    yield f"    manifest  {_short(entry.got) if entry.got is not None else 'nothing'}" + (f"  ({where})" if where else "")
    if entry.why:
        yield f"    why       {entry.why}"


def _fields(result: Result, found: list[FieldDifference], lines: _Places, limit: int | None) -> Iterator[str]:
    """Fields that no value above tells of, by service; what only names and labels things comes last."""
    together: dict[Route, list[FieldDifference]] = {}
    for one in sorted(found, key=lambda one: one.field[2] == "metadata" or one.field[-1] == "name" or "labels" in one.field):
        together.setdefault(one.route[:2], []).append(one)
    for route, some in sorted(together.items(), key=lambda item: format_route(item[0])):
        where = f"{place(result.project, route)}  {format_route(route)}" if route else "the project"
        yield f"{where}: fields that a run writes otherwise"
        told = [f"    {_field(one, lines)}" for one in some] if limit is None else list(_folded(some, lines))
        yield from told[:limit]
        if limit is not None and len(told) > limit:
            yield f"    and {len(told) - limit} more (-v shows them)"


def _folded(some: list[FieldDifference], lines: _Places) -> Iterator[str]:
    """One line for each field, but one for all fields of a container or a volume that only one side has."""
    there = {(one.field, one.ours is None) for one in some if one.ours is None or one.theirs is None}
    within = Counter(_element(one, there) for one in some)
    told: set[Route] = set()
    for one in some:
        element = _element(one, there)
        if not element:
            yield f"    {_field(one, lines)}"
        elif element not in told:
            told.add(element)
            sign = "+" if one.ours is None else "-"
            yield f"    {sign} {element[0]}/{element[1]} {format_route(element[2:])}: {within[element]} fields"


def _element(one: FieldDifference, there: set[tuple[Route, bool]]) -> Route:
    """The container or volume around a field, if all of it is on one side only."""
    for number, step in enumerate(one.field[:-2]):
        element = one.field[: number + 2]
        if step in ("initContainers", "containers", "volumes") and ((*element, "name"), one.ours is None) in there:
            return element
    return ()


def _field(one: FieldDifference, lines: _Places) -> str:
    """One field: what a run writes, what stands there, what Compose calls it, where it stands."""
    sign = "+" if one.ours is None else "-" if one.theirs is None else "~"
    said = f"{_short(one.ours)} -> {_short(one.theirs)}" if sign == "~" else _short(one.theirs if sign == "+" else one.ours)
    called, where = format_route(one.route[2:]), lines.of(one.field)
    about = ", ".join(part for part in (called, str(where or "")) if part)
    return f"{sign} {one.field[0]}/{one.field[1]} {format_route(one.field[2:])}: {said}" + (f"  ({about})" if about else "")


def _objects(found: list[ObjectDifference]) -> Iterator[str]:
    """Objects that only a run, or only the manifests, have."""
    for action, words in (("missing", "a run also writes"), ("extra", "a run does not write"), ("twice", "there are two of")):
        names = [f"{one.kind}/{one.name}" for one in found if one.action == action]
        yield from textwrap.wrap(f"{words}: {', '.join(names)}", _WIDTH, subsequent_indent="    ", break_on_hyphens=False) if names else ()


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


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


class _Places:
    """Where a field stands in the files that were read; they are parsed at the first question."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._objects: dict[tuple[str, str], tuple[yaml.Locate, Object]] = {}

    def of(self, field: Route) -> Location | None:
        """The place of a field, given with its kind and name in front; None if its object is in no file."""
        if not self._objects:
            for name, text in self._texts.items():
                for document, locate in zip(yaml.read(text, name), yaml.positions(text, name), strict=False):
                    key = (str(document.get("kind")), str((document.get("metadata") or {}).get("name")))
                    self._objects.setdefault(key, (locate, document))
        found = self._objects.get((str(field[0]), str(field[1])))
        return found[0](_indexed(found[1], field[2:])) if found else None


def _indexed(document: object, path: Route) -> Route:
    """A path with merge keys as one with the numbers of list elements, as far as it can be followed."""
    steps: list[str | int] = []
    for step in path:
        if isinstance(document, list):
            keys = ("name", "mountPath")
            number = next(
                (i for i, item in enumerate(document) if isinstance(item, dict) and step in [item.get(key) for key in keys]), step
            )
            if not isinstance(number, int) or number >= len(document):
                break
            steps.append(number)
            document = document[number]
        elif isinstance(document, dict) and step in document:
            steps.append(step)
            document = document[step]
        else:
            break
    return tuple(steps)
