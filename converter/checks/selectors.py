"""Whether what selects, targets or routes to pods meets any: Services, Ingresses, autoscalers, budgets, network policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.checks.bundle import Bundle
from converter.checks.objects import at, each, entries, fault, namespace_of
from converter.findings import Finding, Route, Severity
from converter.manifests import Object

_CHECK = "references"


def selectors(bundle: Bundle) -> Iterator[Finding]:
    """A finding for each selector that no pod carries and each target that is not there."""
    for service in bundle.of_kind("Service"):
        yield from _service(bundle, service)
    for workload in bundle.of_kind("StatefulSet"):
        name = str(at(workload, "spec", "serviceName") or "")
        if name and not bundle.has("Service", namespace_of(workload), name):
            yield fault(_CHECK, workload, ("spec", "serviceName"), f"names Service '{name}', which is not in the bundle")
    for ingress in bundle.of_kind("Ingress"):
        yield from _ingress(bundle, ingress)
    for scaler in bundle.of_kind("HorizontalPodAutoscaler"):
        yield from _autoscaler(bundle, scaler)
    for budget in bundle.of_kind("PodDisruptionBudget"):
        selector = at(budget, "spec", "selector")
        if selector and not bundle.matched(namespace_of(budget), selector):
            yield fault(_CHECK, budget, ("spec", "selector"), "selects no pod of the bundle")
    for policy in bundle.of_kind("NetworkPolicy"):
        yield from _policy(bundle, policy)


def _service(bundle: Bundle, service: Object) -> Iterator[Finding]:
    labels = entries(service, "spec", "selector")
    if not labels or at(service, "spec", "type") == "ExternalName":
        return
    pods = bundle.selected(namespace_of(service), labels)
    if not pods:
        yield fault(_CHECK, service, ("spec", "selector"), "selects no pod of the bundle", hint="clients would be refused")
        return
    names = {name for pod in pods for name in pod.port_names()}
    for port, path in each(service, "spec", "ports"):
        target = port.get("targetPort")
        if isinstance(target, str) and not target.isdigit() and target not in names:
            yield fault(_CHECK, service, (*path, "targetPort"), f"names the port '{target}', which no selected pod has")


def _ingress(bundle: Bundle, ingress: Object) -> Iterator[Finding]:
    spec: Route = ("spec",)
    backends: list[tuple[Mapping[str, Any], Route]] = [(entries(ingress, "spec", "defaultBackend"), (*spec, "defaultBackend"))]
    for rule, place in each(ingress, "spec", "rules"):
        backends += [(entries(path, "backend"), (*where, "backend")) for path, where in each(rule, "http", "paths", base=place)]
    for backend, place in backends:
        name = str(at(backend, "service", "name") or "")
        service = bundle.find("Service", namespace_of(ingress), name)
        if name and not bundle.has("Service", namespace_of(ingress), name):
            yield fault(_CHECK, ingress, (*place, "service", "name"), f"names Service '{name}', which is not in the bundle")
        elif service:
            ports = [port for port, _ in each(service, "spec", "ports")]
            for key, known in (("number", [port.get("port") for port in ports]), ("name", [port.get("name") for port in ports])):
                wanted = at(backend, "service", "port", key)
                if wanted is not None and wanted not in known:
                    message = f"names the port '{wanted}', which Service '{name}' does not have"
                    yield fault(_CHECK, ingress, (*place, "service", "port", key), message)
    issued = any("cert-manager.io/" in key for key in entries(ingress, "metadata", "annotations"))
    for tls, place in each(ingress, "spec", "tls"):
        secret = str(tls.get("secretName") or "")
        if secret and not issued and not bundle.has("Secret", namespace_of(ingress), secret):
            message = f"names Secret '{secret}': create it apart"
            yield fault(_CHECK, ingress, (*place, "secretName"), message, severity=Severity.INFO)


def _autoscaler(bundle: Bundle, scaler: Object) -> Iterator[Finding]:
    target, path = entries(scaler, "spec", "scaleTargetRef"), ("spec", "scaleTargetRef")
    kind, name = str(target.get("kind")), str(target.get("name"))
    workload = bundle.find(kind, namespace_of(scaler), name)
    if workload is None:
        yield fault(_CHECK, scaler, (*path, "name"), f"names {kind} '{name}', which is not in the bundle")
    elif at(workload, "spec", "replicas") is not None:
        message = f"scales {kind} '{name}', whose 'spec.replicas' sets it back at each apply"
        yield fault(_CHECK, scaler, path, message, hint=f"leave out 'spec.replicas' of {kind} '{name}'", severity=Severity.WARNING)


def _policy(bundle: Bundle, policy: Object) -> Iterator[Finding]:
    namespace, selector = namespace_of(policy), at(policy, "spec", "podSelector")
    if selector and not bundle.matched(namespace, selector):
        yield fault(_CHECK, policy, ("spec", "podSelector"), "selects no pod of the bundle", hint="it protects nothing")
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule, place in each(policy, "spec", direction):
            for peer, where in each(rule, side, base=place):
                pods = peer.get("podSelector")
                if pods and "namespaceSelector" not in peer and not bundle.matched(namespace, pods):
                    yield fault(_CHECK, policy, (*where, "podSelector"), "selects no pod of the bundle", severity=Severity.WARNING)
