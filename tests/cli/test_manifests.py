"""`diff --manifests`: what a run wrote is what it wrote, in whatever form; what is changed in it is told in Compose's words."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter import yaml
from tests.cli.command import cdb
from tests.cli.projects import reference

Object = dict[str, Any]
SERVER: Object = {
    "uid": "6b68c981-eb8a-439b-ab54-8b66967f5197",
    "creationTimestamp": "2026-11-24T23:59:02Z",
    "generation": 1,
    "resourceVersion": "7",
    "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}],
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference stack, converted for Docker Desktop."""
    folder = reference(tmp_path_factory.mktemp("stack"))
    cdb(folder, "run", "-q", "--overlay", "docker-desktop")
    return folder


@pytest.fixture
def documents(stack: Path) -> list[Object]:
    """The objects that the run wrote."""
    files = sorted((stack / "output" / "docker-desktop").glob("*.yaml"))
    found = [document for file in files for document in yaml.read(file.read_text(encoding="utf-8"), file.name)]
    return [document for document in found if document["kind"] != "Kustomization"]


@pytest.fixture
def told(stack: Path, tmp_path: Path) -> Callable[[list[Object]], str]:
    """What `diff` says of objects, written as JSON; "" if nothing."""

    def ask(objects: list[Object]) -> str:
        (tmp_path / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}), encoding="utf-8")
        done = cdb(stack, "diff", "-q", "--overlay", "docker-desktop", "--manifests", tmp_path)
        assert done.status == ("no difference" not in done.out)
        return "" if "no difference" in done.out else done.out

    return ask


def test_what_a_run_wrote_is_no_difference(stack: Path) -> None:
    done = cdb(stack, "diff", "-q", "--overlay", "docker-desktop", "--manifests", "output/docker-desktop")

    assert (done.status, done.out) == (0, "output/docker-desktop: no difference\n")


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")
def test_what_kustomize_makes_of_it_is_no_difference(stack: Path, tmp_path: Path) -> None:
    done = subprocess.run(["kubectl", "kustomize", str(stack / "output/docker-desktop")], capture_output=True, text=True, check=True)  # noqa: S607 - the user's own
    (tmp_path / "all.yaml").write_text(done.stdout, encoding="utf-8")

    assert cdb(stack, "diff", "-q", "--overlay", "docker-desktop", "--manifests", tmp_path / "all.yaml").status == 0


