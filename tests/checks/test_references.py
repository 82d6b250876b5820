"""Whatever a bundle names is looked up in it."""

from __future__ import annotations

import base64
import copy
import random
from collections.abc import Mapping
from typing import Any

import pytest

from converter.checks import references
from converter.findings import Severity
from tests.checks.manifests import (
    SOUND,
    Object,
    autoscaler,
    binding,
    budget,
    claim,
    config,
    container,
    deployment,
    ingress,
    network_policy,
    of_kind,
    role,
    service,
    stateful_set,
    with_fault,
)


def said(*documents: Object, outside: tuple[tuple[str, str], ...] = (), hosts: Mapping[str, str] | None = None) -> list[str]:
    return [f"{finding.resource}: {finding.message}" for finding in references.check(documents, outside=outside, hosts=hosts)]


def web(**fields: Any) -> Object:
    return deployment(containers=[container(**fields)])


READY = "Deployment/web: spec.template.spec.containers[0].readinessProbe"
ENV = "spec.template.spec.containers[0].env[0].valueFrom"


def test_a_bundle_that_is_whole_has_nothing_to_say() -> None:
    account = of_kind("v1", "ServiceAccount", "a")
    pod = with_fault(web(), "@.serviceAccountName", "a")
    scaler = with_fault(autoscaler(), "spec.scaleTargetRef.kind", "StatefulSet")
    other = deployment("db", volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])
    assert said(pod, service(), ingress(), budget(), network_policy(), claim(), other, role(), of_kind("v1", "Service", "db")) == [
        "Deployment/web: spec.template.spec.serviceAccountName names ServiceAccount 'a', which is not in the bundle"
    ]
    assert scaler["spec"]["scaleTargetRef"]["kind"] == "StatefulSet"
    assert said(pod, account) == []


def test_the_same_object_twice_is_an_error_another_namespace_is_another_object() -> None:
    assert said(config(), config()) == ["ConfigMap/config: stands twice in the bundle"]
    assert said(config(), with_fault(config(), "metadata.namespace", "other")) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}}]},
            f"{ENV}.configMapKeyRef.name names ConfigMap 'c'",
        ),
        ({"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]}, f"{ENV}.secretKeyRef.name names Secret 's'"),
        (
            {"envFrom": [{"configMapRef": {"name": "c"}}]},
            "spec.template.spec.containers[0].envFrom[0].configMapRef.name names ConfigMap 'c'",
        ),
        ({"envFrom": [{"secretRef": {"name": "s"}}]}, "spec.template.spec.containers[0].envFrom[0].secretRef.name names Secret 's'"),
    ],
)
def test_a_variable_from_what_is_not_there_is_an_error(fields: dict[str, Any], message: str) -> None:
    assert said(web(**fields)) == [f"Deployment/web: {message}, which is not in the bundle"]


def test_what_is_made_apart_or_optional_or_by_an_operator_is_not_missed() -> None:
    reference = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    assert said(web(env=[reference]), outside=(("Secret", "s"),)) == []
    external = of_kind("external-secrets.io/v1", "ExternalSecret", "e", spec={"target": {"name": "s"}})
    assert said(web(env=[reference]), external) == []
    assert said(web(env=[reference]), of_kind("bitnami.com/v1alpha1", "SealedSecret", "s")) == []
    assert said(web(env=[reference]), of_kind("cert-manager.io/v1", "Certificate", spec={"secretName": "s"})) == []
    reference["valueFrom"]["secretKeyRef"]["optional"] = True  # type: ignore[index]  # it is a dict
    assert said(web(env=[reference])) == []


def test_a_key_that_a_config_map_lacks_is_an_error() -> None:
    env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "config", "key": "b"}}}]
    assert said(web(env=env), config(a="x")) == [
        f"Deployment/web: {ENV}.configMapKeyRef.key names the key 'b', which ConfigMap 'config' does not have"
    ]
    volume = {"name": "v", "configMap": {"name": "config", "items": [{"key": "b", "path": "b"}]}}
    assert said(deployment(volumes=[volume]), config(a="x")) == [
        "Deployment/web: spec.template.spec.volumes[0].configMap.items[0].key names the key 'b', which ConfigMap 'config' does not have"
    ]


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ({"configMap": {"name": "c"}}, "volumes[0].configMap.name names ConfigMap 'c'"),
        ({"secret": {"secretName": "s"}}, "volumes[0].secret.secretName names Secret 's'"),
        ({"persistentVolumeClaim": {"claimName": "p"}}, "volumes[0].persistentVolumeClaim.claimName names PersistentVolumeClaim 'p'"),
        ({"projected": {"sources": [{"configMap": {"name": "c"}}]}}, "volumes[0].projected.sources[0].configMap.name names ConfigMap 'c'"),
        ({"projected": {"sources": [{"secret": {"name": "s"}}]}}, "volumes[0].projected.sources[0].secret.name names Secret 's'"),
    ],
)
def test_a_volume_of_what_is_not_there_is_an_error(volume: dict[str, Any], message: str) -> None:
    assert said(deployment(volumes=[{"name": "v", **volume}])) == [
        f"Deployment/web: spec.template.spec.{message}, which is not in the bundle"
    ]


