"""What changed is said once, at the right place, and nothing that means the same."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest

from converter.changes import Change, changes
from tests.checks.manifests import Object, config, container, deployment, of_kind, secret, service, with_fault


def said(old: list[Object], new: list[Object]) -> list[str]:
    return [str(change) for change in changes({"f.yaml": old}, {"f.yaml": new})]


def web(**fields: Any) -> Object:
    return deployment(containers=[container(**fields)])


POD = "Deployment/web spec.template.spec.containers.web"


def test_objects_that_came_or_went_are_one_change_each() -> None:
    found = changes({"web.yaml": [deployment(), config()]}, {"web.yaml": [deployment()], "db.yaml": [service()]}, {"db.yaml": "db"})
    assert found == [
        Change("added", "Service", "web", namespace="ns", file="db.yaml", service="db"),
        Change("removed", "ConfigMap", "config", namespace="ns", file="web.yaml"),
    ]
    assert [str(change) for change in found] == ["Service/web: added", "ConfigMap/config: removed"]


def test_the_same_objects_in_other_files_and_other_order_are_no_change() -> None:
    assert changes({"a": [deployment(), service()]}, {"b": [service()], "c": [deployment()]}) == []


def test_a_field_is_named_with_both_values() -> None:
    assert changes({"web.yaml": [deployment()]}, {"web.yaml": [with_fault(deployment(), "spec.replicas", 2)]}) == [
        Change("changed", "Deployment", "web", ("spec", "replicas"), 1, 2, "ns", "web.yaml")
    ]


def test_a_field_that_came_or_went_is_named() -> None:
    more = with_fault(deployment(), "spec.paused", value=True)
    assert said([deployment()], [more]) == ["Deployment/web spec.paused: added true"]
    assert said([more], [deployment()]) == ["Deployment/web spec.paused: removed true"]


def test_list_elements_are_the_same_by_their_merge_key() -> None:
    a, b, c = ({"name": name, "value": name} for name in "abc")
    assert said([web(env=[a, b])], [web(env=[c, a, b])]) == [f'{POD}.env.c: added {{"name": "c", "value": "c"}}']
    assert said([web(env=[a, b])], [web(env=[a, {"name": "b", "value": "x"}])]) == [f"{POD}.env.b.value: b -> x"]
    ports = [{"name": "http", "port": 80, "targetPort": "http"}, {"name": "more", "port": 81, "protocol": "UDP"}]
    assert said([service(ports=ports)], [service(ports=ports[1:])])[0].startswith("Service/web spec.ports.80: removed")


def test_another_order_of_the_same_elements_is_one_change() -> None:
    a, b = ({"name": name, "value": name} for name in "ab")
    assert said([web(env=[a, b])], [web(env=[b, a])]) == [f'{POD}.env: ["a", "b"] -> ["b", "a"]']


def test_arguments_are_compared_in_order_and_as_a_whole() -> None:
    assert said([web(args=["-c", "x"])], [web(args=["x", "-c"])]) == [f'{POD}.args: ["-c", "x"] -> ["x", "-c"]']
    assert said([web(args=["b"])], [web(args=["a", "b"])]) == [f'{POD}.args: ["b"] -> ["a", "b"]']


def test_elements_that_cannot_be_told_apart_are_compared_as_a_whole() -> None:
    a, b = {"name": "a", "value": "1"}, {"name": "a", "value": "2"}
    (found,) = changes({"f": [web(env=[a, b])]}, {"f": [web(env=[a, a])]})
    assert (found.path[-1], found.before, found.after) == ("env", [a, b], [a, a])


@pytest.mark.parametrize(("one", "other"), [("1", 1), ("500m", 0.5), ("1024Mi", "1Gi"), ("1000", "1k")])
def test_quantities_that_mean_the_same_are_no_change(one: Any, other: Any) -> None:
    before, after = web(resources={"limits": {"cpu": one}}), web(resources={"limits": {"cpu": other}})
    assert said([before], [after]) == []
    assert said([web(env=[{"name": "A", "value": "1024Mi"}])], [web(env=[{"name": "A", "value": "1Gi"}])]) != []


def test_quantities_that_differ_are_shown_as_they_are_written() -> None:
    before, after = web(resources={"limits": {"memory": "1Gi"}}), web(resources={"limits": {"memory": "512Mi"}})
    assert said([before], [after]) == [f"{POD}.resources.limits.memory: 1Gi -> 512Mi"]


def test_null_is_as_if_it_were_not_there() -> None:
    assert said([deployment()], [with_fault(deployment(), "spec.paused", None)]) == []


def test_a_value_of_another_type_is_a_change() -> None:
    assert said([web(env=[{"name": "A", "value": "1"}])], [web(env=[{"name": "A", "value": 1}])]) == [f'{POD}.env.A.value: "1" -> 1']
    assert said([web(command=["a"])], [web(command="a")]) == [f'{POD}.command: ["a"] -> a']


def test_values_of_secrets_are_never_shown() -> None:
    old, new = secret(data={"a": "canary1", "b": "canary2", "d": "canary5"}), secret(data={"a": "canary3", "c": "canary4", "d": "canary5"})
    found = changes({"f": [old]}, {"f": [new]})
    assert "canary" not in repr(found)
    assert [str(change) for change in found] == [
        "Secret/s data.a: (hidden) -> (hidden)",
        "Secret/s data.b: removed (hidden)",
        "Secret/s data.c: added (hidden)",
    ]
    assert "canary" not in repr(changes({"f": [old]}, {}))
    assert "canary" not in repr(changes({"f": [secret()]}, {"f": [old]}))


def test_long_texts_are_cut_in_the_line_not_in_the_change() -> None:
    (found,) = changes({"f": [config(a="x\ny")]}, {"f": [config(a="word " * 40)]})
    assert str(found) == f"ConfigMap/config data.a: x y -> {('word ' * 40)[:57]}..."
    assert found.after == "word " * 40


def test_most_of_an_object_changed_is_still_told_field_by_field() -> None:
    old, new = config(a="1", b="2", c="3"), config(a="x", b="y", d="z")
    assert said([old], [new]) == [
        "ConfigMap/config data.a: 1 -> x",
        "ConfigMap/config data.b: 2 -> y",
        "ConfigMap/config data.c: removed 3",
        "ConfigMap/config data.d: added z",
    ]


def test_neither_side_is_touched() -> None:
    old, new = deployment(), with_fault(web(env=[{"name": "a"}]), "spec.x", None)
    copies = copy.deepcopy((old, new))
    changes({"f": [old]}, {"f": [new]})
    assert copies == (old, new)


def test_objects_of_any_shape_are_compared() -> None:
    odd: list[Object] = [{}, {"kind": "A", "metadata": None}, of_kind("v1", "B", spec={"env": ["x", {"name": "a"}], "ports": [{}]})]
    assert changes({"f": odd}, {"f": copy.deepcopy(odd)}) == []


def test_deepdiff_is_imported_only_when_something_differs() -> None:
    code = "import sys; from converter.changes import changes; one = {'f': [{'kind': 'A'}]}; "
    code += "changes(one, one); changes(one, {}); sys.exit('deepdiff' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_only_a_secret_should_hold_is_not_told_whoever_wrote_it() -> None:
    token = "ghp_" + "c4Na" * 9
    env = [{"name": "DB_PASSWORD", "value": "canary"}, {"name": "GH", "value": token}, {"name": "MODE", "value": "slow"}]
    new = deployment(containers=[container(env=[{"name": "MODE", "value": "fast"}, {"name": "GH", "value": "x"}])])
    old = deployment(containers=[container(env=env, args=["--token", token])])

    said = list(map(str, changes({"a": [old, config(API_KEY="canary", plain="1")]}, {"a": [new, config(plain="2")]})))

    assert "canary" not in "".join(said)
    assert "c4Na" not in "".join(said)
    assert [one.partition(": ")[2] for one in said] == [
        "removed (hidden)",
        "1 -> 2",
        'removed ["--token", "(hidden)"]',
        'removed {"name": "DB_PASSWORD", "value": "(hidden)"}',
        "(hidden) -> x",
        "slow -> fast",
    ]
