"""The copy of a project that kompose gets to see.

kompose 1.38 corrupts environment, commands, healthchecks, bound files, secrets and names beyond repair, and aborts on ordinary values. So
it gets what it does well and nothing else: image, ports, named volumes and the mode, under names that Kubernetes accepts. No value that
somebody could want to keep secret is among these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from converter.compose.names import kubernetes_name

if TYPE_CHECKING:
    from converter.compose.project import Project, Service

_EXPOSE = re.compile(r"(\d+)(?:-(\d+))?(?:/(\w+))?")


def stage(project: Project) -> dict[str, Any]:
    """The small Compose model for kompose: every active service of `project` under its name in the cluster."""
    services: dict[str, Any] = {}
    claims: dict[str, Any] = {}
    for key, service in project.services.items():
        staged: dict[str, Any] = {"image": _escaped(service.get("image") or f"{project.name}-{key}"), "restart": "always"}
        if ports := sorted(set(_ports(service))):
            staged["ports"] = [f"{number}:{number}/{protocol}" for number, protocol in ports]
        if volumes := sorted(set(claimed(project, service))):
            claims |= {kubernetes_name(volume): {} for volume in volumes}
            staged["volumes"] = [f"{kubernetes_name(volume)}:/volumes/{position}" for position, volume in enumerate(volumes)]
        if (service.get("deploy") or {}).get("mode") == "global":
            staged["deploy"] = {"mode": "global"}
        services[project.name_of(key)] = staged
    return {"name": "staged", "services": services} | ({"volumes": claims} if claims else {})


def claimed(project: Project, service: Service) -> Iterator[str]:
    """The named volumes of a service that the cluster has to make: neither external nor a tmpfs."""
    volumes: Mapping[str, Any] = project.model.get("volumes") or {}
    for mount in service.get("volumes") or ():
        if mount.get("type") != "volume" or not mount.get("source"):
            continue
        volume = volumes.get(mount["source"]) or {}
        if not volume.get("external") and (volume.get("driver_opts") or {}).get("type") != "tmpfs":
            yield mount["source"]


def _ports(service: Service) -> Iterator[tuple[int, str]]:
    """Every port that `ports` or `expose` names, as (number, protocol); what is no port is left to those who report it."""
    for port in service.get("ports") or ():
        if port.get("target"):
            yield int(port["target"]), port.get("protocol") or "tcp"
    for text in service.get("expose") or ():
        if match := _EXPOSE.fullmatch(str(text)):
            first, last = int(match[1]), int(match[2] or match[1])
            yield from ((number, match[3] or "tcp") for number in range(max(first, 1), min(last, 65535) + 1))


def _escaped(text: str) -> str:
    """The text with `$` doubled: kompose interpolates what it reads."""
    return text.replace("$", "$$")
