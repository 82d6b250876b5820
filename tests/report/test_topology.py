"""The topology: what needs, stores and lets in what, and who may talk to whom, as the Compose file and the manifests have it."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from converter import overlay, pipeline
from converter.compose.load import Inputs, load
from converter.errors import Location
from converter.kompose import provide
from converter.report.repository import in_repository
from converter.report.topology import Edge, Topology, topology
from converter.report.view import View, view
from tests.cli.command import write

COMPOSE = """\
name: shop
services:
  web:
    image: nginx:1.27
    ports: ["80:80"]
    networks: [front, back]
    environment: {API_URL: "http://api:8000/"}
    depends_on: {db: {condition: service_healthy}}
    volumes: [data:/srv]
  api:
    image: python:3.12
    expose: ["8000"]
    networks: [back]
  db:
    image: postgres:16
    networks: [back]
    healthcheck: {test: pg_isready}
    volumes: [data:/var/lib/postgresql/data]
  side:
    image: busybox:1.37
    network_mode: service:api
networks: {front: {}, back: {}}
volumes: {data: {}}
"""


def seen(folder: Path, text: str, compose: str = COMPOSE) -> View:
    """What a report is made of, for a project and an overlay."""
    write(folder, {"compose.yml": compose, "lab.yaml": text})
    with chdir(folder):
        chosen = overlay.load(Path("lab.yaml"))
        result = pipeline.run(load(Inputs()), chosen, provide.kompose(progress=print))
    return view("shop", "lab", result.project, result.manifests, result.entries, result.findings, trace=result.trace)


def drawn(folder: Path, text: str = "{}\n") -> Topology:
    """The topology of the project under an overlay."""
    return topology(seen(folder, text))


def reached(found: Topology) -> dict[str, tuple[str, ...] | None]:
    """Service -> who may talk to it."""
    return {node.name: node.reached for node in found.services}


def test_needs_are_those_of_compose_and_uses_what_else_a_service_names(tmp_path: Path) -> None:
    found = drawn(tmp_path)

    needs = [Edge("side", "api", "needs", "started"), Edge("web", "db", "needs", "healthy")]
    assert [edge for edge in found.edges if edge.kind == "needs"] == needs
    assert [edge for edge in found.edges if edge.kind == "uses"] == [Edge("web", "api", "uses", "named in environment.API_URL")]


def test_a_volume_that_two_services_mount_is_one(tmp_path: Path) -> None:
    found = drawn(tmp_path)

    assert [(node.title, node.lines) for node in found.nodes if node.kind == "volume"] == [("data", ("1Gi",))]
    stored = {edge.tail: edge.label for edge in found.edges if edge.kind == "stores"}
    assert stored == {"db": "/var/lib/postgresql/data", "web": "/srv"}


def test_without_policies_everybody_may_talk_to_everybody(tmp_path: Path) -> None:
    assert set(reached(drawn(tmp_path)).values()) == {None}


def test_with_policies_the_members_of_a_network_may_talk(tmp_path: Path) -> None:
    found = reached(drawn(tmp_path, "network-policies: {enabled: true}\n"))

    assert found["db"] == ("api", "side", "web")


def test_nothing_comes_in_from_outside_until_an_overlay_says_how(tmp_path: Path) -> None:
    assert [edge for edge in drawn(tmp_path).edges if edge.kind == "lets in"] == []


def test_hosts_of_an_ingress_load_balancers_and_node_ports_are_ways_in(tmp_path: Path) -> None:
    settings = "exposure: {ingress: {hosts: {shop.example.com: web}}, load-balancers: [api], node-ports: {db: 30432}}\n"

    found = drawn(tmp_path, settings)

    ways = {edge.tail.removeprefix("outside/"): edge.head for edge in found.edges if edge.kind == "lets in"}
    assert ways.pop("shop.example.com/") == "web"
    assert ways.pop("node port 30432") == "db"
    assert list(ways.values()) == ["api"]


def test_a_service_tells_what_runs_it_and_which_of_its_values_matter(tmp_path: Path) -> None:
    found = topology(
        seen(tmp_path, "{}\n", COMPOSE.replace("    image: python:3.12\n", "    image: python:3.12\n    devices: [/dev/a:/dev/a]\n"))
    )

    (api,) = [node for node in found.services if node.name == "api"]
    assert api.lines == ("python:3.12", "Deployment · 8000/tcp")
    assert api.notable == (("refused", 1),)


def test_a_place_is_told_from_the_root_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".git").touch()
    project = seen(tmp_path / "deep" / "er", "{}\n").project

    assert in_repository(project, Location("compose.yml", 3, 4)) == Location("deep/er/compose.yml", 3, 4)
    assert in_repository(project, Location("../compose.yml")) == Location("deep/compose.yml")
    assert in_repository(project, Location("../../../else/compose.yml")) == Location("../else/compose.yml")
    assert in_repository(project, Location("/etc/compose.yml")) == Location("/etc/compose.yml")


def test_without_a_repository_a_place_is_told_as_it_is(tmp_path: Path) -> None:
    project = seen(tmp_path, "{}\n").project

    assert in_repository(project, Location("compose.yml", 3, 4)) == Location("compose.yml", 3, 4)
