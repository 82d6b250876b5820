"""The rule `services`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from converter.compose import names
from converter.compose.ports import container_ports, finds_itself, needs_service, shared_ports, too_many
from converter.compose.project import Project
from converter.compose.shared_aliases import shared_aliases
from converter.compose.workloads import kind_of, names_itself, pod_of
from converter.findings import Finding, Severity
from converter.manifests import Manifests, pod_spec
from converter.rules.rule import Target
from converter.rules.writing.asked import absent
from converter.rules.writing.fields import assign, upsert
from converter.rules.writing.pod_names import dns_config, has_ready_name, host_aliases, hostname, is_found_early, ready_name
from converter.rules.writing.selectors import of_alias


@dataclass(frozen=True)
class Services:
    """Let every name that Compose resolves lead to its container, on every port that is used.

    Why:
        In Compose a container is reached under its service's key, container_name, hostname and aliases, on any port it listens on. A
        Service passes only the ports that it lists: those of `ports` and `expose`, those that others name, those of the image; each
        by the container's number, for the published one is the host's. A service that others name and that has no port is headless;
        one that nobody calls and that lists none gets no Service, nor does a Job for the ports of its image alone. A ClusterIP answers
        only when its pod is Ready, so a program that calls itself by its own name would wait for itself: its pod gets that name as
        `hostname`. Services that name each other are found before they are ready; who waits for such a one asks `<name>-ready`. An alias
        that several services have on one network leads to the pods of all, by a label. Kubernetes' own REDIS_PORT=tcp://... are off.

    Settings:
        own-dns: services that ask only the servers of their `dns`. Without it those come after the cluster's own: alone they would not
            know the other services.

    Example:
        redis: {ports: ["6380:6379"]}   ->  Service redis: {selector: {app: redis}, ports: [{name: tcp-6379, port: 6379, targetPort: 6379}]}
        extra_hosts: ["nas=10.0.0.9"]   ->  hostAliases: [{ip: 10.0.0.9, hostnames: [nas]}]
    """

    name: ClassVar[str] = "services"
    own_dns: tuple[str, ...] = ()

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write Services, container ports, hostname, hostAliases, DNS settings and enableServiceLinks."""
        together: dict[str, list[str]] = {}
        for key in manifests.services():
            together.setdefault(pod_of(project, key), []).append(key)
            assign(manifests.container(key), "ports", list(_container_ports(project, key)))
            _write_services(manifests, project, key)
        for pod, keys in together.items():
            spec = pod_spec(manifests.workload(pod))
            spec["enableServiceLinks"] = False
            assign(spec, "hostname", hostname(project, pod))
            assign(spec, "hostAliases", host_aliases([project.services[key] for key in keys]))
            assign(spec, "dnsConfig", dns_config(project.services[pod]))
            on_host = project.services[pod].get("network_mode") == "host" and target.pod_security == "privileged"
            alone = pod in self.own_dns and bool(project.services[pod].get("dns"))
            assign(spec, "dnsPolicy", "None" if alone else "ClusterFirstWithHostNet" if on_host else None)
        yield from _said(project)
        with_dns = [key for key, one in project.services.items() if one.get("dns")]
        yield from absent(self.name, "own-dns", self.own_dns, with_dns, "service with 'dns'")


def _said(project: Project) -> Iterator[Finding]:
    """Words that may be hosts and that nothing answers, and services with very many ports."""
    for use in names.unresolved(project):
        message = f"'{use.name}' may be meant as a host; in the cluster that service is '{project.name_of(use.service)}'"
        hint = "if it is a host, write it as 'host:port', or name the variable ..._HOST"
        yield Finding(Services.name, Severity.WARNING, message, use.route, hint=hint)
    for key in project.services:
        if too_many(project, key):
            message = f"service '{key}' has {len(container_ports(project, key))} ports, and its Service lists each of them"
            hint = "list those that others use; for a whole range of a host, 'network_mode: host' at level privileged"
            yield Finding(Services.name, Severity.WARNING, message, ("services", key, "ports"), hint=hint)


def _container_ports(project: Project, key: str) -> Iterator[dict[str, Any]]:
    for port in container_ports(project, key):
        yield {"name": port.name, "containerPort": port.number, "protocol": port.protocol}


def _write_services(manifests: Manifests, project: Project, key: str) -> None:
    """The Service of a Compose service under its own name and its aliases, or none."""
    if not _has_service(project, key):
        return
    early = is_found_early(project, key)
    _write(manifests, project, key, project.name_of(key), early=early)
    for alias in names.aliases(project, key):  # a program that calls itself by one is not Ready before it answers
        if key == next(one for one in shared_aliases(project).get(alias, (key,)) if _has_service(project, one)):
            _write(manifests, project, key, alias, early=early or names_itself(project, key))
    if has_ready_name(project, key):
        _write(manifests, project, key, ready_name(project, key), early=False)


def _has_service(project: Project, key: str) -> bool:
    ports, job = container_ports(project, key), kind_of(project, key) == "Job"
    needed = needs_service(project, key, perhaps=not job)
    return needed and bool(ports or finds_itself(project, key)) if job else bool(ports or needed)


def _write(manifests: Manifests, project: Project, key: str, name: str, *, early: bool) -> None:
    """One Service; `early` ones lead to pods that are not Ready yet."""
    sharing = shared_aliases(project).get(name, ())
    spec: dict[str, Any] = {"selector": of_alias(name) if sharing else {"app": project.name_of(pod_of(project, key))}}
    ports = shared_ports(project, sharing) if sharing else container_ports(project, key)
    if not ports or (project.services[key].get("deploy") or {}).get("endpoint_mode") == "dnsrr":
        spec["clusterIP"] = "None"
    if early:
        spec["publishNotReadyAddresses"] = True
    listed = [{"name": port.name, "port": port.number, "targetPort": port.number, "protocol": port.protocol} for port in ports]
    for entry, port in zip(listed, ports, strict=True):
        if port.app_protocol:
            entry["appProtocol"] = port.app_protocol
    assign(spec, "ports", listed)
    upsert(manifests, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}, service=key)
