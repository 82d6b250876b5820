"""Starts what the reference stack is made of as processes on loopback: Debian's Redis and Postgres, and the programs of stack/."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_TRACED = """
import sys
sys.path.insert(0, "")
import service
assert service.PORT == 8003, "the port is hard-coded"
service.PORT = int(sys.argv[1])
if len(sys.argv) > 2:
    service.time.sleep = lambda seconds: print(f"pause {seconds}")
service.main()
"""


def missing() -> str:
    """Why the stack cannot be started on this machine; "" if it can."""
    if shutil.which("redis-server") is None:
        return "redis-server is not installed (Debian: apt-get install redis-server)"
    return "" if _POSTGRES else "Postgres is not installed (Debian: apt-get install postgresql)"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def until(claim: Callable[[], object], what: str, seconds: float = 20) -> Any:
    """The first true answer of `claim`; fails with `what` if none comes in time. What it raises meanwhile is no answer."""
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            last = claim()
        except Exception as error:  # noqa: BLE001 - not there yet, in whatever way
            last = error
        else:
            if last:
                return last
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds:g} s (last: {last!r})")


def get(port: int, path: str) -> tuple[int, str]:
    """Status and text of an HTTP answer on loopback."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@dataclass
class Running:
    """A process and where it listens and writes."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def json(self, path: str) -> Any:
        """The body of an answer that must be 200."""
        status, text = get(self.port, path)
        assert status == 200, f"{path}: {status} {text}"
        return json.loads(text)

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text()

    def ended(self, seconds: float = 10) -> int:
        """Its exit status."""
        return self.process.wait(seconds)

    def stop(self) -> None:
        """End it, whatever it thinks of it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@dataclass
class Programs:
    """Starts processes and ends them all."""

    folder: Path
    environment: Mapping[str, Mapping[str, str]]
    running: list[Running] = field(default_factory=list)

    def start(self, name: str, argv: list[str], *, port: int = 0, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Running:
        """Start a process in a session of its own, with nothing of the caller's environment but PATH."""
        log = self.folder / f"{name}-{len(self.running)}.log"
        full = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8", **(env or {})}
        with log.open("wb") as out:
            process = subprocess.Popen(argv, cwd=cwd, env=full, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        self.running.append(Running(process, port, log))
        return self.running[-1]

    def redis(self, port: int = 0) -> Running:
        """Redis by the Compose file's own command, ready."""
        port = port or free_port()
        folder = self.folder / f"redis-{port}"
        folder.mkdir(exist_ok=True)
        shell, flag, line = self.environment["redis"]["command"].split(" ", 2)
        password = self.environment["redis"]["REDIS_PASSWORD"]
        argv = [shell, flag, f"exec {line} --port {port} --bind 127.0.0.1 --dir {folder}"]
        server = self.start("redis", argv, port=port, env={"REDIS_PASSWORD": password})
        ping = ["redis-cli", "-p", str(port), "-a", password, "--no-auth-warning", "ping"]
        until(lambda: subprocess.run(ping, capture_output=True, check=True).stdout == b"PONG\n", "Redis answers")
        return server

    def postgres(self, user: str = "") -> Running:
        """Postgres with the schema of the stack, applied as the image does: by the configured user, who is the superuser."""
        port, folder = free_port(), self.folder / "postgres"
        settings = self.environment["postgres"]
        user = user or settings["POSTGRES_USER"]
        folder.mkdir()
        (folder / "password").write_text(settings["POSTGRES_PASSWORD"])
        as_postgres: list[str] = []
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres", "postgres")
            as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        data = folder / "data"
        initdb = [
            str(_POSTGRES[-1] / "initdb"),
            "-D",
            str(data),
            "-U",
            user,
            f"--pwfile={folder / 'password'}",
            "-A",
            "scram-sha-256",
            "-N",
        ]
        subprocess.run([*as_postgres, *initdb], check=True, capture_output=True, cwd="/")
        argv = [str(_POSTGRES[-1] / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-F"]
        server = self.start("postgres", [*as_postgres, *argv], port=port, cwd=Path("/"))
        env = {"PATH": os.environ["PATH"], "PGPASSWORD": settings["POSTGRES_PASSWORD"]}
        psql = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", user, "-v", "ON_ERROR_STOP=1", "-q", "-d"]
        create = [*psql, "postgres", "-c", f"CREATE DATABASE {settings['POSTGRES_DB']}"]
        until(lambda: subprocess.run(create, env=env, check=True, capture_output=True), "Postgres answers")
        schema = str(ROOT / "stack/DATABASE_SCHEMA.sql")
        subprocess.run([*psql, settings["POSTGRES_DB"], "-f", schema], env=env, check=True, capture_output=True)
        return server

    def service(self, key: str, redis: int, postgres: int = 0, *, quick: bool = False, **changes: str) -> Running:
        """A program of stack/ with the environment of the Compose file, but for where its servers are. `quick`: pauses are only noted."""
        port = free_port()
        env = {name: value for name, value in self.environment[key].items() if name != "command"}
        env |= {
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis),
            "WS_SCREENER_PORT": str(port),
            "SIGNAL_PORT": str(port),
            "RISK_PORT": str(port),
        }
        env |= {"MARKET_DATA": "synthetic", "MARKET_DATA_INTERVAL_SEC": "0.05", "GENERATOR_INTERVAL_SEC": "0.1"}
        if "DATABASE_URL" in env:
            env["DATABASE_URL"] = env["DATABASE_URL"].replace("cdb_postgres:5432", f"127.0.0.1:{postgres}")
            env |= {"POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": str(postgres)}
        folder = ROOT / "stack" / key
        argv = [sys.executable, "app.py" if (folder / "app.py").exists() else "service.py"]
        if key == "execution_service":
            argv = [sys.executable, "-c", _TRACED, str(port), *(["quick"] if quick else [])]
        return self.start(key, argv, port=port, env=env | changes, cwd=folder)

    def stop(self) -> None:
        """End everything that is still there."""
        for process in reversed(self.running):
            process.stop()
