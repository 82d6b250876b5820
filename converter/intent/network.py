"""Readers of how a container is reached and what it resolves: Services, exposure, names, DNS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.names import aliases as aliases_of
from converter.compose.names import is_label, kubernetes_name
from converter.compose.port_list import exposed
from converter.compose.project import Project
from converter.compose.units import canonical
from converter.compose.workloads import kind_of
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reader, Reason
from converter.intent.pods import Pod
from converter.intent.policies import is_walled

PRIVATE = ("127.", "::1", "[::1]", "localhost")
EVERYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104 - read, nothing listens here


def ports(pod: Pod) -> Iterator[tuple[str, Field, Field]]:
    """(`80/tcp`, Service, port) of each port of a Service that leads to the pod; by number, also where the port has a name."""
    named = {str(one.peek("name")): one for container in pod.spec.each("containers") for one in container.each("ports")}
    for service in pod.services():
        before = list(pod.seen)
        for port in service.each("spec", "ports"):
            pod.seen[:] = before
            target = port.value("targetPort") if isinstance(port.peek("targetPort"), (str, int)) else port.value("port")
            if isinstance(target, str) and target in named:
                named[target].text("name")
                target = named[target].number("containerPort")
            if target is not None and not isinstance(target, list):
                yield f"{target}/{(port.text('protocol') or 'TCP').lower()}", service, port


def identities(pod: Pod) -> Mapping[str, list[str]]:
    """`80/tcp` -> the identities of the Compose ports that mean it."""
    found: dict[str, list[str]] = {}
    for key, port in canonical({"ports": pod.model.get("ports") or []})["ports"].items():
        if isinstance(port, Mapping):
            found.setdefault(f"{port.get('target')}/{port.get('protocol', 'tcp')}", []).append(str(key))
    return found


def target(pod: Pod) -> Iterator[Read]:
    """The number under which a port is found at a name of the service; the Service's name with it, if it is another one."""
    names, asked = {pod.project.name_of(pod.service), *aliases_of(pod.project, pod.service)}, identities(pod)
    for at, service, port in ports(pod):
        number, name = port.number("port"), service.text("metadata", "name")
        kept = list(pod.seen)
        for key in asked.get(at, [at]) if number is not None else ():
            pod.seen[:] = kept
            yield Read((key,), number if name in names else f"{number} of Service '{name}'")


def each_port(value: str) -> Reader:
    """A reader of something of each port: its protocol, or a field of the Service's port."""

    def read(pod: Pod) -> Iterator[Read]:
        asked = identities(pod)
        for at, _, port in ports(pod):
            kept = list(pod.seen)
            for key in asked.get(at, [at]):
                pod.seen[:] = kept
                found = at.partition("/")[2] if value == "protocol" else port.text(value)
                if found:
                    yield Read((key,), found)

    return read


def expose(pod: Pod) -> Iterator[Read]:
    """Every port that a Service lists, in the words of Compose's `expose`, where ranges are one."""
    own = pod.project.name_of(pod.service)
    main = pod.find("Service", own).data is not None
    listed = {
        at: (list(pod.seen), port)
        for at, service, port in ports(pod)
        if str(port.peek("port")) == at.partition("/")[0] and (service.path[1] == own or not main)
    }
    for text in pod.model.get("expose") or ():
        wanted = [f"{number}/{protocol.lower()}" for number, protocol in exposed({"expose": [text]})]
        if wanted and all(at in listed for at in wanted):
            pod.seen[:] = [path for at in wanted for path in listed[at][0]]
            for at in wanted:
                listed[at][1].number("port")
            yield Read((str(text),), str(text))


def published(pod: Pod) -> Iterator[Read]:
    """Where a port is reached from outside of the cluster: a node port, a load balancer's port, a host of an Ingress."""
    asked = identities(pod)
    for at, service, port in ports(pod):
        kind, kept = service.peek("spec", "type"), list(pod.seen)
        for key in asked.get(at, [at]):
            pod.seen[:] = kept
            service.text("spec", "type")
            if kind == "NodePort" and (number := port.number("nodePort")):
                yield Read((key,), f"{number} of each node")
            elif kind == "NodePort":
                yield Read((key,), "a port of each node")
            elif kind == "LoadBalancer":
                port.number("nodePort")
                yield Read((key,), str(port.number("port")))
        pod.seen[:] = kept
        for address in _ingress(pod, service, port):
            for key in asked.get(at, [at]):
                yield Read((key,), address)
    for one in pod.container.each("ports"):
        pod.seen.clear()
        if number := one.number("hostPort"):
            at = f"{one.number('containerPort')}/{(one.text('protocol') or 'TCP').lower()}"
            for key in asked.get(at, [at]):
                yield Read((key,), f"{number} of its node")


def _ingress(pod: Pod, service: Field, port: Field) -> Iterator[str]:
    """The addresses of Ingresses that lead to a port of a Service."""
    number, called, before = port.peek("port"), port.peek("name"), list(pod.seen)
    for address, found, fields in pod.cluster.backends.get(str(service.path[1]), ()):
        backend = Field(found.data, found.path, pod.seen)
        pod.seen[:] = [*before, *fields]
        if backend.peek("port", "number") == number or (called and backend.peek("port", "name") == called):
            backend.text("name")
            backend.value("port", "number")
            backend.text("port", "name")
            yield address


