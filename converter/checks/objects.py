"""What every check asks of Kubernetes objects: what they are called, where their pods are, how a place in them is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.findings import Finding, Route, Severity
from converter.manifests import Object

_PODS: Mapping[str, Route] = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
_CLUSTER_WIDE = (
    *("ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass", "Namespace", "PersistentVolume", "PriorityClass"),
    *("RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"),
    *("APIService", "CSIDriver", "MutatingWebhookConfiguration", "Node"),
)


def name_of(document: Object) -> str:
    """The name of an object, "" if it has none."""
    return str(at(document, "metadata", "name") or "")


def label_of(document: Object) -> str:
    """How findings name an object: `Deployment/redis`."""
    return f"{document.get('kind') or 'object'}/{name_of(document) or '?'}"


def namespace_of(document: Object) -> str:
    """The namespace that an object names; "" if it names none or stands outside namespaces."""
    return "" if document.get("kind") in _CLUSTER_WIDE else str(at(document, "metadata", "namespace") or "")


def at(value: Any, *steps: str | int) -> Any:
    """What stands at `steps` below `value`, or None."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def entries(value: Any, *steps: str | int) -> Mapping[str, Any]:
    """The mapping at `steps`, empty if there is none."""
    found = at(value, *steps)
    return found if isinstance(found, dict) else {}


def each(value: Any, *steps: str, base: Route = ()) -> Iterator[tuple[Mapping[str, Any], Route]]:
    """The mappings of the list at `steps` below `value`, each with its path, to which `base` is put in front."""
    items = at(value, *steps)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield item, (*base, *steps, index)


def words(value: Any, *steps: str | int) -> list[str]:
    """The texts of the list at `steps`, empty if there is none."""
    found = at(value, *steps)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def pod(document: Object) -> tuple[Mapping[str, Any], Route] | None:
    """The pod template (or Pod) of a workload and its path; None for what has no pod."""
    path = _PODS.get(str(document.get("kind")))
    found = at(document, *path) if path is not None else None
    return (found, path) if isinstance(found, dict) and path is not None else None


def containers(spec: Any, base: Route) -> Iterator[tuple[Mapping[str, Any], Route]]:
    """Every container of a pod spec, init containers first, each with its path."""
    yield from each(spec, "initContainers", base=base)
    yield from each(spec, "containers", base=base)


def written(path: Route) -> str:
    """A path as people write it: `spec.containers[0].image`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "a").replace("-", "a").isalnum():
            text += f".{step}" if text else step
        else:
            text += f"['{step}']"
    return text


def fault(check: str, document: Object, path: Route, message: str, *, hint: str = "", severity: Severity = Severity.ERROR) -> Finding:
    """A finding about a place in an object; the place stands in front of `message`."""
    text = f"{written(path)} {message}" if path else message
    return Finding(check, severity, text, resource=label_of(document), hint=hint, path=path)
