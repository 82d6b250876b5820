"""What the Compose files define and nothing uses."""

from __future__ import annotations

from pathlib import Path

from converter.compose.unused import settings_in_compose, unused
from tests.compose.stacks import loaded

TEXT = """
x-common: &common {restart: always}
services:
  web: {<<: *common, image: "a:1", volumes: ["used:/data"], networks: [front]}
  more: {image: "b:1", volumes: ["sleeping:/data"], profiles: [more]}
  told: {image: "c:1", networks: [front], x-cdb: {exposure: {}}}
networks: {front: {}, back: {}}
volumes: {used: {}, sleeping: {}, idle: {}, x-extension: {}}
secrets: {token: {file: ./token.txt}}
configs: {motd: {content: hello}}
"""
UNUSED = [("networks", "back"), ("volumes", "idle"), ("volumes", "sleeping"), ("secrets", "token"), ("configs", "motd")]


def test_what_no_active_service_uses_is_found(tmp_path: Path) -> None:
    assert list(unused(loaded(tmp_path, {"compose.yaml": TEXT}))) == UNUSED


def test_what_a_profile_uses_is_used(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": TEXT}, profiles=("more",))

    assert list(unused(project)) == [route for route in UNUSED if route != ("volumes", "sleeping")]


def test_what_is_reset_is_not_there_to_be_used(tmp_path: Path) -> None:
    files = {"compose.yaml": TEXT, "more.yaml": "volumes: {idle: !reset null}\n"}
    project = loaded(tmp_path, files, files=("compose.yaml", "more.yaml"))

    assert ("volumes", "idle") not in unused(project)


def test_settings_of_ours_in_a_compose_file_are_found(tmp_path: Path) -> None:
    assert settings_in_compose(loaded(tmp_path, {"compose.yaml": TEXT})) == (("services", "told", "x-cdb"),)

    project = loaded(tmp_path, {"compose.yaml": TEXT + "x-cdb: {exposure: {}}\n"})
    assert settings_in_compose(project) == (("x-cdb",), ("services", "told", "x-cdb"))
    assert project.sources.locate(("x-cdb",), project.model)[0].line == 11
