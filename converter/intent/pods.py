"""Which objects run a Compose service: its workload and container, and all that Kubernetes' own references lead to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from converter.compose.project import Project, Target
from converter.findings import Route
from converter.intent.cluster import Cluster, Selected, Template
from converter.intent.field import Field
from converter.intent.secrets import markers, other_secret

NAME_LABELS = ("app", "app.kubernetes.io/name", "io.kompose.service")
"""Labels that commonly carry the name of what a pod runs."""


@dataclass(frozen=True, eq=False)
class Pod:
    """What runs one Compose service.

    Attributes:
        service: key of the Compose service.
        project: the project.
        target: what the overlay converts for.
        cluster: all objects.
        number: of the pod's template in the cluster; None if nothing runs the service.
        workload: the object that makes the pod; a place without data if nothing runs the service.
        template: the pod template in it.
        container: the container in that.
        others: the Pod of each service.
        markers: key in the Secret of the project -> the marker that stands for its value.
        seen: the fields that were looked at since the last reading.
        kept: what a reader has worked out already.
    """

    service: str
    project: Project
    target: Target
    cluster: Cluster
    number: int | None
    workload: Field
    template: Field
    container: Field
    others: Mapping[str, Pod] = field(default_factory=dict)
    markers: Mapping[str, str] = field(default_factory=dict)
    seen: list[Route] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def found(self) -> bool:
        """Whether anything runs the service."""
        return self.number is not None

    @property
    def spec(self) -> Field:
        """The pod's spec."""
        return self.template.at("spec")

    @property
    def kind(self) -> str:
        """The kind of the workload; "" if there is none."""
        return str(self.workload.path[0])

    @property
    def model(self) -> Mapping[str, Any]:
        """The Compose service."""
        return self.project.services[self.service]

    def selecting(self, kind: str) -> Sequence[Selected]:
        """The objects of a kind that select the pod."""
        return self.cluster.selecting.get((kind, self.number), ()) if self.number is not None else ()

    def services(self) -> Iterator[Field]:
        """The Services that select the pod. What makes each match is noted when it is yielded, all else forgotten."""
        for one in self.selecting("Service"):
            self.seen[:] = one.because
            yield self.find("Service", one.name)

    def secret(self, name: str, key: str) -> str:
        """What a key of a Secret holds: the marker of the value, or words that no value equals if it is none of this project's."""
        known = self.markers if name == self.project.secret_name else {}
        return known.get(key, other_secret(name, key))

    def find(self, kind: str, name: str) -> Field:
        """Another object."""
        return self.cluster.find(kind, name, self.seen)


def pods(cluster: Cluster, project: Project, target: Target) -> dict[str, Pod]:
    """Find what runs each active service of the project. Every service has a Pod; one that nothing runs is not `found`."""
    places, known = find_containers(cluster, project), markers(project)
    result: dict[str, Pod] = {}
    for service in project.services:
        seen: list[Route] = []
        number, data = places.get(service, (None, None))
        template = cluster.templates[number] if number is not None else None
        workload = cluster.find(template.kind, template.name, seen) if template else Field(None, ("", ""), seen)
        inside = workload.at(*template.path[2:]) if template else workload
        container = next((one for one in inside.at("spec").each("containers") if one.data is data), Field(None, ("", ""), seen))
        result[service] = Pod(service, project, target, cluster, number, workload, inside, container, result, known, seen)
    return result


def find_containers(cluster: Cluster, project: Project) -> dict[str, tuple[int, Any]]:
    """Number of the template and the container that runs each service.

    By the surest sign first: the container's name, the pod's name label, the workload's name, an image that only this service has.
    """
    by_container, by_label, by_name = _indexes(cluster.templates)
    images = Counter(str(service.get("image")) for service in project.services.values())
    having = defaultdict(list)
    for number, template in enumerate(cluster.templates):
        for container in template.containers:
            having[str(container.get("image"))].append((number, container))
    result: dict[str, tuple[int, Any]] = {}
    for service, model in project.services.items():
        names, image = [project.name_of(service), service, str(model.get("container_name") or service)], str(model.get("image"))
        at = next((by_container[name][0] for name in names if name in by_container), None)
        place = next((found[name] for found in (by_label, by_name) for name in names if name in found), None)
        if at is not None:
            result[service] = at
        elif place is not None and cluster.templates[place].containers:
            result[service] = place, _likely(cluster.templates[place].containers, image)
        elif model.get("image") and images[image] == 1 and len(having[image]) == 1:
            result[service] = having[image][0]
    return result


def _indexes(templates: Sequence[Template]) -> tuple[dict[str, list[tuple[int, Any]]], dict[str, int], dict[str, int]]:
    """Containers by name, one in a workload of that name or label first; templates by name label; templates by name."""
    by_container: dict[str, list[tuple[int, Any]]] = {}
    by_label: dict[str, int] = {}
    by_name: dict[str, int] = {}
    for number, template in enumerate(templates):
        by_name.setdefault(template.name, number)
        for label in NAME_LABELS:
            if label in template.labels:
                by_label.setdefault(template.labels[label], number)
        for container in template.containers:
            name = str(container.get("name", ""))
            found = by_container.setdefault(name, [])
            own = name == template.name or name in [template.labels.get(label) for label in NAME_LABELS]
            found.insert(0 if own and found else len(found), (number, container))
    return by_container, by_label, by_name


def _likely(containers: Sequence[Mapping[str, Any]], image: str) -> Mapping[str, Any]:
    """The container with the image; else the first."""
    return next((one for one in containers if one.get("image") == image), containers[0])
