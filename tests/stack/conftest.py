"""The environment of the Compose file, and the servers of the stack."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.stack.programs import ROOT, Programs, Running, missing

_COMPOSE = Path(sysconfig.get_path("purelib")) / "compose" / "docker-compose"


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, str]]:
    """What each service's environment is by the Compose file and .env.example; a `command` is among it as one line."""
    folder = tmp_path_factory.mktemp("compose")
    shutil.copy(ROOT / "docker-compose.yml", folder)
    shutil.copy(ROOT / ".env.example", folder / ".env")
    argv = [str(_COMPOSE), "--profile", "test", "config", "--format", "json"]
    done = subprocess.run(argv, cwd=folder, env={"PATH": "/usr/bin:/bin", "HOME": "/"}, check=True, capture_output=True, text=True)
    model = json.loads(done.stdout.replace("$$", "$"))
    return {
        key: {**service.get("environment", {}), **({"command": " ".join(service["command"])} if service.get("command") else {})}
        for key, service in model["services"].items()
    }


@pytest.fixture(scope="module")
def shared(environment: Mapping[str, Mapping[str, str]]) -> Iterator[Programs]:
    """Starts processes that a whole module uses."""
    yield from _programs(environment)


@pytest.fixture
def programs(environment: Mapping[str, Mapping[str, str]]) -> Iterator[Programs]:
    """Starts processes for one test."""
    yield from _programs(environment)


def _programs(environment: Mapping[str, Mapping[str, str]]) -> Iterator[Programs]:
    if why := missing():
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="stack-"))  # not pytest's: the user postgres must be able to enter it
    folder.chmod(0o755)
    started = Programs(folder, environment)
    try:
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def redis(shared: Programs) -> Running:
    """A Redis with the stack's command and password."""
    return shared.redis()


@pytest.fixture(scope="module")
def postgres(shared: Programs) -> Running:
    """A Postgres with the stack's schema."""
    return shared.postgres()
