"""A manifest with one fault is refused: by our rules, and by the very code of an API server."""

from __future__ import annotations

import copy
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from converter.checks import api, schema
from converter.findings import Finding, Severity
from converter.yaml import write
from tests.checks.manifests import (
    GONE,
    SOUND,
    Object,
    autoscaler,
    binding,
    budget,
    claim,
    config,
    container,
    cron_job,
    deployment,
    ingress,
    job,
    network_policy,
    role,
    secret,
    service,
    stateful_set,
    with_fault,
)

KVALIDATE = Path("~/.cache/cdb-cluster/bin/kvalidate").expanduser()
C = "@.containers.0."
EXEC = {"exec": {"command": ["true"]}}
HTTP = {"httpGet": {"path": "/", "port": 8080}}
LONG = "x" * 64

FAULTS: tuple[tuple[Object, str, Any, str], ...] = (
    (deployment(), "metadata.name", "cdb_redis", "metadata.name 'cdb_redis' must be lower case letters"),
    (deployment(), "metadata.name", "x" * 254, "metadata.name is longer than 253"),
    (service(), "metadata.name", "1web", "metadata.name '1web' must be"),
    (service(), "metadata.name", LONG, "metadata.name is longer than 63"),
    (deployment(), "metadata.namespace", "a.b", "metadata.namespace 'a.b'"),
    (deployment(), "metadata.labels", {"a": "-b"}, "metadata.labels.a '-b' must be"),
    (deployment(), "metadata.labels", {"a": LONG}, "metadata.labels.a is longer than 63"),
    (deployment(), "metadata.labels", {"a/b/c": "x"}, "'a/b' must be"),
    (deployment(), "metadata.labels", {"/b": "x"}, "'/b' has nothing before '/'"),
    (deployment(), "metadata.labels", {"a/": "x"}, "'a/' has no name"),
    (deployment(), "metadata.annotations", {"a b": "x"}, "'a b' must be"),
    (deployment(), "metadata.annotations", {"a": "x" * 262144}, "hold more than 256 KiB"),
    (deployment(), "spec.template.metadata.labels.b", "_", "spec.template.metadata.labels.b '_' must be"),
    (cron_job(), "metadata.name", "x" * 53, "longer than 52"),
    (job(), "metadata.name", LONG, "longer than 63"),
    (deployment(), "spec.selector.matchLabels.b", "c", "does not match the labels"),
    (deployment(), "spec.selector", {}, "spec.selector is empty"),
    (deployment(), "spec.replicas", -1, "spec.replicas must be 0 or more"),
    (deployment(), "spec.minReadySeconds", 600, "must be more than 'minReadySeconds'"),
    (deployment(), "spec.strategy.rollingUpdate", {"maxSurge": 1}, "must not stand beside 'Recreate'"),
    (deployment(), "spec.strategy", {"type": "Gradual"}, "'Gradual' must be one of RollingUpdate, Recreate"),
    (deployment(), "spec.strategy", {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}, "must not be 0 where 'maxSurge' is 0"),
    (deployment(), "@.restartPolicy", "OnFailure", "restartPolicy must be 'Always'"),
    (stateful_set(), "spec.podManagementPolicy", "Fast", "'Fast' must be one of"),
    (job(), "@.restartPolicy", "Always", "must be 'OnFailure' or 'Never'"),
    (job(), "spec.backoffLimit", -1, "spec.backoffLimit must be 0 or more"),
    (cron_job(), "spec.schedule", "every day", "is not a schedule"),
    (cron_job(), "spec.concurrencyPolicy", "Maybe", "'Maybe' must be one of"),
    (cron_job(), "@.restartPolicy", GONE, "must be 'OnFailure' or 'Never'"),
    (deployment(), "@.containers", [], "containers is empty"),
    (deployment(), C + "image", "", "image is missing"),
    (deployment(), C + "name", "a_b", "'a_b' must be"),
    (deployment(), "@.containers.1", container(ports=[]), "'web' stands there already"),
    (deployment(), "@.initContainers.0", {"name": "web", "image": "x"}, "'web' stands there already"),
    (deployment(), "@.initContainers.0", {"name": "init", "image": "x", "livenessProbe": EXEC}, "does not restart"),
    (deployment(), C + "ports.0.containerPort", 0, "'0' is not a port"),
    (deployment(), C + "ports.0.containerPort", 70000, "'70000' is not a port"),
    (deployment(), C + "ports.0.name", "8080", "'8080' must be"),
    (deployment(), C + "ports.0.name", "a--b", "'a--b' must be"),
    (deployment(), C + "ports.0.name", "much-too-long-name", "longer than 15"),
    (deployment(), C + "ports.1", {"name": "http", "containerPort": 81}, "'http' stands there already"),
    (deployment(), C + "ports.0.protocol", "ICMP", "'ICMP' must be one of"),
    (deployment(hostNetwork=True), C + "ports.0.hostPort", 81, "must equal 'containerPort'"),
    (deployment(), C + "ports", [{"containerPort": n, "hostPort": 80} for n in (1, 2)], "'80/TCP' stands there already"),
    (deployment(), C + "imagePullPolicy", "Sometimes", "'Sometimes' must be one of"),
    (deployment(), C + "terminationMessagePolicy", "Print", "'Print' must be one of"),
    (deployment(), C + "env", [{"name": "A=B", "value": "x"}], "'A=B' must be printable"),
    (deployment(), C + "env", [{"name": "", "value": "x"}], "'' must be printable"),
    (deployment(), C + "env.0", {"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}, "beside 'value'"),
    (deployment(), C + "env.0", {"name": "A", "valueFrom": {}}, "exactly one source"),
    (deployment(), C + "env.0", {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.x"}}}, "no field that a container can read"),
    (deployment(), C + "env.0", {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "a b"}}}, "'a b' must be letters"),
    (deployment(), C + "envFrom", [{"configMapRef": {"name": "a"}, "secretRef": {"name": "b"}}], "exactly one source"),
    (deployment(), C + "envFrom", [{"configMapRef": {"name": "A_B"}}], "'A_B' must be"),
    (deployment(volumes=[{"name": "v"}]), C + "volumeMounts", [{"name": "v", "mountPath": "/a"}] * 2, "'/a' stands there already"),
    (deployment(volumes=[{"name": "v"}]), C + "volumeMounts", [{"name": "v", "mountPath": ""}], "mountPath is missing"),
    (deployment(volumes=[{"name": "v"}]), C + "volumeMounts", [{"name": "v", "mountPath": "/a", "subPath": "../b"}], "without '..'"),
    (deployment(volumes=[{"name": "v"}]), C + "volumeMounts", [{"name": "v", "mountPath": "/a", "subPath": "/b"}], "without '..'"),
    (
        deployment(volumes=[{"name": "v"}]),
        C + "volumeMounts",
        [{"name": "v", "mountPath": "/a", "subPath": "b", "subPathExpr": "c"}],
        "must not stand beside 'subPath'",
    ),
    (deployment(), "@.volumes", [{"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}], "'v' stands there already"),
    (deployment(), "@.volumes", [{"name": "v", "emptyDir": {}, "configMap": {"name": "c"}}], "must have one source"),
    (deployment(), "@.volumes", [{"name": "redis_data", "emptyDir": {}}], "'redis_data' must be"),
    (deployment(), "@.volumes", [{"name": "v", "configMap": {"name": "c", "defaultMode": 0o1000}}], "between 0 and 0777"),
    (
        deployment(),
        "@.volumes",
        [{"name": "v", "projected": {"sources": [{"secret": {"name": "s", "items": [{"key": "k", "path": "../p"}]}}]}}],
        "without '..'",
    ),
    (deployment(), "@.volumes", [{"name": "v", "hostPath": {"path": "/a/../b"}}], "without '..'"),
    (deployment(), "@.volumes", [{"name": "v", "hostPath": {"path": "/a", "type": "Folder"}}], "'Folder' must be one of"),
    (deployment(), "@.volumes", [{"name": "v", "emptyDir": {"sizeLimit": "-1Mi"}}], "must not be negative"),
    (deployment(), C + "resources.requests", {"cpu": "1", "memory": "1Mi", "ephemeral-storage": "-1"}, "must not be negative"),
    (deployment(), C + "resources", {"requests": {"cpu": 2}, "limits": {"cpu": "500m"}}, "'2' is more than the limit '500m'"),
    (deployment(), C + "resources.limits", {"memory": "512MB"}, "'512MB' is not a quantity"),
    (deployment(), C + "resources.limits", {"memory": "lots"}, "'lots' is not a quantity"),
    (deployment(), C + "resources.limits", {"gpu": 1}, "'gpu' is no resource"),
    (deployment(), C + "readinessProbe", {"periodSeconds": 1}, "exactly one of exec, httpGet"),
    (deployment(), C + "readinessProbe", {**EXEC, **HTTP}, "exactly one of exec, httpGet"),
    (deployment(), C + "readinessProbe", {"exec": {"command": []}}, "exec.command is missing"),
    (deployment(), C + "readinessProbe", {"httpGet": {"port": 0}}, "'0' is not a port"),
    (deployment(), C + "readinessProbe", {"tcpSocket": {"port": "A_B"}}, "'A_B' must be"),
    (deployment(), C + "readinessProbe", {"grpc": {"port": 0}}, "'0' is not a port"),
    (deployment(), C + "readinessProbe", {"httpGet": {"port": 80, "scheme": "FTP"}}, "'FTP' must be one of"),
    (deployment(), C + "livenessProbe", {**EXEC, "successThreshold": 2}, "successThreshold must be 1"),
    (deployment(), C + "startupProbe", {**EXEC, "periodSeconds": -1}, "periodSeconds must be 0 or more"),
    (deployment(), C + "readinessProbe", {**EXEC, "terminationGracePeriodSeconds": 5}, "must not be set"),
    (deployment(), C + "livenessProbe", {**EXEC, "terminationGracePeriodSeconds": 0}, "must be 1 or more"),
    (deployment(), C + "lifecycle.preStop", {**EXEC, "sleep": {"seconds": 1}}, "exactly one of exec"),
    (deployment(), C + "securityContext", {"runAsUser": -1}, "runAsUser must be 0 or more"),
    (deployment(), C + "securityContext", {"privileged": True, "allowPrivilegeEscalation": False}, "where 'privileged' is true"),
    (
        deployment(),
        C + "securityContext",
        {"capabilities": {"add": ["CAP_SYS_ADMIN"]}, "allowPrivilegeEscalation": False},
        "'CAP_SYS_ADMIN'",
    ),
    (deployment(), "@.securityContext", {"seccompProfile": {"type": "Localhost"}}, "must stand beside the type 'Localhost'"),
    (deployment(), "@.securityContext", {"seccompProfile": {"type": "None"}}, "'None' must be one of"),
    (deployment(), "@.securityContext", {"fsGroup": -1}, "fsGroup must be 0 or more"),
    (deployment(), "@.securityContext", {"fsGroupChangePolicy": "Never"}, "'Never' must be one of"),
    (deployment(), "@.securityContext", {"sysctls": [{"name": "net..core", "value": "1"}]}, "is not the name of a sysctl"),
    (deployment(), "@.securityContext", {"sysctls": [{"name": "net.core", "value": "1"}] * 2}, "'net.core' stands there already"),
    (deployment(), "@.hostname", "a_b", "'a_b' must be"),
    (deployment(), "@.subdomain", "A", "'A' must be"),
    (deployment(), "@.dnsPolicy", "Mine", "'Mine' must be one of"),
    (deployment(), "@.dnsPolicy", "None", "must not be empty where 'dnsPolicy' is 'None'"),
    (deployment(), "@.dnsConfig", {"nameservers": ["1.1.1.1"] * 4}, "three at most"),
    (deployment(), "@.dnsConfig", {"nameservers": ["one"]}, "'one' is not an IP address"),
    (deployment(), "@.hostAliases", [{"ip": "10.0.0", "hostnames": ["a"]}], "'10.0.0' is not an IP address"),
    (deployment(), "@.hostAliases", [{"ip": "10.0.0.1", "hostnames": ["a_b"]}], "'a_b' must be"),
    (deployment(), "@.serviceAccountName", "a_b", "'a_b' must be"),
    (deployment(), "@.activeDeadlineSeconds", 0, "must be 1 or more"),
    (deployment(hostPID=True), "@.shareProcessNamespace", True, "must not stand beside 'hostPID'"),
    (deployment(), "@.nodeSelector", {"a": "b c"}, "'b c' must be"),
    (deployment(), "@.tolerations", [{"key": "a", "operator": "Exists", "value": "b"}], "must not stand beside 'Exists'"),
    (deployment(), "@.tolerations", [{"key": "a", "operator": "Is", "value": "b"}], "'Is' must be one of"),
    (
        deployment(),
        "@.topologySpreadConstraints",
        [{"maxSkew": 0, "topologyKey": "a", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {}}],
        "maxSkew must be 1 or more",
    ),
    (
        deployment(),
        "@.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
        [{"matchExpressions": [{"key": "a", "operator": "In"}]}],
        "must stand beside 'In'",
    ),
    (
        deployment(),
        "@.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
        [{"matchExpressions": [{"key": "a", "operator": "Like", "values": ["b"]}]}],
        "'Like' must be one of",
    ),
    (
        deployment(),
        "@.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution",
        [{"topologyKey": "", "labelSelector": {"matchLabels": {"a": "b"}}}],
        "topologyKey is missing",
    ),
    (service(type="NodePort"), "spec.ports.0.nodePort", 3000, "'3000' is not between 30000 and 32767"),
    (service(), "spec.ports.0.nodePort", 30000, "must not stand in a Service of type 'ClusterIP'"),
    (service(), "spec.type", "Public", "'Public' must be one of"),
    (service(), "spec.ports", [{"port": 80}, {"name": "b", "port": 81}], "a Service with several ports names each"),
    (service(), "spec.ports", [{"name": "a", "port": 80}, {"name": "b", "port": 80}], "'80/TCP' stands there already"),
    (service(), "spec.ports", [{"name": "a", "port": 80}, {"name": "a", "port": 81}], "'a' stands there already"),
    (service(type="NodePort"), "spec.ports", [{"name": n, "port": ord(n), "nodePort": 30000} for n in "ab"], "'30000/TCP' stands there"),
    (service(), "spec.ports", [], "spec.ports is empty"),
    (service(), "spec.ports.0.port", 0, "'0' is not a port"),
    (service(), "spec.ports.0.name", "A", "'A' must be"),
    (service(), "spec.ports.0.targetPort", "much-too-long-name", "longer than 15"),
    (service(), "spec.ports.0.targetPort", 70000, "'70000' is not a port"),
    (service(), "spec.ports.0.protocol", "ICMP", "'ICMP' must be one of"),
    (service(type="ExternalName"), "spec.externalName", "", "spec.externalName '' must be"),
    (service(type="NodePort"), "spec.clusterIP", "None", "must not be 'None'"),
    (service(), "spec.clusterIP", "ten", "'ten' is not an IP address"),
    (service(), "spec.externalTrafficPolicy", "Local", "must not stand in a Service of type 'ClusterIP'"),
    (service(), "spec.sessionAffinity", "Cookie", "'Cookie' must be one of"),
    (service(), "spec.selector", {"a": "-"}, "'-' must be"),
    (config(), "data", {"a/b": "x"}, "'a/b' must be letters"),
    (config(), "data", {"..a": "x"}, "must not begin with '..'"),
    (config(), "data", {"a": "x" * 1048577}, "more than 1 MiB"),
    (config(a="x"), "binaryData", {"a": "eA=="}, "stands in 'data' too"),
    (secret(), "data", {"a b": "eA=="}, "'a b' must be letters"),
    (secret(type="kubernetes.io/tls"), "data", {"tls.crt": "eA=="}, "data['tls.key'] is missing"),
    (secret(), "data", {"a": "?"}, "data.a must be base64"),
    (claim(), "spec.accessModes", [], "spec.accessModes is empty"),
    (claim(), "spec.accessModes", ["RWO"], "'RWO' must be one of"),
    (claim(), "spec.accessModes", ["ReadWriteOncePod", "ReadWriteMany"], "must not stand beside another mode"),
    (claim(), "spec.resources.requests", {}, "storage is missing"),
    (claim(), "spec.resources.requests.storage", "0", "must be more than 0"),
    (claim(), "spec.resources.requests.storage", "1GB", "'1GB' is not a quantity"),
    (claim(), "spec.storageClassName", "A B", "'A B' must be"),
    (ingress(), "spec", {}, "must have 'rules' or 'defaultBackend'"),
    (ingress(), "spec.rules.0.http.paths.0.path", "a", "must begin with '/'"),
    (ingress(), "spec.rules.0.http.paths.0.path", "/a/../b", "must hold no '//'"),
    (ingress(), "spec.rules.0.http.paths.0.pathType", "Regex", "'Regex' must be one of"),
    (ingress(), "spec.rules.0.host", "10.0.0.1", "not an IP address"),
    (ingress(), "spec.rules.0.host", "a.*.b", "'a.*.b' must be"),
    (ingress(), "spec.rules.0.http.paths.0.backend", {}, "either a Service or a resource"),
    (ingress(), "spec.rules.0.http.paths.0.backend.service.port", {"number": 80, "name": "http"}, "either a number or a name"),
    (ingress(), "spec.rules.0.http.paths.0.backend.service.port", {"number": 70000}, "'70000' is not a port"),
    (network_policy(), "spec.ingress", [{"from": [{"ipBlock": {"cidr": "10.0.0"}}]}], "'10.0.0' is not an IP range"),
    (network_policy(), "spec.ingress", [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}]}], "not a part of"),
    (network_policy(), "spec.ingress", [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}], "beside a selector"),
    (network_policy(), "spec.ingress", [{"ports": [{"port": 0}]}], "'0' is not a port"),
    (network_policy(), "spec.ingress", [{"ports": [{"port": 1, "protocol": "X"}]}], "'X' must be one of"),
    (network_policy(), "spec.policyTypes", ["Inbound"], "'Inbound' must be one of"),
    (network_policy(), "spec.podSelector.matchLabels", {"a": "-"}, "'-' must be"),
    (autoscaler(), "spec.minReplicas", 3, "spec.maxReplicas must be 3 or more"),
    (autoscaler(), "spec.minReplicas", -1, "spec.minReplicas must be 1 or more"),
    (autoscaler(), "spec.maxReplicas", 0, "spec.maxReplicas must be 1 or more"),
    (budget(), "spec.maxUnavailable", 1, "must not stand beside 'minAvailable'"),
    (budget(), "spec.minAvailable", "half", "'half' must be a number or a share"),
    (deployment(), "spec.strategy", {"rollingUpdate": {"maxSurge": "1.5%"}}, "'1.5%' must be a number or a share"),
    (network_policy(), "spec.ingress", [{"from": [{}]}], "names no peer"),
    (ingress(), "spec.rules.0.http.paths.0.backend.service.name", "a_b", "'a_b' must be"),
    (binding(), "roleRef.kind", "Group", "'Group' must be one of Role"),
    (binding(), "subjects.0.kind", "Robot", "'Robot' must be one of"),
    (binding(), "subjects.0.name", "a_b", "'a_b' must be"),
    (role(), "metadata.name", "a/b", "'a/b' must not be"),
    (role(), "rules.0.verbs", [], "rules[0].verbs is empty"),
    (role(), "rules.0.resources", [], "rules[0].resources is empty"),
    (deployment(), "spec.replica", 1, "spec.replica is no field that Kubernetes knows"),
    (deployment(), C + "env", [{"name": "A", "value": 1}], "env[0].value must be text"),
)


def refusals(document: Object) -> list[Finding]:
    return [finding for finding in (*schema.check([document], "1.34"), *api.check([document])) if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("make", SOUND)
def test_a_sound_manifest_is_taken(make: Any) -> None:
    assert refusals(make()) == []


@pytest.mark.parametrize(("document", "path", "value", "says"), FAULTS, ids=lambda part: part if isinstance(part, str) else "")
def test_one_fault_is_found_and_nothing_else_is_said(document: Object, path: str, value: Any, says: str) -> None:
    found = refusals(with_fault(document, path, value))
    assert [finding for finding in found if says in finding.message], [finding.message for finding in found]
    assert len(found) == 1, [finding.message for finding in found]
    assert found[0].resource.startswith(document["kind"] + "/")


def test_a_variable_that_stands_twice_is_a_warning() -> None:
    document = with_fault(deployment(), C + "env", [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}])
    assert [finding.severity for finding in api.check([document])] == [Severity.WARNING]


def test_no_wrong_type_makes_a_rule_raise() -> None:
    source = random.Random(34)  # noqa: S311 (the same mutants at each run)
    junk: tuple[Any, ...] = (None, 5, -1, "x", True, [], {}, [1], ["x"], [None], {"a": 1}, {"a": None}, 1.5)

    def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [path, *(found for key, item in below for found in paths(item, (*path, key)))]

    for document, path, value, _ in FAULTS:
        faulty = with_fault(document, path, value)
        for place in source.sample(paths(faulty)[1:], 6):
            mutant = copy.deepcopy(faulty)
            target = mutant
            for step in place[:-1]:
                target = target[step]
            target[place[-1]] = source.choice(junk)
            list(api.check([mutant]))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[bool]:
    """Whether the code of an API server takes each faulty manifest; the last ones are the sound ones."""
    if not KVALIDATE.exists():
        pytest.skip("kvalidate is not built: ../shared/cluster/build.sh kvalidate")
    file = tmp_path_factory.mktemp("manifests") / "all.yaml"
    documents = [with_fault(document, path, value) for document, path, value, _ in FAULTS]
    file.write_text(write([*documents, *(make() for make in SOUND)]))
    done = subprocess.run([KVALIDATE, "-n", "ns", file], capture_output=True, text=True, check=False)
    return [bool(result["ok"]) for result in json.loads(done.stdout)["results"]]


@pytest.mark.kubernetes
@pytest.mark.parametrize("index", range(len(FAULTS)), ids=lambda index: f"{FAULTS[index][1]}-{FAULTS[index][3]}")
def test_an_api_server_refuses_the_same_fault(verdicts: list[bool], index: int) -> None:
    assert verdicts[index] is False


@pytest.mark.kubernetes
def test_an_api_server_takes_the_sound_manifests(verdicts: list[bool]) -> None:
    assert verdicts[len(FAULTS) :] == [True] * len(SOUND)
