"""Readers of how long, how often and where a service runs, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.compose.units import seconds, units
from converter.compose.workloads import awaited_as_completed, kind_of, pod_of, replicas
from converter.intent.key import Asked, Read, Reason, in_one_pod
from converter.intent.pods import Pod
from converter.intent.times import go, quantity

FOREVER = 2147483647
MODES = {"DaemonSet": "global", "Job": "replicated-job"}
ALWAYS = ("always", "unless-stopped", "any")


def restart(pod: Pod) -> Iterator[Read]:
    """Whether a container that ended is started again, in the words of `restart`."""
    if not pod.found:
        return
    kind = pod.workload.text("kind")
    if kind not in ("Job", "CronJob", "Pod"):
        yield Read((), "always")
        return
    policy = pod.spec.text("restartPolicy") or "Always"
    limit = pod.workload.number("spec", "backoffLimit") if kind == "Job" else FOREVER if kind == "Pod" else None
    limit = 6 if limit is None else limit
    if policy not in ("Never", "OnFailure"):
        yield Read((), policy.lower())
    elif limit == 0 or (kind == "Pod" and policy == "Never"):
        yield Read((), "no")
    else:
        yield Read((), "on-failure" if limit == FOREVER else f"on-failure:{limit}")


def condition(pod: Pod) -> Iterator[Read]:
    """The same in the words of `deploy.restart_policy`."""
    for read in restart(pod):
        word = str(read.value).partition(":")[0]
        if word == "on-failure":
            pod.seen[:] = [path for path in pod.seen if path[-1] != "backoffLimit"]
        yield Read((), {"always": "any", "no": "none"}.get(word, word))


def attempts(pod: Pod) -> Iterator[Read]:
    """How often a Job is tried again."""
    if (
        pod.kind == "Job"
        and pod.workload.peek("spec", "backoffLimit") != FOREVER
        and (number := pod.workload.number("spec", "backoffLimit"))
    ):
        yield Read((), number)


def wanted_restart(asked: Asked) -> Any:
    """`unless-stopped` is `always`: what stops a pod for good is to delete its workload."""
    return "always" if asked.raw == "unless-stopped" else str(asked.raw)


def said_restart(asked: Asked) -> str:
    """What stops a container for good."""
    return "to stop it, scale its workload to 0 or delete it" if asked.raw == "unless-stopped" else ""


def near_restart(asked: Asked, got: Any) -> str | None:
    """A Deployment where Compose starts a container less often, and a Job where others wait for its end."""
    if got in ("always", "any"):
        return "Kubernetes starts the container again whenever it ends"
    if awaited_as_completed(asked.project, asked.service):
        return "it is a Job that runs to its end once, for other services wait for that"
    return None


def number_of(pod: Pod) -> Iterator[Read]:
    """How many replicas there are; Kubernetes makes one where nothing is said."""
    if pod.kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        number = pod.workload.number("spec", "replicas")
        yield Read((), 1 if number is None else number)
    elif pod.kind == "Job":
        none = pod.workload.peek("spec", "parallelism") == 0
        number = pod.workload.number("spec", "parallelism" if none else "completions")
        yield Read((), 1 if number is None else number)
    elif pod.found:
        yield Read((), 1)


def wanted_number(asked: Asked) -> Any:
    """`scale` where `deploy.replicas` says something else gives way to it."""
    return replicas(asked.model)


def near_number(asked: Asked, got: Any) -> str | None:
    """One for each node; as many as the service has in whose pod this one runs."""
    own = pod_of(asked.project, asked.service)
    if own != asked.service:
        return f"it runs in the pod of service '{own}', of which there are {got}"
    return "a DaemonSet runs one pod on each node" if kind_of(asked.project, asked.service) == "DaemonSet" else None


def mode(pod: Pod) -> Iterator[Read]:
    """`deploy.mode`."""
    if pod.found:
        yield Read((), MODES.get(pod.workload.text("kind"), "replicated"))


def wanted_mode(asked: Asked) -> Any:
    """One of a Job's two modes; a Job where the project decides so."""
    return "replicated-job" if kind_of(asked.project, asked.service) == "Job" else asked.raw


def endpoint_mode(pod: Pod) -> Iterator[Read]:
    """`vip` for a Service with an address, `dnsrr` for one without."""
    for service in pod.services():
        headless = service.peek("spec", "clusterIP") == "None"
        if headless:
            service.text("spec", "clusterIP")
        yield Read((), "dnsrr" if headless else "vip")


