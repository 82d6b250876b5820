"""Overlays: what they extend, what they set, and every mistake with its line and the nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter import overlay
from converter.errors import ConverterError
from converter.rules import RULES


def write(folder: Path, name: str, text: str) -> Path:
    """Write an overlay; returns its path."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistake(path: Path) -> ConverterError:
    """The error that loading an overlay ends with."""
    with pytest.raises(ConverterError) as caught:
        overlay.load(path)
    return caught.value


def test_no_overlays_are_the_built_in_defaults(tmp_path: Path) -> None:
    (found,) = overlay.find(tmp_path / "overlays")

    assert found.name == "default"
    assert found.target.pod_security == "restricted"
    assert [rule.name for rule in found.rules if rule.name != "patches"] == [rule.name for rule in RULES if rule.name != "patches"]


def test_an_empty_overlay_is_the_built_in_defaults(tmp_path: Path) -> None:
    write(tmp_path, "lab", "# nothing yet\n")

    (found,) = overlay.find(tmp_path)

    assert found.name == "lab"
    assert found.rules == overlay.build("default", {}, ()).rules


def test_base_is_converted_only_through_those_that_extend_it(tmp_path: Path) -> None:
    write(tmp_path, "base", "target: {namespace: claire}\nstorage: {size: 2Gi, storage-class: slow}\n")
    write(tmp_path, "lab", "extends: base\nstorage: {storage-class: fast}\n")

    (found,) = overlay.find(tmp_path)

    assert found.target.namespace == "claire"
    storage = next(rule for rule in found.rules if rule.name == "storage")
    assert vars(storage)["size"] == "2Gi"
    assert [path.name for path in found.files] == ["lab.yaml", "base.yaml"]


def test_patches_and_accepts_of_both_overlays_count(tmp_path: Path) -> None:
    item = "{target: {kind: Deployment, name: web}, why: because, patch: {spec: {replicas: 2}}}"
    write(tmp_path, "base", f"patches: [{item}]\naccept: [{{at: services.web.logging, why: collected}}]\n")
    write(tmp_path, "lab", f"extends: base\npatches: [{item}]\naccept: [{{at: services.api.logging, why: collected}}]\n")

    (found,) = overlay.find(tmp_path)

    assert [rule.name for rule in found.rules].count("patches") == 2
    assert [accept.at[1] for accept in found.accept] == ["web", "api"]


@pytest.mark.parametrize(("said", "unordered"), [("{}", ()), ("{startup-order: {off: [web]}}", ("web",)), ("{startup-order: off}", ("*",))])
def test_who_waits_for_nothing_is_known_beside_the_rule(tmp_path: Path, said: str, unordered: tuple[str, ...]) -> None:
    assert overlay.load(write(tmp_path, "lab", f"{said}\n")).settings.unordered == unordered


def test_a_rule_that_is_off_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "lab", "network-policies: off\nprobes: false\n")

    names = {rule.name for rule in overlay.load(path).rules}

    assert "network-policies" not in names
    assert "probes" not in names


def test_names_secrets_and_images_reach_the_project(tmp_path: Path) -> None:
    text = "names: {bot_ws: screener}\n"
    text += "images: {registry: r.example.com, services: {web: web:2}}\n"
    text += "secrets: {secret: s, keys: {A: B}, variables: [PIN]}\n"

    found = overlay.load(write(tmp_path, "lab", text))

    assert found.settings.names == {"bot_ws": "screener"}
    assert found.settings.registry == "r.example.com"
    assert found.settings.images == {"web": "web:2"}
    assert (found.settings.secret_name, found.settings.secret_keys) == ("s", {"A": "B"})
    assert found.secret_names == ("PIN",)


def test_an_unknown_rule_names_the_nearest_right_one(tmp_path: Path) -> None:
    error = mistake(write(tmp_path, "lab", "storage: {}\nnetwork-polices: {}\n"))

    assert error.message == "unknown rule 'network-polices'"
    assert error.hint == "did you mean 'network-policies'?"
    assert (error.location.line, error.location.column) == (2, 1) if error.location else False


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    error = mistake(write(tmp_path, "lab", "exposure:\n  node-port: {web: 30000}\ntarget:\n  pod-security: strict\n"))

    assert error.message == "unknown setting 'node-port' of 'exposure'"
    assert "did you mean 'node-ports'?" in error.hint
    assert "lab.yaml:4:3" in error.hint
    assert "must be one of restricted, baseline, privileged" in error.hint


def test_a_wrong_type_is_told_with_its_place(tmp_path: Path) -> None:
    error = mistake(write(tmp_path, "lab", "exposure:\n  node-ports:\n    web: thirty\n"))

    assert "exposure.node-ports.web" in error.message
    assert str(error.location).endswith("lab.yaml:3:5")


