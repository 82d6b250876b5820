"""The reference stack runs on a real node: converted, applied, and seen to trade on paper. The command for it is tests/node/run.sh."""

from __future__ import annotations

import filecmp
import json
import time
from collections.abc import Mapping

import pytest

from tests.node.cluster import ROOT, Node, until

pytestmark = pytest.mark.node

SERVICES = {
    "redis": 6379,
    "postgres": 5432,
    "prometheus": 9090,
    "grafana": 3000,
    "bot-ws": 8000,
    "bot-rest": 8080,
    "signal-engine": 8001,
    "risk-manager": 8002,
    "execution-service": 8003,
}


@pytest.fixture(scope="module")
def node(nodes: Mapping[str, Node]) -> Node:
    running = nodes["claire"]
    assert running.apply() == "", "nothing is warned of"
    running.wait()
    return running


def test_the_run_here_wrote_what_is_committed(node: Node) -> None:
    committed = ROOT / "output/docker-desktop"
    if not committed.is_dir():
        pytest.skip("output/docker-desktop is not written yet")
    names = sorted(path.name for path in committed.iterdir())
    assert sorted(path.name for path in node.manifests.iterdir()) == names
    assert filecmp.cmpfiles(committed, node.manifests, names, shallow=False)[0] == names


def test_every_pod_is_ready_under_restricted(node: Node) -> None:
    labels = node.get("namespace", "claire")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    ready = {one["metadata"]["name"] for one in node.get("deployments")["items"] if one["status"].get("readyReplicas") == 1}
    assert ready == set(SERVICES)


def test_nothing_was_restarted_on_the_way(node: Node) -> None:
    restarts = {
        pod["metadata"]["name"]: status["restartCount"]
        for pod in node.get("pods")["items"]
        for status in pod["status"]["containerStatuses"]
        if status["restartCount"]
    }
    assert restarts == {}


def test_every_name_resolves_to_its_service(node: Node) -> None:
    python = "import json, socket, sys; print(json.dumps({name: socket.gethostbyname(name) for name in sys.argv[1:]}))"
    found = json.loads(node.kubectl("exec", "deploy/execution-service", "-c", "execution-service", "--", "python", "-c", python, *SERVICES))
    addresses = {one["metadata"]["name"]: one["spec"]["clusterIP"] for one in node.get("services")["items"]}
    assert found == {name: addresses[name] for name in SERVICES}


def test_every_target_of_prometheus_is_up(node: Node) -> None:
    def targets() -> dict[str, str]:
        active = json.loads(node.ask("prometheus", 9090, "/api/v1/targets"))["data"]["activeTargets"]
        return {target["labels"]["job"]: target["health"] for target in active}

    jobs = {"prometheus", "execution_service", "signal_engine", "risk_manager"}
    until(lambda: targets() == dict.fromkeys(jobs, "up"), "the targets are up", 60)


def test_grafana_s_datasource_is_found_by_its_url(node: Node) -> None:
    found = json.loads(node.ask("grafana", 3000, "/datasource"))
    assert found["url"] == "http://prometheus:9090"
    assert "Healthy" in found["says"]


@pytest.mark.parametrize(("service", "number"), [("grafana", 30000), ("prometheus", 30900)])
def test_node_ports_are_those_of_the_overlay(node: Node, service: str, number: int) -> None:
    assert [port["nodePort"] for port in node.get("service", service)["spec"]["ports"]] == [number]


def test_an_order_goes_from_the_screener_to_a_row_in_postgres(node: Node) -> None:
    until(lambda: int(node.sql("SELECT count(*) FROM trades")) > 0, "a trade is in the table", 120)
    assert json.loads(node.ask("bot-ws", 8000, "/health"))["published"] > 0
    assert node.sql("SELECT DISTINCT status FROM orders") == "FILLED"
    assert json.loads(node.ask("execution-service", 8003, "/orders"))[0]["status"] == "FILLED"


def test_the_programs_keep_to_their_secrets_and_users(node: Node) -> None:
    for service, user in {"redis": "999", "postgres": "70", "prometheus": "65534", "grafana": "472", "bot-ws": "1000"}.items():
        assert node.kubectl("exec", f"deploy/{service}", "-c", service, "--", "id", "-u").strip() == user
    assert node.exec("redis", "redis-cli", "ping").strip().startswith("NOAUTH")


def test_a_wrong_password_of_redis_is_not_ready(node: Node) -> None:
    (container,) = node.get("deployment", "redis")["spec"]["template"]["spec"]["containers"]
    probe = container["readinessProbe"]["exec"]["command"]
    assert node.call("exec", "deploy/redis", "--", *probe).returncode == 0
    assert node.call("exec", "deploy/redis", "--", "env", "REDIS_PASSWORD=wrong", *probe).returncode != 0


def test_redis_and_postgres_come_back_with_their_data(node: Node) -> None:
    until(lambda: int(node.sql("SELECT count(*) FROM orders")) > 0, "an order is in the table", 120)
    first = node.sql("SELECT order_id FROM orders ORDER BY id LIMIT 1")
    assert node.redis("SET", "kept", "yes") == "OK"
    time.sleep(2)  # Redis writes its file once a second
    before = {pod["metadata"]["uid"] for pod in node.get("pods")["items"]}
    node.kubectl("delete", "pod", "-l", "app in (redis, postgres)", "--wait=true", "--grace-period=1")

    until(node.all_ready, "every pod is Ready again", 240)
    after = {pod["metadata"]["uid"] for pod in node.get("pods")["items"]}
    assert len(before - after) == 2, "two pods are new, the others are the same"
    assert node.redis("GET", "kept") == "yes"
    assert node.sql("SELECT order_id FROM orders ORDER BY id LIMIT 1") == first

    orders = int(node.sql("SELECT count(*) FROM orders"))
    until(lambda: int(node.sql("SELECT count(*) FROM orders")) > orders, "trading goes on", 180)