def order(pod: Pod) -> Iterator[Read]:
    """Whether the new pod starts before the old one stops."""
    if pod.kind not in ("Deployment", "DaemonSet"):
        return
    strategy = pod.workload.at("spec", "strategy" if pod.kind == "Deployment" else "updateStrategy")
    if strategy.peek("type") == "Recreate":
        strategy.text("type")
        yield Read((), "stop-first")
    else:
        surge = strategy.peek("rollingUpdate", "maxSurge")
        if str(surge) in ("0", "0%"):
            strategy.value("rollingUpdate", "maxSurge")
        first = pod.kind == "Deployment" if surge is None else str(surge) not in ("0", "0%")
        yield Read((), "start-first" if first else "stop-first")


def near_order(asked: Asked, got: Any) -> str | None:
    """A claim that one node alone can mount."""
    if asked.raw == "start-first" and got == "stop-first":
        return "the old pod stops first: a claim of one node cannot be mounted by both"
    return None


def parallelism(pod: Pod) -> Iterator[Read]:
    """How many pods are replaced at once."""
    strategy = pod.workload.at("spec", "strategy" if pod.kind == "Deployment" else "updateStrategy")
    for field in ("maxSurge", "maxUnavailable"):
        pod.seen.clear()
        number = strategy.number("rollingUpdate", field)
        if number:
            yield Read((), number)
            return


def near_parallelism(asked: Asked, got: Any) -> str | None:
    """One pod after another."""
    return f"{got} at a time instead of {asked.raw}: a rollout takes longer" if isinstance(got, int) else None


def grace(pod: Pod) -> Iterator[Read]:
    """How long a container has to end."""
    if pod.found:
        number = pod.spec.number("terminationGracePeriodSeconds")
        yield Read((), go(30 if number is None else number))


def wanted_grace(asked: Asked) -> str:
    """In whole seconds, rounded up; 0 is 0."""
    try:
        return go(seconds(asked.raw))
    except ValueError:
        return str(asked.raw)


def near_grace(asked: Asked, got: Any) -> str | None:
    """Another container of the pod that takes longer."""
    return f"the pod ends in {got}, as long as the slowest of its containers has" if in_one_pod(asked) else None


def stop_signal(pod: Pod) -> Iterator[Read]:
    """A hook that sends a signal to the program."""
    hook = pod.container.at("lifecycle", "preStop", "exec")
    words = " ".join(str(word) for word in hook.peek("command") or () if isinstance(hook.peek("command"), list))
    if words.startswith("kill -") or " kill -" in words:
        hook.texts("command")
        yield Read((), f"SIG{words.partition('kill -')[2].split()[0].removeprefix('SIG')}")


def no_signal(asked: Asked) -> Reason | None:
    """The signal that a kubelet sends anyway."""
    if str(asked.raw).upper() in ("SIGTERM", "TERM", "15"):
        return Reason("not needed", "SIGTERM is what the kubelet sends")
    return None


def no_attempts(asked: Asked) -> Reason | None:
    """A number of attempts for what is started again for ever."""
    if kind_of(asked.project, asked.service) != "Job":
        return Reason("approximated", "Kubernetes starts the container again whenever it ends, without counting")
    return None


def devices(pod: Pod) -> Iterator[Read]:
    """GPUs: the number that the container is given, and all that says which."""
    limits = pod.container.at("resources", "limits")
    resource = next((name for name in ("nvidia.com/gpu", "amd.com/gpu") if limits.peek(name) is not None), "")
    if not resource or (number := quantity(limits.peek(resource))) is None:
        return
    said = pod.model.get("gpus") or (pod.model.get("deploy") or {}).get("resources", {}).get("reservations", {}).get("devices")
    asked = sum(len(one.get("device_ids") or ()) or max(int(one.get("count") or 1), 1) for one in said or ())
    for route, value in units({"devices": said or []}):
        limits.value(resource)
        found = value if asked == number else f"{value}, and {int(number)} in all"
        yield Read(route[1:], int(number) if route[-1] == "count" else found)


def wanted_devices(asked: Asked) -> Any:
    """As it is: every device that is asked for is one unit of the plugin's resource."""
    return asked.raw


def near_devices(asked: Asked, got: Any) -> str | None:
    """All GPUs, which cannot be asked for."""
    if asked.route[-1] == "count" and asked.raw == -1:
        return f"'all' cannot be asked for: the container is given {got}"
    if asked.route[-1] == "count":
        return f"the container is given {got} for all its devices"
    return "which of them is the device plugin's choice" if str(got).startswith(f"{asked.raw}, and ") else None
