"""Two objects that end with one name are refused, with both lines; two paths that do get names that differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from converter import overlay, pipeline
from converter.errors import ConverterError
from converter.overlay import Overlay
from tests.compose.stacks import loaded

LINES: list[tuple[str, Mapping[str, object], list[str]]] = [
    ("services:\n  web_app: {image: a:1}\n  web-app: {image: a:1}\n", {}, ["compose.yaml:2", "compose.yaml:3", "names: {"]),
    (
        "services:\n  a: {image: a:1, volumes: ['my_data:/a', 'my-data:/b']}\nvolumes:\n  my_data:\n  my-data:\n",
        {},
        ["compose.yaml:4", "compose.yaml:5"],
    ),
    (
        "services:\n  a: {image: a:1, volumes: ['./a-b/data:/a']}\n  b: {image: a:1, volumes: ['./a/b/data:/b']}\n",
        {},
        ["compose.yaml:2", "compose.yaml:3"],
    ),
    (
        "services:\n  a: {image: a:1, ports: ['81:80']}\n  a-published: {image: a:1, ports: ['82:80']}\n",
        {"exposure": {"load-balancers": ["a"]}},
        ["compose.yaml:2", "compose.yaml:3"],
    ),
    (
        "services:\n  a: {image: a:1, volumes: ['./f:/b/c']}\n  a-b: {image: a:1, volumes: ['./f:/c']}\n",
        {},
        ["compose.yaml:2", "compose.yaml:3"],
    ),
]


def settings(data: Mapping[str, object]) -> Overlay:
    """An overlay of these settings."""
    return overlay.build("default", data, ())


@pytest.mark.parametrize(("text", "data", "wanted"), LINES, ids=["services", "volumes", "folders", "published", "config maps"])
def test_a_collision_names_both_lines(text: str, data: Mapping[str, object], wanted: list[str], tmp_path: Path, kompose: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": text, "f/one.conf": "x"})

    with pytest.raises(ConverterError) as caught:
        pipeline.run(project, settings(data), kompose)

    said = f"{caught.value} {caught.value.hint}"
    assert [one for one in wanted if one not in said] == []
