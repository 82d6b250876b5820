"""Kubernetes YAML and JSON in, as kubectl reads them, and where each value stands."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from converter.errors import ConverterError, Location
from converter.findings import Route
from converter.yaml.nodes import PLAIN, nodes, place
from converter.yaml.scalars import scalar, whole

Object = dict[str, Any]
"""One document as plain data: str, int, float, bool, None, list and dict."""
Locate = Callable[[Route], Location]
"""Path below a document -> where it stands; the nearest parent's place for a path that is not there."""

_ALIASES = 400_000  # nodes that any text may grow to through its aliases; more only in proportion to its length


def read(text: str, name: str = "") -> list[Object]:
    """Read Kubernetes YAML or JSON as kubectl does: the documents that are not empty, the items of a `List` in its place, nulls kept.

    Raises ConverterError, located in `name`: not YAML, a duplicate key, a document that is no object, a number that JSON lacks.
    """
    documents = _json(text)
    if documents is None:
        documents = [_document(node, text, name) for node in nodes(text, name)]
    return [item for document in documents for item, _ in _items(document)]


def positions(text: str, name: str = "") -> list[Locate]:
    """For each document that `read` yields a function from a path in it to its place in `text`. Raises ConverterError as `read` does."""
    found: list[Locate] = []
    for node in nodes(text, name):
        found += [_locate(node, at, name) for _, at in _items(_document(node, text, name))]
    return found


def _document(node: yaml.Node, text: str, name: str) -> Object:
    """The object at a root node, empty if there is nothing."""
    document = _Tree(name, text).value(node)
    if document is not None and not isinstance(document, dict):
        raise ConverterError("a document is not an object with keys and values", location=place(name, node.start_mark))
    return document or {}


def _items(document: Object) -> Iterator[tuple[Object, Route]]:
    """The objects in a document: itself, or the items of a list; with the path to each."""
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list) and "spec" not in document:
        for index, item in enumerate(document["items"]):
            if isinstance(item, dict):
                yield from ((found, ("items", index, *path)) for found, path in _items(item))
    elif document:
        yield document, ()


def _json(text: str) -> list[Object] | None:
    """The documents of a text that is JSON without duplicate keys, else None."""
    if not text.lstrip().startswith("{"):
        return None
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_float=lambda digits: whole(float(digits)))
    documents, position = [], 0
    try:
        while rest := len(text[position:].lstrip()):
            document, position = decoder.raw_decode(text, len(text) - rest)
            documents.append(document)
    except (ValueError, RecursionError):
        return None
    return documents


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _refuse("a duplicate key")


def _refuse(what: str) -> Any:
    raise ValueError(what)


class _Tree:
    """Makes plain data of nodes, each alias a copy."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._left = name, max(_ALIASES, 10 * len(text))

    def value(self, node: yaml.Node) -> Any:
        self._left -= 1
        if self._left < 0:
            raise self._error("aliases make the document too large", node)
        try:
            if isinstance(node, yaml.ScalarNode):
                return self._scalar(node)
            return self._mapping(node) if isinstance(node, yaml.MappingNode) else [self.value(item) for item in node.value]
        except RecursionError:
            raise self._error("nested too deeply", node) from None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[dict[str, Any]] = []
        for key, value in node.value:
            if key.tag == PLAIN and key.value == "<<":
                merged += [self._merged(item) for item in (value.value if isinstance(value, yaml.SequenceNode) else [value])]
                continue
            text = self._key(key)
            if text in found:
                raise self._error(f"duplicate key '{text}'", key)
            found[text] = self.value(value)
        for mapping in merged:
            found = {**mapping, **found}
        return found

    def _merged(self, node: yaml.Node) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error("'<<' wants a mapping", node)
        return self._mapping(node)

    def _key(self, node: yaml.Node) -> str:
        value = self._scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if value is None:
            raise self._error("a key is not text", node)
        return value if isinstance(value, str) else json.dumps(value)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        match node.tag.removeprefix("tag:yaml.org,2002:"):
            case "str" | "!" | "timestamp":
                return text
            case "binary":
                return self._binary(node)
            case "plain" | "int" | "float" | "bool" | "null":
                value = scalar(text)
                if isinstance(value, float) and not math.isfinite(value):
                    raise self._error(f"'{text}' is not a number that Kubernetes can read", node)
                return value
            case _:
                raise self._error(f"the tag '{node.tag}' is not one that Kubernetes can read", node)

    def _binary(self, node: yaml.ScalarNode) -> str:
        import base64

        try:
            return base64.b64decode("".join(node.value.split()), validate=True).decode()
        except ValueError:
            raise self._error("'!!binary' without base64 text", node) from None

    def _error(self, message: str, node: yaml.Node) -> ConverterError:
        return ConverterError(message, location=place(self._name, node.start_mark))


def _locate(root: yaml.Node, base: Route, name: str) -> Locate:
    def locate(path: Route) -> Location:
        node, mark = root, root.start_mark
        for step in (*base, *path):
            if isinstance(node, yaml.MappingNode):
                entry = next(((key, value) for key, value in node.value if key.value == step), None)
                if entry is None:
                    break
                mark, node = entry[0].start_mark, entry[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            else:
                break
        return place(name, mark)

    return locate
