"""The rule `images`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from converter.compose.build import build_of
from converter.compose.image_names import has_registry
from converter.compose.images import image_of, withdrawn
from converter.compose.project import Project, Service
from converter.findings import Finding, Severity
from converter.manifests import Manifests, pod_spec
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.fields import assign
from converter.rules.writing.kinds import Image, Name, Registry

_PULL = {"always": "Always", "never": "Never", "daily": "Always", "weekly": "Always"}
_SYSTEMS = ("linux", "windows", "darwin", "freebsd")
_ARCHITECTURES = {"aarch64": "arm64", "armel": "arm", "armhf": "arm", "armv7l": "arm", "i386": "386", "x86-64": "amd64", "x86_64": "amd64"}
"""Other words of a platform -> Kubernetes' (containerd, platforms/database.go)."""
_PINNED = re.compile(r"@sha256:|:(?!latest$)[^/]+$")


@dataclass(frozen=True)
class Images:
    """Run each service from its image, pulled when Compose would pull it.

    Why:
        Kubernetes pulls `latest` and untagged images at each start unless it is told not to, which fails for an image that only the node
        has; so the policy always stands there: `pull_policy`, else IfNotPresent. A service with `build` and no `image` runs the image
        that docker compose would build, `<project>-<service>`. `platform` chooses nodes of that system and architecture.

    Settings:
        registry: stands before each image that this project builds and that names none, as `registry.example.com/team`.
        pull-secrets: names of the Secrets with the registry's credentials.
        services: service -> image to run instead, with tag or digest.

    Example:
        image: redis:7          ->  image: redis:7
                                    imagePullPolicy: IfNotPresent
        platform: linux/arm64   ->  nodeSelector: {kubernetes.io/arch: arm64, kubernetes.io/os: linux}
    """

    name: ClassVar[str] = "images"
    registry: Registry = ""
    pull_secrets: tuple[Name, ...] = ()
    services: Mapping[str, Image] = field(default_factory=dict)

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write image, imagePullPolicy, imagePullSecrets and the nodeSelector of `platform`."""
        del target
        for key in manifests.services():
            service, pod, container = project.services[key], pod_spec(manifests.workload(key)), manifests.container(key)
            container["image"] = image_of(project, key)
            container["imagePullPolicy"] = _pull_policy(service)
            assign(pod, "imagePullSecrets", [{"name": name} for name in self.pull_secrets])
            if labels := _node_labels(service):
                pod.setdefault("nodeSelector", {}).update(labels)
        yield from absent_services(self.name, "services", self.services, project)
        yield from self._idle(project) if self.registry else ()
        yield from self._unpinned(project)

    def _idle(self, project: Project) -> Iterator[Finding]:
        """What to say if `registry` stands before no image, or not before each."""
        built = [key for key in project.services if build_of(project, key)]
        named = [key for key in built if key not in self.services and has_registry(str(project.services[key].get("image") or ""))]
        setting = (self.name, "registry")
        if not built:
            said = "'images.registry' stands before the images that this project builds, and it builds none"
            yield Finding(self.name, Severity.WARNING, said, hint="take it out of the overlay", setting=setting)
        for key in named:
            severity = Severity.WARNING if set(built) - set(self.services) == set(named) else Severity.INFO
            said = f"'images.registry' does not stand before the image of service '{key}', which names its registry already"
            hint = f"'images: {{services: {{{key}: ...}}}}' says another image"
            yield Finding(self.name, severity, said, ("services", key, "image"), hint=hint, setting=setting)

    def _unpinned(self, project: Project) -> Iterator[Finding]:
        """One warning for each image that may be another one tomorrow, or is gone already."""
        users: dict[str, str] = {}
        for key in project.services:
            users.setdefault(image_of(project, key), key)
        for image, key in users.items():
            if not _PINNED.search(image):
                said = "has the tag 'latest'" if image.endswith(":latest") else "has no tag"
                hint = "give a version in 'image:', or 'images: {services: {<service>: ...}}' in the overlay"
                route = ("services", key, "image" if project.services[key].get("image") else "build")
                yield Finding(self.name, Severity.WARNING, f"the image {said}: which build runs is left to chance", route, hint=hint)
            if instead := withdrawn(image):
                message = f"the image '{image}' has been withdrawn by its owner: no node can pull it"
                yield Finding(self.name, Severity.WARNING, message, ("services", key, "image"), hint=f"run {instead} instead")


def _pull_policy(service: Service) -> str:
    """`missing`, `build` and `if_not_present` are IfNotPresent; `every_12h` has no equal, Always is the nearest that is not older."""
    wish = service.get("pull_policy") or ""
    return "Always" if wish.startswith("every_") else _PULL.get(wish, "IfNotPresent")


def _node_labels(service: Service) -> dict[str, str]:
    """The node labels that `platform: os/arch/variant`, or one part of it, asks for; nodes do not tell their variant."""
    first, _, rest = (service.get("platform") or "").partition("/")
    system, architecture = (first, rest.partition("/")[0]) if rest or first in _SYSTEMS else ("linux" if first else "", first)
    labels = {"kubernetes.io/arch": _ARCHITECTURES.get(architecture, architecture), "kubernetes.io/os": system}
    return {label: value for label, value in labels.items() if value}
