"""What may be a secret and is left plain: neither its name nor its form is sure, so that a person has to say. No value is ever told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from converter.compose.binds import decide
from converter.compose.credentials import is_basic
from converter.compose.file_passwords import secret_lines
from converter.compose.file_secrets import config_mount, config_text, source_of
from converter.compose.identity import identities
from converter.compose.secret_names import is_secret_name
from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project
    from converter.compose.secrets import Secret

_RUN = re.compile(r"[0-9A-Za-z]{20,}")
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_PUBLIC = re.compile(
    r"(?:^|_)(?:U?U?IDS?|SHA\d*|HASH|DIGEST|CHECKSUM|COMMIT|REV|REVISION|REF|VERSION|TAG|IMAGE|FINGERPRINT|PUBLIC|PUB|CERT\w*|ADDRESS)(?:_|$)"
)
_ACCOUNT = re.compile(r"(?:^|_)(?:AUTH|LOGIN|LOGINS|CREDS?|ACCOUNTS?|USERS|USERPASS)$")
_USER_AND_PASSWORD = re.compile(r"[^\s:/@,]+:(?=[^,]*[A-Za-z])[^\s:/@,]{3,}(?:,[^\s:/@,]+:[^\s:/@,]+)*")
_QUERY = re.compile(r"[?&](?:key|sig|signature|code|auth|pass)=[\w%+/.-]{12,}")
_SHORTEST_BASIC = 12
"""Letters of a `user:password` in base64: a word that is shorter can be one by chance."""
_ARGUMENTS = ("command", "entrypoint")
_LARGEST = 1 << 18
_SHOWN = 8
"""Lines of a file that a warning names one by one."""


class Likely(NamedTuple):
    """What looks like a secret: where, in words, and what to write if it is one."""

    route: Route
    what: str
    hint: str


def likely(project: Project) -> Iterator[Likely]:
    """Yield what looks like a secret among the variables, arguments and files of the active services; each file is told once."""
    told: set[str] = set()
    for service in project.services:
        yield from _variables(project, service)
        yield from _arguments(project, service)
        for one in _files(project, service):
            if one.what not in told:
                yield one
                told.add(one.what)


def by_value(project: Project, named: tuple[str, ...]) -> Iterator[Secret]:
    """Yield the secrets that a variable of docker compose holds and that only its value tells: its name does not, nor does the overlay.

    Where that variable has no value, as in CI without `.env`, or another one, the conversion is another.
    """
    for secret in project.secrets.by_marker.values():
        if secret.variable and secret.places and not secret.name and not is_secret_name(secret.variable, named):
            yield secret


def _variables(project: Project, service: str) -> Iterator[Likely]:
    for name, value in sorted((project.services[service].get("environment") or {}).items()):
        if isinstance(value, str) and not project.secrets.has(value) and _looks(name.upper(), value):
            said = f"the value of '{name}' of service '{service}' looks like a secret, and is left plain"
            hint = f"'secrets: {{variables: [{name}]}}' in the overlay makes it one"
            yield Likely(("services", service, "environment", name), said, hint)


def _looks(name: str, value: str) -> bool:
    if _ACCOUNT.search(name) and _USER_AND_PASSWORD.fullmatch(value):
        return True
    if len(value) >= _SHORTEST_BASIC and is_basic(value):
        return True
    return bool(_QUERY.search(value)) or (not _PUBLIC.search(name) and _is_random(value))


def _is_random(text: str) -> bool:
    """Whether a text is one long word that nobody would think of: hexadecimal digits, or capitals, small letters and digits mixed up."""
    word = text.rstrip("=")
    if _HEX.fullmatch(word):
        return len(set(word)) > 8 and not word.isdigit()
    if re.fullmatch(r"[\w+-]+", word) is None:
        return False
    return any(_is_mixed(run[0]) for run in _RUN.finditer(word))


def _is_mixed(run: str) -> bool:
    digits = len(re.findall(r"\d+", run))
    return digits > 2 and any(letter.isupper() for letter in run) and any(letter.islower() for letter in run)


def _arguments(project: Project, service: str) -> Iterator[Likely]:
    for key in _ARGUMENTS:
        words = project.services[service].get(key) or ()
        for word in words:
            name, equals, value = word.partition("=")
            if not project.secrets.has(word) and (_QUERY.search(word) or _is_random(value if equals else word)) and not _public(name):
                said = f"an argument in '{key}' of service '{service}' looks like a secret, and is left plain"
                yield Likely(("services", service, key), said, "put it into a variable whose name says so, or take it from a file")
                break


def _public(option: str) -> bool:
    return bool(_PUBLIC.search(re.sub(r"\W+", "_", option.upper())))


def _files(project: Project, service: str) -> Iterator[Likely]:
    """What stands in the files of a service that become ConfigMaps: of bind mounts and of Compose configs, and the texts of configs."""
    mounts = project.services[service].get("volumes") or ()
    for identity, mount in zip(identities("volumes", mounts), mounts, strict=True):
        if mount["type"] == "bind":
            yield from _mounted(project, service, mount, ("services", service, "volumes", identity))
    for entry in project.services[service].get("configs") or ():
        name = entry["source"]
        if mount := config_mount(project, entry):
            yield from _mounted(project, service, mount, ("configs", name, "file"))
        text = config_text(project, name) or ""
        file = str(entry.get("target") or name).rpartition("/")[2]
        if not project.secrets.has(text) and (told := _told(file, text)):
            said = f"config '{name}' has {told}, which everyone who may read ConfigMaps can read"
            hint = "write it as a variable whose name says so, and give that its value in '.env'"
            yield Likely(("configs", name, "content" if "content" in project.model["configs"][name] else "environment"), said, hint)


def _mounted(project: Project, service: str, mount: Mapping[str, Any], route: Route) -> Iterator[Likely]:
    for file in decide(project, service, mount).files:
        source = source_of(mount, file.path)
        if file.secret or len(file.data) > _LARGEST or b"\0" in file.data:
            continue
        if told := _told(source.rpartition("/")[2], file.data.decode("utf-8", "replace")):
            said = f"'{source}' has {told}, which everyone who may read ConfigMaps can read"
            yield Likely(route, said, "make it an entry of Compose's 'secrets' with 'file:' and the same path as 'target'")


def _told(name: str, text: str) -> str:
    """What a file of that name has in which lines, in words; "" if there is nothing to tell."""
    found = list(secret_lines(name, text))
    if not found:
        return ""
    urls = all(what == "url" for _, what in found)
    if len(found) == 1:
        return f"{'a URL with a password' if urls else 'what looks like a secret'} in line {found[0][0]}"
    shown = [str(line) for line, _ in found[:_SHOWN]]
    shown += [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    lines = f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"{'URLs with passwords' if urls else 'what looks like secrets'} in lines {lines}"