def test_a_mount_needs_a_volume_of_the_pod() -> None:
    mounted = web(volumeMounts=[{"name": "v", "mountPath": "/v"}])
    assert said(mounted) == [
        "Deployment/web: spec.template.spec.containers[0].volumeMounts[0].name names the volume 'v', which the pod does not have"
    ]
    claimed = with_fault(stateful_set(), "@.containers.0.volumeMounts", [{"name": "v", "mountPath": "/v"}])
    claimed["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "v"}}]
    assert said(claimed, service()) == []


def test_a_probe_needs_the_port_that_it_names() -> None:
    assert said(web(readinessProbe={"httpGet": {"port": "admin"}})) == [
        f"{READY}.httpGet.port names the port 'admin', which the container does not have"
    ]
    assert said(web(readinessProbe={"httpGet": {"port": "http"}}, livenessProbe={"tcpSocket": {"port": 9}})) == []


@pytest.mark.parametrize(
    ("word", "told"), [("$(PASSWORD)", True), ("a $$$(PASSWORD)", True), ("$$(PASSWORD)", False), ("$(USER)", False), ("$PASSWORD", False)]
)
def test_a_probe_that_uses_a_variable_from_a_secret_is_said(word: str, *, told: bool) -> None:
    secret = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    probe = {"exec": {"command": ["redis-cli", "-a", word, "ping"]}}
    container = {"name": "a", "args": ["$(PASSWORD)"], "env": [{"name": "USER", "value": "u"}, secret], "readinessProbe": probe}
    pod = {"kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}}

    found = [finding.message for finding in references.check([pod], outside=[("Secret", "s")])]

    where = "spec.containers[0].readinessProbe.exec.command[2]"
    assert found == ([f"{where} uses '$(PASSWORD)', which is empty there: a probe knows only variables with a plain value"] if told else [])


def test_a_pull_secret_is_a_note_for_all_pods_together() -> None:
    pods = [with_fault(deployment(name), "@.imagePullSecrets", [{"name": "registry"}]) for name in ("a", "b")]
    (finding,) = references.check(pods)
    assert (finding.severity, "names Secret 'registry'" in finding.message) == (Severity.INFO, True)


def test_a_binding_needs_its_role_and_its_account() -> None:
    assert said(binding()) == [
        "RoleBinding/x: roleRef.name names Role 'r', which is not in the bundle",
        "RoleBinding/x: subjects[0].name names ServiceAccount 'a', which is not in the bundle",
    ]
    assert said(binding("x"), with_fault(role(), "metadata.name", "x"), of_kind("v1", "ServiceAccount", "a")) == []


def test_a_service_must_select_a_pod_and_find_its_port() -> None:
    assert said(service()) == ["Service/web: spec.selector selects no pod of the bundle"]
    assert said(service(), deployment(containers=[container(ports=[])])) == [
        "Service/web: spec.ports[0].targetPort names the port 'http', which no selected pod has"
    ]
    assert said(service(type="ExternalName", externalName="a.example")) == said(service(selector={})) == []


def test_a_stateful_set_needs_its_service() -> None:
    assert said(stateful_set()) == ["StatefulSet/web: spec.serviceName names Service 'web', which is not in the bundle"]


def test_an_ingress_needs_its_service_its_port_and_its_certificate() -> None:
    assert said(ingress()) == [
        "Ingress/x: spec.rules[0].http.paths[0].backend.service.name names Service 'web', which is not in the bundle"
    ]
    other = with_fault(ingress(), "spec.rules.0.http.paths.0.backend.service.port", {"name": "admin"})
    assert said(other, service(), deployment()) == [
        "Ingress/x: spec.rules[0].http.paths[0].backend.service.port.name names the port 'admin', which Service 'web' does not have"
    ]
    secured = with_fault(ingress(), "spec.tls", [{"secretName": "cert"}])
    assert said(secured, service(), deployment()) == ["Ingress/x: spec.tls[0].secretName names Secret 'cert': create it apart"]
    assert said(with_fault(secured, "metadata.annotations", {"cert-manager.io/issuer": "i"}), service(), deployment()) == []


def test_an_autoscaler_needs_its_target_and_the_replicas_to_itself() -> None:
    assert said(autoscaler()) == ["HorizontalPodAutoscaler/x: spec.scaleTargetRef.name names Deployment 'web', which is not in the bundle"]
    assert said(autoscaler(), deployment()) == [
        "HorizontalPodAutoscaler/x: spec.scaleTargetRef scales Deployment 'web', whose 'spec.replicas' sets it back at each apply"
    ]


def test_a_policy_and_a_budget_must_select_a_pod() -> None:
    assert said(budget(), network_policy()) == [
        "PodDisruptionBudget/x: spec.selector selects no pod of the bundle",
        "NetworkPolicy/x: spec.podSelector selects no pod of the bundle",
    ]
    peers = [
        {
            "from": [
                {"podSelector": {"matchLabels": {"app": "gone"}}},
                {"podSelector": {}},
                {"namespaceSelector": {}, "podSelector": {"a": "b"}},
            ]
        }
    ]
    assert said(network_policy(podSelector={}, ingress=peers), deployment()) == [
        "NetworkPolicy/x: spec.ingress[0].from[0].podSelector selects no pod of the bundle"
    ]


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ({"key": "app", "operator": "In", "values": ["web", "db"]}, True),
        ({"key": "app", "operator": "In", "values": ["db"]}, False),
        ({"key": "app", "operator": "NotIn", "values": ["db"]}, True),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "tier", "operator": "Exists"}, False),
        ({"key": "tier", "operator": "DoesNotExist"}, True),
        ({"key": "app", "operator": "Like"}, False),
    ],
)
def test_expressions_select_as_kubernetes_does(expression: dict[str, Any], matches: bool) -> None:  # noqa: FBT001 (a table's column)
    assert (said(budget(selector={"matchExpressions": [expression]}), deployment()) == []) is matches


