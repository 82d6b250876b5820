"""What a service's healthcheck says: what is run, how often, how patiently. Decided from the Compose model alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from converter.compose.project import Project
from converter.compose.units import seconds

SHELLS = ("sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash", "/bin/dash", "/usr/bin/sh", "/usr/bin/bash")
_TAIL = re.compile(r"\s*\|\|\s*(?:exit(?:\s+[1-9]\d*)?|false)\s*;?\s*$")
_OPERATOR = re.compile(r"[|&;<>\n]")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_PG_ISREADY = re.compile(r"(?<![\w.-])(?:[\w./-]*/)?pg_isready(?![\w.-])")
_PG_HOST = re.compile(r"""(?:^|\s)["']?(?:-h|--host)|\bhost=|PGHOST""")
_REDIS_TAKES_VALUE = frozenset(
    {"-h", "-p", "-s", "-a", "-u", "-n", "-r", "-i", "-d", "-D", "-X", "-t", "--user", "--pass", "--sni"}
    | {"--cacert", "--cacertdir", "--cert", "--key", "--tls-ciphers", "--tls-ciphersuites"}
)


@dataclass(frozen=True)
class Healthcheck:
    """A healthcheck with Docker's defaults filled in. Times are whole seconds, rounded up, at least 1 where Kubernetes needs 1.

    Attributes:
        words: the argv that runs; the CMD-SHELL and string forms are `/bin/sh -c SCRIPT`, as Docker runs them.
        interval: from the end of one run to the next.
        timeout: after which a run has failed.
        retries: how many failed runs in a row make the container unhealthy.
        start_period: how long failures do not count.
        start_interval: the interval during start_period; 0 if not given.
    """

    words: tuple[str, ...]
    interval: int = 30
    timeout: int = 30
    retries: int = 3
    start_period: int = 0
    start_interval: int = 0

    @property
    def script(self) -> str | None:
        """The script, if a shell runs one."""
        return self.words[2] if len(self.words) == 3 and self.words[0] in SHELLS and self.words[1] == "-c" else None


def healthcheck(project: Project, service: str) -> Healthcheck | None:
    """The healthcheck of a service; None if it has none, switches it off, or leaves the test to the image."""
    return parse(project.services[service].get("healthcheck") or {})


def parse(raw: Mapping[str, Any]) -> Healthcheck | None:
    """A `healthcheck` as the model has it. An unknown first word of a list is taken for a script, as docker compose takes a string."""
    words = _words(raw.get("test"))
    if raw.get("disable") or not words:
        return None
    return Healthcheck(
        words=words,
        interval=max(1, seconds(raw.get("interval") or "30s")),
        timeout=max(1, seconds(raw.get("timeout") or "30s")),
        retries=max(1, int(raw.get("retries") or 3)),
        start_period=seconds(raw.get("start_period") or 0),
        start_interval=seconds(raw.get("start_interval") or 0),
    )


def _words(test: str | Sequence[str] | None) -> tuple[str, ...]:
    match test:
        case None | "" | [] | ["NONE", *_]:
            return ()
        case str():
            return ("/bin/sh", "-c", test)
        case ["CMD", *words]:
            return tuple(words)
        case ["CMD-SHELL", *words]:
            return ("/bin/sh", "-c", " ".join(words)) if words else ()
        case words:
            return ("/bin/sh", "-c", " ".join(words))


def without_exit(script: str) -> str:
    """A script without a last `|| exit 1`, which changes no verdict: any status but 0 is a failure, to Docker and to Kubernetes."""
    return _TAIL.sub("", script).strip()


def simple_command(words: Sequence[str]) -> str | None:
    """The one command of a test as shell text, `|| exit 1` cut off; None if a shell runs more than one command or a redirection."""
    script = words[2] if len(words) == 3 and words[0] in SHELLS and words[1] == "-c" else None
    if script is None:
        return shlex.join(words)
    script = without_exit(script)
    return None if _OPERATOR.search(re.sub(r"'[^']*'|\"[^\"$`]*\"", "", script)) else script


def stricter(project: Project, service: str, words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The test that means what the author meant where the program says yes too early, and why; the same words and "" elsewhere.

    `redis-cli ping` exits with 0 when Redis answers NOAUTH or WRONGPASS (measured; 1 only when it cannot connect). `pg_isready` without a
    host asks the socket, which the temporary server of the first start answers while the init scripts still run (measured: socket 0,
    TCP 2): Compose would let clients go, they would meet a server that restarts.
    """
    command = simple_command(words)
    if command is not None and _is_redis_ping(command):
        why = "redis-cli exits with 0 also when Redis refuses the password: its answer is looked at"
        return ("/bin/sh", "-c", f"{command} | grep -q PONG"), why
    if not _asks_socket(project, service, words):
        return words, ""
    why = "pg_isready without a host asks the socket, which answers while the init scripts still run: it asks 127.0.0.1"
    place = next((at for at, word in enumerate(words) if _PG_ISREADY.search(word)), 0)
    if _PG_ISREADY.fullmatch(words[place]) and "-c" not in words[:place]:
        return (*words[: place + 1], "-h", "127.0.0.1", *words[place + 1 :]), why
    return (*words[:place], _PG_ISREADY.sub(r"\g<0> -h 127.0.0.1", words[place]), *words[place + 1 :]), why


def _asks_socket(project: Project, service: str, words: Sequence[str]) -> bool:
    """Whether this is pg_isready without a host, on a server that is not told to listen elsewhere."""
    text, one = " ".join(words), project.services[service]
    started = " ".join(map(str, (*(one.get("entrypoint") or ()), *(one.get("command") or ()))))
    told = "PGHOST" in (one.get("environment") or {}) or "listen_addresses" in started
    return bool(_PG_ISREADY.search(text)) and not _PG_HOST.search(text) and not told


def _is_redis_ping(command: str) -> bool:
    """Whether a simple command is `[NAME=VALUE] redis-cli [options] ping` and nothing else (`--raw incr ping` is not)."""
    words = re.findall(r"""(?:[^\s"'$`]|"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^)]*\)|\$|`[^`]*`)+""", command)
    while words and _ASSIGNMENT.match(words[0]):
        words = words[1:]
    if len(words) == 3 and words[0] in SHELLS and words[1] == "-c" and words[2][0] in "\"'":
        inner = simple_command(("/bin/sh", "-c", words[2][1:-1].replace('\\"', '"')))
        return inner is not None and _is_redis_ping(inner)
    if not words or words[0].strip("'\"").rpartition("/")[2] not in ("redis-cli", "valkey-cli"):
        return False
    rest = words[1:]
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _REDIS_TAKES_VALUE else rest[1:]
    return len(rest) == 1 and rest[0].strip("'\"").lower() == "ping"
