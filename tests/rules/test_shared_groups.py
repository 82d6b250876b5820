"""Pods that share a claim are given one group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.manifests import Manifests
from converter.rules.writing.shared_groups import User, fs_groups


def pods(mounts: Mapping[str, Mapping[str, bool]]) -> Manifests:
    """A Deployment for each service; `mounts` says which claims it mounts, and whether to read only."""
    manifests = Manifests()
    for service, claims in mounts.items():
        volumes: list[Any] = [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims]
        container = {"name": service, "volumeMounts": [{"name": claim, "readOnly": only} for claim, only in claims.items()]}
        template = {"spec": {"containers": [container], "volumes": volumes}}
        workload = {"kind": "Deployment", "metadata": {"name": service}, "spec": {"template": template}}
        manifests.add(workload, service=service)
        manifests.run(service, workload, container)
    return manifests


def groups(mounts: Mapping[str, Mapping[str, bool]], **users: User) -> dict[str, int]:
    """The groups of the pods."""
    return fs_groups(pods(mounts), users)


def test_who_only_reads_has_the_group_of_who_writes() -> None:
    assert groups({"a": {"d": True}, "b": {"d": False}}, a=(5, 5), b=(7, 8)) == {"a": 8, "b": 8}


def test_writers_that_share_through_others_have_one_group() -> None:
    mounts = {"a": {"1": False}, "b": {"1": False, "2": False}, "c": {"2": False}, "d": {"3": False}}
    assert groups(mounts, a=(5, None), b=(6, 6), c=(7, 7), d=(8, 9)) == {"a": 5, "b": 5, "c": 5, "d": 9}


def test_root_writes_without_a_group() -> None:
    assert groups({"a": {"d": False}, "b": {"d": True}}, a=(0, 0), b=(None, None)) == {}
