"""What holds for every form of `--report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import cdb, refused
from tests.report.conftest import CANARIES, FORMS


@pytest.mark.parametrize("form", FORMS)
def test_no_report_holds_the_value_of_a_secret(texts: dict[str, str], form: str) -> None:
    assert [canary for canary in CANARIES if canary in texts[form]] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_the_same_whenever_it_is_made(reports: Path, texts: dict[str, str], form: str) -> None:
    done = cdb(reports, "run", "--report", f"{form}=-")

    assert done.out == texts[form]


@pytest.mark.parametrize("form", FORMS)
def test_every_report_tells_of_the_refused_device(texts: dict[str, str], form: str) -> None:
    assert "a device of the host is not the pod's" in texts[form].replace("&#39;", "'")


def test_an_unknown_form_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    said = refused(tmp_path, "run", "--report", "pdf=report.pdf")

    assert "formats: text, markdown, json, html, sarif, github" in said
