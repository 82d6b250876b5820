"""Readers of what a container may use, on which nodes it runs, and what is written on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.ports import container_ports
from converter.compose.project import Service
from converter.intent.key import Asked, Read, Reader, Reason, in_one_pod
from converter.intent.pods import Pod
from converter.intent.times import amount, quantity

AGENTS = (
    "traefik.",
    "caddy",
    "com.centurylinklabs.watchtower",
    "com.ouroboros",
    "ofelia.",
    "autoheal",
    "diun.",
    "homepage.",
    "nginx.ingress",
)
"""Beginnings of labels that a program on the Docker host reads."""
NODE = {"node.hostname": "kubernetes.io/hostname", "node.platform.os": "kubernetes.io/os", "node.platform.arch": "kubernetes.io/arch"}
_TRAEFIK_RULE = re.compile(r"traefik\.(http\.routers\.[^.]+|frontend)\.rule")
_TRAEFIK_HOST = re.compile(r"(?<=[(`, ])`?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\.[a-z]{2,})`?(?=[`,)])")
_TRAEFIK_PORT = re.compile(r"traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port|traefik\.port")
OURS = "cdb-convert/"
"""Beginning of the converter's own annotations."""
_KEY = re.compile(r"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def memory(side: str) -> Reader:
    """The reader of a limit or request of memory, in bytes as text: so the model has it."""

    def read(pod: Pod) -> Iterator[Read]:
        found = _quantity(pod, side, "memory")
        if found is not None:
            yield Read((), str(int(found)))

    return read


def cpus(side: str) -> Reader:
    """The reader of a limit or request of processors."""

    def read(pod: Pod) -> Iterator[Read]:
        found = _quantity(pod, side, "cpu")
        if found is not None:
            yield Read((), amount(found))

    return read


def _quantity(pod: Pod, side: str, name: str) -> Any:
    field = pod.container.at("resources", side, name)
    return quantity(field.value()) if isinstance(field.data, (str, int, float)) else None


def no_limit(asked: Asked) -> Reason | None:
    """0, which is no limit."""
    try:
        return Reason("not needed", "0 is no limit") if float(asked.raw) == 0 else None
    except (TypeError, ValueError):
        return None


def written(pod: Pod) -> Iterator[Read]:
    """The annotations of the workload and of its pods."""
    for place in (pod.template, pod.workload):
        for key, value in place.entries("metadata", "annotations"):
            pod.seen.clear()
            if isinstance(value.data, str):
                yield Read((key,), value.text())


def inert_label(asked: Asked) -> str | None:
    """A label that only a program on a Docker host reads."""
    key, said = str(asked.route[-1]), "it is kept as an annotation, but what reads it on a Docker host is not in the cluster"
    if not key.startswith(AGENTS):
        return None
    hosts = _TRAEFIK_HOST.findall(str(asked.raw)) if _TRAEFIK_RULE.fullmatch(key) else []
    ports = [str(port.number) for port in container_ports(asked.project, asked.service) if port.protocol == "TCP"]
    labels = {**(asked.model.get("labels") or {}), **((asked.model.get("deploy") or {}).get("labels") or {})}
    told = [str(value) for name, value in sorted(labels.items()) if _TRAEFIK_PORT.fullmatch(name)]
    if not hosts or not (told or ports):
        return said
    listed = ", ".join(f'{host}: "{asked.service}:{(told or ports)[0]}"' for host in hosts)
    return f"{said}: 'exposure: {{ingress: {{hosts: {{{listed}}}}}}}' in the overlay makes an Ingress of it"


def no_label(asked: Asked) -> Reason | None:
    """A key that no annotation can have, one of the converter's own, a value that holds a secret."""
    key = str(asked.route[-1])
    if asked.project.secrets.has(str(asked.raw)):
        return Reason(
            "refused",
            "it holds a secret, which everyone who may look at the pod would read",
            "remove the label, or take the secret out of it",
        )
    if key.startswith(OURS):
        return Reason("refused", f"what begins with '{OURS}' is of this converter", "use another key")
    if _KEY.fullmatch(key.lower()):
        return None
    return Reason("refused", f"'{key}' cannot be the key of an annotation", "use letters, digits, '-', '_', '.' and at most one '/'")


def near_label(asked: Asked, got: Any) -> str | None:
    """One annotation for two labels of a key."""
    key, model = str(asked.route[-1]), asked.model
    if key in (model.get("annotations") or {}) and asked.route[0] == "labels":
        return f"the annotation of that key has its place: '{got}'"
    others = [other for other in in_one_pod(asked) if any(key in notes for notes in _notes(asked.project.services[other]))]
    return f"a pod has one annotation of a key, and service '{others[0]}' runs in the same pod" if others else None


def _notes(service: Service) -> Iterator[Mapping[str, Any]]:
    """What a service says that is written as annotations."""
    yield from (one or {} for one in (service.get("annotations"), service.get("labels"), (service.get("deploy") or {}).get("labels")))


def near_request(asked: Asked, got: Any) -> str | None:
    """A reservation above the limit."""
    limits = (asked.model.get("deploy") or {}).get("resources", {}).get("limits") or {}
    limit = limits.get("cpus", asked.model.get("cpus")) if asked.route[-1] == "cpus" else limits.get("memory", asked.model.get("mem_limit"))
    return "a request cannot be larger than the limit" if limit is not None and str(limit) == str(got) else None


def constraints(pod: Pod) -> Iterator[Read]:
    """`deploy.placement.constraints` that the node affinity or selector says."""
    said: dict[str, list[Any]] = {}
    for term in pod.spec.each("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"):
        for one in term.each("matchExpressions"):
            pod.seen.clear()
            values, operator = one.texts("values"), {"In": "==", "NotIn": "!="}.get(one.text("operator"), "")
            if len(values) == 1 and operator:
                said[f"{one.text('key')}{operator}{values[0]}"] = list(pod.seen)
    for key, label in pod.spec.entries("nodeSelector"):
        said.setdefault(f"{key}=={label.data}", [label.path])
    for text in (pod.model.get("deploy") or {}).get("placement", {}).get("constraints") or ():
        name, operator, value = _constraint(str(text))
        found = f"{NODE.get(name, name.removeprefix('node.labels.'))}{operator}{value}"
        if found in said:
            pod.seen[:] = said[found]
            yield Read((text,), text)


def _constraint(text: str) -> tuple[str, str, str]:
    parts = re.split(r"(==|!=)", text, maxsplit=1)
    name, operator, value = map(str.strip, parts) if len(parts) > 1 else (text, "", "")
    arch = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
    return name, operator, arch.get(value, value) if name == "node.platform.arch" else value


def no_constraint(asked: Asked) -> Reason | None:
    """A role, or a label of the engine, which nodes of a cluster do not have."""
    name, _, value = _constraint(str(asked.raw))
    if name in NODE or name.startswith("node.labels."):
        fitting = _KEY.fullmatch(name.removeprefix("node.labels.").lower()) and re.fullmatch(r"[\w.-]{0,63}", value)
        return (
            None
            if fitting
            else Reason("refused", f"'{asked.raw}' asks for a label that no node can have", "use letters, digits, '-', '_' and '.'")
        )
    hint = "give the nodes a label, and write 'node.labels.NAME == VALUE'"
    return Reason("approximated", f"'{name}' says nothing of a node of a cluster: the pods may run on any", hint)


def no_spread(asked: Asked) -> Reason | None:
    """A preference for something that is no label of a node."""
    if str(asked.raw).startswith("node.labels."):
        return None
    hint = "give the nodes a label, and write 'spread: node.labels.NAME'"
    return Reason(
        "approximated", f"'{asked.raw}' says nothing of a node of a cluster: the scheduler spreads the pods by its own rules", hint
    )


def spread(pod: Pod) -> Iterator[Read]:
    """`deploy.placement.preferences`: the label over which pods are spread."""
    for one in pod.spec.each("topologySpreadConstraints"):
        pod.seen.clear()
        key = f"node.labels.{one.text('topologyKey')}"
        yield Read((key,), key)


def no_driver(asked: Asked) -> Reason | None:
    """A driver that keeps the log on the host, as a node does."""
    if str(asked.raw) in ("json-file", "local", "journald", "none", "default"):
        return Reason("not needed", "the cluster collects what containers write to stdout")
    return None


def no_log_option(asked: Asked) -> Reason | None:
    """An option of such a driver."""
    driver = (asked.model.get("logging") or {}).get("driver") or "json-file"
    return no_driver(Asked(driver, asked.route, asked.service, asked.project, asked.target))
