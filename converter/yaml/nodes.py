"""YAML text to nodes that know their place: PyYAML's C parser, errors as ConverterError."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs hide what yaml.cyaml takes from the C module

from converter.errors import ConverterError, Location

PLAIN, _TEXT = "plain", "tag:yaml.org,2002:str"


class _Composer(CParser):
    """PyYAML's C parser, up to nodes; the tag of a scalar says only whether it stood there without quotes."""

    def resolve(self, kind: type[yaml.Node], _value: str | None, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else _TEXT
        return ""

    def descend_resolver(self, parent: object, index: object) -> None: ...

    def ascend_resolver(self) -> None: ...


def nodes(text: str, name: str) -> Iterator[yaml.Node]:
    """The root node of each document; the tag of a plain scalar is `PLAIN`. Raises ConverterError, located in `name`."""
    try:
        parser = _Composer(text)
        while parser.check_node():
            if node := parser.get_node():
                yield node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConverterError(f"not YAML: {error.problem or error.context}", location=place(name, mark)) from None
    except yaml.reader.ReaderError as error:
        line = text.encode(errors="replace")[: error.position].count(b"\n") + 1
        raise ConverterError(f"not YAML: {error.reason}", location=Location(name or "-", line)) from None
    except UnicodeEncodeError as error:
        raise ConverterError("not YAML: not Unicode", location=Location(name or "-", text[: error.start].count("\n") + 1)) from None
    except RecursionError:
        raise ConverterError("not YAML that Kubernetes can read: nested too deeply", location=Location(name or "-")) from None


def place(name: str, mark: Any) -> Location:
    """The place of a mark of PyYAML's."""
    return Location(name or "-", mark.line + 1, mark.column + 1) if mark else Location(name or "-")
