"""The verdicts are those of Kubernetes: its own fixtures, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from converter.pod_security import violations

FIXTURES = Path(__file__).parents[3] / "shared" / "pod-security"
REASONS = {
    "allowprivilegeescalation": "allowPrivilegeEscalation != false",
    "apparmorprofile": "forbidden AppArmor profile",
    "capabilities_baseline": "non-default capabilities",
    "capabilities_restricted": "unrestricted capabilities",
    "hostnamespaces": "host namespaces",
    "hostpathvolumes": "hostPath volumes",
    "hostports": "hostPort",
    "hostprobesandhostlifecycle": "probe or lifecycle host",
    "privileged": "privileged",
    "procmount": "procMount",
    "procmount_restricted": "procMount",
    "restrictedvolumes": "restricted volume types",
    "runasnonroot": "runAsNonRoot != true",
    "runasuser": "runAsUser=0",
    "seccompprofile_baseline": "seccompProfile",
    "seccompprofile_restricted": "seccompProfile",
    "selinuxoptions": "seLinuxOptions",
    "sysctls": "forbidden sysctls",
    "windowshostprocess": "hostProcess",
}
STRICTER = {"hostPath volumes": "restricted volume types", "non-default capabilities": "unrestricted capabilities"}


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the fixtures of k8s.io/pod-security-admission are not at ../shared/pod-security")
def test_every_fixture_of_kubernetes_has_its_verdict_for_its_reason() -> None:
    files = sorted(FIXTURES.glob("*/v*/*/*.yaml"))
    assert len(files) == 970
    wrong = []
    for file in files:
        level, version, verdict = file.parts[-4:-1]
        pod = yaml.load(file.read_bytes(), yaml.CSafeLoader)
        found = [one.message for one in violations(pod["metadata"], pod["spec"], level, version.removeprefix("v"))]
        reason = REASONS.get(file.stem.rstrip("0123456789"), "")
        wanted = STRICTER.get(reason, reason) if level == "restricted" else reason
        right = any(message.startswith(f"{wanted} (") for message in found) if verdict == "fail" else not found
        if not right:
            wrong.append((str(file.relative_to(FIXTURES)), found))
    assert not wrong
