"""What every reader keeps: it notices each change of what it looked at, nothing makes it raise, and it knows nothing of the rules."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter import intent, ledger
from converter.compose.project import Target
from converter.intent.field import leaves
from converter.trace import fields
from tests.intent.contract import breaches
from tests.intent.samples import documents, project

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 70000)
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(["8080", "http", "$(", "1Gi"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "value", "key", "items", "spec", "env", "0"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a tree, branches and leaves."""
    yield path
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(item, (*path, key))


PLACES = [path for path in places(documents()) if path]


def test_a_reader_notices_each_change_of_a_field_that_it_looked_at() -> None:
    assert breaches(documents(), project()) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_no_manifest_makes_a_reader_raise(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    mutant: Any = documents()
    for path, junk in changes:
        place = mutant
        try:
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = junk
        except (TypeError, IndexError, KeyError):
            continue  # an earlier change took the place away

    entries = ledger.entries(project(), mutant, Target())

    assert list(ledger.findings(entries)) is not None


def test_documents_that_are_no_objects_are_passed_over() -> None:
    entries = ledger.entries(project(), [None, 3, "x", [], {}, {"kind": "Deployment"}, {"kind": ["x"], "metadata": 1}], Target())  # type: ignore[list-item]

    assert {entry.why for entry in entries if entry.verdict == "lost"} == {ledger.NOBODY}


def test_a_list_of_objects_is_read_object_by_object() -> None:
    alone = ledger.entries(project(), documents(), Target())
    together = ledger.entries(project(), [{"apiVersion": "v1", "kind": "List", "items": documents()}], Target())

    assert alone == together


def test_reading_changes_nothing() -> None:
    before = documents()
    ledger.entries(project(), before, Target())

    assert before == documents()


def test_two_readings_are_the_same() -> None:
    assert ledger.entries(project(), documents(), Target()) == ledger.entries(project(), copy.deepcopy(documents()), Target())


def test_fields_are_called_as_the_trace_calls_them() -> None:
    for document in documents():
        assert [path for path, _ in leaves(document)] == [path for path, _ in fields(document)]


def test_the_readers_know_nothing_of_the_rules() -> None:
    folder = Path(intent.__file__).parent
    names = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names.add(str(node.module))
            elif isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)

    assert not [name for name in names if name.startswith(("converter.rules", "converter.kompose", "converter.manifests"))]
