"""Every document against the strict schema of its Kubernetes minor version: unknown fields, wrong types, missing fields, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.checks.objects import fault, label_of
from converter.checks.validators import errors_of
from converter.findings import Finding, Severity
from converter.manifests import Object
from converter.schemas import schemas

_GROUPS = {
    "argoproj.io": "Argo",
    "bitnami.com": "Sealed Secrets",
    "cert-manager.io": "cert-manager",
    "external-secrets.io": "External Secrets",
    "gateway.networking.k8s.io": "Gateway API",
    "keda.sh": "KEDA",
    "kustomize.config.k8s.io": "kustomize",
    "monitoring.coreos.com": "the Prometheus operator",
    "secrets-store.csi.x-k8s.io": "the Secrets Store CSI driver",
    "snapshot.storage.k8s.io": "the volume snapshotter",
    "traefik.io": "Traefik",
}
"""API groups of well-known extensions, which no schema of Kubernetes' own knows."""


def check(documents: Iterable[Object], kubernetes: str) -> Iterator[Finding]:
    """Hold documents against the schemas of a Kubernetes minor version, as "1.34". Raises ConverterError if there are none for it."""
    folder = schemas(kubernetes)
    for document in documents:
        yield from _nameless(document)
        kind, version = document.get("kind"), document.get("apiVersion")
        if kind and version and isinstance(kind, str) and isinstance(version, str):
            if errors := errors_of(folder, kind, version):
                for path, message in errors(_without_nulls(document)):
                    yield fault("schema", document, path, message)
            else:
                yield _unknown(document, kind, version, kubernetes)


def _nameless(document: Object) -> Iterator[Finding]:
    for key in ("apiVersion", "kind"):
        if not isinstance(document.get(key), str) or not document[key]:
            yield fault("schema", document, (), f"'{key}' is missing")
    metadata = document.get("metadata")
    named = isinstance(metadata, Mapping) and (metadata.get("name") or metadata.get("generateName"))
    if not named and not str(document.get("apiVersion")).startswith("kustomize.config.k8s.io/"):
        yield fault("schema", document, (), "'metadata.name' is missing")


def _unknown(document: Object, kind: str, version: str, kubernetes: str) -> Finding:
    group = version.rpartition("/")[0]
    if group in _GROUPS:
        message = f"'{version}' belongs to {_GROUPS[group]}: its fields were not checked"
        return Finding("schema", Severity.INFO, message, resource=label_of(document))
    if "." not in group or group.endswith(".k8s.io"):
        message = f"Kubernetes {kubernetes} knows no '{kind}' of '{version}'"
        return Finding("schema", Severity.ERROR, message, resource=label_of(document), hint="see 'kubectl api-resources' for what it knows")
    message = f"could not check '{kind}' of '{version}': there is no schema for it"
    return Finding("schema", Severity.WARNING, message, resource=label_of(document))


def _without_nulls(value: Any) -> Any:
    """A copy without keys that are null: an API server takes them as unset, the schema of quantities refuses them."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
