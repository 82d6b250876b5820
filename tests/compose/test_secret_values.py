"""The command `secrets` reads each value where it really stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest

from converter.compose.load import Inputs
from converter.compose.project import Settings
from converter.compose.secret_values import Values, read, values
from converter.errors import ConverterError
from tests.compose.stacks import loaded
from tests.compose.test_secrets import _FILES


def _read(folder: Path, files: Mapping[str, str], environment: Mapping[str, str] | None = None, **names: str) -> Values:
    project = loaded(folder, files, environment=environment).with_settings(Settings(names=names))
    with chdir(folder):
        return read(Inputs(), project, environment=environment)


def test_every_value_is_read_where_it_stands(tmp_path: Path) -> None:
    found = _read(tmp_path, _FILES)

    assert {key: value.decode() for key, value in found.found.items()} == {
        "AMQP_URL": "amqp://u:c4n4ry-amqp@mq:5672", "API_KEY": "c4n4ry-key", "CONNECTION": "Server=db;Password=c4n4ry-connection",
        "DB_ENV_PASSWORD": "c4n4ry-db", "DB_HEALTHCHECK_PGPASSWORD": "c4n4ry-test", "ENV_ONE_SECRET": "c4n4ry-one",
        "LITERAL_TOKEN": "c4n4ry-literal", "NPM_TOKEN": "c4n4ry-npm", "POSTGRES_PASSWORD": "c4n4ry-env", "REDIS_PASSWORD": "c4n4ry redis",
        "SHARED_TOKEN": "c4n4ry-web", "WEB_COMMAND_PASSWORD": "c4n4ry-command", "WEB_COMMAND_URL_PASSWORD": "c4n4ry-at",
        "WEB_POST_START_MYSQL_PWD": "c4n4ry-hook", "WHOLE_URL": "redis://:c4n4ry-url@cache/0", "env_one": "c4n4ry-one",
        "file_one": "c4n4ry-file\n",
    }  # fmt: skip
    assert found.missing == ("outside",)
    assert "c4n4ry" not in repr(found)


def test_a_secret_url_gets_the_clusters_name_for_its_host(tmp_path: Path) -> None:
    text = "services: {my_db: {image: x}, web: {image: y, environment: {MAIN_URL: 'postgres://u:my_db@my_db:5432/my_db'}}}"

    known = _read(tmp_path, {"compose.yaml": text})

    assert known.found == {"MAIN_URL": b"postgres://u:my_db@my-db:5432/my_db"}
    assert [said for said, _ in known.remarks] == ["the value of 'MAIN_URL' names the host 'my_db', which is 'my-db' in the cluster"]


def test_what_is_set_nowhere_is_missing(tmp_path: Path) -> None:
    entries = "A_TOKEN: '${A_TOKEN:?}', B_TOKEN: '${B_TOKEN:?}', C_TOKEN: '${C_TOKEN}', D: '${D_TOKEN:-d}', E_TOKEN: '${E_TOKEN:-}'"
    text = f"services: {{a: {{image: x, environment: {{{entries}}}}}}}"
    found = _read(tmp_path, {"compose.yaml": text}, environment={"B_TOKEN": "b"})

    assert found.missing == ("A_TOKEN", "C_TOKEN")
    assert found.found == {"B_TOKEN": b"b", "C_TOKEN": b"", "D_TOKEN": b"d", "E_TOKEN": b""}, "empty, as docker compose has it"


def test_an_example_is_no_value(tmp_path: Path) -> None:
    text = "services: {a: {image: x, env_file: a.env, environment: {A_TOKEN: '${A_TOKEN}', PORT: '${PORT:?}'}}}"
    files = {"compose.yaml": text, ".env.example": "A_TOKEN=change-me\nPORT=1\n", "a.env.example": "B_TOKEN=change-me\n"}

    assert _read(tmp_path, files).missing == ("A_TOKEN", "B_TOKEN")
    assert _read(tmp_path, {**files, ".env": "A_TOKEN=a\nPORT=1\n", "a.env": "B_TOKEN=b\n"}).found == {"A_TOKEN": b"a", "B_TOKEN": b"b"}


def test_a_dollar_in_a_secret_is_said(tmp_path: Path) -> None:
    text = "services: {a: {image: x, env_file: .env, environment: {B: '${B_TOKEN}'}}}"
    found = _read(tmp_path, {"compose.yaml": text, ".env": "A_TOKEN='p$w'\nB_TOKEN=pa$word\nC_TOKEN=${A_TOKEN}x\n"})

    message = "the value of 'B_TOKEN' at .env:2:9 has a '$' that docker compose reads as a variable"
    assert [said for said, _ in found.remarks] == [message]


def test_two_secrets_in_one_text_are_told_apart(tmp_path: Path) -> None:
    text = "services: {a: {image: x, command: ['${A_TOKEN}:${B_TOKEN}', '${A_TOKEN}'], environment: {B: '${B_TOKEN}'}}}"

    assert _read(tmp_path, {"compose.yaml": text, ".env": "A_TOKEN=a:b\nB_TOKEN=c:d\n"}).found == {"A_TOKEN": b"a:b", "B_TOKEN": b"c:d"}


def test_a_text_from_a_variable_is_read_as_well(tmp_path: Path) -> None:
    text = "configs: {c: {environment: TEXT}}\nservices: {a: {image: x, configs: [c]}}"

    assert _read(tmp_path, {"compose.yaml": text, ".env": "A_TOKEN=z\nTEXT=x ${A_TOKEN} y\n"}).found == {"A_TOKEN": b"z"}


def test_a_file_that_cannot_be_read_is_an_error_and_one_that_is_absent_is_missing(tmp_path: Path) -> None:
    text = "secrets:\n  s: {file: one}\n  t: {file: two}\nservices: {a: {image: x, secrets: [s, t]}}"
    (tmp_path / "one").mkdir()
    with pytest.raises(ConverterError, match=r"compose.yaml:2:13: file 'one' of secret 's' cannot be read: is a directory"):
        _read(tmp_path, {"compose.yaml": text})

    (tmp_path / "one").rmdir()
    assert _read(tmp_path, {}).missing == ("s", "t")


def test_a_project_that_only_its_real_values_break_is_an_error_without_them(tmp_path: Path) -> None:
    text = "services: {a: {image: x, container_name: '${A_TOKEN}', environment: {A: '${A_TOKEN}'}}}"
    with pytest.raises(ConverterError) as caught:
        _read(tmp_path, {"compose.yaml": text, ".env": "A_TOKEN=c!4!n!4\n"})

    assert "c!4!n" not in str(caught.value) + repr(caught.value.__context__)


def test_a_home_path_of_a_secret_is_below_the_callers_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    text = "secrets: {s: {file: ~/s}, t: {file: '${HOME}/t'}}\nservices: {a: {image: x, secrets: [s, t]}}"

    assert _read(tmp_path, {"compose.yaml": text, "home/s": "one", "home/t": "two"}).found == {"s": b"one", "t": b"two"}


def test_values_is_the_mapping_alone(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": "services: {a: {image: x, environment: {A_TOKEN: y}}}"})
    with chdir(tmp_path):
        assert values(Inputs(), replace(project)) == {"A_TOKEN": b"y"}
