"""What is read from a Dockerfile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from converter.compose.dockerfile import Dockerfile, dockerfile
from tests.rules.projects import project_of


def read(tmp_path: Path, text: str, **build: Any) -> Dockerfile:
    """The Dockerfile of a service that is built in the project's folder."""
    (tmp_path / "Dockerfile").write_text(text, encoding="utf-8")
    found = dockerfile(project_of({"app": {"build": {"context": ".", **build}}}, directory=tmp_path), "app")
    assert found is not None
    return found


USERS = {
    "USER 1000": ("1000", "", {}),
    "USER 1000:1001": ("1000", "1001", {}),
    "RUN useradd -m -u 1400 app\nUSER app": ("app", "", {"app": 1400}),
    "RUN useradd --uid=1400 \\\n    # who runs it\n    --create-home app && chown app /app\nUSER app:app": ("app", "app", {"app": 1400}),
    "RUN addgroup -S -g 1500 staff && adduser -S -D -u 1400 -G staff app\nUSER app": ("app", "", {"app": 1400}),
    "ARG NAME=app\nENV APP_UID=1300\nRUN adduser -u $APP_UID ${NAME}\nUSER ${NAME}": ("app", "", {"app": 1300}),
    "RUN useradd app\nUSER app": ("app", "", {}),
    "": ("", "", {}),
}


@pytest.mark.parametrize("text", USERS)
def test_the_user_is_the_last_one_with_the_uid_that_it_was_made_with(tmp_path: Path, text: str) -> None:
    user, group, users = USERS[text]

    found = read(tmp_path, f"FROM python:3.11-slim\n{text}\n")

    assert (found.user, found.group) == (user, group)
    assert {name: found.user_names.get(name) for name in users} == users
    assert users or user not in found.user_names


def test_a_group_is_known_by_its_own_name_and_by_its_users(tmp_path: Path) -> None:
    found = read(tmp_path, "FROM a\nRUN groupadd -g 1500 staff\nRUN useradd -u 1400 -g staff app\n")

    assert (found.groups["staff"], found.groups["app"]) == (1500, 1500)


def test_a_stage_has_what_the_one_below_it_has(tmp_path: Path) -> None:
    text = (
        "FROM --platform=linux/amd64 node:22 AS Base\nRUN adduser -u 1700 w\nUSER w\nEXPOSE 3000 4000/tcp 53/udp\nFROM base\nFROM nginx:1\n"
    )

    assert read(tmp_path, text, target="1") == read(tmp_path, text, target="base")
    assert read(tmp_path, text, target="1").base == "node:22"
    assert read(tmp_path, text, target="1").ports == (3000, 4000)
    assert (read(tmp_path, text).base, read(tmp_path, text).user) == ("nginx:1", "")


def test_a_build_argument_beats_its_default(tmp_path: Path) -> None:
    assert read(tmp_path, "ARG TAG=1\nFROM a:${TAG}\nARG U=1000\nUSER $U\n", args={"U": "1234", "TAG": None}).user == "1234"
    assert read(tmp_path, "ARG TAG=1\nFROM a:${TAG}\n", args={"TAG": "2"}).base == "a:2"


def test_a_dockerfile_may_stand_in_the_compose_file() -> None:
    found = dockerfile(project_of({"app": {"build": {"context": ".", "dockerfile_inline": "FROM a\nUSER 5\n"}}}), "app")

    assert found is not None
    assert (found.user, found.path) == ("5", "")


@pytest.mark.parametrize(
    "build", [None, {"context": "https://example.com/repository.git"}, {"context": ".."}, {"context": "absent"}, {"context": "\0"}]
)
def test_nothing_is_read_outside_the_project_or_where_nothing_is(tmp_path: Path, build: Any) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "Dockerfile").write_text("FROM a\nUSER 5\n", encoding="utf-8")

    assert dockerfile(project_of({"app": {"build": build}}, directory=project), "app") is None
