"""Readers of security options and of the kernel's settings for a pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reason
from converter.intent.pods import Pod
from converter.pod_security.baseline import safe_sysctls


def options(pod: Pod) -> Iterator[Read]:
    """`security_opt`, each in the words in which Compose says it."""
    for text in pod.model.get("security_opt") or ():
        pod.seen.clear()
        name, _, value = str(text).replace("=", ":", 1).partition(":")
        context = pod.container.at("securityContext")
        if name == "no-new-privileges" and value != "false" and context.peek("allowPrivilegeEscalation") is False:
            context.value("allowPrivilegeEscalation")
            yield Read((text,), text)
        elif (name in ("seccomp", "apparmor") and _profile(pod, f"{'seccomp' if name == 'seccomp' else 'appArmor'}Profile", value)) or (
            name == "label" and value != "disable" and _label(context, value)
        ):
            yield Read((text,), text)


def _profile(pod: Pod, field: str, value: str) -> bool:
    """Whether a profile is the one that is asked for."""
    place = next(
        (
            one
            for one in (pod.container.at("securityContext", field), pod.spec.at("securityContext", field))
            if isinstance(one.data, Mapping)
        ),
        None,
    )
    if place is None:
        return False
    kind, local = place.text("type"), place.text("localhostProfile")
    return (kind == "Unconfined") if value == "unconfined" else kind == "RuntimeDefault" if value.endswith("default") else local == value


def _label(context: Field, value: str) -> bool:
    part, _, wanted = value.replace("=", ":").partition(":")
    return bool(wanted) and context.text("seLinuxOptions", part) == wanted


def no_option(asked: Asked) -> Reason | None:
    """Options that a level forbids or that a node sets."""
    name, _, value = str(asked.raw).replace("=", ":", 1).partition(":")
    if name == "no-new-privileges" and value == "false":
        return Reason("not needed", "it is off")
    if value == "unconfined":
        hint = "set 'target: {pod-security: privileged}' in the overlay, or do without it"
        return Reason("refused", f"'{name}: unconfined' is not allowed at level '{asked.target.pod_security}'", hint)
    if name == "seccomp":
        return Reason("refused", "a profile in a file must lie on every node", "put it there, and set 'localhostProfile' by a patch")
    if name == "label":
        return Reason(
            "refused", f"'{asked.raw}' is not allowed at level '{asked.target.pod_security}'", "label the files of the node instead"
        )
    if name == "no-new-privileges":
        return Reason("refused", "a container that gains privileges by design cannot do so here", "leave out 'privileged' or this option")
    return None


def sysctls(pod: Pod) -> Iterator[Read]:
    """Settings of the kernel for the pod."""
    for one in pod.spec.each("securityContext", "sysctls"):
        name = one.text("name")
        yield Read((name,), one.text("value"))


def no_sysctl(asked: Asked) -> Reason | None:
    """A setting that the kubelet refuses unless it is told to allow it."""
    name = str(asked.route[-1])
    if name in safe_sysctls(asked.target.kubernetes):
        return None
    text = f"'{name}' is no safe sysctl in {asked.target.kubernetes}: the API server takes it, and the kubelet then kills the pod"
    return Reason("refused", text, "set it on the nodes, or allow it in the kubelet and add it by a patch")
