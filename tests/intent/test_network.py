"""How a container is reached and what it resolves."""

from __future__ import annotations

from typing import Any

import pytest

from converter import ledger
from converter.compose.project import Target
from converter.findings import Severity
from tests.intent.contract import breaches
from tests.intent.samples import AROUND, HAND_WRITTEN, documents, project, verdict

PORT = {"target": 80, "published": "8080", "protocol": "tcp", "mode": "ingress"}


def service(spec: str, name: str = "web") -> str:
    """A Service that selects the pod."""
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: web}}, {spec}}}\n---\n"


def port(key: str, more: str, container: str = "", **changes: Any) -> Any:
    """The entry of one value of a port."""
    return verdict(f"ports.80/tcp.{key}", {"ports": [{**PORT, **changes}]}, container=container, more=more)


@pytest.mark.parametrize(
    ("more", "container", "expected"),
    [
        (service("ports: [{port: 80}]"), "", "kept"),
        (service("ports: [{port: 80, targetPort: 80}]"), "", "kept"),
        (service("ports: [{port: 80, targetPort: http}]"), "ports: [{name: http, containerPort: 80}]", "kept"),
        (service("ports: [{port: 80, targetPort: http}]"), "", "lost"),
        (service("ports: [{port: 8080, targetPort: 80}]"), "", "differs"),
        (service("ports: [{port: 80, protocol: UDP}]"), "", "lost"),
        (service("ports: [{port: 80}]", name="other"), "", "differs"),
        (service("ports: [{port: 8080, targetPort: 80}]", name="web-published") + service("ports: [{port: 80}]"), "", "kept"),
        (service("ports: [{port: 80}]").replace("app: web", "app: db"), "", "lost"),
        ("", "", "lost"),
    ],
)
def test_a_port_is_found_at_its_number_under_the_services_name(more: str, container: str, expected: str) -> None:
    assert port("target", more, container).verdict == expected


@pytest.mark.parametrize(
    ("more", "verdict_", "got"),
    [
        (service("ports: [{port: 80}]"), "not needed", None),
        (service("type: NodePort, ports: [{port: 80, nodePort: 30080}]"), "approximated", "30080 of each node"),
        (service("type: NodePort, ports: [{port: 80}]"), "approximated", "a port of each node"),
        (service("type: LoadBalancer, ports: [{port: 8080, targetPort: 80}]"), "kept", "8080"),
        (service("type: LoadBalancer, ports: [{port: 80}]"), "approximated", "80"),
    ],
)
def test_a_published_port_is_what_the_outside_reaches(more: str, verdict_: str, got: str | None) -> None:
    entry = port("published", more)

    assert (entry.verdict, entry.got) == (verdict_, got)


def test_an_unpublished_port_says_how_to_reach_it() -> None:
    assert "kubectl -n shop port-forward svc/web 8080:80" in port("published", "").why


