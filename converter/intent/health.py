"""Readers of the healthcheck: what the readinessProbe runs, how often, how patiently."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from converter.compose import healthchecks, names
from converter.compose.project import Project
from converter.intent.environment import Variable, expand, variables
from converter.intent.field import Field
from converter.intent.key import Asked, Fits, Read, Reader, Reason, renamed
from converter.intent.pods import Pod
from converter.intent.requests import LOCAL, local_request
from converter.intent.times import go

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
    """An httpGet probe as the curl that does the same; the Host header is named where it is not that of the address."""
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
        if name.lower() == "host" and value in [one if named == usual else f"{one}:{named}" for one in (*LOCAL, "[::1]")]:
            sent = where = value
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


def wanted_start(asked: Asked) -> Fits:
    """At least as long as Compose waits."""
    wanted = healthchecks.parse({"test": ["CMD", "x"], "start_period": asked.raw})
    least = wanted.start_period if wanted else 0
    return Fits(f"{go(least)} or longer", lambda got: _whole(got) >= least)


def _whole(got: object) -> int:
    parts = re.findall(r"(\d+)([hms])", str(got))
    return sum(int(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in parts)


def wanted_test(asked: Asked) -> Fits:
    """The test after its hosts are renamed; secrets as a shell reads them; the request that a curl or wget makes."""
    check = healthchecks.parse({"test": asked.raw})
    words = list(check.words) if check else []
    words = [names.rewrite(asked.project, asked.service, word)[0] for word in words]
    request = local_request(words)
    return Fits(
        "the same test" if request is None else request,
        lambda got: _same_command(asked, words, got) or (request is not None and got[-1:] == [request] and "-H" not in got),
    )


def said_test(asked: Asked) -> str:
    """The hosts that were renamed; the request that takes the place of a program."""
    check = healthchecks.parse({"test": asked.raw})
    words = list(check.words) if check else []
    pairs = [pair for word in words for pair in names.rewrite(asked.project, asked.service, word)[1]]
    return renamed(pairs) or (
        "the kubelet makes the request itself" if local_request(words) else "the shell reads the secret from a variable"
    )


def _same_command(asked: Asked, words: list[str], got: object) -> bool:
    """Whether two tests run the same: as lists of words, or, where a secret had to become a variable of a shell, as the words of its script."""
    check = healthchecks.parse({"test": got}) if isinstance(got, list) else None
    if check is None:
        return False
    found = list(check.words)
    if found == words:
        return True
    secrets = _secret_variables(asked.project, asked.service)
    return bool(secrets) and _words(found, {}) == _words(words, secrets)


def _words(words: list[str], secrets: Mapping[str, str]) -> list[str]:
    """What a command comes to: a shell's script split as the shell splits it."""
    if not (len(words) == 3 and words[0] in healthchecks.SHELLS and words[1] == "-c"):
        return words
    try:
        return shlex.split(in_shell(words[2], secrets)[0])
    except ValueError:
        return words


def _secret_variables(project: Project, service: str) -> dict[str, str]:
    """The variables of a service that are a secret as a whole, and the marker that each holds; with those that carry a secret of the test."""
    model = project.services[service]
    texts = {name: str(value) for name, value in (model.get("environment") or {}).items() if value is not None}
    found = {name: text for name, text in texts.items() if len(project.secrets.pieces(text)) == 1 and project.secrets.has(text)}
    in_test = any(project.secrets.has(str(word)) for word in (model.get("healthcheck") or {}).get("test") or ())
    return found or ({"": ""} if in_test else {})


def near_test(asked: Asked, got: object) -> str | None:
    """A stricter test, where the program says yes too early; a request with another Host header."""
    check = healthchecks.parse({"test": asked.raw})
    if check is None or not isinstance(got, list):
        return None
    stricter, why = healthchecks.stricter(asked.project, asked.service, check.words)
    if why and wanted_test(Asked(["CMD", *stricter], asked.route, asked.service, asked.project, asked.target)).test(got):
        return why
    request = local_request(list(check.words))
    if request is not None and got[-1:] == [request]:
        return "the request carries another Host header than Compose's: a program that looks at it may refuse it"
    return None


def no_test(asked: Asked) -> Reason | None:
    """A test that is switched off."""
    off = asked.model.get("healthcheck", {}).get("disable") or asked.raw == ["NONE"]
    if off:
        return Reason("not needed", "the healthcheck is switched off: without a probe a container is ready as soon as it runs")
    return None


def disabled(pod: Pod) -> Iterator[Read]:
    """Whether a probe says something although the healthcheck is switched off."""
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        if isinstance(pod.container.peek(probe), Mapping):
            yield Read((), value=False)
            return


def no_times(asked: Asked) -> Reason | None:
    """Times without a test: the image's own healthcheck, which a cluster does not know of."""
    health = asked.model.get("healthcheck") or {}
    if health.get("disable") or health.get("test") == ["NONE"]:
        return Reason("not needed", "the healthcheck is switched off")
    if not health.get("test"):
        hint = "write the image's test into the Compose file, or 'probes: {services: ...}' in the overlay"
        return Reason("refused", "the test is in the image, which is not looked into: the times have no probe to go to", hint)
    return None
