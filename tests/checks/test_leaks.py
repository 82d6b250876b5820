"""No manifest holds a secret, and a finding does not show one."""

from __future__ import annotations

from converter.checks import leaks
from converter.compose.secrets import marker
from tests.checks.manifests import Object, config, container, deployment, secret

KEY = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE\n"


def said(*documents: Object) -> list[str]:
    return [f"{finding.resource}: {finding.message}" for finding in leaks.check(documents)]


def test_a_marker_left_in_any_text_is_an_error_that_does_not_show_it() -> None:
    mark = marker("REDIS_PASSWORD")
    found = said(deployment(containers=[container(args=["--requirepass", f"x{mark}y"])]), config(file=f"password: {mark}"))
    assert found == [
        "Deployment/web: spec.template.spec.containers[0].args[1] is where a secret value would stand",
        "ConfigMap/config: data.file is where a secret value would stand",
    ]
    assert mark not in "".join(found)


def test_a_private_key_in_a_config_map_is_an_error() -> None:
    assert said(config(pem="a certificate\n" + KEY)) == ["ConfigMap/config: data.pem holds a private key"]
    assert said(config(pem="-----BEGIN CERTIFICATE-----")) == []


def test_a_credential_in_any_text_is_an_error_that_does_not_show_it() -> None:
    token = "ghp_" + "c4Na" * 9
    found = said(deployment(containers=[container(args=[f"--token={token}", token])]))
    assert found == [
        "Deployment/web: spec.template.spec.containers[0].args[0] holds a credential (github token)",
        "Deployment/web: spec.template.spec.containers[0].args[1] holds a credential (github token)",
    ]


def test_a_secret_with_values_is_an_error_one_without_is_not() -> None:
    assert said(secret(data={"a": "aGk="})) == ["Secret/s: data holds secret values"]
    assert said(secret(stringData={"a": KEY})) == ["Secret/s: stringData holds secret values"]
    assert said(secret()) == []
