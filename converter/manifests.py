"""The Kubernetes objects of a run, which Compose service each belongs to, and the container that runs a service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from converter.errors import Location

Object = dict[str, Any]
"""A Kubernetes object as plain data: str, int, float, bool, list and dict."""

_QUANTITY = re.compile(r"([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?)|[eE]([-+]?[0-9]{1,3}))")
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}

WORKLOADS = ("Deployment", "DaemonSet", "StatefulSet", "Job")


class Manifests:
    """Kubernetes objects in the order in which they were added. The one mutable type of a run.

    Objects are changed in place. An object belongs to one Compose service (its key), or with "" to the project as a whole.
    """

    def __init__(self, where: Callable[[str], Location | None] = lambda _service: None) -> None:
        """`where` tells the place of a Compose service in its file."""
        self.where = where
        self._objects: dict[tuple[str, str], Object] = {}
        self._owners: dict[int, str] = {}
        self._containers: dict[str, tuple[Object, dict[str, Any]]] = {}

    def __iter__(self) -> Iterator[Object]:
        return iter(list(self._objects.values()))

    def __len__(self) -> int:
        return len(self._objects)

    def add(self, document: Object, *, service: str = "") -> Object:
        """Take an object in, as one of the Compose service `service`; returns it.

        Raises ValueError if there is one of that kind and name.
        """
        key = _key(document)
        if key in self._objects:
            message = f"{key[0]}/{key[1]} is there already"
            raise ValueError(message)
        self._objects[key] = document
        self._owners[id(document)] = service
        return document

    def remove(self, document: Object) -> None:
        """Take an object out."""
        del self._objects[_key(document)]
        del self._owners[id(document)]

    def rename(self, document: Object, *, kind: str = "", name: str = "") -> None:
        """Change the kind or the name of an object that is in here."""
        owner = self._owners[id(document)]
        self.remove(document)
        document["kind"] = kind or document["kind"]
        document["metadata"]["name"] = name or document["metadata"]["name"]
        self.add(document, service=owner)

    def find(self, kind: str, name: str) -> Object | None:
        """The object of that kind and name, or None."""
        return self._objects.get((kind, name))

    def of_kind(self, *kinds: str) -> list[Object]:
        """Every object of these kinds."""
        return [document for document in self if document["kind"] in kinds]

    def service_of(self, document: Object) -> str:
        """The key of the Compose service that an object belongs to; "" for an object of the whole project."""
        return self._owners[id(document)]

    def objects_of(self, service: str) -> list[Object]:
        """Every object that belongs to a Compose service."""
        return [document for document in self if self.service_of(document) == service]

    def run(self, service: str, workload: Object, container: dict[str, Any]) -> None:
        """Note that `container`, in the pod of `workload`, runs the Compose service."""
        self._containers[service] = (workload, container)

    def services(self) -> Iterable[str]:
        """The keys of the Compose services that have a container, in order."""
        return list(self._containers)

    def workload(self, service: str) -> Object:
        """The workload whose pod runs a Compose service."""
        return self._containers[service][0]

    def container(self, service: str) -> dict[str, Any]:
        """The container that runs a Compose service."""
        return self._containers[service][1]


def pod_template(workload: Object) -> dict[str, Any]:
    """The pod template of a workload."""
    template: dict[str, Any] = workload["spec"]["template"]
    return template


def pod_spec(workload: Object) -> dict[str, Any]:
    """The pod spec of a workload."""
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


def quantity(value: object) -> Fraction | None:
    """What a quantity as `500m` or `1Gi` amounts to; None if it is none (apimachinery, pkg/api/resource)."""
    match = _QUANTITY.fullmatch(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if match is None:
        return None
    digits, suffix, exponent = match.groups()
    if suffix in _BINARY:
        return Fraction(digits) * (1 << _BINARY[suffix])
    return Fraction(digits) * Fraction(10) ** (int(exponent) if exponent else _DECIMAL[suffix or ""])


def _key(document: Object) -> tuple[str, str]:
    return document["kind"], document["metadata"]["name"]
