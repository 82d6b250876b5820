"""The ledger: closed on both sides, and what it obliges to say."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from converter import ledger, overlay, pipeline
from converter.compose.load import Inputs, load
from converter.compose.project import Target
from converter.compose.units import units
from converter.findings import Accept, Entry, Route, Severity, format_route, parse_route
from converter.intent.field import leaves
from converter.kompose import provide
from converter.trace import Trace
from tests.intent.contract import breaches, other, parent
from tests.intent.samples import AROUND, HAND_WRITTEN, PASSWORD, documents, project

CORPUS = Path("/work/shared/corpus")


def entries(text: str = HAND_WRITTEN, **more: Any) -> list[Entry]:
    """The ledger of manifests against the sample project."""
    return ledger.entries(project(), documents(text), Target(), **more)


def at(route: str, found: list[Entry]) -> Entry:
    """The entry of one value."""
    return next(entry for entry in found if entry.route == parse_route(route) and entry.verdict != "added")


def unexplained(found: list[Entry], manifests: list[dict[str, Any]]) -> set[Route]:
    """The fields of the manifests that no entry looked at."""
    fields = {path for one in manifests for path, _ in leaves(one, (one["kind"], one["metadata"]["name"]))}
    return fields - {path for entry in found for path in entry.at}


def test_each_value_of_the_model_has_one_entry() -> None:
    model = project().model
    asked = [("services", service, *route) for service, one in model["services"].items() for route, _ in units(one)]
    asked += [("services", service, "networks", network) for service, one in model["services"].items() for network in one["networks"]]
    asked += [route for route, _ in units({key: value for key, value in model.items() if key != "services"})]

    found = Counter(entry.route for entry in entries() if entry.verdict != "added")

    assert found == Counter(asked)


def test_each_field_of_the_manifests_is_in_an_entry() -> None:
    assert unexplained(entries(HAND_WRITTEN + AROUND), documents(HAND_WRITTEN + AROUND)) == set()


def test_hand_written_manifests_that_say_it_all_are_as_asked() -> None:
    assert {entry.verdict for entry in entries()} == {"kept", "translated", "not needed", "approximated", "added"}


@pytest.mark.parametrize(
    ("old", "new", "route", "verdict"),
    [
        ("replicas: 2", "replicas: 3", "services.web.deploy.replicas", "differs"),
        ("value: db-main", "value: db_main", "services.web.environment.DB_HOST", "kept"),
        ("value: db-main", "value: other", "services.web.environment.DB_HOST", "differs"),
        ("    workingDir: /srv", "", "services.web.working_dir", "lost"),
        ("mountPath: /run/secrets/token", "mountPath: /run/token", "services.web.secrets./run/secrets/token.source", "lost"),
        ("hello db-main", "hello db_main", "services.web.configs./etc/motd.source", "differs"),
        ("drop: [ALL]", "drop: []", "services.web.cap_drop.ALL", "lost"),
        ("kind: Job", "kind: Deployment", "services.migrate.restart", "approximated"),
    ],
)
def test_one_change_changes_one_verdict(old: str, new: str, route: str, verdict: str) -> None:
    assert old in HAND_WRITTEN
    assert at(route, entries(HAND_WRITTEN.replace(old, new))).verdict == verdict


def test_a_service_that_nothing_runs_is_lost_whole() -> None:
    found = ledger.entries(project(), [], Target())

    assert {entry.verdict for entry in found if entry.route[0] == "services"} == {"lost"}
    assert {one.message for one in ledger.findings(found) if one.route[0] == "services"} == {f"lost: {ledger.NOBODY}"}


def test_what_nobody_asked_for_is_added_with_the_step_that_wrote_it() -> None:
    manifests = documents()
    trace = Trace()
    trace.step(manifests, "by hand")
    manifests[-1]["spec"]["ttlSecondsAfterFinished"] = 60
    trace.step(manifests, "patches")

    found = ledger.entries(project(), manifests, Target(), origins=trace)

    added = {format_route(entry.route): (entry.got, entry.why) for entry in found if entry.verdict == "added"}
    assert added["Job.migrate.spec.ttlSecondsAfterFinished"] == (60, "patches")
    assert added["Job.migrate.apiVersion"] == ("batch/v1", "by hand")


def test_a_reading_beside_what_is_asked_for_is_added_in_composes_words() -> None:
    found = entries(
        HAND_WRITTEN.replace(
            "- {name: DB_HOST, value: db-main}", "- {name: DB_HOST, value: db-main}\n            - {name: EXTRA, value: x}"
        )
    )

    assert next(entry for entry in found if entry.route == ("services", "web", "environment", "EXTRA")).got == "x"


def test_two_services_at_one_port_say_it_twice_and_are_one_entry() -> None:
    found = entries(HAND_WRITTEN + AROUND)

    assert at("services.web.ports.8000/tcp.target", found).verdict == "kept"
    assert [entry.got for entry in found if entry.route[-1] == "published" and entry.verdict != "not needed"] == [
        "80",
        "30080 of each node",
        "http://shop.example.com/",
    ]


def test_the_value_of_a_secret_is_never_shown() -> None:
    text = HAND_WRITTEN.replace("valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}", "value: hunter2")
    text += "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: shop-secrets}\nstringData: {DB_PASSWORD: hunter2}\n"
    text += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {API_TOKEN: hunter2}\n"
    text = text.replace("- {name: DB_HOST", "- {name: OTHER_PASSWORD, value: hunter2}\n            - {name: DB_HOST")

    found = entries(text)
    said = repr(found) + repr(list(ledger.findings(found)))

    assert "hunter2" not in said
    assert PASSWORD not in said
    assert at("services.web.environment.DB_PASSWORD", found).raw == "<DB_PASSWORD>"


def test_lost_and_differs_are_errors_or_warnings_where_the_cost_is_known() -> None:
    found = entries(HAND_WRITTEN.replace("workingDir: /srv", "workingDir: /tmp"))
    one = at("services.web.working_dir", found)

    assert (one.verdict, one.severity) == ("differs", Severity.ERROR)
    (said,) = [finding for finding in ledger.findings(found) if finding.severity == Severity.ERROR]
    assert said.message == "differs: '/srv' -> '/tmp'"
    assert "accept" in said.hint


def test_a_default_that_nobody_wrote_has_an_entry_and_no_finding() -> None:
    text = HAND_WRITTEN.replace("replicas: 2", "replicas: 3")
    found = ledger.entries(project(("services", "web", "deploy", "replicas")), documents(text), Target())

    assert at("services.web.deploy.replicas", found).verdict == "differs"
    assert [one for one in ledger.findings(found) if one.route[-1] == "replicas"] == []


def test_an_accepted_deviation_is_no_finding() -> None:
    accept = [Accept(("services", "web", "working_dir"), "the image knows")]
    found = entries(HAND_WRITTEN.replace("workingDir: /srv", "workingDir: /tmp"), accept=accept)
    one = at("services.web.working_dir", found)

    assert (one.verdict, one.was, one.why) == ("accepted", "differs", "the image knows")
    assert [said for said in ledger.findings(found) if said.severity > Severity.INFO] == []


def test_a_step_of_an_accept_may_be_any() -> None:
    accept = [Accept(("services", "*", "working_dir"), "why")]

    assert at("services.web.working_dir", entries(HAND_WRITTEN.replace("/srv", "/x"), accept=accept)).verdict == "accepted"


def test_nearly_every_change_of_one_field_is_noticed() -> None:
    before = entries(HAND_WRITTEN + AROUND)
    manifests = documents(HAND_WRITTEN + AROUND)
    missed = []
    for one in manifests:
        for path, _ in leaves(one):
            mutant = copy.deepcopy(manifests)
            place, last = parent(mutant, (one["kind"], one["metadata"]["name"], *path))
            place[last] = other(place[last], last)
            if ledger.entries(project(), mutant, Target()) == before:
                missed.append((one["kind"], one["metadata"]["name"], *path))

    assert missed == []


SETS = (
    "example-voting-app/docker-compose.yml",
    "awesome-nginx-golang-postgres/compose.yaml",
    "awesome-prometheus-grafana/compose.yaml",
    "awesome-react-java-mysql/compose.yaml",
    "dockprom/docker-compose.yml",
    "fastapi-template/compose.yml",
    "otel-demo/compose.yaml",
    "piggymetrics/docker-compose.yml",
)


@pytest.fixture(params=SETS)
def real(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> pipeline.Result:
    """What the pipeline makes of a real project."""
    file = CORPUS / request.param
    if not file.exists():
        pytest.skip("the corpus is not on this machine")
    monkeypatch.chdir(file.parent)
    settings = overlay.build("default", {"network-policies": {"enabled": True}}, ())
    return pipeline.run(load(Inputs(files=(file.name,))), settings, provide.kompose(progress=lambda _line: None))


def test_the_ledger_of_a_real_project_is_closed_and_knows_no_error_of_the_rules(real: pipeline.Result) -> None:
    found = list(real.entries)
    asked = [("services", key, *route) for key, one in real.project.services.items() for route, _ in units(one)]
    asked += [("services", key, "networks", name) for key, one in real.project.services.items() for name in one.get("networks") or {}]
    asked += [route for route, _ in units({key: one for key, one in real.project.model.items() if key != "services" and key[:2] != "x-"})]

    assert Counter(entry.route for entry in found if entry.verdict != "added") == Counter(asked)
    assert unexplained(found, list(real.manifests)) == set()
    assert [entry for entry in found if entry.verdict in ("lost", "differs") and entry.severity == Severity.ERROR] == []
    assert all(entry.why for entry in found if entry.verdict == "added")


@pytest.mark.corpus
def test_readers_notice_each_change_of_a_real_projects_manifests(real: pipeline.Result) -> None:
    assert breaches(list(real.manifests), real.project, real.overlay.target) == []
