"""What waits for the success of a Job that fails is told so at once on a real node, and does not start: the project `broken`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.node.cluster import Node, until

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def node(nodes: Mapping[str, Node]) -> Node:
    running = nodes["broken"]
    assert running.apply() == "", "nothing is warned of"
    return running


def job(node: Node, name: str) -> dict[str, Any]:
    """The Job of a service."""
    (found,) = [one for one in node.get("jobs")["items"] if one["metadata"]["name"].startswith(f"{name}-")]
    assert isinstance(found, dict)
    return found


def failed(node: Node, name: str) -> datetime | None:
    """When the Job of a service has failed; None before."""
    conditions = {one["type"]: one for one in job(node, name)["status"].get("conditions", ())}
    return datetime.fromisoformat(conditions["Failed"]["lastTransitionTime"]) if "Failed" in conditions else None


def ended(node: Node, init: str) -> dict[str, Any] | None:
    """How an init container of `app` has ended, this time or the last."""
    (pod,) = node.get("pods", "-l", "app=app")["items"]
    status = {one["name"]: one for one in pod["status"].get("initContainerStatuses", ())}[init]
    return next((state["terminated"] for state in (status["state"], status["lastState"]) if "terminated" in state), None)


def test_a_wait_for_a_job_ends_as_soon_as_that_has_failed(node: Node) -> None:
    when = until(lambda: failed(node, "migrate"), "the Job has failed", 120)
    told = until(lambda: ended(node, "success-of-migrate"), "the wait has ended", 60)

    assert told["exitCode"] == 1
    assert told["message"] == f"error: condition not met for jobs/{job(node, 'migrate')['metadata']['name']}\n"
    assert (datetime.fromisoformat(told["startedAt"]) - when).total_seconds() < 10
    (pod,) = node.get("pods", "-l", "app=app")["items"]
    logs = node.kubectl("logs", pod["metadata"]["name"], "-c", "wait-for-migrate")
    assert logs.startswith(f"{job(node, 'migrate')['metadata']['name']}: Failed. Job has ")


def test_what_depends_on_it_does_not_start(node: Node) -> None:
    until(lambda: ended(node, "success-of-migrate"), "the wait has ended", 180)
    (pod,) = node.get("pods", "-l", "app=app")["items"]
    assert "waiting" in pod["status"]["containerStatuses"][0]["state"]
    assert until(lambda: failed(node, "after"), "what runs once after it has failed too", 60)
    (pod,) = node.get("pods", "-l", "app=after")["items"]
    assert "waiting" in pod["status"]["containerStatuses"][0]["state"]
