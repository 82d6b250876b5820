"""What an overlay may say: a JSON Schema made of the rules' fields, and the mistakes of a file held against it."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from converter.compose.project import Target
from converter.errors import ConverterError, Location
from converter.overlay_words import wanted
from converter.rules import RULES
from converter.rules.patches import Patches
from converter.schemas import supported

_ACCEPT = {
    "type": "object",
    "properties": {"at": {"type": "string"}, "why": {"type": "string", "minLength": 1}, "until": {"type": "string", "format": "date"}},
    "required": ["at", "why"],
    "additionalProperties": False,
}
_NAME = {
    "pattern": "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$",
    "description": "lower case letters, digits and '-', at most 63, a letter or digit at both ends",
}
_SAID = frozenset({"pattern", "minimum"})
"""What a kind of setting has beside its description, which says what is accepted."""
_TWICE = re.compile(r'found duplicate key "(.*?)" with value')
_LEVELS = ["restricted", "baseline", "privileged"]


@cache
def document_schema() -> dict[str, Any]:
    """The JSON Schema of an overlay: one property per rule, its settings in kebab case; `off` leaves a rule out."""
    import msgspec

    schemas, parts = msgspec.json.schema_components([Target, *RULES], ref_template="#/$defs/{name}")
    definitions = {name: _kebab(part) for name, part in parts.items()}
    refs = {rule.name: dict(schema) for rule, schema in zip(RULES, schemas[1:], strict=True)}
    refs[Patches.name] = definitions["Patches"]["properties"]["items"]
    definitions["Target"]["properties"]["pod-security"]["enum"] = _LEVELS
    definitions["Target"]["properties"]["kubernetes"]["enum"] = list(supported())
    definitions["Target"]["properties"]["namespace"].update(_NAME)
    for rule in RULES:
        definitions[rule.__name__]["description"] = (rule.__doc__ or "").partition("\n")[0]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An overlay of cdb-convert",
        "type": "object",
        "properties": {
            "extends": {"type": "string"},
            "target": dict(schemas[0]),
            "names": {"type": "object", "additionalProperties": {"type": "string", **_NAME}},
            **refs,
            "accept": {"type": "array", "items": _ACCEPT},
        },
        "additionalProperties": False,
        "$defs": definitions,
    }


def read(path: Path) -> tuple[Any, dict[str, Any]]:
    """An overlay file as ruamel's tree, which knows lines, and as plain data. Raises ConverterError if it is no YAML mapping."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        tree = YAML(typ="rt").load(path.read_text(encoding="utf-8-sig"))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = Location(_shown(path), mark.line + 1, mark.column + 1) if mark else Location(_shown(path))
        problem = str(error.problem or error.context)
        if twice := _TWICE.match(problem):
            hint = f"put what both say below one '{twice[1]}:'"
            raise ConverterError(f"'{twice[1]}' is there twice", location=place, hint=hint) from None
        raise ConverterError(f"not YAML: {problem}", location=place) from None
    except (YAMLError, UnicodeDecodeError):
        raise ConverterError("not YAML: it is not UTF-8 text", location=Location(_shown(path)), hint="save the file as UTF-8") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConverterError(f"the overlay cannot be read: {why}", location=Location(_shown(path))) from None
    if tree is None:
        return tree, {}
    if not isinstance(tree, Mapping):
        raise ConverterError("an overlay is a mapping of rules to their settings", location=Location(_shown(path)))
    data: dict[str, Any] = _plain(tree)
    return tree, data


def mistakes(data: Mapping[str, Any], tree: Any, path: Path) -> list[ConverterError]:
    """Every mistake of an overlay, in the order of the file."""
    from jsonschema import Draft202012Validator, FormatChecker

    kept = {key: value for key, value in data.items() if value not in ("off", False) or key not in {rule.name for rule in RULES}}
    validator = Draft202012Validator(document_schema(), format_checker=FormatChecker())
    found = [mistake for error in validator.iter_errors(kept) for mistake in _explained(error, tree, path)]
    return sorted(found, key=lambda mistake: (mistake.location or Location(""), mistake.message))


def underscored(data: Any, schema: Mapping[str, Any]) -> Any:
    """Settings with the names of fields as Python writes them; keys of free mappings stay as they are."""
    if "$ref" in schema:
        return underscored(data, document_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            data = underscored(data, option)
    if isinstance(data, list):
        return [underscored(item, schema.get("items") or {}) for item in data]
    if not isinstance(data, Mapping):
        return data
    known = schema.get("properties", {})
    other = schema.get("additionalProperties") or {}
    free = other if isinstance(other, Mapping) else {}
    return {key.replace("-", "_") if key in known else key: underscored(value, known.get(key, free)) for key, value in data.items()}


def _kebab(part: Any) -> Any:
    """A schema with the names of its properties in kebab case, closed against unknown ones, free of docstrings."""
    if isinstance(part, list):
        return [_kebab(item) for item in part]
    if not isinstance(part, dict):
        return part
    result = {key: _kebab(value) for key, value in part.items() if key != "description" or _SAID & set(part)}
    if "properties" in part:
        result["properties"] = {key.replace("_", "-"): _kebab(value) for key, value in part["properties"].items()}
        result["required"] = [key.replace("_", "-") for key in part.get("required", [])]
        result["additionalProperties"] = False
    return result


def _explained(error: Any, tree: Any, path: Path) -> Iterator[ConverterError]:
    """A validator's error in our words; one for each unknown name."""
    route = tuple(error.absolute_path)
    if error.validator == "anyOf" and (meant := _meant(error)):
        for one in meant:
            yield from _explained(one, tree, path)
        return
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for name in error.instance:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(sorted(known))}"
                what = f"unknown setting '{name}' of '{'.'.join(map(str, route))}'" if route else f"unknown rule '{name}'"
                yield ConverterError(what, location=place(tree, (*route, name), path), hint=hint)
        return
    what = f"'{'.'.join(map(str, route))}' {wanted(error)}"
    named = (error.instance,) if "propertyNames" in error.absolute_schema_path else ()
    yield ConverterError(what, location=place(tree, (*route, *named), path))


def _meant(error: Any) -> list[Any]:
    """What is wrong with a value that several schemas allow, by the one schema that allows a value of its kind; [] if that is not one."""
    options: dict[Any, list[Any]] = {}
    for one in error.context:
        options.setdefault(one.relative_schema_path[0], []).append(one)
    fitting = [found for found in options.values() if not any(one.validator in ("type", "enum") and not one.relative_path for one in found)]
    return fitting[0] if len(fitting) == 1 else []


def place(tree: Any, route: tuple[Any, ...], path: Path) -> Location:
    """Where a setting stands in its file; the nearest place above it if it is not there."""
    line, column = 0, 0
    for step in route:
        marks: Any = getattr(tree, "lc", None)
        if marks is None or (isinstance(tree, Mapping) and step not in tree):
            break
        line, column = marks.key(step) if isinstance(tree, Mapping) else marks.item(step)
        tree = tree[step]
    return Location(_shown(path), line + 1, column + 1)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return value
    return next((kind(value) for kind in (str, int, float) if isinstance(value, kind)), value)


def _shown(path: Path) -> str:
    """A path as the user would name it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
