"""The JSON report has the shape that its schema says."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.cli.command import cdb


def schema(folder: Path) -> Draft202012Validator:
    """The published schema, as a user gets it."""
    text = cdb(folder, "rules", "--report-schema").out
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


def test_the_reports_of_all_overlays_fit_the_schema(reports: Path, texts: dict[str, str]) -> None:
    document = json.loads(texts["json"])

    assert [one["overlay"] for one in document] == ["lab", "prod"]
    assert [error.message for error in schema(reports).iter_errors(document)] == []


def test_the_committed_report_fits_the_schema(reports: Path) -> None:
    for overlay in ("lab", "prod"):
        document = json.loads((reports / "output" / overlay / "report.json").read_text(encoding="utf-8"))

        assert [error.message for error in schema(reports).iter_errors(document)] == []
        assert "docker-compose.yml:" not in json.dumps(document)


def test_the_schema_knows_every_field_and_no_other(reports: Path, texts: dict[str, str]) -> None:
    (document, _) = json.loads(texts["json"])

    for changed in ({**document, "time": 1}, {key: value for key, value in document.items() if key != "overlay"}):
        assert list(schema(reports).iter_errors(changed))


def test_a_value_that_is_false_or_empty_is_told(texts: dict[str, str]) -> None:
    (lab, _) = json.loads(texts["json"])
    asked = {entry["value"]: entry for entry in lab["entries"] if entry["verdict"] != "added"}

    assert all("compose" in entry for entry in asked.values())


def test_a_remark_on_the_overlay_has_its_line(texts: dict[str, str]) -> None:
    (lab, _) = json.loads(texts["json"])
    remarks = {remark["message"]: remark for remark in lab["remarks"]}

    assert remarks["'accept' of 'services.gone.logging' accepts nothing"]["overlay"] == ["overlays/lab.yaml:7:5"]