@pytest.mark.parametrize("backend", ["number: 80", "name: http"])
def test_an_ingress_publishes_a_port(backend: str) -> None:
    more = service("ports: [{name: http, port: 80}]") + (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: shop.example.com, http: {paths: "
        f"[{{path: /, backend: {{service: {{name: web, port: {{{backend}}}}}}}}}]}}}}]}}"
    )

    assert port("published", more).got == "http://shop.example.com/"


def test_a_port_of_the_node_itself() -> None:
    assert port("published", "", "ports: [{containerPort: 80, hostPort: 8080}]").got == "8080 of its node"


@pytest.mark.parametrize(
    ("host_ip", "exposed", "expected"),
    [
        ("127.0.0.1", False, "not needed"),
        ("127.0.0.1", True, "approximated"),
        ("0.0.0.0", True, "kept"),  # noqa: S104 - an address in a table
        ("0.0.0.0", False, "not needed"),  # noqa: S104 - likewise
        ("::", True, "translated"),
        ("10.1.2.3", False, "approximated"),
    ],
)
def test_the_address_of_a_published_port(host_ip: str, exposed: bool, expected: str) -> None:  # noqa: FBT001 - a parameter of a table
    more = service("type: NodePort, ports: [{port: 80, nodePort: 30080}]") if exposed else ""

    assert port("host_ip", more, host_ip=host_ip).verdict == expected


@pytest.mark.parametrize(
    ("key", "raw", "more", "expected"),
    [
        ("protocol", "tcp", service("ports: [{port: 80}]"), "kept"),
        ("mode", "host", "", "not needed"),
        ("name", "front", service("ports: [{name: front, port: 80}]"), "kept"),
        ("name", "Front Door", service("ports: [{name: tcp-80, port: 80}]"), "approximated"),
        ("name", "front", service("ports: [{name: back, port: 80}]"), "differs"),
        ("app_protocol", "http", service("ports: [{port: 80, appProtocol: http}]"), "kept"),
    ],
)
def test_what_else_a_port_says(key: str, raw: str, more: str, expected: str) -> None:
    assert port(key, more, **{key: raw}).verdict == expected


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("80", service("ports: [{port: 80}]"), "kept"),
        ("80-81", service("ports: [{port: 80}, {port: 81}]"), "kept"),
        ("80-81", service("ports: [{port: 80}]"), "lost"),
        ("53/udp", service("ports: [{port: 53, protocol: UDP}]"), "kept"),
        ("53/udp", service("ports: [{port: 53}]"), "lost"),
    ],
)
def test_exposed_ports(text: str, more: str, expected: str) -> None:
    assert verdict(f'expose."{text}"', {"expose": [text]}, more=more).verdict == expected


@pytest.mark.parametrize(
    ("alias", "more", "expected"),
    [
        ("front", service("ports: [{port: 80}]", "front"), "kept"),
        ("front", service("ports: [{port: 80}]"), "lost"),
        ("the_front", "", "not needed"),
    ],
)
def test_an_alias_is_a_service_of_that_name(alias: str, more: str, expected: str) -> None:
    networks = {"networks": {"default": {"aliases": [alias]}}}

    assert verdict(f"networks.default.aliases.{alias}", networks, more=more).verdict == expected


@pytest.mark.parametrize(
    ("route", "service_", "pod", "more", "expected"),
    [
        ("hostname", {"hostname": "box"}, "hostname: box", "", "kept"),
        ("hostname", {"hostname": "box"}, "", "", "lost"),
        ("hostname", {"hostname": "my_box"}, "", "", "approximated"),
        ("hostname", {"hostname": "box.example.com"}, "hostname: box", "", "approximated"),
        ("hostname", {"hostname": "box.example.com"}, "hostname: example", "", "differs"),
        ("hostname", {"hostname": "box.example.com"}, "", "", "approximated"),
        ("hostname", {"hostname": "Box"}, "hostname: box", "", "translated"),
        ("container_name", {"container_name": "my_web"}, "", "", "not needed"),
        ("container_name", {"container_name": "front"}, "", service("ports: [{port: 80}]", "front"), "kept"),
        ("domainname", {"domainname": "example"}, "", "", "approximated"),
        ("domainname", {"domainname": "example"}, "subdomain: example", "", "kept"),
        ('extra_hosts."nas=10.0.0.9"', {"extra_hosts": ["nas=10.0.0.9"]}, "hostAliases: [{ip: 10.0.0.9, hostnames: [nas]}]", "", "kept"),
        ('extra_hosts."nas=10.0.0.9"', {"extra_hosts": ["nas=10.0.0.9"]}, "hostAliases: [{ip: 10.0.0.8, hostnames: [nas]}]", "", "lost"),
        ('extra_hosts."a=host-gateway"', {"extra_hosts": ["a=host-gateway"]}, "", "", "refused"),
        ('extra_hosts."a_b=10.0.0.9"', {"extra_hosts": ["a_b=10.0.0.9"]}, "", "", "refused"),
        ("dns", {"dns": ["1.1.1.1", "8.8.8.8"]}, "dnsConfig: {nameservers: [1.1.1.1, 8.8.8.8]}", "", "kept"),
        ("dns", {"dns": ["1.1.1.1", "8.8.8.8"]}, "dnsConfig: {nameservers: [8.8.8.8, 1.1.1.1]}", "", "differs"),
        ("dns_search", {"dns_search": ["a", "."]}, "dnsConfig: {searches: [a]}", "", "translated"),
        ("dns_search", {"dns_search": ["."]}, "", "", "not needed"),
        ("dns_opt", {"dns_opt": ["ndots:2", "rotate"]}, 'dnsConfig: {options: [{name: ndots, value: "2"}, {name: rotate}]}', "", "kept"),
        ("network_mode", {"network_mode": "host"}, "hostNetwork: true", "", "kept"),
        ("network_mode", {"network_mode": "host"}, "", "", "refused"),
        ("network_mode", {"network_mode": "none"}, "", "", "approximated"),
        ("network_mode", {"network_mode": "bridge"}, "", "", "not needed"),
        ("network_mode", {"network_mode": "container:x"}, "", "", "refused"),
        ('external_links."x"', {"external_links": ["x"]}, "", "", "refused"),
        ("mac_address", {"mac_address": "02:42:ac:11:65:43"}, "", "", "refused"),
    ],
)
def test_names(route: str, service_: dict[str, Any], pod: str, more: str, expected: str) -> None:
    assert verdict(route.replace('"x"', "x"), service_, pod, more=more).verdict == expected


