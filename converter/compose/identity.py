"""The values of a Compose service, list elements by what they are instead of where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from converter.findings import Route

ORDERED = frozenset({"command", "entrypoint", "test", "dns", "dns_search", "dns_opt"})
"""Keys whose list is one value: an argument list, or servers that are asked in order."""

_EMPTY_SAYS = frozenset({"command", "entrypoint"})
_KEYS = ("target", "source", "path", "Path", "name", "spread", "driver")


def canonical(service: Mapping[str, Any]) -> dict[str, Any]:
    """The same service with every list but the ORDERED ones as a mapping from the identity of an element to the element."""
    return {key: _canonical(key, value) for key, value in service.items()}


def units(service: Mapping[str, Any]) -> Iterator[tuple[Route, Any]]:
    """Each value of a service as (route below the service, raw value).

    null, {} and [] say nothing and are left out, but for a variable of `environment` without a value (it is passed through) and an
    empty `command` or `entrypoint` (it replaces the image's own). Every other scalar of the service is in exactly one value.
    """
    for key, value in canonical(service).items():
        yield from _units((key,), value)


def identities(key: str, items: Sequence[Any]) -> list[str]:
    """What names each element of the list under `key`: a port '80/tcp', a mount by its target, anything else by its text.

    All differ: ports that share target and protocol get ':published' and, if need be, ':host_ip'; further twins '#2', '#3'.
    """
    names = [_identity(item, place) for place, item in enumerate(items)]
    if key == "ports":
        for more in ("published", "host_ip"):
            count = Counter(names)
            names = [_longer(name, item, more) if count[name] > 1 else name for name, item in zip(names, items, strict=True)]
    seen: set[str] = set()
    return [_unused(name, seen) for name in names]


def _identity(item: Any, place: int) -> str:
    if not isinstance(item, Mapping):
        return str(place) if isinstance(item, list) else str(item)
    if "target" in item and isinstance(item["target"], int):
        return f"{item['target']}/{item.get('protocol', 'tcp')}"
    return next((str(item[key]) for key in _KEYS if item.get(key)), str(place))


def _longer(name: str, item: Any, key: str) -> str:
    more = item.get(key) if isinstance(item, Mapping) else None
    return f"{name}:{more}" if more else name


def _unused(name: str, seen: set[str]) -> str:
    free, number = name, 1
    while free in seen:
        number += 1
        free = f"{name}#{number}"
    seen.add(free)
    return free


def _canonical(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _canonical(name, item) for name, item in value.items()}
    if isinstance(value, list) and key not in ORDERED:
        return {name: _canonical("", item) for name, item in zip(identities(key, value), value, strict=True)}
    return value


def _units(route: Route, value: Any) -> Iterator[tuple[Route, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _units((*route, key), item)
    elif value is None:
        if len(route) == 2 and route[0] == "environment":
            yield route, None
    elif value or not isinstance(value, list) or (len(route) == 1 and route[0] in _EMPTY_SAYS):
        yield route, value
