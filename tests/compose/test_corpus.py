"""Every set of the corpus loads, and every value that somebody wrote has its place."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from converter.compose.load import Inputs, load
from converter.compose.project import Project
from converter.compose.units import units
from converter.findings import Route

_CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
_DEFAULTS = {("depends_on", "required"), ("build", "dockerfile"), *((top, "name") for top in ("networks", "volumes", "secrets", "configs"))}
"""What docker compose adds of its own: (key, last step)."""

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not _CORPUS.is_dir(), reason="../shared/corpus is not there")]


def _sets() -> Iterator[tuple[Path, list[str]]]:
    """Yield the folder and the files of each set of real projects; the names of a set are those in its own repository."""
    with (_CORPUS / "INDEX.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["class"] == "project":
                names = row["compose_set"].split(",")
                folder, _, first = row["corpus_path"].partition("/")
                outside = names[0].removesuffix(first)
                yield _CORPUS / folder, [name.removeprefix(outside) for name in names]


def _project(folder: Path, names: list[str]) -> Project:
    with chdir(folder):
        return load(Inputs(files=tuple(names)))


def _routes(model: Mapping[str, Any]) -> Iterator[Route]:
    for top in ("services", "volumes", "networks", "secrets", "configs"):
        for name, body in (model.get(top) or {}).items():
            yield from ((top, name, *route) for route, _ in units(body or {}))


def test_every_written_value_of_every_set_is_located() -> None:
    located, defaults, lost = 0, Counter[tuple[str, str]](), list[tuple[str, Route]]()
    for folder, names in _sets():
        project = _project(folder, names)
        assert str(_CORPUS) not in repr(project.model)
        for route in _routes(project.model):
            kind = (str(route[2] if route[0] == "services" else route[0]), str(route[-1]))
            place, written = project.sources.locate(route, project.model)
            assert not os.path.isabs(place.file)  # noqa: PTH117 (a text)
            if written:
                located += 1
            elif kind in _DEFAULTS:
                defaults[kind] += 1
            else:
                lost.append((folder.name, route))

    assert not lost
    assert located >= 5999
    assert sum(defaults.values()) < 502


def test_no_two_runs_differ() -> None:
    for folder, names in list(_sets())[:12]:
        one, two = _project(folder, names), _project(folder, names)

        assert (one.model, one.secrets, one.warnings) == (two.model, two.secrets, two.warnings)
