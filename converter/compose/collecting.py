"""Where the markers stand in a marked model: the Secrets of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from converter.compose.identity import identities
from converter.compose.secret_keys import unused, valid_key
from converter.compose.secrets import MARKER, Secret, Secrets, marker
from converter.compose.standing import texts
from converter.findings import Route

_AT_RUN_TIME = frozenset({"environment", "command", "entrypoint", "healthcheck", "post_start", "pre_stop", "secrets", "configs"})
"""Keys of a service that its container needs when it runs; a secret in a label or a build argument is not given to it."""


class Named(NamedTuple):
    """What a marker stands for: the key, the variable that has the value, and what a URL in it reaches."""

    key: str
    variable: str = ""
    addresses: tuple[str, ...] = ()


def collect(model: Mapping[str, Any], named: Mapping[str, Named]) -> Secrets:
    """Find each marker of `named` in the marked model, and add the entries of the top-level `secrets:`."""
    places: dict[str, dict[Route, None]] = defaultdict(dict)
    carriers: dict[tuple[str, str], str] = {}
    for _, _, route, text in texts(model, ()):
        for match in MARKER.findall(text):
            if match in named:
                places[match][route] = None
        if len(route) == 4 and route[2] == "environment" and text in named:
            key = (str(route[1]), named[text].key)
            carriers[key] = min(str(route[3]), carriers.get(key, str(route[3])))
    secrets = [
        Secret(named[value].key, value, tuple(sorted(routes, key=str)), variable=named[value].variable, addresses=named[value].addresses)
        for value, routes in places.items()
        if routes
    ]
    secrets += _entries(model, {secret.key for secret in secrets})
    needed = {secret.key: services for secret in secrets if (services := _needing(model, secret))}
    ordered = sorted(secrets, key=lambda secret: secret.key)
    return Secrets({secret.marker: secret for secret in ordered}, carriers, dict(sorted(needed.items())))


def _entries(model: Mapping[str, Any], taken: set[str]) -> Iterator[Secret]:
    """Yield a Secret for each entry of the top-level `secrets:`."""
    for name, body in sorted((model.get("secrets") or {}).items()):
        key = unused(valid_key(name), taken)
        users = [
            ("services", service, "secrets", identity)
            for service, other in sorted(model.get("services", {}).items())
            for identity, use in zip(identities("secrets", other.get("secrets") or []), other.get("secrets") or [], strict=True)
            if use.get("source") == name
        ]
        yield Secret(
            key,
            marker(f"secrets: {name}"),
            tuple(users),
            file=str(body.get("file") or ""),
            variable=str(body.get("environment") or ""),
            name=name,
            external=bool(body.get("external")),
        )


def _needing(model: Mapping[str, Any], secret: Secret) -> tuple[str, ...]:
    """Return the services that need a secret when they run."""
    users = {str(route[1]) for route in secret.places if route[0] == "services" and len(route) > 2 and route[2] in _AT_RUN_TIME}
    for config in {route[1] for route in secret.places if route[0] == "configs"}:
        for service, body in model.get("services", {}).items():
            if any(use.get("source") == config for use in body.get("configs") or []):
                users.add(service)
    return tuple(sorted(key for key in users if not model["services"][key].get("provider")))
