"""The schema check says everything that is wrong, the same with either validator, and nothing that is not."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from converter.checks import schema, validators
from converter.errors import ConverterError
from converter.findings import Finding, Severity
from converter.schemas import supported
from tests.checks.manifests import SOUND, Object, config, deployment, of_kind, secret, with_fault


@pytest.fixture(params=["jsonschema-rs", "jsonschema"], autouse=True)
def _validator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    if request.param == "jsonschema":
        monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    else:
        pytest.importorskip("jsonschema_rs")
    validators.errors_of.cache_clear()
    yield
    validators.errors_of.cache_clear()


def said(document: Object, kubernetes: str = "1.34") -> list[str]:
    return [finding.message for finding in schema.check([document], kubernetes)]


def one(document: Object) -> Finding:
    (finding,) = schema.check([document], "1.34")
    return finding


def test_every_error_is_said_in_order_with_its_path() -> None:
    document = deployment()
    document["metadata"] |= {"foo": 1, "bar": 2}
    document["spec"]["replicas"] = "3"
    del document["spec"]["selector"]
    document["spec"]["template"]["spec"]["containers"] = [{"image": "x", "resources": {"limits": {"cpu": True}}}, 5]
    document["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 2**40}]
    assert said(document) == [
        "metadata.bar is no field that Kubernetes knows",
        "metadata.foo is no field that Kubernetes knows",
        "spec.replicas must be a whole number",
        "spec.selector is missing",
        "spec.template.spec.containers[0].name is missing",
        "spec.template.spec.containers[0].ports[0].containerPort is a number out of range",
        "spec.template.spec.containers[0].resources.limits.cpu must be text or a number",
        "spec.template.spec.containers[1] must be an object",
    ]


def test_a_finding_points_at_the_object_and_the_place_in_it() -> None:
    finding = one(with_fault(deployment(), "spec.replicas", "two"))
    assert (finding.rule, finding.severity, finding.resource, finding.path) == (
        "schema",
        Severity.ERROR,
        "Deployment/web",
        ("spec", "replicas"),
    )


@pytest.mark.parametrize("make", SOUND)
@pytest.mark.parametrize("kubernetes", supported())
def test_sound_manifests_pass_in_every_version(make: Any, kubernetes: str) -> None:
    assert said(make(), kubernetes) == []


def test_null_is_as_if_it_were_not_there() -> None:
    document = with_fault(deployment(), "@.containers.0.resources.limits", {"cpu": None, "memory": "1Gi"})
    document = with_fault(document, "@.containers.0.readinessProbe", {"httpGet": {"port": None}})
    assert said(document) == ["spec.template.spec.containers[0].readinessProbe.httpGet.port is missing"]
    assert said(with_fault(deployment(), "spec.selector", None)) == ["spec.selector is missing"]


def test_data_of_a_secret_is_base64_and_its_value_is_not_shown() -> None:
    finding = one(secret(data={"good": "aGk=", "folded": "aGVs\nbG8=\n", "bad": "hunter2!"}))
    assert finding.message == "data.bad must be base64"


@pytest.mark.parametrize("kind", ["../deployment", "Deploy ment", "", "Container", "deployment", "Ding"])
def test_a_kind_that_kubernetes_lacks_is_an_error_and_opens_no_file(kind: str) -> None:
    finding = [finding for finding in schema.check([{**config(), "kind": kind}], "1.34") if "knows no" in finding.message or not kind]
    assert [each.severity for each in finding] == [Severity.ERROR]


def test_an_api_version_that_is_gone_is_an_error() -> None:
    finding = one(of_kind("extensions/v1beta1", "Ingress"))
    assert finding.message == "Kubernetes 1.34 knows no 'Ingress' of 'extensions/v1beta1'"


def test_a_group_that_only_begins_like_one_of_kubernetes_is_not_taken_for_it() -> None:
    finding = one(of_kind("networking.example.com/v1", "Ingress"))
    assert (finding.severity, finding.message) == (
        Severity.WARNING,
        "could not check 'Ingress' of 'networking.example.com/v1': there is no schema for it",
    )


def test_a_well_known_extension_is_no_more_than_a_note() -> None:
    finding = one(of_kind("external-secrets.io/v1", "ExternalSecret"))
    assert (finding.severity, "External Secrets" in finding.message) == (Severity.INFO, True)


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        ({}, ["'apiVersion' is missing", "'kind' is missing", "'metadata.name' is missing"]),
        ({"apiVersion": "v1", "kind": "ConfigMap"}, ["'metadata.name' is missing"]),
        ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}}, []),
        (
            {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"},
            ["'kustomize.config.k8s.io/v1beta1' belongs to kustomize: its fields were not checked"],
        ),
    ],
)
def test_what_every_object_needs_is_asked_for(document: Object, missing: list[str]) -> None:
    assert said(document) == missing


@pytest.mark.parametrize("kubernetes", ["1.24", "1.100", "2.0", "1", "", "latest"])
def test_a_version_without_schemas_is_an_error_that_names_those_that_have(kubernetes: str) -> None:
    with pytest.raises(ConverterError, match=f"no schemas for Kubernetes '{kubernetes}'") as caught:
        said(config(), kubernetes)
    assert "1.25, 1.26" in caught.value.hint
    assert "1.34" in caught.value.hint


@pytest.mark.parametrize("kubernetes", ["v1.34", "1.34.4", "1.34.2-eks-1"])
def test_a_full_version_means_its_minor(kubernetes: str) -> None:
    assert said(config(), kubernetes) == []


def test_a_field_that_came_later_is_unknown_before() -> None:
    document = with_fault(deployment(), "@.resources", {"limits": {"cpu": "1"}})
    assert said(document, "1.34") == []
    assert said(document, "1.31") == ["spec.template.spec.resources is no field that Kubernetes knows"]


def test_without_the_package_of_schemas_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConverterError) as caught:
        said(config())
    assert "kubernetes-validate" in caught.value.hint
