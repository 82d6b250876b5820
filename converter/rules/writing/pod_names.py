"""How a pod is named to itself and to its peers, and which names it resolves without asking the cluster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.once import once
from converter.compose.project import Project, Service
from converter.compose.waits import waits
from converter.compose.workloads import names_itself, peers, pod_of, together

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SEARCHED = re.compile(r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*")
_MOST_SERVERS = 3  # an API server refuses more, and a resolver asks no more
_ADDRESS = re.compile(r"[0-9a-fA-F:.]+")


def hostname(project: Project, pod: str) -> str | None:
    """The `hostname` of a pod: the first part of Compose's, else its Service's name if the program calls itself by it; None if none.

    An API server takes one label without capitals; a whole name as the pod's own is a field that no version yet has on (1.34).
    """
    name = str(project.services[pod].get("hostname") or "")
    asked = name.partition(".")[0].lower()
    if _LABEL.fullmatch(asked) and not project.secrets.has(name):
        return asked
    return project.name_of(pod) if any(names_itself(project, key) for key in together(project, pod)) else None


def is_found_early(project: Project, key: str) -> bool:
    """Whether the Service of `key` leads to pods that are not Ready.

    So where its peers name it and it names them, or where it calls itself by a name that the pod's `hostname` does not answer.
    """
    if peers(project, key):
        return True
    return names_itself(project, key) and hostname(project, pod_of(project, key)) != project.name_of(key)


def has_ready_name(project: Project, key: str) -> bool:
    """Whether a second Service tells that `key` is Ready, because the first does not and someone waits for it."""
    return is_found_early(project, key) and key in _awaited(project)


def ready_name(project: Project, key: str) -> str:
    """The name under which `key` is found when it is Ready, and not before."""
    return kubernetes_name(f"{project.name_of(key)}-ready") if has_ready_name(project, key) else project.name_of(key)


def host_aliases(services: Iterable[Service]) -> list[dict[str, Any]]:
    """`hostAliases` of `extra_hosts`: by address, its names. Names and addresses that an API server refuses are left to the ledger."""
    names: dict[str, list[str]] = {}
    for service in services:
        for name, address in _extra_hosts(service):
            if _DOMAIN.fullmatch(name) and _ADDRESS.fullmatch(address) and name not in names.get(address, ()):
                names.setdefault(address, []).append(name)
    return [{"ip": address, "hostnames": sorted(names[address])} for address in sorted(names)]


def dns_config(service: Service) -> dict[str, Any]:
    """`dnsConfig` of `dns`, `dns_search` and `dns_opt`; their order is kept, it matters."""
    options = [str(option).partition(":") for option in _listed(service.get("dns_opt"))]
    said = {
        "nameservers": _listed(service.get("dns"))[:_MOST_SERVERS],
        "searches": [one for one in _listed(service.get("dns_search")) if _SEARCHED.fullmatch(one)],
        "options": [{"name": name, "value": value} if colon else {"name": name} for name, colon, value in options],
    }
    return {name: value for name, value in said.items() if value}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value or ()]


def _extra_hosts(service: Service) -> Iterator[tuple[str, str]]:
    """(name, address) pairs of `extra_hosts`, which docker compose prints as "name=address"."""
    hosts = service.get("extra_hosts") or ()
    if isinstance(hosts, Mapping):
        pairs = [(name, one) for name, value in hosts.items() for one in _listed(value)]
    else:
        pairs = [(name, address) for name, _, address in (re.split(r"([=:])", str(one), maxsplit=1) for one in hosts)]
    for name, address in pairs:
        yield name, address.strip("[]")


@once
def _awaited(project: Project) -> frozenset[str]:
    return frozenset(wait.service for key in project.services for wait in waits(project, key) if wait.condition == "healthy")
