"""Readers of how long, how often and where a service runs, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from converter.compose.units import seconds
from converter.compose.workloads import awaited_as_completed, kind_of, pod_of, restart_policy
from converter.intent.key import Asked, Read, Reason, in_one_pod
from converter.intent.pods import Pod
from converter.intent.times import go

FOREVER = 2147483647
_KILL = re.compile(r"(?:^|[;&(]\s*)kill -(?:s )?(?:SIG)?([A-Z]\w*|[1-9]\d*) 1(?=\s*(?:$|[;&)]))")
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
    """`unless-stopped` is `always`: what stops a pod for good is to delete its workload. `on-failure:0` has no limit."""
    return {"unless-stopped": "always", "on-failure:0": "on-failure"}.get(str(asked.raw), str(asked.raw))


def said_restart(asked: Asked) -> str:
    """What stops a container for good."""
    return "to stop it, scale its workload to 0 or delete it" if asked.raw == "unless-stopped" else ""


def near_restart(asked: Asked, got: Any) -> str | None:
    """A Deployment where Compose starts a container less often, and a Job where others wait for its end."""
    if got in ("always", "any"):
        return "Kubernetes starts the container again whenever it ends"
    if asked.route == ("restart",) and restart_policy(asked.model) != str(asked.raw):
        return "'deploy.restart_policy' stands in its place, for docker compose too"
    if why := near_attempts(asked, got):
        return why
    if awaited_as_completed(asked.project, asked.service):
        return "it is a Job that runs to its end once, for other services wait for that"
    if got == "on-failure" and restart_policy(asked.model) in ALWAYS and kind_of(asked.project, asked.service) == "Job":
        return "it is a Job: it is not started again once it has ended well"
    return None


def near_attempts(asked: Asked, got: Any) -> str | None:
    """Another service's pod, whose containers are all started again alike."""
    del got
    own = pod_of(asked.project, asked.service)
    return f"it runs in the pod of service '{own}': what that says of restarts counts" if own != asked.service else None


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
    """A hook that sends a signal to the program, which is process 1."""
    hook = pod.container.at("lifecycle", "preStop", "exec", "command")
    words = [str(word) for word in hook.data] if isinstance(hook.data, list) else []
    script = words[2] if len(words) == 3 and words[1] == "-c" else " ".join(words) if len(words) == 3 else ""
    if found := _KILL.search(script):
        hook.value()
        yield Read((), f"SIG{found[1]}")


def wanted_signal(asked: Asked) -> str:
    """The signal by its whole name."""
    return f"SIG{str(asked.raw).upper().removeprefix('SIG')}"


def no_signal(asked: Asked) -> Reason | None:
    """The signal that a kubelet sends anyway."""
    if str(asked.raw).upper() in ("SIGTERM", "TERM", "15"):
        return Reason("not needed", "SIGTERM is what the kubelet sends")
    return None


def no_attempts(asked: Asked) -> Reason | None:
    """A number of attempts for what is started again for ever."""
    if kind_of(asked.project, asked.service) != "Job":
        return Reason("approximated", "Kubernetes starts the container again whenever it ends, without counting")
    if why := near_attempts(asked, None):
        return Reason("approximated", why)
    if restart_policy(asked.model) in ("", "no"):
        return Reason("not needed", "it is never started again")
    if asked.raw == 0:
        return Reason("not needed", "0 is no limit: Docker tries for ever, and so does the Job")
    if not restart_policy(asked.model).startswith("on-failure"):
        return Reason("approximated", "the Job is tried again until it ends well, without counting")
    return None
