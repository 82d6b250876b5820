"""The schemas of kubernetes-validate, and what finds the errors in a document by them.

The package's data is read directly: its own `validate` reads 1.8 MB anew for each call and reports one error. jsonschema-rs is used
where it is installed (extra `fast`), else jsonschema; what is wrong is worded here, so that both say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from converter.findings import Route
from converter.manifests import Object

Errors = Callable[[Object], list[tuple[Route, str]]]
"""Document -> path and message of each error in it, sorted."""
_Finder = Callable[[Object], Iterator[tuple[Route, str]]]

_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_API = re.compile(r"(?:([a-z0-9]([-a-z0-9.]*[a-z0-9])?)/)?(v[a-z0-9]+)")
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}


def _load(file: Path) -> Any:
    """A schema file, its 32 and 64 bit numbers with their range: few validators check `format` on numbers."""
    text = file.read_text(encoding="utf-8")
    for bits in (32, 64):
        format_ = f'"format": "int{bits}"'
        text = text.replace(format_, f'{format_}, "minimum": {-(1 << bits - 1)}, "maximum": {(1 << bits - 1) - 1}')
    return json.loads(text)


@lru_cache(maxsize=512)
def errors_of(folder: Path, kind: str, version: str) -> Errors | None:
    """What finds the errors in a document of that kind; None if Kubernetes has no such kind."""
    match = _API.fullmatch(version)
    if not _KIND.fullmatch(kind) or match is None:
        return None
    group = f"-{match[1].partition('.')[0]}" if match[1] else ""
    file = folder / f"{kind.lower()}{group}-{match[3]}.json"
    if not file.is_file():
        return None
    schema = _load(file)
    properties = schema.get("properties", {})
    if properties.get("kind", {}).get("enum") != [kind] or properties.get("apiVersion", {}).get("enum") != [version]:
        return None
    try:
        found = _fast(schema, folder)
    except ImportError:
        found = _slow(schema, folder)
    return lambda document: sorted(set(found(document)), key=lambda error: ([*map(str, error[0])], error[1]))


def _fast(schema: Any, folder: Path) -> _Finder:
    """The errors as jsonschema-rs finds them. Raises ImportError where it is not installed."""
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(
        schema, registry=_fast_registry(folder), validate_formats=True, formats={"byte": _is_base64}
    )

    def errors(document: Object) -> Iterator[tuple[Route, str]]:
        for error in validator.iter_errors(document):
            kind, path = error.kind.as_dict(), tuple(error.instance_path)
            keyword = str(error.schema_path[-1])
            yield from _said(keyword, path, kind.get("unexpected") or [kind.get("property")], kind.get("types") or ())

    return errors


def _slow(schema: Any, folder: Path) -> _Finder:
    """The errors as jsonschema finds them."""
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(())
    formats.checks("byte")(_is_base64)
    validator = Draft202012Validator(schema, registry=_slow_registry(folder), format_checker=formats)

    def errors(document: Object) -> Iterator[tuple[Route, str]]:
        for error in validator.iter_errors(document):
            names: Sequence[str] = ()
            if error.validator == "additionalProperties":
                names = [name for name in error.instance if name not in error.schema.get("properties", {})]
            elif error.validator == "required":
                names = [name for name in error.validator_value if name not in error.instance]
            types = error.validator_value if error.validator == "type" else ()
            yield from _said(str(error.validator), tuple(error.absolute_path), names, [types] if isinstance(types, str) else types)

    return errors


@lru_cache(maxsize=8)
def _fast_registry(folder: Path) -> Any:
    import jsonschema_rs

    definitions = _load(folder / "_definitions.json")
    return jsonschema_rs.Registry([(definitions["$id"], definitions)])


@lru_cache(maxsize=8)
def _slow_registry(folder: Path) -> Any:
    from referencing import Registry, Resource

    definitions = _load(folder / "_definitions.json")
    resource: Resource[Any] = Resource.from_contents(definitions)
    return Registry().with_resource(definitions["$id"], resource)


def _is_base64(value: object) -> bool:
    import base64

    try:
        base64.b64decode(str(value).replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        return False
    return True


def _said(keyword: str, path: Route, names: Sequence[str], types: Sequence[str]) -> Iterator[tuple[Route, str]]:
    """An error in our own words, without the value: that may be a secret of somebody's."""
    match keyword:
        case "additionalProperties":
            yield from (((*path, name), "is no field that Kubernetes knows") for name in names)
        case "required":
            yield from (((*path, name), "is missing") for name in names)
        case "type":
            yield path, "must be " + " or ".join(sorted(_TYPES[name] for name in types if name != "null"))
        case "oneOf":
            yield path, "must be text or a number"
        case "minimum" | "maximum":
            yield path, "is a number out of range"
        case "format":
            yield path, "must be base64"
        case _:
            yield path, f"does not meet '{keyword}' of the schema"
