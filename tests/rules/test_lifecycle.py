"""What the cases of the rule `lifecycle` cannot show."""

from __future__ import annotations

from typing import Any

import pytest

from converter.compose.jobs import job_name
from converter.compose.project import Settings, Target
from converter.manifests import Manifests, pod_spec
from converter.rules.lifecycle import Lifecycle
from converter.rules.writing.hooks import hooks
from converter.rules.writing.placement import node_affinity, spread
from tests.rules.projects import project_of


def scaffold(*services: str) -> Manifests:
    """What kompose makes of services."""
    manifests = Manifests()
    for name in services:
        container = {"name": name, "image": "x"}
        spec = {"template": {"metadata": {}, "spec": {"containers": [container]}}}
        workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
        manifests.run(name, manifests.add(workload, service=name), container)
    return manifests


def one(service: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """The workload that runs a service."""
    manifests = scaffold("web")
    list(Lifecycle().apply(manifests, project_of({"web": service}, settings=Settings(**settings)), Target()))
    return manifests.workload("web")


def test_a_rule_that_ran_before_leaves_nothing_of_another_kind_behind() -> None:
    manifests = scaffold("web")
    service = {"image": "x", "restart": "no"}
    list(Lifecycle().apply(manifests, project_of({"web": service}, settings=Settings(jobs={"web": "deployment"})), Target()))
    list(Lifecycle().apply(manifests, project_of({"web": service}), Target()))
    job = manifests.workload("web")
    assert job["kind"] == "Job"
    assert job["apiVersion"] == "batch/v1"
    assert set(job["spec"]) == {"template", "backoffLimit"}
    list(Lifecycle().apply(manifests, project_of({"web": service}, settings=Settings(jobs={"web": "deployment"})), Target()))
    assert (job["apiVersion"], job["kind"], job["metadata"]["name"]) == ("apps/v1", "Deployment", "web")
    assert set(job["spec"]) == {"template", "replicas", "strategy"}
    assert "restartPolicy" not in pod_spec(job)


@pytest.mark.parametrize(
    ("restart", "policy", "limit"),
    [
        ("no", "Never", 0),
        ("on-failure", "OnFailure", 2147483647),
        ("on-failure:0", "OnFailure", 2147483647),
        ("on-failure:5", "OnFailure", 5),
    ],
)
def test_a_job_is_tried_again_as_often_as_docker_does(restart: str, policy: str, limit: int) -> None:
    job = one({"image": "x", "restart": restart})
    assert job["kind"] == "Job"
    assert (pod_spec(job)["restartPolicy"], job["spec"]["backoffLimit"]) == (policy, limit)


@pytest.mark.parametrize(("written", "grace"), [(None, 10), ("0s", 0), ("500ms", 1), ("1m30s", 90)])
def test_a_pod_has_the_grace_that_docker_gives(written: str | None, grace: int) -> None:
    assert pod_spec(one({"image": "x", "stop_grace_period": written}))["terminationGracePeriodSeconds"] == grace


@pytest.mark.parametrize(
    ("modes", "strategy"),
    [(["ReadWriteOnce"], "Recreate"), (["ReadWriteOncePod"], "Recreate"), (["ReadWriteMany"], "RollingUpdate"), (None, "Recreate")],
)
def test_the_old_pod_goes_first_where_only_one_node_can_mount_the_claim(modes: list[str] | None, strategy: str) -> None:
    manifests = scaffold("web")
    pod_spec(manifests.workload("web"))["volumes"] = [
        {"name": "t", "emptyDir": {}},
        {"name": "d", "persistentVolumeClaim": {"claimName": "d"}},
    ]
    if modes:
        manifests.add({"kind": "PersistentVolumeClaim", "metadata": {"name": "d"}, "spec": {"accessModes": modes}})
    list(Lifecycle().apply(manifests, project_of({"web": {"image": "x", "scale": 2}}), Target()))
    assert manifests.workload("web")["spec"]["strategy"]["type"] == strategy


@pytest.mark.parametrize(
    ("service", "strategy"),
    [
        ({}, {"type": "Recreate"}),
        ({"deploy": {"update_config": {"order": "stop-first"}}}, {"type": "Recreate"}),
        (
            {"deploy": {"update_config": {"order": "start-first"}}},
            {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        ),
        ({"scale": 2}, {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
    ],
)
def test_one_pod_is_gone_before_the_next_starts_unless_start_first_says_so(service: dict[str, Any], strategy: dict[str, Any]) -> None:
    assert one({"image": "x", **service})["spec"]["strategy"] == strategy


def test_other_affinity_stays() -> None:
    manifests = scaffold("web")
    pod_spec(manifests.workload("web"))["affinity"] = {"podAffinity": {"x": 1}, "nodeAffinity": {"old": 1}}
    list(Lifecycle().apply(manifests, project_of({"web": {"image": "x"}}), Target()))
    assert pod_spec(manifests.workload("web"))["affinity"] == {"podAffinity": {"x": 1}}


def test_the_name_of_a_job_changes_with_what_compose_says_of_it_and_with_nothing_else() -> None:
    base = {"image": "x", "command": ["a"]}
    name = job_name(project_of({"job": base}), "job")
    assert name == job_name(project_of({"job": {**base}, "other": {"image": "y"}}), "job")
    assert name.startswith("job-")
    assert len(name) == 12
    changed = [{**base, "command": ["b"]}, {**base, "image": "x:2"}, {**base, "environment": {"A": "1"}}]
    assert len({name, *(job_name(project_of({"job": service}), "job") for service in changed)}) == 4
    assert name != job_name(project_of({"job": base}, settings=Settings(images={"job": "y"})), "job")
    together = {"job": base, "side": {"image": "s", "network_mode": "service:job"}}
    assert job_name(project_of(together), "job") == job_name(project_of(together), "side") != name


def test_the_name_of_a_job_changes_with_its_configs() -> None:
    service = {"image": "x", "configs": [{"source": "conf"}]}
    one, two = (job_name(project_of({"job": service}, configs={"conf": {"content": content}}), "job") for content in "ab")
    assert one != two


def test_the_name_of_a_job_fits_whatever_the_service_is_called() -> None:
    name = job_name(project_of({"j" * 70: {"image": "x"}}), "j" * 70)
    assert len(name) <= 63


def test_a_hook_of_the_same_user_runs_and_one_of_another_does_not() -> None:
    service = {
        "image": "x",
        "user": "1000",
        "post_start": [{"command": ["a"], "user": "1000"}],
        "pre_stop": [{"command": ["b"], "privileged": True}],
    }
    assert hooks(project_of({"web": service}), "web") == {"postStart": {"exec": {"command": ["a"]}}}


def test_an_empty_word_of_a_hook_stays_a_word() -> None:
    service = {"image": "x", "pre_stop": [{"command": ["a", ""], "working_dir": "/x"}]}
    assert hooks(project_of({"web": service}), "web") == {"preStop": {"exec": {"command": ["/bin/sh", "-c", "cd /x && a ''"]}}}


def test_constraints_that_kubernetes_has_no_field_for_are_left_out() -> None:
    placement = {"constraints": ["node.role==manager", "node.labels.a==b/c", "engine.labels.x==y", "nonsense", "node.id==1"]}
    assert node_affinity([{"deploy": {"placement": placement}}]) == {}
    assert node_affinity([{"deploy": {"placement": None}}]) == {}
    assert spread([{"deploy": {"placement": {"preferences": [{"spread": "node.id"}]}}}], "web") == []
