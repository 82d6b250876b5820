"""The rule `probes`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from converter.compose import healthchecks, names
from converter.compose.binds import decide
from converter.compose.healthchecks import Healthcheck
from converter.compose.images import facts_of
from converter.compose.ports import container_ports
from converter.compose.project import Project
from converter.compose.workloads import together
from converter.findings import Finding, Severity
from converter.manifests import Manifests
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.fields import assign
from converter.rules.writing.http_get import http_get
from converter.rules.writing.mounts import mounts_of
from converter.rules.writing.probe_settings import Check, Liveness
from converter.rules.writing.shell_secrets import exec_command


@dataclass(frozen=True)
class Probes:
    """Take a pod for ready when the healthcheck of its service says so.

    Why:
        A healthcheck becomes the readinessProbe alone: not ready is what Compose calls starting or unhealthy. Compose never restarts an
        unhealthy container, Kubernetes restarts one whose livenessProbe or startupProbe fails, in the middle of a database's first start
        for ever; so those two stand only where the overlay asks. `curl -f` and `wget` on localhost become httpGet if the port is one on
        which others reach the service. `redis-cli ping` is only believed when it says PONG; `pg_isready` without a host asks 127.0.0.1.

    Settings:
        liveness: {services: all or [service, ...], off: [service, ...], slower: 2, patience: 3}. A livenessProbe with the same test,
            `slower` times less often and `patience` times as many failures; beside it a startupProbe that waits at least start_period +
            retries x interval, 5 minutes or, where init scripts fill a database, 30. Leave out what keeps its state in memory.
        services: service -> {test, interval, timeout, retries, start-period, start-interval} instead of the Compose file's.

    Example:
        healthcheck:                                         ->  readinessProbe:
          test: curl -f http://localhost:8000/health || exit 1     httpGet: {path: /health, port: 8000, scheme: HTTP, ...}
          interval: 10s                                            periodSeconds: 10
          timeout: 3s                                              timeoutSeconds: 3
          retries: 3                                               failureThreshold: 3
    """

    name: ClassVar[str] = "probes"
    liveness: Liveness = field(default_factory=Liveness)
    services: Mapping[str, Check] = field(default_factory=dict)

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write readinessProbe, livenessProbe and startupProbe of each container."""
        del target
        unchecked = set()
        for key in manifests.services():
            container, check = manifests.container(key), self._check(project, key)
            test = _handler(project, key, check) if check else {}
            alive = self._is_watched(key)
            unchecked |= {key} if alive and not check else set()
            assign(container, "readinessProbe", _probe(test, check.interval, check.timeout, check.retries) if check else None)
            assign(container, "livenessProbe", self._slowly(test, check) if check and alive else None)
            assign(container, "startupProbe", _patiently(test, check, _longest_start(project, key)) if check and alive else None)
        yield from self._not_there(project, unchecked)

    def _check(self, project: Project, key: str) -> Healthcheck | None:
        """The healthcheck of a service, the overlay's words before the Compose file's."""
        said = {name: value for name, value in asdict(self.services.get(key, Check())).items() if value}
        switched_on = {"disable": False} if "test" in said else {}
        return healthchecks.parse({**(project.services[key].get("healthcheck") or {}), **said, **switched_on})

    def _is_watched(self, key: str) -> bool:
        wanted = self.liveness.services
        return (wanted == "all" or key in wanted) and key not in self.liveness.off

    def _slowly(self, test: dict[str, Any], check: Healthcheck) -> dict[str, Any]:
        return _probe(test, check.interval * self.liveness.slower, check.timeout, check.retries * self.liveness.patience)

    def _not_there(self, project: Project, unchecked: set[str]) -> Iterator[Finding]:
        """What the settings ask for and the project does not have."""
        wanted = () if self.liveness.services == "all" else self.liveness.services
        yield from absent_services(self.name, "services", self.services, project)
        yield from absent_services(self.name, "liveness.services", wanted, project)
        yield from absent_services(self.name, "liveness.off", self.liveness.off, project)
        for key in sorted(unchecked & set(wanted)):
            message = f"'probes.liveness' asks for service '{key}', which has no healthcheck with a test"
            hint = f"give it one in the Compose file, or 'probes: {{services: {{{key}: {{test: [...]}}}}}}' in the overlay"
            setting = (self.name, "liveness", "services", key)
            yield Finding(self.name, Severity.ERROR, message, ("services", key), hint=hint, setting=setting)


def _handler(project: Project, key: str, check: Healthcheck) -> dict[str, Any]:
    """How the kubelet runs the test."""
    words, _ = healthchecks.stricter(project, key, check.words)
    listening = [port.number for other in together(project, key) for port in container_ports(project, other) if port.protocol == "TCP"]
    if not any(project.secrets.has(word) for word in words) and (get := http_get(words, listening)):
        return {"httpGet": get}
    return {"exec": {"command": exec_command(project, key, names.rewrite_arguments(project, key, words)[0])}}


def _longest_start(project: Project, key: str) -> int:
    """Seconds that a start may need: 5 minutes; 30 where it fills a database, for a kill in the middle leaves half of one for ever."""
    facts = facts_of(project, key)
    scripts = any(mount["type"] == "bind" and decide(project, key, mount).kind == "initdb" for mount in mounts_of(project, key))
    return 1800 if scripts or (facts and facts.database) else 300


def _probe(test: dict[str, Any], period: int, timeout: int, failures: int) -> dict[str, Any]:
    return {**deepcopy(test), "periodSeconds": period, "timeoutSeconds": timeout, "failureThreshold": failures}


def _patiently(test: dict[str, Any], check: Healthcheck, at_least: int) -> dict[str, Any]:
    """How long a start may take before the container is started anew."""
    period = check.start_interval or min(check.interval, 5)
    enough = max(check.start_period + check.retries * check.interval, at_least)
    return _probe(test, period, check.timeout, -(-enough // period))
