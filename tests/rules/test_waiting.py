"""The init containers that wait, run with a real busybox where there is one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from converter.rules.writing.waiting import job_reader, token_volume, wait_for_job, wait_for_name, wait_for_port

BUSYBOX = shutil.which("busybox")
needs_busybox = pytest.mark.skipif(BUSYBOX is None, reason="busybox is not installed")


def run(container: dict[str, Any], tools: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run what an init container runs, with nothing but busybox on its PATH."""
    for name in ("sh", "nc", "timeout", "sleep", "grep", "echo"):
        (tools / name).symlink_to(str(BUSYBOX))
    _, flag, script = container["command"]
    return subprocess.run(
        [str(tools / "sh"), flag, script], env={"PATH": str(tools)}, capture_output=True, text=True, timeout=seconds, check=False
    )


def free_port() -> int:
    """A port of the loopback address on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number: int = one.getsockname()[1]
        return number


def answer(port: int) -> None:
    """Take one connection."""
    with socket.create_server(("127.0.0.1", port)) as server:
        connection, _ = server.accept()
        connection.close()


@needs_busybox
def test_a_wait_for_a_port_ends_when_someone_answers(tmp_path: Path) -> None:
    port = free_port()
    late = threading.Timer(0.5, answer, (port,))
    late.start()

    done = run(wait_for_port("wait", "busybox", "127.0.0.1", port, None), tmp_path, 20)

    late.join()
    assert done.returncode == 0
    assert done.stdout == f"waiting for 127.0.0.1:{port}\n"


@needs_busybox
def test_a_wait_without_a_limit_has_no_end(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run(wait_for_port("wait", "busybox", "127.0.0.1", free_port(), None), tmp_path, 1.5)


@needs_busybox
def test_a_wait_with_a_limit_says_that_it_goes_on(tmp_path: Path) -> None:
    port = free_port()

    done = run(wait_for_port("wait", "busybox", "127.0.0.1", port, 1), tmp_path, 20)

    assert done.returncode == 0
    assert done.stdout.endswith(f"no 127.0.0.1:{port} within 1 s: going on\n")


@needs_busybox
def test_a_name_that_resolves_is_enough_even_if_nobody_listens(tmp_path: Path) -> None:
    assert run(wait_for_name("wait", "busybox", "localhost", 5), tmp_path, 20).stdout == "waiting for localhost\n"


@needs_busybox
def test_a_name_that_does_not_resolve_is_waited_for(tmp_path: Path) -> None:
    assert "no absent.invalid within 1 s" in run(wait_for_name("wait", "busybox", "absent.invalid", 1), tmp_path, 20).stdout


def test_only_the_init_container_sees_the_token_and_only_the_jobs_can_be_read() -> None:
    containers = list(wait_for_job(("wait", "success"), "kubectl", "migrate-1", "1h"))
    account, role, binding = job_reader("app-waits", ["migrate-1"])

    assert [mount["name"] for one in containers for mount in one["volumeMounts"]] == [token_volume()["name"]] * 2
    assert account["automountServiceAccountToken"] is False
    assert role["rules"][0]["resourceNames"] == ["migrate-1"]
    assert (binding["roleRef"]["name"], binding["subjects"][0]["name"]) == ("app-waits", "app-waits")
