"""What the guide asks of the reference stack stands in the committed output, and its advice that does not work as written is answered.

The values are those of the reference stack's own page: services, claims, the Secret's keys, ports, users, limits, waits. The second half
has a test for each statement S1 to S29 about the guide's advice that concerns manifests, named after it. Those that do not:

- S5 (`/health` answers 200 whatever is wrong) and S22 (no redis-cli, ping or psql in the programs' images) are about programs and about
  debugging: no field of a manifest changes what a program answers or brings. What a manifest can do about S5 is S6: the waits.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from converter import overlay, pipeline
from converter.compose.load import Inputs, load
from converter.errors import ConverterError
from converter.findings import Severity
from converter.kompose import provide
from converter.manifests import quantity
from converter.yaml import read
from tests.cli.command import cdb

ROOT = Path(__file__).parents[1]
OVERLAYS = ("docker-desktop", "production")
Objects = Mapping[tuple[str, str], dict[str, Any]]

PORTS = {
    "redis": 6379,
    "postgres": 5432,
    "bot-ws": 8000,
    "bot-rest": 8080,
    "signal-engine": 8001,
    "risk-manager": 8002,
    "execution-service": 8003,
    "prometheus": 9090,
    "grafana": 3000,
}
OWN = ("bot-ws", "bot-rest", "signal-engine", "risk-manager", "execution-service")
ENV_FILE = ("redis", "postgres", *OWN)
CLAIMS = {
    "postgres": "/var/lib/postgresql/data",
    "redis": "/data",
    "prometheus": "/prometheus",
    "grafana": "/var/lib/grafana",
    "signal-engine": "/data",
}
KEYS = {"MEXC_API_KEY", "MEXC_API_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD"}


@cache
def committed(name: str) -> Objects:
    """The committed objects of an overlay by kind and name."""
    files = sorted((ROOT / "output" / name).glob("*.yaml"))
    documents = [document for file in files if file.name != "kustomization.yaml" for document in read(file.read_text(), file.name)]
    return {(document["kind"], document["metadata"]["name"]): document for document in documents}


@pytest.fixture(params=OVERLAYS)
def objects(request: pytest.FixtureRequest) -> Objects:
    """Each overlay's objects."""
    return committed(request.param)


@pytest.fixture
def desktop() -> Objects:
    """The objects of docker-desktop."""
    return committed("docker-desktop")


@pytest.fixture
def production() -> Objects:
    """The objects of production."""
    return committed("production")


Converted = Callable[..., tuple[Objects, pipeline.Result]]


@pytest.fixture
def converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Converted:
    """Converts the stack, or another Compose file beside its files, with more settings than docker-desktop has."""
    for name in ("docker-compose.yml", ".env.example"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "stack", tmp_path / "stack", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)

    def convert(settings: Mapping[str, Any] | None = None, compose: str = "", env: str = "") -> tuple[Objects, pipeline.Result]:
        if compose:
            Path("docker-compose.yml").write_text(compose)
        if env:
            Path(".env").write_text(env)
        chosen = overlay.build("test", settings or {}, ())
        project = load(Inputs(files=("docker-compose.yml",)))
        result = pipeline.run(project, chosen, provide.kompose(progress=lambda _: None))
        return {(document["kind"], document["metadata"]["name"]): document for document in result.manifests}, result

    return convert


def pod(objects: Objects, name: str) -> dict[str, Any]:
    """The pod that a Deployment makes."""
    spec: dict[str, Any] = objects["Deployment", name]["spec"]["template"]["spec"]
    return spec


def container(objects: Objects, name: str) -> dict[str, Any]:
    """The container of a service."""
    (one,) = pod(objects, name)["containers"]
    assert one["name"] == name
    return dict(one)


def every_container(objects: Objects) -> Iterator[dict[str, Any]]:
    """All containers of all Deployments, init containers too."""
    for kind, name in objects:
        if kind == "Deployment":
            yield from pod(objects, name).get("initContainers", [])
            yield container(objects, name)


def environment(objects: Objects, name: str) -> dict[str, str]:
    """What a container finds in its environment; a key of the Secret stands as `<key>`."""
    one = container(objects, name)
    found: dict[str, str] = {}
    for source in one.get("envFrom", []):
        found |= objects["ConfigMap", source["configMapRef"]["name"]]["data"]
    for variable in one.get("env", []):
        found[variable["name"]] = variable.get("value") or f"<{variable['valueFrom']['secretKeyRef']['key']}>"
    return found


