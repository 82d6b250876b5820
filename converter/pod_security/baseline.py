"""The checks of level baseline: nothing that gives a pod a known way out.

From k8s.io/pod-security-admission (Apache-2.0), `policy/check_*.go`; the words are those that its messages have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.pod_security.pod import Breach, Pod, items, mapping, texts

CAPABILITIES = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split()  # noqa: SIM905 - a list to read
)
"""Those that a container may add: the default list of container engines."""
SYSCTLS: Mapping[str, int] = {
    **dict.fromkeys(("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"), 0),
    **dict.fromkeys(("net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"), 0),
    "net.ipv4.ip_local_reserved_ports": 27,
    **dict.fromkeys(("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout"), 29),
    **dict.fromkeys(("net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"), 29),
    **dict.fromkeys(("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"), 32),
    **dict.fromkeys(("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"), 37),
}
"""Each safe sysctl with the minor version that first allowed it; a kubelet kills a pod with any other, unless it is told to allow it."""

_SELINUX = {"", "container_t", "container_init_t", "container_kvm_t"}
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def safe_sysctls(kubernetes: str) -> frozenset[str]:
    """The sysctls that a pod may set in a cluster of version `kubernetes`, "1.34"."""
    minor = int(kubernetes.split(".")[1])
    return frozenset(name for name, since in SYSCTLS.items() if since <= minor)


def privileged(pod: Pod) -> Iterator[Breach]:
    """No container is privileged."""
    for who, path, context in pod.container_contexts():
        if context.get("privileged"):
            yield Breach("must not set securityContext.privileged=true", (*path, "privileged"), who)


def host_namespaces(pod: Pod) -> Iterator[Breach]:
    """No namespace of the node."""
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.spec.get(key):
            yield Breach(f"{key}=true", (key,))


def host_path_volumes(pod: Pod) -> Iterator[Breach]:
    """No folder of the node."""
    for index, volume in enumerate(items(pod.spec, "volumes")):
        if volume.get("hostPath") is not None:
            yield Breach(f'volume "{volume.get("name")}"', ("volumes", index, "hostPath"))


def host_ports(pod: Pod) -> Iterator[Breach]:
    """No port of the node."""
    for name, path, container in pod.containers():
        for index, port in enumerate(items(container, "ports")):
            if port.get("hostPort"):
                yield Breach(f"uses hostPort {port['hostPort']}", (*path, "ports", index, "hostPort"), name)


def host_probes(pod: Pod) -> Iterator[Breach]:
    """No probe or hook that lets the kubelet call another host."""
    for name, path, container in pod.containers():
        for handler in [(probe,) for probe in _PROBES] + [("lifecycle", "postStart"), ("lifecycle", "preStop")]:
            for action in ("httpGet", "tcpSocket"):
                if host := mapping(container, *handler, action).get("host"):
                    yield Breach(f'uses probe or lifecycle host "{host}"', (*path, *handler, action, "host"), name)


def capabilities(pod: Pod) -> Iterator[Breach]:
    """No capability beyond those that container engines give anyway."""
    for who, path, context in pod.container_contexts():
        for name in texts(mapping(context, "capabilities").get("add")):
            if name not in CAPABILITIES:
                what = f'must not include "{name}" in securityContext.capabilities.add'
                yield Breach(what, (*path, "capabilities", "add"), who)


def proc_mount(pod: Pod) -> Iterator[Breach]:
    """The usual masks on /proc; a pod with users of its own may do without."""
    if not pod.own_users:
        yield from proc_mount_restricted(pod)


def proc_mount_restricted(pod: Pod) -> Iterator[Breach]:
    """The usual masks on /proc, whoever its users are."""
    for who, path, context in pod.container_contexts():
        if context.get("procMount") not in (None, "", "Default"):
            yield Breach(f'must not set securityContext.procMount to "{context["procMount"]}"', (*path, "procMount"), who)


def selinux_options(pod: Pod) -> Iterator[Breach]:
    """No SELinux user, role or type of its own choice."""
    types = _SELINUX | ({"container_engine_t"} if pod.minor >= 31 else set())
    for who, path, context in pod.contexts():
        options = mapping(context, "seLinuxOptions")
        if (type_ := options.get("type") or "") not in types:
            yield Breach(f'must not set securityContext.seLinuxOptions.type to "{type_}"', (*path, "seLinuxOptions", "type"), who)
        for key in ("user", "role"):
            if options.get(key):
                yield Breach(f"must not set securityContext.seLinuxOptions.{key}", (*path, "seLinuxOptions", key), who)


def apparmor_profile(pod: Pod) -> Iterator[Breach]:
    """AppArmor is not switched off, neither by field nor by the annotation of old."""
    for who, path, context in pod.contexts():
        if (type_ := mapping(context, "appArmorProfile").get("type")) not in (None, "", "RuntimeDefault", "Localhost"):
            yield Breach(f'must not set securityContext.appArmorProfile.type to "{type_}"', (*path, "appArmorProfile", "type"), who)
    for key, value in mapping(pod.metadata, "annotations").items():
        if str(key).startswith(_APPARMOR) and not _allowed_apparmor(value):
            yield Breach(f'annotation "{key}"="{value}"', ("annotations", key))


def _allowed_apparmor(value: Any) -> bool:
    return value in ("", "runtime/default") or str(value).startswith("localhost/")


def seccomp_profile(pod: Pod) -> Iterator[Breach]:
    """Seccomp is not switched off."""
    for who, path, context in pod.contexts():
        if (type_ := mapping(context, "seccompProfile").get("type")) not in (None, "RuntimeDefault", "Localhost"):
            yield Breach(f'must not set securityContext.seccompProfile.type to "{type_}"', (*path, "seccompProfile", "type"), who)


def sysctls(pod: Pod) -> Iterator[Breach]:
    """Only sysctls that stay inside the pod."""
    for index, sysctl in enumerate(items(mapping(pod.spec, "securityContext"), "sysctls")):
        name = str(sysctl.get("name"))
        if SYSCTLS.get(name, pod.minor + 1) > pod.minor:
            yield Breach(name, ("securityContext", "sysctls", index, "name"))


def windows_host_process(pod: Pod) -> Iterator[Breach]:
    """No process of the node on Windows."""
    for who, path, context in pod.contexts():
        if mapping(context, "windowsOptions").get("hostProcess"):
            what = "must not set securityContext.windowsOptions.hostProcess=true"
            yield Breach(what, (*path, "windowsOptions", "hostProcess"), who)
