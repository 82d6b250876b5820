"""All objects of a set of manifests, and what selects what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from converter.findings import Route
from converter.intent.field import Field, leaves
from converter.intent.selectors import Labelled

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
"""Where each kind of workload has its pod template."""

SELECTORS: Mapping[str, tuple[str, ...]] = {"Service": ("spec", "selector"), "NetworkPolicy": ("spec", "podSelector")}
"""Where each kind of object that selects pods says which."""


@dataclass(frozen=True)
class Template:
    """The pod template of a workload, as plain data."""

    kind: str
    name: str
    namespace: str
    data: Mapping[str, Any]

    @property
    def path(self) -> Route:
        """Where it is."""
        return (self.kind, self.name, *TEMPLATES[self.kind])

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of the pods."""
        return {str(key): value for key, value in under(self.data, "metadata", "labels").items() if isinstance(value, str)}

    @cached_property
    def containers(self) -> tuple[Mapping[str, Any], ...]:
        """The containers, without init containers."""
        found = under(self.data, "spec").get("containers")
        return tuple(item for item in found if isinstance(item, Mapping)) if isinstance(found, list) else ()


@dataclass(frozen=True)
class Selected:
    """An object whose selector matches a pod, with the fields that make it match."""

    kind: str
    name: str
    because: tuple[Route, ...]


class Cluster:
    """All objects, by kind and name. One that has no kind or name, or whose name is taken, is under what it has, with a number."""

    def __init__(self, documents: Iterable[Any]) -> None:
        self.objects: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.kept: dict[str, Any] = {}
        for document in _flat(documents):
            kind, name = document.get("kind"), under(document, "metadata").get("name")
            key = str(kind or ""), str(name or "")
            number = 2
            while key in self.objects:
                key, number = (key[0], f"{name or ''}#{number}"), number + 1
            self.objects[key] = document

    def find(self, kind: str, name: str, seen: list[Route]) -> Field:
        """The object of that kind and name; a place without data if there is none."""
        return Field(self.objects.get((kind, name)), (kind, name), seen)

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[str]]:
        """Kind -> names of its objects, in order."""
        found: dict[str, list[str]] = defaultdict(list)
        for kind, name in self.objects:
            found[kind].append(name)
        return found

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """The pod template of every workload, in order."""
        return tuple(
            Template(kind, name, namespace(self.objects[kind, name]), under(self.objects[kind, name], *TEMPLATES[kind]))
            for kind, name in self.objects
            if kind in TEMPLATES
        )

    @cached_property
    def labelled(self) -> Labelled:
        """The templates by their labels."""
        return Labelled([template.labels for template in self.templates])

    @cached_property
    def selecting(self) -> Mapping[tuple[str, int], Sequence[Selected]]:
        """(kind, number of a template) -> the Services, or NetworkPolicies, that select its pods."""
        found: dict[tuple[str, int], list[Selected]] = defaultdict(list)
        for kind, steps in SELECTORS.items():
            for name in self.by_kind.get(kind, ()):
                document = self.objects[kind, name]
                selector, used, because = _selector(document, kind, name, steps)
                for number in self.labelled.selected(selector) if selector is not None else ():
                    template = self.templates[number]
                    if template.namespace == namespace(document):
                        labels = ((*template.path, "metadata", "labels", key) for key in used if key in template.labels)
                        found[kind, number].append(Selected(kind, name, (*because, *labels)))
        return found

    @cached_property
    def backends(self) -> Mapping[str, Sequence[tuple[str, Field, tuple[Route, ...]]]]:
        """Name of a Service -> the addresses that an Ingress sends to it, with the backend and the fields of the address."""
        found: dict[str, list[tuple[str, Field, tuple[Route, ...]]]] = defaultdict(list)
        for name in self.by_kind.get("Ingress", ()):
            seen: list[Route] = []
            for rule in self.find("Ingress", name, seen).each("spec", "rules"):
                for path in rule.each("http", "paths"):
                    seen.clear()
                    address = f"http://{rule.text('host') or '*'}{path.text('path') or '/'}"
                    backend = path.at("backend", "service")
                    found[str(backend.peek("name"))].append((address, backend, tuple(seen)))
        return found


def _selector(document: Mapping[str, Any], kind: str, name: str, steps: tuple[str, ...]) -> tuple[Any, list[str], list[Route]]:
    """The selector in its long form, the labels that it asks for, and its fields; None for one that selects nothing."""
    place = Field(document, (kind, name), []).at(*steps)
    because = [path for path, _ in leaves(place.data, place.path)]
    if kind == "Service":
        data = place.data if isinstance(place.data, Mapping) else {}
        usable = data and all(isinstance(value, str) for value in data.values())
        return ({"matchLabels": data} if usable else None), [str(key) for key in data], because
    labels = [key for key, _ in place.entries("matchLabels")]
    labels += [str(one.peek("key")) for one in place.each("matchExpressions")]
    return (place.data if isinstance(place.data, Mapping) else None), labels, because


def namespace(document: Mapping[str, Any]) -> str:
    """The namespace of an object; "" for none."""
    return str(under(document, "metadata").get("namespace") or "")


def under(data: Any, *steps: str) -> Mapping[str, Any]:
    """The mapping at a place; an empty one for anything else."""
    for step in steps:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _flat(documents: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """The objects, those in a List one by one."""
    for document in documents:
        if isinstance(document, Mapping):
            items = document.get("items") if str(document.get("kind", "")).endswith("List") else None
            if isinstance(items, list):
                yield from _flat(items)
            else:
                yield document
