"""Readers of how a container is reached and what it resolves: Services, exposure, names, DNS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.names import aliases as aliases_of
from converter.compose.names import is_label, kubernetes_name
from converter.compose.project import Project
from converter.compose.workloads import kind_of
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reason
from converter.intent.pods import Pod
from converter.intent.policies import is_walled


def service_names(pod: Pod) -> Iterator[tuple[str, Field]]:
    """The names of the Services that lead to the pod."""
    for service in pod.services():
        yield service.text("metadata", "name"), service


def aliases(pod: Pod) -> Iterator[Read]:
    """The aliases of each network that a Service answers to."""
    networks = pod.model.get("networks")
    for name, _ in service_names(pod):
        kept = list(pod.seen)
        for network, settings in (networks if isinstance(networks, Mapping) else {}).items():
            for alias in (settings or {}).get("aliases") or ():
                if kubernetes_name(str(alias)) == name:
                    pod.seen[:] = kept
                    yield Read((network, str(alias)), name)


def wanted_alias(asked: Asked) -> Any:
    """The alias itself; one that cannot be a Service's name, as it is rewritten."""
    return kubernetes_name(str(asked.raw))


def no_alias(asked: Asked) -> Reason | None:
    """An alias that no object can have, or of a Job."""
    if kind_of(asked.project, asked.service) == "Job":
        return Reason("not needed", "nobody connects to a Job")
    if is_label(str(asked.raw)):
        return None
    return Reason("not needed", "no Service can have this name: wherever the project uses it, it is rewritten")


def led_elsewhere(asked: Asked) -> Reason | None:
    """A name that leads to another service in the cluster: an alias, or that of a link."""
    target, _, alias = str(asked.raw).partition(":")
    name, service = (alias, target) if asked.route[0] == "links" else (target, asked.service)
    owner = next((key for key in asked.project.services if name in aliases_of(asked.project, key)), "")
    if not owner or name in aliases_of(asked.project, service):
        return None
    why = f"'{name}' leads to '{owner}' in the cluster, which has one name for all networks; a URL or host:port is rewritten"
    return Reason("approximated", why, "give the alias of one of them another name")


def links(pod: Pod) -> Iterator[Read]:
    """The aliases of links: names of Services that lead to the linked service."""
    for text in pod.model.get("links") or ():
        target, _, alias = str(text).partition(":")
        linked = pod.others.get(target)
        for one in linked.selecting("Service") if linked else ():
            if one.name == (alias or pod.project.names.get(target)):
                pod.seen[:] = [*one.because, ("Service", one.name, "metadata", "name")]
                yield Read((str(text),), str(text))


def hostname(pod: Pod) -> Iterator[Read]:
    """The name that the container has for itself, and by which others know it."""
    if name := pod.spec.text("hostname"):
        yield Read((), name)
    for name, _ in service_names(pod):
        if name == kubernetes_name(str(pod.model.get("hostname") or "")):
            yield Read((), name)


def container_name(pod: Pod) -> Iterator[Read]:
    """A Service that answers to the container's name."""
    wanted = str(pod.model.get("container_name") or "")
    for name, _ in service_names(pod):
        if name == wanted:
            yield Read((), name)


def network_mode(pod: Pod) -> Iterator[Read]:
    """The host's network, another service's pod, or none."""
    mode = str(pod.model.get("network_mode") or "")
    other = mode.partition(":")[2]
    if pod.spec.flag("hostNetwork"):
        yield Read((), "host")
    elif mode.startswith("service:") and other in pod.project.services:
        name = pod.project.name_of(other)
        for container in pod.spec.each("containers"):
            if container.peek("name") == name:
                container.text("name")
                yield Read((), mode)
    elif mode == "none" and is_walled(pod):
        yield Read((), "none")