_BYTES = "an amount of bytes as Kubernetes writes it: 512Mi, 1.5Gi or 10G"
_MODES = "'ReadOnlyMany' or 'ReadWriteMany' or 'ReadWriteOnce' or 'ReadWriteOncePod'"
_HOST = "a host name, with a path or without: lower case letters, digits, '-' and '.', as shop.example.com/api"
_REGISTRY = "a registry without 'https://', with a path or without: registry.example.com/team"
_NAME = "a name of Kubernetes: lower case letters, digits, '-' and '.', a letter or digit at both ends"
_NODE_PORT = "a port between 30000 and 32767"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("storage: {size: lots}", 11, f"'storage.size' is 'lots' and must be {_BYTES}"),
        ("storage: {size: 10}", 11, f"'storage.size' must be {_BYTES}, and is '10'"),
        ("storage: {volumes: {db: {size: 10GB}}}", 26, f"'storage.volumes.db.size' is '10GB' and must be {_BYTES}"),
        ("storage: {storage-class: Fast_SSD}", 11, f"'storage.storage-class' is 'Fast_SSD' and must be {_NAME}"),
        (
            "storage: {volumes: {db: {access-mode: RWO}}}",
            26,
            f"'storage.volumes.db.access-mode' must be {_MODES}, and is 'RWO'",
        ),
        (
            "resources: {defaults: {cpu: half}}",
            24,
            "'resources.defaults.cpu' is 'half' and must be an amount of CPU as Kubernetes writes it: 500m or 1.5",
        ),
        ("resources: {cpu-share: 2}", 13, "'resources.cpu-share' is 2 and must be a share between 0 and 1"),
        (
            "startup-order: {started-timeout: soon}",
            17,
            "'startup-order.started-timeout' is 'soon' and must be a time with its unit: 90s, 5m or 1h30m",
        ),
        ("probes: {liveness: {slower: 0}}", 21, "'probes.liveness.slower' is 0 and must be a whole number from 1"),
        ("exposure: {node-ports: {web: 80}}", 25, f"'exposure.node-ports.web' is 80 and must be {_NODE_PORT}"),
        ("exposure: {node-ports: {web: [30000, 80]}}", 38, f"'exposure.node-ports.web.1' is 80 and must be {_NODE_PORT}"),
        ("exposure: {node-ports: {web: any}}", 25, f"'exposure.node-ports.web' must be {_NODE_PORT} or 'auto' or a list, and is 'any'"),
        (
            "exposure: {ingress: {hosts: {a_b: web}}}",
            30,
            f"'exposure.ingress.hosts' names 'a_b', which must be {_HOST}",
        ),
        ("images: {pull-secrets: [A_B]}", 25, f"'images.pull-secrets.0' is 'A_B' and must be {_NAME}"),
        (
            "images: {registry: https://r.io}",
            10,
            f"'images.registry' is 'https://r.io' and must be {_REGISTRY}",
        ),
        (
            "security-context: {users: {web: root}}",
            28,
            """'security-context.users.web' is 'root' and must be numbers in quotes, "1000" or "1000:1000" with a group""",
        ),
    ],
)
def test_what_a_setting_accepts_is_told_where_it_stands(tmp_path: Path, text: str, column: int, said: str) -> None:
    error = mistake(write(tmp_path, "lab", f"# a comment\n{text}\n"))

    assert error.location is not None
    assert (error.location.line, error.location.column) == (2, column)
    assert error.message == said


@pytest.mark.parametrize(
    "text",
    [
        "resources: {defaults: {cpu: 1, memory: 512Mi, requests: {cpu: 0.5, memory: 100M}}, services: {web: {cpu: 250m}}}",
        "storage: {size: 1.5Gi, volumes: {db: {size: '1073741824', storage-class: fast.ssd}}}",
        "startup-order: {started-timeout: 1h30m, completed-timeout: 500ms}",
        "exposure: {node-ports: {a: 30000, b: auto, c: [30001, 32767]}, ingress: {hosts: {'*.a.com': 'web:80', b.com/x: web}}}",
        "images: {registry: 'localhost:5000/team', services: {web: 'r.io/a@sha256:0123'}}",
    ],
)
def test_what_kubernetes_takes_an_overlay_takes(tmp_path: Path, text: str) -> None:
    assert overlay.load(write(tmp_path, "lab", text)).rules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("storage: [unclosed\n", "not YAML"),
        ("- a\n", "an overlay is a mapping"),
        ("a: 1\na: 2\n", "'a' is there twice"),
        ("accept: [{at: services.web.logging}]\n", "has no 'why'"),
        ("accept: [{at: services.web.logging, why: x, until: soon}]\n", "is 'soon' and must be a date"),
    ],
)
def test_what_is_no_overlay_is_told(tmp_path: Path, text: str, said: str) -> None:
    error = mistake(write(tmp_path, "lab", text))

    assert said in error.message
    assert error.location is not None


def test_an_overlay_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    write(tmp_path, "lab", "")

    with pytest.raises(ConverterError, match="no overlay 'lba'") as caught:
        overlay.find(tmp_path, ("lba",))

    assert caught.value.hint == "did you mean 'lab'?"


def test_extending_what_is_not_there_or_oneself_is_told(tmp_path: Path) -> None:
    assert "'bas.yaml' is not there" in mistake(write(tmp_path, "lab", "extends: bas\n")).message
    write(tmp_path, "one", "extends: two\n")
    assert "extends itself" in mistake(write(tmp_path, "two", "extends: one\n")).message


def test_a_key_that_is_there_twice_is_told_without_what_it_says(tmp_path: Path) -> None:
    error = mistake(write(tmp_path, "lab", "exposure:\n  node-ports: {web: 30000}\nresources: {}\nexposure: {load-balancers: [web]}\n"))

    assert error.location is not None
    assert (error.location.line, error.location.column) == (4, 1)
    assert error.message == "'exposure' is there twice"
    assert error.hint == "put what both say below one 'exposure:'"
