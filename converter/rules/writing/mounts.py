"""The mounts of a service, and how a rule puts volumes into its pod."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.compose.workloads import pod_of
from converter.manifests import Manifests, pod_spec
from converter.rules.writing.fields import put


def mounts_of(project: Project, service: str) -> Iterator[Mapping[str, Any]]:
    """Every entry of `volumes`, those of `volumes_from` included; an entry of the service itself hides one at the same target."""
    taken: set[str] = set()
    for mount in (*(project.services[service].get("volumes") or ()), *_borrowed(project, service)):
        if mount["target"] not in taken:
            taken.add(mount["target"])
            yield mount


def _borrowed(project: Project, service: str) -> Iterator[Mapping[str, Any]]:
    for text in project.services[service].get("volumes_from") or ():
        other, _, mode = text.partition(":")
        if other in project.services:  # docker compose refuses a cycle; "container:..." is no service
            for mount in mounts_of(project, other):
                yield {**mount, "read_only": True} if mode == "ro" else mount


def lender(project: Project, service: str, target: str) -> str:
    """The service whose own mount is at this path of a service: itself, or one that it names by `volumes_from`."""
    if all(mount["target"] != target for mount in project.services[service].get("volumes") or ()):
        for text in project.services[service].get("volumes_from") or ():
            other = text.partition(":")[0]
            if other in project.services and any(mount["target"] == target for mount in mounts_of(project, other)):
                return lender(project, other, target)
    return service


def volume_name(project: Project, service: str, text: str) -> str:
    """Name for a volume that only `service` mounts, unique in its pod also where the pod is another service's."""
    shared = pod_of(project, service) != service
    return kubernetes_name(f"{project.name_of(service)}-{text}" if shared else text)


def path_name(path: str) -> str:
    """A path as part of a name: "/var/lib/data" -> "var-lib-data"."""
    return kubernetes_name(path.strip("./~").replace("/", "-") or "root")


def distinct(paths: Iterable[str], reserved: Collection[str] = ()) -> dict[str, str]:
    """Path -> its name as part of another. Paths that give one name (`/a/b`, `/a-b`), or a reserved one, get a hash of the path."""
    names = {path: path_name(path) for path in paths}
    all_names = [*names.values(), *reserved]
    return {path: with_hash(name, path) if _clashes(name, all_names) else name for path, name in names.items()}


def with_hash(name: str, text: str) -> str:
    """A name that no other text has."""
    return kubernetes_name(f"{name[:54]}-{sha256(text.encode()).hexdigest()[:8]}")


def _clashes(name: str, all_names: list[str]) -> bool:
    """Whether a name is there twice, or looks as the second part of another (`files-2`)."""
    numbered = re.fullmatch(r"(.+)-\d+", name)
    return all_names.count(name) > 1 or (numbered is not None and numbered[1] in all_names)


def attach(manifests: Manifests, service: str, volumes: Iterable[Mapping[str, Any]], mounts: Iterable[Mapping[str, Any]]) -> None:
    """Put volumes into the pod of `service` and mounts into its container."""
    put(pod_spec(manifests.workload(service)), "volumes", volumes)
    put(manifests.container(service), "volumeMounts", mounts, by="mountPath")
