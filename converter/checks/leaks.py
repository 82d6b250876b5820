"""Whether a secret stands in what is to be committed. No value is known here: markers, Secrets with data, forms of credentials are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from converter.checks.objects import entries, fault
from converter.compose.credentials import credentials
from converter.compose.secrets import MARKER
from converter.findings import Finding, Route
from converter.manifests import Object


def check(documents: Iterable[Object]) -> Iterator[Finding]:
    """Look for secrets in every text and every key."""
    for document in documents:
        if document.get("kind") == "Secret":
            for field in ("data", "stringData"):
                if entries(document, field):
                    yield fault("leaks", document, (field,), "holds secret values", hint="create the Secret apart: 'cdb-convert secrets'")
            continue
        for path, text in _texts(document, ()):
            if MARKER.search(text):
                yield fault("leaks", document, path, "is where a secret value would stand", hint="refer to the key of the Secret instead")
            for name in dict.fromkeys(span.name for span in credentials(text)):
                kind = "private key" if name == "PRIVATE_KEY" else f"credential ({name.lower().replace('_', ' ')})"
                yield fault("leaks", document, path, f"holds a {kind}", hint="keep it in a Secret, and refer to its key")


def _texts(value: Any, path: Route) -> Iterator[tuple[Route, str]]:
    """Every text and every key, with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key), str(key)
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, str):
        yield path, value
