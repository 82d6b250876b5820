"""Which file holds what: one for each Compose service, and those that belong to all. Nothing in them tells when or where they were made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from converter import yaml
from converter.compose.file_secrets import needed_by, sources_of
from converter.compose.project import Project
from converter.manifests import Manifests, Object

NOTE = "# Written by cdb-convert"
"""How every YAML file of ours begins."""
INDEX = ".cdb-convert.json"
"""The file that says which files are ours, with the sha256 of each."""

_NAMESPACE, _SHARED, _POLICIES, _KUSTOMIZATION = "namespace.yaml", "shared.yaml", "network-policies.yaml", "kustomization.yaml"
_RESERVED = {"namespace", "shared", "network-policies", "kustomization", "con", "prn", "aux", "nul"}
_RESERVED |= {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
_KINDS = (
    *("Namespace", "StorageClass", "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
    *("SecretStore", "ExternalSecret", "ConfigMap", "PersistentVolume", "PersistentVolumeClaim", "Service"),
    *("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Ingress"),
)
"""Kinds in the order in which they stand in a file: what is named before what names it."""


def files(
    manifests: Manifests, project: Project, *, reports: Mapping[str, str] | None = None, order: Sequence[str] | None = None
) -> dict[str, str]:
    """The text of every file of one overlay, by name.

    `reports` are the reports' names and texts, `order` the service keys, each after those that it depends on (`order_of` if not given).
    """
    found = {
        name: f"{NOTE}. Edit the Compose file or the overlay, not this\n{yaml.write(documents)}"
        for name, documents in grouped(manifests, project, order=order).items()
    }
    resources = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": list(found)}
    found[_KUSTOMIZATION] = f"{NOTE}: kubectl apply --server-side -k .\n{yaml.write([resources])}"
    if names := _secret_names(project):
        found["secrets.env.example"] = names
    found |= dict(sorted((reports or {}).items()))
    found[INDEX] = index(found)
    return found


def grouped(manifests: Manifests, project: Project, *, order: Sequence[str] | None = None) -> dict[str, list[Object]]:
    """The objects by the file that they belong into, files in the order in which they are applied."""
    services = order_of(project) if order is None else order
    by_file: dict[str, list[Object]] = {name: [] for name in (_NAMESPACE, _SHARED, _POLICIES)}
    names = _file_names(project, services)
    by_file |= {names[service]: [] for service in services}
    for document in manifests:
        if document["kind"] == "Namespace":
            name = _NAMESPACE
        elif document["kind"] == "NetworkPolicy":
            name = _POLICIES
        else:
            name = names.get(manifests.service_of(document), _SHARED)
        by_file[name].append(document)
    return {name: sorted(documents, key=_rank) for name, documents in by_file.items() if documents}


def order_of(project: Project) -> list[str]:
    """The service keys, each after those that it depends on, else in alphabetical order."""
    needs = {service: set(_depends_on(body)) & set(project.services) for service, body in project.services.items()}
    try:
        sorter = TopologicalSorter(needs)
        sorter.prepare()
    except CycleError:
        return list(needs)
    found: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found += ready
        sorter.done(*ready)
    return found


def index(texts: Mapping[str, str]) -> str:
    """The text of the index of these files."""
    sums = {name: digest(text.encode()) for name, text in sorted(texts.items()) if name != INDEX}
    return json.dumps({"version": 1, "files": sums}, indent=1) + "\n"


def digest(data: bytes) -> str:
    """The sha256 of a file; line ends as git leaves them on Windows make no difference."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def _depends_on(service: Mapping[str, Any]) -> list[str]:
    named = service.get("depends_on") or ()
    return [str(name) for name in named]


def _file_names(project: Project, services: Sequence[str]) -> dict[str, str]:
    """Service key -> file name; never one that has a meaning of its own, here or for Windows."""
    plain = {service: project.name_of(service) for service in services}
    taken = set(plain.values()) | _RESERVED
    found: dict[str, str] = {}
    for service, name in plain.items():
        free = name
        while free in _RESERVED or (free != name and free in taken):
            free += "-service"
        taken.add(free)
        found[service] = f"{free}.yaml"
    return found


def _rank(document: Object) -> tuple[int, str, str]:
    kind = document["kind"]
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind, document["metadata"]["name"]


def _secret_names(project: Project) -> str:
    """The keys of the Secret, without values; "" if nobody needs one. One that no line can set is a comment."""
    made = sources_of(project)
    keys = {project.settings.secret_keys.get(key, key): (services, made.get(key)) for key, services in needed_by(project).items()}
    lines = [
        f"# needed by {', '.join(services)}\n" + (f"{key}=\n" if source is None else f"# {key} is {source}\n")
        for key, (services, source) in sorted(keys.items())
    ]
    return f"{NOTE}: the keys of Secret '{project.secret_name}'\n{''.join(lines)}" if lines else ""
