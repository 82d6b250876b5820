"""`cdb-convert init`: an overlay for a new project, and `--accept`, with which an existing one adopts the gate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from converter import overlay
from converter.rules.exposure import Exposure
from tests.cli.command import cdb, refused, write
from tests.cli.projects import reference, shop

DEVIANT = """\
name: odd
services:
  web:
    image: busybox
    devices: ["/dev/ttyUSB0:/dev/ttyUSB0"]
    logging: {driver: gelf}
    ulimits: {nofile: {soft: 10, hard: 20}}
  api:
    image: nginx:1.27
    sysctls: {net.core.somaxconn: "1024"}
"""


def uncommented(text: str) -> str:
    """An overlay with every suggestion taken in."""
    return re.sub(r"^#   ", "", text, flags=re.MULTILINE)


def test_a_new_overlay_changes_nothing(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    before = {path.name: path.read_bytes() for path in (tmp_path / "output" / "default").iterdir()}

    done = cdb(tmp_path, "init", "-q")

    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0].startswith("overlays/default.yaml: ")
    cdb(tmp_path, "run")
    assert {path.name: path.read_bytes() for path in (tmp_path / "output" / "default").iterdir()} == before


def test_it_says_what_was_found_without_a_value_of_a_secret(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "init")

    text = (tmp_path / "overlays" / "default.yaml").read_text(encoding="utf-8").replace("\n# ", " ")

    assert "web 8080->80/tcp" in text
    assert "data of db" in text
    assert "windows: C:/Users/YOU/shop" in text
    assert "POSTGRES_PASSWORD for db" in text or "DB_PASSWORD for db" in text
    assert "curl -f http://localhost:80/" in text
    assert "namespace: shop" in text
    assert "hunter2" not in text


@pytest.mark.parametrize("project", ["shop", "reference"])
def test_every_suggestion_is_a_setting_that_the_overlay_knows(tmp_path: Path, project: str) -> None:
    {"shop": shop, "reference": reference}[project](tmp_path)
    cdb(tmp_path, "init", "new")
    path = tmp_path / "overlays" / "new.yaml"
    text = path.read_text(encoding="utf-8")

    for part in re.split(r"\n\n", text):
        path.write_text(uncommented(part), encoding="utf-8")
        overlay.load(path)


@pytest.mark.parametrize("project", ["shop", "reference"])
def test_all_suggestions_together_are_an_overlay(tmp_path: Path, project: str) -> None:
    {"shop": shop, "reference": reference}[project](tmp_path)
    cdb(tmp_path, "init", "new")
    path = tmp_path / "overlays" / "new.yaml"

    path.write_text(uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")

    taken = overlay.load(path)
    exposure = next(rule for rule in taken.rules if isinstance(rule, Exposure))
    assert exposure.node_ports
    assert exposure.ingress.hosts


def test_a_registry_is_suggested_only_for_images_that_name_none(tmp_path: Path) -> None:
    text = "name: odd\nservices:\n  a: {build: ., image: ghcr.io/me/a:1}\n"
    write(tmp_path, {"compose.yaml": text, "Dockerfile": "FROM scratch\n"})
    cdb(tmp_path, "init", "named")
    write(tmp_path, {"compose.yaml": f"{text}  b: {{build: ., image: 'me/b:1'}}\n"})
    cdb(tmp_path, "init", "other")

    assert "registry:" not in (tmp_path / "overlays/named.yaml").read_text(encoding="utf-8")
    assert "a cluster must find somewhere: b\n" in (tmp_path / "overlays/other.yaml").read_text(encoding="utf-8")


def test_what_looks_like_a_secret_is_suggested_as_one(tmp_path: Path) -> None:
    text = "name: odd\nservices:\n  a: {image: 'a:1', environment: {LICENSE: 0f1e2d3c4b5a69788796a5b4c3d2e1f0}}\n"
    write(tmp_path, {"compose.yaml": text})
    cdb(tmp_path, "init")
    path = tmp_path / "overlays/default.yaml"

    path.write_text(uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")

    assert overlay.load(path).secret_names == ("LICENSE",)


def test_nothing_is_overwritten_and_the_way_on_is_said(tmp_path: Path) -> None:
    shop(tmp_path, {"overlays/lab.yaml": "# mine\n"})

    assert "the project has overlays already: 'overlays/lab.yaml'" in refused(tmp_path, "init")
    assert "'overlays/lab.yaml' is there already" in refused(tmp_path, "init", "lab")
    assert "cdb-convert init --accept" in refused(tmp_path, "init", "lab")
    assert (tmp_path / "overlays" / "lab.yaml").read_text(encoding="utf-8") == "# mine\n"
    assert cdb(tmp_path, "init", "other").status == 0


@pytest.mark.parametrize("name", ["base", "a/b", "../x", "a b"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    shop(tmp_path)

    assert f"'{name}' is no name for an overlay" in refused(tmp_path, "init", name)


def test_after_accept_a_strict_run_is_clean_and_a_new_deviation_is_not(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": DEVIANT})
    assert cdb(tmp_path, "run", "--strict").status == 1

    done = cdb(tmp_path, "init", "--accept")

    assert done.status == 0
    assert cdb(tmp_path, "run", "--strict").status == 0
    write(tmp_path, {"compose.yml": f"{DEVIANT}    oom_score_adj: 5\n"})
    assert cdb(tmp_path, "run", "--strict").status == 1


def test_an_entry_that_is_mended_is_told_of(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": DEVIANT})
    cdb(tmp_path, "init", "--accept")
    write(tmp_path, {"compose.yml": DEVIANT.replace("    logging: {driver: gelf}\n", "")})

    done = cdb(tmp_path, "run", "--strict")

    assert done.status == 1
    assert "'accept' of 'services.web.logging.driver' accepts nothing" in done.out
    assert re.search(r"overlays/default\.yaml:\d+:\d+", done.out)


def test_accept_adds_to_each_overlay_and_leaves_the_rest_of_it_as_it_was(tmp_path: Path) -> None:
    mine = "# mine\nstorage: {size: 2Gi}   # small\n"
    old = f"{mine}accept:\n  - at: services.web.logging   # for ever\n    why: 'the cluster collects stdout'\n"
    write(tmp_path, {"compose.yml": DEVIANT, "overlays/lab.yaml": old, "overlays/prod.yaml": mine, "overlays/base.yaml": "{}\n"})

    done = cdb(tmp_path, "init", "--accept")

    assert done.status == 0
    lab, prod, base = ((tmp_path / "overlays" / f"{name}.yaml").read_text(encoding="utf-8") for name in ("lab", "prod", "base"))
    assert lab.startswith(old)
    assert prod.startswith(mine)
    assert base == "{}\n"
    assert "at: services.web.logging.driver" not in lab
    assert "at: services.web.logging.driver" in prod
    assert cdb(tmp_path, "run", "--strict").status == 0
    assert cdb(tmp_path, "init", "--accept").status == 0
    assert (tmp_path / "overlays" / "lab.yaml").read_text(encoding="utf-8") == lab


def test_what_cannot_be_accepted_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": DEVIANT, "overlays/lab.yaml": "probes: {liveness: {services: [web]}}\n"})

    done = cdb(tmp_path, "init", "--accept")

    assert "cannot be accepted: probes: 'probes.liveness' asks for service 'web'" in done.err


def test_an_expired_entry_is_told_of_and_changes_no_byte_of_the_output(tmp_path: Path) -> None:
    accept = "accept:\n  - at: services.web.logging\n    why: for a while\n    until: 2999-12-31\n"
    write(tmp_path, {"compose.yml": DEVIANT, "overlays/lab.yaml": accept})
    before = cdb(tmp_path, "run")
    files = {path.name: path.read_bytes() for path in (tmp_path / "output" / "lab").iterdir()}

    write(tmp_path, {"overlays/lab.yaml": accept.replace("2999", "2001")})
    after = cdb(tmp_path, "run")

    assert "gelf" not in before.out + after.out
    assert "accepted until" not in before.out
    assert "accepted until 2001-12-31" in after.out
    assert {path.name: path.read_bytes() for path in (tmp_path / "output" / "lab").iterdir()} == files


def test_what_runs_once_is_given_no_probe(tmp_path: Path) -> None:
    job = "{image: b, restart: 'no', expose: ['8080'], deploy: {mode: replicated-job}}"
    services = f"{{web: {{image: a}}, job: {job}, api: {{image: c, expose: ['8081']}}}}"
    write(tmp_path, {"docker-compose.yml": f"name: shop\nservices: {services}\n"})
    cdb(tmp_path, "init")

    text = (tmp_path / "overlays" / "default.yaml").read_text(encoding="utf-8").replace("\n# ", " ")

    assert "which count as ready as soon as they run: api  " in text
    assert "localhost:8081" in text
    assert "localhost:8080" not in text
