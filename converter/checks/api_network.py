"""Services, Ingresses and network policies, as a server checks them (pkg/apis/core/validation, pkg/apis/networking/validation)."""

from __future__ import annotations

import ipaddress
from typing import Any

from converter.checks.api_rules import Fault, Faults, label, labels, no_duplicates, number, one_of, port, port_name, service_name, subdomain
from converter.checks.objects import at, each, entries
from converter.findings import Route
from converter.manifests import Object


def service(document: Object) -> Faults:
    """A Service."""
    spec, path = entries(document, "spec"), ("spec",)
    kind, address = spec.get("type") or "ClusterIP", spec.get("clusterIP")
    yield from one_of((*path, "type"), kind, "ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
    yield from one_of((*path, "sessionAffinity"), spec.get("sessionAffinity"), "ClientIP", "None")
    yield from labels((*path, "selector"), entries(spec, "selector"))
    if kind == "ExternalName":
        yield from subdomain((*path, "externalName"), str(spec.get("externalName") or "").rstrip("."))
    elif not spec.get("ports") and address != "None":
        yield Fault((*path, "ports"), "is empty")
    if isinstance(address, str) and address not in ("", "None") and not _is_address(address):
        yield Fault((*path, "clusterIP"), f"'{address}' is not an IP address")
    if address == "None" and kind in ("NodePort", "LoadBalancer"):
        yield Fault((*path, "clusterIP"), f"must not be 'None' for a Service of type '{kind}'")
    if spec.get("externalTrafficPolicy") and kind == "ClusterIP":
        yield Fault((*path, "externalTrafficPolicy"), "must not stand in a Service of type 'ClusterIP'")
    yield from _service_ports(document, kind)


def _service_ports(document: Object, kind: str) -> Faults:
    ports = list(each(document, "spec", "ports"))
    for entry, place in ports:
        yield from port((*place, "port"), entry.get("port"), needed=True)
        yield from port((*place, "targetPort"), entry.get("targetPort"))
        yield from one_of((*place, "protocol"), entry.get("protocol"), "TCP", "UDP", "SCTP")
        yield from label((*place, "name"), entry.get("name") or None)
        if len(ports) > 1 and not entry.get("name"):
            yield Fault((*place, "name"), "is missing: a Service with several ports names each")
        node = number(entry.get("nodePort"))
        if node and kind in ("ClusterIP", "ExternalName"):
            yield Fault((*place, "nodePort"), f"must not stand in a Service of type '{kind}'")
        elif node and not 30000 <= node <= 32767:
            yield Fault((*place, "nodePort"), f"'{node}' is not between 30000 and 32767")
    yield from no_duplicates((), (((*place, "name"), entry.get("name")) for entry, place in ports))
    for key in ("port", "nodePort"):
        used = (((*place, key), f"{entry[key]}/{entry.get('protocol') or 'TCP'}") for entry, place in ports if entry.get(key))
        yield from no_duplicates((), used)


def ingress(document: Object) -> Faults:
    """An Ingress."""
    if not at(document, "spec", "rules") and not at(document, "spec", "defaultBackend"):
        yield Fault(("spec",), "must have 'rules' or 'defaultBackend'")
    if at(document, "spec", "defaultBackend") is not None:
        yield from _backend(at(document, "spec", "defaultBackend"), ("spec", "defaultBackend"))
    for rule, place in each(document, "spec", "rules"):
        host = rule.get("host")
        if isinstance(host, str) and host:
            yield from subdomain((*place, "host"), host.removeprefix("*."))
            if _is_address(host):
                yield Fault((*place, "host"), "must be a DNS name, not an IP address")
        for item, where in each(rule, "http", "paths", base=place):
            yield from one_of((*where, "pathType"), item.get("pathType"), "Exact", "Prefix", "ImplementationSpecific")
            path = str(item.get("path") or "")
            if item.get("pathType") in ("Exact", "Prefix"):
                if not path.startswith("/"):
                    yield Fault((*where, "path"), "must begin with '/'")
                if any(part in path for part in ("//", "/./", "/../", "%2f", "%2F")) or path.endswith(("/..", "/.")):
                    yield Fault((*where, "path"), "must hold no '//', '/./', '/../' or '%2f'")
            yield from _backend(item.get("backend"), (*where, "backend"))


def _backend(backend: Any, path: Route) -> Faults:
    if (at(backend, "service") is None) == (at(backend, "resource") is None):
        yield Fault(path, "must have either a Service or a resource")
    elif at(backend, "service") is not None:
        number_, name = at(backend, "service", "port", "number"), at(backend, "service", "port", "name")
        yield from service_name((*path, "service", "name"), at(backend, "service", "name"))
        if bool(number_) == bool(name):
            yield Fault((*path, "service", "port"), "must have either a number or a name")
        yield from port((*path, "service", "port", "number"), number_ or None)
        yield from port_name((*path, "service", "port", "name"), name or None)


def network_policy(document: Object) -> Faults:
    """A NetworkPolicy."""
    types = at(document, "spec", "policyTypes")
    for index, kind in enumerate(types if isinstance(types, list) else ()):
        yield from one_of(("spec", "policyTypes", index), kind, "Ingress", "Egress")
    yield from labels(("spec", "podSelector", "matchLabels"), entries(document, "spec", "podSelector", "matchLabels"))
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule, place in each(document, "spec", direction):
            for peer, where in each(rule, side, base=place):
                block = entries(peer, "ipBlock")
                if all(peer.get(key) is None for key in ("ipBlock", "podSelector", "namespaceSelector")):
                    yield Fault(where, "names no peer")
                if block and (peer.get("podSelector") is not None or peer.get("namespaceSelector") is not None):
                    yield Fault((*where, "ipBlock"), "must not stand beside a selector")
                elif block:
                    yield from _block(block.get("cidr"), block.get("except"), (*where, "ipBlock"))
            for entry, where in each(rule, "ports", base=place):
                yield from port((*where, "port"), entry.get("port"))
                yield from one_of((*where, "protocol"), entry.get("protocol"), "TCP", "UDP", "SCTP")


def _block(cidr: Any, holes: Any, path: Route) -> Faults:
    yield from _network((*path, "cidr"), cidr)
    for index, hole in enumerate(holes if isinstance(holes, list) else ()):
        try:
            outer, inner = ipaddress.ip_network(str(cidr), strict=False), ipaddress.ip_network(str(hole), strict=False)
            inside = outer != inner and outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # same version
        except ValueError:
            inside = False
        if not inside:
            yield Fault((*path, "except", index), f"'{hole}' is not a part of '{cidr}'")


def _network(path: Route, value: Any) -> Faults:
    try:
        found = isinstance(value, str) and "/" in value and ipaddress.ip_network(value, strict=False)
    except ValueError:
        found = False
    if isinstance(value, str) and not found:
        yield Fault(path, f"'{value}' is not an IP range as '10.0.0.0/8'")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