def near_published(asked: Asked, got: Any) -> str | None:
    """Another port than the host's."""
    if str(got).isdigit():
        return f"it is reached at port {got} of a load balancer instead"
    return (
        f"it is reached at {got}" if str(got).startswith(("http://", "https://")) else f"it is reached at port {got} instead of {asked.raw}"
    )


def no_exposure(asked: Asked) -> Reason:
    """A port that only the cluster reaches."""
    port = asked.element()
    name, target = asked.name, port.get("target", asked.route[1])
    private = str(port.get("host_ip") or "").startswith(PRIVATE)
    first = str(asked.raw).partition("-")[0]
    text = "it is private to the host" if private else "the overlay publishes no port of this service"
    return Reason("not needed", f"{text}: reach it with 'kubectl port-forward svc/{name} {first}:{target}'")


def host_ip(pod: Pod) -> Iterator[Read]:
    """The address on which an exposed port listens: every one."""
    for read in published(pod):
        pod.seen.clear()
        yield Read(read.at, "0.0.0.0")  # noqa: S104 - read, nothing listens here


def near_name(asked: Asked, got: Any) -> str | None:
    """A name that no port of a Service can have."""
    return (
        f"'{asked.raw}' cannot be the name of a port, which is '{got}' here"
        if not is_label(str(asked.raw)) or len(str(asked.raw)) > 15
        else None
    )


def wanted_expose(asked: Asked) -> Any:
    """As it is."""
    return asked.raw


def no_expose(asked: Asked) -> Reason | None:
    """A port of a service that nobody reaches by a Service: a Job, one without a name."""
    if kind_of(asked.project, asked.service) == "Job":
        return Reason("not needed", "nobody connects to a Job")
    return None


def near_host_ip(asked: Asked, got: Any) -> str | None:
    """An address of the host's own, where the overlay exposes the port on all."""
    del got
    return f"Compose lets only '{asked.raw}' in; the overlay publishes the port, so every address of a node answers"


def no_host_ip(asked: Asked) -> Reason | None:
    """An address of a host for a port that is not exposed."""
    if str(asked.raw).startswith(PRIVATE) or asked.raw in EVERYWHERE:
        return Reason("not needed", "no port of a node listens for it")
    return Reason("approximated", f"no node has the address '{asked.raw}': the port is reached inside the cluster only")


def wanted_host_ip(asked: Asked) -> Any:
    """Every address, where Compose says so."""
    return "0.0.0.0" if asked.raw in EVERYWHERE else asked.raw  # noqa: S104 - likewise


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
    """An alias that no object can have."""
    if is_label(str(asked.raw)):
        return None
    return Reason("not needed", "no Service can have this name: wherever the project uses it, it is rewritten")


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
    """A reader of the pod's own DNS settings, in order."""

    def read(pod: Pod) -> Iterator[Read]:
        if found := pod.spec.texts("dnsConfig", field):
            yield Read((), found)

    return read


def dns_options(pod: Pod) -> Iterator[Read]:
    """The options of resolv.conf, as it has them."""
    found = []
    for option in pod.spec.each("dnsConfig", "options"):
        name, value = option.text("name"), option.text("value")
        found.append(f"{name}:{value}" if value else name)
    if found:
        yield Read((), found)


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
    """A link without an alias, or one whose alias no object can have."""
    target, _, alias = str(asked.raw).partition(":")
    if not alias or kubernetes_name(alias) == asked.project.names.get(target):
        return Reason("not needed", "the service is found by its own name")
    if not is_label(alias):
        return Reason("not needed", "no Service can have this name: wherever the project uses it, it is rewritten")
    return None


def wanted_hostname(asked: Asked) -> Any:
    """The name as a DNS name has it."""
    return kubernetes_name(str(asked.raw)) if not is_label(str(asked.raw)) else asked.raw


def no_hostname(asked: Asked) -> Reason | None:
    """A name that no pod can have."""
    if is_label(str(asked.raw)):
        return None
    return Reason("approximated", "no pod can have this name: the program sees the pod's own as its host name")


def domainname(pod: Pod) -> Iterator[Read]:
    """The pod's subdomain."""
    if name := pod.spec.text("subdomain"):
        yield Read((), name)


def no_container_name(asked: Asked) -> Reason | None:
    """A name by which nothing in the project finds the container, or that is rewritten wherever it is used."""
    if str(asked.raw) in aliases_of(asked.project, asked.service):
        return None
    return Reason("not needed", f"the container is found as '{asked.name}': wherever the project uses another name, it is rewritten")


def wanted_search(asked: Asked) -> Any:
    """The domains; `.`, which asks for none, has no counterpart."""
    said = asked.raw if isinstance(asked.raw, list) else [asked.raw]
    return [one for one in said if one not in (".", "")]


def no_search(asked: Asked) -> Reason | None:
    """`.` or an empty domain: nothing but full names."""
    if not any(one not in (".", "") for one in (asked.raw if isinstance(asked.raw, list) else [asked.raw])):
        return Reason("not needed", "it asks for no search list; a pod finds the other services by the cluster's")
    return None
