"""What random projects are made of: every key of the specification, and every way to write a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from converter.compose.identity import ORDERED
from converter.findings import Route
from converter.intent import KEYS, PROJECT_KEYS
from converter.intent.key import matching
from tests.pipeline import services, written
from tests.pipeline.making import Stack
from tests.pipeline.stacks import stacks

SPECIFIED = Path(__file__).parents[1] / "intent" / "compose_keys.txt"
NEVER = {
    "services.*.pre_start.**": "the docker compose that is bundled does not know it yet",
    "secrets.*.content": "the docker compose that is bundled does not take it",
}
"""Rows of KEYS that no project has, and why."""


def wanted() -> dict[str, Route]:
    """Every row of KEYS and PROJECT_KEYS, and every key of the specification's schema, as a pattern below the top of a Compose file."""
    rows = [f"services.*.{key}" for key in KEYS] + list(PROJECT_KEYS)
    for line in SPECIFIED.read_text("utf-8").split():
        top, _, rest = line.partition(".")
        rows.append(f"{top}s.*.{rest}")
    return {row: tuple(row.split(".")) for row in rows if row not in NEVER}


def routes(value: Any, route: Route = ()) -> Iterator[Route]:
    """Every place of a model as it is written, an element of a list by its number."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from routes(item, (*route, str(key)))
    elif isinstance(value, list) and route[-1] not in ORDERED:
        for number, item in enumerate(value):
            yield from routes(item, (*route, str(number)))
    yield route


def drawn(keys: list[str], number: int) -> list[Route]:
    """Every place of some projects whose services have these keys; the same ones each time for a number."""
    found: set[Route] = set()

    @seed(number)
    @settings(max_examples=60, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(stack=stacks(keys))
    def draw(stack: Stack) -> None:
        found.update(routes(dict(stack.model)))

    draw()
    return sorted(found)


def test_random_projects_have_every_key() -> None:
    left = wanted()
    for number in range(40):
        keys = {str(pattern[2] if pattern[0] == "services" else pattern[0]) for pattern in left.values()}
        places = drawn(sorted(keys & set(services.KEYS)) or ["labels"], number)
        left = {row: pattern for row, pattern in left.items() if not any(matching(pattern, place) for place in places)}
        if not left:
            break

    assert sorted(left) == []


WRITTEN = (
    b"extends:",
    b"file: common/base.yaml",
    b"include:",
    b"project_directory:",
    b"env_file: inner/",
    b"!reset",
    b"!override",
    b"<<:",
    b": *id",
    b"x-",
)
"""What a Compose file has before docker compose has resolved it."""


def test_random_projects_are_written_in_every_way() -> None:
    seen: set[bytes] = set()

    @seed(0)
    @settings(max_examples=250, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(stack=stacks(["labels", "environment", "restart", "init"]))
    def draw(stack: Stack) -> None:
        texts = [written.text(stack.model), *(data for name, data in stack.files.items() if name.endswith(".yaml"))]
        seen.update(word for word in WRITTEN for text in texts if word in text)
        seen.update([b"several"] if len(stack.chain) > 1 else [b"none"] if not stack.chain else [])

    draw()

    assert {*WRITTEN, b"several", b"none"} - seen == set()
