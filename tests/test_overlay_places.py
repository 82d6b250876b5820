"""A finding about a setting knows the line of the overlay where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.errors import Location
from converter.findings import Finding, Severity
from converter.overlay_places import placed, setting_place

_LAB = """\
extends: base
resources:
  services:
    web: {memory: 1Gi}
startup-order:
  off: [db, web]
exposure:
  ingress:
    hosts: {shop.example.com: "api:8000"}
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab.yaml").write_text(_LAB)
    (tmp_path / "base.yaml").write_text("resources: {services: {other: {cpu: 1}}}\nnames: {web: www}\n")
    return tmp_path / "lab.yaml", tmp_path / "base.yaml"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (("resources", "services", "web"), Location("lab.yaml", 4, 5)),
        (("startup-order", "off", "web"), Location("lab.yaml", 6, 13)),
        (("exposure", "ingress", "hosts", "api"), Location("lab.yaml", 9, 13)),
        (("exposure", "ingress", "hosts", "shop.example.com"), Location("lab.yaml", 9, 13)),
        (("resources", "services", "other"), Location("base.yaml", 1, 24)),
        (("resources", "services", "nowhere"), Location("lab.yaml", 3, 3)),
        (("names", "web"), Location("base.yaml", 2, 9)),
        (("images", "services", "web"), None),
    ],
)
def test_a_setting_is_found_in_the_strongest_file_that_says_it(
    files: tuple[Path, Path], setting: tuple[str, ...], expected: Location | None
) -> None:
    assert setting_place(files, setting) == expected


def test_only_a_finding_about_a_setting_is_given_a_line(files: tuple[Path, Path]) -> None:
    one = Finding("resources", Severity.ERROR, "said", setting=("resources", "services", "web"))
    other = Finding("resources", Severity.ERROR, "said", ("services", "web"))

    assert [found.place for found in placed([one, other], files)] == [Location("lab.yaml", 4, 5), None]
