"""How a pod is named to itself and to its peers."""

from __future__ import annotations

from typing import Any

import pytest

from converter.rules.writing.pod_names import dns_config, host_aliases, hostname, is_found_early, ready_name
from tests.rules.projects import project_of


def calling(*names: str, **more: Any) -> dict[str, Any]:
    """A service that calls others by name, and is healthy only when its test says so."""
    return {
        "healthcheck": {"test": ["CMD", "true"]},
        "environment": {f"PEER{place}_URL": f"http://{name}:80" for place, name in enumerate(names)},
        "expose": ["80"],
        **more,
    }


def test_a_program_that_calls_itself_is_called_so() -> None:
    project = project_of({"broker_1": calling("broker_1")})

    assert hostname(project, "broker_1") == "broker-1"
    assert not is_found_early(project, "broker_1")


def test_a_hostname_of_the_compose_file_stays_and_the_service_answers_early_instead() -> None:
    project = project_of({"broker": calling("broker", hostname="rabbit")})

    assert hostname(project, "broker") == "rabbit"
    assert is_found_early(project, "broker")


@pytest.mark.parametrize(("name", "label"), [("mail.example.com", "mail"), ("Capital", "capital"), ("7.b", "7")])
def test_of_a_whole_name_the_pod_has_the_first_part(name: str, label: str) -> None:
    assert hostname(project_of({"web": {"hostname": name}}), "web") == label


@pytest.mark.parametrize("name", ["", "has_underscore", ".b", "-a", "a" * 64])
def test_what_is_no_label_is_no_hostname(name: str) -> None:
    assert hostname(project_of({"web": {"hostname": name}}), "web") is None


def test_a_circle_of_callers_is_found_early_and_a_line_is_not() -> None:
    circle = project_of({"a": calling("b"), "b": calling("c"), "c": calling("a"), "d": calling("a")})

    assert [key for key in circle.services if is_found_early(circle, key)] == ["a", "b", "c"]


def test_who_waits_for_a_member_of_a_circle_asks_the_name_that_tells_it_is_ready() -> None:
    client = {"depends_on": {"a": {"condition": "service_healthy"}}}
    project = project_of({"a": calling("b"), "b": calling("a"), "client": client})

    assert ready_name(project, "a") == "a-ready"
    assert ready_name(project, "b") == "b"


def test_extra_hosts_come_by_address() -> None:
    listed = {"extra_hosts": ["b=10.0.0.1", "a:10.0.0.1", "a=10.0.0.1", "v6=[::1]", "Big=10.0.0.2", "gate=host-gateway"]}
    mapped = {"extra_hosts": {"b": ["10.0.0.1", "10.0.0.3"]}}

    assert host_aliases([listed]) == [{"ip": "10.0.0.1", "hostnames": ["a", "b"]}, {"ip": "::1", "hostnames": ["v6"]}]
    assert host_aliases([mapped]) == [{"ip": "10.0.0.1", "hostnames": ["b"]}, {"ip": "10.0.0.3", "hostnames": ["b"]}]


def test_servers_keep_their_order() -> None:
    assert dns_config({"dns": ["2.2.2.2", "1.1.1.1"], "dns_search": ".", "dns_opt": ["ndots:2", "use-vc"]}) == {
        "nameservers": ["2.2.2.2", "1.1.1.1"],
        "options": [{"name": "ndots", "value": "2"}, {"name": "use-vc"}],
    }
    assert dns_config({}) == {}
