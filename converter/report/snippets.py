"""What an entry of the ledger is about, as two pieces of YAML: the Compose value, and the fields of the manifests that say it.

Neither is copied from a file. The Compose side is made from the resolved model, whose secrets are markers and are shown as
`<key of the Secret>`; a line of the Compose file itself could hold a secret value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from converter import yaml
from converter.compose.identity import canonical
from converter.compose.project import Project
from converter.errors import Location
from converter.findings import NOT_TOLD, Entry, Route
from converter.intent.field import identities
from converter.intent.secrets import shown
from converter.manifests import Manifests
from converter.report.view import View

_LONGEST = 600
_MERGED = ("name", "mountPath", "containerPort", "port", "key", "ip", "devicePath")


def compose(project: Project, entry: Entry) -> str:
    """The Compose value of an entry in its place; an element of a list is shown whole."""
    route = list(map(str, entry.route))
    above = 2 if route[:1] == ["services"] else 0
    value = _short(entry.raw)
    source: Any = project.services.get(route[1], {}) if above else project.model
    key, below = route[above] if len(route) > above else "", route[above + 1 :]
    if isinstance(source, Mapping) and isinstance(source.get(key), list) and below:
        element = canonical({key: source[key]})[key].get(below[0])
        value = [_short(shown(project, element))] if isinstance(element, Mapping) else [value]
        below = []
    for step in reversed([*route[: above + 1], *below]):
        value = {step: value}
    return yaml.write([value]) if isinstance(value, dict) else ""


def kubernetes(manifests: Manifests, entry: Entry) -> str:
    """The fields that an entry looked at, each in its object, with what names the elements of lists around it."""
    together: dict[tuple[str, str], list[Route]] = {}
    for kind, name, *path in entry.at:
        together.setdefault((str(kind), str(name)), []).append(tuple(path))
    documents = []
    for (kind, name), paths in sorted(together.items()):
        document = manifests.find(kind, name)
        if document is not None:
            kept = _pruned(document, paths, "", hidden=entry.got == NOT_TOLD)
            documents.append({"kind": kind, "metadata": {"name": name}} | _merged(kept, {"metadata": {"name": name}}))
    return yaml.write(documents)


def place(view: View, entry: Entry) -> Location | None:
    """Where the first field of an entry stands in the written files; None if nothing is told of them."""
    if view.written is None or not entry.at:
        return None
    kind, name, *path = entry.at[0]
    document = view.manifests.find(str(kind), str(name))
    return view.written(f"{kind}/{name}", _numbered(document, path)) if document is not None else None


def _pruned(data: Any, paths: Iterable[Route], key: str, *, hidden: bool) -> Any:
    """What stands at or below these paths, and the merge keys of the list elements on the way."""
    wanted = [tuple(path) for path in paths]
    if any(not path for path in wanted):
        return NOT_TOLD if hidden else _short(data)
    if isinstance(data, Mapping):
        return {
            step: _pruned(item, below, str(step), hidden=hidden)
            for step, item in data.items()
            if (below := [path[1:] for path in wanted if str(path[0]) == str(step)])
        }
    if isinstance(data, list):
        kept = []
        for step, item in zip(identities(data, key), data, strict=True):
            below = [path[1:] for path in wanted if str(path[0]) == str(step)]
            if below:
                names = {name: item[name] for name in _MERGED if isinstance(item, Mapping) and name in item}
                part = _pruned(item, below, "", hidden=hidden)
                kept.append({**dict(list(names.items())[:1]), **part} if isinstance(part, dict) else part)
        return kept
    return _short(data)


def _merged(one: Any, other: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with what another has besides."""
    result = dict(one) if isinstance(one, Mapping) else {}
    for key, value in other.items():
        result[key] = _merged(result.get(key), value) if isinstance(value, Mapping) else value
    return result


def _numbered(data: Any, path: Iterable[Any]) -> Route:
    """A path with merge keys as one with the numbers of list elements, as far as it can be followed."""
    steps: list[str | int] = []
    for step in path:
        if isinstance(data, list):
            names = list(map(str, identities(data, steps[-1] if steps else "")))
            if str(step) not in names:
                break
            steps.append(names.index(str(step)))
        elif isinstance(data, Mapping) and step in data:
            steps.append(step)
        else:
            break
        data = data[steps[-1]]
    return tuple(steps)


def _short(value: Any) -> Any:
    """A value whose long texts are cut."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}\n[{len(value) - _LONGEST} more characters]"
    if isinstance(value, Mapping):
        return {str(key): _short(item) for key, item in value.items()}
    return [_short(item) for item in value] if isinstance(value, (list, tuple)) else value
