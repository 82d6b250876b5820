"""`cdb-convert diff`: what a run would change; and what any manifests say differently, in Compose's words with both lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import ROOT, Done, cdb, refused, write
from tests.cli.projects import edit, reference, shop, stored, web

GUIDE = ROOT.parent / "shared" / "docs" / "guide.md"

BY_HAND = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        env:
        - {name: LEVEL, value: info}
        - {name: EXTRA, value: "1"}
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 8080, targetPort: 80}]
"""


def test_after_a_run_there_is_no_difference(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")

    assert cdb(tmp_path, "diff") == Done(0, "output/default: no difference\n", "")
    assert cdb(tmp_path, "diff", "--manifests", "output/default") == Done(0, "output/default: no difference\n", "")


def test_what_a_run_would_change_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    edit(tmp_path / "compose.yml", "LEVEL: info", "LEVEL: debug")
    before = stored(tmp_path)

    done = cdb(tmp_path, "diff")

    assert done.status == 1
    assert done.out.splitlines()[:3] == ["~ report.json", "~ report.md", "~ web.yaml"]
    assert "  ~ Deployment/web" in done.out
    assert "env.LEVEL.value: info -> debug  (compose.yml:6:14)\n" in done.out
    assert stored(tmp_path) == before


def test_manifests_by_hand_are_held_against_the_compose_file_with_both_lines(tmp_path: Path) -> None:
    web(tmp_path, "    environment:\n      LEVEL: debug\n      MODE: fast\n    ports: ['8080:80']\n", {"k8s/web.yaml": BY_HAND})

    done = cdb(tmp_path, "diff", "--manifests", "k8s")

    assert done.status == 1
    for entry in (
        "compose.yml:6:14  services.web.environment.LEVEL: differs\n    Compose   debug\n    manifest  info  (k8s/web.yaml:13:12)\n",
        "compose.yml:7:13  services.web.environment.MODE: lost\n    Compose   fast\n    manifest  nothing  (k8s/web.yaml:10:9)\n",
        "compose.yml:4:12  services.web.image: differs\n    Compose   nginx:1.27\n    manifest  nginx:1.25  (k8s/web.yaml:11:9)\n",
    ):
        assert entry in done.out, done.out
    assert "EXTRA" in cdb(tmp_path, "diff", "-v", "--manifests", "k8s").out, "what nobody asked for"
    assert cdb(tmp_path, "diff", "--manifests", "k8s/web.yaml").out == done.out, "a file as well as a folder"
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no manifests at 'k8s'\n  name a folder or a file of Kubernetes YAML"),
        ({"k8s/readme": ""}, "no YAML or JSON in 'k8s'\n  name a folder or a file of Kubernetes YAML"),
        ({"k8s/a.yaml": "a: [\n"}, "k8s/a.yaml:2:1: not YAML: did not find expected node content"),
        ({"k8s/a.yaml": "kind: Service\nkind: Pod\n"}, "k8s/a.yaml:2:1: duplicate key 'kind'"),
        ({"k8s/a.yaml": "- a\n"}, "k8s/a.yaml:1:1: a document is not an object with keys and values"),
    ],
)
def test_manifests_that_cannot_be_read_are_told(files: dict[str, str], said: str, tmp_path: Path) -> None:
    web(tmp_path, files=files)
    assert refused(tmp_path, "diff", "--manifests", "k8s") == said


@pytest.mark.skipif(not GUIDE.is_file(), reason="the guide is not here")
def test_the_manifests_of_the_guide_deviate_where_one_sees_it(tmp_path: Path) -> None:
    blocks = re.findall(r"(?m)^apiVersion: .*?\n(?=\n[^ \n])", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    folder = write(reference(tmp_path), {f"guide/{number}.yaml": block for number, block in enumerate(blocks)})
    compose = (folder / "docker-compose.yml").read_text(encoding="utf-8")

    done = cdb(folder, "diff", "--overlay", "docker-desktop", "--manifests", "guide")

    assert done.status == 1

    def place(text: str, after: str) -> str:
        """docker-compose.yml:LINE of a text below a service."""
        start = compose.index(text, compose.index(f"\n  {after}:\n"))
        return f"docker-compose.yml:{compose[:start].count(chr(10)) + 1}:"

    for value, at, word in (
        # a secret in an exec probe: Kubernetes expands it to nothing
        ("services.redis.healthcheck.test: differs", place("test:", "redis"), 'manifest  ["CMD", "redis-cli", "-a", "", "ping"]'),
        # no timeoutSeconds: one second
        ("services.redis.healthcheck.timeout: differs", place("timeout:", "redis"), "manifest  1s"),
        ("services.signal_engine.healthcheck.interval: differs", place("interval:", "signal_engine"), "manifest  15s"),
        # the claim is in no file of the guide
        ("services.redis.volumes./data.source: differs", place("redis_data:/data", "redis"), "<no claim 'redis-pvc'>"),
        # the healthcheck of postgres is left out
        ("services.postgres.healthcheck: lost", place("healthcheck:", "postgres"), "manifest  nothing"),
    ):
        (entry,) = (text for text in re.split(r"\n(?! )", done.out) if f"  {value}" in text)
        assert entry.startswith(at), entry
        assert word in entry, entry
    assert re.search(
        r"services\.signal_engine\.environment\.ENV: differs\n +Compose +development\n +manifest +dev +\(guide/3\.yaml:", done.out
    )
    assert "change-me" not in done.out
