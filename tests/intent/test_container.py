"""What runs in a container: image, argv, environment, and the settings of its process."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.compose.load import Inputs, load
from converter.compose.project import Target
from converter.findings import Severity
from converter.intent import container
from converter.intent.environment import Variable, expand
from converter.intent.key import Asked
from tests.intent.samples import PASSWORD, verdict

REFERENCE = "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}}"


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("plain", "plain"),
        ("$(A)", "1"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$(NOT_THERE)", "$(NOT_THERE)"),
        ("$(A", "$(A"),
        ("$", "$"),
        ("a$b", "a$b"),
        ("$$", "$"),
        ("x$(A)y$(A)", "x1y1"),
    ],
)
def test_references_are_expanded_as_kubernetes_does(text: str, expanded: str) -> None:
    assert expand(text, {"A": Variable("1", ())}) == expanded


@pytest.mark.parametrize(
    ("raw", "container", "expected"),
    [
        ("fast", "env: [{name: MODE, value: fast}]", "kept"),
        ("fast", "env: [{name: MODE, value: slow}]", "differs"),
        ("fast", "env: [{name: OTHER, value: fast}]", "lost"),
        ("fast", "env: [{name: MODE, value: slow}, {name: MODE, value: fast}]", "kept"),
        ("a$(B)", "env: [{name: B, value: x}, {name: MODE, value: a$$(B)}]", "kept"),
        ("a$(B)", "env: [{name: B, value: x}, {name: MODE, value: a$(B)}]", "differs"),
        ("a$(B)", "env: [{name: MODE, value: a$(B)}, {name: B, value: x}]", "kept"),
        ("", "env: [{name: MODE}]", "kept"),
        (None, "", "not needed"),
        (PASSWORD, f"{REFERENCE}, {{name: MODE, value: $(DB_PASSWORD)}}]", "kept"),
        (f"u:{PASSWORD}@h", f"{REFERENCE}, {{name: MODE, value: u:$(DB_PASSWORD)@h}}]", "kept"),
        (PASSWORD, "env: [{name: MODE, valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}}]", "kept"),
        (PASSWORD, "env: [{name: MODE, valueFrom: {secretKeyRef: {name: shop-secrets, key: OTHER}}}]", "differs"),
        (PASSWORD, "env: [{name: MODE, valueFrom: {secretKeyRef: {name: others, key: DB_PASSWORD}}}]", "differs"),
        (PASSWORD, "env: [{name: MODE, value: hunter2}]", "differs"),
        ("web", "env: [{name: MODE, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]", "differs"),
    ],
)
def test_a_variable_is_what_the_kubelet_makes_of_it(raw: str | None, container: str, expected: str) -> None:
    assert verdict("environment.MODE", {"environment": {"MODE": raw}}, container=container).verdict == expected


def test_a_value_in_the_place_of_a_secret_is_not_shown() -> None:
    entry = verdict("environment.MODE", {"environment": {"MODE": PASSWORD}}, container="env: [{name: MODE, value: hunter2}]")

    assert (entry.raw, entry.got) == ("<DB_PASSWORD>", "<a value of its own>")


@pytest.mark.parametrize(("text", "got"), [("", "<key 'KEY' of Secret 'mine'>"), ("hunter2", "<a value of its own>")])
def test_the_name_of_another_secret_in_its_place_is_shown(text: str, got: str) -> None:
    key = "{name: OTHER, valueFrom: {secretKeyRef: {name: mine, key: KEY}}}"
    container = f"env: [{key}, {{name: MODE, value: '{text}$(OTHER)'}}]"

    assert verdict("environment.MODE", {"environment": {"MODE": PASSWORD}}, container=container).got == got


def test_env_comes_after_envfrom() -> None:
    more = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {MODE: slow, LEVEL: debug, RAW: a$$b}"
    sources = "envFrom: [{prefix: P_, configMapRef: {name: settings}}, {configMapRef: {name: settings}}]"
    container = f"{sources}\n          env: [{{name: MODE, value: fast}}]"
    asked = {"environment": {"MODE": "fast", "LEVEL": "debug", "P_LEVEL": "debug", "RAW": "a$$b"}}

    for name in asked["environment"]:
        assert verdict(f"environment.{name}", asked, container=container, more=more).verdict == "kept"


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: my-db}\nspec: {ports: [{port: 5432}, {port: 1}], selector: {app: db}"


@pytest.mark.parametrize(
    ("pod", "container", "service", "got"),
    [
        ("", "", "", "tcp://<the address of Service 'my-db'>:5432"),
        ("", "env: [{name: MY_DB_PORT, value: '5432'}]", "", "5432"),
        ("enableServiceLinks: false", "", "", None),
        ("", "", ", clusterIP: None", None),
    ],
)
def test_a_port_that_nobody_sets_is_the_address_of_the_service_of_that_name(
    pod: str, container: str, service: str, got: str | None
) -> None:
    asked = {"environment": {"MY_DB_PORT": "5432", "MY_DB_HOST": "x"}}
    more = f"{SERVICE}{service}}}"

    assert verdict("environment.MY_DB_PORT", asked, pod, container=container, more=more).got == got
    assert verdict("environment.MY_DB_HOST", asked, pod, container=container, more=more).verdict == "lost"


def test_a_secret_as_a_whole_gives_its_keys() -> None:
    container = "envFrom: [{secretRef: {name: shop-secrets}}]"

    assert verdict("environment.DB_PASSWORD", {"environment": {"DB_PASSWORD": PASSWORD}}, container=container).verdict == "kept"


def test_one_key_of_a_configmap() -> None:
    more = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: fast}"
    container = "env: [{name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: mode}}}]"

    assert verdict("environment.MODE", {"environment": {"MODE": "fast"}}, container=container, more=more).verdict == "kept"


@pytest.mark.parametrize(
    ("service", "container", "command", "entrypoint"),
    [
        ({"command": ["a", "b"]}, "args: [a, b]", "kept", None),
        ({"command": ["a", "b"]}, "command: [a, b]", "lost", None),
        ({"command": ["a", "b"]}, "args: [b, a]", "differs", None),
        ({"entrypoint": ["e"], "command": ["a"]}, "command: [e]\n          args: [a]", "kept", "kept"),
        ({"entrypoint": ["e"]}, "command: [e]", None, "kept"),
        ({"entrypoint": [], "command": ["a"]}, "command: [a]", "kept", "kept"),
        ({"entrypoint": [], "command": ["a"]}, "args: [a]", "kept", "lost"),
        ({"entrypoint": []}, "", None, "refused"),
        ({"command": []}, "", "not needed", None),
        ({"command": ["a$(b)", "$c"]}, "args: [a$$(b), $c]", "kept", None),
        ({"command": [f"-p{PASSWORD}"]}, f"{REFERENCE}]\n          args: [-p$(DB_PASSWORD)]", "kept", None),
        ({"command": [f"-p{PASSWORD}"]}, "args: [-p$(DB_PASSWORD)]", "differs", None),
    ],
)
def test_command_and_entrypoint(service: dict[str, object], container: str, command: str | None, entrypoint: str | None) -> None:
    for route, expected in (("command", command), ("entrypoint", entrypoint)):
        if expected:
            assert verdict(route, service, container=container).verdict == expected


@pytest.mark.parametrize(
    ("route", "raw", "pod", "container", "expected"),
    [
        ("image", "example/web:1", "", "", "kept"),
        ("working_dir", "/srv", "", "workingDir: /srv", "kept"),
        ("working_dir", "/srv", "", "", "lost"),
        ("tty", True, "", "tty: true", "kept"),
        ("tty", False, "", "", "not needed"),
        ("stdin_open", True, "", "", "lost"),
        ("pull_policy", "always", "", "imagePullPolicy: Always", "kept"),
        ("pull_policy", "build", "", "imagePullPolicy: IfNotPresent", "translated"),
        ("pull_policy", "if_not_present", "", "imagePullPolicy: IfNotPresent", "translated"),
        ("pull_policy", "never", "", "imagePullPolicy: Always", "differs"),
        ("pull_policy", "every_12h", "", "imagePullPolicy: Always", "approximated"),
        ("platform", "linux/arm64", "nodeSelector: {kubernetes.io/arch: arm64, kubernetes.io/os: linux}", "", "kept"),
        ("platform", "linux/arm/v7", "nodeSelector: {kubernetes.io/arch: arm, kubernetes.io/os: linux}", "", "translated"),
        ("platform", "linux/arm64", "nodeSelector: {kubernetes.io/arch: amd64, kubernetes.io/os: linux}", "", "differs"),
        ("init", True, "", "", "approximated"),
        ("init", True, "shareProcessNamespace: true", "", "kept"),
        ("init", False, "", "", "not needed"),
        ("cpu_shares", 512, "", "", "lost"),
        ("no_such_key", "x", "", "", "lost"),
    ],
)
def test_settings_of_the_process(route: str, raw: object, pod: str, container: str, expected: str) -> None:
    assert verdict(route, {route: raw}, pod, container=container).verdict == expected


def test_a_key_that_nobody_knows_is_an_error() -> None:
    entry = verdict("no_such_key", {"no_such_key": "x"})

    assert (entry.severity, entry.why) == (Severity.ERROR, "cdb-convert does not know this key")


def test_a_restart_that_docker_compose_adds_for_links_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = "{a: {image: x, links: [b], depends_on: {c: {condition: service_started, restart: true}}}, b: {image: y}, c: {image: y}}"
    (tmp_path / "compose.yaml").write_text(f"name: shop\nservices: {services}\n")
    monkeypatch.chdir(tmp_path)
    model = load(Inputs())

    reasons = {other: container.not_asked(Asked(True, ("depends_on", other, "restart"), "a", model, Target())) for other in "bc"}  # noqa: FBT003 the value

    assert reasons["b"] is not None
    assert reasons["b"].verdict == "not needed"
    assert reasons["c"] is None, "somebody wrote it, and a cluster does not do it"
