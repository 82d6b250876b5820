"""The catalogue of the rules, made from their docstrings and fields: what `cdb-convert rules` prints and rules/README.md holds.

`python -m converter.report.catalogue` prints the page.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from converter.rules import RULES
from converter.rules.rule import Rule

_HEAD = """# The rules, in the order in which they run

Each rule owns some fields of the manifests and rebuilds them from the Compose project. Its key in an overlay takes its settings;
`<rule>: off` leaves it out. This page is made from the rules themselves:
`python -m converter.report.catalogue > converter/rules/README.md`.
"""


def page() -> str:
    """The whole catalogue as Markdown."""
    parts = [_HEAD]
    for number, rule in enumerate(RULES, 1):
        parts.append(f"## {number}. `{rule.name}`\n\n{inspect.cleandoc(rule.__doc__ or '')}\n")
    return "\n".join(parts)


def overview() -> str:
    """The rules as a list of lines: number, name, what it does, and its settings with their defaults."""
    lines: list[str] = []
    for number, rule in enumerate(RULES, 1):
        lines.append(f"{number:2}  {rule.name:18} {inspect.cleandoc(rule.__doc__ or '').partition(chr(10))[0]}")
        lines += [f"    {'':18}   {setting}" for setting in settings(rule)]
    return "\n".join(lines)


def settings(rule: type[Rule]) -> Iterator[str]:
    """Each setting of a rule as an overlay writes it, with its default."""
    for item in fields(rule):  # type: ignore[arg-type]  # every rule is a dataclass; the protocol cannot say so
        yield f"{_kebab(item.name)}: {_shown(_default(item))}"


def _default(item: Field[Any]) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default


def _shown(value: Any) -> str:
    """A default as YAML writes it."""
    if is_dataclass(value):
        return "{" + ", ".join(f"{_kebab(item.name)}: {_shown(getattr(value, item.name))}" for item in fields(value)) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return {"": '""', "None": "none"}.get(str(value), str(value))


def _kebab(name: str) -> str:
    return name.replace("_", "-")


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