def probes(objects: Objects, name: str) -> dict[str, dict[str, Any]]:
    """The probes of a service by their field."""
    one = container(objects, name)
    return {field: one[field] for field in ("readinessProbe", "startupProbe", "livenessProbe") if field in one}


def waits(objects: Objects, name: str) -> list[str]:
    """The names of what a pod waits for."""
    inits = pod(objects, name).get("initContainers", [])
    return [init["name"].removeprefix("wait-for-") for init in inits if init["name"].startswith("wait-for-")]


# --- What the guide asks for ------------------------------------------------------------------------------------------------------------


def test_each_service_is_a_deployment_and_a_service(objects: Objects) -> None:
    assert {name for kind, name in objects if kind == "Deployment"} == set(PORTS)
    assert {name for kind, name in objects if kind == "Service"} == set(PORTS)
    assert not [kind for kind, _ in objects if kind in {"StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Secret"}]
    for name, number in PORTS.items():
        (port,) = objects["Service", name]["spec"]["ports"]
        assert (port["port"], port["targetPort"], port["protocol"]) == (number, number, "TCP")
        assert [one["containerPort"] for one in container(objects, name)["ports"]] == [number]
        assert objects["Service", name]["spec"]["selector"] == {"app": name}
        assert objects["Deployment", name]["spec"]["selector"]["matchLabels"] == {"app": name}
        assert objects["Deployment", name]["spec"]["template"]["metadata"]["labels"]["app"] == name


def test_everything_is_in_the_namespace_claire(objects: Objects) -> None:
    assert {document["metadata"].get("namespace") for (kind, _), document in objects.items() if kind != "Namespace"} == {"claire"}
    assert objects["Namespace", "claire"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_signal_generator_is_not_there_unless_asked_for(objects: Objects) -> None:
    assert not [name for _, name in objects if "signal-gen" in name]


@pytest.mark.parametrize("name", CLAIMS)
def test_each_store_has_a_claim_of_1gi_that_one_node_mounts(desktop: Objects, name: str) -> None:
    (mount,) = [one for one in container(desktop, name)["volumeMounts"] if one["mountPath"] == CLAIMS[name]]
    (volume,) = [one for one in pod(desktop, name)["volumes"] if one["name"] == mount["name"]]
    claim = desktop["PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]]
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def test_every_secret_is_a_key_of_one_secret_that_is_made_apart(objects: Objects) -> None:
    references = [
        one["valueFrom"]["secretKeyRef"] for each in every_container(objects) for one in each.get("env", []) if "valueFrom" in one
    ]
    assert {one["name"] for one in references} == {"claire-secrets"}
    assert {one["key"] for one in references} == KEYS
    assert ("Secret", "claire-secrets") not in objects


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_names_of_the_keys_are_written_down(name: str) -> None:
    lines = (ROOT / "output" / name / "secrets.env.example").read_text().splitlines()
    assert {line.removesuffix("=") for line in lines if not line.startswith("#")} == KEYS


def test_plain_settings_are_in_config_maps(objects: Objects) -> None:
    for name in (*ENV_FILE, "grafana"):
        assert container(objects, name)["envFrom"] == [{"configMapRef": {"name": f"{name}-env"}}]
        assert not set(objects["ConfigMap", f"{name}-env"]["data"]) & (KEYS | {"DATABASE_URL", "GRAFANA_PASSWORD"})
    assert objects["ConfigMap", "signal-engine-env"]["data"]["SIGNAL_THRESHOLD_PCT"] == "3.0"


@pytest.mark.parametrize("name", ENV_FILE)
def test_redis_and_postgres_are_found_by_their_names_everywhere(objects: Objects, name: str) -> None:
    found = environment(objects, name)
    assert (found["REDIS_HOST"], found["POSTGRES_HOST"]) == ("redis", "postgres")
    assert (found["REDIS_PORT"], found["POSTGRES_PORT"]) == ("6379", "5432")
    assert found["DATABASE_URL"] == "postgresql://cdb_user:$(POSTGRES_PASSWORD)@postgres:5432/claire_de_binare"


def test_no_name_of_a_container_of_compose_is_left_over(objects: Objects) -> None:
    names = re.findall(r"container_name: (\w+)", (ROOT / "docker-compose.yml").read_text())
    for (kind, name), document in objects.items():
        texts = document.get("data", {}).values() if kind == "ConfigMap" else []
        assert not [text for text in texts if re.search(rf"\b({'|'.join(names)})\b", text)], name


def test_prometheus_asks_the_services_by_their_names_in_the_cluster(objects: Objects) -> None:
    (config,) = read(objects["ConfigMap", "prometheus-files"]["data"]["prometheus.yml"])
    jobs = {job["job_name"]: (job["static_configs"][0]["targets"], job["static_configs"][0]["labels"]) for job in config["scrape_configs"]}
    assert jobs == {
        "prometheus": (["localhost:9090"], {"instance": "prometheus", "service": "monitoring"}),
        "execution_service": (["execution-service:8003"], {"instance": "execution_service", "service": "trading"}),
        "signal_engine": (["signal-engine:8001"], {"instance": "signal_engine", "service": "analysis"}),
        "risk_manager": (["risk-manager:8002"], {"instance": "risk_manager", "service": "risk"}),
    }
    mount = container(objects, "prometheus")["volumeMounts"][0]
    assert (mount["mountPath"], mount["subPath"], mount["readOnly"]) == ("/etc/prometheus/prometheus.yml", "prometheus.yml", True)


def test_grafana_has_its_datasource_and_its_password(objects: Objects) -> None:
    (volume,) = [one for one in pod(objects, "grafana")["volumes"] if "configMap" in one]
    (item,) = volume["configMap"]["items"]
    (config,) = read(objects["ConfigMap", volume["configMap"]["name"]]["data"][item["key"]])
    assert item["path"] == "datasources/prometheus.yml"
    assert [(one["type"], one["url"]) for one in config["datasources"]] == [("prometheus", "http://prometheus:9090")]
    found = environment(objects, "grafana")
    assert found == {
        "GF_SECURITY_ADMIN_USER": "admin",
        "GF_SECURITY_ADMIN_PASSWORD": "<GF_SECURITY_ADMIN_PASSWORD>",
        "GF_USERS_ALLOW_SIGN_UP": "false",
    }


def test_postgres_runs_the_schema_on_its_first_start(objects: Objects) -> None:
    data = objects["ConfigMap", "postgres-files"]["data"]
    assert data == {"01-schema.sql": (ROOT / "stack/DATABASE_SCHEMA.sql").read_text()}
    (mount,) = [one for one in container(objects, "postgres")["volumeMounts"] if "initdb" in one["mountPath"]]
    assert mount["mountPath"] == "/docker-entrypoint-initdb.d/01-schema.sql"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("bot-ws", "/health"),
        ("signal-engine", "/health"),
        ("risk-manager", "/health"),
        ("execution-service", "/health"),
        ("prometheus", "/-/healthy"),
        ("grafana", "/api/health"),
    ],
)
def test_what_listens_is_asked_for_its_health(objects: Objects, name: str, path: str) -> None:
    for probe in probes(objects, name).values():
        assert (probe["httpGet"]["path"], probe["httpGet"]["port"]) == (path, PORTS[name])


