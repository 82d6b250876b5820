"""What the reference stack does not use runs on a real node as under Compose: the projects `features` and `owned` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pytest

from tests.node.cluster import Node, until

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def node(nodes: Mapping[str, Node]) -> Node:
    running = nodes["features"]
    assert running.apply() == "", "nothing is warned of"
    assert "restricted" in nodes["owned"].apply(), "its pods have a container that runs as root"
    running.wait()
    return running


@pytest.fixture(scope="module")
def owned(nodes: Mapping[str, Node], node: Node) -> Node:
    del node  # it has applied both
    nodes["owned"].wait()
    return nodes["owned"]


def said(node: Node, service: str, port: int = 8000) -> Any:
    """What a service's program knows of itself."""
    return json.loads(node.ask(service, port, "/"))


def words(node: Node, service: str, python: str, container: str = "") -> Any:
    """What a line of Python, which prints JSON, says in the container of a service."""
    return json.loads(node.exec(service, "python", "-c", f"import json, os, socket; print(json.dumps({python}))", container=container))


def test_everything_is_ready_under_restricted(node: Node) -> None:
    assert node.get("namespace", "features")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert node.all_ready()


def test_what_awaits_a_job_starts_when_it_has_come_to_its_end(node: Node) -> None:
    (job,) = [one for one in node.get("jobs")["items"] if one["metadata"]["name"].startswith("migrate-")]
    assert job["status"]["succeeded"] == 1
    ended = job["status"]["completionTime"]
    pods = node.get("pods", "-l", "app=web")["items"]
    starts = [pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] for pod in pods]
    assert len(starts) == 2
    assert all(start >= ended for start in starts)


def test_a_job_that_fails_is_tried_again_where_compose_does(node: Node) -> None:
    (pod,) = node.get("pods", "-l", "app=migrate")["items"]
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 1
    assert node.redis("GET", "migrations") == "2"


def test_a_job_that_fails_stays_so_where_compose_leaves_it(node: Node) -> None:
    (pod,) = node.get("pods", "-l", "app=failing")["items"]
    assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
    assert node.kubectl("logs", pod["metadata"]["name"]) == "ran\n"


def test_the_token_is_where_it_is_needed_and_nowhere_else(node: Node) -> None:
    assert node.exec("web", "sh", "-c", "ls /var/run/secrets/kubernetes.io 2>&1 || true").strip().endswith("No such file or directory")
    migrate, failing = sorted((one["metadata"]["name"] for one in node.get("jobs")["items"]), reverse=True)
    asked = {"pods": "no", "secrets": "no", "jobs": "no", f"jobs/{failing}": "no", f"jobs/{migrate}": "yes"}
    account = "--as=system:serviceaccount:features:web-waits"
    assert {what: node.call("auth", "can-i", "get", what, account).stdout.strip() for what in asked} == asked


def test_two_replicas_share_the_service(node: Node) -> None:
    pods = {pod["metadata"]["name"] for pod in node.get("pods", "-l", "app=web")["items"]}
    python = "sorted({json.loads(__import__('urllib.request').request.urlopen('http://web/').read())['host'] for _ in range(40)})"
    assert set(words(node, "tools", python)) == pods


def test_a_user_who_is_not_root_listens_below_1024(node: Node) -> None:
    assert said(node, "web", 80)["environment"]["API_KEY_FILE"] == "/run/secrets/api_key"
    assert words(node, "web", "os.getuid()") == 1000


def test_secrets_are_files_at_their_places(node: Node) -> None:
    found = words(node, "web", "[open(path).read() for path in ('/run/secrets/api_key', '/etc/web/key.pem')]")
    assert found == ["key-of-the-api\nsecond line\n", "key-of-web"]
    assert words(node, "web", "os.listdir('/run/secrets')") == ["api_key"]


def test_every_name_of_compose_leads_to_its_container(node: Node) -> None:
    names = ("pair", "linked", "www", "web", "redis", "selfish")
    services = {one["metadata"]["name"]: one["spec"]["clusterIP"] for one in node.get("services")["items"]}
    found = words(node, "tools", f"{{name: socket.gethostbyname(name) for name in {names!r}}}")
    assert found == {name: services[name] for name in names}
    assert words(node, "tools", "socket.gethostbyname('elsewhere')") == "192.0.2.7"


