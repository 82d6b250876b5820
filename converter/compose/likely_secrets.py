"""What may be a secret and is left plain: neither its name nor its form is sure, so that a person has to say. No value is ever told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from converter.compose.binds import decide
from converter.compose.identity import identities
from converter.compose.secret_names import is_secret_name
from converter.compose.spans import url_passwords
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
_COMMENT = re.compile(r"\s*(?:#|//|;|--|\*)")
_ARGUMENTS = ("command", "entrypoint")
_LARGEST = 1 << 18


class Likely(NamedTuple):
    """What looks like a secret: where, in words, and what to write if it is one."""

    route: Route
    what: str
    hint: str


def likely(project: Project) -> Iterator[Likely]:
    """Yield what looks like a secret among the variables, arguments and bound files of the active services."""
    for service in project.services:
        yield from _variables(project, service)
        yield from _arguments(project, service)
        yield from _files(project, service)


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
    mounts = project.services[service].get("volumes") or ()
    for identity, mount in zip(identities("volumes", mounts), mounts, strict=True):
        for file in decide(project, service, mount).files if mount["type"] == "bind" else ():
            line = 0 if file.secret or len(file.data) > _LARGEST else _line(file.data)
            if line:
                name = f"{mount['source'].rstrip('/')}/{file.path}".rstrip("/")
                said = f"'{name}' has a URL with a password in line {line}, which everyone who may read ConfigMaps can read"
                hint = "make it an entry of Compose's 'secrets' with 'file:' and the same path as 'target'"
                yield Likely(("services", service, "volumes", identity), said, hint)


def _line(data: bytes) -> int:
    """The first line of a text that has a URL with a password, comments left out; 0 for none."""
    if b"://" not in data or b"\0" in data:
        return 0
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if "://" in line and not _COMMENT.match(line) and any(True for _ in url_passwords(line)):
            return number
    return 0
