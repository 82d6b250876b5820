"""How rules assign what they own: a field, the entries of a list that several rules share, parts of an object, an object."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from converter.errors import ConverterError
from converter.manifests import Manifests, Object


def assign(holder: MutableMapping[str, Any], field: str, value: Any) -> None:
    """Set a field whole; None, an empty list or an empty mapping takes it away."""
    if value is None or value in ([], {}):
        holder.pop(field, None)
    else:
        holder[field] = value


def put(holder: MutableMapping[str, Any], field: str, entries: Iterable[Mapping[str, Any]], by: str = "name") -> None:
    """Put entries into the list `field`, sorted by their key `by`; an entry of the same key is replaced, others stay."""
    there = {entry[by]: entry for entry in holder.get(field, ())}
    there |= {entry[by]: dict(entry) for entry in entries}
    assign(holder, field, [there[key] for key in sorted(there)])


def merge(into: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """RFC 7396: null takes away, a mapping goes deeper, anything else is the new value."""
    for key, value in patch.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            if not isinstance(into.get(key), dict):
                into[key] = {}
            merge(into[key], value)
        else:
            into[key] = copy.deepcopy(value)


def upsert(manifests: Manifests, document: Object, *, service: str = "") -> Object:
    """Add an object, or give the one of its kind and name the content of `document`. Returns the one in `manifests`.

    Raises ConverterError if the name is taken by an object of another service.
    """
    kind, name = document["kind"], document["metadata"]["name"]
    there = manifests.find(kind, name)
    if there is None:
        return manifests.add(document, service=service)
    if (owner := manifests.service_of(there)) != service:
        both = " and ".join(_shown(manifests, key) for key in (owner, service))
        hint = "'names:' in the overlay renames a service"
        message = f"two objects end with the name '{name}' of kind {kind}: of {both}"
        raise ConverterError(message, location=manifests.where(service or owner), hint=hint)
    there["metadata"] |= document["metadata"]
    for field in document.keys() - {"metadata"}:
        there[field] = document[field]
    return there


def _shown(manifests: Manifests, service: str) -> str:
    """A service with the line where it stands."""
    place = manifests.where(service) if service else None
    return f"service '{service}'" + (f" ({place.file}:{place.line})" if place else "") if service else "the project"