def test_a_pod_that_policies_shut_off_has_no_network() -> None:
    spec = "spec: {podSelector: {}, policyTypes: [Ingress, Egress]}"
    wall = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: wall}}\n{spec}"

    assert verdict("network_mode", {"network_mode": "none"}, more=wall).verdict == "kept"


@pytest.mark.parametrize(
    ("used", "expected"), [({"IP": "172.16.0.9"}, "refused"), ({"IP": "172.16.0.99"}, "not needed"), ({}, "not needed")]
)
def test_a_fixed_address(used: dict[str, str], expected: str) -> None:
    asked = {"networks": {"default": {"ipv4_address": "172.16.0.9"}}, "environment": used}

    assert verdict("networks.default.ipv4_address", asked).verdict == expected


def walled(text: str) -> dict[str, tuple[str, Any]]:
    """Verdict and reading of each membership."""
    entries = ledger.entries(project(), documents(text), Target())
    return {
        f"{one.route[1]} {one.route[3]}": (one.verdict, one.got)
        for one in entries
        if one.route[2:3] == ("networks",) and len(one.route) == 4
    }


def test_policies_that_let_members_talk_keep_a_network() -> None:
    said = walled(HAND_WRITTEN + AROUND)

    assert {key: verdict_ for key, (verdict_, _) in said.items()} == dict.fromkeys(said, "kept")


def test_a_policy_that_cuts_a_member_off_differs() -> None:
    said = walled(
        HAND_WRITTEN + AROUND.replace("values: [db-main, migrate, web]}]}\n  policyTypes", "values: [db-main, web]}]}\n  policyTypes")
    )

    assert said["migrate inner"] == ("differs", "inner, without db-main, web")


def test_a_policy_that_lets_strangers_in_is_approximated() -> None:
    open_door = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all}\nspec: {podSelector: {}, ingress: [{}]}"
    alone = "apiVersion: v1\nkind: Pod\nmetadata: {name: stranger}\nspec: {containers: []}"
    said = walled(f"{HAND_WRITTEN}\n---\n{open_door}\n---\n{alone}")

    assert said["db_main inner"] == ("approximated", "inner, and stranger")


def pods(*names: str) -> list[dict[str, Any]]:
    """A bare Pod for each service."""
    one = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec: {containers: [{name: NAME}]}"
    return documents("\n---\n".join(one.replace("NAME", name) for name in names))


