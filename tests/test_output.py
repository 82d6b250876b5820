"""The output folder is replaced whole or not at all, and holds the same bytes for the same input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from converter.compose.project import Project, Settings
from converter.compose.secrets import Secret, Secrets, marker
from converter.compose.sources import Sources
from converter.errors import ConverterError, Location
from converter.manifests import Manifests
from converter.output import Written, differences, files, grouped, order_of, places, read_committed, write
from tests.checks.manifests import Object, config, deployment, network_policy, of_kind, service

FIRST = {"redis.yaml": "# Written by cdb-convert\nkind: A\n", "kustomization.yaml": "# Written by cdb-convert\nresources: []\n"}
SECOND = {**FIRST, "redis.yaml": "# Written by cdb-convert\nkind: B\n", "web.yaml": "# Written by cdb-convert\nkind: C\n"}


def indexed(texts: Mapping[str, str]) -> dict[str, str]:
    from converter.output.render import INDEX, index

    return {**texts, INDEX: index(texts)}


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(directory.iterdir()) if path.is_file()}


def project(services: dict[str, Any], *, secrets: Secrets | None = None, settings: Settings | None = None) -> Project:
    return Project(
        "shop", Path("/nowhere"), {"name": "shop", "services": services}, Sources(()), secrets or Secrets(), settings or Settings()
    )


def made(objects: list[tuple[str, Object]]) -> Manifests:
    manifests = Manifests()
    for key, document in objects:
        manifests.add(document, service=key)
    return manifests


@pytest.fixture
def shop() -> tuple[Manifests, Project]:
    name = of_kind("v1", "Namespace", "shop")
    account, bound = of_kind("v1", "ServiceAccount", "web"), of_kind("v1", "PersistentVolumeClaim", "web-data")
    objects: list[tuple[str, Object]] = [
        ("web_app", deployment("web")),
        ("web_app", service("web")),
        ("web_app", bound),
        ("web_app", config(a="x")),
        ("web_app", account),
        ("db", deployment("db")),
        ("db", network_policy()),
        ("", of_kind("v1", "ConfigMap", "common")),
        ("", name),
    ]
    compose: dict[str, Any] = {"web_app": {"depends_on": {"db": {}}}, "db": {}, "idle": {}}
    return made(objects), project(compose, settings=Settings(names={"web_app": "web"}))


def test_each_service_has_a_file_and_what_belongs_to_all_has_its_own(shop: tuple[Manifests, Project]) -> None:
    found = {name: [document["kind"] for document in documents] for name, documents in grouped(*shop).items()}
    assert list(found.items()) == [
        ("namespace.yaml", ["Namespace"]),
        ("shared.yaml", ["ConfigMap"]),
        ("network-policies.yaml", ["NetworkPolicy"]),
        ("db.yaml", ["Deployment"]),
        ("web.yaml", ["ServiceAccount", "ConfigMap", "PersistentVolumeClaim", "Service", "Deployment"]),
    ]


def test_the_kustomization_lists_the_files_in_the_order_of_dependence(shop: tuple[Manifests, Project]) -> None:
    found = files(*shop, reports={"report.md": "# Report\n"})
    assert list(found) == [
        *(
            "namespace.yaml",
            "shared.yaml",
            "network-policies.yaml",
            "db.yaml",
            "web.yaml",
            "kustomization.yaml",
            "report.md",
            ".cdb-convert.json",
        )
    ]
    assert "- namespace.yaml\n- shared.yaml\n- network-policies.yaml\n- db.yaml\n- web.yaml\n" in found["kustomization.yaml"]
    assert list(grouped(*shop, order=["web_app", "db"]))[-2:] == ["web.yaml", "db.yaml"]
    assert found == files(*shop, reports={"report.md": "# Report\n"})


def test_the_index_has_the_sum_of_every_other_file(shop: tuple[Manifests, Project]) -> None:
    found = files(*shop)
    index = json.loads(found[".cdb-convert.json"])
    assert index["version"] == 1
    assert set(index["files"]) == set(found) - {".cdb-convert.json"}
    assert all(len(known) == 64 for known in index["files"].values())


def test_a_service_whose_name_has_another_meaning_gets_another_file() -> None:
    keys = ("kustomization", "namespace", "namespace-service", "con", "shared")
    names = list(grouped(made([(key, deployment(key)) for key in keys]), project({key: {} for key in keys})))
    assert sorted(names) == [
        *(
            "con-service.yaml",
            "kustomization-service.yaml",
            "namespace-service-service.yaml",
            "namespace-service.yaml",
            "shared-service.yaml",
        )
    ]


def test_services_that_depend_on_each_other_are_ordered_all_the_same() -> None:
    circle = project({"b": {"depends_on": {"a": {}}}, "a": {"depends_on": {"b": {}}}})
    assert order_of(circle) == ["a", "b"]
    assert order_of(project({"a": {"depends_on": ["c", "gone"]}, "b": {}, "c": {}})) == ["b", "c", "a"]


def test_the_keys_of_the_secret_are_named_without_values() -> None:
    secrets = [Secret("DB_PASSWORD", marker("a")), Secret("API_KEY", marker("b")), Secret("BUILD_ONLY", marker("c"))]
    known = Secrets({secret.marker: secret for secret in secrets}, {}, {"DB_PASSWORD": ("db", "web"), "API_KEY": ("web",)})
    settings = Settings(secret_keys={"API_KEY": "api-key"})
    text = files(made([]), project({}, secrets=known, settings=settings))["secrets.env.example"]
    assert text.splitlines()[1:] == ["# needed by db, web", "DB_PASSWORD=", "# needed by web", "api-key="]
    assert "secrets.env.example" not in files(made([]), project({}))


def test_a_key_that_no_line_can_set_is_named_with_what_holds_it() -> None:
    secrets = [
        Secret("tls", marker("a"), file="./tls.pem", name="tls"),
        Secret("own", marker("b"), name="own", external=True),
        Secret("P_PASSWORD", marker("c"), variable="P_PASSWORD"),
    ]
    known = Secrets({secret.marker: secret for secret in secrets}, {}, dict.fromkeys(("P_PASSWORD", "own", "tls"), ("a",)))
    using = project({"a": {"image": "x", "configs": [{"source": "c"}]}}, secrets=known)
    configs = {"c": {"content": f"pw={marker('c')}"}}

    text = files(made([]), replace(using, model={**using.model, "configs": configs}))["secrets.env.example"]

    assert text.splitlines()[1:] == [
        *("# needed by a", "P_PASSWORD=", "# needed by a", "# config.c is the text of a config, with the values of other keys in it"),
        *("# needed by a", "# tls is the file './tls.pem'"),
    ]


def test_a_new_folder_is_made_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    directory = tmp_path / "output" / "default"
    written = write(directory, indexed(FIRST))
    assert written == Written(created=("kustomization.yaml", "redis.yaml"))
    assert contents(directory) == indexed(FIRST)
    assert [path.name for path in directory.parent.iterdir()] == ["default"]


def test_the_same_again_touches_nothing(tmp_path: Path) -> None:
    write(tmp_path / "o", indexed(FIRST))
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (tmp_path / "o", *(tmp_path / "o").iterdir())}
    assert write(tmp_path / "o", indexed(FIRST)).nothing
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (tmp_path / "o", *(tmp_path / "o").iterdir())}


def test_files_of_others_stay_and_only_our_own_are_removed(tmp_path: Path) -> None:
    directory = tmp_path / "o"
    write(directory, indexed(SECOND))
    (directory / "notes.txt").write_text("mine")
    (directory / "folder").mkdir()
    (directory / "folder" / "web.yaml").write_text("mine too")
    (directory / "link").symlink_to("nowhere")
    assert write(directory, indexed(FIRST)) == Written(changed=("redis.yaml",), removed=("web.yaml",))
    assert contents(directory) == {**indexed(FIRST), "notes.txt": "mine"}
    assert (directory / "folder" / "web.yaml").read_text() == "mine too"
    assert (directory / "link").is_symlink()


def test_unchanged_files_keep_their_time(tmp_path: Path) -> None:
    write(tmp_path / "o", indexed(FIRST))
    os.utime(tmp_path / "o" / "kustomization.yaml", (1, 1))
    write(tmp_path / "o", indexed(SECOND))
    assert (tmp_path / "o" / "kustomization.yaml").stat().st_mtime == 1


def test_edits_by_hand_are_seen_and_undone(tmp_path: Path) -> None:
    directory = tmp_path / "o"
    write(directory, indexed(SECOND))
    (directory / "redis.yaml").write_text("kind: Mine\n")
    (directory / "web.yaml").unlink()
    expected = Written(changed=("redis.yaml",), edited=("redis.yaml", "web.yaml"))
    assert differences(directory, indexed(SECOND)) == expected
    assert write(directory, indexed(SECOND)) == expected
    assert contents(directory) == indexed(SECOND)


def test_line_ends_of_windows_are_no_difference(tmp_path: Path) -> None:
    write(tmp_path / "o", indexed(FIRST))
    for path in (tmp_path / "o").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert write(tmp_path / "o", indexed(FIRST)).nothing


@pytest.mark.parametrize("left", ["", "{", "[]", '{"files": []}', '{"files": {"../x": "1", "..": "2"}}', "<<<<<<< HEAD\n"])
def test_an_index_that_is_lost_or_broken_is_made_anew(tmp_path: Path, left: str) -> None:
    directory = tmp_path / "o"
    write(directory, indexed(SECOND))
    (tmp_path / "x").write_text("outside")
    (directory / ".cdb-convert.json").write_text(left)
    assert differences(directory, indexed(SECOND)).changed == ()
    write(directory, indexed(SECOND))
    assert contents(directory) == indexed(SECOND)
    (directory / ".cdb-convert.json").unlink()
    assert write(directory, indexed(FIRST)) == Written(changed=("redis.yaml",), removed=("web.yaml",))
    assert contents(directory) == indexed(FIRST)
    assert (tmp_path / "x").read_text() == "outside"


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "redis.yaml").write_text("kind: Mine\n")
    with pytest.raises(ConverterError, match=r"/o/redis.yaml' is in the way") as caught:
        write(tmp_path / "o", indexed(FIRST))
    assert "--output" in caught.value.hint
    assert contents(tmp_path / "o") == {"redis.yaml": "kind: Mine\n"}


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "o").write_text("mine")
    for directory in (tmp_path / "o", tmp_path / "o" / "deeper"):
        with pytest.raises(ConverterError, match="/o' is a file, and the output needs a folder of that name"):
            write(directory, indexed(FIRST))
    assert (tmp_path / "o").read_text() == "mine"


def test_a_folder_behind_a_link_is_replaced_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "o").symlink_to(tmp_path / "real")
    write(tmp_path / "o", indexed(FIRST))
    assert (tmp_path / "o").is_symlink()
    assert contents(tmp_path / "real") == indexed(FIRST)


STEPS = ("mkdir", "write_bytes", "copytree", "rename 1", "rename 2", "rmtree")


@contextmanager
def broken(step: str, error: BaseException) -> Iterator[None]:
    """Let one step of writing fail with `error`: the first, or as "rename 2" the second call of a function."""
    name, _, number = step.partition(" ")
    module: Any = shutil if hasattr(shutil, name) else Path
    real, calls = getattr(module, name), []

    def function(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == int(number or 1):
            raise error
        return real(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, function)
        yield


@pytest.mark.parametrize("step", STEPS[:-1])
def test_ctrl_c_at_any_step_leaves_the_old_folder_whole(tmp_path: Path, step: str) -> None:
    prepared(tmp_path)
    with broken(step, KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        write(tmp_path / "o", indexed(SECOND))
    assert contents(tmp_path / "o") == {**indexed(FIRST), "notes.txt": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_full_disk_at_any_step_leaves_the_old_folder_whole(tmp_path: Path, step: str) -> None:
    prepared(tmp_path)
    full = OSError(28, "No space left on device")
    with broken(step, full), pytest.raises(ConverterError, match="/o' cannot be written: no space left on device"):
        write(tmp_path / "o", indexed(SECOND))
    assert contents(tmp_path / "o") == {**indexed(FIRST), "notes.txt": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


def prepared(tmp_path: Path) -> None:
    """The first output, and a file of somebody else."""
    write(tmp_path / "o", indexed(FIRST))
    (tmp_path / "o" / "notes.txt").write_text("mine")


KILLED = """
import os, sys, pathlib, shutil
from converter.output import write
name, number, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
module = shutil if name in ("copytree", "rmtree") else pathlib.Path
real, calls = getattr(module, name), []
def kill(*arguments, **options):
    calls.append(1)
    if len(calls) == number:
        os._exit(9)
    return real(*arguments, **options)
