"""What each source of a finding looks for: the verdicts of the ledger, the checks, and the rules, whose pages are their own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from converter.findings import Severity


@dataclass(frozen=True)
class Meaning:
    """What a source of findings looks for.

    Attributes:
        short: one sentence.
        help: what it means and what to do, as Markdown.
        severity: how much its findings weigh as a rule.
    """

    short: str
    help: str
    severity: Severity


_ACCEPT = "If this is meant, say so in the overlay: `accept: [{at: <route>, why: <reason>, until: <day>}]`."
_LITERAL: Mapping[str, Meaning] = {
    "lost": Meaning(
        "A Compose value that no manifest says",
        "The Compose file asks for something, and nothing in the finished manifests stands for it: the service will run without it. "
        f"Add it by a patch of the overlay, or write it in the Compose file as the hint says. {_ACCEPT}",
        Severity.ERROR,
    ),
    "differs": Meaning(
        "A Compose value of which the manifests say something else",
        "What the manifests say was read back in Compose's words and is another value. Look for a patch or a setting of the overlay that "
        f"changes it. {_ACCEPT}",
        Severity.ERROR,
    ),
    "refused": Meaning(
        "A Compose value that a cluster cannot grant",
        "Kubernetes, or the security level of the namespace, does not allow it, so it was left out. The hint says what to do instead. "
        f"{_ACCEPT}",
        Severity.ERROR,
    ),
    "approximated": Meaning(
        "A Compose value that Kubernetes can only come near",
        "The nearest thing that Kubernetes has stands in the manifests. The message says how it differs and what that can cause. Nothing "
        "need be done if that is well.",
        Severity.INFO,
    ),
    "accept": Meaning(
        "An 'accept' of an overlay that is idle or too wide",
        "An entry of `accept` should name one deviation that the team has decided to live with. One that accepts nothing any more is dead "
        "weight; one that covers a whole service hides what will differ there tomorrow.",
        Severity.WARNING,
    ),
    "project": Meaning(
        "A note of docker compose about the project",
        "docker compose, or the loading of the project, had this to say. It concerns the files that were read, not the manifests.",
        Severity.WARNING,
    ),
    "schema": Meaning(
        "An object that the API server would not take as it is",
        "The object does not fit the schema of its kind in the target's version of Kubernetes: an unknown field, a wrong type, or a kind "
        "that is gone.",
        Severity.ERROR,
    ),
    "api": Meaning(
        "An object that the API server would refuse",
        "The schema allows it, but the API server's own validation does not.",
        Severity.ERROR,
    ),
    "references": Meaning(
        "A name in the manifests that nothing answers to",
        "No API server checks any of this: each object is accepted, and then a pod never starts or a client finds nobody.",
        Severity.ERROR,
    ),
    "pod-security": Meaning(
        "A pod that does not meet the level of the Pod Security Standards asked for",
        "A namespace that enforces the level would not let the pod start. The field in the hint is the one to change.",
        Severity.WARNING,
    ),
    "leaks": Meaning(
        "Something in the manifests that looks like a secret",
        "A manifest names the keys of a Secret, never the value. This cannot be accepted.",
        Severity.ERROR,
    ),
    "secret-copies": Meaning(
        "A second copy of a secret, written out where it stays plain",
        "The secret itself is a key of the Secret; its value in a command, a label or a bound file is in the manifests for all to read.",
        Severity.ERROR,
    ),
    "plain-secrets": Meaning(
        "A value that looks like a secret and is left plain",
        "Neither its name nor its form is sure, so it stands in the manifests as any other value. If it is a secret, name its variable in "
        "the overlay: `secrets: {variables: [NAME]}`. If it is none, accept the finding.",
        Severity.WARNING,
    ),
    "first-start": Meaning(
        "What ends a program at its first start",
        "Every manifest is valid, and the program refuses to start, or it works only where a volume is filled already.",
        Severity.WARNING,
    ),
    "habits": Meaning(
        "What a pod does otherwise than a container of docker compose",
        "No field changes it: a pod whose probe fails is taken out of its Service, and one that ends is started again.",
        Severity.INFO,
    ),
}


def meaning(name: str) -> Meaning:
    """What the source of that name looks for: a verdict, a check, or a rule, whose docstring it is."""
    from converter.rules import RULES

    if name in _LITERAL:
        return _LITERAL[name]
    page = next((inspect.cleandoc(rule.__doc__ or "") for rule in RULES if rule.name == name), "")
    first, _, rest = page.partition("\n")
    return Meaning(first.rstrip(".") or name, inspect.cleandoc(rest) or first or name, Severity.WARNING)
