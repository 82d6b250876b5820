"""A pod as the checks see it: whatever its YAML holds, asking it for something never raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class Breach(NamedTuple):
    """One place that does not meet a check.

    Attributes:
        what: what it does wrong or has to do, in the words of Kubernetes.
        path: the field, below the pod's spec (or its metadata, for an annotation).
        who: name of the container, "" for the pod itself, None where `what` says it all.
        either: whether the pod could set it for the container.

    """

    what: str
    path: Path
    who: str | None = None
    either: bool = False


class Context(NamedTuple):
    """A securityContext: the pod's (`who` is ""), or a container's."""

    who: str
    path: Path
    data: Mapping[str, Any]


class Container(NamedTuple):
    """One container of any kind."""

    name: str
    path: Path
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Pod:
    """A pod to judge: its metadata and spec as they stand in a manifest, and the minor version of Kubernetes, 34 for 1.34."""

    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]
    minor: int

    def containers(self) -> Iterator[Container]:
        """Every container, init and ephemeral ones too: Kubernetes holds them all to the same."""
        for kind in CONTAINERS:
            for index, item in enumerate(items(self.spec, kind)):
                yield Container(str(item.get("name", index)), (kind, index), item)

    def container_contexts(self) -> Iterator[Context]:
        """The securityContext of every container, empty where it has none."""
        for name, path, data in self.containers():
            yield Context(name, (*path, "securityContext"), mapping(data, "securityContext"))

    def contexts(self) -> Iterator[Context]:
        """That of the pod and those of its containers."""
        yield Context("", ("securityContext",), mapping(self.spec, "securityContext"))
        yield from self.container_contexts()

    @property
    def windows(self) -> bool:
        """Whether it says that it runs on Windows, which frees it from some checks."""
        return mapping(self.spec, "os").get("name") == "windows"

    @property
    def own_users(self) -> bool:
        """Whether it has a user namespace of its own: since 1.35 root in there is nobody outside."""
        return self.minor >= 35 and self.spec.get("hostUsers") is False


def mapping(value: Any, *steps: str) -> Mapping[str, Any]:
    """The mapping below `steps`, or an empty one."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def items(value: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The elements of a list of mappings; what is none counts as empty."""
    found = value.get(key)
    return [item if isinstance(item, Mapping) else {} for item in found] if isinstance(found, list) else []


def texts(value: Any) -> list[str]:
    """The elements of a list as text."""
    return [str(item) for item in value] if isinstance(value, list) else []
