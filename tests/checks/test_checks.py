"""All checks together, on any objects."""

from __future__ import annotations

from pathlib import Path

from converter.checks import check, check_documents
from converter.compose.project import Project
from converter.compose.secrets import Secrets
from converter.compose.sources import Sources
from converter.rules.rule import Target
from tests.checks.manifests import config, container, deployment, of_kind, with_fault
from tests.compose.made import made


def test_each_check_has_its_say_in_a_fixed_order() -> None:
    document = with_fault(deployment(), "spec.replica", 1)
    document = with_fault(document, "spec.replicas", -1)
    document = with_fault(document, "@.serviceAccountName", "a")
    documents = [document, config(pem="-----BEGIN " + "PRIVATE KEY-----")]
    found = check_documents(documents, kubernetes="1.34", pod_security="restricted")
    assert list(dict.fromkeys(finding.rule for finding in found)) == ["schema", "api", "references", "leaks", "pod-security"]
    assert "pod-security" not in {finding.rule for finding in check_documents(documents, kubernetes="1.34")}


def test_the_secret_made_apart_and_the_hosts_of_compose_are_known_from_the_project() -> None:
    project = Project("shop", Path("/nowhere"), {"services": {"cdb_redis": {"restart": "always"}}}, Sources(()), Secrets())
    reference = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "shop-secrets", "key": "k"}}}
    document = deployment(containers=[container(env=[reference, {"name": "REDIS_HOST", "value": "cdb_redis"}])])
    found = check([document], project, Target(pod_security="privileged"))
    assert [finding.message.partition(" names ")[2] for finding in found] == ["the host 'cdb_redis', which does not resolve in the cluster"]


def test_a_value_that_looks_like_a_secret_is_a_warning_at_its_compose_value() -> None:
    model = {"services": {"web": {"restart": "always", "environment": {"LICENSE": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}}}}
    (found,) = check([], Project("shop", Path("/nowhere"), model, Sources(()), Secrets()), Target())
    assert (found.rule, found.severity.name, found.route) == ("plain-secrets", "WARNING", ("services", "web", "environment", "LICENSE"))


def test_a_second_copy_of_a_secret_value_is_an_error_that_does_not_show_it(tmp_path: Path) -> None:
    text = "services: {web: {image: 'x:1', environment: {DB_PASSWORD: c4nary-c4nary}, command: [serve, c4nary-c4nary]}}"
    (found,) = (one for one in check([], made(tmp_path, text), Target()) if one.rule == "secret-copies")
    assert (found.severity.name, found.route) == ("ERROR", ("services", "web", "command"))
    assert "c4nary" not in found.message + found.hint


def test_a_kustomization_is_not_an_object_of_a_cluster() -> None:
    document = of_kind("kustomize.config.k8s.io/v1beta1", "Kustomization", resources=["a.yaml"])
    del document["metadata"]
    assert check_documents([document], kubernetes="1.34", pod_security="restricted") == []


def test_objects_without_a_name_are_no_bug() -> None:
    document = with_fault(deployment(), "metadata", {})
    assert check_documents([document], kubernetes="1.34", pod_security="restricted")[0].rule == "schema"
