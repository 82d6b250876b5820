"""Volumes become claims with names that stay, and pods that share one stay together."""

from __future__ import annotations

import pytest

from converter.errors import ConverterError
from converter.rules.writing.claims import Claim, claims, together, volume_of
from tests.rules.projects import project_of


def volume(source: str, target: str = "/data") -> dict[str, object]:
    """A mount of a named volume."""
    return {"type": "volume", "source": source, "target": target, "volume": {}}


def test_two_volumes_of_one_name_are_refused() -> None:
    project = project_of({"a": {"volumes": [volume("my_data"), volume("my-data", "/other")]}}, volumes={"my_data": {}, "my-data": None})

    with pytest.raises(ConverterError, match=r"volumes 'my-data' \(.*:\d+\) and 'my_data' \(.*:\d+\) would both be the claim 'my-data'"):
        claims(project)


def test_a_claim_that_is_called_like_a_volume_of_a_rule_gets_another_name_in_the_pod() -> None:
    names = [volume_of(name) for name in ("data", "secrets", "tmpfs-tmp", "claim-a")]

    assert names == ["data", "claim-secrets", "claim-tmpfs-tmp", "claim-claim-a"]


def test_pods_that_are_tied_through_others_are_one_group() -> None:
    project = project_of({name: {} for name in "abcdefg"} | {"r": {"deploy": {"replicas": 2}}, "n": {"network_mode": "service:a"}})
    shared = [Claim("1", "1", ("a", "b")), Claim("2", "2", ("c", "d")), Claim("3", "3", ("b", "d")), Claim("4", "4", ("e",))]
    shared += [Claim("5", "5", ("r",)), Claim("6", "6", ("a", "n")), Claim("7", "7", ("f", "g"))]

    assert sorted(together(project, iter(shared))) == [("a", "b", "c", "d"), ("f", "g"), ("r",)]
