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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("storage: [unclosed\n", "not YAML"),
        ("- a\n", "an overlay is a mapping"),
        ("a: 1\na: 2\n", "not YAML"),
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
