"""What `diff` says: this run against the committed output, or any manifests against the Compose file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from converter import ledger, yaml
from converter.cli.causes import told_changes
from converter.cli.session import Outcome
from converter.errors import ConverterError, Location
from converter.findings import Entry, Route, format_route
from converter.manifests import Object
from converter.pipeline import Result
from converter.report.view import place

_ENDINGS = (".yaml", ".yml", ".json")
_SHOWN = 60


def with_committed(outcome: Outcome) -> list[str]:
    """What a run would change, one line a change; empty if nothing."""
    found = outcome.written
    names = [*(f"+ {name}" for name in found.created), *(f"~ {name}" for name in found.changed), *(f"- {name}" for name in found.removed)]
    names += [f"edited by hand: {name}" for name in found.edited]
    return [*names, *told_changes(outcome.result, outcome.changed)]


def with_manifests(result: Result, path: Path, *, verbose: bool) -> list[str]:
    """What the manifests at `path` say differently from the Compose file, in Compose's words; empty if nothing.

    Two ledgers, of these manifests and of a fresh run, are compared entry by entry: a deviation that a run has too is none of theirs.
    Raises ConverterError if there is nothing to read or it is not YAML.
    """
    texts = _texts(path)
    documents = [document for name, text in texts.items() for document in yaml.read(text, name) if document.get("kind") != "Kustomization"]
    project, overlay = result.project, result.overlay
    theirs = ledger.entries(project, documents, overlay.target, overlay.accept)
    fresh = {entry.route: entry for entry in result.entries if entry.verdict != "added"}
    lines = _Places(texts)
    told = [line for entry in theirs if entry.verdict != "added" for line in _told(result, entry, fresh.get(entry.route), lines)]
    added = _added(result, theirs)
    if added and verbose:
        told += ["fields that no Compose value asks for and a run does not write:", *(f"  {line}" for line in added)]
    elif added:
        told.append(f"and {len(added)} fields that no Compose value asks for and a run does not write (-v shows them)")
    return told


def _told(result: Result, entry: Entry, fresh: Entry | None, lines: _Places) -> Iterator[str]:
    """What one value is in the manifests, if it is something else than in a fresh run."""
    if fresh is not None and (fresh.verdict, fresh.got) == (entry.verdict, entry.got):
        return
    ours = place(result.project, entry.route) or "(default)"
    yield f"{ours}  {format_route(entry.route)}: {entry.verdict}"
    yield f"    Compose   {_short(entry.raw)}"
    wanted = fresh.got if fresh is not None and fresh.got is not None else None
    if wanted is not None and wanted != entry.raw:
        yield f"    expected  {_short(wanted)}"
    where = lines.of(entry.at[0]) if entry.at else None
    yield f"    manifest  {_short(entry.got) if entry.got is not None else 'nothing'}" + (f"  ({where})" if where else "")
    if entry.why:
        yield f"    why       {entry.why}"


def _added(result: Result, theirs: list[Entry]) -> list[str]:
    """Fields of the manifests that are not in those of a run, or have another value."""
    known = {(entry.route, str(entry.got)) for entry in result.entries if entry.verdict == "added"}
    return [
        f"{format_route(entry.route)}: {_short(entry.got)}"
        for entry in theirs
        if entry.verdict == "added" and (entry.route, str(entry.got)) not in known
    ]


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