@pytest.mark.parametrize("variable", ["PAIR_URL", "OTHER", "WWW"])
def test_urls_with_names_that_no_cluster_has_are_answered(node: Node, variable: str) -> None:
    assert json.loads(node.exec("tools", "sh", "-c", f'python /programs/get.py "${variable}"'))["words"] == []


def test_a_container_knows_its_host_name(node: Node) -> None:
    assert said(node, "pair")["host"] == "pair-host"
    assert said(node, "selfish")["host"] == "selfish"


def test_services_of_one_network_are_containers_of_one_pod(node: Node) -> None:
    python = "json.loads(__import__('urllib.request').request.urlopen('http://localhost:8000/').read())['host']"
    assert words(node, "pair", python, container="beside") == "pair-host"
    assert "beside" not in {one["metadata"]["name"] for one in node.get("deployments")["items"]}


def test_dollars_arrive_as_compose_gives_them(node: Node) -> None:
    found = said(node, "dollars")
    assert found["words"] == ["$HOME", "$(X)", "$(nothing)", "$$", "a$b", "$$(X)", "plain"]
    expected = {"X": "expanded", "ONE": "a$b", "TWO": "$$", "REFERENCE": "$(X)", "WORDS": "$(date) $HOME"}
    assert {name: found["environment"][name] for name in expected} == expected


def test_a_secret_with_blanks_and_quotes_reaches_the_test(node: Node) -> None:
    assert said(node, "guarded")["environment"]["GUARD_TOKEN"] == 'it\'s a "token" of three words'


def test_memory_file_systems_have_their_sizes(node: Node) -> None:
    python = "{path: os.statvfs(path).f_blocks * os.statvfs(path).f_frsize >> 20 for path in ('/scratch', '/dev/shm', '/tmp')}"
    assert words(node, "scratch", python) == {"/scratch": 16, "/dev/shm": 96, "/tmp": 64}
    assert words(node, "scratch", "[open(f'{path}/x', 'w').write('x') for path in ('/scratch', '/dev/shm', '/tmp')]") == [1, 1, 1]
    refused = node.call("exec", "deploy/scratch", "--", "sh", "-c", "echo x > /x")
    assert "Read-only file system" in refused.stderr


def test_a_folder_of_configuration_has_its_sub_folders(node: Node) -> None:
    paths = ("main.ini", "sub/second.yml", "sub/deep/third.txt")
    assert words(node, "configured", f"[open('/etc/app/' + path).read() for path in {paths!r}]") == [
        "[app]\nredis = redis:6379\n",
        "second: true\n",
        "third\n",
    ]


def test_empty_volumes_are_filled_from_the_image_and_can_be_written(node: Node) -> None:
    assert words(node, "filled", "open('/app/seed/tree.txt').read()") == "planted\n"
    assert words(node, "filled", "open('/app/seed/new', 'w').write('x')") == 1
    assert words(node, "reader", "open('/srv/static/index.html').read()") == "<p>hello</p>\n"
    words(node, "filled", "open('/app/static/later.html', 'w').write('x')")
    assert words(node, "reader", "sorted(os.listdir('/srv/static'))") == ["index.html", "later.html"]


def test_no_two_consumers_run_while_one_replaces_the_other(node: Node) -> None:
    until(lambda: int(node.redis("LLEN", "seen")) > 3, "the consumer is there", 60)
    node.kubectl("set", "env", "deploy/consumer", "AGAIN=yes")
    node.kubectl("rollout", "status", "deploy/consumer", "--timeout=60s")
    until(lambda: len(set(node.redis("LRANGE", "seen", "0", "-1").split())) == 2, "both have written", 30)
    seen = node.redis("LRANGE", "seen", "0", "-1").split()
    assert len([name for name, _ in groupby(seen)]) == 2, "first the one, then the other"


def test_folders_of_the_node_are_given_to_the_programs(owned: Node) -> None:
    assert owned.get("namespace", "owned")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
    assert owned.exec("writer", "cat", "/srv/store/written") == "yes"
    assert owned.exec("redis", "redis-cli", "SET", "kept", "yes") == "OK\n"
    claims = owned.get("persistentvolumeclaims")["items"]
    assert {one["metadata"]["name"]: one["spec"]["volumeName"] for one in claims} == {
        "redis-data": "owned-redis-data",
        "store": "owned-store",
    }
    assert {one["status"]["phase"] for one in claims} == {"Bound"}
    owners = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in (owned.project / "volumes").iterdir()}
    assert set(owners.values()) == {(999, 1000), (1000, 1000)}
