"""`cdb-convert rules`: the catalogue, and the schema for editors."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from converter.rules import RULES
from tests.cli.command import ROOT, cdb


def test_the_rules_are_listed_in_their_order_with_their_settings(tmp_path: Path) -> None:
    done = cdb(tmp_path, "rules")

    assert (done.status, done.err) == (0, "")
    numbered = [line.split()[:2] for line in done.out.splitlines() if line[:2].strip().isdigit()]
    assert numbered == [[str(number), rule.name] for number, rule in enumerate(RULES, 1)]
    assert "node-ports: {}" in done.out


def test_v_prints_the_page_of_each_rule(tmp_path: Path) -> None:
    done = cdb(tmp_path, "rules", "-v")
    for rule in RULES:
        assert f"`{rule.name}`" in done.out
    assert done.out.count("Why:") == done.out.count("Example:") == len(RULES)


def test_the_schema_accepts_the_overlays_of_this_project_and_no_mistake(tmp_path: Path) -> None:
    import yaml

    schema = json.loads(cdb(tmp_path, "rules", "--schema").out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in (ROOT / "overlays").glob("*.yaml"):
        assert list(validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == [], path.name
    assert list(validator.iter_errors({"exposre": {}}))
    assert list(validator.iter_errors({"exposure": {"node-ports": {"web": "x"}}}))


def test_rules_needs_no_project_and_no_argument(tmp_path: Path) -> None:
    assert cdb(tmp_path, "rules", "exposure").status == 2
