"""Manifests that nothing is wrong with, and a way to put one fault into one of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from converter.findings import Route

Object = dict[str, Any]
GONE = object()
"""In place of a value: the key is taken out."""


def container(**fields: Any) -> dict[str, Any]:
    return {"name": "web", "image": "nginx:1", "ports": [{"name": "http", "containerPort": 8080}], **fields}


def pod(**fields: Any) -> dict[str, Any]:
    return {"containers": [container()], **fields}


def deployment(name: str = "web", **fields: Any) -> Object:
    template = {"metadata": {"labels": {"app": name}}, "spec": pod(**fields)}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "strategy": {"type": "Recreate"}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "ns"}, "spec": spec}


def service(name: str = "web", **fields: Any) -> Object:
    spec = {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}], **fields}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "ns"}, "spec": spec}


def of_kind(version: str, kind: str, name: str = "x", **fields: Any) -> Object:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "ns"}, **fields}


def config(**data: str) -> Object:
    return of_kind("v1", "ConfigMap", "config", data=data)


def secret(**fields: Any) -> Object:
    return of_kind("v1", "Secret", "s", **fields)


def claim(**fields: Any) -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **fields}
    return of_kind("v1", "PersistentVolumeClaim", "data", spec=spec)


def job(**fields: Any) -> Object:
    return of_kind("batch/v1", "Job", "once", spec={"template": {"spec": pod(restartPolicy="Never")}, **fields})


def cron_job(**fields: Any) -> Object:
    template = {"spec": {"template": {"spec": pod(restartPolicy="Never")}}}
    return of_kind("batch/v1", "CronJob", "often", spec={"schedule": "*/5 * * * *", "jobTemplate": template, **fields})


def stateful_set() -> Object:
    document = deployment()
    del document["spec"]["strategy"]
    document["spec"]["serviceName"] = "web"
    return {**document, "kind": "StatefulSet"}


def ingress() -> Object:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    return of_kind("networking.k8s.io/v1", "Ingress", spec={"rules": [{"host": "a.example", "http": {"paths": paths}}]})


def network_policy(**fields: Any) -> Object:
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], **fields}
    return of_kind("networking.k8s.io/v1", "NetworkPolicy", spec=spec)


def autoscaler(**fields: Any) -> Object:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return of_kind(
        "autoscaling/v2", "HorizontalPodAutoscaler", spec={"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 2, **fields}
    )


def budget(**fields: Any) -> Object:
    return of_kind("policy/v1", "PodDisruptionBudget", spec={"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}, **fields})


def role(**fields: Any) -> Object:
    return of_kind("rbac.authorization.k8s.io/v1", "Role", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], **fields}])


def binding(name: str = "r", account: str = "a") -> Object:
    return of_kind(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        subjects=[{"kind": "ServiceAccount", "name": account, "namespace": "ns"}],
    )


SOUND: tuple[Callable[[], Object], ...] = (
    *(deployment, service, config, secret, claim, job, cron_job, stateful_set, ingress, network_policy, autoscaler, budget, role, binding),
)


def with_fault(document: Object, path: str, value: Any) -> Object:
    """A copy of `document` with `value` at a path like `spec.template.spec.containers.0.name`; `@` stands for the pod spec."""
    document = copy.deepcopy(document)
    pod_path = "spec.jobTemplate.spec.template.spec" if document["kind"] == "CronJob" else "spec.template.spec"
    steps: Route = tuple(int(step) if step.isdigit() else step for step in path.replace("@", pod_path).split("."))
    target: Any = document
    for step, following in pairwise(steps):
        if isinstance(step, str):
            target = target.setdefault(step, [] if isinstance(following, int) else {})
        else:
            while len(target) <= step:
                target.append({})
            target = target[step]
    if value is GONE:
        del target[steps[-1]]
    elif isinstance(target, list) and steps[-1] == len(target):
        target.append(value)
    else:
        target[steps[-1]] = value
    return document
