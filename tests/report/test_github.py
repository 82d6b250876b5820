"""GitHub's annotations: one line for each finding, escaped as its runner reads them back."""

from __future__ import annotations

import re
from pathlib import Path

from converter.errors import Location
from converter.findings import Severity
from converter.report.github import _line
from converter.report.said import Said
from tests.cli.command import cdb, write

_LINE = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A line as the runner reads it: command, properties and text."""
    match = _LINE.fullmatch(line)
    assert match, line
    properties = dict(part.split("=", 1) for part in match[2].split(","))
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        properties = {name: value.replace(code, character) for name, value in properties.items()}
    text = match[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return match[1], properties, text


def test_every_line_is_a_command_and_errors_come_first(texts: dict[str, str]) -> None:
    commands = [read(line)[0] for line in texts["github"].splitlines()]

    assert commands == sorted(commands, key=["error", "warning", "notice"].index)
    assert {"error", "warning"} <= set(commands)


def test_a_finding_stands_at_its_line_below_the_root_of_the_repository(texts: dict[str, str]) -> None:
    _, properties, text = read(texts["github"].splitlines()[0])

    assert properties["file"] == "shop/docker-compose.yml"
    assert int(properties["line"]) > 1
    assert "a device of the host is not the pod's" in text


def test_what_is_true_for_one_overlay_names_it_and_what_is_true_for_all_is_said_once(texts: dict[str, str]) -> None:
    lines = [read(line) for line in texts["github"].splitlines()]

    assert [properties["title"] for _, properties, text in lines if "gone" in text] == ["cdb-convert: accept (lab)"]
    assert [properties["title"] for _, properties, text in lines if "ttyUSB0" in text][:1] == ["cdb-convert: refused"]
    assert len({(properties["file"], properties["line"], text) for _, properties, text in lines}) == len(lines)


def test_strange_characters_come_back_as_they_were() -> None:
    said = Said("a,b:c%", Severity.WARNING, "50%\r\n::error::not, one: more", "100%25", Location("odd, name: 5%.yml", 3, 4))

    command, properties, text = read(_line(said, ["x:y"]))

    assert command == "warning"
    assert properties == {"file": "odd, name: 5%.yml", "line": "3", "col": "4", "title": "cdb-convert: a,b:c% (x:y)"}
    assert text == "50%\r\n::error::not, one: more\n100%25"


def test_a_note_of_the_project_is_said_once_at_the_compose_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"compose.yml": "services: {web: {image: 'nginx:1', env_file: .env}}\n", ".env.example": "A=1\n", "overlays/a.yaml": "{}\n"},
    )
    write(tmp_path, {"overlays/b.yaml": "{}\n"})

    lines = [read(line) for line in cdb(tmp_path, "run", "--report", "github=-").out.splitlines()]

    notes = [(properties["file"], properties["title"]) for _, properties, text in lines if "'.env' does not exist" in text]
    assert len(notes) == 1
    assert notes[0][0] == "compose.yml"
