"""A Compose file as text: plain data with the three things that YAML has and plain data has not, `<<`, `!reset` and `!override`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml


class Merge(str):
    """The key `<<`, beside which a mapping takes what another has."""

    __slots__ = ()


@dataclass(frozen=True)
class Reset:
    """What a later file takes away."""


@dataclass(frozen=True)
class Override:
    """What a later file puts in the place of a value, instead of merging it."""

    value: Any


MERGE = Merge("<<")


class _Dumper(yaml.SafeDumper):
    """Plain data and these; the same object twice is an anchor and an alias."""


def _override(dumper: _Dumper, override: Override) -> yaml.Node:
    node = dumper.represent_data(override.value)
    node.tag = "!override"
    return node


def _string(dumper: _Dumper, text: str) -> yaml.Node:
    """What one YAML takes for a number and another does not, as `0_9`, in quotes."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if text[:1].isdigit() else None)


_DUMP: Mapping[type, Any] = {
    str: _string,
    Merge: lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:merge", "<<"),
    Reset: lambda dumper, _: dumper.represent_scalar("!reset", "null"),
    Override: _override,
}
for _type, _representer in _DUMP.items():
    _Dumper.add_representer(_type, _representer)


def text(model: Mapping[str, Any]) -> bytes:
    """The Compose file of a model."""
    return yaml.dump(dict(model), Dumper=_Dumper, allow_unicode=True, sort_keys=False).encode()
