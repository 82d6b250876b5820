"""What `cdb-convert secrets` prints."""

from __future__ import annotations

import base64
from pathlib import Path

import yaml

from converter.yaml import read
from tests.cli.command import cdb, refused
from tests.cli.projects import reference, shop, web
from tests.compose.stacks import write


def test_a_bound_file_that_is_a_secret_is_a_key_and_an_empty_variable_is_empty(tmp_path: Path) -> None:
    text = "services: {a: {image: x, volumes: ['./app.env:/app/.env'], environment: {A_TOKEN: '${A_TOKEN:-}', B_TOKEN: '${B_TOKEN}'}}}"
    write(tmp_path, {"compose.yaml": text, "app.env": "KEY=canary\n"})

    done = cdb(tmp_path, "secrets")

    data = list(yaml.safe_load_all(done.out))[-1]["data"]
    assert {key: base64.b64decode(value) for key, value in data.items()} == {
        "A_TOKEN": b"",
        "B_TOKEN": b"",
        "file.app.env": b"KEY=canary\n",
    }
    assert done.status == 1
    assert [line.split()[0] for line in done.err.splitlines() if "NO VALUE" in line] == ["B_TOKEN"]


def decoded(out: str) -> dict[str, str]:
    """The data of the Secret that was printed."""
    (secret,) = (document for document in read(out) if document["kind"] == "Secret")
    return {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}


def test_the_secret_is_on_stdout_after_its_namespace_and_who_needs_it_on_stderr(tmp_path: Path) -> None:
    shop(tmp_path, {"overlays/lab.yaml": "target: {namespace: lab}\nsecrets: {secret: keys, keys: {DB_PASSWORD: PG}}\n"})

    done = cdb(tmp_path, "secrets")

    assert done.status == 0
    assert [(document["kind"], document["metadata"]["name"]) for document in read(done.out)] == [("Namespace", "lab"), ("Secret", "keys")]
    assert decoded(done.out) == {"PG": "hunter2-very-secret"}
    assert done.err == f"Secret 'keys':\n  {'PG':32} db\n"
    assert not (tmp_path / "output").exists()
    assert cdb(tmp_path, "secrets", "-q").err == ""


def test_the_same_options_as_for_run_name_the_inputs(tmp_path: Path) -> None:
    shop(tmp_path / "project", {"live.env": "DB_PASSWORD=of-live\n"})
    words = ("secrets", "-f", "project/compose.yml")

    assert decoded(cdb(tmp_path, *words).out) == {"DB_PASSWORD": "hunter2-very-secret"}
    assert decoded(cdb(tmp_path, *words, "--env-file", "project/live.env").out) == {"DB_PASSWORD": "of-live"}
    assert decoded(cdb(tmp_path, *words, "--env", "DB_PASSWORD=given").out) == {"DB_PASSWORD": "given"}


def test_a_value_that_only_the_example_has_is_missing(tmp_path: Path) -> None:
    folder = reference(tmp_path)

    done = cdb(folder, "secrets", "--overlay", "docker-desktop")

    assert done.status == 1
    lines = dict(line.strip().split(maxsplit=1) for line in done.err.splitlines() if line.startswith("  "))
    assert "grafana, " in lines["GF_SECURITY_ADMIN_PASSWORD"]
    assert lines["GF_SECURITY_ADMIN_PASSWORD"].endswith("  NO VALUE")
    assert lines["REDIS_PASSWORD"].endswith("signal_engine  NO VALUE")
    assert done.err.endswith("set them in '.env', or name another file with --env-file\n")
    assert "change-me" not in done.out + done.err


def test_each_missing_value_is_told_with_the_place_that_it_is_looked_for(tmp_path: Path) -> None:
    text = """\
name: shop
services:
  web:
    image: x
    environment: {DB_PASSWORD: "${DB_PASSWORD}", URL: "postgres://u:${DB_PASSWORD}@db/d"}
    secrets: [certificate, key]
    env_file: web.env
    configs: [app]
secrets:
  certificate: {file: ./tls/cert.pem}
  key: {environment: TLS_KEY}
configs: {app: {content: "password: ${MAIL_PASSWORD}"}}
"""
    write(tmp_path, {"compose.yaml": text, "web.env.example": "API_TOKEN=\n"})

    done = cdb(tmp_path, "secrets")

    assert done.status == 1
    told = done.err.splitlines()
    start = next(number for number, line in enumerate(told) if line.startswith("no value "))
    assert told[start:] == [
        "no value for 'DB_PASSWORD', 'MAIL_PASSWORD', 'TLS_KEY': set them in '.env', or name another file with --env-file",
        "no value for 'API_TOKEN': 'web.env.example' only shows it (web.env.example:1:11), write the file that it is an example of",
        "no value for 'certificate': its file './tls/cert.pem' does not exist (compose.yaml:10:23)",
    ]


def test_overlays_with_different_secrets_need_a_choice(tmp_path: Path) -> None:
    shop(tmp_path, {"overlays/lab.yaml": "target: {namespace: lab}\n", "overlays/live.yaml": "target: {namespace: live}\n"})

    assert refused(tmp_path, "secrets") == "the overlays name different Secrets\n  pick one with --overlay: lab, live"
    assert cdb(tmp_path, "secrets", "--overlay", "lab").status == 0


def test_a_dollar_that_docker_compose_takes_for_a_variable_is_told_without_the_value(tmp_path: Path) -> None:
    shop(tmp_path, {".env": "DB_PASSWORD=hunter2$rest\n"})

    done = cdb(tmp_path, "secrets")

    assert "warning: the value of 'DB_PASSWORD' at .env:1:1" in done.err
    assert "  put it in single quotes if the '$' is meant as it is\n" in done.err
    assert "hunter2" not in done.err


def test_a_project_without_secrets_has_an_empty_one(tmp_path: Path) -> None:
    web(tmp_path)
    done = cdb(tmp_path, "secrets")
    assert done.status == 0
    assert decoded(done.out) == {}


def test_the_namespace_keeps_the_labels_that_a_run_has_written(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    (written,) = read((tmp_path / "output/default/namespace.yaml").read_text())

    assert next(one for one in read(cdb(tmp_path, "secrets").out) if one["kind"] == "Namespace") == written
    assert "pod-security.kubernetes.io/warn" in written["metadata"]["labels"]
