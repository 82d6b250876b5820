"""The rule `resources`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from converter.compose.project import Project
from converter.compose.units import cpu_quantity, memory_quantity
from converter.findings import Finding
from converter.manifests import Manifests
from converter.rules.rule import Target
from converter.rules.writing.amounts import Amounts, gpus, limits_of, reservations_of
from converter.rules.writing.asked import absent_services
from converter.rules.writing.fields import assign
from converter.rules.writing.kinds import Share


@dataclass(frozen=True)
class Resources:
    """Limit each container as Compose does, and reserve what Compose reserves.

    Why:
        A container without limits can starve its node. Kubernetes reserves the whole limit where no request is written, Compose reserves
        nothing: nine services with half a CPU each would not fit on a laptop that runs them easily. So a request always stands beside a
        limit: what Compose reserves, else a share of the limit. Of CPU and memory, what the overlay says of a service wins over Compose,
        and Compose wins over the overlay's defaults.

    Settings:
        defaults: `{cpu, memory, requests: {cpu, memory}}` for what neither Compose nor `services` says.
        services: service -> the same, for this service.
        cpu-share: part of a CPU limit that is requested where nothing is reserved, 0.1.
        memory-share: the same of memory, 0.5.

    Example:
        deploy.resources.limits: {cpus: "0.5", memory: 256m}
            ->  resources: {limits: {cpu: 500m, memory: 256Mi}, requests: {cpu: 50m, memory: 128Mi}}
        gpus: [{driver: nvidia, count: 1}]
            ->  resources: {limits: {nvidia.com/gpu: 1}}
    """

    name: ClassVar[str] = "resources"
    defaults: Amounts = field(default_factory=Amounts)
    services: Mapping[str, Amounts] = field(default_factory=dict)
    cpu_share: Share = 0.1
    memory_share: Share = 0.5

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write the resources of each container."""
        del target
        for key in manifests.services():
            assign(manifests.container(key), "resources", self._resources(project.services[key], self.services.get(key, Amounts())))
        return absent_services(self.name, "services", self.services, project)

    def _resources(self, service: Mapping[str, Any], wish: Amounts) -> dict[str, Any]:
        limits = self.defaults.limits() | limits_of(service) | wish.limits()
        requests = self.defaults.requested() | reservations_of(service) | wish.requested()
        shares = {"cpu": self.cpu_share, "memory": self.memory_share}
        for name, limit in limits.items():
            requests[name] = min(limit, requests.get(name, round(limit * shares[name], 3)))
        written = {"limits": _written(limits) | gpus(service), "requests": _written(requests)}
        return {side: amounts for side, amounts in written.items() if amounts}


def _written(amounts: Mapping[str, float]) -> dict[str, str]:
    """Cores and bytes in the units that people write."""
    return {name: cpu_quantity(amount) if name == "cpu" else memory_quantity(int(amount)) for name, amount in sorted(amounts.items())}
