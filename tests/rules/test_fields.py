"""Rules assign what they own, and leave what others own."""

from __future__ import annotations

from typing import Any

import pytest

from converter.errors import ConverterError
from converter.manifests import Manifests
from converter.rules.writing.fields import assign, put, upsert


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_nothing_takes_a_field_away(nothing: object) -> None:
    holder: dict[str, Any] = {"args": ["a"]}

    assign(holder, "args", nothing)

    assert holder == {}


@pytest.mark.parametrize("value", [0, False, ""])
def test_a_value_that_says_no_is_a_value(value: object) -> None:
    holder: dict[str, Any] = {}

    assign(holder, "field", value)

    assert holder == {"field": value}


def test_entries_of_others_stay_and_the_list_is_sorted() -> None:
    holder: dict[str, Any] = {"volumes": [{"name": "theirs", "emptyDir": {}}, {"name": "mine", "old": 1}]}

    put(holder, "volumes", [{"name": "mine", "new": 2}])

    assert holder == {"volumes": [{"name": "mine", "new": 2}, {"name": "theirs", "emptyDir": {}}]}


def test_no_entries_make_no_list() -> None:
    holder: dict[str, Any] = {}

    put(holder, "volumes", [])

    assert holder == {}


def test_an_object_that_is_there_gets_the_new_content() -> None:
    manifests = Manifests()
    first = upsert(manifests, config_map("a", {"k": "1"}), service="web")

    second = upsert(manifests, config_map("a", {"k": "2"}), service="web")

    assert second is first
    assert [document["data"] for document in manifests] == [{"k": "2"}]


def test_two_services_cannot_make_one_object() -> None:
    manifests = Manifests()
    upsert(manifests, config_map("a-files", {}), service="a")

    with pytest.raises(ConverterError, match="two objects end with the name 'a-files' of kind ConfigMap: of service 'a' and the project"):
        upsert(manifests, config_map("a-files", {}))


def config_map(name: str, data: dict[str, str]) -> dict[str, Any]:
    """A ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
