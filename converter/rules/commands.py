"""The rule `commands`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from converter.compose.project import Project, Service
from converter.findings import Finding
from converter.manifests import Manifests
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.dollar import arguments
from converter.rules.writing.fields import assign


@dataclass(frozen=True)
class Commands:
    """Start each program as Compose starts it.

    Why:
        Compose's `entrypoint` is Kubernetes' `command`, Compose's `command` is `args`: written as `command` it would skip the image's
        entrypoint script. Compose drops the image's own arguments when an entrypoint is given; Kubernetes does so too when `args` is
        absent. `entrypoint: []` takes the image's entrypoint away: then the command runs alone. Kubernetes reads an empty list as not
        set, so where nothing is left to run the rule writes nothing, and the ledger says so. Kubernetes expands `$(NAME)` and turns `$$`
        into `$`: every `$` that would be read so is doubled. A secret becomes `$(NAME)`, a host name its name in the cluster.

    Settings:
        services: service -> the whole argument list to run, in place of entrypoint and command, as Compose would write it.

    Example:
        command: redis-server --requirepass ${REDIS_PASSWORD}
            ->  args: [redis-server, --requirepass, $(REDIS_PASSWORD)]
        entrypoint: [sh, -c, "echo $$(date)"]
            ->  command: [sh, -c, "echo $$(date)"]
    """

    name: ClassVar[str] = "commands"
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write command, args, workingDir, tty and stdin of each container."""
        del target
        for key in manifests.services():
            service, container = project.services[key], manifests.container(key)
            command, args = (self.services[key], ()) if self.services.get(key) else _argv(service)
            assign(container, "command", arguments(project, key, command))
            assign(container, "args", arguments(project, key, args))
            folder = service.get("working_dir") or ""
            assign(container, "workingDir", None if project.secrets.has(folder) else folder or None)
            assign(container, "tty", service.get("tty") or None)
            assign(container, "stdin", service.get("stdin_open") or None)
        return absent_services(self.name, "services", self.services, project)


def _argv(service: Service) -> tuple[Sequence[str], Sequence[str]]:
    """The container's `command` and `args`; the model has null where Compose says nothing, [] where it takes the image's away."""
    entrypoint, command = service.get("entrypoint"), service.get("command") or ()
    if entrypoint is None:
        return (), command
    return (entrypoint, command) if entrypoint else (command, ())
