"""What a pod does otherwise than a container of docker compose, whatever is written for it: told once for all services."""

from __future__ import annotations

from collections.abc import Iterator

from converter.compose.kinds import has_healthcheck, restart_policy
from converter.compose.project import Project
from converter.compose.workloads import kind_of, pod_of
from converter.findings import Finding, Severity

_CHECK = "habits"


def check(project: Project) -> Iterator[Finding]:
    """An info for each service with a healthcheck, and for each that says nothing of restarts and that Kubernetes restarts."""
    for key, service in project.services.items():
        if kind_of(project, pod_of(project, key)) == "Job":
            continue
        if has_healthcheck(service):
            said = "while its healthcheck fails a pod is not Ready and nobody reaches it; docker compose leaves it reachable"
            yield Finding(_CHECK, Severity.INFO, said, ("services", key, "healthcheck", "test"))
        if not restart_policy(service):
            said = "Kubernetes starts it again whenever it ends; docker compose leaves it stopped, for 'restart' is not written"
            hint = "'lifecycle: {services: {<service>: job}}' in the overlay runs to its end what is to run once"
            yield Finding(_CHECK, Severity.INFO, said, ("services", key), hint=hint)
