"""What a service's own words, its user and a level of the Pod Security Standards make of a container's securityContext."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from converter.compose.project import Service
from converter.pod_security.baseline import CAPABILITIES, safe_sysctls

_SELINUX_TYPES = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_FREE = "privileged"


def container_context(
    service: Service, user: tuple[int | None, int | None], known: Iterable[str], level: str, bound: Iterable[str] = ()
) -> dict[str, Any]:
    """The securityContext of the container of `service` that runs as `user` (None: not known).

    `known` are the capabilities that the image's entrypoint is known to need as root, `bound` those that its program is marked with. What
    the level forbids is left out: the ledger refuses it.
    """
    options = [re.split(r"[:=]", str(option), maxsplit=1) for option in service.get("security_opt") or ()]
    if service.get("privileged") and level == _FREE:
        return _filled({**_user(user), "privileged": True, "readOnlyRootFilesystem": service.get("read_only") or None})
    no_new_privileges = any(option[0] == "no-new-privileges" and option[-1] != "false" for option in options)
    return _filled(
        {
            **_user(user),
            "allowPrivilegeEscalation": False if _is_unprivileged(user) or no_new_privileges else None,
            "capabilities": _filled(_capabilities(service, user, bound if _is_unprivileged(user) else {*known, *bound}, level)),
            "readOnlyRootFilesystem": service.get("read_only") or None,
            **_options(options, level),
        }
    )


def sysctls(service: Service, kubernetes: str) -> dict[str, str]:
    """The sysctls that a pod may set; the kubelet kills a pod with any other, and the ledger refuses it."""
    asked = service.get("sysctls") or {}
    pairs = asked.items() if isinstance(asked, Mapping) else (str(one).split("=", 1) for one in asked)
    return {name: str(value) for name, value in pairs if name in safe_sysctls(kubernetes)}


def _is_unprivileged(user: tuple[int | None, int | None]) -> bool:
    return user[0] is not None and user[0] > 0


def _user(user: tuple[int | None, int | None]) -> dict[str, Any]:
    return {"runAsUser": user[0], "runAsGroup": user[1], "runAsNonRoot": _is_unprivileged(user) or None}


def _capabilities(service: Service, user: tuple[int | None, int | None], known: Iterable[str], level: str) -> dict[str, Any]:
    """What is dropped and added: nobody but root can use a capability, so another user's container loses all but its program's own."""
    add, drop = _plain(service.get("cap_add")), _plain(service.get("cap_drop"))
    if _is_unprivileged(user):
        add, drop = add | set(known), {"ALL"}
    elif "ALL" in drop:
        drop = {"ALL"}
    elif needed := set(known) - drop:
        add, drop = add | needed, {"ALL"}
    if level != _FREE:
        add &= {"NET_BIND_SERVICE"} if level == "restricted" and _is_unprivileged(user) else CAPABILITIES
    return {"add": sorted(add), "drop": sorted(drop)}


def _plain(names: Iterable[str] | None) -> set[str]:
    return {str(name).upper().removeprefix("CAP_") for name in names or ()}


def _options(options: Iterable[list[str]], level: str) -> dict[str, Any]:
    """The fields of seccomp, apparmor and label options that the level allows; a profile in a file is not on the nodes."""
    made: dict[str, Any] = {}
    for option in options:
        name, value = option[0], option[-1]
        match name, value:
            case "seccomp", "unconfined" if level == _FREE:
                made["seccompProfile"] = {"type": "Unconfined"}
            case "apparmor", "unconfined" if level == _FREE:
                made["appArmorProfile"] = {"type": "Unconfined"}
            case "apparmor", "docker-default" | "runtime/default":
                made["appArmorProfile"] = {"type": "RuntimeDefault"}
            case "apparmor", _ if value != "unconfined":
                made["appArmorProfile"] = {"type": "Localhost", "localhostProfile": value}
            case "label", _ if _is_label(value, level):
                part, _, wanted = value.replace("=", ":").partition(":")
                made.setdefault("seLinuxOptions", {})[part] = wanted
            case _:
                pass
    return made


def _is_label(value: str, level: str) -> bool:
    """Whether a label option has a field that the level allows: `level:s0:c1,c2`, `type:container_t`."""
    part, _, wanted = value.replace("=", ":").partition(":")
    allowed = part == "level" or (part == "type" and wanted in _SELINUX_TYPES)
    return allowed or (level == _FREE and part in ("user", "role", "type"))


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}
