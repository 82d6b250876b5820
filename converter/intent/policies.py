"""Readers of NetworkPolicies: who may talk to a pod, as Kubernetes reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from converter.compose.networks import apart
from converter.compose.project import Project
from converter.compose.workloads import together, waits
from converter.findings import Route
from converter.intent.cluster import Selected, namespace
from converter.intent.field import Field, leaves
from converter.intent.key import Asked, Read, Reason
from converter.intent.pods import Pod

API_SERVER = ("443", "6443")
"""Ports on which an API server commonly listens: of its Service, and its own."""
_NAMES = "53"
EVERYONE = "everyone"
"""Stands for what is outside of the manifests: a rule without peers lets it through, too."""


def _rules(pod: Pod, policy: Selected, side: str) -> list[Field] | None:
    """The rules of one side (`ingress`, `egress`) of a policy; None if it does not speak of that side."""
    spec = pod.find("NetworkPolicy", policy.name).at("spec")
    types = spec.peek("policyTypes")
    listed = list(spec.each(side))
    applies = side.capitalize() in types if isinstance(types, list) else side == "ingress" or bool(listed)
    return listed if applies else None


def allowed(pod: Pod, side: str) -> set[int | str] | None:
    """The pods, by the numbers of their templates, with which a pod may talk on every port; None if no policy speaks of that side."""
    found: set[int | str] | None = None
    for policy in pod.selecting("NetworkPolicy"):
        rules = _rules(pod, policy, side)
        if rules is not None:
            found = found or set()
            for rule in rules:
                found |= _peers(pod, policy, rule, side)
    return found


def _peers(pod: Pod, policy: Selected, rule: Field, side: str) -> set[int | str]:
    """The pods that a rule lets through on every port."""
    key = f"peers {rule.path}"
    shared = pod.cluster.kept
    if key not in shared:
        found: set[int | str] = set()
        peers = list(rule.each("from" if side == "ingress" else "to"))
        if rule.peek("ports"):
            peers = []
        elif not peers and not rule.peek("from" if side == "ingress" else "to"):
            found = {EVERYONE, *range(len(pod.cluster.templates))}
        here = namespace(pod.cluster.objects["NetworkPolicy", policy.name])
        for peer in peers:
            if isinstance(peer.peek("podSelector"), Mapping) and not peer.peek("namespaceSelector"):
                found |= {n for n in pod.cluster.labelled.selected(peer.peek("podSelector")) if pod.cluster.templates[n].namespace == here}
        shared[key] = found
    kept: set[int | str] = shared[key]
    return kept


def membership(pod: Pod) -> Iterator[Read]:
    """The networks on which every other member can be talked to and no stranger can; with what differs where something does."""
    incoming, outgoing = allowed(pod, "ingress"), allowed(pod, "egress")
    if incoming is None:
        return
    networks = pod.model.get("networks") or {}
    members = {network: _members(pod, network) for network in networks}
    known = set().union(*members.values(), {pod.number})
    strangers = {one for one in incoming if one not in known and one != EVERYONE}
    for network in networks:
        there = members[network] - {pod.number}
        cut = there - incoming | (set() if outgoing is None else there - outgoing)
        pod.seen[:] = _because(pod, there)
        if cut:
            yield Read((network,), f"{network}, without {_named(pod, cut)}")
        else:
            yield Read((network,), f"{network}, and {_named(pod, strangers)}" if strangers else str(network))


def _members(pod: Pod, network: Any) -> set[int | str]:
    """The pods of the services on a network."""
    index = pod.cluster.kept.setdefault("members", {})
    if not index:
        for other in pod.others.values():
            for name in other.model.get("networks") or {}:
                if other.number is not None:
                    index.setdefault(name, set()).add(other.number)
    found: set[int | str] = index.get(network, set())
    return found


def _because(pod: Pod, members: set[int | str]) -> list[Route]:
    """The fields of the one policy that lets all members in, if there is just one."""
    found = []
    for policy in pod.selecting("NetworkPolicy"):
        rules = _rules(pod, policy, "ingress") or []
        fitting = [rule for rule in rules if members <= _peers(pod, policy, rule, "ingress")]
        if fitting:
            found.append((policy, fitting))
    if len(found) != 1 or len(found[0][1]) != 1 or not members:
        return []
    policy, [rule] = found[0]
    types = Field(pod.cluster.objects["NetworkPolicy", policy.name], ("NetworkPolicy", policy.name), []).at("spec", "policyTypes")
    return [*policy.because, *(path for path, _ in leaves(rule.data, rule.path)), *([types.path] if types.data else [])]


def _named(pod: Pod, numbers: set[int | str]) -> str:
    """Names of pods, a few of them."""
    names = sorted(pod.cluster.templates[number].name for number in numbers if isinstance(number, int))
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def near_membership(asked: Asked, got: Any) -> str | None:
    """A network that is not shut."""
    _, met, others = str(got).partition(f"{asked.raw}, and ")
    return f"{others} may connect as well, although no network joins them" if met else None


def no_membership(asked: Asked) -> Reason:
    """Without policies: in Compose only those who share a network reach each other."""
    if asked.service in apart(asked.project):
        return Reason(
            "approximated",
            "no NetworkPolicy selects the pod: services that share no network with it reach it as well",
            "'network-policies: {enabled: true}' in the overlay keeps them apart",
        )
    return Reason("not needed", "no NetworkPolicy selects the pod: every pod may talk to it, as all can in Compose")


def is_walled(pod: Pod) -> bool:
    """Whether policies let nothing in and nothing out."""
    return allowed(pod, "ingress") == set() and allowed(pod, "egress") == set()


def is_inside(pod: Pod) -> bool:
    """Whether policies keep a pod from what is outside of the manifests."""
    outgoing = allowed(pod, "egress")
    return outgoing is not None and EVERYONE not in outgoing


def with_doors(pods: Sequence[Pod]) -> str:
    """The ports on which pods within walls reach any address, and whose; "" if there are none."""
    doors = {pod.service: _ways_out(pod) for pod in pods}
    ports = sorted({port for some in doors.values() for port in some}, key=lambda port: (len(port), port))
    return f"true, but for {', '.join(ports)} of {', '.join(sorted(key for key, some in doors.items() if some))}" if ports else ""


def _ways_out(pod: Pod) -> set[str]:
    """The ports at which policies let a pod out to any address, where they do not on all: those of names apart."""
    rules = [rule for policy in pod.selecting("NetworkPolicy") for rule in _rules(pod, policy, "egress") or ()]
    ports = [port for rule in rules if not rule.peek("to") for port in rule.each("ports")]
    return {str(port.peek("port")) for port in ports} - {_NAMES}


def near_internal(asked: Asked, got: Any) -> str | None:
    """A wall with a door: for those who wait for a Job, to the API server, whose address nobody knows beforehand."""
    _, doors, who = str(got).partition("but for ")
    ports, _, names = who.partition(" of ")
    waiting = [name for name in names.split(", ") if _waits_for_a_job(asked.project, name)]
    if not doors or ports != ", ".join(API_SERVER) or names != ", ".join(waiting):
        return None
    said = f"{', '.join(map(repr, waiting))} may reach any address on {' and '.join(API_SERVER)}"
    return f"{said}: to wait for a Job is to ask the API server"


def _waits_for_a_job(project: Project, service: str) -> bool:
    """Whether a pod asks for the end of a Job before it starts."""
    return service in project.services and any(
        wait.condition == "completed" for one in together(project, service) for wait in waits(project, one)
    )


def policies_select(pod: Pod) -> bool:
    """Whether any policy selects a pod."""
    return bool(pod.selecting("NetworkPolicy"))
