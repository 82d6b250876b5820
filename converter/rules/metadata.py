"""The rule `metadata`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from converter.compose.names import is_label, kubernetes_name
from converter.compose.project import Project
from converter.compose.shared_aliases import shared_aliases
from converter.compose.workloads import pod_of
from converter.findings import Finding
from converter.manifests import WORKLOADS, Manifests, Object, pod_template
from converter.pod_security import level
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.fields import assign, upsert
from converter.rules.writing.labels import OURS, labels, notes
from converter.rules.writing.selectors import of_alias

_CLUSTER = frozenset(
    {"Namespace", "PersistentVolume", "StorageClass", "ClusterRole", "ClusterRoleBinding", "IngressClass", "PriorityClass"}
)


@dataclass(frozen=True)
class Metadata:
    """Put everything into one namespace, and label it so that it can be found.

    Why:
        A Compose project is a world of its own: its namespace is that. It enforces the strictest level of the Pod Security Standards that
        every pod meets, and warns below restricted. Pods are selected by one label, `app`, with the name of the service; the recommended
        labels stand beside it, on everything. Compose labels are notes of any form for tools that read them, which is what Kubernetes
        calls annotations: as label values most would be refused. Those of the container go to its pod, `deploy.labels` to the workload.

    Settings:
        none; the name of the namespace is `namespace` under `target`.

    Example:
        name: shop                           ->  Namespace shop: {pod-security.kubernetes.io/enforce: restricted}
        labels: ["traefik.enable=true"]      ->  template: {metadata: {annotations: {traefik.enable: "true"}}}

    """

    name: ClassVar[str] = "metadata"

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write the Namespace, namespaces, labels, selectors and annotations."""
        namespace = target.namespace or kubernetes_name(project.name)
        enforced = level(manifests, target.kubernetes)
        upsert(manifests, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for document in manifests:
            metadata, own = document["metadata"], labels(project, manifests.service_of(document))
            if document["kind"] == "Namespace":
                metadata["labels"] = own | _pod_security(enforced)
                continue
            metadata["labels"] = own
            assign(metadata, "namespace", None if document["kind"] in _CLUSTER else namespace)
        _write_workloads(manifests, project)
        return absent_services("names", "", project.settings.names, project)


def _pod_security(enforced: str) -> dict[str, str]:
    levels = {"audit": "restricted", "enforce": enforced, "warn": "restricted"}
    return {f"pod-security.kubernetes.io/{mode}": one for mode, one in levels.items()}


def _write_workloads(manifests: Manifests, project: Project) -> None:
    """Labels and annotations of pods, annotations and selectors of what makes them."""
    together: dict[str, list[str]] = {}
    for key in manifests.services():
        together.setdefault(pod_of(project, key), []).append(key)
    for pod, keys in together.items():
        workload = manifests.workload(pod)
        if workload["kind"] not in WORKLOADS:
            continue
        services = [project.services[key] for key in sorted(keys, key=lambda key: (key != pod, key))]
        template = pod_template(workload).setdefault("metadata", {})
        shared = [alias for alias, sharing in shared_aliases(project).items() if is_label(alias) and set(keys) & set(sharing)]
        template["labels"] = labels(project, pod) | {name: value for alias in shared for name, value in of_alias(alias).items()}
        said = [one.get(field) or {} for one in services for field in ("annotations", "labels")]
        of_rules = {key: value for key, value in template.get("annotations", {}).items() if key.startswith(OURS)}
        assign(template, "annotations", of_rules | notes(project, said))
        assign(workload["metadata"], "annotations", notes(project, [_deploy_labels(one) for one in services]))
        assign(workload["spec"], "selector", _selector(workload, project.name_of(pod)))


def _deploy_labels(service: Any) -> dict[str, Any]:
    return (service.get("deploy") or {}).get("labels") or {}


def _selector(workload: Object, name: str) -> dict[str, Any] | None:
    """What tells its pods from others; a Job is given its own selector by the cluster."""
    return None if workload["kind"] == "Job" else {"matchLabels": {"app": name}}