def test_a_claim_for_one_node_in_several_pods_is_a_warning() -> None:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    first, second = deployment("a", volumes=volumes), deployment("b", volumes=volumes)
    assert said(claim(), first, second) == ["Deployment/b: shares the claim 'data' with 'a', and only one node at a time can mount it"]
    near = with_fault(second, "@.affinity", {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "x"}]}})
    assert said(claim(), first, near) == said(claim(accessModes=["ReadWriteMany"]), first, second) == []
    assert said(claim(), with_fault(first, "spec.replicas", 2)) == [
        "Deployment/a: spec.template.spec.volumes[0] mounts 'data', which one node at a time can mount, in 2 pods"
    ]
    each = with_fault(first, "kind", "DaemonSet")
    (message,) = said(claim(), each, second)
    assert "in a pod on each node" in message
    assert said(claim(accessModes=["ReadWriteMany"]), each, second) == []
    (message,) = said(claim(), with_fault(first, "spec.strategy", {}))
    assert "a rolling update starts the new pod before the old one has gone" in message


HOSTS = {"cdb_redis": "redis", "redis": "redis", "bot_ws": "bot_ws", "localhost": "x"}


@pytest.mark.parametrize(
    ("variable", "text", "host"),
    [
        ("REDIS_HOST", "cdb_redis", "cdb_redis"),
        ("URL", "redis://:pw@cdb_redis:6379/0", "cdb_redis"),
        ("URL", "http://bot_ws/health", "bot_ws"),
        ("SERVERS", "a.example:1,CDB_REDIS:6379", "cdb_redis"),
        ("X", "cdb_redis:6379", "cdb_redis"),
        ("NAME", "cdb_redis", ""),
        ("REDIS_HOST", "redis", ""),
        ("X", "my-cdb_redis:6379", ""),
        ("X", "/etc/cdb_redis:ro", ""),
        ("X", "cdb_redis.example:6379", ""),
        ("X", "http://cdb_redis.example/", ""),
        ("X", "localhost:80", ""),
        ("X", "cdb_redis: is up", ""),
    ],
)
def test_a_host_of_compose_that_no_service_carries_is_an_error(variable: str, text: str, host: str) -> None:
    redis = deployment("redis")
    found = said(web(env=[{"name": variable, "value": text}]), redis, service("redis"), hosts=HOSTS)
    expected = (
        f"Deployment/web: spec.template.spec.containers[0].env[0].value names the host '{host}', which does not resolve in the cluster"
    )
    assert found == ([expected] if host else [])


