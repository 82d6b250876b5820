"""What only the caller of docker compose has is in no output."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.compose.load import Inputs, load
from tests.compose.stacks import loaded

TEXT = """services:
  a:
    image: a:1
    environment: {HOME: , PATH: , OWN_HOME: "${HOME}/x", TOOLS: "/opt:${PATH}"}
    command: [serve, "${HOME}"]
  b:
    image: a:1
    environment: {HOME: /srv, PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
"""


def test_home_and_path_that_are_passed_through_are_not_set_and_others_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("PATH", f"/home/me/bin:{tmp_path}")

    project = loaded(tmp_path, {"compose.yaml": TEXT})

    found = project.services["a"]["environment"]
    assert (found["HOME"], found["PATH"]) == (None, None)
    assert found["TOOLS"] == "/opt:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert project.services["b"]["environment"] == {"HOME": "/srv", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    assert [message for message, _ in project.warnings] == [
        "'services.a.command' has '${HOME}', which is another for everyone who runs docker compose",
        "'services.a.environment.OWN_HOME' has '${HOME}', which is another for everyone who runs docker compose",
        "'services.a.environment.TOOLS' has '${PATH}', which is another for everyone who runs docker compose",
    ]
    assert "/home/me" not in repr(project.model)


def test_the_folder_of_the_caller_is_the_project_and_no_path_of_the_host(tmp_path: Path) -> None:
    text = """services:
  a:
    image: a:1
    environment: {PWD: , DATA: "${PWD}/data", PLAIN: ./data}
    volumes: ["$PWD:/all", "${PWD}/a.conf:/a.conf", "${PWD}/../b:/b"]
"""
    project = loaded(tmp_path, {"compose.yaml": text})

    model = project.services["a"]
    assert model["environment"] == {"PWD": None, "DATA": "./data", "PLAIN": "./data"}
    assert [mount["source"] for mount in model["volumes"]] == [".", "./a.conf", "./../b"]
    assert [message for message, _ in project.warnings] == [
        "'services.a.environment.DATA' has '${PWD}', which is another for everyone who runs docker compose"
    ]


def test_the_caller_may_stand_above_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "deploy" / "compose.yaml"
    project.parent.mkdir()
    project.write_text("services:\n  a: {image: 'a:1', volumes: ['${PWD}/a.conf:/a.conf']}\n")
    monkeypatch.chdir(tmp_path)

    assert load(Inputs(files=("deploy/compose.yaml",))).services["a"]["volumes"][0]["source"] == "./../a.conf"
