"""How long, how often and where a service runs, how it ends, what it waits for, what it may use."""

from __future__ import annotations

from typing import Any

import pytest

from converter import ledger
from converter.compose.project import Target
from converter.intent.times import go, quantity
from tests.intent.samples import HAND_WRITTEN, PASSWORD, documents, project, verdict

GPU = "resources: {limits: {nvidia.com/gpu: 2}}"
DEVICES = "deploy.resources.reservations.devices"


def deploy(**keys: Any) -> dict[str, Any]:
    """A service with these keys of `deploy`."""
    return {"deploy": keys}


def resources(side: str, **amounts: Any) -> dict[str, Any]:
    """A service with these limits, or reservations."""
    return deploy(resources={side: amounts})


@pytest.mark.parametrize(
    ("route", "service", "kind", "pod", "expected"),
    [
        ("restart", {"restart": "always"}, "Deployment", "", "kept"),
        ("restart", {"restart": "unless-stopped"}, "DaemonSet", "", "translated"),
        ("restart", {"restart": "on-failure"}, "Deployment", "", "approximated"),
        ("restart", {"restart": "no"}, "Deployment", "", "approximated"),
        ("restart", {"restart": "on-failure:3"}, "Job", "", "kept"),
        ("restart", {"restart": "on-failure:4"}, "Job", "", "differs"),
        ("restart", {"restart": "no"}, "Job", "", "differs"),
        ("restart", {"restart": "always"}, "Job", "", "differs"),
        ("restart", {"restart": "no"}, "Job", "restartPolicy: Sometimes", "differs"),
        ("deploy.restart_policy.condition", deploy(restart_policy={"condition": "any"}), "Deployment", "", "kept"),
        ("deploy.restart_policy.condition", deploy(restart_policy={"condition": "on-failure"}), "Job", "", "kept"),
        ("deploy.restart_policy.max_attempts", deploy(restart_policy={"condition": "on-failure", "max_attempts": 3}), "Job", "", "kept"),
        ("deploy.restart_policy.max_attempts", deploy(restart_policy={"max_attempts": 3}), "Deployment", "", "approximated"),
        ("deploy.restart_policy.delay", deploy(restart_policy={"delay": "5s"}), "Deployment", "", "not needed"),
        ("deploy.replicas", deploy(replicas=2), "Deployment", "", "kept"),
        ("deploy.replicas", deploy(replicas=3), "Deployment", "", "differs"),
        ("scale", {"scale": 2}, "StatefulSet", "", "kept"),
        ("deploy.replicas", deploy(replicas=1, mode="replicated-job"), "Job", "", "kept"),
        ("deploy.mode", deploy(mode="global"), "DaemonSet", "", "kept"),
        ("deploy.mode", deploy(mode="global"), "Deployment", "", "differs"),
        ("deploy.mode", deploy(mode="global-job"), "Job", "", "translated"),
        ("deploy.replicas", deploy(replicas=3, mode="global"), "DaemonSet", "", "approximated"),
        ("deploy.update_config.order", deploy(update_config={"order": "start-first"}), "Deployment", "", "kept"),
        ("deploy.update_config.order", deploy(update_config={"order": "stop-first"}), "Deployment", "", "differs"),
        ("deploy.update_config.order", deploy(update_config={"order": "stop-first"}), "Job", "", "not needed"),
        ("deploy.update_config.delay", deploy(update_config={"delay": "5s"}), "Deployment", "", "not needed"),
        ("stop_grace_period", {"stop_grace_period": "30s"}, "Deployment", "", "kept"),
        ("stop_grace_period", {"stop_grace_period": "1m0s"}, "Deployment", "terminationGracePeriodSeconds: 60", "kept"),
        ("stop_grace_period", {"stop_grace_period": "1500ms"}, "Deployment", "terminationGracePeriodSeconds: 2", "translated"),
        ("stop_grace_period", {"stop_grace_period": "10s"}, "Deployment", "", "differs"),
        ("stop_signal", {"stop_signal": "SIGTERM"}, "Deployment", "", "not needed"),
        ("stop_signal", {"stop_signal": "SIGINT"}, "Deployment", "", "lost"),
    ],
)
def test_a_workload(route: str, service: dict[str, Any], kind: str, pod: str, expected: str) -> None:
    assert verdict(route, service, pod, kind=kind).verdict == expected


@pytest.mark.parametrize(
    ("command", "expected"), [("[/bin/sh, -c, 'kill -INT 1']", "kept"), ("[kill, -SIGINT, '1']", "kept"), ("[kill, -QUIT, '1']", "differs")]
)
def test_a_hook_may_send_the_signal(command: str, expected: str) -> None:
    container = f"lifecycle: {{preStop: {{exec: {{command: {command}}}}}}}"

    assert verdict("stop_signal", {"stop_signal": "SIGINT"}, container=container).verdict == expected


