"""A credential is told by its form, whatever it is called; no example here is a credential that was ever given out."""

from __future__ import annotations

import re

import pytest

from converter.compose.credentials import FORMS, Form, credentials, is_credential
from converter.compose.secrets import marker

_KEY = "-----BEGIN {0}PRIVATE KEY-----\nMIIcanary\n-----END {0}PRIVATE KEY-----"
TOKENS = {
    "ghp_" + "c4Na" * 9: "GITHUB_TOKEN",
    "ghs_" + "c4Na" * 9: "GITHUB_TOKEN",
    "github_pat_" + "c4" * 41: "GITHUB_TOKEN",
    "glpat-" + "c4Nar" * 4: "GITLAB_TOKEN",
    "glrt-t1_" + "c4Nar" * 6 + ".01" + "0a1b2c3": "GITLAB_TOKEN",
    "xoxb-123456789012-123456789012-" + "c4Na" * 6: "SLACK_TOKEN",
    "xapp-1-A012345-0123456789-" + "c4na" * 8: "SLACK_TOKEN",
    "https://hooks.slack.com/services/T00000000/B00000000/" + "c4Na" * 6: "SLACK_WEBHOOK",
    "https://discord.com/api/webhooks/123456789012345678/" + "c4Na" * 17: "DISCORD_WEBHOOK",
    "sk_live_" + "c4Na" * 6: "STRIPE_KEY",
    "rk_test_" + "c4Na" * 6: "STRIPE_KEY",
    "AKIA" + "C4NARY77" * 2: "AWS_KEY",
    "AIza" + "c4Nar" * 7: "GOOGLE_API_KEY",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c4nary-c4nary_c4nary": "JWT",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c4nary": "JWT",
    "eyJraWQiOiJjNF9uYS1yeSIsImFsZyI6IlJTMjU2In0.eyJpc3MiOiJjNCJ9." + "c4-na_" * 57: "JWT",
    "eyJraWQ_IjoiYyI-ImFsZyI6IlJTMjU2In0.eyJpc3MiOiJjYW5hcnkifQ.c4nary_c4nary": "JWT",
    "npm_" + "c4Na" * 9: "NPM_TOKEN",
    "pypi-AgEIcHlwaS5vcmc" + "c4Na" * 15: "PYPI_TOKEN",
    "SG." + "c4" * 11 + "." + "c4N" * 14 + "a": "SENDGRID_KEY",
    "sk-proj-" + "c4Na" * 8 + "T3BlbkFJ" + "c4Na" * 8: "OPENAI_KEY",
    "sk-ant-api03-" + "c4Na" * 24: "ANTHROPIC_KEY",
    "hf_" + "cN" * 17: "HUGGINGFACE_TOKEN",
    "dop_v1_" + "c4" * 32: "DIGITALOCEAN_TOKEN",
    "glsa_" + "c4Na" * 8 + "_0123abcd": "GRAFANA_TOKEN",
    "shpat_" + "c4" * 16: "SHOPIFY_TOKEN",
    "dckr_pat_" + "c4N" * 9: "DOCKER_TOKEN",
    "hvs." + "c4Na" * 24: "VAULT_TOKEN",
    "123456789:AA" + "c4N" * 11: "TELEGRAM_TOKEN",
    _KEY.format(""): "PRIVATE_KEY",
    _KEY.format("RSA "): "PRIVATE_KEY",
    _KEY.format("OPENSSH "): "PRIVATE_KEY",
    "-----BEGIN PRIVATE KEY-----\nMIIcanary, and no end": "PRIVATE_KEY",
    "$2y$05$" + "c4Na" * 13 + "x": "PASSWORD_HASH",
    "$apr1$c4nary$" + "c4" * 11: "PASSWORD_HASH",
    "{SHA}" + "c4N" * 9 + "=": "PASSWORD_HASH",
    "$6$c4nary$" + "c4" * 43: "PASSWORD_HASH",
    "$argon2id$v=19$m=65536,t=3,p=4$c4nary$c4nary": "PASSWORD_HASH",
}
PLAIN = [
    "ghp_short",
    "github_pat_",
    "glpat-",
    "a.b.c",
    "eyelash.eyebrow.eye",
    "sk_live_",
    "AKIA",
    "MAKIA" + "C4NARY77" * 2,
    "https://hooks.slack.com/services/",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "postgres://a_user_with_a_long_name_1@db/d",
    "https://git@github.com/acme/shop.git",
    "https://example.com/@scope/package-1.2.3",
    "https://api.example.com/v1/users?mail=someone1@example.com",
    "a basic configuration of the server",
    "Basic authentication",
    "sha256:" + "0a" * 32,
    "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
    "MkU3OEVBNTcwNTJENDM2Qk",
    "$2",
    "echo $1 $2 $6$HOME",
    "Authorization: Bearer $TOKEN_OF_THE_SERVER",
]


@pytest.mark.parametrize(("text", "name"), TOKENS.items(), ids=lambda value: str(value)[:16])
def test_a_credential_is_told_by_its_form(text: str, name: str) -> None:
    assert is_credential(text)
    assert [(around[span.start : span.end], span.name) for around in [f"x={text}"] for span in credentials(around)] == [(text, name)]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_short_public_or_a_variable_is_none(text: str) -> None:
    assert not list(credentials(text))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://c4naryc4naryc4nary@example.com/x.git", "c4naryc4naryc4nary"),
        ("http://0123456789abcdef@sentry:9000/2", "0123456789abcdef"),
        ("admin:$apr1$c4nary$" + "c4" * 11 + ",other:x", "$apr1$c4nary$" + "c4" * 11),
        ("curl -H 'Authorization: Bearer c4naryc4naryc4nary' http://api", "c4naryc4naryc4nary"),
        ("Basic YWRtaW46YzRuYXJ5", "YWRtaW46YzRuYXJ5"),
    ],
)
def test_a_credential_is_found_inside_of_a_text(text: str, secret: str) -> None:
    assert [text[span.start : span.end] for span in credentials(text)] == [secret]


def test_a_marker_is_no_credential() -> None:
    assert not list(credentials(f"https://hooks.slack.com/services/{marker('X')}"))
    assert not list(credentials(f"Authorization: Bearer {marker('X')}"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_finds_only_texts_that_have_its_sign(form: Form) -> None:
    others = ["Authorization: Bearer c4naryc4naryc4nary", "http://0123456789abcdef@a"]
    found = [text for text in [*TOKENS, *others] if re.search(form.pattern, text)]
    assert all(form.sign in text for text in found)
