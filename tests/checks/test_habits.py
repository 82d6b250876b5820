"""What every pod does otherwise than a container of docker compose."""

from __future__ import annotations

from typing import Any

import pytest

from converter.checks import habits
from converter.findings import Severity
from tests.compose.made import of_model

TEST = {"test": ["CMD", "true"]}
UNREACHED = "while its healthcheck fails a pod is not Ready"
STARTED_AGAIN = "Kubernetes starts it again whenever it ends"


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ({}, [STARTED_AGAIN]),
        ({"restart": "always"}, []),
        ({"deploy": {"restart_policy": {"condition": "any"}}}, []),
        ({"restart": "always", "healthcheck": TEST}, [UNREACHED]),
        ({"healthcheck": TEST}, [UNREACHED, STARTED_AGAIN]),
        ({"restart": "always", "healthcheck": {"test": ["NONE"]}}, []),
        ({"restart": "no"}, []),
    ],
)
def test_it_is_told_of_the_services_that_it_concerns(service: dict[str, Any], said: list[str]) -> None:
    found = list(habits.check(of_model({"web": {"image": "x", **service}})))

    assert [one.message.startswith(begin) for one, begin in zip(found, said, strict=True)] == [True] * len(said)
    assert {one.severity for one in found} <= {Severity.INFO}


def test_services_of_whom_the_same_is_true_are_told_of_in_the_same_words() -> None:
    found = habits.check(of_model({"web": {"image": "x", "healthcheck": TEST}, "db": {"image": "y", "healthcheck": TEST}}))

    assert len({(one.message, one.hint) for one in found}) == 2
