"""The report on a terminal, and what every report shows of a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.compose.project import Project
from converter.errors import Location
from converter.findings import Entry, Finding, Route, Severity
from converter.manifests import Manifests
from converter.report import json, markdown, text
from converter.report.view import View, folded, view
from tests.cli.command import write
from tests.compose.made import made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with two services, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return made(tmp_path, "services:\n  web: {image: 'nginx:1'}\n  db: {image: 'postgres:16'}\n")


IMAGE = ("services", "web", "image")
OTHER = ("services", "db", "image")


def located(resource: str, path: Route) -> Location | None:
    """A place for each object but one."""
    return None if resource == "Secret/keys" else Location(f"output/lab/{resource.partition('/')[2]}.yaml", 1 + len(path), 3)


def seen(project: Project, *findings: Finding, entries: tuple[Entry, ...] = (), notes: bool = True) -> View:
    """What a report shows of some findings."""
    return view("shop -> output/lab", "lab", project, Manifests(), entries, findings, notes=notes, written=located)


def test_what_says_the_same_is_told_once_with_every_place(project: Project) -> None:
    shown = seen(
        project,
        Finding("ledger", Severity.WARNING, "too new", route=IMAGE, hint="wait"),
        Finding("ledger", Severity.WARNING, "too new", route=OTHER, hint="wait"),
        Finding("ledger", Severity.ERROR, "lost", route=IMAGE),
    )

    assert [(remark.severity.name, remark.message, remark.routes) for remark in shown.remarks] == [
        ("ERROR", "lost", (IMAGE,)),
        ("WARNING", "too new", (OTHER, IMAGE)),
    ]
    out = text.render(shown, [])
    assert out.splitlines()[2:] == [
        "error    lost",
        "           compose.yml:3:16  services.web.image",
        "warning  too new",
        "           compose.yml:4:15  services.db.image",
        "           compose.yml:3:16  services.web.image",
        "           -> wait",
    ]


def test_a_finding_about_an_object_has_its_line_in_the_written_file(project: Project) -> None:
    shown = seen(project, Finding("schema", Severity.ERROR, "spec.x is unknown", resource="Deployment/web", path=("spec", "x")))

    assert "error    Deployment/web: spec.x is unknown\n           output/lab/web.yaml:3:3  Deployment/web\n" in text.render(shown, [])
    assert "  - `Deployment/web` at output/lab/web.yaml:3:3\n" in markdown.render(shown, lines=True)
    assert '"files": ["output/lab/web.yaml:3:3"]' in json.render(shown, lines=True)
    for committed in (markdown.render(shown, lines=False), json.render(shown, lines=False)):
        assert "output/lab/web.yaml" not in committed


def test_an_object_that_is_in_no_file_has_no_line(project: Project) -> None:
    shown = seen(project, Finding("references", Severity.INFO, "create it", resource="Secret/keys"))
    assert text.render(shown, []).splitlines()[2:] == ["info     Secret/keys: create it"]


def test_many_places_are_cut_unless_all_are_asked_for(project: Project) -> None:
    findings = [Finding("x", Severity.INFO, "same", resource=f"Deployment/{name}") for name in "abcde"]
    short, whole = (text.render(seen(project, *findings), [], verbose=verbose) for verbose in (False, True))

    assert "Deployment/a, Deployment/b, Deployment/c and 2 more: same" in short
    assert "and 2 more (-v shows them)" in short
    assert "more" not in whole
    assert "output/lab/e.yaml:1:3  Deployment/e" in whole


def test_quiet_leaves_out_notes_and_the_head_if_there_is_nothing(project: Project) -> None:
    assert text.render(seen(project, Finding("x", Severity.INFO, "fine")), [], quiet=True) == ""
    out = text.render(seen(project, Finding("x", Severity.WARNING, "not fine")), [], quiet=True)
    assert out == "shop -> output/lab\nwarning  not fine\n"
    assert text.render(seen(project), ["nothing changed"], quiet=True) == "shop -> output/lab\n\nnothing changed\n"


@pytest.mark.parametrize("severity", list(Severity))
def test_colour_is_of_the_severity_and_only_on_request(severity: Severity, project: Project) -> None:
    shown = seen(project, Finding("x", severity, "so"))
    assert "\x1b" not in text.render(shown, [])
    assert f"\x1b[{ {1: 36, 2: 33, 3: 31}[severity] }m{severity.name.lower():9}\x1b[0mso\n" in text.render(shown, [], colour=True)


def test_no_line_is_longer_than_100_columns(project: Project) -> None:
    long = Finding("x", Severity.ERROR, "word " * 60, route=("services", "web", "x" * 150), resource="Deployment/web", hint="do " * 80)
    out = text.render(seen(project, long), [], verbose=True)
    assert max(map(len, out.splitlines())) <= 100


def test_one_is_not_written_as_many(tmp_path: Path) -> None:
    write(tmp_path, {})
    one = made(tmp_path, "services:\n  web: {image: 'nginx:1'}\n")
    assert "1 service, 0 objects." in text.render(seen(one), [])
    assert "1 service, 0 objects." in markdown.render(seen(one), lines=False)


def test_what_is_the_same_is_folded_in_any_order(project: Project) -> None:
    findings = [Finding("x", Severity.INFO, "same", resource=f"Pod/{name}") for name in "cab"]
    one, other = (folded(seen(project, *some).remarks) for some in (findings, findings[::-1]))
    assert one == other
