"""A patch changes what it names, or says why it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from converter.compose.project import Target
from converter.errors import ConverterError
from converter.manifests import Manifests
from converter.rules.patches import Patch, Patches, Resource
from tests.rules.projects import project_of

WEB = Resource("Deployment", "web")


def manifests() -> Manifests:
    """A Deployment and a Job."""
    found = Manifests()
    found.add({"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1, "list": [1, 2], "gone": {"a": 1}}})
    found.add({"kind": "Job", "metadata": {"name": "migrate-1a2b3c4d", "labels": {"app": "migrate"}}, "spec": {}})
    return found


def apply(patch: Any, target: Resource = WEB, on: Manifests | None = None) -> dict[str, Any]:
    """The object after one patch."""
    there = on or manifests()
    assert list(Patches((Patch(target, patch, "because"),)).apply(there, project_of({}), Target())) == []
    found = there.find(target.kind, target.name) or there.of_kind(target.kind)[0]
    spec: dict[str, Any] = found["spec"]
    return spec


def test_operations_change_what_their_path_names() -> None:
    assert apply([{"op": "replace", "path": "/spec/replicas", "value": 2}, {"op": "add", "path": "/spec/list/-", "value": 3}]) == {
        "replicas": 2,
        "list": [1, 2, 3],
        "gone": {"a": 1},
    }


def test_a_mapping_is_merged_and_null_takes_away() -> None:
    assert apply({"spec": {"gone": None, "list": [9], "new": {"deep": {"x": 1, "none": None}}}}) == {
        "replicas": 1,
        "list": [9],
        "new": {"deep": {"x": 1}},
    }


def test_a_job_is_found_without_its_hash() -> None:
    assert apply({"spec": {"suspend": True}}, Resource("Job", "migrate")) == {"suspend": True}


def test_an_object_stays_the_same_object() -> None:
    on = manifests()
    before = on.find("Deployment", "web")
    apply([{"op": "remove", "path": "/spec/gone"}], on=on)
    assert on.find("Deployment", "web") is before


def test_the_patch_of_a_setting_is_not_tied_to_the_object() -> None:
    patch = {"spec": {"list": [1]}}
    apply(patch)["list"].append(2)
    operations = [{"op": "add", "path": "/spec/x", "value": [1]}]
    apply(operations)["x"].append(2)
    assert patch == {"spec": {"list": [1]}}
    assert operations == [{"op": "add", "path": "/spec/x", "value": [1]}]


@pytest.mark.parametrize(
    ("target", "patch", "message"),
    [
        (Resource("Deployment", "wbe"), {"a": 1}, "patch of 'Deployment/wbe' matches nothing"),
        (Resource("Ingress", "web"), {"a": 1}, "patch of 'Ingress/web' matches nothing"),
        (Resource("Job", "web"), {"a": 1}, "patch of 'Job/web' matches nothing"),
        (WEB, {"spec": {"replicas": 1}}, "patch of 'Deployment/web' (because) changes nothing"),
        (WEB, {}, "patch of 'Deployment/web' (because) changes nothing"),
        (WEB, [], "patch of 'Deployment/web' (because) changes nothing"),
        (WEB, [{"op": "test", "path": "/spec/replicas", "value": 1}], "patch of 'Deployment/web' (because) changes nothing"),
        (WEB, [{"op": "test", "path": "/spec/replicas", "value": 2}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "replace", "path": "/spec/none", "value": 2}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "replace", "path": "/spec/none/none", "value": 2}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "add", "path": "/spec/list/9", "value": 2}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "add", "path": "/spec/replicas/x", "value": 2}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "remove", "path": "no slash"}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "nonsense", "path": "/spec"}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"path": "/spec"}], "patch of 'Deployment/web' (because) does not fit: "),
        (WEB, [{"op": "replace", "path": "", "value": {}}], "patch of 'Deployment/web' (because) replaces the whole object"),
        (WEB, {"metadata": {"name": "other"}}, "patch of 'Deployment/web' (because) changes its kind or name"),
        (WEB, {"kind": "StatefulSet"}, "patch of 'Deployment/web' (because) changes its kind or name"),
        (WEB, {"metadata": None}, "patch of 'Deployment/web' (because) changes its kind or name"),
    ],
)
def test_a_patch_that_cannot_be_meant_so_is_an_error(target: Resource, patch: Any, message: str) -> None:
    with pytest.raises(ConverterError) as caught:
        apply(patch, target)
    assert caught.value.message.startswith(message)
    assert caught.value.hint
