"""Whether everything that a bundle names is in it: objects, keys, volumes, ports, and the hosts of the Compose project.

No API server checks any of this: each is accepted, and then a pod never starts or a client finds nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from converter.checks.bundle import Bundle, Pod
from converter.checks.hosts import docker_resolver, unknown_hosts
from converter.checks.objects import at, each, entries, fault, name_of, namespace_of, words
from converter.checks.selectors import selectors
from converter.findings import Finding, Route, Severity
from converter.manifests import Object

_CHECK = "references"
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_REFERENCE = re.compile(r"(?<!\$)(?:\$\$)*\$\(([^()]+)\)")


def check(
    documents: Iterable[Object], *, outside: Collection[tuple[str, str]] = (), hosts: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Look up every reference.

    `outside` are the kind and name of objects that are made apart; `hosts` are the names that Compose resolves, each with its service.
    """
    bundle = Bundle(documents, outside)
    yield from _duplicates(bundle)
    for pod in bundle.pods:
        yield from _volumes(bundle, pod)
        yield from _containers(bundle, pod)
        yield from _accounts(bundle, pod)
    yield from _pull_secrets(bundle)
    yield from _bindings(bundle)
    yield from selectors(bundle)
    yield from _shared_claims(bundle)
    yield from unknown_hosts(bundle, hosts or {})
    yield from docker_resolver(bundle)


def _duplicates(bundle: Bundle) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for document in bundle.documents:
        group = str(document.get("apiVersion")).rpartition("/")[0]
        key = group, str(document.get("kind")), namespace_of(document), name_of(document)
        if key in seen and key[-1]:
            yield fault(_CHECK, document, (), "stands twice in the bundle", hint="the second replaces the first: give it another name")
        seen.add(key)


def _volumes(bundle: Bundle, pod: Pod) -> Iterator[Finding]:
    for volume, path in each(pod.spec, "volumes", base=pod.path):
        sources = [(volume, path), *each(volume, "projected", "sources", base=path)]
        for source, place in sources:
            config = entries(source, "configMap")
            yield from _needs(bundle, pod, "ConfigMap", config, "name", (*place, "configMap"))
            secret = entries(source, "secret")
            yield from _needs(bundle, pod, "Secret", secret, "secretName" if "secretName" in secret else "name", (*place, "secret"))
        claim = entries(volume, "persistentVolumeClaim")
        yield from _needs(bundle, pod, "PersistentVolumeClaim", claim, "claimName", (*path, "persistentVolumeClaim"))


def _containers(bundle: Bundle, pod: Pod) -> Iterator[Finding]:
    volumes = {str(volume.get("name")) for volume, _ in each(pod.spec, "volumes")}
    volumes |= {name_of(dict(template)) for template, _ in each(pod.document, "spec", "volumeClaimTemplates")}
    for container, path in pod.containers():
        for mount, place in each(container, "volumeMounts", base=path):
            if str(mount.get("name")) not in volumes:
                yield fault(_CHECK, pod.document, (*place, "name"), f"names the volume '{mount.get('name')}', which the pod does not have")
        for source, place in each(container, "envFrom", base=path):
            yield from _needs(bundle, pod, "ConfigMap", entries(source, "configMapRef"), "name", (*place, "configMapRef"))
            yield from _needs(bundle, pod, "Secret", entries(source, "secretRef"), "name", (*place, "secretRef"))
        for variable, place in each(container, "env", base=path):
            for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
                yield from _needs(bundle, pod, kind, entries(variable, "valueFrom", key), "name", (*place, "valueFrom", key))
        yield from _probe_ports(pod, container, path)
        yield from _probe_variables(pod, container, path)


def _probe_ports(pod: Pod, container: Mapping[str, Any], path: Route) -> Iterator[Finding]:
    names = {str(port.get("name")) for port, _ in each(container, "ports")}
    for probe in _PROBES:
        for handler in ("httpGet", "tcpSocket"):
            port = at(container, probe, handler, "port")
            if isinstance(port, str) and not port.isdigit() and port not in names:
                yield fault(
                    _CHECK, pod.document, (*path, probe, handler, "port"), f"names the port '{port}', which the container does not have"
                )


def _probe_variables(pod: Pod, container: Mapping[str, Any], path: Route) -> Iterator[Finding]:
    """Commands of probes that use a variable from elsewhere (seen on a node: the kubelet knows only plain values of `env` there)."""
    elsewhere = {str(variable.get("name")) for variable, _ in each(container, "env") if "valueFrom" in variable}
    for probe in _PROBES:
        for index, word in enumerate(words(container, probe, "exec", "command")):
            for name in sorted(elsewhere & {match[1] for match in _REFERENCE.finditer(word)}):
                message = f"uses '$({name})', which is empty there: a probe knows only variables with a plain value"
                hint = f"let a shell read it: [sh, -c, '... \"${name}\" ...']"
                yield fault(_CHECK, pod.document, (*path, probe, "exec", "command", index), message, hint=hint, severity=Severity.WARNING)


