"""Whether hosts that containers, mounted files and Secrets name resolve in the cluster: a literal look, that knows of no rewriting.

Compose resolves service keys, container names and aliases, underscores included; a cluster resolves the names of Services.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from converter.checks.bundle import Bundle, Pod
from converter.checks.objects import each, entries, fault, name_of, namespace_of, words
from converter.compose.file_hosts import upstreams
from converter.findings import Finding, Route, Severity
from converter.manifests import Object

_HOST_VARIABLE = re.compile(r"(?i)(?:^|_)(?:HOST|HOSTS|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|BROKER|BROKERS|URL|URI|DSN)(?:$|_)")
_RESOLVER = re.compile(r"(?<![\d.])127\.0\.0\.11(?![\d.]*\d)")
_COMMANDS = (("command",), ("args",), *((probe, "exec", "command") for probe in ("startupProbe", "livenessProbe", "readinessProbe")))


def unknown_hosts(bundle: Bundle, hosts: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each text that uses one of `hosts` as a host where no Service has that name."""
    namespaces = {namespace_of(document) for document in bundle.documents}
    for namespace in sorted(namespaces):
        services = {name_of(document) for document in bundle.of_kind("Service") if namespace_of(document) == namespace}
        services |= {name for kind, name in bundle.outside if kind == "Service"}
        known = services | {"localhost"} | set(_upstreams(bundle, namespace))
        absent = {host.lower(): service for host, service in hosts.items() if host.lower() not in known}
        if absent:
            yield from _search(bundle, namespace, absent)


def docker_resolver(bundle: Bundle) -> Iterator[Finding]:
    """A warning for each text that asks Docker's own name server, which no pod has."""
    for namespace in sorted({namespace_of(document) for document in bundle.documents}):
        for document, path, _, text, _ in _texts(bundle, namespace):
            if _RESOLVER.search(text):
                hint = "ask the cluster's, and by whole names: <service>.<namespace>.svc.cluster.local"
                message = "asks the name server 127.0.0.11, which only Docker has"
                yield fault("references", document, path, message, hint=hint, severity=Severity.WARNING)


def _upstreams(bundle: Bundle, namespace: str) -> Iterator[str]:
    """The names that files of nginx give to their own upstream blocks."""
    for config in bundle.of_kind("ConfigMap"):
        for text in entries(config, "data").values() if namespace_of(config) == namespace else ():
            yield from (name.lower() for name in upstreams(str(text)))


def _search(bundle: Bundle, namespace: str, absent: Mapping[str, str]) -> Iterator[Finding]:
    names = "|".join(map(re.escape, sorted(absent, key=lambda name: (-len(name), name))))
    used = re.compile(rf"(?i)(?:://(?:[^/@\s]*@)?({names})(?![\w.-])|(?<![\w.$/-])({names}):(?=\d))")
    for document, path, name, text, own in _texts(bundle, namespace):
        found = {(match[1] or match[2]).lower() for match in used.finditer(text)}
        if text.lower() in absent and _HOST_VARIABLE.search(name):
            found.add(text.lower())
        for host in sorted(found - own):
            unless = " unless a name server outside knows it" if "." in host else ""
            message = f"names the host '{host}', which does not resolve in the cluster{unless}"
            hint = f"Compose means the service '{absent[host]}': use the name of its Service"
            yield fault("references", document, path, message, hint=hint, severity=_weight(host))


def _weight(host: str) -> Severity:
    """A name with a dot may be one that a name server outside knows; one without is of Compose alone."""
    return Severity.WARNING if "." in host else Severity.ERROR


def _texts(bundle: Bundle, namespace: str) -> Iterator[tuple[Object, Route, str, str, set[str]]]:
    """Document, path, name of the variable if any, text, and the hosts that only this pod resolves."""
    for pod in bundle.pods:
        if pod.namespace == namespace:
            own = _own(pod)
            for container, base in pod.containers():
                yield from ((pod.document, path, name, text, own) for path, name, text in _words(container, base))
    for config in bundle.of_kind("ConfigMap"):
        if namespace_of(config) == namespace:
            users = [_own(pod) for pod in bundle.pods if pod.namespace == namespace and name_of(config) in _mounted(pod)]
            own = set.intersection(*users) if users else set()
            for key, text in entries(config, "data").items():
                yield config, ("data", key), key, str(text), own
    for secret in bundle.of_kind("Secret"):
        if namespace_of(secret) == namespace:
            yield from ((secret, path, str(path[-1]), text, set[str]()) for path, text in _secret_texts(secret))


def _secret_texts(secret: Object) -> Iterator[tuple[Route, str]]:
    """Path and value of each key of a Secret; what is told of a value is no more than a name that stands in the Compose file too."""
    for key, text in entries(secret, "stringData").items():
        yield ("stringData", key), str(text)
    for key, text in entries(secret, "data").items():
        try:
            yield ("data", key), base64.b64decode(str(text), validate=True).decode()
        except ValueError:
            continue


def _own(pod: Pod) -> set[str]:
    """The hosts that a pod resolves by its own /etc/hosts."""
    names = {name.lower() for alias, _ in each(pod.spec, "hostAliases") for name in words(alias, "hostnames")}
    return names | {str(pod.spec.get("hostname")).lower()}


def _mounted(pod: Pod) -> set[str]:
    """The names of the ConfigMaps that a pod mounts."""
    volumes = [volume for volume, _ in each(pod.spec, "volumes")]
    sources = [source for volume in volumes for source, _ in each(entries(volume, "projected"), "sources")]
    return {str(entries(one, "configMap").get("name")) for one in (*volumes, *sources)}


def _words(container: Mapping[str, Any], base: Route) -> Iterator[tuple[Route, str, str]]:
    """Path, name of the variable if any, and text of what a container is told."""
    for variable, path in each(container, "env", base=base):
        if isinstance(value := variable.get("value"), str):
            yield (*path, "value"), str(variable.get("name")), value
    for field in _COMMANDS:
        for index, word in enumerate(words(container, *field)):
            yield (*base, *field, index), "", word