@pytest.mark.parametrize(
    ("hooks", "command", "route", "expected"),
    [
        ([{"command": ["warm", "up"]}], ["warm", "up"], "0.command", "kept"),
        ([{"command": ["warm", "up"]}], ["warm"], "0.command", "differs"),
        ([{"command": ["a", "$X"]}], ["a", "$X"], "0.command", "kept"),
        ([{"command": ["warm"], "working_dir": "/a b"}], ["/bin/sh", "-c", "cd '/a b' && warm"], "0.working_dir", "kept"),
        ([{"command": ["warm"], "working_dir": "/a b"}], ["/bin/sh", "-c", "cd '/a b' && warm"], "0.command", "kept"),
        ([{"command": ["warm"], "environment": {"A": "b c"}}], ["/bin/sh", "-c", "export A='b c' && warm"], "0.environment.A", "kept"),
        ([{"command": ["warm"], "environment": {"A": "b c"}}], ["/bin/sh", "-c", "warm"], "0.environment.A", "lost"),
        ([{"command": ["a"]}, {"command": ["b"]}], ["/bin/sh", "-c", "(a) && (b)"], "1.command", "kept"),
        ([{"command": ["a"]}, {"command": ["b"]}], ["/bin/sh", "-c", "(a) && (c)"], "1.command", "differs"),
        ([{"command": ["a"]}, {"command": ["b"]}], ["/bin/sh", "-c", "(a) && ("], "1.command", "lost"),
        ([{"command": ["a", PASSWORD]}], ["/bin/sh", "-c", 'a "${CDB_DB_PASSWORD}"'], "0.command", "translated"),
        ([{"command": ["a"], "user": "root"}], ["b"], "0.command", "differs"),
        ([{"command": ["a"], "privileged": True}], None, "0.command", "refused"),
        ([{"command": ["a"], "user": "root"}], None, "0.user", "not needed"),
        ([{"command": ["a"]}], None, "0.command", "lost"),
    ],
)
def test_hooks(hooks: list[dict[str, Any]], command: list[str] | None, route: str, expected: str) -> None:
    reference = "env: [{name: CDB_DB_PASSWORD, valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}}]"
    container = f"{reference}\n          lifecycle: {{postStart: {{exec: {{command: {command}}}}}}}" if command else reference

    said = verdict(f"post_start.{route}", {"post_start": hooks}, container=container).verdict

    assert said == expected or (said, expected) == ("refused", "differs")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("[sh, -c, 'until nc -w 2 db-main 5432; do sleep 1; done']", "kept"),
        ("[sh, -c, 'timeout 60 sh -c \"until nc db-main 5432; do sleep 1; done\"']", "approximated"),
        ("[sh, -c, 'until nc -w 2 db-main.shop.svc 5432; do sleep 1; done']", "kept"),
        ("[sh, -c, 'until nc -w 2 other 5432; do sleep 1; done']", "lost"),
        ("[sh, -c, 'until nc -w 2 db-main-2 5432; do sleep 1; done']", "lost"),
    ],
)
def test_a_wait_for_a_service(command: str, expected: str) -> None:
    text = HAND_WRITTEN.replace('[sh, -c, "until nc -w 2 db-main 5432 </dev/null; do sleep 1; done"]', command)
    assert text != HAND_WRITTEN
    entries = ledger.entries(project(), documents(text), Target())

    assert next(one.verdict for one in entries if one.route == ("services", "web", "depends_on", "db_main", "condition")) == expected


@pytest.mark.parametrize(
    ("job", "expected"), [("job/migrate", "kept"), ("jobs/migrate", "kept"), ("job/other", "lost"), ("job/migrate, job/x", "lost")]
)
def test_a_wait_for_the_end_of_a_job(job: str, expected: str) -> None:
    entries = ledger.entries(project(), documents(HAND_WRITTEN.replace("job/migrate", job)), Target())

    assert next(one.verdict for one in entries if one.route == ("services", "web", "depends_on", "migrate", "condition")) == expected


