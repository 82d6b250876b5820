"""One change in the Compose file, or one by hand in the output, is named with its Compose line; a run changes the files that it must."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.command import cdb
from tests.cli.projects import edit, reference, stored

OVERLAY = ("--overlay", "docker-desktop")
REPORTS = {".cdb-convert.json", "report.json", "report.md"}


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference stack with its output."""
    folder = reference(tmp_path_factory.mktemp("stack") / "claire")
    assert cdb(folder, "run", *OVERLAY).status == 0
    return folder


@pytest.fixture
def stack(converted: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(converted, tmp_path / "claire"))


class Change(NamedTuple):
    """A change of docker-compose.yml: what stands instead of what, what `check` says of it, and the files that a run changes."""

    old: str
    new: str
    said: tuple[str, ...]
    files: set[str]
    line: int = 0
    """Which line of the new text is the one that is named."""


CHANGES = {
    "an env value": Change(
        'SIGNAL_THRESHOLD_PCT: "3.0"',
        'SIGNAL_THRESHOLD_PCT: "4.5"',
        ("~ ConfigMap/signal-engine-env data.SIGNAL_THRESHOLD_PCT: 3.0 -> 4.5",),
        {"signal-engine.yaml"},
    ),
    "a new variable": Change(
        "      INTERVAL: 1m\n",
        "      INTERVAL: 1m\n      DEPTH: '7'\n",
        ("+ ConfigMap/bot-rest-env data.DEPTH: added 7",),
        {"bot-rest.yaml"},
        1,
    ),
    "a published port": Change('"127.0.0.1:8003:8003"', '"127.0.0.1:9003:8003"', ("ports.8003/tcp.published: 8003 -> 9003",), set()),
    "a container port": Change('"127.0.0.1:8001:8001"', '"127.0.0.1:8001:8011"', ("ports.8011/TCP: added",), {"signal-engine.yaml"}),
    "a volume": Change(
        "      - risk_logs:/logs\n",
        "      - risk_logs:/var/log/risk\n",
        ("/var/log/risk",),
        {"risk-manager.yaml"},
    ),
    "a healthcheck": Change(
        '      test: ["CMD", "curl", "-f", "http://localhost:8002/health"]\n      interval: 30s\n',
        '      test: ["CMD", "curl", "-f", "http://localhost:8002/health"]\n      interval: 45s\n',
        ("readinessProbe.periodSeconds: 30 -> 45",),
        {"risk-manager.yaml"},
        1,
    ),
    "an image": Change("postgres:15-alpine", "postgres:16-alpine", ("image: postgres:15-alpine -> postgres:16-alpine",), {"postgres.yaml"}),
    "a command": Change("sleep 300; done", "sleep 60; done", ("Deployment/bot-rest",), {"bot-rest.yaml"}),
}


def changes_told(out: str) -> list[str]:
    """The changes that `check` tells, each with its place, which may stand on a line of its own."""
    lines = out.partition("\nout of date: ")[2].splitlines()
    return [line + (below.strip() if below.startswith("      (") else "") for line, below in zip(lines, [*lines[1:], ""], strict=True)]


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_is_named_by_check_with_its_line_and_a_run_changes_only_its_files(case: str, stack: Path) -> None:
    change, before = CHANGES[case], stored(stack / "output")
    line = edit(stack / "docker-compose.yml", change.old, change.new) + change.line

    checked = cdb(stack, "check", *OVERLAY)
    assert checked.status == 1
    assert stored(stack / "output") == before, "check writes nothing"
    told = [text for text in changes_told(checked.out) if f"(docker-compose.yml:{line}:" in text]
    assert told, f"nothing is told of line {line}:\n{checked.out}"
    for said in change.said:
        assert any(said in text for text in told), (said, told)
    assert cdb(stack, "diff", *OVERLAY).status == 1

    assert cdb(stack, "run", *OVERLAY).status == 0
    after = stored(stack / "output")
    changed = {name.partition("/")[2] for name in {*before, *after} if before.get(name) != after.get(name)}
    assert change.files <= changed <= change.files | REPORTS | _followers(case)
    assert cdb(stack, "check", *OVERLAY).status == 0
    assert cdb(stack, "diff", *OVERLAY).status == 0


def _followers(case: str) -> set[str]:
    """Files of others that a change reaches: policies let ports in, and who waits for a service waits at its port."""
    return {"a container port": {"network-policies.yaml", "risk-manager.yaml"}}.get(case, set())


def test_a_new_service_is_named_with_its_line_and_gets_a_file_of_its_own(stack: Path) -> None:
    before = stored(stack / "output")
    service = '  cache:\n    image: memcached:1.6\n    expose: ["11211"]\n    networks: [cdb_network]\n\n'
    line = edit(
        stack / "docker-compose.yml", "  # Random signals into the real pipeline", f"{service}  # Random signals into the real pipeline"
    )

    checked = cdb(stack, "check", *OVERLAY)
    assert checked.status == 1
    assert "cache.yaml (new)" in checked.out
    assert f"+ Deployment/cache: added  (docker-compose.yml:{line}:3)" in checked.out
    assert not any("services.cache" in line for line in changes_told(checked.out)), "a new service is told by its objects alone"

    assert cdb(stack, "run", *OVERLAY).status == 0
    after = stored(stack / "output")
    changed = {name.partition("/")[2] for name in after if before.get(name) != after[name]}
    assert changed == {"cache.yaml", "kustomization.yaml"} | REPORTS | (changed & {"network-policies.yaml"})
    assert cdb(stack, "check", *OVERLAY).status == 0


