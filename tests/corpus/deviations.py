"""What a set of the corpus may lose, refuse or have differently: only what docs/compose-to-kubernetes.md says is lost or refused."""

from __future__ import annotations

from typing import NamedTuple

from converter.findings import parse_route
from converter.intent.key import matching


class Deviation(NamedTuple):
    """A deviation that the page knows.

    Attributes:
        verdict: lost, refused or differs.
        key: the route of the value; `*` is any step, `**` any number of them at the end.
        reason: how the reason begins or what it holds.
        page: the words of the page, as they stand there.
    """

    verdict: str
    key: str
    reason: str
    page: str


_HOST = "docker.sock, /proc, /sys, /, devices, /etc/hosts, /etc/resolv.conf: refuse"
_OUTSIDE = "never read outside the project without being told (a bind below `${HOME}` is outside)"
_LEVEL = "Level by overlay: `restricted` (default), `baseline`, `privileged`"
_OTHERS = "ipc/pid host -> hostIPC/hostPID (restricted refuses); others refuse"
_NO_TEST = "without `test`: the image's own with other times (offered by `init`, not assumed)"

_SYSCTL = "unsafe: refuse (the API admits them and the kubelet kills the pod)"
_ADDRESS = "that no value names: dropped, info; used: refuse"
_STRANGER = "make a second Service of that name if it is a valid one; otherwise say so"

KNOWN: tuple[Deviation, ...] = (
    Deviation("refused", "services.*.volumes.*.source", "is the socket of the container engine", _HOST),
    Deviation("refused", "services.*.volumes.*.source", "is the whole file system of the host", _HOST),
    Deviation("refused", "services.*.volumes.*.source", "is the kernel's figures of the host", _HOST),
    Deviation("refused", "services.*.volumes.*.source", "is the logs of all containers", _HOST),
    Deviation("refused", "services.*.volumes.*.source", "is the container engine's own files", _HOST),
    Deviation("refused", "services.*.volumes.*.source", "is files of the host's kernel", _HOST),
    Deviation("refused", "services.*.volumes.*.source", "lies outside the project", _OUTSIDE),
    Deviation("refused", "services.*.volumes.*.source", "does not exist", "a missing source is an error with its line"),
    Deviation("refused", "services.*.volumes.*.source", "and a ConfigMap holds 1048576", "a single file: refuse with what to do"),
    Deviation("refused", "services.*.user", "the uid of user", "grafana 472 gid 0, prometheus 65534...); unknown: finding"),
    Deviation("refused", "services.*.user", "not allowed at level", "uid 0: restricted refuses"),
    Deviation("refused", "services.*.privileged", "not allowed at level", _LEVEL),
    Deviation("refused", "services.*.cap_add.*", "not allowed at level", "add back only what `cap_add` names and the level allows"),
    Deviation("refused", "services.*.network_mode", "not allowed at level", "host: hostNetwork, restricted refuses"),
    Deviation("refused", "services.*.pid", "not allowed at level", _OTHERS),
    Deviation("refused", "services.*.ipc", "not allowed at level", _OTHERS),
    Deviation("refused", "services.*.devices.**", "a device of the host is not the pod's", _OTHERS),
    Deviation("refused", "services.*.runtime", "is chosen by a RuntimeClass", _OTHERS),
    Deviation("refused", "services.*.sysctls.*", "is no safe sysctl", _SYSCTL),
    Deviation("refused", "services.*.networks.*.ipv4_address", "the cluster gives each pod its address", _ADDRESS),
    Deviation("refused", "services.*.external_links.*", "outside of the project cannot be linked", _STRANGER),
    Deviation("refused", "services.*.healthcheck.interval", "the test is in the image", _NO_TEST),
    Deviation("refused", "services.*.healthcheck.timeout", "the test is in the image", _NO_TEST),
    Deviation("refused", "services.*.healthcheck.retries", "the test is in the image", _NO_TEST),
    Deviation("refused", "services.*.healthcheck.start_period", "the test is in the image", _NO_TEST),
    Deviation("refused", "volumes.*.driver_opts.*", "an NFS volume needs", "driver_opts nfs -> PV"),
    Deviation("lost", "services.*.ulimits.**", "of each node sets it", "ulimits etc.: lost, warning, with where a node sets it"),
    Deviation("lost", "services.*.stop_signal", "SIGTERM", "stop_signal SIGTERM: not needed; else a finding"),
    Deviation("lost", "services.*.depends_on.*.restart", "is not started anew", "`restart: true`: finding"),
)


def is_known(verdict: str, route: str, reason: str) -> bool:
    """Whether the page says of a value that it is lost, refused or different for that reason."""
    return any(verdict == one.verdict and one.reason in reason and matching(tuple(one.key.split(".")), parse_route(route)) for one in KNOWN)
