"""Where the source files speak of something that docker compose complains about: found without a model, for there is none yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from converter.compose.interpolation import references
from converter.compose.nodes import Node, is_mapping, is_scalar, is_sequence
from converter.compose.sources import Sources
from converter.errors import Location
from converter.findings import Route


def mention(sources: Sources, route: Route, text: str, *, exact: bool = False) -> Location | None:
    """Return where a scalar below `route` speaks of `text`, else where the route itself stands; None if nowhere (or not, with `exact`)."""
    fallback: Location | None = None
    pattern = re.compile(rf"(?<![\w.-]){re.escape(text)}(?![\w-])" if text else "")
    for path, key, node in sources.definitions(str(route[0]), str(route[1])):
        where, below = _below(sources, key, node, route[2:])
        if below is None:
            fallback = fallback or sources.location(path, where)
            continue
        for scalar in _scalars(below):
            if pattern.search(scalar.value):
                return sources.location(path, scalar)
        fallback = sources.location(path, where)
    return None if exact else fallback


def _below(sources: Sources, key: Node, node: Node, steps: Route) -> tuple[Node, Node | None]:
    for step in steps:
        entry = sources.index.entries(node).get(str(step))
        if entry is None:
            return key, None
        key, node = entry
    return key, node


def _scalars(node: Node) -> Iterator[Node]:
    if is_scalar(node):
        yield node
    elif is_sequence(node):
        for item in node.value:
            yield from _scalars(item)
    elif is_mapping(node):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def dotted(sources: Sources, route: str, text: str = "", *, at_key: bool = False) -> Location | None:
    """Return the place of a route as docker compose writes it: `services.web.environment.[0]`; below it the first scalar with `text`."""
    best: tuple[int, Location] | None = None
    for path, root in sources.roots():
        left, key, node = re.sub(r"\[([^\]]*)\]", r"\1", route), None, root
        found = 0
        while left and (step := _step(sources, node, left)):
            left, key, node = step
            found += 1
        if key is None or (best and best[0] >= found):
            continue
        inner = next((scalar for scalar in _scalars(node) if text in scalar.value), None) if text else None
        best = found, sources.location(path, inner or (node if is_scalar(node) and node.value and not at_key else key))
    return best[1] if best else None


def _step(sources: Sources, node: Node, left: str) -> tuple[str, Node, Node] | None:
    """Return what is left of a dotted route after its longest key that `node` has, with that key and its value."""
    if is_sequence(node):
        number, _, rest = left.partition(".")
        return (rest, node.value[int(number)], node.value[int(number)]) if number.isdigit() and int(number) < len(node.value) else None
    parts = left.split(".")
    for length in range(len(parts), 0, -1):
        if entry := sources.index.entries(node).get(".".join(parts[:length])):
            return ".".join(parts[length:]), *entry
    return None


def reference(sources: Sources, name: str, kind: str = "") -> Location | None:
    """Return where a source file interpolates a variable, `${NAME?}` with `kind` "?"."""
    return first_references(sources, kind).get(name)


def first_references(sources: Sources, kind: str = "") -> dict[str, Location]:
    """Return each variable that the source files interpolate with the first place; only those with `kind` in their form (`?`)."""
    found: dict[str, Location] = {}
    for path in sources.reachable():
        for item in references(path):
            if kind in item.kind and item.name not in found:
                found[item.name] = Location(sources.name(path), item.line, item.column)
    return found


def naming(sources: Sources, file: Path) -> tuple[Location | None, str]:
    """Return where a file that is not there is named, and as what: "include", "extends" or "".."""
    for path, root in sources.roots():
        listed = sources.index.entries(root).get("include")
        tops = [("include", listed[1])] if listed else []
        services = sources.index.entries(sources.index.get(root, "services"))
        tops += [("extends", entry[1]) for _, node in services.values() if (entry := sources.index.entries(node).get("extends"))]
        for kind, node in tops:
            for scalar in _scalars(node):
                if scalar.value.replace("\\", "/").rpartition("/")[2] == file.name:
                    return sources.location(path, scalar), kind
    return None, ""


def naming_any(sources: Sources, kind: str) -> Location | None:
    """Return the first place that has `include` or `extends`."""
    for path, root in sources.roots():
        services = sources.index.entries(sources.index.get(root, "services")).values()
        nodes = [root] if kind == "include" else [node for _, node in services]
        for node in nodes:
            if entry := sources.index.entries(node).get(kind):
                return sources.location(path, entry[0])
    return None


def key_on_line(sources: Sources, path: Path, line: int, key: str) -> Location:
    """Return the place of a key on a line of a file."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()[line - 1]
    except (OSError, IndexError):
        text = ""
    found = [match.start(1) + 1 for match in re.finditer(rf"(?:^|[\s{{,'\"])({re.escape(key)})['\"]?\s*:", text)]
    return Location(sources.name(path), line, found[-1] if found else 1)


def words(sources: Sources) -> set[str]:
    """Return every key of the source files: names that may be repeated."""
    return {key.value for _, root in sources.roots() for key in _keys(root)}


def _keys(node: Node) -> Iterator[Node]:
    if is_mapping(node):
        for key, value in node.value:
            if is_scalar(key):
                yield key
            yield from _keys(value)
    elif is_sequence(node):
        for item in node.value:
            yield from _keys(item)


def profiles(sources: Sources) -> list[str]:
    """Return every profile that a service of the files names, sorted."""
    nodes = (node for name in sources.service_names() for _, _, node in sources.definitions("services", name))
    found = [sources.index.get(node, "profiles") for node in nodes]
    return sorted({scalar.value for node in found if node is not None for scalar in _scalars(node)})
