"""Which parts of a text are secret because of where they stand: the password of a URL, what follows `--password`, `PGPASSWORD=`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from converter.compose.secret_names import is_secret_name, is_switch
from converter.compose.secrets import MARKER

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/@:'\"?#]*:(?!\d+(?:/|$))([^\s'\"]+?)@(?=[^\s@]*(?:[\s'\"]|$))")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:'\"?#]*:[^\s/@'\",]*@([A-Za-z0-9_.-]+(?::\d+)?)(?=[\s/?#,'\";]|$)")
_PAIR = re.compile(r"(?i)(?:^|[;?&\s])(?:password|passwd|pwd|secret|token|api_?key|account_?key|access_?key)\s*=\s*([^;&\s'\"]+)")
_MOUNT = re.compile(r"(?i)(?:^|,)(?:password|passwd|pass|password2)=([^,]+)")
_JSON = re.compile(r"(?i)\"[\w.-]*(?:password|passwd|secret|token|api_?key)\"\s*:\s*\"([^\"]+)\"")
_NAMED = "password|passwd|requirepass|masterauth|api-key|secret-key|auth-token|token"
_OPTION = re.compile(rf"--?(?:[\w.]+[-.])*(?P<name>{_NAMED})(?P<glue>=|\s+|$)")
_REDIS = re.compile(r"\b(?:redis|valkey|keydb)-cli\b")
_MYSQL = re.compile(r"\b(?:mysql|mysqladmin|mysqldump|mysqlshow|mysqlcheck|mariadb|mariadb-admin|mariadb-dump)\b")
_SQLCMD = re.compile(r"\b(?:sqlcmd|bcp)\b")
_CURL = re.compile(r"\bcurl\b")
_WORD = r"(?P<quote>['\"]?)(?P<value>[^\s'\"|&;<>]+)(?P=quote)"
_CURL_USER = r"(?<=\s)(?:-u\s*|--user[\s=]\s*)(?P<quote>['\"]?)[^\s'\":|&;<>]*:(?P<value>[^\s'\"|&;<>]+)(?P=quote)"
_SCHEME = r"authorization:\s*(?:bearer|basic|token)\s+"
_KEY = r"(?:x-(?:api-key|auth-key|auth-token|access-token|vault-token)|private-token):\s*"
_HEADER = re.compile(rf"(?i)(?:^-H|\b)(?:{_SCHEME}|{_KEY}){_WORD}")
_BEARER = re.compile(r"(?i)(?:^|\bauthorization[:=]\s*)bearer (?=\S*\d|\S{20})([\w.~+/-]{8,}=*)$")
_ASSIGNED = re.compile(r"(?<![\w$-])(?P<name>[A-Za-z_]\w*)=" + _WORD)


@dataclass(frozen=True)
class Span:
    """A part of a text that is secret, and what to call it."""

    start: int
    end: int
    name: str


def url_passwords(text: str) -> Iterator[Span]:
    """Yield the password of each URL in a text that is written there: not a variable of a shell, not one that is a marker already."""
    for match in _URL.finditer(text) if "://" in text else ():
        if _is_literal(match[1]):
            yield Span(match.start(1), match.end(1), "URL_PASSWORD")


def mount_passwords(text: str) -> Iterator[Span]:
    """Yield the literal password of the mount options of a volume: `username=u,password=p`."""
    for match in _MOUNT.finditer(text):
        if _is_literal(match[1]):
            yield Span(match.start(1), match.end(1), "MOUNT_PASSWORD")


def has_password(text: str) -> bool:
    """Whether an environment value has a literal password in it: of a URL, a connection string, JSON, `Bearer ...`."""
    named = (match[1] for pattern in (_PAIR, _JSON, _BEARER) for match in pattern.finditer(text))
    return any(True for _ in url_passwords(text)) or any(_is_literal(value) and not is_switch(value) for value in named)


def addresses(text: str) -> tuple[str, ...]:
    """Return scheme, host and port of each URL with a password in a text (`postgres://db:5432`), where they can be told for sure."""
    return tuple(dict.fromkeys(match[1] + match[2] for match in _ADDRESS.finditer(text)))


def in_words(words: Sequence[str], extra: Iterable[str]) -> Iterator[tuple[int, Span]]:
    """Yield the secrets of an argument list as (which word, span)."""
    line = " ".join(words[:1])
    awaited = ""
    for number, word in enumerate(words):
        if awaited and not word.startswith("-") and " " not in word and _is_literal(word):
            yield number, Span(0, len(word), awaited)
            awaited = ""
            continue
        awaited = ""
        if " " in word:
            yield from ((number, span) for span in in_line(word, extra))
            continue
        yield from ((number, span) for span in (*_assignments(word, extra), *_headers(word)))
        option = _OPTION.match(word)
        if option and option["glue"] == "=" and _is_literal(word[option.end() :]):
            yield number, Span(option.end(), len(word), _named(option["name"]))
        elif (option and option.end() == len(word)) or (word == "-a" and _REDIS.search(line)) or (word == "-P" and _SQLCMD.search(line)):
            awaited = _named(option["name"]) if option else "PASSWORD"
        elif (start := _user_password(words, number)) and _CURL.search(line) and _is_literal(word[start:]):
            yield number, Span(start, len(word), "PASSWORD")
        elif word.startswith("-p") and len(word) > 2 and _MYSQL.search(line) and _is_literal(word[2:]):
            yield number, Span(2, len(word), "PASSWORD")
        line = f"{line} {word}"


def _user_password(words: Sequence[str], number: int) -> int:
    """Where the password begins in a word that is the user of curl, `user:password` after `-u` or `--user=`; 0 if it is none."""
    word = words[number]
    if number and words[number - 1] in {"-u", "--user"}:
        return word.find(":") + 1
    return word.find(":") + 1 if word.startswith(("-u", "--user=")) else 0


def in_line(text: str, extra: Iterable[str]) -> Iterator[Span]:
    """Yield the secrets of a shell command line."""
    yield from _assignments(text, extra)
    yield from _headers(text)
    for option in _OPTION.finditer(text):
        value = re.compile(_WORD).match(text, option.end())
        if (
            value
            and (option.start() == 0 or text[option.start() - 1] in " \t\n'\"=;(")
            and _is_option_value(value["value"], option["glue"])
        ):
            yield Span(value.start("value"), value.end("value"), _named(option["name"]))
    for pattern, client in (
        (r"(?<=\s)-a\s+" + _WORD, _REDIS),
        (r"(?<=\s)-p" + _WORD, _MYSQL),
        (r"(?<=\s)-P\s*" + _WORD, _SQLCMD),
        (_CURL_USER, _CURL),
    ):
        for match in re.finditer(pattern, text):
            command = re.split(r"[|;&\n]", text[: match.start()])[-1]
            if client.search(command) and _is_literal(match["value"]):
                yield Span(match.start("value"), match.end("value"), "PASSWORD")


def _assignments(text: str, extra: Iterable[str]) -> Iterator[Span]:
    for match in _ASSIGNED.finditer(text):
        if is_secret_name(match["name"], extra) and _is_literal(match["value"]) and not is_switch(match["value"]):
            yield Span(match.start("value"), match.end("value"), match["name"])


def _headers(text: str) -> Iterator[Span]:
    """What stands in a header of HTTP where only a credential can."""
    for match in _HEADER.finditer(text):
        if _is_literal(match["value"]):
            yield Span(match.start("value"), match.end("value"), "AUTHORIZATION")


def _is_option_value(value: str, glue: str) -> bool:
    return _is_literal(value) and (glue == "=" or not value.startswith("-"))


def _is_literal(value: str) -> bool:
    """Whether a value is written out: not empty, no variable or command of a shell, no marker."""
    return bool(value) and not value.startswith(("$", "`", "<(")) and MARKER.search(value) is None


def _named(option: str) -> str:
    return option.replace("-", "_").upper()
