"""HTTP hosts of an overlay and the Ingress that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.manifests import Object
from converter.rules.writing.kinds import Address, Goal, Name


@dataclass(frozen=True)
class Ingress:
    """HTTP hosts and where they lead: host or `host/path` -> service or `service:port`; `tls` names the Secret of a certificate."""

    class_name: Name = ""
    hosts: Mapping[Address, Goal] = field(default_factory=dict)
    tls: Name = ""

    def leading_to(self, project: Project, backends: Mapping[str, tuple[str, int]]) -> Object:
        """The Ingress object; `backends` has the (service, port) of each address."""
        rules: dict[str, list[dict[str, Any]]] = {}
        for address, (key, number) in backends.items():
            host, slash, path = address.partition("/")
            backend = {"service": {"name": project.name_of(key), "port": {"number": number}}}
            rules.setdefault(host, []).append({"path": slash + path or "/", "pathType": "Prefix", "backend": backend})
        spec: dict[str, Any] = {"rules": [{"host": host, "http": {"paths": paths}} for host, paths in rules.items()]}
        if self.class_name:
            spec["ingressClassName"] = self.class_name
        if self.tls:
            spec["tls"] = [{"hosts": list(rules), "secretName": self.tls}]
        name = kubernetes_name(project.name)
        return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec}