def test_probes_are_ready_start_and_alive(objects: Objects) -> None:
    for name in set(PORTS) - {"bot-rest", "risk-manager"}:
        assert list(probes(objects, name)) == ["readinessProbe", "startupProbe", "livenessProbe"]
    ready = {name: probes(objects, name)["readinessProbe"] for name in set(PORTS) - {"bot-rest"}}
    assert {name: (one["periodSeconds"], one["timeoutSeconds"], one["failureThreshold"]) for name, one in ready.items()} == {
        "redis": (10, 3, 3),
        "postgres": (10, 3, 3),
        "prometheus": (30, 10, 3),
        "grafana": (30, 10, 3),
        "bot-ws": (30, 5, 3),
        "signal-engine": (30, 3, 3),
        "risk-manager": (30, 3, 3),
        "execution-service": (30, 3, 3),
    }


def test_every_container_meets_restricted(objects: Objects) -> None:
    for one in every_container(objects):
        context = one["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["runAsNonRoot"] is True
    for name in PORTS:
        assert pod(objects, name)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod(objects, name)["automountServiceAccountToken"] is False


def test_the_programs_run_as_their_users(objects: Objects) -> None:
    users = {name: container(objects, name)["securityContext"] for name in PORTS}
    assert {name: (one["runAsUser"], one["runAsGroup"]) for name, one in users.items()} == {
        **dict.fromkeys(OWN, (1000, 1000)),
        "redis": (999, 1000),
        "postgres": (70, 70),
        "prometheus": (65534, 65534),
        "grafana": (472, 0),
    }
    groups = {name: pod(objects, name)["securityContext"]["fsGroup"] for name in CLAIMS}
    assert groups == {"redis": 1000, "postgres": 70, "prometheus": 65534, "grafana": 0, "signal-engine": 1000}


def test_root_file_systems_are_read_only_where_compose_says_so(objects: Objects) -> None:
    read_only = {name for name in PORTS if container(objects, name)["securityContext"].get("readOnlyRootFilesystem")}
    assert read_only == {"bot-ws", "signal-engine", "risk-manager", "execution-service"}


def test_resources_are_limited_and_a_share_is_reserved(objects: Objects) -> None:
    limits = {name: container(objects, name)["resources"]["limits"] for name in PORTS}
    assert limits == {
        **{key: {"cpu": "500m", "memory": "256Mi"} for key in OWN},
        "postgres": {"cpu": "1", "memory": "1Gi"},
        **{key: {"cpu": "500m", "memory": "512Mi"} for key in ("redis", "prometheus", "grafana")},
    }
    for one in every_container(objects):
        asked, given = one["resources"]["requests"], one["resources"]["limits"]
        assert all(0 < (quantity(asked[name]) or 0) <= (quantity(given[name]) or 0) for name in ("cpu", "memory"))


def test_the_whole_stack_fits_on_a_laptop(desktop: Objects) -> None:
    cpu = sum((quantity(container(desktop, name)["resources"]["requests"]["cpu"]) or Fraction(0) for name in PORTS), Fraction(0))
    memory = sum((quantity(container(desktop, name)["resources"]["requests"]["memory"]) or Fraction(0) for name in PORTS), Fraction(0))
    assert cpu < 1
    assert memory < 4 * 1024**3


def test_grafana_and_prometheus_are_reached_by_node_ports_and_nothing_else_is(desktop: Objects) -> None:
    services = {name: desktop["Service", name]["spec"] for name in PORTS}
    assert {name: spec["ports"][0]["nodePort"] for name, spec in services.items() if spec.get("type") == "NodePort"} == {
        "grafana": 30000,
        "prometheus": 30900,
    }
    assert {spec.get("type", "ClusterIP") for name, spec in services.items() if name not in {"grafana", "prometheus"}} == {"ClusterIP"}


def test_everything_starts_in_the_order_of_the_guide(objects: Objects) -> None:
    order = {name: waits(objects, name) for name in PORTS}
    assert order == {
        "redis": [],
        "postgres": [],
        "prometheus": [],
        "grafana": ["prometheus"],
        "bot-ws": ["redis"],
        "bot-rest": ["redis"],
        "signal-engine": ["bot-ws", "redis"],
        "risk-manager": ["redis", "signal-engine"],
        "execution-service": ["postgres", "redis", "risk-manager"],
    }


@pytest.mark.parametrize("name", OVERLAYS)
def test_kustomize_gets_the_objects_in_dependency_order(name: str) -> None:
    (kustomization,) = read((ROOT / "output" / name / "kustomization.yaml").read_text())
    order = kustomization["resources"]
    assert order[0] == "namespace.yaml"
    assert set(order) == {path.name for path in (ROOT / "output" / name).glob("*.yaml")} - {"kustomization.yaml"}
    places = [order.index(f"{one}.yaml") for one in ("redis", "bot-ws", "signal-engine", "risk-manager", "execution-service")]
    assert places == sorted(places)
    assert order.index("prometheus.yaml") < order.index("grafana.yaml")


def test_only_members_of_the_network_reach_each_other(objects: Objects) -> None:
    policies = {name: document["spec"] for (kind, name), document in objects.items() if kind == "NetworkPolicy"}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    members = {"matchExpressions": [{"key": "app", "operator": "In", "values": sorted(PORTS)}]}
    assert policies["network-cdb-network"]["podSelector"] == members
    assert policies["network-cdb-network"]["ingress"] == [{"from": [{"podSelector": members}]}]
    assert policies["names"]["egress"] == [{"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}]


@pytest.mark.parametrize("name", OVERLAYS)
def test_nothing_is_lost_and_nothing_is_an_error(name: str) -> None:
    report = json.loads((ROOT / "output" / name / "report.json").read_text())
    assert not {"lost", "differs", "refused"} & {entry["verdict"] for entry in report["entries"]}
    assert not [remark for remark in report["remarks"] if remark["severity"] == "error"]


# --- Production -------------------------------------------------------------------------------------------------------------------------


def test_production_runs_images_of_a_registry_by_digest(production: Objects) -> None:
    images = {name: container(production, name)["image"] for name in PORTS}
    assert not [image for image in images.values() if not re.search(r"@sha256:[0-9a-f]{64}$", image)]
    assert not [image for one in every_container(production) if (image := one["image"]).endswith(":latest") or ":" not in image]
    assert {name: images[name].partition("/")[0] for name in OWN} == dict.fromkeys(OWN, "registry.example.com")
    assert all(pod(production, name)["imagePullSecrets"] == [{"name": "registry-credentials"}] for name in PORTS)


def test_production_has_larger_claims_of_the_cluster_s_class(production: Objects, desktop: Objects) -> None:
    for (kind, name), document in production.items():
        if kind == "PersistentVolumeClaim":
            small, large = (quantity(one["spec"]["resources"]["requests"]["storage"]) for one in (desktop[kind, name], document))
            assert small is not None
            assert large is not None
            assert large >= 10 * small
            assert document["spec"]["storageClassName"] == "fast-ssd"


def test_production_is_reached_by_an_ingress_and_by_no_node_port(production: Objects) -> None:
    assert not [name for name in PORTS if production["Service", name]["spec"].get("type", "ClusterIP") != "ClusterIP"]
    (ingress,) = [document["spec"] for (kind, _), document in production.items() if kind == "Ingress"]
    (rule,) = ingress["rules"]
    assert ingress["ingressClassName"] == "nginx"
    assert ingress["tls"] == [{"hosts": [rule["host"]], "secretName": "claire-example-com"}]
    assert rule["http"]["paths"][0]["backend"] == {"service": {"name": "grafana", "port": {"number": 3000}}}


def test_production_has_budgets_only_where_replicas_allow(production: Objects, converted: Converted) -> None:
    assert not [name for kind, name in production if kind == "PodDisruptionBudget"], (
        "each service has one replica: a budget would hold a node for ever"
    )
    compose = Path("docker-compose.yml").read_text().replace("    container_name: cdb_execution\n", "    scale: 2\n")
    objects, _ = converted({"lifecycle": {"disruption-budgets": True}}, compose)
    (budget,) = [document["spec"] for (kind, _), document in objects.items() if kind == "PodDisruptionBudget"]
    assert budget == {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {"app": "execution-service"}},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }


def test_production_takes_its_secret_from_a_store() -> None:
    done = cdb(ROOT, "secrets", "--overlay", "production", "--quiet")
    assert done.status == 0, done.err
    external = next(document for document in read(done.out) if document["kind"] == "ExternalSecret")
    assert external["metadata"] == {"name": "claire-secrets", "namespace": "claire"}
    assert external["spec"]["secretStoreRef"] == {"name": "claire", "kind": "ClusterSecretStore"}
    assert {entry["secretKey"] for entry in external["spec"]["data"]} == KEYS


# --- Advice of the guide that does not work as written ------------------------------------------------------------------------------------


def test_s01_a_probe_reads_a_secret_through_the_shell(objects: Objects) -> None:
    for one in every_container(objects):
        for field in ("readinessProbe", "startupProbe", "livenessProbe"):
            assert "$(" not in str(one.get(field, {}).get("exec", ""))
    for probe in probes(objects, "redis").values():
        assert probe["exec"]["command"][:2] == ["/bin/sh", "-c"]
        assert "$REDIS_PASSWORD" in probe["exec"]["command"][2]


def test_s02_local_images_are_not_pulled(objects: Objects) -> None:
    assert {one["imagePullPolicy"] for one in every_container(objects)} == {"IfNotPresent"}


def test_s03_the_images_entrypoints_run(objects: Objects) -> None:
    assert not [name for name in PORTS if "command" in container(objects, name)]
    said = "redis-server --appendonly yes --maxmemory 256mb --maxmemory-policy allkeys-lru --requirepass $REDIS_PASSWORD"
    assert container(objects, "redis")["args"] == ["/bin/sh", "-c", said]


def test_s04_a_wrong_password_of_redis_is_not_ready(objects: Objects) -> None:
    for probe in probes(objects, "redis").values():
        assert re.search(r"redis-cli .*ping.*\| *grep -q .*PONG", probe["exec"]["command"][2])


def test_s06_nobody_publishes_into_a_redis_that_is_not_there(objects: Objects) -> None:
    for name in OWN:
        init = next(one for one in pod(objects, name)["initContainers"] if one["name"] == "wait-for-redis")
        assert "until nc -w 2 redis 6379 </dev/null" in init["command"][-1]
        assert "timeout" not in init["command"][-1], "this wait has no end"
    assert "startupProbe" in probes(objects, "redis"), "Ready, so that the Service answers, is only who says PONG"


def test_s07_nobody_is_asked_for_what_it_does_not_answer(objects: Objects) -> None:
    assert probes(objects, "bot-rest") == {}, "it listens on nothing"
    assert "bot-" not in objects["ConfigMap", "prometheus-files"]["data"]["prometheus.yml"], "neither screener has /metrics"


def test_s08_keys_go_to_those_whom_compose_gives_them(objects: Objects) -> None:
    holders = {name for name in PORTS if "MEXC_API_KEY" in environment(objects, name)}
    assert holders == set(ENV_FILE), "each of them has `env_file: .env`; least privilege begins in the Compose file"
    found = environment(objects, "execution-service")
    assert {"MEXC_API_KEY", "MEXC_API_SECRET", "POSTGRES_DB"} <= set(found)


def test_s09_the_url_of_the_database_names_the_cluster_s_host_and_no_password(objects: Objects) -> None:
    url = environment(objects, "execution-service")["DATABASE_URL"]
    assert "@postgres:5432/" in url
    assert ":$(POSTGRES_PASSWORD)@" in url
    names = [one["name"] for one in container(objects, "execution-service")["env"]]
    assert names.index("POSTGRES_PASSWORD") < names.index("DATABASE_URL"), "Kubernetes expands only what stands above"


def test_s10_no_variable_of_a_service_gets_in_the_way(objects: Objects) -> None:
    assert {pod(objects, name)["enableServiceLinks"] for name in PORTS} == {False}


HOST_PATH = {
    "storage": {"size": "1Gi", "host-path": {"root": "/srv/claire", "storage-class": "manual"}, "fix-ownership": True},
    "target": {"pod-security": "baseline"},
}


def test_s11_every_claim_is_defined_and_static_volumes_cannot_cross_bind(objects: Objects, converted: Converted) -> None:
    for name in PORTS:
        for volume in pod(objects, name).get("volumes", []):
            if claim := volume.get("persistentVolumeClaim"):
                assert ("PersistentVolumeClaim", claim["claimName"]) in objects
    assert not [name for kind, name in objects if kind == "PersistentVolume"]

    static, _ = converted(HOST_PATH)
    claims = {name: document["spec"] for (kind, name), document in static.items() if kind == "PersistentVolumeClaim"}
    volumes = {document["spec"]["claimRef"]["name"]: document for (kind, _), document in static.items() if kind == "PersistentVolume"}
    assert set(volumes) == set(claims)
    assert len({document["spec"]["hostPath"]["path"] for document in volumes.values()}) == len(claims)
    for name, claim in claims.items():
        volume = volumes[name]
        assert volume["metadata"]["name"].startswith("claire-"), "volumes belong to the cluster, not to a namespace"
        assert volume["spec"]["claimRef"]["namespace"] == "claire"
        assert claim["volumeName"] == volume["metadata"]["name"]
        assert claim["storageClassName"] == volume["spec"]["storageClassName"] == "manual"
        assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
        assert volume["spec"]["capacity"] == claim["resources"]["requests"] == {"storage": "1Gi"}


def test_s12_folders_of_the_host_are_given_to_the_programs_first(converted: Converted) -> None:
    objects, _ = converted(HOST_PATH)
    owners = {
        name: next(one for one in pod(objects, name)["initContainers"] if one["name"] == "fix-ownership")["command"][:3] for name in CLAIMS
    }
    assert owners == {
        "postgres": ["chown", "-R", "70:70"],
        "redis": ["chown", "-R", "999:1000"],
        "prometheus": ["chown", "-R", "65534:65534"],
        "grafana": ["chown", "-R", "472:0"],
        "signal-engine": ["chown", "-R", "1000:1000"],
    }
    assert objects["Namespace", "claire"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"


def test_s13_the_infrastructure_steps_down_before_it_starts(objects: Objects) -> None:
    for name in ("redis", "postgres", "prometheus", "grafana"):
        context = container(objects, name)["securityContext"]
        assert context["runAsUser"] > 0
        assert "add" not in context["capabilities"]


def test_s14_pgdata_is_a_folder_below_the_claim(objects: Objects) -> None:
    assert environment(objects, "postgres")["PGDATA"] == "/var/lib/postgresql/data/pgdata"
    mounts = {one["mountPath"] for one in container(objects, "postgres")["volumeMounts"]}
    assert "/var/lib/postgresql/data" in mounts


def test_s15_postgres_is_asked_over_tcp_and_not_killed_in_its_first_start(objects: Objects) -> None:
    found = probes(objects, "postgres")
    assert {probe["exec"]["command"][-1] for probe in found.values()} == {"pg_isready -h 127.0.0.1 -U cdb_user -d claire_de_binare"}
    assert found["startupProbe"]["periodSeconds"] * found["startupProbe"]["failureThreshold"] >= 30 * 60
    assert found["livenessProbe"]["periodSeconds"] * found["livenessProbe"]["failureThreshold"] >= 3 * 60


def test_s15_a_socket_s_answer_is_not_believed(converted: Converted) -> None:
    compose = """
name: small
services:
  db: {image: "postgres:15-alpine", environment: {POSTGRES_PASSWORD: x}, healthcheck: {test: pg_isready -U app}}
"""
    objects, _ = converted({}, compose)
    assert "-h 127.0.0.1" in probes(objects, "db")["readinessProbe"]["exec"]["command"][-1]


def test_s16_the_schema_grants_nothing_to_a_user_that_is_not_there(objects: Objects) -> None:
    schema = objects["ConfigMap", "postgres-files"]["data"]["01-schema.sql"]
    granted = re.findall(r"^\s*(?:GRANT|ALTER DEFAULT PRIVILEGES)\b.*?\bTO\s+(\w+)", schema, re.IGNORECASE | re.MULTILINE | re.DOTALL)
    assert set(granted) <= {environment(objects, "postgres")["POSTGRES_USER"]}


def test_s16_a_grant_to_another_user_is_said(converted: Converted) -> None:
    Path("stack/DATABASE_SCHEMA.sql").write_text(
        "CREATE TABLE t (id int); -- GRANT ALL ON t TO nobody;\nGRANT SELECT ON t TO claire_user;\n"
    )
    _, result = converted()
    (said,) = [finding for finding in result.findings if finding.rule == "first-start"]
    assert (said.severity, said.resource) == (Severity.WARNING, "Deployment/postgres")
    assert "'claire_user'" in said.message
    assert "'cdb_user'" in said.hint


def test_s17_the_admin_s_password_has_the_key_of_the_guide(objects: Objects) -> None:
    assert environment(objects, "grafana")["GF_SECURITY_ADMIN_PASSWORD"] == "<GF_SECURITY_ADMIN_PASSWORD>"
    assert environment(objects, "redis")["GRAFANA_PASSWORD"] == "<GF_SECURITY_ADMIN_PASSWORD>", "one value, one key"
    for name in PORTS:
        found = environment(objects, name)
        assert not [variable for variable in found if f"{variable}_FILE" in found]


def test_s17_a_variable_and_its_file_at_once_are_said(converted: Converted) -> None:
    compose = """
name: small
services:
  db:
    image: postgres:15-alpine
    environment: {POSTGRES_PASSWORD: "${PW}", POSTGRES_PASSWORD_FILE: /run/secrets/pw}
    secrets: [pw]
secrets: {pw: {environment: PW}}
"""
    _, result = converted({}, compose, "PW=some-password\n")
    (said,) = [finding for finding in result.findings if "'POSTGRES_PASSWORD_FILE'" in finding.message]
    assert (said.severity, said.resource) == (Severity.WARNING, "Deployment/db")


def test_s18_the_old_pod_is_gone_before_the_new_one_comes(objects: Objects) -> None:
    for name in PORTS:
        spec = objects["Deployment", name]["spec"]
        assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert not [name for kind, name in objects if kind == "HorizontalPodAutoscaler"]


def test_s19_the_risk_manager_is_never_killed_for_its_health(objects: Objects) -> None:
    assert list(probes(objects, "risk-manager")) == ["readinessProbe"]


def test_s20_a_node_port_out_of_range_is_an_error(desktop: Objects, tmp_path: Path) -> None:
    ports = [port for (kind, _), one in desktop.items() if kind == "Service" for port in one["spec"]["ports"]]
    assert all(30000 <= port.get("nodePort", 30000) <= 32767 for port in ports)
    (tmp_path / "lab.yaml").write_text("exposure: {node-ports: {grafana: 3000}}\n")
    with pytest.raises(ConverterError, match=r"lab\.yaml:1:25: .*is 3000 and must be a port between 30000 and 32767"):
        overlay.load(tmp_path / "lab.yaml")


def test_s20_a_load_balancer_keeps_the_published_port(converted: Converted) -> None:
    objects, _ = converted({"exposure": {"load-balancers": ["redis"]}})
    balancers = [one["spec"] for (kind, _), one in objects.items() if kind == "Service" and one["spec"].get("type") == "LoadBalancer"]
    assert [(port["port"], port["targetPort"]) for spec in balancers for port in spec["ports"]] == [(6380, 6379)]


def test_s21_targets_are_hosts_and_ports_that_resolve(objects: Objects) -> None:
    text = objects["ConfigMap", "prometheus-files"]["data"]["prometheus.yml"]
    for target in re.findall(r'targets: \["([^"]+)"\]', text):
        host, _, number = target.partition(":")
        assert re.fullmatch(r"[a-z0-9.-]+", host)
        assert host == "localhost" or objects["Service", host]["spec"]["ports"][0]["port"] == int(number)


def test_s21_a_changed_file_starts_the_pod_anew(objects: Objects) -> None:
    for name in ("prometheus", "postgres", "grafana"):
        annotations = objects["Deployment", name]["spec"]["template"]["metadata"]["annotations"]
        assert re.fullmatch(r"[0-9a-f]{16}", annotations["cdb-convert/config-hash"])


def test_s23_restricted_is_met_and_memory_file_systems_have_a_limit(objects: Objects) -> None:
    for name in PORTS:
        for volume in pod(objects, name).get("volumes", []):
            if "emptyDir" in volume:
                assert volume["emptyDir"]["medium"] == "Memory"
                assert quantity(volume["emptyDir"]["sizeLimit"]) == 64 * 1024**2


def test_s24_redis_has_room_to_rewrite_its_file(objects: Objects) -> None:
    assert (quantity(container(objects, "redis")["resources"]["limits"]["memory"]) or 0) >= 512 * 1024**2


def test_s25_who_ignores_sigterm_is_not_waited_for_long(objects: Objects) -> None:
    assert {pod(objects, name)["terminationGracePeriodSeconds"] for name in PORTS} == {10}


def test_s26_the_image_s_code_runs_and_not_a_mounted_folder(objects: Objects) -> None:
    for name in OWN:
        assert "/app" not in {one["mountPath"] for one in container(objects, name)["volumeMounts"]}


@pytest.mark.parametrize("missing", ["stack/DATABASE_SCHEMA.sql", "stack/prometheus.yml"])
def test_s27_a_file_that_is_not_there_is_named(converted: Converted, missing: str) -> None:
    Path(missing).unlink()
    _, result = converted()
    (said,) = [finding for finding in result.findings if missing in finding.message]
    assert said.severity is Severity.ERROR
    assert said.hint
    place, written = result.project.sources.locate(said.route, result.project.model)
    assert (place.file, written) == ("docker-compose.yml", True)


def test_s28_a_dollar_that_compose_swallows_is_said(converted: Converted) -> None:
    _, result = converted({}, "", (ROOT / ".env.example").read_text() + "\nLABEL=pa$word\n")
    said = [*(str(one) for one in result.project.warnings), *(finding.message for finding in result.findings)]
    assert [text for text in said if "'LABEL'" in text and "'$'" in text]


def test_s29_no_image_comes_from_where_it_is_gone(objects: Objects) -> None:
    assert not [one["image"] for one in every_container(objects) if "bitnami/" in one["image"]]


def test_s29_an_image_that_is_gone_is_said(converted: Converted) -> None:
    _, result = converted({}, "name: small\nservices: {metrics: {image: 'bitnami/redis-exporter:latest'}}\n")
    (said,) = [finding for finding in result.findings if "bitnami" in finding.message]
    assert said.severity is Severity.WARNING
    assert "oliver006/redis_exporter" in said.hint


def test_the_other_spelling_of_the_stack_converts_to_the_same_names(converted: Converted) -> None:
    """Keys that equal the container names, aliases for the services' own: the stack's other shape."""
    text = (ROOT / "docker-compose.yml").read_text()
    keys = {"redis": "cdb_redis", "postgres": "cdb_postgres", "bot_ws": "cdb_ws", "signal_engine": "cdb_core"}
    for old, new in keys.items():
        text = re.sub(rf"^  {old}:$", f"  {new}:", text, flags=re.MULTILINE)
        text = re.sub(rf"^      {old}:$", f"      {new}:", text, flags=re.MULTILINE)
    objects, result = converted({"names": {new: old.replace("_", "-") for old, new in keys.items()}}, text)
    assert {name for kind, name in objects if kind == "Deployment"} == set(PORTS)
    assert environment({**objects}, "execution-service")["POSTGRES_HOST"] == "postgres"
    assert not [finding for finding in result.findings if finding.severity is Severity.ERROR]
