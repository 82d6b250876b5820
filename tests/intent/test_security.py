"""Whom a container runs as, and what it may do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intent.samples import verdict


def context(text: str) -> str:
    """A securityContext of the container."""
    return f"securityContext: {{{text}}}"


@pytest.mark.parametrize(
    ("raw", "pod", "container", "expected"),
    [
        ("1000:1000", "", context("runAsUser: 1000, runAsGroup: 1000"), "kept"),
        ("1000", "", context("runAsUser: 1000"), "kept"),
        ("1000", "", context("runAsUser: 1000, runAsGroup: 5"), "translated"),
        ("1000:1000", "", context("runAsUser: 1000, runAsGroup: 5"), "differs"),
        ("1000:1000", "securityContext: {runAsUser: 1000, runAsGroup: 1000}", "", "kept"),
        ("1000:1000", "securityContext: {runAsUser: 1}", context("runAsUser: 1000, runAsGroup: 1000"), "kept"),
        ("root", "", context("runAsUser: 0"), "translated"),
        ("somebody", "", "", "refused"),
        ("somebody", "", context("runAsUser: 7"), "approximated"),
        (":", "", "", "approximated"),
        (":", "", context("runAsUser: 999, runAsGroup: 999"), "approximated"),
        ("1000:staff", "", context("runAsUser: 1000"), "approximated"),
        ("1000:staff", "", context("runAsUser: 1001"), "differs"),
        ("1000:", "", context("runAsUser: 1000"), "translated"),
        ("1000", "", "", "lost"),
    ],
)
def test_a_user(raw: str, pod: str, container: str, expected: str) -> None:
    assert verdict("user", {"user": raw}, pod, container=container).verdict == expected


@pytest.mark.parametrize(
    ("route", "service", "pod", "container", "level", "expected"),
    [
        ("cap_drop.ALL", {"cap_drop": ["ALL"]}, "", context("capabilities: {drop: [ALL]}"), "restricted", "kept"),
        ("cap_drop.CAP_NET_RAW", {"cap_drop": ["CAP_NET_RAW"]}, "", context("capabilities: {drop: [NET_RAW]}"), "restricted", "kept"),
        ("cap_drop.NET_RAW", {"cap_drop": ["NET_RAW"]}, "", context("capabilities: {drop: [ALL]}"), "restricted", "kept"),
        ("cap_drop.NET_RAW", {"cap_drop": ["NET_RAW"]}, "", "", "restricted", "lost"),
        ("cap_drop.NET_RAW", {"cap_drop": ["NET_RAW"], "privileged": True}, "", "", "privileged", "not needed"),
        ("cap_add.NET_ADMIN", {"cap_add": ["NET_ADMIN"]}, "", context("capabilities: {add: [NET_ADMIN]}"), "privileged", "kept"),
        ("cap_add.NET_ADMIN", {"cap_add": ["NET_ADMIN"]}, "", "", "restricted", "refused"),
        ("cap_add.NET_ADMIN", {"cap_add": ["NET_ADMIN"]}, "", "", "baseline", "refused"),
        ("cap_add.NET_ADMIN", {"cap_add": ["NET_ADMIN"]}, "", "", "privileged", "lost"),
        ("cap_add.CHOWN", {"cap_add": ["CHOWN"], "user": "1000"}, "", "", "baseline", "not needed"),
        ("cap_add.CHOWN", {"cap_add": ["CHOWN"], "privileged": True}, "", "", "privileged", "not needed"),
        ("privileged", {"privileged": True}, "", context("privileged: true"), "privileged", "kept"),
        ("privileged", {"privileged": True}, "", "", "baseline", "refused"),
        ("privileged", {"privileged": False}, "", "", "restricted", "not needed"),
        ("privileged", {"privileged": True}, "", "", "privileged", "lost"),
        ("read_only", {"read_only": True}, "", context("readOnlyRootFilesystem: true"), "restricted", "kept"),
        ("read_only", {"read_only": True}, "", context("readOnlyRootFilesystem: false"), "restricted", "lost"),
        ("group_add.5", {"group_add": ["5"]}, "securityContext: {supplementalGroups: [5]}", "", "restricted", "kept"),
        ("group_add.5", {"group_add": ["5"]}, "securityContext: {fsGroup: 5}", "", "restricted", "kept"),
        ("group_add.5", {"group_add": ["5"]}, "", "", "restricted", "lost"),
        ("group_add.video", {"group_add": ["video"]}, "", "", "restricted", "refused"),
        ("pid", {"pid": "host"}, "hostPID: true", "", "privileged", "kept"),
        ("pid", {"pid": "host"}, "", "", "restricted", "refused"),
        ("pid", {"pid": "host"}, "", "", "privileged", "lost"),
        ("pid", {"pid": "service:db"}, "shareProcessNamespace: true", "", "restricted", "kept"),
        ("pid", {"pid": "service:db"}, "", "", "restricted", "refused"),
        ("ipc", {"ipc": "host"}, "hostIPC: true", "", "privileged", "kept"),
        ("ipc", {"ipc": "private"}, "", "", "restricted", "not needed"),
        ("uts", {"uts": "host"}, "", "", "restricted", "refused"),
    ],
)
def test_rights(route: str, service: dict[str, Any], pod: str, container: str, level: str, expected: str) -> None:
    assert verdict(route, service, pod, container=container, level=level).verdict == expected


@pytest.mark.parametrize(
    ("raw", "pod", "container", "expected"),
    [
        ("no-new-privileges:true", "", context("allowPrivilegeEscalation: false"), "kept"),
        ("no-new-privileges", "", context("allowPrivilegeEscalation: false"), "kept"),
        ("no-new-privileges:true", "", context("allowPrivilegeEscalation: true"), "refused"),
        ("no-new-privileges:false", "", "", "not needed"),
        ("seccomp=unconfined", "securityContext: {seccompProfile: {type: Unconfined}}", "", "kept"),
        ("seccomp:unconfined", "", "", "refused"),
        ("seccomp:profile.json", "", context("seccompProfile: {type: Localhost, localhostProfile: profile.json}"), "kept"),
        ("seccomp:profile.json", "", "", "refused"),
        ("apparmor:docker-default", "", context("appArmorProfile: {type: RuntimeDefault}"), "kept"),
        ("apparmor:mine", "", context("appArmorProfile: {type: Localhost, localhostProfile: mine}"), "kept"),
        ("apparmor:mine", "", "", "lost"),
        ("label:level:s0", "", context("seLinuxOptions: {level: s0}"), "kept"),
        ("label:user:x", "", "", "refused"),
    ],
)
def test_security_options(raw: str, pod: str, container: str, expected: str) -> None:
    assert verdict(f'security_opt."{raw}"', {"security_opt": [raw]}, pod, container=container).verdict == expected


@pytest.mark.parametrize(
    ("name", "pod", "expected"),
    [
        ("net.ipv4.tcp_syncookies", 'securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]}', "kept"),
        ("net.ipv4.tcp_syncookies", 'securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "0"}]}', "differs"),
        ("net.ipv4.tcp_syncookies", "", "lost"),
        ("net.core.somaxconn", "", "refused"),
    ],
)
def test_sysctls(name: str, pod: str, expected: str) -> None:
    assert verdict(f'sysctls."{name}"', {"sysctls": {name: "1"}}, pod).verdict == expected