def memberships(networks: dict[str, list[str]], more: dict[str, dict[str, Any]] | None = None) -> dict[str, str]:
    """Verdict of each membership of services on these networks, and of `more` services, without policies."""
    services: dict[str, Any] = {key: {"image": "busybox", "networks": dict.fromkeys(names)} for key, names in networks.items()}
    found = ledger.entries(project(**services, **(more or {})), pods(*services), Target())
    return {f"{one.route[1]} {one.route[3]}": one.verdict for one in found if one.route[2:3] == ("networks",) and len(one.route) == 4}


def test_services_that_share_no_network_are_not_kept_apart_without_policies() -> None:
    found = memberships({"web": ["front"], "api": ["front", "back"], "db": ["back"]})

    assert found == {"web front": "approximated", "db back": "approximated", "api front": "not needed", "api back": "not needed"}


def test_a_network_that_all_services_share_needs_no_policies() -> None:
    assert set(memberships({"web": ["one"], "api": ["one", "two"], "db": ["one"]}).values()) == {"not needed"}
    assert set(memberships({"web": ["one", "two"]}).values()) == {"not needed"}


def test_a_service_without_a_network_of_its_own_is_not_kept_apart_from_anybody() -> None:
    more = {"node": {"image": "busybox", "network_mode": "host"}, "beside": {"image": "busybox", "network_mode": "service:web"}}

    assert set(memberships({"web": ["one"], "api": ["one"]}, more).values()) == {"not needed"}


def test_what_policies_would_keep_apart_is_one_note_of_the_project() -> None:
    services: dict[str, Any] = {key: {"image": "busybox", "networks": {key: None}} for key in ("one", "two", "three")}

    entries = ledger.entries(project(**services), pods(*services), Target())
    found = [one for one in ledger.findings(entries) if one.route[2:3] == ("networks",)]

    assert len(found) == len(services)
    assert {(one.severity, one.message, one.hint) for one in found} == {
        (
            Severity.INFO,
            "approximated: no NetworkPolicy selects the pod: services that share no network with it reach it as well",
            "'network-policies: {enabled: true}' in the overlay keeps them apart",
        )
    }


def test_an_internal_network_needs_a_wall() -> None:
    verdicts = {}
    for name, text in {"without": HAND_WRITTEN, "with": HAND_WRITTEN + AROUND}.items():
        entries = ledger.entries(project(), documents(text), Target())
        verdicts[name] = next(one.verdict for one in entries if one.route == ("networks", "inner", "internal"))

    assert verdicts == {"without": "approximated", "with": "kept"}


@pytest.mark.parametrize(
    ("depends_on", "ports", "expected"),
    [
        ({"migrate": {"condition": "service_completed_successfully"}}, "{port: 443}, {port: 6443}", "approximated"),
        ({"migrate": {"condition": "service_completed_successfully"}}, "{port: 443}, {port: 25}", "differs"),
        ({"migrate": {"condition": "service_completed_successfully"}}, "{port: 53, protocol: UDP}", "kept"),
        ({}, "{port: 443}, {port: 6443}", "differs"),
    ],
)
def test_a_wait_for_a_job_opens_an_internal_network_and_nothing_else_may(depends_on: dict[str, Any], ports: str, expected: str) -> None:
    services = {"web": {"networks": {"inner": None}, "depends_on": depends_on}, "migrate": {"networks": {"inner": None}, "restart": "no"}}
    wall = AROUND.replace("egress: [{}]}", f"egress: [{{ports: [{ports}]}}]}}")
    entries = ledger.entries(project(**services), documents(HAND_WRITTEN + wall), Target())

    assert next(one.verdict for one in entries if one.route == ("networks", "inner", "internal")) == expected


def test_readers_of_policies_notice_each_change_too() -> None:
    assert breaches(documents(HAND_WRITTEN + AROUND), project()) == []


def test_a_refusal_is_an_error() -> None:
    assert verdict("network_mode", {"network_mode": "host"}).severity == Severity.ERROR
