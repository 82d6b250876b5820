"""What of a field of a manifest may be told to people: not the values that only a Secret should hold, whoever wrote them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.compose.credentials import credentials
from converter.compose.secret_names import is_secret_name
from converter.findings import Route


def told(kind: str, path: Route, value: Any, instead: str) -> Any:
    """A value at a path of an object of that kind, list elements by their names, with `instead` for what must not be told."""
    if value is None:
        return None
    if kind == "Secret" and path[:1] in (("data",), ("stringData",)):
        return instead
    if kind == "ConfigMap" and len(path) == 2 and is_secret_name(str(path[1])):
        return instead
    if "env" in path[:-1] and is_secret_name(str(path[path.index("env") + 1])):
        below = path[path.index("env") + 2 :]
        if below == ("value",):
            return instead
        if not below and isinstance(value, Mapping) and "value" in value:
            return {**value, "value": instead}
    return without_credentials(value, instead)


def without_credentials(value: Any, instead: str) -> Any:
    """A value with `instead` for each credential in its texts."""
    if isinstance(value, Mapping):
        return {key: without_credentials(item, instead) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_credentials(item, instead) for item in value]
    if not isinstance(value, str):
        return value
    end, parts = 0, list[str]()
    for span in credentials(value):
        parts += [value[end : span.start], instead]
        end = span.end
    return "".join([*parts, value[end:]])
