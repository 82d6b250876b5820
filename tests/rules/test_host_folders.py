"""Folders of the node that hold claims: a root for each operating system, of which the overlay names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter import overlay
from converter.errors import ConverterError
from converter.rules.writing.host_folders import Folders, Roots

ROOTS = Roots(linux="/srv/shop", macos="/Users/ann/shop", windows=r"C:\Users\ann\shop")


@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("/srv/shop", "/srv/shop"),
        ("/srv/shop/", "/srv/shop"),
        ("/", ""),
        (r"C:\Users\ann\shop", "/run/desktop/mnt/host/c/Users/ann/shop"),
        ("C:/Users/ann/shop/", "/run/desktop/mnt/host/c/Users/ann/shop"),
        ("d:\\", "/run/desktop/mnt/host/d"),
        (r"D:\My Data\shop", "/run/desktop/mnt/host/d/My Data/shop"),
        ("/run/desktop/mnt/host/c/shop", "/run/desktop/mnt/host/c/shop"),
    ],
)
def test_a_root_is_the_path_that_the_node_has_for_it(root: str, path: str) -> None:
    assert Folders(root).above == path


def test_the_overlay_names_the_operating_system_whose_root_is_taken() -> None:
    assert Folders(ROOTS).above == "/srv/shop"
    assert Folders(ROOTS, system="macos").above == "/Users/ann/shop"
    assert Folders(ROOTS, system="windows").above == "/run/desktop/mnt/host/c/Users/ann/shop"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_overlay_takes_the_roots_of_the_one_it_extends(tmp_path: Path) -> None:
    written(tmp_path, "base", "storage: {host-path: {root: {linux: /srv/shop, macos: /Users/ann/shop}}}\n")

    found = overlay.load(written(tmp_path, "mac", "extends: base\nstorage: {host-path: {system: macos}}\n"))

    storage = next(rule for rule in found.rules if rule.name == "storage")
    assert vars(storage)["host_path"].above == "/Users/ann/shop"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{storage-class: fast}", "'storage.host-path' has no 'root'"),
        ("{root: {macos: /Users/ann}}", "'storage.host-path.root' has no path for 'linux', which 'system' names"),
        ("{root: {linux: /srv}, system: windows}", "'storage.host-path.root' has no path for 'windows', which 'system' names"),
        ("{root: {linux: /srv}, system: wsl}", "'storage.host-path.system' is 'wsl' and must be one of linux, macos, windows"),
        ("{root: data}", "'storage.host-path.root' is 'data' and must be a whole path, as '/srv/data' or 'C:\\data'"),
        ("{root: ../data}", "'storage.host-path.root' is '../data' and must be a whole path, as '/srv/data' or 'C:\\data'"),
        (
            r"{root: '\\server\share'}",
            "'storage.host-path.root' is '\\\\server\\share' and must be a whole path, as '/srv/data' or 'C:\\data'",
        ),
        ("{root: /srv/../etc}", "'storage.host-path.root' is '/srv/../etc' and must be a whole path, as '/srv/data' or 'C:\\data'"),
        ("{root: {windos: C:/data}}", "unknown setting 'windos' of 'storage.host-path.root'"),
        ("{roots: {linux: /srv}}", "unknown setting 'roots' of 'storage.host-path'"),
        ("{root: 4}", "'storage.host-path.root' must be text or a mapping, and is '4'"),
    ],
)
def test_folders_that_cannot_be_are_told_with_their_line(tmp_path: Path, settings: str, message: str) -> None:
    with pytest.raises(ConverterError) as caught:
        overlay.load(written(tmp_path, "lab", f"storage:\n  size: 2Gi\n  host-path: {settings}\n"))

    assert caught.value.message == message
    assert caught.value.location is not None
    assert str(caught.value.location).rpartition("lab.yaml")[2].startswith(":3:")


def test_the_line_of_the_base_is_told_for_what_stands_there(tmp_path: Path) -> None:
    written(tmp_path, "base", "storage:\n  host-path: {root: {macos: /Users/ann}}\n")

    with pytest.raises(ConverterError, match="no path for 'linux'") as caught:
        overlay.load(written(tmp_path, "lab", "extends: base\nstorage: {size: 2Gi}\n"))

    assert str(caught.value.location).endswith("base.yaml:2:3")
