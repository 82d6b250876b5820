"""What only the caller of docker compose has is in no output."""

from __future__ import annotations

from pathlib import Path

import pytest

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
