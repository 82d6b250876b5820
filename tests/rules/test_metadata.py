"""What the cases of the rule `metadata` cannot show."""

from __future__ import annotations

import pytest

from converter.compose.project import Target
from converter.manifests import Manifests
from converter.rules.metadata import Metadata
from converter.rules.writing.labels import is_annotation, labels, notes
from tests.rules.projects import project_of


@pytest.mark.parametrize(
    "key", ["traefik.enable", "a", "A_b-c.D", "example.com/name", "Example.COM/Name", "a" * 63, f"{'a' * 63}.b/{'c' * 63}"]
)
def test_the_api_server_takes_these_keys_of_annotations(key: str) -> None:
    assert is_annotation(key)


@pytest.mark.parametrize("key", ["", "a b", "a/b/c", "/a", "a/", "-a", "a-", "a" * 64, "a_b.com/c", ".com/a", f"{'a' * 254}/c", "ü"])
def test_the_api_server_refuses_these_keys_of_annotations(key: str) -> None:
    assert not is_annotation(key)


def test_the_first_of_two_notes_with_one_key_is_kept() -> None:
    assert notes(project_of({}), [{"b": 1, "a": None}, {"b": 2, "a": True}]) == {"a": "True", "b": "1"}


def test_every_label_value_is_one_that_kubernetes_takes() -> None:
    project = project_of({"s" * 63: {"image": "x"}})
    assert all(len(value) <= 63 for value in labels(project, "s" * 63).values())


def test_what_the_cluster_shares_is_in_no_namespace() -> None:
    manifests = Manifests()
    volume = manifests.add({"kind": "PersistentVolume", "metadata": {"name": "v", "namespace": "wrong"}, "spec": {}})
    claim = manifests.add({"kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": {}})
    assert list(Metadata().apply(manifests, project_of({}), Target(namespace="team"))) == []
    assert "namespace" not in volume["metadata"]
    assert claim["metadata"]["namespace"] == "team"
    assert manifests.find("Namespace", "team") is not None
