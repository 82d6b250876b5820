"""Same input, same bytes: whoever runs it, wherever, whenever; and a second run touches nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.command import process
from tests.cli.projects import reference, stored

OVERLAYS = {"docker-desktop", "production"}


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference stack with its output."""
    folder = reference(tmp_path_factory.mktemp("stack") / "claire")
    assert process(folder, "run").status == 0
    return folder


def times(folder: Path) -> dict[str, tuple[int, int]]:
    """When each file and folder below a folder was changed, and which it is."""
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(folder.rglob("*"))}


def test_the_second_run_says_so_and_touches_no_file(converted: Path) -> None:
    before = times(converted / "output")

    done = process(converted, "run")

    assert done.status == 0
    assert done.out.count("nothing changed") == len(OVERLAYS)
    assert times(converted / "output") == before
    assert {path.name for path in (converted / "output").iterdir()} == OVERLAYS


def test_the_committed_output_is_what_a_run_writes(converted: Path) -> None:
    assert process(converted, "check", "-q").status == 0


SURROUNDINGS: Mapping[str, Mapping[str, str]] = {
    "another user": {"HOME": "/nonexistent/home of ü", "USER": "ünal", "LOGNAME": "ünal", "USERNAME": "ünal", "SUDO_USER": "x"},
    "another locale": {"LC_ALL": "C", "LANG": "C", "LANGUAGE": "de", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "another time zone": {"TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": "1"},
    "another order of sets": {"PYTHONHASHSEED": "1"},
    "yet another order": {"PYTHONHASHSEED": "4242"},
    "variables of the caller": {
        "REDIS_PASSWORD": "x",
        "LOG_LEVEL": "DEBUG",
        "MARKET_DATA": "live",
        "SIGNAL_PORT": "1",
        "GRAFANA_PASSWORD": "x",
        "COMPOSE_PROFILES": "test",
        "COMPOSE_PROJECT_NAME": "other",
        "COMPOSE_FILE": "nix.yml",
        "DOCKER_DEFAULT_PLATFORM": "linux/arm64",
    },
}


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_surroundings_change_no_byte(surroundings: str, converted: Path, tmp_path: Path) -> None:
    extra = {"XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")}  # kompose is built once a user
    words = ("run", "--overlay", "docker-desktop", "--output", tmp_path)
    done = process(converted, *words, env={**extra, **SURROUNDINGS[surroundings]})

    assert done.status == 0, done.err
    assert stored(tmp_path / "docker-desktop") == stored(converted / "output" / "docker-desktop")


def test_another_folder_changes_no_byte(converted: Path, tmp_path: Path) -> None:
    other = reference(tmp_path / "a folder of another name")
    assert process(other, "run").status == 0
    assert stored(other / "output") == stored(converted / "output")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no file modes")
def test_modes_and_times_of_the_inputs_change_no_byte(converted: Path, tmp_path: Path) -> None:
    other = reference(tmp_path / "stack")
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
        if path.is_file():
            path.chmod(0o600)
    previous = os.umask(0o077)
    try:
        assert process(other, "run").status == 0
    finally:
        os.umask(previous)
    assert stored(other / "output") == stored(converted / "output")


def test_a_path_and_a_link_to_it_are_the_same(converted: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    try:
        link.symlink_to(converted, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert process(link, "run", "--overlay", "docker-desktop", "--output", tmp_path / "output").status == 0
    assert stored(tmp_path / "output" / "docker-desktop") == stored(converted / "output" / "docker-desktop")


def test_an_absent_env_file_and_one_with_the_plain_values_of_the_example_are_the_same(converted: Path, tmp_path: Path) -> None:
    other = reference(tmp_path / "stack")
    text = (other / ".env.example").read_text(encoding="utf-8")
    (other / ".env").write_text(text.replace("change-me", "a-real-password"), encoding="utf-8")

    done = process(other, "run")

    assert done.status == 0
    assert "stands in" not in done.out
    assert stored(other / "output") == stored(converted / "output")


def test_another_plain_value_in_the_env_file_is_another_output(converted: Path, tmp_path: Path) -> None:
    other = reference(tmp_path / "stack")
    shutil.copytree(converted / "output", other / "output")
    text = (other / ".env.example").read_text(encoding="utf-8")
    (other / ".env").write_text(text.replace("LOG_LEVEL=INFO", "LOG_LEVEL=DEBUG"), encoding="utf-8")

    done = process(other, "check", "--overlay", "docker-desktop")

    assert done.status == 1
    assert ".env:" in done.out, "each change with the line of the env file"
    assert "LOG_LEVEL: INFO -> DEBUG" in done.out


def test_reports_for_a_file_depend_on_nothing_else_either(converted: Path, tmp_path: Path) -> None:
    texts = []
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.json"
        assert process(converted, "check", "-q", "--report", f"json={file}", env={"PYTHONHASHSEED": seed}).status == 0
        texts.append(file.read_bytes())
    assert texts[0] == texts[1]
    assert str(converted).encode() not in texts[0]
