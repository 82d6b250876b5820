"""What an API server refuses though the schema allows it, for the kinds that a conversion writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from converter.checks.api_metadata import metadata, selector, workload
from converter.checks.api_network import ingress, network_policy, service
from converter.checks.api_objects import autoscaler, binding, budget, claim, config, job, role
from converter.checks.api_pods import pods
from converter.checks.api_rules import Faults
from converter.checks.objects import fault
from converter.findings import Finding
from converter.manifests import Object

_REPLICATED = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")

RULES: tuple[tuple[tuple[str, ...], Callable[[Object], Faults]], ...] = (
    ((), metadata),
    (_REPLICATED, selector),
    (_REPLICATED, workload),
    (("Job", "CronJob"), job),
    (("Pod", "Job", "CronJob", *_REPLICATED), pods),
    (("Service",), service),
    (("ConfigMap", "Secret"), config),
    (("PersistentVolumeClaim", "PersistentVolume"), claim),
    (("Ingress",), ingress),
    (("NetworkPolicy",), network_policy),
    (("HorizontalPodAutoscaler",), autoscaler),
    (("PodDisruptionBudget",), budget),
    (("Role", "ClusterRole"), role),
    (("RoleBinding", "ClusterRoleBinding"), binding),
)
"""Kinds (none: all) and what is checked in them."""


def check(documents: Iterable[Object]) -> Iterator[Finding]:
    """Hold documents against the rules of an API server."""
    for document in documents:
        kind = document.get("kind")
        for kinds, rule in RULES:
            if isinstance(kind, str) and (not kinds or kind in kinds):
                for path, message, severity in rule(document):
                    yield fault("api", document, path, message, severity=severity)
