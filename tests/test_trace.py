"""The trace gives every field the last step that changed it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.manifests import Manifests
from converter.trace import Overwrite, Trace, fields, keyed

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from([0.5, 1.0])
keys = st.sampled_from(["containers", "env", "ports", "volumeMounts", "rules", "name", "mountPath", "port", "protocol", "x"])
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20)
documents = st.dictionaries(keys.filter(lambda key: key != "metadata"), trees, max_size=4)


def manifests_of(*objects: dict[str, Any]) -> Manifests:
    """Manifests with these objects."""
    manifests = Manifests()
    for one in objects:
        manifests.add(one)
    return manifests


def deployment(**container: Any) -> dict[str, Any]:
    """A Deployment of one container."""
    return {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", **container}]}}


@given(documents)
def test_no_two_fields_have_one_path_and_none_is_left_out(document: dict[str, Any]) -> None:
    def leaves(value: Any) -> int:
        if isinstance(value, dict) and value:
            return sum(map(leaves, value.values()))
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            return sum(map(leaves, value))
        return 1

    found = list(fields(document))
    assert len({path for path, _ in found}) == len(found) == leaves(document)


@given(st.lists(documents, min_size=1, max_size=4))
def test_the_origin_of_a_field_is_the_last_step_that_gave_it_another_value(states: list[dict[str, Any]]) -> None:
    document: dict[str, Any] = {}
    trace = Trace()
    manifests = Manifests()
    expected: dict[Any, tuple[Any, str]] = {}
    for number, state in enumerate(states):
        who = f"step {number}"
        document.clear()
        document.update({"kind": "K", "metadata": {"name": "n"}, **state})
        if not number:
            manifests.add(document)
        trace.step(manifests, who)
        new = dict(fields(document))
        same = {path for path, value in new.items() if path in expected and repr(expected[path][0]) == repr(value)}
        expected = {path: (value, expected[path][1] if path in same else who) for path, value in new.items()}
        assert trace.origin("K", "n") == {path: origin for path, (_, origin) in expected.items()}


def test_an_element_put_in_between_moves_no_other() -> None:
    document = deployment(env=[{"name": "B", "value": "1"}])
    manifests, trace = manifests_of(document), Trace()
    trace.step(manifests, "first")
    document["spec"]["containers"][0]["env"].insert(0, {"name": "A", "value": "2"})
    trace.step(manifests, "second")
    origin = trace.origin("Deployment", "web")
    assert origin["spec", "containers", "web", "env", "B", "value"] == "first"
    assert origin["spec", "containers", "web", "env", "A", "value"] == "second"


def test_list_elements_go_by_their_merge_key() -> None:
    document = {
        "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53}, {"name": "odd"}],
        "containers": [{"ports": [{"containerPort": 80}], "volumeMounts": [{"mountPath": "/data"}]}],
        "env": [{"name": "A"}, {"name": "A"}],
        "rules": [{"host": "x"}, "odd"],
    }
    assert [path for path, _ in fields(document)] == [
        ("ports", "53/UDP", "port"),
        ("ports", "53/UDP", "protocol"),
        ("ports", "53/TCP", "port"),
        ("ports", 2, "name"),
        ("containers", 0, "ports", "80/TCP", "containerPort"),
        ("containers", 0, "volumeMounts", "/data", "mountPath"),
        ("env", "A", "name"),
        ("env", 1, "name"),
        ("rules", 0, "host"),
        ("rules", 1),
    ]


def test_a_renamed_object_keeps_the_origin_of_its_fields() -> None:
    document = deployment(image="x")
    manifests, trace = manifests_of(document), Trace()
    trace.step(manifests, "kompose")
    manifests.rename(document, kind="Job", name="web-1a2b")
    trace.step(manifests, "lifecycle")
    origin = trace.origin("Job", "web-1a2b")
    assert origin["kind",] == origin["metadata", "name"] == "lifecycle"
    assert origin["spec", "containers", "web", "image"] == "kompose"
    assert trace.origin("Deployment", "web") == {}


def test_an_object_put_in_the_place_of_another_carries_on() -> None:
    manifests, trace = manifests_of(deployment(image="x")), Trace()
    trace.step(manifests, "kompose")
    found = manifests.find("Deployment", "web")
    assert found is not None
    manifests.remove(found)
    manifests.add(deployment(image="y"))
    trace.step(manifests, "images")
    origin = trace.origin("Deployment", "web")
    assert origin["spec", "containers", "web", "image"] == "images"
    assert origin["spec", "containers", "web", "name"] == "kompose"


def test_a_list_that_is_changed_in_place_is_seen() -> None:
    document = deployment(args=["a"])
    manifests, trace = manifests_of(document), Trace()
    trace.step(manifests, "kompose")
    document["spec"]["containers"][0]["args"].append("b")
    trace.step(manifests, "commands")
    assert trace.origin("Deployment", "web")["spec", "containers", "web", "args"] == "commands"


@pytest.mark.parametrize(("before", "after"), [(1, True), ("1", 1), (1, 1.0)])
def test_another_type_is_another_value(before: Any, after: Any) -> None:
    document = deployment(x=before)
    manifests, trace = manifests_of(document), Trace()
    trace.step(manifests, "first")
    document["spec"]["containers"][0]["x"] = after
    trace.step(manifests, "second")
    assert trace.origin("Deployment", "web")["spec", "containers", "web", "x"] == "second"


def test_a_field_that_two_steps_write_is_an_overwrite_unless_the_first_of_all_wrote_it() -> None:
    document = deployment(image="kompose's", securityContext={})
    container = document["spec"]["containers"][0]
    manifests, trace = manifests_of(document), Trace()
    trace.step(manifests, "kompose")
    container |= {"image": "x", "args": ["a"], "tty": True, "lifecycle": {}}
    trace.step(manifests, "one")
    container |= {"image": "y", "lifecycle": {"preStop": {}}, "securityContext": {"privileged": False}}
    del container["tty"]
    trace.step(manifests, "two")
    assert trace.overwrites == [
        Overwrite("Deployment", "web", ("spec", "containers", "web", field), "one", "two") for field in ("image", "tty")
    ]
    assert trace.origin("Deployment", "web")["spec", "containers", "web", "args"] == "one"


def test_a_path_with_indexes_becomes_one_with_merge_keys() -> None:
    document = deployment(ports=[{"containerPort": 80}], args=["a", "b"])
    assert keyed(document, ("spec", "containers", 0, "ports", 0, "containerPort")) == (
        "spec",
        "containers",
        "web",
        "ports",
        "80/TCP",
        "containerPort",
    )
    assert keyed(document, ("spec", "containers", 0, "args")) == ("spec", "containers", "web", "args")
    with pytest.raises(LookupError):
        keyed(document, ("spec", "containers", 1))
