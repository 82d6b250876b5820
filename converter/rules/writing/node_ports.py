"""Which port of the nodes each published port gets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import count

from converter.compose.ports import Port, container_ports
from converter.compose.project import Project

LOWEST, HIGHEST = 30000, 32767
"""The range that an API server gives to node ports unless it is told otherwise."""


def published_number(port: Port) -> int:
    """The port of the host: the first of a published range; the container's own where none is given."""
    first = port.published.partition("-")[0]
    return int(first) if first.isdigit() else port.number


def exposed_ports(project: Project, key: str) -> tuple[Port, ...]:
    """The ports of a service that are meant for the outside: those published, or all where none is."""
    ports = container_ports(project, key)
    return tuple(port for port in ports if port.published) or ports


def node_ports_of(
    project: Project, asked: Mapping[str, int | str | Sequence[int]]
) -> tuple[dict[str, dict[Port, int]], list[tuple[str, str]]]:
    """Node ports by service and port, and what cannot be, as (service, what is asked for).

    A number of the overlay goes first, then a published port within the range, then a number made from the name, past those taken.
    """
    chosen: dict[str, dict[Port, int]] = {}
    taken: dict[tuple[int, str], str] = {}
    refused: list[tuple[str, str]] = []
    for key in sorted(set(asked) & set(project.services)):
        ports, said = exposed_ports(project, key), asked[key]
        numbers = [] if isinstance(said, str) else [said] if isinstance(said, int) else list(said)
        chosen[key] = {}
        for port, number in zip(ports, numbers, strict=False):
            if not LOWEST <= number <= HIGHEST or (number, port.protocol) in taken:
                refused.append((key, f"node port {number} of service '{key}'" + _why(taken.get((number, port.protocol), ""))))
                continue
            chosen[key][port] = number
            taken[number, port.protocol] = key
        refused += [(key, f"node port {number} of service '{key}', which has no further port") for number in numbers[len(ports) :]]
    for derive in (_as_published, _from_name):
        for key, numbers_of in chosen.items():
            for port in exposed_ports(project, key):
                if port not in numbers_of and (number := derive(project.name_of(key), port, taken)):
                    numbers_of[port] = number
                    taken[number, port.protocol] = key
    return {key: {port: numbers_of[port] for port in exposed_ports(project, key)} for key, numbers_of in chosen.items()}, refused


def _why(other: str) -> str:
    return f", which service '{other}' has" if other else f", which is not within {LOWEST}-{HIGHEST}"


def _as_published(_: str, port: Port, taken: Mapping[tuple[int, str], str]) -> int:
    number = published_number(port)
    return number if port.published and LOWEST <= number <= HIGHEST and (number, port.protocol) not in taken else 0


def _from_name(name: str, port: Port, taken: Mapping[tuple[int, str], str]) -> int:
    size = HIGHEST - LOWEST + 1
    start = int(hashlib.sha256(f"{name} {port.number}/{port.protocol}".encode()).hexdigest(), 16) % size
    return next(number for step in count() if ((number := LOWEST + (start + step) % size), port.protocol) not in taken)
