"""YAML source files as nodes with their places: parsed with PyYAML's C parser, looked up by an index per mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Node = Any
"""A node of PyYAML: ScalarNode, MappingNode or SequenceNode, with its `start_mark`."""


def parse(path: Path) -> list[Node]:
    """Return the root of each document of a YAML file; none if it cannot be read or is not YAML (docker compose says so better)."""
    try:
        loader = yaml.CSafeLoader(path.read_bytes())
    except (OSError, yaml.YAMLError, UnicodeError):
        return []
    roots = []
    try:
        while loader.check_node():
            roots.append(loader.get_node())
    except (yaml.YAMLError, UnicodeError, RecursionError):
        return []
    finally:
        loader.dispose()
    return roots


def fault(path: Path) -> tuple[int, int, str] | None:
    """Return line, column and problem of a file that is not YAML; None if it is, or cannot be read."""
    data = b""
    try:
        data = path.read_bytes()
        loader = yaml.CSafeLoader(data)
        try:
            while loader.check_node():
                loader.get_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines = data.decode(errors="replace").splitlines() or [""]
        if mark is None or mark.line >= len(lines):  # the end of the file: nobody has that line
            return len(lines), len(lines[-1]) + 1, str(error.problem)
        return mark.line + 1, mark.column + 1, str(error.problem)
    except yaml.reader.ReaderError as error:
        return _no_text(data, str(error.reason))
    except (OSError, yaml.YAMLError, UnicodeError, RecursionError):
        return None
    return None


def _no_text(data: bytes, problem: str) -> tuple[int, int, str]:
    """Return where a file stops being text: not UTF-8, or a character that YAML does not allow."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1, "it is not UTF-8 text"
    bad = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    before = text[: bad.start()] if bad else ""
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1, problem


def is_scalar(node: Node) -> bool:
    """Whether a node is a scalar."""
    return isinstance(node, yaml.ScalarNode)


def is_mapping(node: Node) -> bool:
    """Whether a node is a mapping."""
    return isinstance(node, yaml.MappingNode)


def is_sequence(node: Node) -> bool:
    """Whether a node is a list."""
    return isinstance(node, yaml.SequenceNode)


def is_null(node: Node) -> bool:
    """Whether a node says nothing: `key:`, `~` or `null`, or docker compose's `!reset`."""
    return is_scalar(node) and node.tag in {"tag:yaml.org,2002:null", "!reset"}


class Index:
    """The entries of mappings by key: made at the first look at each, own keys before those of merge keys (`<<`)."""

    def __init__(self) -> None:
        self._entries: dict[int, dict[str, tuple[Node, Node]]] = {}
        self._kept: list[Node] = []

    def entries(self, node: Node) -> dict[str, tuple[Node, Node]]:
        """Return key -> (key node, value node) of a mapping; empty for anything else."""
        if not is_mapping(node):
            return {}
        known = self._entries.get(id(node))
        if known is None:
            known = self._entries[id(node)] = {}
            self._kept.append(node)  # an id is only its node's while the node lives
            merged: list[Node] = []
            for key, value in node.value:
                if key.tag == "tag:yaml.org,2002:merge":
                    merged += value.value if is_sequence(value) else [value]
                elif is_scalar(key):
                    known[key.value] = (key, value)
            for other in merged:
                for name, entry in self.entries(other).items():
                    known.setdefault(name, entry)
        return known

    def get(self, node: Node, *steps: str) -> Node | None:
        """Return the node below `steps`, or None."""
        for step in steps:
            entry = self.entries(node).get(step)
            if entry is None:
                return None
            node = entry[1]
        return node


def items(node: Node | None) -> Iterator[Node]:
    """Yield the items of a list node; a scalar is a list of one, None and null are none."""
    if node is not None and is_sequence(node):
        yield from node.value
    elif node is not None and is_scalar(node) and not is_null(node):
        yield node
