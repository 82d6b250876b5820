"""What a level lets through of what a service asks for."""

from __future__ import annotations

from typing import Any

import pytest

from converter.rules.writing.container_security import container_context, sysctls

ROOT, UNKNOWN, APP = (0, None), (None, None), (1000, 1000)


def test_a_program_that_is_not_root_loses_what_only_root_can_use() -> None:
    made = container_context({"cap_add": ["CAP_CHOWN", "net_bind_service"]}, APP, ("SETUID",), "restricted")

    assert made["capabilities"] == {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}
    assert made["allowPrivilegeEscalation"] is False
    assert made["runAsNonRoot"] is True


def test_an_entrypoint_that_starts_as_root_keeps_what_it_is_known_to_need() -> None:
    assert container_context({}, ROOT, ("SETUID", "CHOWN"), "restricted") == {
        "runAsUser": 0,
        "capabilities": {"add": ["CHOWN", "SETUID"], "drop": ["ALL"]},
    }
    assert container_context({"cap_drop": ["CHOWN"]}, UNKNOWN, ("SETUID", "CHOWN"), "baseline")["capabilities"]["add"] == ["SETUID"]


def test_of_an_image_that_nobody_knows_nothing_is_taken_away() -> None:
    assert container_context({}, UNKNOWN, (), "restricted") == {}
    assert container_context({"cap_drop": ["NET_RAW"]}, UNKNOWN, (), "restricted") == {"capabilities": {"drop": ["NET_RAW"]}}


@pytest.mark.parametrize(("level", "added"), [("restricted", None), ("baseline", None), ("privileged", ["SYS_ADMIN"])])
def test_a_capability_beyond_dockers_own_needs_the_level_privileged(level: str, added: list[str] | None) -> None:
    assert container_context({"cap_add": ["SYS_ADMIN"]}, UNKNOWN, (), level).get("capabilities", {}).get("add") == added


@pytest.mark.parametrize(
    ("option", "level", "made"),
    [
        ("no-new-privileges", "restricted", {"allowPrivilegeEscalation": False}),
        ("no-new-privileges=true", "restricted", {"allowPrivilegeEscalation": False}),
        ("no-new-privileges:false", "restricted", {}),
        ("seccomp:unconfined", "baseline", {}),
        ("seccomp=unconfined", "privileged", {"seccompProfile": {"type": "Unconfined"}}),
        ("seccomp:./profile.json", "privileged", {}),
        ("apparmor:unconfined", "baseline", {}),
        ("apparmor:unconfined", "privileged", {"appArmorProfile": {"type": "Unconfined"}}),
        ("apparmor:docker-default", "restricted", {"appArmorProfile": {"type": "RuntimeDefault"}}),
        ("apparmor:mine", "restricted", {"appArmorProfile": {"type": "Localhost", "localhostProfile": "mine"}}),
        ("label:type:container_t", "restricted", {"seLinuxOptions": {"type": "container_t"}}),
        ("label:type:spc_t", "restricted", {}),
        ("label=user:someone", "baseline", {}),
        ("label=user:someone", "privileged", {"seLinuxOptions": {"user": "someone"}}),
        ("label:disable", "privileged", {}),
    ],
)
def test_a_security_option_becomes_the_field_that_the_level_allows(option: str, level: str, made: dict[str, Any]) -> None:
    assert container_context({"security_opt": [option]}, UNKNOWN, (), level) == made


def test_privileged_stands_alone_and_only_where_the_level_is() -> None:
    service = {"privileged": True, "read_only": True, "cap_add": ["SYS_ADMIN"], "security_opt": ["no-new-privileges"]}

    assert container_context(service, ROOT, (), "privileged") == {"runAsUser": 0, "privileged": True, "readOnlyRootFilesystem": True}
    assert "privileged" not in container_context(service, ROOT, (), "baseline")


def test_only_sysctls_that_a_kubelet_sets_are_kept() -> None:
    asked = {"net.ipv4.tcp_syncookies": 0, "net.core.somaxconn": 1024}

    assert sysctls({"sysctls": asked}, "1.34") == {"net.ipv4.tcp_syncookies": "0"}
    assert sysctls({"sysctls": ["net.ipv4.tcp_syncookies=0"]}, "1.34") == {"net.ipv4.tcp_syncookies": "0"}
    assert sysctls({}, "1.34") == {}


def test_a_sysctl_is_kept_from_the_version_on_that_allows_it() -> None:
    asked = {"sysctls": {"net.ipv4.tcp_rmem": "4096 87380 6291456"}}
    assert sysctls(asked, "1.31") == {}
    assert sysctls(asked, "1.32") == asked["sysctls"]


def test_a_program_keeps_the_capabilities_that_it_is_marked_with_whoever_runs_it() -> None:
    assert container_context({}, (1000, 1000), ("CHOWN",), "restricted", ("NET_BIND_SERVICE",))["capabilities"] == {
        "add": ["NET_BIND_SERVICE"],
        "drop": ["ALL"],
    }
    assert container_context({}, UNKNOWN, ("CHOWN",), "baseline", ("NET_BIND_SERVICE",))["capabilities"]["add"] == [
        "CHOWN",
        "NET_BIND_SERVICE",
    ]