ENDED = "kubectl, wait, '--for=jsonpath={.status.conditions[?(@.type<\"FailureTarget\")].status}=True', job/migrate, --timeout=1h"
ONCE = "kubectl, wait, --for=condition=complete, job/migrate, --timeout=0s"


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        pytest.param([ENDED, ONCE], "kept", id="its end, and then its success"),
        pytest.param([ENDED], "differs", id="its end alone, well or not"),
        pytest.param([ONCE], "lost", id="its success, without a wait"),
        pytest.param(["kubectl, wait, --for=condition=failed, job/migrate"], "differs", id="its failure"),
        pytest.param(["kubectl, wait, --for, 'jsonpath={.status.succeeded}=1', job/migrate"], "lost", id="with a word that is an object"),
        pytest.param(["kubectl, wait, '--for=jsonpath={.status.succeeded}=1', job/migrate"], "kept", id="a number of successes"),
        pytest.param(["sh, -c, 'until kubectl get job/migrate | grep -q 1/1; do sleep 1; done'"], "kept", id="a loop"),
    ],
)
def test_a_wait_is_for_the_end_and_the_success_of_a_job(commands: list[str], expected: str) -> None:
    written = "{name: wait-job, image: kubectl, command: [kubectl, wait, --for=condition=complete, job/migrate]}"
    mine = "\n        - ".join(f"{{name: wait-{number}, image: kubectl, command: [{words}]}}" for number, words in enumerate(commands))
    text = HAND_WRITTEN.replace(written, mine)
    assert text != HAND_WRITTEN
    entries = ledger.entries(project(), documents(text), Target())

    assert next(one.verdict for one in entries if one.route == ("services", "web", "depends_on", "migrate", "condition")) == expected


@pytest.mark.parametrize(
    ("dependency", "key", "expected"),
    [
        ({"condition": "service_started"}, "condition", "not needed"),
        ({"condition": "service_started", "required": False}, "required", "not needed"),
        ({"condition": "service_started", "restart": True}, "restart", "lost"),
        ({"condition": "service_started", "restart": False}, "restart", "not needed"),
    ],
)
def test_a_dependency_that_is_not_active_is_not_waited_for(dependency: dict[str, Any], key: str, expected: str) -> None:
    assert verdict(f"depends_on.gone.{key}", {"depends_on": {"gone": dependency}}).verdict == expected


@pytest.mark.parametrize(
    ("route", "service", "container", "expected"),
    [
        ("mem_limit", {"mem_limit": "536870912"}, "resources: {limits: {memory: 512Mi}}", "kept"),
        ("mem_limit", {"mem_limit": "536870912"}, "resources: {limits: {memory: 512M}}", "differs"),
        ("mem_limit", {"mem_limit": "536870912"}, "resources: {limits: {memory: lots}}", "lost"),
        ("mem_limit", {"mem_limit": "0"}, "", "not needed"),
        ("cpus", {"cpus": 0.5}, "resources: {limits: {cpu: 500m}}", "kept"),
        ("cpus", {"cpus": 2}, "resources: {limits: {cpu: 2}}", "kept"),
        ("cpus", {"cpus": 0.12345}, "resources: {limits: {cpu: 124m}}", "translated"),
        ("cpus", {"cpus": 0.5}, "resources: {requests: {cpu: 500m}}", "lost"),
        ("mem_reservation", {"mem_reservation": "1048576"}, "resources: {requests: {memory: 1Mi}}", "kept"),
        ("mem_reservation", {"mem_reservation": "2097152", "mem_limit": "1048576"}, "resources: {requests: {memory: 1Mi}}", "approximated"),
        ("deploy.resources.limits.cpus", resources("limits", cpus=0.25), "resources: {limits: {cpu: 250m}}", "kept"),
        ("deploy.resources.limits.memory", resources("limits", memory="1024"), "resources: {limits: {memory: 1024}}", "kept"),
        ("deploy.resources.limits.pids", resources("limits", pids=5), "", "lost"),
        ("deploy.resources.reservations.memory", resources("reservations", memory="1024"), "resources: {requests: {memory: 1Ki}}", "kept"),
        ("gpus.0.count", {"gpus": [{"count": 2}]}, GPU, "kept"),
        ("gpus.0.count", {"gpus": [{"count": -1}]}, GPU, "approximated"),
        ("gpus.0.count", {"gpus": [{"count": 2}]}, "", "refused"),
        (f"{DEVICES}.nvidia.driver", resources("reservations", devices=[{"driver": "nvidia", "count": 2}]), GPU, "kept"),
        (f"{DEVICES}.nvidia.driver", resources("reservations", devices=[{"driver": "nvidia", "count": 3}]), GPU, "approximated"),
        (f"{DEVICES}.nvidia.count", resources("reservations", devices=[{"driver": "nvidia", "count": 3}]), GPU, "approximated"),
        ("devices./dev/x.source", {"devices": [{"source": "/dev/y", "target": "/dev/x"}]}, "", "refused"),
        ("ulimits.nofile", {"ulimits": {"nofile": 65535}}, "", "lost"),
    ],
)
def test_resources(route: str, service: dict[str, Any], container: str, expected: str) -> None:
    assert verdict(route, service, container=container).verdict == expected


