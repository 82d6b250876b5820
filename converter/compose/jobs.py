"""What a workload is called. A Job's template cannot be changed, so a service that says something else is another Job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from converter.compose import binds
from converter.compose.images import image_of
from converter.compose.names import kubernetes_name
from converter.compose.workloads import kind_of, pod_of, together

if TYPE_CHECKING:
    from converter.compose.project import Project


def workload_name(project: Project, service: str) -> str:
    """The name of the workload whose pod runs `service`."""
    own = pod_of(project, service)
    return job_name(project, own) if kind_of(project, own) == "Job" else project.name_of(own)


def job_name(project: Project, service: str) -> str:
    """The name of the Job that runs `service`: its name in the cluster and a hash of all that Compose says about what runs in its pod.

    That is its entry of the model, its image, its configs and the files that it mounts; a secret counts by its name, not by its value. It
    is known before any rule has run, so that others can wait for it.
    """
    own = pod_of(project, service)
    said = json.dumps([list(_said(project, key)) for key in together(project, own)], sort_keys=True, default=str)
    return f"{kubernetes_name(project.name_of(own), 54)}-{sha256(said.encode()).hexdigest()[:8]}"


def _said(project: Project, service: str) -> Iterator[Any]:
    """What decides how the container of one service runs."""
    model = project.services[service]
    configs: Mapping[str, Any] = project.model.get("configs") or {}
    yield service, model, image_of(project, service)
    mounts = [mount for mount in model.get("volumes") or () if mount.get("type") == "bind"]
    for entry in model.get("configs") or ():
        definition = configs.get(entry["source"]) or {}
        yield definition.get("content")
        if file := definition.get("file"):
            mounts.append({"type": "bind", "source": file, "target": f"/{entry['source']}", "read_only": True})
    for mount in mounts:
        for file in binds.decide(project, service, mount).files:
            yield file.path, "" if file.secret else sha256(file.data).hexdigest()
