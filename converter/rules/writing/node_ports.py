"""Which port of the nodes, or of a load balancer, each published port gets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from converter.compose.forwards import LOOPBACK
from converter.compose.identity import canonical
from converter.compose.ports import Port, container_ports
from converter.compose.project import Project
from converter.findings import Route

LOWEST, HIGHEST = 30000, 32767
"""The range that an API server gives to node ports unless it is told otherwise."""


def published_number(port: Port) -> int:
    """The port of the host: the first of a published range; the container's own where none is given."""
    first = port.published.partition("-")[0]
    return int(first) if first.isdigit() else port.number


def balanced_ports_of(project: Project, key: str) -> tuple[dict[Port, int], list[tuple[Route, str]]]:
    """The port of a load balancer by port, and what cannot be, as (Compose value, what is asked for).

    A published range takes its first port that no other has, as in docker compose.
    """
    ports, chosen = exposed_ports(project, key), dict[Port, int]()
    taken: dict[tuple[int, str], Port] = {}
    refused: list[tuple[Route, str]] = []
    for port in sorted(ports, key=lambda port: "-" in port.published):
        first, last = published_number(port), port.published.rpartition("-")[2]
        numbers = range(first, max(first, int(last) if last.isdigit() else 0) + 1)
        number = next((number for number in numbers if (number, port.protocol) not in taken), None)
        if number is None:
            refused.append(_twice(project, key, first, taken[first, port.protocol], port))
            continue
        chosen[port] = number
        taken[number, port.protocol] = port
    return {port: chosen[port] for port in ports if port in chosen}, refused


def _twice(project: Project, key: str, number: int, *both: Port) -> tuple[Route, str]:
    """What is said of two ports that are published as one."""
    routes = [_route(project, key, port) for port in both]
    lines = [project.sources.locate(route, project.model)[0] for route in routes]
    one, other = (f"{port.number} ({line.file}:{line.line})" for port, line in zip(both, lines, strict=True))
    return routes[-1], f"port {number}/{both[0].protocol} of the load balancer of service '{key}' for both {one} and {other}"


def _route(project: Project, key: str, port: Port) -> Route:
    """Where a published port stands in the model."""
    listed = canonical({"ports": project.services[key]["ports"]})["ports"]
    asked = port.number, port.protocol.lower(), port.published
    said = ((name, (one["target"], str(one.get("protocol") or "tcp"), str(one.get("published") or ""))) for name, one in listed.items())
    return ("services", key, "ports", next(name for name, value in said if value == asked))


def exposed_ports(project: Project, key: str) -> tuple[Port, ...]:
    """The ports of a service that are meant for the outside.

    Those published to more than the host itself; else those published to the host alone; all where none is published.
    """
    ports = container_ports(project, key)
    published = tuple(port for port in ports if port.published)
    return tuple(port for port in published if _is_open(port)) or published or ports


def _is_open(port: Port) -> bool:
    return any(not address.startswith(LOOPBACK) for _, address in ((port.published, port.host_ip), *port.also_published))


def node_ports_of(
    project: Project, asked: Mapping[str, int | str | Sequence[int]]
) -> tuple[dict[str, dict[Port, int]], list[tuple[str, str]]]:
    """Node ports by service and port, and what cannot be, as (service, what is asked for).

    Numbers of the overlay open the ports that they reach, no other. They go first; `auto` then takes a published port within the range,
    else a number made from the name, past those taken.
    """
    chosen: dict[str, dict[Port, int]] = {}
    taken: dict[tuple[int, str], str] = {}
    refused: list[tuple[str, str]] = []
    opened = {key: meant_ports(project, key, asked[key]) for key in sorted(set(asked) & set(project.services))}
    for key, ports in opened.items():
        numbers, chosen[key] = _numbers(asked[key]), {}
        for port, number in zip(ports, numbers, strict=False):
            if not LOWEST <= number <= HIGHEST or (number, port.protocol) in taken:
                refused.append((key, f"node port {number} of service '{key}'" + _why(taken.get((number, port.protocol), ""))))
                continue
            chosen[key][port] = number
            taken[number, port.protocol] = key
        refused += [(key, f"node port {number} of service '{key}', which has no further port") for number in numbers[len(ports) :]]
        opened[key] = ports[: len(numbers)] if numbers else ports
    for derive in (_as_published, _from_name):
        for key, numbers_of in chosen.items():
            for port in opened[key]:
                if port not in numbers_of and (number := derive(project.name_of(key), port, taken)):
                    numbers_of[port] = number
                    taken[number, port.protocol] = key
    return {key: {port: numbers_of[port] for port in opened[key]} for key, numbers_of in chosen.items()}, refused


def meant_ports(project: Project, key: str, said: int | str | Sequence[int]) -> tuple[Port, ...]:
    """The ports for which the overlay asks: with a number for each that is published, those of a loopback address among them."""
    exposed = exposed_ports(project, key)
    published = tuple(port for port in container_ports(project, key) if port.published)
    return published if published and len(_numbers(said)) > len(exposed) else exposed


def left_out(project: Project, asked: Mapping[str, int | str | Sequence[int]]) -> Iterator[tuple[str, str]]:
    """The ports for which the overlay has no number though it has some for their service, as (service, what is asked for)."""
    for key in sorted(set(asked) & set(project.services)):
        numbers = _numbers(asked[key])
        if numbers and (rest := meant_ports(project, key, asked[key])[len(numbers) :]):
            ports = ", ".join(str(port.number) for port in rest)
            many = "1 node port" if len(numbers) == 1 else f"{len(numbers)} node ports"
            yield key, f"{many} of service '{key}', which has more ports: none for {ports}"


def _numbers(said: int | str | Sequence[int]) -> list[int]:
    return [] if isinstance(said, str) else [said] if isinstance(said, int) else list(said)


def _why(other: str) -> str:
    return f", which service '{other}' has" if other else f", which is not within {LOWEST}-{HIGHEST}"


def _as_published(_: str, port: Port, taken: Mapping[tuple[int, str], str]) -> int:
    number = published_number(port)
    return number if port.published and LOWEST <= number <= HIGHEST and (number, port.protocol) not in taken else 0


def _from_name(name: str, port: Port, taken: Mapping[tuple[int, str], str]) -> int:
    size = HIGHEST - LOWEST + 1
    start = int(hashlib.sha256(f"{name} {port.number}/{port.protocol}".encode()).hexdigest(), 16) % size
    return next(number for step in count() if ((number := LOWEST + (start + step) % size), port.protocol) not in taken)
