"""Readers of what a container runs: image, argv, and the settings of its process."""

from __future__ import annotations

from collections.abc import Iterator

from converter.compose import names
from converter.compose.images import image_of
from converter.intent.environment import Variable, expand, variables
from converter.intent.key import Asked, Read, Reader, Reason, renamed, same
from converter.intent.pods import Pod

SYSTEMS = ("linux", "windows", "darwin", "freebsd")
ARCHITECTURES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armv7l": "arm", "armhf": "arm", "armel": "arm", "i386": "386"}
"""Other words for an architecture: those of uname -> those of an image's platform."""
POLICIES = {"Always": "always", "Never": "never", "IfNotPresent": "missing"}
"""imagePullPolicy -> pull_policy."""


def image(pod: Pod) -> Iterator[Read]:
    """The image."""
    if value := pod.container.text("image"):
        yield Read((), value)


def wanted_image(asked: Asked) -> str:
    """The image as the project decides it: with the overlay's registry, or another one."""
    return image_of(asked.project, asked.service)


def built(asked: Asked) -> Reason:
    """The command that builds the image, as docker compose names it and as the pods want it."""
    image, named = image_of(asked.project, asked.service), asked.model.get("image") or f"{asked.project.name}-{asked.service}"
    command = f"docker compose build {asked.service}" + ("" if image == named else f" && docker tag {named} {image}")
    return Reason("not needed", f"the image '{image}' must be where the cluster's nodes find it before the pods start: '{command}'")


def argv(steps: str) -> Reader:
    """The reader of `command` or `args`: each argument after Kubernetes' expansion."""

    def read(pod: Pod) -> Iterator[Read]:
        known = variables(pod)
        used: list[Variable] = []
        texts = [expand(text, known, used.append) for text in pod.container.texts(steps)]
        pod.seen.extend(path for variable in used for path in variable.fields)
        if texts:
            yield Read((), texts)

    return read


def command(pod: Pod) -> Iterator[Read]:
    """Compose's `command`: Kubernetes' `args`, or its `command` where Compose takes the image's entrypoint away."""
    yield from argv("command" if pod.model.get("entrypoint") == [] and not pod.container.peek("args") else "args")(pod)


def entrypoint(pod: Pod) -> Iterator[Read]:
    """Compose's `entrypoint`: Kubernetes' `command`."""
    if pod.model.get("entrypoint") != []:
        yield from argv("command")(pod)
    elif pod.model.get("command") and pod.container.peek("command"):
        yield Read((), [])


def wanted_argv(asked: Asked) -> list[str]:
    """The arguments, with the names of Compose hosts as they are in the cluster."""
    return names.rewrite_arguments(asked.project, asked.service, [str(text) for text in asked.raw])[0]


def said_argv(asked: Asked) -> str:
    """The hosts that were renamed."""
    return renamed(names.rewrite_arguments(asked.project, asked.service, [str(word) for word in asked.raw])[1])


def no_argv(asked: Asked) -> Reason | None:
    """Where an empty list says nothing, and where it asks for what no field can say."""
    if asked.raw != [] or (asked.route[-1] == "entrypoint" and asked.model.get("command")):
        return None
    if asked.route[-1] == "command" and (asked.model.get("entrypoint") or asked.model.get("entrypoint") is None):
        return Reason("not needed", "an empty command adds nothing to the entrypoint")
    return Reason(
        "refused",
        "it takes the image's entrypoint away and leaves nothing to run; Kubernetes reads an empty list as not set",
        "write the program to run as 'command' in the Compose file, or as 'commands: {services: ...}' in the overlay",
    )


def pull_policy(pod: Pod) -> Iterator[Read]:
    """When the image is pulled, in Compose's word."""
    if value := pod.container.text("imagePullPolicy"):
        yield Read((), POLICIES.get(value, value))


def wanted_policy(asked: Asked) -> str:
    """One of the three that Kubernetes has."""
    return {"always": "always", "never": "never"}.get(str(asked.raw), "missing")


def near_policy(asked: Asked, got: object) -> str | None:
    """A policy that pulls now and then."""
    if str(asked.raw).startswith(("daily", "weekly", "every_")):
        return f"Kubernetes cannot pull '{asked.raw}': it is pulled when {'it is not there' if got == 'missing' else got}"
    return None


def platform(pod: Pod) -> Iterator[Read]:
    """The platform that the node must have."""
    selector = pod.spec.at("nodeSelector")
    found = [selector.text(f"kubernetes.io/{part}") for part in ("os", "arch") if selector.peek(f"kubernetes.io/{part}")]
    if found:
        yield Read((), "/".join(found))


def wanted_platform(asked: Asked) -> str:
    """The operating system and the architecture, or the one that is given; a variant, which no node label has, is left out."""
    parts = str(asked.raw).split("/")
    if len(parts) == 1:
        return parts[0] if parts[0] in SYSTEMS else f"linux/{ARCHITECTURES.get(parts[0], parts[0])}"
    return f"{parts[0]}/{ARCHITECTURES.get(parts[1], parts[1])}"


def flag(*steps: str) -> Reader:
    """The reader of a field of the container that is true."""

    def read(pod: Pod) -> Iterator[Read]:
        if pod.container.flag(*steps):
            yield Read((), value=True)

    return read


def text(*steps: str) -> Reader:
    """The reader of a field of the container that is a text."""

    def read(pod: Pod) -> Iterator[Read]:
        if value := pod.container.text(*steps):
            yield Read((), value)

    return read


def reaper(pod: Pod) -> Iterator[Read]:
    """Whether the first process of the pod is not the program's: where containers share their processes it is the pause container's."""
    if pod.spec.flag("shareProcessNamespace"):
        yield Read((), value=True)


def no_reaper(asked: Asked) -> Reason:
    """A program that is process 1 of its container."""
    del asked
    return Reason(
        "approximated",
        "the program is process 1: children that it does not reap stay as zombies, and SIGTERM ends it only if it answers it",
        "start it by 'tini' in the image, or set 'shareProcessNamespace: true' by a patch if it does neither itself",
    )


def off(asked: Asked) -> Reason | None:
    """A switch that is off says nothing."""
    return Reason("not needed", "it is off") if same(asked.raw, other=False) else None


def not_asked(asked: Asked) -> Reason | None:
    """A switch that is off, or that docker compose has put there: `restart: true` for each service of `links` or `network_mode`."""
    route = ("services", asked.service, *asked.route)
    if not asked.project.sources.locate(route, asked.project.model)[1]:
        return Reason("not needed", "nobody wrote it: docker compose adds it to what it depends on for another reason")
    return off(asked)
