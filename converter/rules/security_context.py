"""The rule `security-context`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from converter.compose.images import facts_of, image_of
from converter.compose.jobs import workload_name
from converter.compose.ports import container_ports
from converter.compose.project import Project
from converter.compose.workloads import kind_of, runs_as, user_of_image
from converter.findings import Finding, Severity
from converter.manifests import Manifests, Object, pod_spec
from converter.rules.rule import Target
from converter.rules.writing.asked import absent_services
from converter.rules.writing.container_security import container_context, sysctls
from converter.rules.writing.fields import assign
from converter.rules.writing.kinds import Ids
from converter.rules.writing.shared_groups import User, fs_groups


@dataclass(frozen=True)
class SecurityContext:
    """Let each container do what its service needs, and nothing else.

    Why:
        The level `restricted` wants a user that is not root, no capabilities, no way to more rights and the runtime's seccomp profile. The
        rule derives all that from `user`, from what is known of the image, or from the Dockerfile; it does not stamp it on a program that
        starts as root and steps down by itself. A program of another user may listen below 1024 in Docker: a sysctl lets it here too. A
        claim belongs to root until fsGroup gives it to the program's group. The pod gets no token of the API server.

    Settings:
        users: service -> "uid" or "uid:gid" that its image can run as.

    Example:
        user: "1000:1000"         ->  securityContext: {runAsUser: 1000, runAsGroup: 1000, runAsNonRoot: true, readOnlyRootFilesystem: true,
        read_only: true                                 allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    """

    name: ClassVar[str] = "security-context"
    users: Mapping[str, Ids] = field(default_factory=dict)

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write the securityContext of pods and containers, hostNetwork, hostPID, hostIPC and automountServiceAccountToken."""
        pods: dict[int, tuple[Object, dict[str, User]]] = {}
        for key in manifests.services():
            workload, user = manifests.workload(key), runs_as(project, key)
            pods.setdefault(id(workload), (workload, {}))[1][key] = user
            one = facts_of(project, key)
            known, bound = (one.capabilities, one.file_capabilities) if one else ((), ())
            context = container_context(project.services[key], user, known, target.pod_security, bound)
            assign(manifests.container(key), "securityContext", context)
        groups = fs_groups(manifests, {key: user for _, users in pods.values() for key, user in users.items()})
        for workload, users in pods.values():
            spec, services = pod_spec(workload), [project.services[key] for key in users]
            assign(spec, "securityContext", _pod_context(manifests, project, target, users, groups.get(next(iter(users)))))
            free = target.pod_security == "privileged"
            assign(spec, "hostNetwork", (free and any(one.get("network_mode") == "host" for one in services)) or None)
            assign(spec, "hostPID", (free and any(one.get("pid") == "host" for one in services)) or None)
            assign(spec, "hostIPC", (free and any(one.get("ipc") == "host" for one in services)) or None)
            spec["automountServiceAccountToken"] = False
        yield from absent_services(self.name, "users", self.users, project)
        yield from _not_as_root(project, [key for _, users in pods.values() for key in users])
        if target.pod_security == "restricted":
            yield from _not_restricted(project, {key: user for _, users in pods.values() for key, user in users.items()})


def _pod_context(manifests: Manifests, project: Project, target: Target, users: Mapping[str, User], group: int | None) -> dict[str, Any]:
    """What the containers of a pod have in common."""
    settings = {name: value for key in users for name, value in sysctls(project.services[key], target.kubernetes).items()}
    if any(user[0] != 0 and any(port.number < 1024 for port in container_ports(project, key)) for key, user in users.items()):
        settings.setdefault("net.ipv4.ip_unprivileged_port_start", "0")
    context: dict[str, Any] = {}
    if not any(name in manifests.container(key).get("securityContext", {}) for key in users for name in ("privileged", "seccompProfile")):
        context["seccompProfile"] = {"type": "RuntimeDefault"}
    if group is not None:
        context |= {"fsGroup": group, "fsGroupChangePolicy": "OnRootMismatch"}
    groups = {int(group) for key in users for group in project.services[key].get("group_add") or () if str(group).isdigit()}
    assign(context, "supplementalGroups", sorted(groups))
    assign(context, "sysctls", [{"name": name, "value": settings[name]} for name in sorted(settings)])
    return context


def _not_as_root(project: Project, services: Iterable[str]) -> Iterator[Finding]:
    """The services whose image starts as root in Docker, and that run as the image's own user here."""
    known = {key: one for key in sorted(services) if (one := user_of_image(project, key)) and one.uid and one.default_user == 0}
    if known:
        said = ", ".join(f"{key} {one.uid}" for key, one in known.items())
        hint = "'security-context: {users: {<service>: \"1000:1000\"}}' in the overlay names another; 'explain' says where one is from"
        yield Finding(SecurityContext.name, Severity.INFO, f"runs as the user of its image, not as root: {said}", hint=hint)


def _not_restricted(project: Project, users: Mapping[str, User]) -> Iterator[Finding]:
    """A warning for each pod that does not meet `restricted`, for its user is root or not known."""
    for key, (uid, _) in users.items():
        if uid:
            continue
        said, one = str(project.services[key].get("user") or ""), facts_of(project, key)
        is_root = one is not None and (one.needs_root or one.default_user == 0)
        why = f"image '{image_of(project, key)}' " + ("starts as root" if is_root else "is not known to run as another user than root")
        if uid == 0:
            why = f"'user: {said}' is root" if said else "its Dockerfile says root"
        elif said.partition(":")[0]:
            why = f"the uid of 'user: {said}' is not known"
        resource = f"{kind_of(project, key)}/{workload_name(project, key)}"  # as the rule `lifecycle` will call it
        hint = "write 'user: \"1000:1000\"' in the Compose file, or 'security-context: {users: {<service>: \"1000:1000\"}}' in the overlay"
        message = f"the pod does not meet 'restricted': {why}"
        yield Finding(SecurityContext.name, Severity.WARNING, message, ("services", key, "user"), resource, hint)
