"""A node, and the reference stack converted and applied to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.node.make_images import main as make_images

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT.parent / "shared/cluster"
CACHE = Path(os.environ.get("CLUSTER_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cdb-cluster")
NAMESPACE = "claire"


def missing() -> str:
    """Why no node can be started here; "" if one can."""
    if os.geteuid() != 0:
        return "a node needs root"
    if not CLUSTER.is_dir():
        return "../shared/cluster is not there"
    there = [CACHE / "bin/kubelet", CACHE / "bin/kube-apiserver", CACHE / "img/rootfs.tar", CACHE / "img/node.images.tar"]
    absent = [str(path) for path in there if not path.exists()]
    absent += [name for name in ("etcd", "containerd", "kubectl") if shutil.which(name) is None]
    return f"not built yet: {', '.join(absent)} (tests/node/run.sh builds them)" if absent else ""


def until(claim: Callable[[], object], what: str, seconds: float) -> Any:
    """The first true answer of `claim`; fails with `what` and the last answer if none comes in time."""
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            last = claim()
        except (subprocess.CalledProcessError, json.JSONDecodeError, KeyError, IndexError) as error:
            last = getattr(error, "stderr", "") or error
        else:
            if last:
                return last
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {seconds:g} s (last: {last!r})")


@dataclass(frozen=True)
class Node:
    """A running node with the project that is applied to it."""

    project: Path

    @property
    def manifests(self) -> Path:
        """The folder that the run wrote."""
        return self.project / "output/docker-desktop"

    def call(self, *argv: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run kubectl against the node, in the project's namespace."""
        env = {**os.environ, "KUBECONFIG": str(CACHE / "node.kubeconfig"), "NO_PROXY": "*"}
        argv = ("kubectl", "-n", NAMESPACE, *argv)
        return subprocess.run(argv, env=env, input=stdin, check=False, capture_output=True, text=True)

    def kubectl(self, *argv: str, stdin: str = "") -> str:
        """What kubectl prints; raises CalledProcessError with its stderr."""
        done = self.call(*argv, stdin=stdin)
        done.check_returncode()
        return done.stdout

    def get(self, *argv: str) -> Any:
        """Objects as kubectl has them."""
        return json.loads(self.kubectl("get", *argv, "-o", "json"))

    def ask(self, service: str, port: int, path: str) -> str:
        """An HTTP answer of a service, through the API server."""
        return self.kubectl("get", "--raw", f"/api/v1/namespaces/{NAMESPACE}/services/{service}:{port}/proxy{path}")

    def sql(self, query: str) -> str:
        """What psql says in the database's pod."""
        shell = f'psql -At -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "{query}"'
        return self.kubectl("exec", "deploy/postgres", "-c", "postgres", "--", "sh", "-c", shell).strip()

    def redis(self, *argv: str) -> str:
        """What redis-cli says in Redis' pod."""
        shell = f'redis-cli --no-auth-warning -a "$REDIS_PASSWORD" {" ".join(argv)}'
        return self.kubectl("exec", "deploy/redis", "-c", "redis", "--", "sh", "-c", shell).strip()

    def all_ready(self) -> bool:
        """Whether each workload has a pod, and each pod is Ready (or has done its work)."""
        pods = self.get("pods")["items"]
        conditions = [{one["type"]: one["status"] for one in pod["status"].get("conditions", [])} for pod in pods]
        return len(pods) >= len(self.get("deployments")["items"]) and all(found.get("Ready") == "True" for found in conditions)

    def explain(self) -> str:
        """What went wrong, for a failure's message."""
        said = [self.call("get", "pods", "-o", "wide").stdout, self.call("get", "events", "--sort-by=.lastTimestamp").stdout[-6000:]]
        for pod in self.get("pods")["items"]:
            if not all(one["ready"] for one in pod["status"].get("containerStatuses", [])):
                name = pod["metadata"]["name"]
                logs = self.call("logs", name, "--all-containers", "--tail=15")
                said.append(f"--- {name}\n{logs.stdout}{logs.stderr}")
        return "\n".join(said)


def convert(project: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run cdb-convert in a copy of the project."""
    program = str(Path(sys.executable).with_name("cdb-convert"))
    return subprocess.run([program, *argv], cwd=project, capture_output=True, text=True, check=False)


def copy(project: Path) -> None:
    """The reference stack with an `.env` of its own: every placeholder has another value."""
    for name in ("docker-compose.yml", ".env.example"):
        shutil.copy(ROOT / name, project)
    for name in ("stack", "overlays"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    numbers = iter(range(1, 100))
    text = (ROOT / ".env.example").read_text()
    (project / ".env").write_text(
        re.sub(r"^(\w+)=change-me$", lambda found: f"{found[1]}=node-test-{next(numbers)}-Pw", text, flags=re.MULTILINE)
    )


def up(project: Path) -> Node:
    """Make the images that the manifests name, start a node and apply the project to it, as the README says."""
    node = Node(project)
    manifests = sorted(path for path in node.manifests.glob("*.yaml") if path.name != "kustomization.yaml")
    make_images(CACHE / "img/rootfs.tar", CACHE / "img/stack.images.tar", manifests)
    subprocess.run([CLUSTER / "node.sh", "up"], check=True)
    node.kubectl("apply", "--server-side", "-f", str(node.manifests / "namespace.yaml"))
    secret = convert(project, "secrets", "--overlay", "docker-desktop")
    assert secret.returncode == 0, secret.stderr
    node.kubectl("apply", "-f", "-", stdin=secret.stdout)
    node.kubectl("apply", "--server-side", "-k", str(node.manifests))
    return node


def down() -> None:
    """End the node; nothing of it stays but its images."""
    subprocess.run([CLUSTER / "node.sh", "down"], check=True)