setattr(module, name, kill)
import json
write(pathlib.Path(directory), json.loads(sys.stdin.read()))
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing_and_the_next_run_goes_on(tmp_path: Path, step: str) -> None:
    prepared(tmp_path)
    name, _, number = step.partition(" ")
    command = [sys.executable, "-c", KILLED, name, number or "1", str(tmp_path / "o")]
    done = subprocess.run(command, input=json.dumps(indexed(SECOND)), text=True, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == 9
    committed = read_committed(tmp_path / "o")
    assert committed["redis.yaml"] == [{"kind": "B" if step == "rmtree" else "A"}]
    assert write(tmp_path / "o", indexed(SECOND)).nothing is (step == "rmtree")
    assert contents(tmp_path / "o") == {**indexed(SECOND), "notes.txt": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


def test_what_is_committed_is_read_by_file_and_only_if_it_is_ours(tmp_path: Path) -> None:
    assert read_committed(tmp_path / "o") == {}
    write(tmp_path / "o", indexed({**SECOND, "report.json": "{}"}))
    (tmp_path / "o" / "mine.yaml").write_text("kind: Mine\n")
    assert read_committed(tmp_path / "o") == {"redis.yaml": [{"kind": "B"}], "web.yaml": [{"kind": "C"}]}


def test_what_is_committed_but_cannot_be_read_is_an_edit_and_no_obstacle(tmp_path: Path) -> None:
    write(tmp_path / "o", indexed(FIRST))
    (tmp_path / "o" / "redis.yaml").write_text("a: 1\n<<<<<<< HEAD\n")
    assert read_committed(tmp_path / "o") == {"redis.yaml": []}
    assert write(tmp_path / "o", indexed(FIRST)) == Written(changed=("redis.yaml",), edited=("redis.yaml",))


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    prepared(tmp_path)
    with (
        broken("read_bytes", OSError(13, "Permission denied")),
        pytest.raises(ConverterError, match="/o' cannot be read: permission denied"),
    ):
        differences(tmp_path / "o", indexed(FIRST))


def test_a_place_in_an_object_is_a_line_of_its_file(shop: tuple[Manifests, Project]) -> None:
    found = files(*shop, reports={"report.json": "{}"})
    place = places(found, "output/shop/")
    where = place("Deployment/web", ("spec", "template", "spec", "containers", 0, "image"))
    assert where is not None
    assert where.file == "output/shop/web.yaml"
    assert found["web.yaml"].splitlines()[where.line - 1] == "        image: nginx:1"
    assert place("Namespace/shop", ()) == Location("output/shop/namespace.yaml", 2, 1)
    assert place("Deployment/gone", ()) is None
