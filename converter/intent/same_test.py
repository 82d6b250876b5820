"""Whether a probe runs the test that Compose asks for, and why there may be none."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from converter.compose import healthchecks, names
from converter.compose.project import Project
from converter.intent.health import in_shell
from converter.intent.key import Asked, Fits, Reason, renamed
from converter.intent.requests import local_request
from converter.intent.times import go


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
    words = names.rewrite_arguments(asked.project, asked.service, words)[0]
    request = local_request(words)
    return Fits(
        "the same test" if request is None else request,
        lambda got: _same_command(asked, words, got) or (request is not None and got[-1:] == [request] and "-H" not in got),
    )


def said_test(asked: Asked) -> str:
    """The hosts that were renamed; the request that takes the place of a program."""
    check = healthchecks.parse({"test": asked.raw})
    words = list(check.words) if check else []
    return renamed(names.rewrite_arguments(asked.project, asked.service, words)[1]) or (
        "the kubelet makes the request itself" if local_request(words) else "the shell reads the secret from a variable"
    )


def _same_command(asked: Asked, words: list[str], got: object) -> bool:
    """Whether two tests run the same: the same words or, where a secret had to become a variable of a shell, those of its script."""
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
    """The variables of a service that are a secret as a whole, with their markers; one of no name if only the test holds a secret."""
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


def no_times(asked: Asked) -> Reason | None:
    """Times without a test: the image's own healthcheck, which a cluster does not know of."""
    health = asked.model.get("healthcheck") or {}
    if health.get("disable") or health.get("test") == ["NONE"]:
        return Reason("not needed", "the healthcheck is switched off")
    if not health.get("test"):
        hint = "write the image's test into the Compose file, or 'probes: {services: ...}' in the overlay"
        return Reason("refused", "the test is in the image, which is not looked into: the times have no probe to go to", hint)
    return None
