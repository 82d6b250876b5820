"""What is written is accepted: by the validation code of an API server, by kustomize, and by a real API server that enforces restricted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter import pipeline
from converter.yaml import read, write
from tests.cli.command import cdb
from tests.kubernetes.conftest import ROOT, Kubectl, Validate
from tests.rules.conftest import cases

pytestmark = pytest.mark.kubernetes

OVERLAYS = ("docker-desktop", "production")
CASES = cases()


def files(overlay: str) -> list[Path]:
    """The manifests of an overlay."""
    return sorted(path for path in (ROOT / "output" / overlay).glob("*.yaml") if path.name != "kustomization.yaml")


def documents(overlay: str) -> list[dict[str, Any]]:
    """The objects of an overlay."""
    return [document for path in files(overlay) for document in read(path.read_text(), path.name)]


def pods(overlay: str) -> list[dict[str, Any]]:
    """The pods that the workloads of an overlay would make: Pod Security enforces on pods alone."""
    found = []
    for document in documents(overlay):
        if template := document.get("spec", {}).get("template"):
            metadata = {**template["metadata"], "name": document["metadata"]["name"], "namespace": document["metadata"]["namespace"]}
            found.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]})
    return found


def refusals(verdicts: list[dict[str, Any]]) -> list[str]:
    """What is refused or warned of."""
    return [
        f"{one['kind']}/{one['name']}: {one.get('errors')} {one.get('warnings')}"
        for one in verdicts
        if not one["ok"] or one.get("warnings")
    ]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_code_of_an_api_server_refuses_nothing_of_the_output(validate: Validate, overlay: str) -> None:
    verdicts = validate("-n", "claire", "-level", "restricted", *files(overlay))
    assert len(verdicts) == len(documents(overlay))
    assert refusals(verdicts) == []


@pytest.fixture(scope="module")
def verdicts(
    validate: Validate, result: Callable[[Path], pipeline.Result], tmp_path_factory: pytest.TempPathFactory
) -> dict[Path, list[dict[str, Any]]]:
    """What the code of an API server says about each case of each rule, asked once."""
    folder = tmp_path_factory.mktemp("cases")
    levels = defaultdict(list)
    for number, case in enumerate(CASES):
        objects = list(result(case).manifests)
        (folder / f"{number}.yaml").write_text(write(objects))
        levels[enforced(objects)].append(folder / f"{number}.yaml")
    found = defaultdict(list)
    for level, paths in levels.items():
        for one in validate("-level", level, *paths):
            found[CASES[int(Path(one["file"]).stem)]].append(one)
    return found


def enforced(objects: list[dict[str, Any]]) -> str:
    """The level that the namespace enforces."""
    labels: dict[str, str] = next((one["metadata"].get("labels", {}) for one in objects if one["kind"] == "Namespace"), {})
    return str(labels.get("pod-security.kubernetes.io/enforce", "privileged"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_code_of_an_api_server_refuses_nothing_of_a_rule_s_case(verdicts: dict[Path, list[dict[str, Any]]], case: Path) -> None:
    assert verdicts[case]
    assert [f"{one['kind']}/{one['name']}: {one['errors']}" for one in verdicts[case] if not one["ok"]] == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kustomize_builds_what_is_in_the_files(kubectl: Kubectl, overlay: str) -> None:
    done = kubectl("kustomize", ROOT / "output" / overlay)
    assert (done.returncode, done.stderr) == (0, "")
    built = {(one["kind"], one["metadata"]["name"]): one for one in read(done.stdout)}
    assert built == {(one["kind"], one["metadata"]["name"]): one for one in documents(overlay)}


@pytest.fixture(scope="module")
def fresh(server: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Kubectl:
    """A server where the Secret was applied first, with its namespace, and then the namespace's own file: the order of the README."""
    env_file = tmp_path_factory.mktemp("env") / "node.env"
    env_file.write_text((ROOT / ".env.example").read_text().replace("change-me", "a-Value-of-the-tests"))
    printed = cdb(ROOT, "secrets", "--overlay", "docker-desktop", "--env-file", env_file)
    assert printed.status == 0, printed.err
    applied = server("apply", "-f", "-", stdin=printed.out)
    assert applied.returncode == 0, applied.stderr
    assert "Warning" not in applied.stderr
    assert "secret/claire-secrets" in applied.stdout
    labelled = server("apply", "--server-side", "-f", ROOT / "output/docker-desktop/namespace.yaml")
    assert (labelled.returncode, labelled.stderr) == (0, "")
    return server


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_api_server_takes_the_whole_output(fresh: Kubectl, overlay: str) -> None:
    done = fresh("apply", "--server-side", "--dry-run=server", "-k", ROOT / "output" / overlay)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(documents(overlay))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_namespace_that_enforces_restricted_takes_every_pod(fresh: Kubectl, overlay: str) -> None:
    labels = fresh("get", "namespace", "claire", "-o", r"jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}")
    assert labels.stdout == "restricted"
    done = fresh("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=write(pods(overlay)))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 9


def test_the_namespace_does_enforce(fresh: Kubectl) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root", "namespace": "claire"}}
    pod["spec"] = {"containers": [{"name": "root", "image": "busybox", "securityContext": {"runAsUser": 0}}]}
    done = fresh("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=write([pod]))
    assert "violates PodSecurity" in done.stderr


def test_the_secret_has_the_five_keys_and_no_other(fresh: Kubectl) -> None:
    done = fresh("-n", "claire", "get", "secret", "claire-secrets", "-o", "json")
    (secret,) = read(done.stdout)
    assert set(secret["data"]) == {"MEXC_API_KEY", "MEXC_API_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD"}


def test_a_secret_that_is_applied_again_leaves_the_namespace_as_it_is(fresh: Kubectl) -> None:
    before = fresh("get", "namespace", "claire", "-o", "jsonpath={.metadata.labels}").stdout
    for argv in (("apply", "-f", "-"), ("apply", "--server-side", "--force-conflicts", "-f", "-")):
        printed = cdb(ROOT, "secrets", "--overlay", "docker-desktop", "--env-file", ".env.example")
        assert fresh(*argv, stdin=printed.out).returncode == 0
        assert fresh("get", "namespace", "claire", "-o", "jsonpath={.metadata.labels}").stdout == before
