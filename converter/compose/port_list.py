"""The ports that a Compose service writes down: `ports` and `expose`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from converter.compose.project import Service

_EVERYWHERE = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104 what Compose files say; nothing is bound here
_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?(?:/(tcp|udp|sctp))?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Port:
    """A port that the program in a container listens on.

    Attributes:
        number: the container's port; also the port of its Service.
        protocol: TCP, UDP or SCTP.
        name: `<protocol>-<number>`, or the one that Compose gives where it is a valid one.
        app_protocol: as Compose gives it.
        published: the port on the host, as Compose gives it: a number, a range, or "".
        host_ip: the address of the host it is published on; "" for all of them.
        listed: whether `ports` or `expose` lists it; otherwise it follows from who uses it, or from the image.
        also_published: further (published, host_ip) pairs of the same port.

    """

    number: int
    protocol: str
    name: str
    app_protocol: str = ""
    published: str = ""
    host_ip: str = ""
    listed: bool = False
    also_published: tuple[tuple[str, str], ...] = ()


def port(number: int, protocol: str = "TCP", *, listed: bool = False) -> Port:
    """A port that is not published."""
    return Port(number, protocol, f"{protocol.lower()}-{number}", listed=listed)


def listed_ports(service: Service) -> tuple[Port, ...]:
    """Each (number, protocol) that `ports` and `expose` list, once, sorted; a range of `expose` is expanded."""
    found: dict[tuple[int, str], Port] = {}
    for entry in service.get("ports") or ():
        new = _published(entry)
        key = new.number, new.protocol
        found[key] = _both(found[key], new) if key in found else new
    for number, protocol in exposed(service):
        found.setdefault((number, protocol), port(number, protocol, listed=True))
    named = _own_name if _unique(found.values()) else _plain
    return tuple(named(found[key]) for key in sorted(found))


def exposed(service: Service) -> Iterator[tuple[int, str]]:
    """Each (number, protocol) that `expose` stands for: '80', '3000-3005', '4000/udp'."""
    for text in service.get("expose") or ():
        if match := _RANGE.fullmatch(str(text)):
            for number in range(int(match[1]), int(match[2] or match[1]) + 1):
                yield number, (match[3] or "tcp").upper()


def _published(entry: Mapping[str, Any]) -> Port:
    number, protocol = int(entry["target"]), str(entry.get("protocol") or "tcp").upper()
    host_ip = str(entry.get("host_ip") or "")
    return Port(
        number,
        protocol,
        str(entry.get("name") or ""),
        app_protocol=str(entry.get("app_protocol") or ""),
        published=str(entry.get("published") or ""),
        host_ip="" if host_ip in _EVERYWHERE else host_ip,
        listed=True,
    )


def _both(one: Port, other: Port) -> Port:
    pair = other.published, other.host_ip
    more = () if pair == (one.published, one.host_ip) else (pair,)
    name, app_protocol = one.name or other.name, one.app_protocol or other.app_protocol
    return replace(one, name=name, app_protocol=app_protocol, also_published=(*one.also_published, *more))


def _unique(found: Iterable[Port]) -> bool:
    names = [one.name for one in found if _NAME.fullmatch(one.name)]
    return len(set(names)) == len(names)


def _own_name(one: Port) -> Port:
    return one if _NAME.fullmatch(one.name) else _plain(one)


def _plain(one: Port) -> Port:
    return replace(one, name=f"{one.protocol.lower()}-{one.number}")
