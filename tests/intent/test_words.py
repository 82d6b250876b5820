"""Values in reports stand as YAML has them, and sizes as their author wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from converter.compose.load import Inputs, load
from converter.intent.words import in_words, shortened

MEMORY = ("services", "web", "mem_limit")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (None, "null"),
        (["sh", "-c", "a  b"], '["sh", "-c", "a b"]'),
        ({"a": [None, False]}, '{"a": [null, false]}'),
        ("two\n  lines", "two lines"),
        ("", '""'),
        (1.5, "1.5"),
    ],
)
def test_a_value_stands_as_yaml_has_it(value: Any, text: str) -> None:
    assert in_words(value) == text


@pytest.mark.parametrize(("number", "text"), [("536870912", "512m"), (1073741824, "1g"), ("1000", "1000"), ("0", "0"), (2048, "2k")])
def test_a_size_has_a_unit(number: Any, text: str) -> None:
    assert in_words(number, MEMORY) == text
    assert in_words(number, ("services", "web", "environment", "SIZE")) == str(number)


def test_so_has_the_size_of_a_tmpfs() -> None:
    assert in_words("/tmp:size=67108864", ("services", "web", "tmpfs", "/tmp")) == "/tmp:size=64m"


def test_a_size_is_the_one_that_its_author_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    limits = "deploy: {resources: {limits: {memory: 0.5GB}}}"
    (tmp_path / "compose.yml").write_text(f"services:\n  web:\n    image: a\n    shm_size: 1gb\n    {limits}\n", encoding="utf-8")
    project = load(Inputs())

    assert in_words(project.services["web"]["shm_size"], ("services", "web", "shm_size"), project) == "1gb"
    memory = ("services", "web", "deploy", "resources", "limits", "memory")
    assert [in_words(number, memory, project) for number in ("536870912", "268435456")] == ["0.5GB", "256m"]


def test_long_texts_that_begin_alike_are_shown_where_they_differ() -> None:
    one, two = (f"{'a' * 50} until postgres {port} answers, then go on" for port in (5432, 5433))

    assert all(port in text and len(text) <= 40 for port, text in zip(("5432", "5433"), shortened([one, two], 40), strict=True))
    assert shortened(["a" * 50, "a" * 50 + "b"], 40) == [f"...{'a' * 13}", f"...{'a' * 13}b"]
    assert shortened(["a" * 50], 40) == [f"{'a' * 37}..."]
    assert shortened(["a" * 40, "b"], 40) == ["a" * 40, "b"]
