"""Readers of `depends_on`: which init container waits for what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from converter.compose.waits import Wait, possible_waits
from converter.compose.workloads import kind_of, pod_of, replicas
from converter.findings import Route
from converter.intent.field import Field
from converter.intent.key import Asked, Read, Reason, in_one_pod
from converter.intent.pods import Pod

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)?")
_LIMITED = re.compile(r"\btimeout\b|\bseq\b|\$\(\(|-(?:lt|gt|ge|le)\b|\bmax_|\bi\+\+")
_ONCE = re.compile(r"--timeout[= ]0[smh]?(?=$|\s)")
_SUCCESS = re.compile(r"condition=complete\b|[\"']Complete[\"']|\.succeeded\b|completionTime", re.IGNORECASE)
ENDED = "its end, well or not"


def condition(pod: Pod) -> Iterator[Read]:
    """For each service that is waited for, what for: until it answers (healthy), for a while (started), for the end of a Job."""
    for other in pod.model.get("depends_on") or {}:
        names, jobs = _called(pod, other)
        asking, places = list[str](), list[Route]()
        for init in pod.spec.each("initContainers"):
            pod.seen.clear()
            text, fields = _script(init)
            words = set(_WORD.findall(text.replace("'", " ")))
            if jobs & words:
                asking.append(text)
                places += fields
            elif names & {word.split("/")[0] for word in words}:
                pod.seen.extend(fields)
                yield Read((other,), "service_started" if _LIMITED.search(text) else "service_healthy")
        if asking and not all(_ONCE.search(text) for text in asking):
            pod.seen[:] = places
            yield Read((other,), "service_completed_successfully" if any(map(_asks_for_success, asking)) else ENDED)


def _asks_for_success(text: str) -> bool:
    """Whether what asks for a Job fails, or goes on waiting, if that has failed."""
    return "--for" not in text or _SUCCESS.search(text) is not None


def _called(pod: Pod, other: str) -> tuple[set[str], set[str]]:
    """The names under which a service is found, and those of its Job as kubectl writes them."""
    found = pod.others.get(other)
    if found is None:
        return set(), set()
    names = {one.name for one in found.selecting("Service")}
    if not names:
        names = {pod.project.name_of(other)}
    return names, {f"{kind}/{found.workload.path[1]}" for kind in ("job", "jobs", "job.batch", "jobs.batch") if found.kind == "Job"}


def _script(init: Field) -> tuple[str, list[Route]]:
    """All words of an init container's command, and the fields that hold them."""
    fields = [init.at(key) for key in ("command", "args") if isinstance(init.peek(key), list)]
    words = [str(word) for field in fields for word in field.data]
    further = (
        words[3:] if "-c" in words[:2] else [word for word in words[2:] if word[:1] != "-"][1:] if words[:2] == ["kubectl", "wait"] else []
    )
    if further:  # words that are none of the script's, or further objects to wait for: no wait that is known
        return "", []
    texts = [env.at("value") for env in init.each("env") if isinstance(env.peek("value"), str)]
    return " ".join([*words, *(str(text.data) for text in texts)]), [field.path for field in (*fields, *texts)]


def near_condition(asked: Asked, got: Any) -> str | None:
    """A wait that asks for more or for less."""
    wait = _wait(asked)
    if asked.raw == "service_healthy" and got == "service_started":
        less = "has no port to try" if wait is not None and wait.port is None else "waits for a while only"
        return f"the wait {less}: the program may start before the other is healthy"
    if asked.raw == "service_started" and got == "service_healthy":
        return "it waits until the other answers, without end"
    if asked.raw == "service_completed_successfully" and (why := _in_anothers_pod(asked)):
        return f"service '{asked.route[1]}' {why}"
    if got == "service_completed_successfully" and _in_anothers_pod(asked):
        return f"service '{asked.route[1]}' runs in a Job's pod, and the end of that is awaited"
    if got == "service_completed_successfully" and any(_awaits_end(asked, other) for other in in_one_pod(asked)):
        return f"a container of the same pod waits for the end of service '{asked.route[1]}'"
    return None


def _awaits_end(asked: Asked, service: str) -> bool:
    """Whether another service waits for the same one, to its end."""
    how = (asked.project.services[service].get("depends_on") or {}).get(str(asked.route[1])) or {}
    return how.get("condition") == "service_completed_successfully"


def _in_anothers_pod(asked: Asked) -> str:
    """Why nobody can await the end of a container that is not alone in its pod; "" for another one."""
    other = str(asked.route[1])
    own = pod_of(asked.project, other) if other in asked.project.services else other
    return f"runs in the pod of service '{own}', which does not end with it" if own != other else ""


def _wait(asked: Asked) -> Wait | None:
    other = str(asked.route[1])
    own = pod_of(asked.project, other) if other in asked.project.services else other
    return next((wait for wait in possible_waits(asked.project, asked.service) if wait.service == own), None)


def in_the_same_pod(asked: Asked) -> Reason | None:
    """A wait for a container that starts with this one; docker compose cannot start what joins the network of one that has ended."""
    other, own = str(asked.route[1]), pod_of(asked.project, asked.service)
    if other not in asked.project.services or pod_of(asked.project, other) != own:
        return None
    if asked.raw != "service_completed_successfully":
        return Reason("not needed", f"service '{other}' runs in the same pod and starts with it")
    if other != own:
        return Reason("approximated", f"service '{other}' runs in the same pod and starts with it: its end is not awaited")
    hint = f"leave out 'network_mode' of service '{asked.service}', or do not await that end"
    return Reason("refused", f"service '{other}' lends its network, which nobody can join after its end", hint)


def no_wait(asked: Asked) -> Reason | None:
    """A wait that the project decides against: for what can never come, or only after this one."""
    other, services = str(asked.route[1]), asked.project.services
    if _wait(asked) is not None:
        return None
    if other in asked.project.provided:
        return Reason("not needed", f"service '{other}' has a provider and runs no container that could be waited for")
    if other not in services:
        return Reason("not needed", f"service '{other}' is not active")
    if replicas(services[other]) == 0:
        return Reason("not needed", f"service '{other}' has no replicas")
    why = "needs this one to become ready: a wait would never end"
    if asked.raw != "service_completed_successfully" and kind_of(asked.project, other) == "Job":
        why = "is a Job, which answers on no port: nothing tells that it has started"
    elif asked.raw == "service_completed_successfully":
        why = _in_anothers_pod(asked) or why
    elif any(port.get("protocol") == "udp" for port in services[other].get("ports") or ()):
        why = "listens on UDP alone: nothing tells that it has started"
    return Reason("approximated", f"service '{other}' {why}")


def required(asked: Asked) -> Reason | None:
    """Whether a dependency must be there: docker compose has looked at that."""
    return Reason(
        "not needed",
        "docker compose has seen to it that the service is there" if asked.raw else "docker compose leaves out a service that is not there",
    )
