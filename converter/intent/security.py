"""Readers of whom a container runs as and what it may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.compose.workloads import runs_as
from converter.intent.key import Asked, Fits, Read, Reader, Reason, Why
from converter.intent.pods import Pod
from converter.pod_security.baseline import CAPABILITIES


def _either(pod: Pod, field: str) -> Any:
    """A setting of the container, else of its pod."""
    own = pod.container.at("securityContext")
    return own.value(field) if own.peek(field) is not None else pod.spec.value("securityContext", field)


def user(pod: Pod) -> Iterator[Read]:
    """Whom the program runs as: `uid` or `uid:gid`."""
    uid = _either(pod, "runAsUser")
    if uid is not None:
        gid = _either(pod, "runAsGroup")
        yield Read((), f"{uid}:{gid}" if gid is not None else str(uid))


def wanted_user(asked: Asked) -> Fits:
    """The numbers that a user's name and group stand for; a group where Compose names none may be the image's."""
    uid, gid = runs_as(asked.project, asked.service)
    name, _, group = str(asked.raw).partition(":")
    allowed = {f"{uid}:{gid}"} if group else {str(uid), f"{uid}:{gid}"}
    return Fits(
        " or ".join(sorted(allowed)),
        lambda got: bool(name) and uid is not None and (str(got) in allowed or (not group and str(got).split(":")[0] == str(uid))),
    )


def near_user(asked: Asked, got: Any) -> str | None:
    """The overlay's or the image's user where Compose's own words say none, or name a group whose number is not known."""
    name, _, group = str(asked.raw).partition(":")
    uid, gid = runs_as(asked.project, asked.service)
    if not name:
        return f"'user:' has no user (a variable is not set): it runs as {got}"
    if uid is None:
        return f"it runs as {got}"
    if group and gid is None and str(got).split(":")[0] == str(uid):
        return f"the number of group '{group}' is not known: it runs as {got}"
    return None


def no_user(asked: Asked) -> Reason | None:
    """A user that is empty, unknown, or root where that is not allowed."""
    name = str(asked.raw).partition(":")[0]
    hint = f"write numbers in 'user:', or 'security-context: {{users: {{{asked.service}: \"1000:1000\"}}}}' in the overlay"
    if not name:
        return Reason("approximated", "'user:' has no user (a variable is not set): the image's own runs", hint)
    uid, _ = runs_as(asked.project, asked.service)
    if uid is None:
        return Reason("refused", f"the uid of user '{name}' is not known", hint)
    return None


def listed(*steps: str) -> Reader:
    """The reader of capabilities that are added or dropped, in Compose's words."""

    def read(pod: Pod) -> Iterator[Read]:
        field = pod.container.at("securityContext", "capabilities", steps[0])
        there = {str(name).upper().removeprefix("CAP_") for name in field.data} if isinstance(field.data, list) else set()
        asked = [str(name) for name in pod.model.get(f"cap_{steps[0]}") or ()]
        said = {name.upper().removeprefix("CAP_"): name for name in asked}
        for name in sorted(there | ({*said} if steps[0] == "drop" and "ALL" in there else set())):
            field.value()
            yield Read((said.get(name, name),), said.get(name, name))

    return read


def no_capability(asked: Asked) -> Reason | None:
    """A capability that the level forbids, or that is of no use to a program that is not root."""
    name, level = str(asked.raw).upper().removeprefix("CAP_"), asked.target.pod_security
    hint = "set 'target: {pod-security: privileged}' in the overlay, or do without it"
    if asked.model.get("privileged") and level == "privileged":
        return Reason("not needed", "a privileged container has every capability")
    if level == "restricted" and name != "NET_BIND_SERVICE" and (name not in CAPABILITIES or runs_as(asked.project, asked.service)[0]):
        return Reason("refused", f"capability '{name}' is not allowed at level 'restricted'", hint)
    if level == "baseline" and name not in CAPABILITIES:
        return Reason("refused", f"capability '{name}' is not allowed at level 'baseline'", hint)
    if runs_as(asked.project, asked.service)[0]:
        return Reason("not needed", "a program that is not root cannot use it")
    return None


def no_drop(asked: Asked) -> Reason | None:
    """A capability that a privileged container cannot lose."""
    is_privileged = asked.model.get("privileged") and asked.target.pod_security == "privileged"
    return Reason("not needed", "a privileged container has every capability") if is_privileged else None


def forbidden(what: str, *levels: str) -> Why:
    """Refused at these levels of the Pod Security Standards."""

    def why(asked: Asked) -> Reason | None:
        if asked.raw in (False, ""):
            return Reason("not needed", "it is off")
        if asked.target.pod_security in levels:
            hint = "do without it, or set 'target: {pod-security: privileged}' in the overlay"
            return Reason("refused", f"{what} is not allowed at level '{asked.target.pod_security}'", hint)
        return None

    return why


def host_namespace(field: str, word: str) -> Reader:
    """The reader of `pid: host` and the like."""

    def read(pod: Pod) -> Iterator[Read]:
        if pod.spec.flag(field):
            yield Read((), word)
        elif field == "hostPID" and pod.spec.flag("shareProcessNamespace"):
            yield Read((), str(pod.model.get("pid")))

    return read


def namespaces(what: str) -> Why:
    """Why a namespace of the host or of another container is not shared."""
    on_host = forbidden(f"the host's {what}", "restricted", "baseline")

    def why(asked: Asked) -> Reason | None:
        if asked.raw == "host":
            return on_host(asked)
        if asked.raw in ("private", "shareable", "none"):
            return Reason("not needed", "every container has its own")
        return Reason(
            "refused", f"the {what} of another container cannot be shared", "let both run in one pod: 'network_mode: service:NAME'"
        )

    return why


def groups(pod: Pod) -> Iterator[Read]:
    """Further groups of the program."""
    for number in pod.spec.texts("securityContext", "supplementalGroups"):
        pod.spec.texts("securityContext", "supplementalGroups")
        yield Read((number,), number)
    asked = {str(one) for one in pod.model.get("group_add") or ()}
    if (own := pod.spec.number("securityContext", "fsGroup")) is not None and str(own) in asked:
        yield Read((str(own),), str(own))


def no_group(asked: Asked) -> Reason | None:
    """A group by its name."""
    if str(asked.raw).isdigit():
        return None
    return Reason("refused", f"the number of group '{asked.raw}' is not known", "write its number")
