"""The Pod Security Standards, a pod each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.pod_security import LEVELS, level, violations

HARD = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def messages(spec: dict[str, Any], *, at: str = "restricted", kubernetes: str = "1.34", **metadata: Any) -> list[str]:
    """What is wrong with a pod."""
    return [violation.message for violation in violations(metadata, spec, at, kubernetes)]


def pod(context: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """A pod with one container `x` that has this security context besides what restricted asks for."""
    return {"containers": [{"name": "x", "securityContext": {**HARD, **(context or {})}}], **spec}


def test_a_bare_container_fails_four_checks_of_restricted_in_the_words_of_kubernetes() -> None:
    assert messages({"containers": [{"name": "x"}]}) == [
        'allowPrivilegeEscalation != false (container "x" must set securityContext.allowPrivilegeEscalation=false)',
        'unrestricted capabilities (container "x" must set securityContext.capabilities.drop=["ALL"])',
        'runAsNonRoot != true (pod or container "x" must set securityContext.runAsNonRoot=true)',
        'seccompProfile (pod or container "x" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ]
    assert messages({"containers": [{"name": "x"}]}, at="baseline") == []


def test_containers_that_do_the_same_are_named_together() -> None:
    spec = {kind: [{"name": name}] for kind, name in (("containers", "a"), ("initContainers", "b"), ("ephemeralContainers", "c"))}
    assert messages(spec)[0] == (
        'allowPrivilegeEscalation != false (containers "b", "a", "c" must set securityContext.allowPrivilegeEscalation=false)'
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (pod({"privileged": True}), 'privileged (container "x" must not set securityContext.privileged=true)'),
        (pod(hostNetwork=True, hostPID=True), "host namespaces (hostNetwork=true; hostPID=true)"),
        (
            pod(volumes=[{"name": "v", "hostPath": {"path": "/"}}]),
            'restricted volume types (volume "v" uses restricted volume type "hostPath")',
        ),
        (pod({"runAsUser": 0}), 'runAsUser=0 (container "x" must not set runAsUser=0)'),
        (pod(securityContext={"runAsUser": 0}), "runAsUser=0 (pod must not set runAsUser=0)"),
        (pod(securityContext={"runAsNonRoot": False}), "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)"),
        (
            pod({"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}),
            'unrestricted capabilities (container "x" must not include "SYS_ADMIN" in securityContext.capabilities.add)',
        ),
        (pod(securityContext={"sysctls": [{"name": "kernel.msgmax"}]}), "forbidden sysctls (kernel.msgmax)"),
    ],
)
def test_a_breach_is_named_in_the_words_of_kubernetes(spec: dict[str, Any], message: str) -> None:
    assert messages(spec) == [message]


def test_the_pod_may_say_for_its_containers_who_runs_and_under_which_profile() -> None:
    own = {key: HARD[key] for key in ("allowPrivilegeEscalation", "capabilities")}
    spec = {
        "containers": [{"name": "x", "securityContext": own}],
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    assert messages(spec) == []


def test_a_hardened_pod_may_listen_below_1024_and_use_the_safe_sysctl_for_it() -> None:
    sysctl = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
    assert messages(pod({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}, securityContext={"sysctls": [sysctl]})) == []


@pytest.mark.parametrize(
    ("spec", "before", "since"),
    [
        (pod(livenessProbe={}, securityContext={"sysctls": [{"name": "net.ipv4.tcp_rmem"}]}), "1.31", "1.32"),
        (pod({"seLinuxOptions": {"type": "container_engine_t"}}), "1.30", "1.31"),
        (pod({"runAsUser": 0, "runAsNonRoot": None}, hostUsers=False), "1.34", "1.35"),
    ],
)
def test_a_check_holds_for_the_versions_that_it_holds_for(spec: dict[str, Any], before: str, since: str) -> None:
    assert messages(spec, kubernetes=before)
    assert messages(spec, kubernetes=since) == []


def test_a_probe_of_another_host_is_refused_since_134() -> None:
    spec = pod()
    spec["containers"][0]["livenessProbe"] = {"httpGet": {"host": "127.0.0.1", "port": 80}}
    assert messages(spec, kubernetes="1.33") == []
    assert messages(spec) == ['probe or lifecycle host (container "x" uses probe or lifecycle host "127.0.0.1")']


def test_windows_pods_are_free_of_what_only_linux_has() -> None:
    assert messages({"os": {"name": "windows"}, "containers": [{"name": "x", "securityContext": {"runAsNonRoot": True}}]}) == []


def test_a_breach_has_the_path_of_its_field() -> None:
    [violation] = violations({}, pod({"runAsUser": 0}), "restricted", "1.34")
    assert violation.paths == (("containers", 0, "securityContext", "runAsUser"),)


def test_the_level_is_the_strictest_that_every_pod_meets() -> None:
    def document(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
        template = {"spec": spec}
        return {"kind": kind, "spec": {"jobTemplate": {"spec": {"template": template}}} if kind == "CronJob" else {"template": template}}

    assert level([], "1.34") == "restricted"
    assert level([document("Deployment", pod()), {"kind": "Service", "spec": {}}], "1.34") == "restricted"
    assert level([document("Deployment", pod()), document("CronJob", {"containers": [{"name": "y"}]})], "1.34") == "baseline"
    assert level([document("Job", pod(hostPID=True)), document("Deployment", pod())], "1.34") == "privileged"


names = st.sampled_from(
    (
        *("containers", "securityContext", "name", "volumes", "hostPath", "capabilities", "add", "drop", "lifecycle", "preStop"),
        *("httpGet", "host", "ports", "hostPort", "seccompProfile", "type", "sysctls", "os"),
    )
)
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
junk = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5))


@given(
    st.dictionaries(st.sampled_from(["containers", "initContainers", "securityContext", "volumes", "os"]), junk), st.sampled_from(LEVELS)
)
def test_no_pod_however_broken_makes_it_raise(spec: dict[str, Any], at: str) -> None:
    violations({"annotations": spec}, spec, at, "1.34")
    level([{"kind": "Pod", "spec": spec}], "1.34")
