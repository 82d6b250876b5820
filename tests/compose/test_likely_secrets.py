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
        ("PROXY", "YWRtaW46Y2FuYXJ5"),
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
        ("SALUTATION", "helloHelloHello1"),
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


def test_every_line_of_a_bound_file_with_a_secret_is_in_one_warning(tmp_path: Path) -> None:
    text = "services: {web: {image: 'x:1', volumes: ['./app.ini:/etc/app.ini:ro', './p.yml:/etc/p.yml:ro', './s.env:/etc/s.env:ro']}}"
    files: dict[str, str | bytes] = {
        "app.ini": "[db]\npassword = canary\nuser = u\nsecret_key=canary\nurl = postgres://u:canary@db/d\n",
        "p.yml": "basic_auth: {username: u, password: canary}\nother: {password_file: /x, password: '${PASSWORD}'}\n",
        "s.env": "PASSWORD=canary\n",
    }
    found = list(likely(made(tmp_path, text, files)))

    everyone = "which everyone who may read ConfigMaps can read"
    assert [one.what for one in found] == [
        f"'./app.ini' has what looks like secrets in lines 2, 4 and 5, {everyone}",
        f"'./p.yml' has what looks like a secret in line 1, {everyone}",
    ]


def test_a_config_with_a_secret_is_told_with_its_line(tmp_path: Path) -> None:
    text = """
        services: {web: {image: 'x:1', configs: [{source: a, target: /etc/a.ini}, {source: b, target: /etc/b.ini}, c]}}
        configs: {a: {content: "x = 1\\npassword = canary"}, b: {content: "password = $$PASSWORD"}, c: {file: ./c.conf}}
    """
    found = list(likely(made(tmp_path, text, {"c.conf": "requirepass canary\n"})))

    assert [(one.route, one.what.partition(",")[0]) for one in found] == [
        (("configs", "a", "content"), "config 'a' has what looks like a secret in line 2"),
        (("configs", "c", "file"), "'./c.conf' has what looks like a secret in line 1"),
    ]


def test_a_file_that_several_services_mount_is_told_once(tmp_path: Path) -> None:
    text = "services: {a: &a {image: 'x:1', volumes: ['./a.conf:/etc/a.conf:ro']}, b: *a}"
    (found,) = likely(made(tmp_path, text, {"a.conf": "requirepass canary\n"}))

    assert found.route == ("services", "a", "volumes", "/etc/a.conf")


def test_the_first_lines_of_a_long_file_are_named(tmp_path: Path) -> None:
    text = "services: {web: {image: 'x:1', volumes: ['./i.sql:/docker-entrypoint-initdb.d/i.sql:ro']}}"
    (found,) = likely(made(tmp_path, text, {"i.sql": "CREATE ROLE r PASSWORD 'canary';\n" * 20}))

    assert "in lines 1, 2, 3, 4, 5, 6, 7, 8 and 12 more, " in found.what


def test_a_variable_that_is_secret_only_by_its_value_is_told(tmp_path: Path) -> None:
    text = "services: {web: {image: 'x:1', environment: {A: '${HOOK}', B: '${DB}', C: '${MAIL_PASSWORD}', D: '${GIVEN}'}}}"
    hook = "https://hooks.slack.com/services/T00000000/B00000000/c4Nac4Nac4Nac4Nac4Nac4Na"
    env = f"HOOK={hook}\nDB=postgres://u:canary@db/d\nMAIL_PASSWORD=canary\nGIVEN=ghp_{'c4Na' * 9}\n"
    project = made(tmp_path, text, {".env": env})

    assert [secret.variable for secret in by_value(project, ("GIVEN",))] == ["DB", "HOOK"]
