"""On which ports everyone may come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.networks import doors
from converter.compose.project import Project
from converter.manifests import Manifests


def open_ports(manifests: Manifests, project: Project) -> dict[str, list[tuple[int, str]]]:
    """By service whose pod it is, the ports on which everyone may come in: published ones, and those of Services for the outside."""
    found: dict[str, set[tuple[int, str]]] = {key: set(ports) for key, ports in doors(project).items()}
    owners = {project.name_of(key): key for key in project.services}
    routed = set(_backends(manifests))
    for service in manifests.of_kind("Service"):
        spec, name = service["spec"], service["metadata"]["name"]
        pod = owners.get(spec.get("selector", {}).get("app", ""))
        for port in spec.get("ports", ()) if pod else ():
            if pod and (spec.get("type") in ("NodePort", "LoadBalancer") or (name, port["port"]) in routed):
                found.setdefault(pod, set()).add((port["targetPort"], port["protocol"]))
    return {key: sorted(found[key]) for key in sorted(found)}


def _backends(manifests: Manifests) -> Iterator[tuple[str, int]]:
    """The Services that Ingresses lead to, with the port."""
    paths: list[Mapping[str, Any]] = [
        path for ingress in manifests.of_kind("Ingress") for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]
    ]
    for path in paths:
        service = path["backend"]["service"]
        yield service["name"], service["port"]["number"]