def no_network_mode(asked: Asked) -> Reason | None:
    """Modes that have no counterpart."""
    mode = str(asked.raw)
    if mode == "host":
        hint = "publish the ports that are needed, or set 'target: {pod-security: privileged}' in the overlay"
        return Reason("refused", f"the network of the host is not allowed at level '{asked.target.pod_security}'", hint)
    if mode == "none":
        return Reason(
            "approximated", "no NetworkPolicy shuts the pod off: it can talk to all others", "turn on 'network-policies' in the overlay"
        )
    if mode in ("bridge", "default"):
        return Reason("not needed", "every pod has an address of its own")
    if mode.partition("service:")[2] in asked.project.provided:
        return Reason("refused", f"'{mode}' has a provider: there is no container whose network could be joined", "leave it out")
    if mode.startswith("container:"):
        return Reason(
            "refused", "a pod cannot join a container that is not part of the project", "make it a service, and write 'service:NAME'"
        )
    return None


def no_address(asked: Asked) -> Reason | None:
    """A fixed address: refused where something names it, dropped where nothing does."""
    if _is_used(asked.project, str(asked.raw), asked.service):
        return Reason(
            "refused", f"the cluster gives each pod its address, and '{asked.raw}' is used", "use the name of the service instead"
        )
    return Reason("not needed", "the cluster gives each pod its address, and nothing in the project uses this one")


def _is_used(project: Project, address: str, owner: str) -> bool:
    """Whether a text of the model holds an address, beside the line that gives it."""
    for key, service in project.services.items():
        rest = {name: value for name, value in service.items() if not (key == owner and name == "networks")}
        if re.search(rf"(?<![\w.:]){re.escape(address)}(?![\w.]*\w)", json.dumps(rest)):
            return True
    return False


def no_link(asked: Asked) -> Reason | None:
    """A link without an alias, one whose alias no object can have, or one to a Job."""
    target, _, alias = str(asked.raw).partition(":")
    if target in asked.project.provided:
        return Reason("not needed", f"service '{target}' has a provider and runs no container that could be linked")
    if target in asked.project.services and kind_of(asked.project, target) == "Job":
        return Reason("not needed", "nobody connects to a Job")
    if not alias or kubernetes_name(alias) == asked.project.names.get(target):
        return Reason("not needed", "the service is found by its own name")
    if not is_label(alias):
        return Reason("not needed", "no Service can have this name: wherever the project uses it, it is rewritten")
    return None


def wanted_hostname(asked: Asked) -> Any:
    """The name as a DNS name has it."""
    return kubernetes_name(str(asked.raw)) if not is_label(str(asked.raw)) else asked.raw


def near_hostname(asked: Asked, got: Any) -> str | None:
    """The first part of a name, without capitals: all that a pod can have; its service's where it cannot have that."""
    whole = str(asked.raw)
    first = whole.partition(".")[0].lower()
    if got == whole or (is_label(first) and got != first):
        return None
    return f"no pod can have this name: the program sees '{got}' as its host name"


def no_hostname(asked: Asked) -> Reason | None:
    """A name that no pod can have."""
    if is_label(str(asked.raw)):
        return None
    return Reason("approximated", "no pod can have this name: the program sees the pod's own as its host name")


def no_domainname(asked: Asked) -> Reason:
    """The domain of a container's own name."""
    said = f"a pod's own name ends in the cluster's domain: 'hostname -f' does not end in '{asked.raw}'"
    return Reason("approximated", said, "give a program that needs its whole name that name in its configuration")


def domainname(pod: Pod) -> Iterator[Read]:
    """The pod's subdomain."""
    if name := pod.spec.text("subdomain"):
        yield Read((), name)


def no_container_name(asked: Asked) -> Reason | None:
    """A name by which nothing in the project finds the container, or that is rewritten wherever it is used."""
    if str(asked.raw) in aliases_of(asked.project, asked.service):
        return None
    return Reason("not needed", f"the container is found as '{asked.name}': wherever the project uses another name, it is rewritten")
