"""What is wrong with a setting of an overlay, in words: a validator's error says it in JSON Schema's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def wanted(error: Any) -> str:
    """What is wrong with a value, in words: what it must be."""
    match error.validator:
        case "required":
            return f"has no '{next(name for name in error.validator_value if error.message.startswith(repr(name)))}'"
        case "minLength":
            return "must not be empty"
        case _:
            return _must_be(error)


def _must_be(error: Any) -> str:
    match error.validator:
        case "type" | "anyOf":
            kinds = list(dict.fromkeys(_kinds(error.schema)))
            return f"must be {' or '.join(kinds)}, and is {_instance(error.instance)}"
        case "enum":
            return f"is '{error.instance}' and must be one of {', '.join(str(one) for one in error.validator_value if one != '')}"
        case "pattern":
            says = f"names '{error.instance}', which" if "propertyNames" in error.absolute_schema_path else f"is '{error.instance}' and"
            return f"{says} must be {error.schema.get('description') or error.validator_value}"
        case "minimum" | "maximum":
            return f"is {error.instance} and must be {error.schema['description']}"
        case "format":
            return f"is '{error.instance}' and must be a {error.validator_value}"
        case _:
            return f"is wrong: {error.message}"


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    """What a schema allows, in words; null, which says nothing, is not told."""
    if "description" in schema and "type" in schema:
        yield schema["description"]
        return
    for option in schema.get("anyOf", ()):
        yield from _kinds(option)
    if "$ref" in schema:
        yield _KINDS["object"]
    yield from (f"'{value}'" for value in schema.get("enum", ()))
    types = schema.get("type", ())
    for kind in [types] if isinstance(types, str) else types:
        if kind != "null" and "enum" not in schema:
            yield _KINDS[kind]


def _instance(value: Any) -> str:
    """What stands there: a scalar as it is, else what it is."""
    if isinstance(value, (Mapping, list)):
        return _KINDS["object" if isinstance(value, Mapping) else "array"]
    return "nothing" if value is None else f"'{str(value).lower() if isinstance(value, bool) else value}'"
