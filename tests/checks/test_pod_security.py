"""A pod that is not at the level of the overlay is a warning that names container and field."""

from __future__ import annotations

from typing import Any

from converter.checks.pod_security import check
from converter.findings import Finding, Severity


def deployment(container: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A Deployment `web` of one container."""
    template = {"metadata": metadata, "spec": {"containers": [{"name": "x", **container}]}}
    return {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": template}}


def test_a_warning_names_the_container_and_the_field() -> None:
    assert list(check([deployment({"securityContext": {"privileged": True}})], "baseline", "1.34")) == [
        Finding(
            rule="pod-security",
            severity=Severity.WARNING,
            message='the pod is not baseline: privileged (container "x" must not set securityContext.privileged=true)',
            resource="Deployment/web",
            hint="change 'spec.template.spec.containers[0].securityContext.privileged', by a patch where Compose has no word for it, "
            "or set 'target: {pod-security: privileged}' in the overlay",
            path=("spec", "template", "spec", "containers", 0, "securityContext", "privileged"),
        )
    ]


def test_an_annotation_is_found_below_the_metadata_of_the_pod() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/x"
    [finding] = check([deployment({}, annotations={key: "unconfined"})], "baseline", "1.34")
    assert finding.hint.startswith(f"change 'spec.template.metadata.annotations.{key}', ")


def test_what_a_rule_has_said_of_a_pod_that_may_be_root_is_not_said_again() -> None:
    assert len(list(check([deployment({})], "restricted", "1.34"))) == 1
    [finding] = check([deployment({})], "restricted", "1.34", told={"Deployment/web"})
    assert finding.message.startswith("the pod is not restricted: seccompProfile (")
    assert len(list(check([deployment({})], "restricted", "1.34", told={"Job/web"}))) == 1


def test_a_pod_at_the_level_is_nothing_to_speak_of() -> None:
    assert not list(check([deployment({}), {"kind": "Service", "metadata": {"name": "web"}, "spec": {}}], "baseline", "1.34"))
    assert not list(check([deployment({"securityContext": {"privileged": True}})], "privileged", "1.34"))


def test_a_pod_that_its_own_namespace_refuses_is_an_error_and_not_a_warning_besides() -> None:
    space = {"kind": "Namespace", "metadata": {"name": "shop", "labels": {"pod-security.kubernetes.io/enforce": "baseline"}}}
    pod = deployment({"securityContext": {"privileged": True}})
    pod["metadata"]["namespace"] = "shop"
    [finding] = check([space, pod], "baseline", "1.34")
    assert finding.severity is Severity.ERROR
    assert finding.message.startswith("its namespace enforces baseline and refuses the pod: privileged (")
    assert not [one for one in check([space, deployment({})], "baseline", "1.34") if one.severity is Severity.ERROR]


def test_a_pod_that_meets_what_its_namespace_enforces_is_a_note_that_names_all_that_is_missing() -> None:
    space = {"kind": "Namespace", "metadata": {"name": "shop", "labels": {"pod-security.kubernetes.io/enforce": "baseline"}}}
    pod = deployment({})
    pod["metadata"]["namespace"] = "shop"
    [finding] = check([space, pod], "restricted", "1.34")
    assert finding.severity is Severity.INFO
    assert finding.message.count("must set") == 4
