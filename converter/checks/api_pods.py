"""Pods, as a server checks them: their containers together, volumes, host names, DNS, scheduling (pkg/apis/core/validation)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from converter.checks.api_containers import container, security
from converter.checks.api_metadata import labels_and_annotations
from converter.checks.api_rules import (
    Fault,
    Faults,
    amount,
    at_least,
    config_key,
    label,
    labels,
    no_duplicates,
    number,
    one_of,
    relative,
    subdomain,
)
from converter.checks.objects import at, containers, each, entries, pod
from converter.findings import Route
from converter.manifests import Object

_HOST_PATHS = ("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")
_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*([a-z0-9][-_a-z0-9]*)?[a-z0-9]")
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")

Spec = Mapping[str, Any]


def pods(document: Object) -> Faults:
    """The pod that a document makes."""
    found = pod(document)
    if found is None:
        return
    template, base = found
    spec, path = entries(template, "spec"), (*base, "spec")
    if base:
        for fault in labels_and_annotations(template, ()):
            yield fault._replace(path=(*base, *fault.path))
    if not spec.get("containers"):
        yield Fault((*path, "containers"), "is empty")
    for item, place in containers(spec, path):
        yield from container(item, place)
    for part in (_together, _init, _volumes, _hosts, _pod_security, _scheduling):
        yield from part(spec, path)


def _together(spec: Spec, path: Route) -> Faults:
    """What containers of a pod must not have in common."""
    every = list(containers(spec, path))
    yield from no_duplicates((), (((*place, "name"), item.get("name")) for item, place in every))
    taken = []
    for item, place in every:
        for port, where in each(item, "ports", base=place):
            if port.get("hostPort"):
                taken.append(((*where, "hostPort"), f"{port['hostPort']}/{port.get('protocol', 'TCP')}{port.get('hostIP', '')}"))
                if spec.get("hostNetwork") is True and port["hostPort"] != port.get("containerPort"):
                    yield Fault((*where, "hostPort"), "must equal 'containerPort' on the network of the host")
    yield from no_duplicates((), taken)


def _init(spec: Spec, path: Route) -> Faults:
    for item, place in each(spec, "initContainers", base=path):
        yield from one_of((*place, "restartPolicy"), item.get("restartPolicy"), "Always", "Never", "OnFailure")
        for key in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if item.get(key) and item.get("restartPolicy") != "Always":
                yield Fault((*place, key), "must not stand in an init container that does not restart")


def _volumes(spec: Spec, path: Route) -> Faults:
    volumes = list(each(spec, "volumes", base=path))
    yield from no_duplicates((), (((*place, "name"), volume.get("name")) for volume, place in volumes))
    for volume, place in volumes:
        yield from label((*place, "name"), volume.get("name"))
        if len([key for key, value in volume.items() if key != "name" and value is not None]) > 1:
            yield Fault(place, "must have one source")
        for key in ("configMap", "secret", "projected", "downwardAPI"):
            source = entries(volume, key)
            yield from _modes(source, (*place, key))
            for part, where in each(source, "sources", base=(*place, key)):
                for inner in ("configMap", "secret"):
                    yield from _modes(entries(part, inner), (*where, inner))
        yield from amount((*place, "emptyDir", "sizeLimit"), at(volume, "emptyDir", "sizeLimit"))
        host = entries(volume, "hostPath")
        yield from one_of((*place, "hostPath", "type"), host.get("type"), *_HOST_PATHS)
        if ".." in str(host.get("path", "")).split("/") or host.get("path") == "":
            yield Fault((*place, "hostPath", "path"), "must be a path without '..'")
        yield from subdomain((*place, "configMap", "name"), at(volume, "configMap", "name"))
        yield from subdomain((*place, "secret", "secretName"), at(volume, "secret", "secretName"))
        yield from subdomain((*place, "persistentVolumeClaim", "claimName"), at(volume, "persistentVolumeClaim", "claimName"))


def _modes(source: Spec, path: Route) -> Faults:
    for holder, place, key in ((source, path, "defaultMode"), *((item, where, "mode") for item, where in each(source, "items", base=path))):
        mode = number(holder.get(key))
        if mode is not None and not 0 <= mode <= 0o777:
            yield Fault((*place, key), "must be between 0 and 0777 (511)")
    for item, place in each(source, "items", base=path):
        yield from config_key((*place, "key"), item.get("key"))
        yield from relative((*place, "path"), item.get("path"))


def _hosts(spec: Spec, path: Route) -> Faults:
    for key in ("hostname", "subdomain"):
        yield from label((*path, key), spec.get(key) or None)
    yield from one_of((*path, "dnsPolicy"), spec.get("dnsPolicy"), "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
    servers = at(spec, "dnsConfig", "nameservers")
    if spec.get("dnsPolicy") == "None" and not servers:
        yield Fault((*path, "dnsConfig", "nameservers"), "must not be empty where 'dnsPolicy' is 'None'")
    if isinstance(servers, list):
        if len(servers) > 3:
            yield Fault((*path, "dnsConfig", "nameservers"), "must be three at most")
        for index, server in enumerate(servers):
            yield from _address((*path, "dnsConfig", "nameservers", index), server)
    for alias, place in each(spec, "hostAliases", base=path):
        yield from _address((*place, "ip"), alias.get("ip"))
        names = alias.get("hostnames")
        for index, name in enumerate(names if isinstance(names, list) else ()):
            yield from subdomain((*place, "hostnames", index), name)


def _address(path: Route, value: Any) -> Faults:
    try:
        ipaddress.ip_address(value if isinstance(value, str) else "::")
    except ValueError:
        yield Fault(path, f"'{value}' is not an IP address")


def _pod_security(spec: Spec, path: Route) -> Faults:
    yield from security(spec, path)
    yield from subdomain((*path, "serviceAccountName"), spec.get("serviceAccountName") or None)
    yield from one_of((*path, "restartPolicy"), spec.get("restartPolicy"), "Always", "OnFailure", "Never")
    yield from at_least((*path, "activeDeadlineSeconds"), spec.get("activeDeadlineSeconds"), 1)
    if spec.get("hostPID") is True and spec.get("shareProcessNamespace") is True:
        yield Fault((*path, "shareProcessNamespace"), "must not stand beside 'hostPID'")
    sysctls = list(each(spec, "securityContext", "sysctls", base=path))
    for sysctl, place in sysctls:
        if isinstance(name := sysctl.get("name"), str) and not _SYSCTL.fullmatch(name):
            yield Fault((*place, "name"), f"'{name}' is not the name of a sysctl")
    yield from no_duplicates((), (((*place, "name"), sysctl.get("name")) for sysctl, place in sysctls))


def _scheduling(spec: Spec, path: Route) -> Faults:
    yield from labels((*path, "nodeSelector"), entries(spec, "nodeSelector"))
    for item, place in each(spec, "tolerations", base=path):
        yield from one_of((*place, "operator"), item.get("operator"), "", "Equal", "Exists")
        yield from one_of((*place, "effect"), item.get("effect"), "", "NoSchedule", "PreferNoSchedule", "NoExecute")
        if item.get("operator") == "Exists" and item.get("value"):
            yield Fault((*place, "value"), "must not stand beside 'Exists'")
    for item, place in each(spec, "topologySpreadConstraints", base=path):
        yield from at_least((*place, "maxSkew"), item.get("maxSkew"), 1)
        yield from one_of((*place, "whenUnsatisfiable"), item.get("whenUnsatisfiable"), "DoNotSchedule", "ScheduleAnyway")
    required = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    for term, place in each(spec, *required, base=path):
        for item, where in each(term, "matchExpressions", base=place):
            yield from one_of((*where, "operator"), item.get("operator"), *_OPERATORS)
            if (item.get("operator") in ("In", "NotIn")) != bool(item.get("values")) and item.get("operator") in _OPERATORS[:4]:
                yield Fault((*where, "values"), "must stand beside 'In' and 'NotIn', and only there")
    for kind in ("podAffinity", "podAntiAffinity"):
        for term, place in each(spec, "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution", base=path):
            if not term.get("topologyKey"):
                yield Fault((*place, "topologyKey"), "is missing")
