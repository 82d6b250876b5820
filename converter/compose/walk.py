"""Following a route of the resolved model through a source file, where lists, short forms and interpolation stand as they were written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from converter.compose.identity import identities
from converter.compose.nodes import Index, Node, is_mapping, is_null, is_scalar, is_sequence
from converter.findings import Route, Step

_VARIABLE = re.compile(r"(\$\$|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$[A-Za-z_]\w*)")
ASSIGNED = frozenset({"environment", "labels", "sysctls", "args", "annotations", "driver_opts", "additional_contexts", "options"})
RECORD_KEYS = ("target", "source", "path", "Path", "name", "spread", "driver", "subnet")
_MOUNTED = frozenset({"volumes", "devices", "tmpfs", "secrets", "configs"})


@dataclass(frozen=True)
class Hit:
    """How far a source file says what a route asks for.

    Attributes:
        place: the node to point at: the value of a scalar, the key of anything else, the item of a list.
        value: the node that says it.
        depth: how many steps of the route were found.
        whole: whether that is the value itself, or a short form that says everything below it.
        item: whether `value` is an item of a list.
    """

    place: Node
    value: Node
    depth: int
    whole: bool
    item: bool = False


def walk(index: Index, key: Node, node: Node, route: Route, model: Any, owner: str = "") -> Hit:
    """Follow `route` from `node`, whose key node is `key`, as far as it goes; `model` is what docker compose made of `node`.

    `owner` is the name of the key whose items are being looked for ("ports").
    """
    place = node if is_scalar(node) and not is_null(node) else key
    for depth, step in enumerate(route):
        parent, model = model, element(model, step, owner)
        if is_scalar(node):
            return Hit(place, node, depth, not is_null(node), key is node)
        found = _step(index, node, step, parent, model, owner)
        if found is None:
            return Hit(place, node, depth, whole=False)
        owner = owner if is_sequence(node) and not isinstance(parent, Mapping) else str(step)
        key, node = found
        place = node if is_scalar(node) and not is_null(node) else key
    return Hit(place, node, len(route), not is_null(node) or model is None or route[:-1] == ("environment",), key is node)


def _step(index: Index, node: Node, step: Step, parent: Any, model: Any, owner: str) -> tuple[Node, Node] | None:
    if is_mapping(node):
        entries = index.entries(node)
        host = re.split("[=:]", str(step), maxsplit=1)[0] if owner == "extra_hosts" else ""
        return entries.get(str(step)) or entries.get(host)
    if not is_sequence(node):
        return None
    for item in reversed(node.value):
        if says(index, item, step, model, owner):
            return item, item
    if isinstance(parent, list) and len(parent) == len(node.value) and str(step).isdigit() and int(step) < len(parent):
        return node.value[int(step)], node.value[int(step)]
    return None


def element(model: Any, step: Step, owner: str) -> Any:
    """Return what stands at `step` of a value of the model; a list element is found by its identity."""
    if isinstance(model, Mapping):
        return model.get(str(step))
    if not isinstance(model, list):
        return None
    if isinstance(step, int):
        return model[step] if step < len(model) else None
    return next((item for name, item in zip(identities(owner, model), model, strict=True) if name == step), None)


def says(index: Index, item: Node, step: Step, model: Any, owner: str) -> bool:
    """Whether a list item of a source is the element `step`: `K=V`, `8080:80`, `data:/data:ro`, `{target: 80}`, `redis`."""
    short = is_scalar(item)
    if owner in ASSIGNED:
        return short and same(item.value.partition("=")[0], step)
    if owner == "ports":
        return _short_port(item.value, model) if short else _long_port(index, item, model)
    if owner in _MOUNTED:
        if short:
            return _short_mount(item.value, step, model)
        return _long_mount(index, item, step, model) or (owner == "devices" and _record(index, item, step))
    if owner == "extra_hosts":
        return short and same(item.value.replace(":", "=", 1), str(step).replace(":", "=", 1))
    return same(item.value, step) if short else _record(index, item, step)


def _short_port(text: str, model: Any) -> bool:
    if not isinstance(model, Mapping):
        return False
    head, _, protocol = _literal(text).partition("/")
    if "\0" not in protocol and (protocol or "tcp") != model.get("protocol", "tcp"):
        return False
    parts = re.split(r":(?![^\[]*\])", head)
    published = parts[-2] if len(parts) > 1 else ""
    if not _covers(parts[-1], model.get("target")):
        return False
    return not published or _covers(published, model.get("published")) or "published" not in model


def _covers(text: str, value: object) -> bool:
    """Whether `8000-8010`, `80` or a text with variables can stand for a number (or a range) of the model."""
    if "\0" in text or value is None:
        return True
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    wanted = [int(part) for part in re.findall(r"\d+", str(value))]
    return bool(numbers and wanted) and min(numbers) <= min(wanted) and max(wanted) <= max(numbers)


def _long_port(index: Index, item: Node, model: Any) -> bool:
    if not isinstance(model, Mapping):
        return False
    wanted = {"protocol": "tcp", **model}
    return all(
        entry is None or same(entry.value, wanted.get(name, ""))
        for name in ("target", "published", "protocol", "host_ip")
        for entry in [index.get(item, name)]
    )


def _short_mount(text: str, step: Step, model: Any) -> bool:
    """Whether `data:/data:ro`, `/dev/x:/dev/y`, `/tmp:size=1m` or the name of a secret is the mount that the model calls `step`."""
    if not isinstance(model, Mapping):
        return same(text, step) or same(text, model)
    source, target = str(model.get("source", "")), str(model.get("target", ""))
    if "$" not in text:
        return text == source or _clean(target_of(text)) == _clean(target)
    forms = [form + mode for form in (target, source, f"{source}:{target}") for mode in ("", ":ro", ":rw")]
    return any(same(text, form) for form in forms) or _clean(target_of(_literal(text))) == _clean(target)


def target_of(text: str) -> str:
    """Return the path in the container of a short mount; a drive letter is no part of its own."""
    parts = re.findall(r"(?:^|(?<=:))(?:[A-Za-z]:(?=[\\/]))?[^:]*", text)
    return str(parts[1] if len(parts) > 1 else parts[0])


def _clean(path: str) -> str:
    return posixpath.normpath(path) if path else ""


def _long_mount(index: Index, item: Node, step: Step, model: Any) -> bool:
    target, source = index.get(item, "target"), index.get(item, "source")
    if not isinstance(model, Mapping):
        return False
    if target is not None and is_scalar(target):
        wanted = str(model.get("target", step))
        return same(target.value, wanted) or same(_clean(target.value), _clean(wanted)) or wanted.endswith("/" + target.value)
    return source is not None and is_scalar(source) and same(source.value, model.get("source"))


def _record(index: Index, item: Node, step: Step) -> bool:
    """Whether a mapping in a list is the one that the model calls `step`, by what names it."""
    found = (index.get(item, key) for key in RECORD_KEYS)
    return any(node is not None and is_scalar(node) and same(node.value, step) for node in found)


def _literal(text: str) -> str:
    """Return a text with each `${...}` as a NUL and each `$$` as a `$`."""
    return "".join("$" if part == "$$" else "\0" if _VARIABLE.fullmatch(part) else part for part in _VARIABLE.split(text))


def same(text: str, value: object) -> bool:
    """Whether a source text can have become `value`, with `${...}` standing for anything."""
    if "$" not in text:
        return text == str(value)
    pattern = "".join(".*" if part == "\0" else re.escape(part) for part in re.split("(\0)", _literal(text)))
    return re.fullmatch(pattern, str(value), re.DOTALL) is not None