def test_hosts_are_looked_for_in_commands_probes_and_files() -> None:
    probe = {"exec": {"command": ["wget", "http://bot_ws:8000/"]}}
    found = said(web(args=["--target", "bot_ws:8000"], readinessProbe=probe), config(file="targets: [bot_ws:8000]"), hosts=HOSTS)
    assert [message.split(" names ")[0] for message in found] == [
        "Deployment/web: spec.template.spec.containers[0].args[1]",
        "Deployment/web: spec.template.spec.containers[0].readinessProbe.exec.command[1]",
        "ConfigMap/config: data.file",
    ]


def test_of_the_value_of_a_secret_only_the_host_is_told() -> None:
    url = "redis://:hunter2@cdb_redis:6379/0"
    plain = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"REDIS_URL": url, "PASSWORD": "cdb_redis"}}
    coded = {key: base64.b64encode(text.encode()).decode() for key, text in plain["stringData"].items()}  # type: ignore[attr-defined]  # a dict
    for fields in (plain, {**plain, "stringData": {}, "data": {**coded, "BYTES": "/w=="}}):
        key = "stringData" if fields is plain else "data"
        assert said(fields, hosts=HOSTS) == [f"Secret/s: {key}.REDIS_URL names the host 'cdb_redis', which does not resolve in the cluster"]


def test_a_host_with_a_dot_may_be_known_outside() -> None:
    found = list(
        references.check([web(args=["https://id.example.com/", "http://redis/"])], hosts={"id.example.com": "proxy", "redis": "redis"})
    )
    assert [(one.severity, one.message.partition(" names ")[2]) for one in found] == [
        (Severity.WARNING, "the host 'id.example.com', which does not resolve in the cluster unless a name server outside knows it"),
        (Severity.ERROR, "the host 'redis', which does not resolve in the cluster"),
    ]


def test_a_host_that_the_pod_itself_knows_resolves() -> None:
    aliases = with_fault(web(args=["bot_ws:8000"]), "@.hostAliases", [{"ip": "10.0.0.1", "hostnames": ["bot_ws"]}])
    assert said(aliases, hosts=HOSTS) == []
    assert said(web(args=["redis:1"]), hosts=HOSTS, outside=(("Service", "redis"),)) == []


def test_so_does_one_in_a_file_that_only_this_pod_mounts() -> None:
    aliases = [{"ip": "10.0.0.1", "hostnames": ["bot_ws"]}]
    mounting = with_fault(web(), "@.volumes", [{"name": "files", "configMap": {"name": "config"}}])
    knowing, file = with_fault(mounting, "@.hostAliases", aliases), config(file="targets: [bot_ws:8000]")
    assert said(knowing, file, hosts=HOSTS) == []
    other = with_fault(mounting, "metadata.name", "other")
    assert [message.split(" names ")[0] for message in said(knowing, other, file, hosts=HOSTS)] == ["ConfigMap/config: data.file"]


def test_the_name_of_an_upstream_of_nginx_is_no_host() -> None:
    text = "upstream bot_ws { server bot-ws:8000; }\nserver { location / { proxy_pass http://bot_ws; } }\n"
    assert said(config(file=text), hosts=HOSTS) == []


def test_the_name_server_that_only_docker_has_is_told() -> None:
    found = said(web(), config(file="resolver 127.0.0.11 valid=10s;", other="10.127.0.0.11"))
    assert found == ["ConfigMap/config: data.file asks the name server 127.0.0.11, which only Docker has"]


def test_no_wrong_type_makes_a_look_up_raise() -> None:
    source = random.Random(34)  # noqa: S311 (the same mutants at each run)
    junk: tuple[Any, ...] = (None, 5, "x", True, [], {}, [1], ["x"], [None], [{}], {"a": 1}, {"a": None}, [["x"]])
    mounted = web(
        env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "config", "key": "a"}}}], envFrom=[{"configMapRef": {"name": "c"}}]
    )
    bundle = [
        *(make() for make in SOUND),
        mounted,
        deployment(volumes=[{"name": "v", "configMap": {"name": "config", "items": [{"key": "a"}]}}]),
    ]

    def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [path, *(found for key, item in below for found in paths(item, (*path, key)))]

    for _ in range(600):
        mutant: Any = copy.deepcopy(bundle)
        for place in source.sample([path for path in paths(mutant) if len(path) > 1], 5):
            target = mutant
            try:
                for step in place[:-1]:
                    target = target[step]
                target[place[-1]] = source.choice(junk)
            except (TypeError, KeyError, IndexError):
                continue  # an earlier mutation took the place away
        list(references.check(mutant, hosts=HOSTS))


def test_what_kubernetes_puts_into_every_namespace_is_there() -> None:
    authority = {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}
    volume = {"name": "ca", "projected": {"sources": [{"configMap": authority}]}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}], "volumes": [volume]}}

    assert list(references.check([pod])) == []
