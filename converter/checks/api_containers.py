"""Containers, as a server checks them (pkg/apis/core/validation)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from converter.checks.api_rules import (
    Fault,
    Faults,
    amount,
    at_least,
    config_key,
    label,
    no_duplicates,
    number,
    one_of,
    port,
    port_name,
    relative,
    subdomain,
)
from converter.checks.objects import at, each, entries
from converter.findings import Route, Severity
from converter.manifests import quantity

_VARIABLE = re.compile(r"[ -<>-~]+")
_FIELDS = re.compile(
    r"metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?)"
)
_RESOURCES = re.compile(r"cpu|memory|ephemeral-storage|hugepages-.+|[^/]+\..+/.+|.+/.+")
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")

Container = Mapping[str, Any]


def container(item: Container, path: Route) -> Faults:
    """One container of a pod, init or not."""
    yield from label((*path, "name"), item.get("name"))
    image = item.get("image")
    if not image:
        yield Fault((*path, "image"), "is missing")
    elif isinstance(image, str) and image != image.strip():
        yield Fault((*path, "image"), f"'{image}' has blanks around it")
    yield from one_of((*path, "imagePullPolicy"), item.get("imagePullPolicy"), "Always", "IfNotPresent", "Never")
    yield from one_of((*path, "terminationMessagePolicy"), item.get("terminationMessagePolicy"), "File", "FallbackToLogsOnError")
    for part in (_ports, _environment, _mounts, _resources, _probes, _lifecycle, security):
        yield from part(item, path)


def _ports(item: Container, path: Route) -> Faults:
    ports = list(each(item, "ports", base=path))
    for entry, place in ports:
        if number(entry.get("containerPort")) is not None:
            yield from port((*place, "containerPort"), entry["containerPort"])
        if entry.get("hostPort"):
            yield from port((*place, "hostPort"), entry["hostPort"])
        yield from port_name((*place, "name"), entry.get("name"))
        yield from one_of((*place, "protocol"), entry.get("protocol"), "TCP", "UDP", "SCTP")
    yield from no_duplicates((), (((*place, "name"), entry.get("name")) for entry, place in ports))


def _environment(item: Container, path: Route) -> Faults:
    variables = list(each(item, "env", base=path))
    for variable, place in variables:
        name = variable.get("name")
        if name == "" or (isinstance(name, str) and not _VARIABLE.fullmatch(name)):
            yield Fault((*place, "name"), f"'{name}' must be printable ASCII without '='")
        source = entries(variable, "valueFrom")
        given = [key for key in _SOURCES if source.get(key) is not None]
        if "valueFrom" in variable and len(given) != 1:
            yield Fault((*place, "valueFrom"), "must have exactly one source")
        if given and variable.get("value"):
            yield Fault((*place, "valueFrom"), "must not stand beside 'value'")
        field = at(source, "fieldRef", "fieldPath")
        if isinstance(field, str) and not _FIELDS.fullmatch(field):
            yield Fault((*place, "valueFrom", "fieldRef", "fieldPath"), f"'{field}' is no field that a container can read")
        for key in ("configMapKeyRef", "secretKeyRef"):
            yield from config_key((*place, "valueFrom", key, "key"), at(source, key, "key"))
    yield from no_duplicates((), (((*place, "name"), variable.get("name")) for variable, place in variables), Severity.WARNING)
    for source, place in each(item, "envFrom", base=path):
        if len([key for key in ("configMapRef", "secretRef") if source.get(key) is not None]) != 1:
            yield Fault(place, "must have exactly one source")
        for key in ("configMapRef", "secretRef"):
            yield from subdomain((*place, key, "name"), at(source, key, "name"))


def _mounts(item: Container, path: Route) -> Faults:
    mounts = list(each(item, "volumeMounts", base=path))
    for mount, place in mounts:
        if mount.get("mountPath") == "":
            yield Fault((*place, "mountPath"), "is missing")
        yield from relative((*place, "subPath"), mount.get("subPath"))
        yield from relative((*place, "subPathExpr"), mount.get("subPathExpr"))
        if mount.get("subPath") and mount.get("subPathExpr"):
            yield Fault((*place, "subPathExpr"), "must not stand beside 'subPath'")
    yield from no_duplicates((), (((*place, "mountPath"), mount.get("mountPath")) for mount, place in mounts))


def _resources(item: Container, path: Route) -> Faults:
    limits = entries(item, "resources", "limits")
    for kind in ("limits", "requests"):
        for name, value in entries(item, "resources", kind).items():
            place = (*path, "resources", kind, name)
            yield from amount(place, value)
            if not _RESOURCES.fullmatch(name):
                yield Fault(place, f"'{name}' is no resource that Kubernetes knows")
    for name, value in entries(item, "resources", "requests").items():
        wanted, limit = quantity(value), quantity(limits.get(name))
        if wanted is not None and limit is not None and wanted > limit:
            yield Fault((*path, "resources", "requests", name), f"'{value}' is more than the limit '{limits[name]}'")


def _probes(item: Container, path: Route) -> Faults:
    for name in _PROBES:
        probe, place = item.get(name), (*path, name)
        if not isinstance(probe, Mapping):
            continue
        yield from _handler(probe, place, _HANDLERS)
        for key in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
            yield from at_least((*place, key), probe.get(key), 0)
        if name != "readinessProbe" and (number(probe.get("successThreshold")) or 1) != 1:
            yield Fault((*place, "successThreshold"), "must be 1")
        grace = number(probe.get("terminationGracePeriodSeconds"))
        if grace is not None and (grace <= 0 or name == "readinessProbe"):
            wants = "must not be set" if name == "readinessProbe" else "must be 1 or more"
            yield Fault((*place, "terminationGracePeriodSeconds"), wants)


def _lifecycle(item: Container, path: Route) -> Faults:
    for name in ("postStart", "preStop"):
        hook = at(item, "lifecycle", name)
        if isinstance(hook, Mapping):
            yield from _handler(hook, (*path, "lifecycle", name), ("exec", "httpGet", "tcpSocket", "sleep"))


def _handler(probe: Container, path: Route, allowed: tuple[str, ...]) -> Faults:
    """What a probe or hook does: one thing, complete."""
    given = [key for key in allowed if probe.get(key) is not None]
    if len(given) != 1:
        yield Fault(path, f"must have exactly one of {', '.join(allowed)}")
    if "exec" in given and not at(probe, "exec", "command"):
        yield Fault((*path, "exec", "command"), "is missing")
    for key in ("httpGet", "tcpSocket"):
        if key in given:
            yield from port((*path, key, "port"), at(probe, key, "port"), needed=True)
    if "grpc" in given and number(at(probe, "grpc", "port")) is not None:
        yield from port((*path, "grpc", "port"), at(probe, "grpc", "port"))
    yield from one_of((*path, "httpGet", "scheme"), at(probe, "httpGet", "scheme"), "HTTP", "HTTPS")


def security(item: Container, path: Route) -> Faults:
    """The security context of a container or of a pod."""
    context, place = entries(item, "securityContext"), (*path, "securityContext")
    for key in ("runAsUser", "runAsGroup", "fsGroup"):
        yield from at_least((*place, key), context.get(key), 0)
    if context.get("allowPrivilegeEscalation") is False:
        if context.get("privileged") is True:
            yield Fault((*place, "allowPrivilegeEscalation"), "must not be false where 'privileged' is true")
        if "CAP_SYS_ADMIN" in (at(context, "capabilities", "add") or ()):
            yield Fault((*place, "allowPrivilegeEscalation"), "must not be false where 'CAP_SYS_ADMIN' is added")
    for key in ("seccompProfile", "appArmorProfile"):
        profile = entries(context, key)
        yield from one_of((*place, key, "type"), profile.get("type"), "Localhost", "RuntimeDefault", "Unconfined")
        if (profile.get("type") == "Localhost") != bool(profile.get("localhostProfile")):
            yield Fault((*place, key, "localhostProfile"), "must stand beside the type 'Localhost', and only there")
    yield from one_of((*place, "fsGroupChangePolicy"), context.get("fsGroupChangePolicy"), "OnRootMismatch", "Always")
