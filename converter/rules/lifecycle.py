"""The rule `lifecycle`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from converter.compose.jobs import workload_name
from converter.compose.project import Project
from converter.compose.units import seconds
from converter.compose.workloads import kind_of, pod_of, replicas, restart_policy
from converter.findings import Finding, Severity
from converter.manifests import Manifests, Object, pod_spec
from converter.rules.rule import Target
from converter.rules.writing.asked import absent, absent_services
from converter.rules.writing.fields import assign, upsert
from converter.rules.writing.hooks import hooks
from converter.rules.writing.placement import node_affinity, spread
from converter.rules.writing.replacing import budget, retries, rolling, strategy


@dataclass(frozen=True)
class Lifecycle:
    """Run each service as long, as often and where Compose does, and end it as gently.

    Why:
        What Compose never starts again is a Job: what another service awaits as completed, and what says `restart: no` or `on-failure` and
        neither listens nor has a healthcheck. The template of a Job cannot be changed, so its name ends in a hash of what Compose says of
        it. Anything else is a Deployment (`deploy.mode: global`: a DaemonSet). Compose stops the old container before it starts the new
        one, and two at once double every consumer: so one replica is recreated (a rolling update starts the new pod while the old one
        ends), and more are replaced one by one, unless `order: start-first` says otherwise. On a claim of one node the old pod always
        goes first, for the new one could not mount it. Docker waits 10 seconds before it kills, Kubernetes 30.

    Settings:
        services: service -> `job`, `deployment` or `statefulset`, against what is derived. The pods of a StatefulSet have names that stay,
            `db-0`, and are replaced one by one, the old one first; they share the service's claims, as its containers do in Compose.
        stop-signals: services whose `stop_signal` a preStop hook sends to the program, which then has the grace period to end. The image
            needs `sh` and `sleep`. Without it the program gets SIGTERM, or what its image says.
        disruption-budgets: true writes a PodDisruptionBudget for each Deployment with more than one replica, so that a drained node takes
            one pod at a time. One for a single replica would keep its node from ever being drained.

    Example:
        migrate: {restart: "no"}       ->  Job migrate-1a2b3c4d: {backoffLimit: 0, template: {spec: {restartPolicy: Never}}}
        web: {stop_grace_period: 30s}  ->  Deployment web: {replicas: 1, strategy: {type: Recreate},
                                           template: {spec: {terminationGracePeriodSeconds: 30}}}

    """

    name: ClassVar[str] = "lifecycle"
    services: Mapping[str, Literal["job", "deployment", "statefulset"]] = field(default_factory=dict)
    stop_signals: tuple[str, ...] = ()
    disruption_budgets: bool = False

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write kind, replicas, strategy, restarts, grace, hooks and placement; the name of a Job."""
        del target
        together: dict[str, list[str]] = {}
        for key in manifests.services():
            together.setdefault(pod_of(project, key), []).append(key)
            signal = str(project.services[key].get("stop_signal") or "") if key in self.stop_signals else ""
            assign(manifests.container(key), "lifecycle", hooks(project, key, signal))
        budgets = 0
        for pod, keys in together.items():
            workload = manifests.workload(pod)
            _become(manifests, project, pod, workload)
            _write_spec(manifests, project, pod, workload)
            _write_pod(project, keys, pod_spec(workload))
            if self.disruption_budgets and workload["kind"] == "Deployment" and replicas(project.services[pod]) > 1:
                upsert(manifests, budget(project.name_of(pod)), service=pod)
                budgets += 1
        yield from self._not_there(project, budgets)

    def _not_there(self, project: Project, budgets: int) -> Iterator[Finding]:
        """What the settings ask for and the project does not have."""
        yield from absent_services(self.name, "services", self.services, project)
        sent = [key for key, one in project.services.items() if one.get("stop_signal") and not one.get("pre_stop")]
        yield from absent(self.name, "stop-signals", self.stop_signals, sent, "service with 'stop_signal' and without 'pre_stop'")
        if self.disruption_budgets and not budgets:
            said = "'lifecycle.disruption-budgets' writes nothing: no service has more than one replica"
            yield Finding(self.name, Severity.INFO, said)


def _become(manifests: Manifests, project: Project, pod: str, workload: Object) -> None:
    """Give a workload the kind that runs the service, and a Job its name."""
    kind, name = kind_of(project, pod), workload_name(project, pod)
    if (workload["kind"], workload["metadata"]["name"]) != (kind, name):
        manifests.rename(workload, kind=kind, name=name)
    workload["apiVersion"] = "batch/v1" if kind == "Job" else "apps/v1"


def _write_spec(manifests: Manifests, project: Project, pod: str, workload: Object) -> None:
    """How many pods, how they are replaced, and how often a failed one is tried again."""
    spec, service, kind = workload["spec"], project.services[pod], workload["kind"]
    job, number = kind == "Job", replicas(service)
    never, attempts = retries(restart_policy(service))
    assign(spec, "replicas", number if kind in ("Deployment", "StatefulSet") else None)
    assign(spec, "serviceName", workload["metadata"]["name"] if kind == "StatefulSet" else None)
    assign(spec, "strategy", strategy(manifests, service, workload) if kind == "Deployment" else None)
    updates = {"DaemonSet": rolling(service), "StatefulSet": {"type": "RollingUpdate"}}
    assign(spec, "updateStrategy", updates.get(kind))
    assign(spec, "backoffLimit", attempts if job else None)
    assign(spec, "parallelism", number if job and number != 1 else None)
    assign(spec, "completions", number if job and number > 1 else None)
    assign(pod_spec(workload), "restartPolicy", ("Never" if never else "OnFailure") if job else None)


def _write_pod(project: Project, keys: Iterable[str], spec: dict[str, Any]) -> None:
    """How a pod ends, and where it runs."""
    services = [project.services[key] for key in keys]
    spec["terminationGracePeriodSeconds"] = max(seconds(service.get("stop_grace_period") or "10s") for service in services)
    owner = pod_of(project, next(iter(keys)))
    affinity = spec.get("affinity", {})
    assign(affinity, "nodeAffinity", node_affinity(services))
    assign(spec, "affinity", affinity)
    assign(spec, "topologySpreadConstraints", spread(services, project.name_of(owner)))
