"""Files that are secret are keys of the Secret, and their content is read for the command `secrets` alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from converter.compose.file_secrets import config_key, file_key, file_secrets, file_values, needed_by
from converter.compose.load import Inputs, load
from converter.compose.project import Project

COMPOSE = """
name: shop
services:
  web:
    image: nginx:1.27
    volumes: [./auth:/etc/nginx/auth:ro]
    configs: [login, plain, token]
    secrets: [outside]
  api:
    image: api:1
    volumes: [./auth/htpasswd:/htpasswd:ro]
    environment: {APP_PASSWORD: "${APP_PASSWORD}"}
configs:
  login: {content: "db=http://api:8000 password=${APP_PASSWORD}"}
  plain: {content: "a=b"}
  token: {file: ./auth/token}
secrets:
  outside: {external: true}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with secrets in files of every kind."""
    (tmp_path / "compose.yml").write_text(COMPOSE)
    (tmp_path / ".env").write_text("APP_PASSWORD=canary-of-the-app\n")
    (tmp_path / "auth").mkdir()
    (tmp_path / "auth/htpasswd").write_bytes(b"admin:canary\n")
    (tmp_path / "auth/token").write_bytes(b"canary-token")
    (tmp_path / "auth/users.conf").write_bytes(b"a\n")
    monkeypatch.chdir(tmp_path)
    return load(Inputs(files=("compose.yml",)))


def test_each_has_one_key_and_the_services_that_mount_it(project: Project) -> None:
    assert {key: secret.services for key, secret in file_secrets(project).items()} == {
        "config.login": ("web",),
        "file.auth_htpasswd": ("api", "web"),
        "file.auth_token": ("web",),
    }


def test_the_content_is_there_for_the_command(project: Project) -> None:
    assert file_values(project, {"APP_PASSWORD": b"canary-of-the-app"}) == {
        "config.login": b"db=http://api:8000 password=canary-of-the-app",
        "file.auth_htpasswd": b"admin:canary\n",
        "file.auth_token": b"canary-token",
    }


def test_what_a_config_lacks_leaves_it_without_content(project: Project) -> None:
    assert "config.login" not in file_values(project, {})


def test_a_file_that_has_gone_leaves_the_key_without_content(project: Project) -> None:
    assert file_secrets(project)
    os.remove("auth/token")  # noqa: PTH107  # the shortest way in the folder of the test

    assert "file.auth_token" not in file_values(project, {})


def test_the_secret_needs_them_and_no_external_one(project: Project) -> None:
    assert sorted(needed_by(project)) == ["APP_PASSWORD", "config.login", "file.auth_htpasswd", "file.auth_token"]


@pytest.mark.parametrize(
    ("source", "key"),
    [("./auth/htpasswd", "file.auth_htpasswd"), ("auth/two words", "file.auth_two_words"), ("../x", "file..._x")],
)
def test_a_path_becomes_a_valid_key(source: str, key: str) -> None:
    assert file_key(source) == key


def test_a_config_becomes_a_valid_key() -> None:
    assert config_key("my config") == "config.my_config"
