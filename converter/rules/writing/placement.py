"""`deploy.placement` of Compose in the words of a scheduler."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from converter.compose.project import Service

_CONSTRAINT = re.compile(r"\s*(node\.[\w./-]+)\s*(==|!=)\s*(\S+)\s*")
_KNOWN = {"node.hostname": "kubernetes.io/hostname", "node.platform.os": "kubernetes.io/os", "node.platform.arch": "kubernetes.io/arch"}
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
_LABEL = "node.labels."
_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")


def node_affinity(services: Iterable[Service]) -> dict[str, Any]:
    """`nodeAffinity` of the constraints of all services in a pod: node labels, host name, system, architecture. No node has a role."""
    found = {(one["key"], one["operator"], *one["values"]): one for service in services for one in _expressions(service)}
    expressions = [found[key] for key in sorted(found)]
    if not expressions:
        return {}
    return {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}


def spread(services: Iterable[Service], name: str) -> list[dict[str, Any]]:
    """`topologySpreadConstraints` of the preferences, in their order, for the pods with label `app: <name>`."""
    keys = [str(one.get("spread", "")) for service in services for one in _placement(service, "preferences")]
    return [
        {
            "maxSkew": 1,
            "topologyKey": key.removeprefix(_LABEL),
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": name}},
        }
        for key in dict.fromkeys(keys)
        if key.startswith(_LABEL) and _KEY.fullmatch(key.removeprefix(_LABEL))
    ]


def _expressions(service: Service) -> Iterator[dict[str, Any]]:
    for text in _placement(service, "constraints"):
        if not (match := _CONSTRAINT.fullmatch(str(text))):
            continue
        key = match[1].removeprefix(_LABEL) if match[1].startswith(_LABEL) else _KNOWN.get(match[1], "")
        value = _ARCHITECTURES.get(match[3], match[3]) if match[1] == "node.platform.arch" else match[3]
        if _KEY.fullmatch(key) and _VALUE.fullmatch(value):
            yield {"key": key, "operator": "In" if match[2] == "==" else "NotIn", "values": [value]}


def _placement(service: Service, key: str) -> list[Any]:
    return ((service.get("deploy") or {}).get("placement") or {}).get(key) or []
