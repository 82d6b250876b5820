"""Readers of what a container resolves by itself: lines of /etc/hosts, name servers, search domains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.compose.names import is_label
from converter.compose.workloads import pod_of
from converter.intent.key import Asked, Read, Reader, Reason
from converter.intent.pods import Pod


def extra_hosts(pod: Pod) -> Iterator[Read]:
    """Lines of /etc/hosts."""
    for entry in pod.spec.each("hostAliases"):
        address = str(entry.peek("ip"))
        for name in entry.peek("hostnames") if isinstance(entry.peek("hostnames"), list) else ():
            entry.text("ip")
            entry.value("hostnames")
            yield Read((f"{name}={address}",), f"{name}={address}")


def no_extra_host(asked: Asked) -> Reason | None:
    """host-gateway, and names that no line of a pod's /etc/hosts can have."""
    name, _, address = str(asked.raw).partition("=")
    if address == "host-gateway":
        return Reason(
            "refused",
            "a pod has no host that is yours: nothing answers there",
            f"run what '{name}' names in the cluster, or give its real address",
        )
    if not all(is_label(part) or part.isalnum() for part in name.split(".")) or name != name.lower():
        return Reason(
            "refused", f"'{name}' is no DNS name, and Kubernetes takes no other", "use a name of lower-case letters, digits and '-'"
        )
    return None


def dns(field: str) -> Reader:
    """A reader of the pod's own DNS settings, in order, for the service whose pod it is."""

    def read(pod: Pod) -> Iterator[Read]:
        if pod_of(pod.project, pod.service) == pod.service and (found := pod.spec.texts("dnsConfig", field)):
            yield Read((), found)

    return read


def dns_options(pod: Pod) -> Iterator[Read]:
    """The options of resolv.conf, as it has them."""
    found = []
    for option in pod.spec.each("dnsConfig", "options"):
        name, value = option.text("name"), option.text("value")
        found.append(f"{name}:{value}" if value else name)
    if found and pod_of(pod.project, pod.service) == pod.service:
        yield Read((), found)


def no_dns(asked: Asked) -> Reason | None:
    """Settings of a service in another's pod: Docker does not start a container that has any beside the network of another."""
    own = pod_of(asked.project, asked.service)
    return Reason("not needed", f"it has the network of service '{own}': what that says counts") if own != asked.service else None


def wanted_search(asked: Asked) -> Any:
    """The domains; `.`, which asks for none, has no counterpart."""
    said = asked.raw if isinstance(asked.raw, list) else [asked.raw]
    return [one for one in said if one not in (".", "")]


def no_search(asked: Asked) -> Reason | None:
    """`.` or an empty domain: nothing but full names."""
    if not any(one not in (".", "") for one in (asked.raw if isinstance(asked.raw, list) else [asked.raw])):
        return Reason("not needed", "it asks for no search list; a pod finds the other services by the cluster's")
    return no_dns(asked)