def _accounts(bundle: Bundle, pod: Pod) -> Iterator[Finding]:
    account = pod.spec.get("serviceAccountName")
    if account and account != "default" and not bundle.has("ServiceAccount", pod.namespace, str(account)):
        yield _absent(pod.document, (*pod.path, "serviceAccountName"), "ServiceAccount", str(account))


def _pull_secrets(bundle: Bundle) -> Iterator[Finding]:
    """Secrets that images are pulled with, once each: they are made apart."""
    told: set[tuple[str, str]] = set()
    for pod in bundle.pods:
        for secret, path in each(pod.spec, "imagePullSecrets", base=pod.path):
            key = pod.namespace, str(secret.get("name"))
            if key not in told and not bundle.has("Secret", *key):
                message = f"names Secret '{key[1]}': create it apart, images cannot be pulled without it"
                yield fault(_CHECK, pod.document, path, message, severity=Severity.INFO)
            told.add(key)


def _needs(bundle: Bundle, pod: Pod, kind: str, reference: Mapping[str, Any], field: str, path: Route) -> Iterator[Finding]:
    """A reference to an object, and to keys in it."""
    name = reference.get(field)
    if not name or reference.get("optional") is True:
        return
    if not bundle.has(kind, pod.namespace, str(name)):
        yield _absent(pod.document, (*path, field), kind, str(name))
    target = bundle.find(kind, pod.namespace, str(name))
    if target is None:
        return
    keys = {*entries(target, "data"), *entries(target, "binaryData"), *entries(target, "stringData")}
    wanted = [(reference["key"], (*path, "key"))] if "key" in reference else []
    wanted += [(item.get("key"), (*place, "key")) for item, place in each(reference, "items", base=path)]
    for key, place in wanted:
        if str(key) not in keys:
            yield fault(_CHECK, pod.document, place, f"names the key '{key}', which {kind} '{name}' does not have")


def _bindings(bundle: Bundle) -> Iterator[Finding]:
    for binding in bundle.of_kind("RoleBinding", "ClusterRoleBinding"):
        namespace, role = namespace_of(binding), entries(binding, "roleRef")
        if role.get("kind") == "Role" and not bundle.has("Role", namespace, str(role.get("name"))):
            yield _absent(binding, ("roleRef", "name"), "Role", str(role.get("name")))
        for subject, path in each(binding, "subjects"):
            where, name = str(subject.get("namespace") or namespace), str(subject.get("name"))
            if subject.get("kind") == "ServiceAccount" and name != "default" and not bundle.has("ServiceAccount", where, name):
                yield _absent(binding, (*path, "name"), "ServiceAccount", name)


def _shared_claims(bundle: Bundle) -> Iterator[Finding]:
    """Claims that one node at a time may mount, in pods that may stand on several."""
    users: dict[tuple[str, str], list[Pod]] = {}
    for pod in bundle.pods:
        for volume, path in each(pod.spec, "volumes", base=pod.path):
            name = str(at(volume, "persistentVolumeClaim", "claimName"))
            claim = bundle.find("PersistentVolumeClaim", pod.namespace, name)
            if claim is None or not set(words(claim, "spec", "accessModes")) <= {"ReadWriteOnce", "ReadWriteOncePod"}:
                continue
            users.setdefault((pod.namespace, name), []).append(pod)
            yield from _overlaps(pod, name, path)
    for (_, name), pods in sorted(users.items()):
        loose = [pod for pod in pods if pod.document.get("kind") != "DaemonSet"]  # of one _overlaps speaks
        loose = [pod for pod in loose if not at(pod.spec, "affinity", "podAffinity") and not pod.spec.get("nodeName")]
        for pod in loose[1:] if len(pods) > 1 else ():
            message = f"shares the claim '{name}' with '{name_of(loose[0].document)}', and only one node at a time can mount it"
            yield fault(_CHECK, pod.document, (), message, hint="keep both on one node, or use ReadWriteMany", severity=Severity.WARNING)


def _overlaps(pod: Pod, claim: str, path: Route) -> Iterator[Finding]:
    replicas = at(pod.document, "spec", "replicas")
    if isinstance(replicas, int) and replicas > 1:
        message = f"mounts '{claim}', which one node at a time can mount, in {replicas} pods"
        yield fault(_CHECK, pod.document, path, message, severity=Severity.WARNING)
    elif pod.document.get("kind") == "DaemonSet":
        message = f"mounts '{claim}', which one node at a time can mount, in a pod on each node: those of the others never start"
        hint = f"give the claim '{claim}' the access mode ReadWriteMany, if its storage class can, or run one pod"
        yield fault(_CHECK, pod.document, path, message, hint=hint, severity=Severity.WARNING)
    elif pod.document.get("kind") == "Deployment" and at(pod.document, "spec", "strategy", "type") != "Recreate":
        message = f"mounts '{claim}', which one node at a time can mount: a rolling update starts the new pod before the old one has gone"
        yield fault(_CHECK, pod.document, path, message, hint="set 'spec.strategy.type' to 'Recreate'", severity=Severity.WARNING)


def _absent(document: Object, path: Route, kind: str, name: str) -> Finding:
    return fault(_CHECK, document, path, f"names {kind} '{name}', which is not in the bundle")