def test_neither_is_json_nor_another_order(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    assert told(documents[::-1]) == ""


def test_neither_is_what_a_server_fills_in(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    assert told([served(document) for document in documents]) == ""


def test_neither_is_a_default_that_is_left_out(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    for document in documents:
        if document["kind"] == "Service":
            for port in document["spec"]["ports"]:
                del port["protocol"]

    assert told(documents) == ""


def served(document: Object) -> Object:
    """An object as kube-apiserver 1.34 gives it back."""
    one = copy.deepcopy(document)
    one["metadata"] |= SERVER
    spec = one.get("spec", {})
    match one["kind"]:
        case "Deployment":
            fill(spec, progressDeadlineSeconds=600, revisionHistoryLimit=10)
            served_pod(spec["template"])
            one["status"] = {"replicas": 1, "conditions": [{"type": "Available", "status": "True"}]}
        case "Service":
            fill(spec, type="ClusterIP", internalTrafficPolicy="Cluster", sessionAffinity="None", ipFamilyPolicy="SingleStack")
            fill(spec, clusterIP="10.96.7.7", clusterIPs=["10.96.7.7"], ipFamilies=["IPv4"])
            if spec["type"] != "ClusterIP":
                fill(spec, externalTrafficPolicy="Cluster")
            one["status"] = {"loadBalancer": {}}
        case "PersistentVolumeClaim":
            fill(spec, volumeMode="Filesystem")
            one["metadata"]["finalizers"] = ["kubernetes.io/pvc-protection"]
            one["status"] = {"phase": "Pending"}
        case "Namespace":
            one["spec"] = {"finalizers": ["kubernetes"]}
            one["status"] = {"phase": "Active"}
        case _:
            pass
    return one


def served_pod(template: Object) -> None:
    """Fill in a pod template as a server does."""
    template["metadata"]["creationTimestamp"] = None
    pod = template["spec"]
    fill(pod, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler", securityContext={})
    for container in [*pod["containers"], *pod.get("initContainers", ())]:
        fill(container, resources={}, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File")
        for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
            if probe in container:
                fill(container[probe], successThreshold=1, timeoutSeconds=1, periodSeconds=10, failureThreshold=3)


def fill(place: Object, **values: Any) -> None:
    """Put values where nothing stands."""
    for key, value in values.items():
        place.setdefault(key, value)


def container(documents: list[Object], name: str) -> Object:
    """The container of a Deployment."""
    found = next(one for one in documents if (one["kind"], one["metadata"]["name"]) == ("Deployment", name))
    first: Object = found["spec"]["template"]["spec"]["containers"][0]
    return first


def test_a_mount_that_is_gone_is_told_once_with_the_container(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    one = container(documents, "prometheus")
    one["volumeMounts"] = [mount for mount in one["volumeMounts"] if mount["mountPath"] != "/etc/prometheus/prometheus.yml"]

    out = told(documents)

    assert re.search(r'services.prometheus.volumes."/etc/prometheus/prometheus.yml": lost\n', out)
    assert re.search(r"manifest  nothing(  \(|\n    at        ).*all.json:\d+", out)
    assert "readOnly" not in out


def test_a_request_is_shown_where_it_differs_without_the_header_of_the_tool(
    documents: list[Object], told: Callable[[list[Object]], str]
) -> None:
    probe = container(documents, "signal-engine")["readinessProbe"]["httpGet"]
    assert [header["name"] for header in probe["httpHeaders"]] == ["Host"]
    probe["port"] = 8009

    out = told(documents)

    assert 'http://localhost:8009/health"]' in out
    assert "Host:" not in out


def test_a_long_value_is_shown_where_it_differs_and_whole_with_v(stack: Path, documents: list[Object], tmp_path: Path) -> None:
    words = container(documents, "bot-rest")["args"]
    assert "sleep 300" in words[-1]
    words[-1] = words[-1].replace("sleep 300", "sleep 301")
    (tmp_path / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": documents}), encoding="utf-8")
    ask = ("diff", "-q", "--overlay", "docker-desktop", "--manifests", tmp_path)

    short, whole = (cdb(stack, *ask, *more).out for more in ((), ("-v",)))

    for number in ("300", "301"):
        assert f"sleep {number}" in short
        assert " ".join(words[-1].replace("301", number).split()) in " ".join(whole.split()).replace('\\"', '"')


def test_a_changed_value_is_told_with_both_lines(documents: list[Object], told: Callable[[list[Object]], str], tmp_path: Path) -> None:
    container(documents, "redis")["image"] = "redis:6"

    lines = told(documents).splitlines()

    assert lines[0].startswith("docker-compose.yml:")
    assert lines[0].endswith("  services.redis.image: differs")
    assert lines[1].split() == ["Compose", "redis:7-alpine"]
    assert lines[2].split()[:2] == ["manifest", "redis:6"]
    assert f"({tmp_path.as_posix()}/all.json:1:" in lines[2]


def test_a_field_that_no_compose_value_asks_for_is_told_at_its_service(
    documents: list[Object], told: Callable[[list[Object]], str]
) -> None:
    container(documents, "redis")["securityContext"]["runAsNonRoot"] = False
    del container(documents, "redis")["imagePullPolicy"]

    said = told(documents)

    assert "  services.redis" in said
    assert "~ Deployment/redis spec.template.spec.containers.redis.securityContext.runAsNonRoot: true -> false" in said
    assert "- Deployment/redis spec.template.spec.containers.redis.imagePullPolicy: " in said


def test_a_container_that_is_not_there_is_one_line(documents: list[Object], told: Callable[[list[Object]], str], stack: Path) -> None:
    for one in documents:
        if one["metadata"]["name"] == "bot-ws" and one["kind"] == "Deployment":
            one["spec"]["template"]["spec"].pop("initContainers", None)

    said = told(documents)

    assert re.search(r"^    - Deployment/bot-ws spec\.template\.spec\.initContainers\.wait-for-redis: \d+ fields  \(", said, re.MULTILINE)
    assert "services.bot_ws.depends_on.redis.condition: " in said
    done = cdb(stack, "diff", "-v", "-q", "--overlay", "docker-desktop", "--manifests", "output/docker-desktop/redis.yaml")
    assert "Deployment/bot-ws" in done.out


def config_map(documents: list[Object], name: str) -> Object:
    """The data of a ConfigMap."""
    found: Object = next(one for one in documents if (one["kind"], one["metadata"]["name"]) == ("ConfigMap", name))["data"]
    return found


def test_of_a_changed_file_the_lines_are_told(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    data = config_map(documents, "postgres-files")
    ((key, text),) = data.items()
    data[key] = text.replace("NOT NULL UNIQUE", "UNIQUE", 1)
    number = text[: text.index("NOT NULL UNIQUE")].count("\n") + 1

    lines = told(documents).splitlines()

    assert lines[0].endswith('  services.postgres.volumes."/docker-entrypoint-initdb.d/01-schema.sql".source: differs')
    assert [line.split()[:2] for line in lines[4:6]] == [["-", f"{number}:"], ["+", f"{number}:"]]
    assert "NOT NULL UNIQUE" in lines[4]
    assert "NOT NULL UNIQUE" not in lines[5]


def test_a_line_that_may_hold_a_secret_is_not_told(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    data = config_map(documents, "prometheus-files")
    ((key, text),) = data.items()
    data[key] = text.replace("global:", "basic_auth:\n  password:\n    canary-4\nremote: http://u:canary-5@h/\nglobal:\n  more: 1")

    said = told(documents)

    assert "more: 1" in said
    assert "canary" not in said


def test_of_a_file_that_nothing_mounts_the_size_is_told(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    config_map(documents, "postgres-files")["more.conf"] = "requirepass canary-6\nport 1\n"

    said = told(documents)

    assert '+ ConfigMap/postgres-files data."more.conf": <2 lines>' in said
    assert "canary" not in said


def test_a_container_of_another_name_is_the_same_container(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    container(documents, "redis")["name"] = "cache"
    container(documents, "redis")["imagePullPolicy"] = "Always"

    said = told(documents)

    assert "~ Deployment/redis spec.template.spec.containers.redis.name: redis -> cache" in said
    assert "~ Deployment/redis spec.template.spec.containers.redis.imagePullPolicy: IfNotPresent -> Always" in said
    assert len(said.splitlines()) == 3


def test_a_changed_wait_is_shown_where_it_changed(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    for one in documents:
        if one["metadata"]["name"] == "execution-service" and one["kind"] == "Deployment":
            command = next(c for c in one["spec"]["template"]["spec"]["initContainers"] if c["name"] == "wait-for-postgres")["command"]
            command[-1] = command[-1].replace("nc -w 2 postgres 5432", "nc -w 2 postgres 5433")

    assert re.search(r" postgres 5432 \S.* -> \.\.\..* postgres 5433 .*\(depends_on\.postgres\.condition, ", told(documents))


def test_what_does_not_work_is_told_first(documents: list[Object], told: Callable[[list[Object]], str], stack: Path) -> None:
    for one in documents:
        if one["kind"] == "Service" and one["metadata"]["name"] == "redis":
            one["spec"]["selector"] = {"app": "rediss"}

    lines = told(documents).splitlines()

    assert lines[0] == "error: Service/redis: spec.selector selects no pod of the bundle"
    assert lines[1].startswith("    at        ")
    assert lines[3].endswith("  services.redis.ports.6379/tcp: lost")
    assert "selects no pod" not in cdb(stack, "diff", "-q", "--manifests", "output/docker-desktop").out


def test_an_object_too_few_and_one_too_many_are_told(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    rest = [one for one in documents if one["kind"] != "Namespace"]
    claim = next(one for one in documents if one["kind"] == "PersistentVolumeClaim")
    own = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own", "namespace": "claire"}, "data": {"a": "1"}}

    said = told([*rest, copy.deepcopy(claim), own])

    assert "a run also writes: Namespace/claire" in said
    assert "a run does not write: ConfigMap/own" in said
    assert f"there are two of: PersistentVolumeClaim/{claim['metadata']['name']}" in said


def test_a_secret_that_somebody_wrote_out_is_not_told(documents: list[Object], told: Callable[[list[Object]], str]) -> None:
    container(documents, "redis")["env"].append({"name": "OTHER_PASSWORD", "value": "canary-1"})
    for one in container(documents, "postgres")["env"]:
        if "valueFrom" in one:
            one.pop("valueFrom")
            one["value"] = "canary-2"
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "claire-secrets"}, "stringData": {"A": "canary-3"}}

    said = told([*documents, secret])

    assert "OTHER_PASSWORD" in said
    assert "canary" not in said
