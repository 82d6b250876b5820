"""Whatever is changed in manifests is told, with the right service and key; the whole measurement is `python -m tests.mutation`."""

from __future__ import annotations

import re
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from converter import overlay, pipeline
from converter.cli.differences import differences
from converter.compose.load import Inputs, load
from converter.kompose.provide import kompose
from converter.pipeline import Result
from tests.cli.projects import shop
from tests.mutation.run import Score, count, judged, mutants


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A small project, with policies."""
    folder = shop(tmp_path_factory.mktemp("shop"))
    binary = kompose(progress=lambda line: print(line, file=sys.stderr))  # noqa: T201 - whoever waits wants to know for what
    with chdir(folder):
        return pipeline.run(load(Inputs()), overlay.build("default", {"network-policies": {"enabled": True}}, ()), binary)


def test_every_change_of_a_small_project_is_told(result: Result) -> None:
    score = Score()
    for mutant in mutants("shop", result, 2):
        count(score, "shop", result, mutant, differences(result, mutant.documents))

    assert sum(score.asked.values()) > 100
    assert score.astray == []
    assert [line for line in score.survivors if line.endswith("not known")] == []


def test_a_change_that_is_told_of_another_service_does_not_count(result: Result) -> None:
    mutant = next(one for one in mutants("shop", result, 9) if one.what == "image altered" and one.service == "web")
    other = next(one for one in mutants("shop", result, 9) if one.what == "image altered" and one.service == "db")

    assert judged(mutant, differences(result, mutant.documents)) == (True, True)
    assert judged(mutant, differences(result, other.documents)) == (False, False)


def test_the_score_is_at_least_99_of_100() -> None:
    page = Path(__file__).with_name("score.md").read_text(encoding="utf-8")

    found = re.search(r"(\d+) mutants\. .*\((\d+\.\d+)%\), .*\((\d+\.\d+)%\)", page)
    assert found is not None
    assert int(found[1]) > 4000
    assert float(found[3]) >= 99
    assert "not known" not in page
