"""The documents of one bundle, found by kind and name, and their pods, found by labels. Nothing is scanned twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from converter.checks.objects import at, containers, each, entries, name_of, namespace_of, pod, words
from converter.findings import Route
from converter.manifests import Object

_IN_EVERY_NAMESPACE = frozenset({("ConfigMap", "kube-root-ca.crt")})
"""What Kubernetes itself puts into each namespace."""


@dataclass(frozen=True, eq=False)
class Pod:
    """A pod that a document makes: its labels, its spec, and the path of the spec in the document."""

    document: Object
    labels: Mapping[str, Any]
    spec: Mapping[str, Any]
    path: Route

    @property
    def namespace(self) -> str:
        """The namespace that it runs in."""
        return namespace_of(self.document)

    def containers(self) -> Iterator[tuple[Mapping[str, Any], Route]]:
        """Every container, init containers first, each with its path in the document."""
        return containers(self.spec, self.path)

    def port_names(self) -> set[str]:
        """The names of the container ports."""
        return {str(port["name"]) for container, _ in self.containers() for port, _ in each(container, "ports") if port.get("name")}


class Bundle:
    """Kubernetes objects that are applied together.

    Attributes:
        documents: the objects, in order.
        pods: what they run.
        outside: kind and name of what is made apart, as the Secret with the values.

    """

    def __init__(self, documents: Iterable[Object], outside: Collection[tuple[str, str]] = ()) -> None:
        self.documents = list(documents)
        self.outside = frozenset({*outside, *_made(self.documents), *_IN_EVERY_NAMESPACE})
        self._found: dict[tuple[str, str, str], Object] = {}
        for document in self.documents:
            self._found.setdefault((str(document.get("kind")), namespace_of(document), name_of(document)), document)
        self.pods = [_pod(document, *found) for document in self.documents if (found := pod(document))]
        self._labelled: dict[tuple[str, str, str], dict[int, Pod]] = defaultdict(dict)
        for index, each_pod in enumerate(self.pods):
            for key, value in each_pod.labels.items():
                self._labelled[each_pod.namespace, str(key), str(value)][index] = each_pod

    def of_kind(self, *kinds: str) -> Iterator[Object]:
        """The documents of these kinds."""
        return (document for document in self.documents if document.get("kind") in kinds)

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """The object of that kind, namespace and name, or None."""
        return self._found.get((kind, namespace, name))

    def has(self, kind: str, namespace: str, name: str) -> bool:
        """Whether there is such an object here or, said so, outside."""
        return (kind, name) in self.outside or (kind, namespace, name) in self._found

    def selected(self, namespace: str, labels: Mapping[str, Any], expressions: Iterable[Mapping[str, Any]] = ()) -> list[Pod]:
        """The pods of a namespace that carry all `labels` and meet all `expressions`."""
        groups = sorted((self._labelled.get((namespace, str(key), str(value)), {}) for key, value in labels.items()), key=len)
        if groups:
            found = [candidate for index, candidate in groups[0].items() if all(index in group for group in groups)]
        else:
            found = [candidate for candidate in self.pods if candidate.namespace == namespace]
        wanted = list(expressions)
        return [candidate for candidate in found if all(_meets(candidate.labels, expression) for expression in wanted)]

    def matched(self, namespace: str, selector: Any) -> list[Pod]:
        """The pods that a selector of matchLabels and matchExpressions means."""
        return self.selected(namespace, entries(selector, "matchLabels"), [item for item, _ in each(selector, "matchExpressions")])


def _made(documents: Iterable[Object]) -> Iterator[tuple[str, str]]:
    """The Secrets that operators make of objects in the bundle."""
    for document in documents:
        match document.get("kind"):
            case "ExternalSecret":
                yield "Secret", str(at(document, "spec", "target", "name") or name_of(document))
            case "SealedSecret":
                yield "Secret", name_of(document)
            case "Certificate":
                yield "Secret", str(at(document, "spec", "secretName"))
            case _:
                pass


def _pod(document: Object, template: Mapping[str, Any], path: Route) -> Pod:
    return Pod(document, entries(template, "metadata", "labels"), entries(template, "spec"), (*path, "spec"))


def _meets(labels: Mapping[str, Any], expression: Mapping[str, Any]) -> bool:
    value, values = labels.get(str(expression.get("key"))), words(expression, "values")
    match expression.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            return False
