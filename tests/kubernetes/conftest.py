"""Where Kubernetes' programs are, and a real API server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rules.conftest import inputs, kompose, result

__all__ = ["inputs", "kompose", "result"]  # the fixtures that convert the cases of the rules

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT.parent / "shared/cluster"
CACHE = Path(os.environ.get("CLUSTER_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cdb-cluster")
Kubectl = Callable[..., subprocess.CompletedProcess[str]]
Validate = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def validate() -> Validate:
    """Asks the validation code of an API server about files: one verdict for each document."""
    program = CACHE / "bin/kvalidate"
    if not program.exists():
        pytest.skip("kvalidate is not built: ../shared/cluster/build.sh kvalidate")

    def ask(*argv: str | Path) -> list[dict[str, Any]]:
        done = subprocess.run([program, *map(str, argv)], capture_output=True, text=True, check=False)
        assert done.stdout, done.stderr
        verdicts: list[dict[str, Any]] = json.loads(done.stdout)["results"]
        return verdicts

    return ask


@pytest.fixture(scope="session")
def kubectl() -> Kubectl:
    """Runs kubectl without a server."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on PATH")

    def run(*argv: str | Path, stdin: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        words = ["kubectl", *map(str, argv)]
        return subprocess.run(words, input=stdin, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def server(kubectl: Kubectl) -> Iterator[Kubectl]:
    """Runs kubectl against a real API server, which is started for it; one that runs already is used and left alone."""
    if not (CACHE / "bin/kube-apiserver").exists():
        pytest.skip("kube-apiserver is not built: ../shared/cluster/build.sh kube-apiserver")
    if shutil.which("etcd") is None:
        pytest.skip("etcd is missing: apt-get install etcd-server")
    there = _is_running()
    started = subprocess.run([CLUSTER / "up.sh"], capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stderr
    env = {"KUBECONFIG": str(CACHE / "kubeconfig"), "NO_PROXY": "*"}
    try:
        yield lambda *argv, stdin="": kubectl(*argv, stdin=stdin, env=env)
    finally:
        if not there:
            subprocess.run([CLUSTER / "down.sh"], capture_output=True, check=False)


def _is_running() -> bool:
    try:
        os.kill(int((CACHE / "run/apiserver.pid").read_text()), 0)
    except (OSError, ValueError):
        return False
    return True
