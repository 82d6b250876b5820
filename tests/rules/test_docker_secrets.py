"""Docker secrets, however a program reads them: the file is at its path, with its exact bytes, read from the manifests and the Secret."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from converter import overlay, pipeline, yaml
from converter.manifests import Manifests, pod_spec
from converter.pipeline import Result
from tests.cli.command import Done, cdb
from tests.compose.stacks import loaded

PASSWORD = b'canary p$w $(x) "quoted" \xc3\xa9\r\n\n'
KEY = b"\x00\xffcanary\x01"
TOKEN = "canary-of-the-environment"
ENTRY = '#!/bin/sh\nexport PW="$(cat /run/secrets/db_password)"\nexec "$@"\n'
PROJECT = """
name: shop
services:
  db: # *_FILE
    image: postgres:16
    environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db_password}
    secrets: [db_password]
  api: # $(cat ...) in a command and in a healthcheck
    image: example/api:1
    user: "1000:1000"
    command: sh -c 'export PW="$$(cat /run/secrets/db_password)"; exec serve'
    healthcheck: {test: [CMD-SHELL, 'check --password "$$(cat /run/secrets/db_password)"']}
    secrets: [db_password, {source: key, target: tls/key.bin, mode: 0400}, {source: token, target: /etc/api/token}]
  wrapped: # an entrypoint of the project's own
    image: example/wrapped:1
    entrypoint: [/entry.sh]
    command: [serve]
    volumes: ["./bin/entry.sh:/entry.sh:ro"]
    secrets: [db_password]
  hooked:
    image: example/hooked:1
    post_start: [{command: [sh, -c, 'register "$$(cat /run/secrets/token)"']}]
    secrets: [token]
  strange: {image: "example/strange:1", secrets: [outer]}
secrets:
  db_password: {file: ./secrets/db.txt}
  key: {file: ./secrets/key.bin}
  token: {environment: API_TOKEN}
  outer: {external: true}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folder."""
    made = tmp_path_factory.mktemp("secrets")
    (made / "secrets").mkdir()
    (made / "secrets/db.txt").write_bytes(PASSWORD)
    (made / "secrets/key.bin").write_bytes(KEY)
    return made


@pytest.fixture(scope="module")
def result(folder: Path, kompose: Path) -> Result:
    """What the pipeline makes of it."""
    project = loaded(folder, {"compose.yaml": PROJECT, ".env": f"API_TOKEN={TOKEN}\n", "bin/entry.sh": ENTRY})
    return pipeline.run(project, overlay.build("default", {}, ()), kompose)


@pytest.fixture(scope="module")
def secret(folder: Path, result: Result) -> Mapping[str, bytes]:
    """The Secret that `cdb-convert secrets` prints."""
    assert result.manifests
    done: Done = cdb(folder, "secrets")
    assert done.status == 0, done.err
    assert "canary" not in done.err
    printed = next(one for one in yaml.read(done.out) if one["kind"] == "Secret")
    return {key: base64.b64decode(value) for key, value in printed["data"].items()}


def file_at(manifests: Manifests, service: str, path: str, secret: Mapping[str, bytes]) -> tuple[bytes, int]:
    """Content and mode of a file of a container, as a kubelet puts it there."""
    mount = next(one for one in manifests.container(service)["volumeMounts"] if one["mountPath"] == path)
    volume = next(one for one in pod_spec(manifests.workload(service))["volumes"] if one["name"] == mount["name"])
    kind, source = next((kind, volume[kind]) for kind in ("secret", "configMap") if kind in volume)
    held: Mapping[str, Any] = secret
    if kind == "configMap":
        document = manifests.find("ConfigMap", source["name"])
        held = {key: text.encode() for key, text in (document or {})["data"].items()}
    items = source.get("items") or [{"key": key, "path": key} for key in held]
    item = next(one for one in items if one["path"] == mount["subPath"])
    return held[item["key"]], item.get("mode", source["defaultMode"])


@pytest.mark.parametrize(
    ("service", "path", "content", "mode"),
    [
        ("db", "/run/secrets/db_password", PASSWORD, 0o444),
        ("api", "/run/secrets/db_password", PASSWORD, 0o444),
        ("api", "/run/secrets/tls/key.bin", KEY, 0o440),
        ("api", "/etc/api/token", TOKEN.encode(), 0o444),
        ("wrapped", "/run/secrets/db_password", PASSWORD, 0o444),
        ("wrapped", "/entry.sh", ENTRY.encode(), 0o555),
        ("hooked", "/run/secrets/token", TOKEN.encode(), 0o444),
    ],
)
def test_a_secret_is_at_its_path_with_its_bytes(
    service: str, path: str, content: bytes, mode: int, result: Result, secret: Mapping[str, bytes]
) -> None:
    assert file_at(result.manifests, service, path, secret) == (content, mode)


def test_who_may_not_read_for_others_reads_as_its_group(result: Result) -> None:
    assert pod_spec(result.manifests.workload("api"))["securityContext"]["fsGroup"] == 1000


def test_what_reads_the_file_is_left_as_it_is(result: Result) -> None:
    api, wrapped, hooked = (result.manifests.container(one) for one in ("api", "wrapped", "hooked"))

    assert result.manifests.container("db")["env"] == [{"name": "POSTGRES_PASSWORD_FILE", "value": "/run/secrets/db_password"}]
    assert api["args"] == ["sh", "-c", 'export PW="$$(cat /run/secrets/db_password)"; exec serve']  # $$( is $( once Kubernetes has read it
    assert api["readinessProbe"]["exec"]["command"] == ["/bin/sh", "-c", 'check --password "$$(cat /run/secrets/db_password)"']
    assert (wrapped["command"], wrapped["args"]) == (["/entry.sh"], ["serve"])
    assert hooked["lifecycle"]["postStart"]["exec"]["command"] == [
        "sh",
        "-c",
        'register "$(cat /run/secrets/token)"',
    ]  # nothing is read here


def test_no_container_has_more_secrets_than_its_service(result: Result) -> None:
    for key in result.manifests.services():
        volumes = pod_spec(result.manifests.workload(key)).get("volumes", ())
        keys = {item["key"] for volume in volumes for item in volume.get("secret", {}).get("items", ())}
        assert keys == {entry["source"] for entry in result.project.services[key].get("secrets", ())}, key
        assert pod_spec(result.manifests.workload(key))["automountServiceAccountToken"] is False


def test_an_external_secret_is_a_secret_of_its_own_with_a_key_of_its_name(result: Result, secret: Mapping[str, bytes]) -> None:
    volume = next(one for one in pod_spec(result.manifests.workload("strange"))["volumes"] if "secret" in one)

    assert (volume["secret"]["secretName"], [item["key"] for item in volume["secret"]["items"]]) == ("outer", ["outer"])
    assert "outer" not in secret


def test_no_byte_of_a_secret_is_in_the_manifests_or_in_what_is_said(result: Result) -> None:
    assert "canary" not in repr((list(result.manifests), result.entries, result.findings, result.project.warnings))
