"""Readers of the healthcheck: what the readinessProbe runs, how often, how patiently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from converter.compose import healthchecks
from converter.intent.environment import Variable, expand, variables
from converter.intent.field import Field
from converter.intent.key import Read, Reader
from converter.intent.pods import Pod
from converter.intent.requests import LOCAL
from converter.intent.times import go

_OWN = {*LOCAL, "[::1]"}
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


def test(pod: Pod) -> Iterator[Read]:
    """What is run to learn whether the container is ready, as Compose writes a test; a request as the curl that makes it."""
    probe = pod.container.at("readinessProbe")
    words = _exec(pod, probe) or _request(pod, probe) or _connection(pod, probe)
    if words:
        yield Read((), words)


def _exec(pod: Pod, probe: Field) -> list[str]:
    """An exec probe. A variable from a Secret is empty to `$(NAME)`, and its marker to a shell."""
    texts = probe.texts("exec", "command")
    known = variables(pod)
    used: list[Variable] = []
    plain = {name: Variable("", one.fields) if one.secret else one for name, one in known.items()}
    words = [expand(text, plain, used.append) for text in texts]
    if len(words) == 3 and words[0] in healthchecks.SHELLS and words[1] == "-c":
        script, by_shell = in_shell(words[2], {name: one.value for name, one in known.items() if one.secret})
        words = ["CMD-SHELL", script] if words[0] == "/bin/sh" else ["CMD", *words[:2], script]
        used += [known[name] for name in by_shell]
    elif words:
        words = ["CMD", *words]
    pod.seen.extend(path for one in used for path in one.fields)
    return words


def in_shell(script: str, secrets: Mapping[str, str]) -> tuple[str, list[str]]:
    """A shell script with `$NAME` and `${NAME}` of variables from a Secret as their markers, and the names that were used."""
    used: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in secrets:
            return match[0]
        used.append(name)
        return secrets[name]

    return _VARIABLE.sub(value, script), used


def _request(pod: Pod, probe: Field) -> list[str]:
    """An httpGet probe as the curl that does the same; the Host header is named where it is not that of the address.

    One that names the container itself is of the address, whatever the port in it: that of a probe is edited, that of the header forgotten.
    """
    get = probe.at("httpGet")
    port = get.value("port")
    if port is None or isinstance(port, list):
        return []
    named = _port_named(pod, port)
    scheme, path, host = get.text("scheme").lower() or "http", get.text("path") or "/", get.text("host") or "localhost"
    usual = {"http": 80, "https": 443}.get(scheme)
    where = host if named == usual else f"{host}:{named}"
    words, sent = ["CMD", "curl", "-f", *(["-k"] if scheme == "https" else [])], ""
    for header in get.each("httpHeaders"):
        name, value = header.text("name"), header.text("value")
        own = value if named == usual else re.sub(r":\d+$", "", value)
        if name.lower() == "host" and own in _OWN and (named == usual or own != value):
            sent, where = value, own if named == usual else f"{own}:{named}"
        elif name.lower() == "host":
            sent, words = value, [*words, "-H", f"Host: {value}"]
        else:
            words += ["-H", f"{name}: {value}"]
    return [*words, *([] if sent else ["-H", "Host: <the pod's address>"]), f"{scheme}://{where}{path}"]


def _port_named(pod: Pod, port: str | int) -> str | int:
    """The number of a port that may be named in the container."""
    for one in pod.container.each("ports"):
        if one.peek("name") == port and one.number("containerPort") is not None:
            one.text("name")
            return int(one.peek("containerPort"))
    return port


def _connection(pod: Pod, probe: Field) -> list[str]:
    """A tcpSocket or grpc probe."""
    for kind, words in (("tcpSocket", ["nc", "-z"]), ("grpc", ["grpc_health_probe"])):
        port = probe.at(kind).value("port")
        if isinstance(port, (str, int)):
            service = probe.text(kind, "service")
            return ["CMD", *words, probe.text(kind, "host") or "localhost", str(_port_named(pod, port)), *([service] if service else [])]
    return []


def every(field: str, default: int) -> Reader:
    """The reader of a time of the readinessProbe, with Kubernetes' default."""

    def read(pod: Pod) -> Iterator[Read]:
        probe = pod.container.at("readinessProbe")
        if isinstance(probe.data, Mapping):
            number = probe.number(field)
            yield Read((), go(default if number is None else number))

    return read


def retries(pod: Pod) -> Iterator[Read]:
    """After how many failures the container is unhealthy."""
    probe = pod.container.at("readinessProbe")
    if isinstance(probe.data, Mapping):
        number = probe.number("failureThreshold")
        yield Read((), 3 if number is None else number)


def start_period(pod: Pod) -> Iterator[Read]:
    """How long a failing container is left alone, where failing has a consequence: where there is a livenessProbe."""
    liveness, startup = pod.container.at("livenessProbe"), pod.container.at("startupProbe")
    if not isinstance(liveness.data, Mapping):
        return
    delay = sum(one.number("initialDelaySeconds") or 0 for one in (liveness, startup))
    if isinstance(startup.data, Mapping):
        threshold, period = startup.number("failureThreshold"), startup.number("periodSeconds")
        delay += (3 if threshold is None else threshold) * (10 if period is None else period)
    yield Read((), go(delay))


def disabled(pod: Pod) -> Iterator[Read]:
    """Whether a probe says something although the healthcheck is switched off."""
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        if isinstance(pod.container.peek(probe), Mapping):
            yield Read((), value=False)
            return
