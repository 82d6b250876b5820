"""What may be a secret is told, without its value, and what is none is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.compose.likely_secrets import by_value, likely
from tests.compose.made import made, of_model

_OPAQUE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_MIXED = "c4Na8yR2c4Nz9aR2yXw3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LICENSE", _OPAQUE),
        ("CLAIM", f"claim-{_MIXED}"),
        ("SEED", f"{_MIXED}=="),
        ("PROXY_LOGIN", "admin:canary"),
        ("USERS", "admin:canary,other:canary"),
        ("HOOK", "https://hooks.example.com/run?code=canary/canary=="),
    ],
)
def test_a_value_that_looks_like_a_secret_is_told_without_it(name: str, value: str) -> None:
    (found,) = likely(of_model({"web": {"image": "x", "environment": {name: value}}}))

    assert found.route == ("services", "web", "environment", name)
    assert found.what == f"the value of '{name}' of service 'web' looks like a secret, and is left plain"
    assert found.hint == f"'secrets: {{variables: [{name}]}}' in the overlay makes it one"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLUSTER_ID", "MkU3OEVBNTcwNTJENDM2Qk"),
        ("GIT_COMMIT", _OPAQUE),
        ("IMAGE_DIGEST", f"sha256:{_OPAQUE}"),
        ("REQUEST_UUID", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
        ("CLASSPATH", "/opt/lib/Connector2Converter3Json4Schema5"),
        ("CONNECTOR", "ConfluentSchemaRegistryAvroConverter2"),
        ("GROUP", "consumers-of-the-orders-topic-2024"),
        ("PORT_RANGE", "10000000200000003000000040000000"),
        ("OWNER", "1000:1000"),
        ("HTTP_AUTH", "enabled"),
        ("BASIC_LOGIN", "db:5432"),
        ("URL", "https://api.example.com/v1?page=1&sort=name"),
        ("SWITCH", True),
        ("NOTHING", None),
    ],
)
def test_what_is_public_or_a_word_is_not_told(name: str, value: str | bool | None) -> None:  # noqa: FBT001 (a parameter)
    assert not list(likely(of_model({"web": {"image": "x", "environment": {name: value}}})))


def test_an_argument_that_looks_like_a_secret_is_told_once() -> None:
    words = ["serve", f"--salt={_MIXED}", _OPAQUE, "--name", "web"]
    found = list(likely(of_model({"web": {"image": "x", "command": words, "entrypoint": ["run", f"--commit={_OPAQUE}"]}})))

    assert [(one.route, one.what) for one in found] == [
        (("services", "web", "command"), "an argument in 'command' of service 'web' looks like a secret, and is left plain")
    ]


def test_a_bound_file_with_the_password_of_a_url_is_told_with_its_line(tmp_path: Path) -> None:
    text = "services: {web: {image: 'x:1', volumes: ['./conf:/etc/conf:ro', './plain.yml:/etc/plain.yml:ro']}}"
    files: dict[str, str | bytes] = {
        "conf/a.yml": "# db: postgres://u:sample@db/d\ndb: postgres://u:canary@db/d\n",
        "plain.yml": "db: postgres://u:${PASSWORD}@db/d\nat: http://web:80/\n",
    }
    (found,) = likely(made(tmp_path, text, files))

    assert found.route == ("services", "web", "volumes", "/etc/conf")
    assert found.what == "'./conf/a.yml' has a URL with a password in line 2, which everyone who may read ConfigMaps can read"


def test_a_variable_that_is_secret_only_by_its_value_is_told(tmp_path: Path) -> None:
    text = "services: {web: {image: 'x:1', environment: {A: '${HOOK}', B: '${DB}', C: '${MAIL_PASSWORD}', D: '${GIVEN}'}}}"
    hook = "https://hooks.slack.com/services/T00000000/B00000000/c4Nac4Nac4Nac4Nac4Nac4Na"
    env = f"HOOK={hook}\nDB=postgres://u:canary@db/d\nMAIL_PASSWORD=canary\nGIVEN=ghp_{'c4Na' * 9}\n"
    project = made(tmp_path, text, {".env": env})

    assert [secret.variable for secret in by_value(project, ("GIVEN",))] == ["DB", "HOOK"]
