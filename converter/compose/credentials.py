"""Values that are credentials by their very form, whatever they are called: tokens with a prefix of their issuer, keys, password hashes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from converter.compose.secrets import MARKER
from converter.compose.spans import Span


class Form(NamedTuple):
    """One form: what to call such a value, a text that each has in it (which is looked for first), and the whole pattern."""

    name: str
    sign: str
    pattern: str


FORMS: tuple[Form, ...] = (
    # gitleaks (config/gitleaks.toml at b58d3f1), which agrees with GitHub's "Supported secret scanning patterns"
    *(Form("GITHUB_TOKEN", f"gh{kind}_", rf"\bgh{kind}_[0-9A-Za-z]{{36,}}") for kind in "pousr"),
    Form("GITHUB_TOKEN", "github_pat_", r"\bgithub_pat_\w{82}"),
    *(
        Form("GITLAB_TOKEN", f"{kind}-", rf"\b{kind}-[\w-]{{20,}}(?:\.[0-9a-z]{{9}})?")
        for kind in ("glpat", "gldt", "glft", "glrt", "glptt", "glsoat", "gloas", "glagent", "glcbt", "glffct", "glimt")
    ),
    Form("SLACK_TOKEN", "xox", r"\bxox[abeoprs](?:\.xox[bp])?-[\w-]{10,}"),
    Form("SLACK_TOKEN", "xapp-", r"\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+"),
    Form("SLACK_WEBHOOK", "hooks.slack.com/", r"(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[\w+/-]{20,}"),
    Form("TEAMS_WEBHOOK", ".webhook.office.com/", r"https://[\w-]+\.webhook\.office\.com/webhookb2/[\w@/-]{36,}"),
    Form("STRIPE_KEY", "k_", r"\b[sr]k_(?:test|live|prod)_[0-9A-Za-z]{10,99}\b"),
    *(Form("AWS_KEY", kind, rf"\b{kind}[A-Z0-9]{{16}}\b") for kind in ("AKIA", "ASIA", "ABIA", "ACCA")),
    Form("GOOGLE_API_KEY", "AIza", r"\bAIza[\w-]{35}(?![\w-])"),
    Form("JWT", "ey", r"\bey[\w-]{17,}\.ey[\w-]{17,}\.[\w-]{10,}"),
    # RFC 7519: a header that begins with `{"alg":`, `{"typ":` or `{"kid":` tells it whatever the lengths are
    Form("JWT", "eyJ", r"\beyJ(?:hbGciOi|0eXAiOi|raWQiOi)[\w-]{6,}\.ey[\w-]{4,}\.[\w-]{3,}"),
    Form("NPM_TOKEN", "npm_", r"\bnpm_[0-9A-Za-z]{36}\b"),
    Form("PYPI_TOKEN", "pypi-", r"\bpypi-AgE[\w-]{50,}"),
    Form("SENDGRID_KEY", "SG.", r"\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])"),
    Form("OPENAI_KEY", "T3BlbkFJ", r"\bsk-[\w-]{20,}T3BlbkFJ[\w-]{20,}"),
    Form("ANTHROPIC_KEY", "sk-ant-", r"\bsk-ant-(?:api|admin)\d\d-[\w-]{80,}"),
    Form("HUGGINGFACE_TOKEN", "hf_", r"\bhf_[A-Za-z]{34}\b"),
    Form("DIGITALOCEAN_TOKEN", "_v1_", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    Form("GRAFANA_TOKEN", "gl", r"\b(?:glsa_[0-9A-Za-z]{32}_[0-9A-Fa-f]{8}|glc_[0-9A-Za-z+/]{32,}={0,3})"),
    Form("SHOPIFY_TOKEN", "shp", r"\bshp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}\b"),
    Form("SENDINBLUE_KEY", "xkeysib-", r"\bxkeysib-[0-9a-f]{64}-[0-9A-Za-z]{16}\b"),
    Form("SENTRY_TOKEN", "sntry", r"\bsntry(?:u_[0-9a-f]{64}\b|s_eyJ[\w+/=-]{60,})"),
    Form("VAULT_TOKEN", "hv", r"\bhv[bs]\.[\w-]{90,}"),
    Form("AGE_KEY", "AGE-SECRET-KEY-1", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    Form("PRIVATE_KEY", "PRIVATE KEY", r"(?s)-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END [A-Z0-9 ]+-----|.*)"),
    # Yelp's detect-secrets 1.5 (plugins/telegram_token.py, discord.py); Docker's and Discord's own pages for the others
    Form("TELEGRAM_TOKEN", ":AA", r"\b\d{8,10}:AA[\w-]{33}(?![\w-])"),
    Form("DISCORD_WEBHOOK", "/api/webhooks/", r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{17,}/[\w-]{60,}"),
    Form("DOCKER_TOKEN", "dckr_", r"\bdckr_(?:pat|oat)_[\w-]{27,}"),
    # crypt(5): what stands behind the user in a file of htpasswd, and in the users of a reverse proxy
    Form("PASSWORD_HASH", "$2", r"\$2[abxy]\$\d\d\$[./0-9A-Za-z]{53}"),
    Form("PASSWORD_HASH", "$apr1$", r"\$apr1\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{22}"),
    Form("PASSWORD_HASH", "{SHA}", r"\{SHA\}[0-9A-Za-z+/]{27}="),
    Form("PASSWORD_HASH", "$5$", r"\$5\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43}"),
    Form("PASSWORD_HASH", "$6$", r"\$6\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}"),
    Form("PASSWORD_HASH", "$y$", r"\$y\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{1,86}\$[./0-9A-Za-z]{43}"),
    Form("PASSWORD_HASH", "$argon2", r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[0-9A-Za-z+/]+\$[0-9A-Za-z+/]+"),
    # RFC 6750: what follows the scheme in an `Authorization` header
    Form("AUTHORIZATION", "earer ", r"(?i)authorization: ?bearer ([\w.~+/-]{16,}=*)"),
    # RFC 3986, userinfo without a colon: in a web address that is a token, for a user alone would be asked for a password
    Form("URL_TOKEN", "://", r"\bhttps?://((?=[A-Za-z_-]*\d)[\w-]{16,})@[\w.-]"),
)
"""Every form whose like is nothing but a credential: the prefix and the length are the issuer's own."""

_BASIC = re.compile(r"(?i)\bbasic ([0-9a-z+/]{8,}={0,2})")
_SHORTEST = 16


def credentials(text: str) -> Iterator[Span]:
    """Yield the parts of a text that are credentials for certain, in order, none inside another; no marker is in one of them."""
    if len(text) < _SHORTEST:
        return
    found = [
        Span(*match.span(match.re.groups), form.name)
        for form in FORMS
        if form.sign in text
        for match in _compiled(form.pattern).finditer(text)
    ]
    found += [Span(*match.span(1), "AUTHORIZATION") for match in _BASIC.finditer(text) if is_basic(match[1])]
    end = 0
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if span.start >= end and MARKER.search(text, span.start, span.end) is None:
            yield span
            end = span.end


def is_credential(text: str) -> bool:
    """Whether a text is a credential from its first letter to its last, as a token is."""
    return any((span.start, span.end) == (0, len(text)) for span in credentials(text))


def has_credential(text: str) -> bool:
    """Whether there is a credential in a text."""
    return any(True for _ in credentials(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when a text first has its sign: most projects need none of them."""
    return re.compile(pattern)


def is_basic(text: str) -> bool:
    """Whether a text, such as what follows the word "Basic", is `user:password` in base64 (RFC 7617)."""
    try:
        told = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except ValueError:
        return False
    return ":" in told and told.isprintable()
