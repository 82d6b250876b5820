"""The checks of level restricted: beyond baseline, what a pod must say to be hardened.

From k8s.io/pod-security-admission (Apache-2.0), `policy/check_*.go`; the words are those that its messages have.
"""

from __future__ import annotations

from collections.abc import Iterator

from converter.pod_security.pod import Breach, Pod, items, mapping, texts

VOLUMES = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret")
_SECCOMP = ("RuntimeDefault", "Localhost")


def volumes(pod: Pod) -> Iterator[Breach]:
    """Only kinds of volumes that hold nothing of the node; one without a kind is an emptyDir."""
    for index, volume in enumerate(items(pod.spec, "volumes")):
        for kind in volume:
            if kind not in (*VOLUMES, "name") and volume[kind] is not None:
                what = f'volume "{volume.get("name")}" uses restricted volume type "{kind}"'
                yield Breach(what, ("volumes", index, kind))


def privilege_escalation(pod: Pod) -> Iterator[Breach]:
    """Every container says that it cannot gain privileges."""
    if pod.windows:
        return
    for who, path, context in pod.container_contexts():
        if context.get("allowPrivilegeEscalation") is not False:
            what = "must set securityContext.allowPrivilegeEscalation=false"
            yield Breach(what, (*path, "allowPrivilegeEscalation"), who)


def run_as_non_root(pod: Pod) -> Iterator[Breach]:
    """The pod, or every container, says that it does not run as root, and nobody says otherwise."""
    if pod.own_users:
        return
    whole = mapping(pod.spec, "securityContext").get("runAsNonRoot")
    if whole is False:
        yield Breach("must not set securityContext.runAsNonRoot=false", ("securityContext", "runAsNonRoot"), "")
    for who, path, context in pod.container_contexts():
        own = context.get("runAsNonRoot")
        if own is False:
            yield Breach("must not set securityContext.runAsNonRoot=false", (*path, "runAsNonRoot"), who)
        elif own is None and whole is None:
            yield Breach("must set securityContext.runAsNonRoot=true", (*path, "runAsNonRoot"), who, either=True)


def run_as_user(pod: Pod) -> Iterator[Breach]:
    """Nobody is user 0."""
    if pod.own_users:
        return
    for who, path, context in pod.contexts():
        if context.get("runAsUser") == 0 and context["runAsUser"] is not False:
            yield Breach("must not set runAsUser=0", (*path, "runAsUser"), who)


def seccomp_profile(pod: Pod) -> Iterator[Breach]:
    """The pod, or every container, says which seccomp profile it runs under."""
    if pod.windows:
        return
    whole = mapping(pod.spec, "securityContext", "seccompProfile").get("type")
    if whole is not None and whole not in _SECCOMP:
        what = f'must not set securityContext.seccompProfile.type to "{whole}"'
        yield Breach(what, ("securityContext", "seccompProfile", "type"), "")
    for who, path, context in pod.container_contexts():
        own = mapping(context, "seccompProfile").get("type")
        place = (*path, "seccompProfile", "type")
        if own is not None and own not in _SECCOMP:
            yield Breach(f'must not set securityContext.seccompProfile.type to "{own}"', place, who)
        elif own is None and whole is None:
            yield Breach('must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"', place, who, either=True)


def capabilities(pod: Pod) -> Iterator[Breach]:
    """Every container drops all capabilities, and adds at most the one that lets it listen below 1024."""
    if pod.windows:
        return
    for who, path, context in pod.container_contexts():
        named = mapping(context, "capabilities")
        if "ALL" not in texts(named.get("drop")):
            yield Breach('must set securityContext.capabilities.drop=["ALL"]', (*path, "capabilities", "drop"), who)
        for name in texts(named.get("add")):
            if name != "NET_BIND_SERVICE":
                what = f'must not include "{name}" in securityContext.capabilities.add'
                yield Breach(what, (*path, "capabilities", "add"), who)
