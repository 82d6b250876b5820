"""Which port of the nodes a published port gets."""

from __future__ import annotations

from typing import Any

from converter.compose.ports import container_ports
from converter.rules.writing.node_ports import HIGHEST, LOWEST, balanced_ports_of, left_out, node_ports_of, published_number
from tests.rules.projects import project_of


def ports(*pairs: str) -> dict[str, Any]:
    """A service that publishes "8080:80"..."""
    return {"ports": [{"published": one.partition(":")[0], "target": int(one.partition(":")[2]), "protocol": "tcp"} for one in pairs]}


def test_a_published_port_within_the_range_is_kept_and_any_other_made_from_the_name() -> None:
    chosen, refused = node_ports_of(project_of({"web": ports("30080:80", "8443:443")}), {"web": "auto"})

    numbers = {port.number: number for port, number in chosen["web"].items()}
    assert numbers[80] == 30080
    assert LOWEST <= numbers[443] <= HIGHEST
    assert refused == []


def test_what_another_service_is_called_changes_no_number() -> None:
    one, _ = node_ports_of(project_of({"web": ports("8080:80")}), {"web": "auto"})
    both, _ = node_ports_of(project_of({"api": ports("8080:80"), "web": ports("8080:80")}), {"web": "auto", "api": "auto"})

    assert one["web"] == both["web"]
    assert one["web"] != both["api"]


def test_no_number_is_given_twice() -> None:
    services = {f"web{number}": ports("30000:80") for number in range(300)}

    chosen, _ = node_ports_of(project_of(services), dict.fromkeys(services, "auto"))

    numbers = [number for one in chosen.values() for number in one.values()]
    assert len(set(numbers)) == len(numbers) == 300


def test_a_number_of_the_overlay_goes_before_a_published_one() -> None:
    chosen, refused = node_ports_of(project_of({"a": ports("30500:80"), "b": ports("8080:80")}), {"a": "auto", "b": 30500})

    assert next(iter(chosen["b"].values())) == 30500
    assert next(iter(chosen["a"].values())) != 30500
    assert refused == []


def test_a_number_that_cannot_be_is_refused_and_named() -> None:
    _, refused = node_ports_of(project_of({"a": ports("1:80"), "b": ports("2:80")}), {"a": [30001, 30002], "b": 80})

    assert refused == [
        ("a", "node port 30002 of service 'a', which has no further port"),
        ("b", "node port 80 of service 'b', which is not within 30000-32767"),
    ]


def test_numbers_of_the_overlay_open_the_ports_that_they_reach_and_no_other() -> None:
    web = ports("80:80", "443:443")
    private = {"published": "8443", "target": 8443, "protocol": "tcp", "host_ip": "127.0.0.1"}
    project = project_of({"web": web, "edge": {"ports": [*ports("80:80")["ports"], private]}})

    def opened(said: Any, key: str) -> dict[int, int]:
        return {port.number: number for port, number in node_ports_of(project, {key: said})[0][key].items()}

    assert opened([30080], "edge") == opened(30080, "edge") == {80: 30080}
    assert opened([30080, 30443], "edge") == {80: 30080, 8443: 30443}
    assert opened([30080], "web") == {80: 30080}
    assert list(left_out(project, {"edge": [30080], "web": "auto"})) == []
    assert list(left_out(project, {"edge": [30080, 30443], "web": 30081})) == [
        ("web", "1 node port of service 'web', which has more ports: none for 443")
    ]


def test_of_a_published_range_the_first_port_counts() -> None:
    project = project_of({"web": ports("9000-9005:80")})

    assert published_number(container_ports(project, "web")[0]) == 9000


def test_a_published_range_takes_its_first_port_that_no_other_has() -> None:
    chosen, refused = balanced_ports_of(project_of({"web": ports("8080-8082:80", "8080:443", "8081-8082:90")}), "web")

    assert {port.number: number for port, number in chosen.items()} == {80: 8081, 90: 8082, 443: 8080}
    assert refused == []