AFFINITY = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [%s]}]}}}"


@pytest.mark.parametrize(
    ("text", "pod", "expected"),
    [
        ("node.labels.disk == ssd", AFFINITY % "{key: disk, operator: In, values: [ssd]}", "kept"),
        ("node.labels.disk != ssd", AFFINITY % "{key: disk, operator: NotIn, values: [ssd]}", "kept"),
        ("node.labels.disk==ssd", "nodeSelector: {disk: ssd}", "kept"),
        ("node.platform.arch == x86_64", "nodeSelector: {kubernetes.io/arch: amd64}", "kept"),
        ("node.labels.disk == ssd", "nodeSelector: {disk: hdd}", "lost"),
        ("node.labels.disk == a/b", "", "refused"),
        ("node.role == manager", "", "approximated"),
    ],
)
def test_where_pods_run(text: str, pod: str, expected: str) -> None:
    service = deploy(placement={"constraints": [text]})

    assert verdict(f'deploy.placement.constraints."{text}"', service, pod).verdict == expected


def test_pods_are_spread() -> None:
    service = deploy(placement={"preferences": [{"spread": "node.labels.zone"}], "max_replicas_per_node": 1})
    pod = "topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1}]"

    assert verdict('deploy.placement.preferences."node.labels.zone".spread', service, pod).verdict == "kept"
    assert verdict('deploy.placement.preferences."node.labels.zone".spread', service).verdict == "lost"
    assert verdict("deploy.placement.max_replicas_per_node", service).verdict == "lost"


@pytest.mark.parametrize(
    ("route", "service", "expected"),
    [
        ("labels.team", {"labels": {"team": "shop"}}, "lost"),
        ('labels."a b"', {"labels": {"a b": "x"}}, "refused"),
        ('labels."cdb-convert/x"', {"labels": {"cdb-convert/x": "x"}}, "refused"),
        ("labels.token", {"labels": {"token": PASSWORD}}, "refused"),
        ("logging.driver", {"logging": {"driver": "json-file"}}, "not needed"),
        ("logging.driver", {"logging": {"driver": "gelf"}}, "lost"),
        ("logging.options.max-size", {"logging": {"driver": "json-file", "options": {"max-size": "1m"}}}, "not needed"),
        ("logging.options.address", {"logging": {"driver": "gelf", "options": {"address": "x"}}}, "lost"),
        ("build.context", {"build": {"context": "."}}, "not needed"),
        ("develop.watch.x.action", {"develop": {"watch": [{"path": "x", "action": "sync"}]}}, "not needed"),
    ],
)
def test_what_is_written_on_it_and_around_it(route: str, service: dict[str, Any], expected: str) -> None:
    assert verdict(route, service).verdict == expected


@pytest.mark.parametrize(("number", "text"), [(0, "0s"), (59, "59s"), (60, "1m0s"), (90, "1m30s"), (3600, "1h0m0s")])
def test_times_as_go_writes_them(number: int, text: str) -> None:
    assert go(number) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("500m", 0.5), ("1Ki", 1024), ("1k", 1000), ("1.5Gi", 1610612736), ("1e3", 1000), (2, 2), ("lots", None), (True, None), ("", None)],
)
def test_quantities(text: object, number: float | None) -> None:
    assert (None if (found := quantity(text)) is None else float(found)) == number


@pytest.mark.parametrize(("access", "expected"), [("ReadWriteOnce", "approximated"), ("ReadWriteMany", "kept")])
def test_a_pod_on_each_node_starts_on_one_where_its_claim_is_of_one(access: str, expected: str) -> None:
    pod = "volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]"
    claim = f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {{accessModes: [{access}]}}"

    assert verdict("deploy.mode", deploy(mode="global"), pod, kind="DaemonSet", more=claim).verdict == expected


@pytest.mark.parametrize(
    ("route", "service", "remedy"),
    [
        ("stop_signal", {"stop_signal": "SIGINT"}, "'lifecycle: {stop-signals"),
        ("ulimits.nofile", {"ulimits": {"nofile": 9}}, "on the nodes"),
    ],
)
def test_what_to_do_about_a_loss_stands_in_the_hint_before_accept(route: str, service: dict[str, Any], remedy: str) -> None:
    [found] = ledger.findings([verdict(route, service)])

    assert remedy not in found.message
    assert remedy in found.hint.partition("; or, if this is meant, 'accept'")[0]