def test_a_service_that_is_gone_takes_its_file_with_it(stack: Path) -> None:
    text = (stack / "docker-compose.yml").read_text(encoding="utf-8")
    start, end = text.index("  grafana:\n"), text.index("  bot_ws:\n")
    (stack / "docker-compose.yml").write_text(text[:start] + text[end:], encoding="utf-8")
    for overlay in ("docker-desktop", "base"):
        path = stack / "overlays" / f"{overlay}.yaml"
        path.write_text(
            path.read_text().replace("    grafana: 30000\n", "").replace("grafana, ", "").replace("    grafana: {cpu", "    redis_: {cpu")
        )
    edit(stack / "overlays" / "base.yaml", "    redis_: {cpu: 500m, memory: 512Mi}\n", "")
    edit(
        stack / "overlays" / "base.yaml",
        "  keys:\n    GRAFANA_PASSWORD: GF_SECURITY_ADMIN_PASSWORD # variable in .env -> key in the Secret\n",
        "",
    )

    done = cdb(stack, "run", *OVERLAY)
    assert done.status == 0, done.out
    assert "grafana.yaml (removed)" in done.out
    assert not (stack / "output/docker-desktop/grafana.yaml").exists()


def test_a_comment_changes_nothing(stack: Path) -> None:
    before = stored(stack / "output")
    edit(stack / "docker-compose.yml", "services:\n", "# one more\n\n\nservices: # these\n")

    checked = cdb(stack, "check", *OVERLAY)
    assert checked.status == 0
    assert "nothing changed" in checked.out
    assert cdb(stack, "run", *OVERLAY).status == 0
    assert stored(stack / "output") == before


# --- By hand ------------------------------------------------------------------------------------------------------------------------------

EDITS = {
    "an env value": (
        "signal-engine.yaml",
        'SIGNAL_THRESHOLD_PCT: "3.0"',
        'SIGNAL_THRESHOLD_PCT: "9.0"',
        "SIGNAL_THRESHOLD_PCT: 9.0 -> 3.0",
        'SIGNAL_THRESHOLD_PCT: "3.0"',
        ("services.signal_engine.environment.SIGNAL_THRESHOLD_PCT: differs", "Compose   3.0", "manifest  9.0"),
    ),
    "a port": (
        "risk-manager.yaml",
        "targetPort: 8002",
        "targetPort: 8012",
        "targetPort: 8012 -> 8002",
        '"127.0.0.1:8002:8002"',
        ("services.risk_manager.ports.8002/tcp: lost", "manifest  nothing"),
    ),
    "a probe": (
        "redis.yaml",
        "        readinessProbe:\n",
        "        readinessProbe:\n          initialDelaySeconds: 7\n",
        "initialDelaySeconds",
        "",
        (),
    ),
    "a period": (
        "prometheus.yaml",
        "periodSeconds: 30\n",
        "periodSeconds: 31\n",
        "periodSeconds: 31 -> 30",
        "wget -qO- localhost:9090/-/healthy",
        ("services.prometheus.healthcheck.interval: differs", "manifest  31s"),
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_by_hand_is_named_by_check_and_by_diff_with_the_compose_line(case: str, stack: Path) -> None:
    file, old, new, told, line_of, said = EDITS[case]
    path = stack / "output" / "docker-desktop" / file
    edit(path, old, new)
    compose = (stack / "docker-compose.yml").read_text(encoding="utf-8")
    line = compose[: compose.index(line_of)].count("\n") + 1 if line_of else 0

    checked = cdb(stack, "check", *OVERLAY)
    assert checked.status == 1
    assert f"edited by hand: {file}" in checked.out
    change = [text for text in changes_told(checked.out) if told in text]
    assert change, checked.out
    if line:
        service_lines = range(line - 30, line + 5)
        assert any(f"(docker-compose.yml:{number}:" in text for text in change for number in service_lines), change

    compared = cdb(stack, "diff", "--manifests", "output/docker-desktop", *OVERLAY)
    assert compared.status == 1
    for words in said:
        assert words in compared.out, compared.out
    if said:
        assert f"output/docker-desktop/{file}:" in compared.out or "nothing" in compared.out, "the line of the manifest"
        assert any(f"docker-compose.yml:{number}:" in compared.out for number in range(line, line + 3)), compared.out

    assert "overwritten" in cdb(stack, "run", *OVERLAY).out
    assert cdb(stack, "check", *OVERLAY).status == 0
    assert cdb(stack, "diff", "--manifests", "output/docker-desktop", *OVERLAY).status == 0


def test_a_file_that_was_taken_away_is_named(stack: Path) -> None:
    (stack / "output/docker-desktop/redis.yaml").unlink()
    checked = cdb(stack, "check", *OVERLAY)
    assert checked.status == 1
    assert "edited by hand: redis.yaml" in checked.out


def test_files_of_others_in_the_folder_stay_and_are_no_difference(stack: Path) -> None:
    mine = stack / "output/docker-desktop/notes.txt"
    mine.write_text("mine")
    assert cdb(stack, "check", *OVERLAY).status == 0
    edit(stack / "docker-compose.yml", "postgres:15-alpine", "postgres:16-alpine")
    assert cdb(stack, "run", *OVERLAY).status == 0
    assert mine.read_text() == "mine"
