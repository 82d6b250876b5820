"""What holds for every rule and every case of every rule."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from converter.compose.project import Project
from converter.findings import Finding, format_route
from converter.kompose.convert import convert
from converter.overlay import Overlay
from converter.pipeline import Result
from converter.rules import RULES
from converter.rules.rule import Rule
from converter.trace import fields
from tests.rules.conftest import HERE, cases, module_of, rule_of

CASES = pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}/{case.name}")
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.name))
SECTIONS = ("Why", "Settings", "Example")


@CASES
def test_a_rule_writes_the_fields_that_its_case_expects(case: Path, result: Callable[[Path], Result], *, update_goldens: bool) -> None:
    name = rule_of(case).name
    done = result(case)

    compare(case / "expected.yaml", owned(done, name), update=update_goldens)
    compare(case / "findings.txt", said(done.findings, name), update=update_goldens)


@CASES
def test_a_rule_applied_twice_does_what_it_does_once(case: Path, inputs: Callable[[Path], tuple[Project, Overlay]], kompose: Path) -> None:
    project, overlay = inputs(case)
    manifests = convert(project, kompose)
    for rule in overlay.rules:
        first = list(rule.apply(manifests, project, overlay.target))
        if rule.name.startswith("patches"):  # the user's own, which may add to a list, and must change something
            continue
        once = copy.deepcopy(list(manifests))

        second = list(rule.apply(manifests, project, overlay.target))

        assert list(manifests) == once, rule.name
        assert second == first, rule.name


@CASES
def test_no_field_has_two_owners(case: Path, result: Callable[[Path], Result]) -> None:
    assert [one for one in result(case).trace.overwrites if not one.after.startswith("patches")] == []


@CASES
def test_no_value_of_a_secret_is_in_a_manifest_or_a_finding(case: Path, result: Callable[[Path], Result]) -> None:
    done = result(case)

    assert "canary" not in repr((list(done.manifests), done.findings, done.entries))


@CASES
def test_an_object_that_a_finding_names_is_there(case: Path, result: Callable[[Path], Result]) -> None:
    done = result(case)
    there = {f"{one['kind']}/{one['metadata']['name']}" for one in done.manifests}

    assert {found.resource for found in done.findings} - {""} <= there


@CASES
def test_of_a_pod_that_may_be_root_is_told_once(case: Path, result: Callable[[Path], Result]) -> None:
    findings = result(case).findings
    told = {found.resource for found in findings if found.rule == "security-context" and found.resource}

    assert not [one for one in findings if one.rule == "pod-security" and one.resource in told and "runAsNonRoot" in one.message]


@EVERY_RULE
def test_every_rule_has_a_page(rule: type[Rule]) -> None:
    lines = inspect.cleandoc(rule.__doc__ or "").splitlines()

    assert lines[0].endswith(".")
    sections = [line.strip("#: ") for line in lines if re.fullmatch(r"(#+ )?(Why|Settings|Example):?", line)]
    assert sections == list(SECTIONS)


@EVERY_RULE
def test_every_rule_has_a_case(rule: type[Rule]) -> None:
    assert list((HERE / module_of(rule)).glob("*/compose.yml"))


def test_every_folder_is_a_case_of_a_rule() -> None:
    folders = {path for path in HERE.glob("*/*") if path.is_dir() and not path.parent.name.startswith("__")}

    assert folders == set(cases())


def test_the_names_of_rules_differ_and_follow_their_modules() -> None:
    assert [rule.name for rule in RULES] == [module_of(rule).replace("_", "-") for rule in RULES]


def compare(path: Path, text: str, *, update: bool) -> None:
    """Hold what a rule did against a golden file, or write that file."""
    if update:
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def owned(done: Result, name: str) -> str:
    """The fields that a rule wrote last, as nested YAML by object; list elements by their merge key."""
    tree: dict[Hashable, Any] = {}
    for document in done.manifests:
        origin = done.trace.origin(document["kind"], document["metadata"]["name"])
        mine = {path: value for path, value in fields(document) if origin.get(path) == name}
        if mine:
            tree[f"{document['kind']}/{document['metadata']['name']}"] = nested(mine)
    return yaml.dump(tree, Dumper=Readable, sort_keys=False, width=140, allow_unicode=True) if tree else ""


def nested(flat: Mapping[tuple[Hashable, ...], Any]) -> dict[Hashable, Any]:
    """Paths and values as mappings in mappings."""
    tree: dict[Hashable, Any] = {}
    for path, value in flat.items():
        place = tree
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return tree


def said(findings: Iterable[Finding], name: str) -> str:
    """What a rule said, a line or two each."""
    return "".join(
        f"{finding.severity.name.lower()} {format_route(finding.route) or finding.resource or '-'}: {finding.message}\n"
        + (f"    {finding.hint}\n" if finding.hint else "")
        for finding in sorted(findings, key=lambda one: (list(map(str, one.route)), one.resource, one.message))
        if finding.rule == name
    )


class Readable(yaml.SafeDumper):
    """Writes text of several lines as a block."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Readable.add_representer(str, _text)
