"""The rule `startup-order`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from converter.compose.jobs import job_name
from converter.compose.names import kubernetes_name
from converter.compose.ports import container_ports
from converter.compose.project import Project
from converter.compose.units import seconds
from converter.compose.waits import Wait, waits
from converter.compose.workloads import pod_of, together
from converter.findings import Finding
from converter.manifests import Manifests, pod_spec
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.fields import assign, put, upsert
from converter.rules.writing.kinds import Image, Seconds
from converter.rules.writing.pod_names import ready_name
from converter.rules.writing.waiting import job_reader, token_volume, wait_for_job, wait_for_name, wait_for_port

PREFIX = "wait-for-"
SUCCESS = "success-of-"


@dataclass(frozen=True)
class StartupOrder:
    """Start each pod when what it depends on is there.

    Why:
        Kubernetes starts everything at once; `depends_on` becomes init containers that wait. A Service refuses connections until its pod is
        Ready, which is what `service_healthy` means: that wait has no end, as in Compose. `service_started` asks less, so its wait ends
        after a while and the program starts all the same: it cannot block. `service_completed_successfully` asks the API server for the
        Job, with a token that only its init containers see: the first waits until it has ended, the second fails if it has not ended well,
        and the program does not start. Nobody waits for one that needs the waiting pod itself.

    Settings:
        image: has sh, nc and timeout; default busybox:1.37.
        kubectl-image: has kubectl; default registry.k8s.io/kubectl of the target's version.
        started-timeout: how long to wait for `service_started`, and for the name of a service without ports; default 60s.
        completed-timeout: how long a wait for a Job lasts before the init container fails and waits anew; default 1h.
        off: services that wait for nothing.

    Example:
        depends_on:                                ->  initContainers:
          redis: {condition: service_healthy}            - name: wait-for-redis
                                                           command: [/bin/sh, -c, "until nc -w 2 redis 6379 </dev/null; do ..."]
    """

    name: ClassVar[str] = "startup-order"
    image: Image = "busybox:1.37"
    kubectl_image: Image = ""
    started_timeout: Seconds = "60s"
    completed_timeout: Seconds = "1h"
    off: tuple[str, ...] = ()

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write the init containers `wait-for-*` and `success-of-*`, and what those that ask the API server need."""
        together: dict[str, list[str]] = {}
        for key in manifests.services():
            together.setdefault(pod_of(project, key), []).append(key)
        for pod, keys in together.items():
            everyone = [wait for key in keys for wait in waits(project, key)]
            asked = {wait.service: wait for wait in everyone if pod_of(project, wait.service) != pod}
            spec = pod_spec(manifests.workload(pod))
            others = [one for one in spec.get("initContainers", ()) if not one["name"].startswith((PREFIX, SUCCESS))]
            mine = [one for wait in asked.values() for one in self._containers(project, target, wait)]
            assign(spec, "initContainers", [*mine, *others])
            jobs = sorted(job_name(project, wait.service) for wait in asked.values() if wait.condition == "completed")
            if jobs:
                account = kubernetes_name(f"{project.name_of(pod)}-waits")
                for document in job_reader(account, jobs):
                    upsert(manifests, document, service=pod)
                spec["serviceAccountName"] = account
                put(spec, "volumes", [token_volume()])
        yield from absent_services(self.name, "off", self.off, project)

    def _containers(self, project: Project, target: Target, wait: Wait) -> Iterator[dict[str, Any]]:
        """The init containers of one wait."""
        awaited = project.name_of(wait.service)
        name, asked = kubernetes_name(f"{PREFIX}{awaited}"), _listener(project, wait)
        host = ready_name(project, asked) if wait.condition == "healthy" else project.name_of(asked)
        limit = None if wait.condition == "healthy" else seconds(self.started_timeout)
        if wait.condition == "completed":
            image = self.kubectl_image or f"registry.k8s.io/kubectl:v{target.kubernetes}.0"
            names = name, kubernetes_name(f"{SUCCESS}{awaited}")
            yield from wait_for_job(names, image, job_name(project, wait.service), self.completed_timeout)
        elif wait.port is None:
            yield wait_for_name(name, self.image, host, seconds(self.started_timeout))
        else:
            yield wait_for_port(name, self.image, host, wait.port, limit)


def _listener(project: Project, wait: Wait) -> str:
    """Whose Service passes the port: the awaited service's, else that of another container in its pod."""
    for key in (wait.service, *together(project, wait.service)):
        if any(port.number == wait.port for port in container_ports(project, key)):
            return key
    return wait.service
