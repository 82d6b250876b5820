"""A node, and projects converted and applied to it."""

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

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CLUSTER = ROOT.parent / "shared/cluster"
CACHE = Path(os.environ.get("CLUSTER_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cdb-cluster")


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
    """A project on a node.

    Attributes:
        project: the folder with the Compose file.
        overlay: the overlay that it is converted with.
        namespace: where its objects are.

    """

    project: Path
    overlay: str
    namespace: str

    @property
    def manifests(self) -> Path:
        """The folder that the run wrote."""
        return self.project / "output" / self.overlay

    def convert(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run cdb-convert in the project."""
        program = str(Path(sys.executable).with_name("cdb-convert"))
        return subprocess.run([program, *argv, "--overlay", self.overlay], cwd=self.project, capture_output=True, text=True, check=False)

    def call(self, *argv: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run kubectl against the node, in the project's namespace."""
        env = {**os.environ, "KUBECONFIG": str(CACHE / "node.kubeconfig"), "NO_PROXY": "*"}
        argv = ("kubectl", "-n", self.namespace, *argv)
        return subprocess.run(argv, env=env, input=stdin, check=False, capture_output=True, text=True)

    def kubectl(self, *argv: str, stdin: str = "") -> str:
        """What kubectl prints; raises CalledProcessError with its stderr."""
        done = self.call(*argv, stdin=stdin)
        done.check_returncode()
        return done.stdout

    def apply(self) -> str:
        """Apply the Secret and then everything, as the README says, where nothing has been applied before; what kubectl warns of."""
        secret, warned = self.convert("secrets"), ""
        assert secret.returncode == 0, secret.stderr
        for argv, stdin in ((("-f", "-"), secret.stdout), (("--server-side", "-k", str(self.manifests)), "")):
            done = self.call("apply", *argv, stdin=stdin)
            assert done.returncode == 0, done.stderr
            warned += done.stderr
        return warned

    def get(self, *argv: str) -> Any:
        """Objects as kubectl has them."""
        return json.loads(self.kubectl("get", *argv, "-o", "json"))

    def exec(self, service: str, *argv: str, container: str = "") -> str:
        """What a program prints in the container of a service."""
        return self.kubectl("exec", f"deploy/{service}", "-c", container or service, "--", *argv)

    def ask(self, service: str, port: int, path: str) -> str:
        """An HTTP answer of a service, through the API server."""
        return self.kubectl("get", "--raw", f"/api/v1/namespaces/{self.namespace}/services/{service}:{port}/proxy{path}")

    def sql(self, query: str) -> str:
        """What psql says in the database's pod."""
        return self.exec("postgres", "sh", "-c", f'psql -At -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "{query}"').strip()

    def redis(self, *argv: str) -> str:
        """What redis-cli says in Redis' pod, with the password of the arguments of its probe."""
        name = "${REDIS_PASSWORD:-$CDB_REDIS_PASSWORD}"
        return self.exec("redis", "sh", "-c", f'redis-cli --no-auth-warning -a "{name}" {" ".join(argv)}').strip()

    def all_ready(self) -> bool:
        """Whether each Deployment has its pods, and each pod is Ready or has come to its end."""
        wanted = sum(one["spec"]["replicas"] for one in self.get("deployments")["items"])
        pods = [pod for pod in self.get("pods")["items"] if pod["status"].get("phase") not in {"Succeeded", "Failed"}]
        conditions = [{one["type"]: one["status"] for one in pod["status"].get("conditions", [])} for pod in pods]
        return len(pods) == wanted and all(found.get("Ready") == "True" for found in conditions)

    def wait(self, seconds: float = 240) -> None:
        """Wait until every pod is Ready; fails with what the pods say."""
        try:
            until(self.all_ready, "every pod is Ready", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.explain()}") from None

    def explain(self) -> str:
        """What went wrong, for a failure's message."""
        said = [self.call("get", "pods", "-o", "wide").stdout, self.call("get", "events", "--sort-by=.lastTimestamp").stdout[-6000:]]
        for pod in self.get("pods")["items"]:
            if not all(one["ready"] for one in pod["status"].get("containerStatuses", [])):
                name = pod["metadata"]["name"]
                logs = self.call("logs", name, "--all-containers", "--tail=15")
                said.append(f"--- {name}\n{logs.stdout}{logs.stderr}")
        return "\n".join(said)


def claire(project: Path) -> Node:
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
    return Node(project, "docker-desktop", "claire")


def features(project: Path) -> Node:
    """The project of test_features.py, with its secrets."""
    shutil.copytree(HERE / "features", project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (project / ".env").write_text(
        'REDIS_PASSWORD=pass-$-word\nGUARD_TOKEN=it\'s a "token" of three words\nWEB_KEY=key-of-web\nPLAIN=plain\n'
    )
    (project / "api_key.txt").write_text("key-of-the-api\nsecond line\n")
    return Node(project, "node", "features")


def owned(project: Path) -> Node:
    """The project with folders of the node."""
    shutil.copytree(HERE / "owned", project, dirs_exist_ok=True)
    overlay = project / "overlays/node.yaml"
    folder = project / "volumes"
    folder.mkdir()
    overlay.write_text(overlay.read_text().replace("FOLDER", str(folder)))
    return Node(project, "node", "owned")


def broken(project: Path) -> Node:
    """The project of which one part fails, as it must."""
    shutil.copytree(HERE / "broken", project, dirs_exist_ok=True)
    return Node(project, "node", "broken")
