"""Replacing every secret value of a fresh model by its marker, and naming each by where it is written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from converter.compose.collecting import Named, collect
from converter.compose.credentials import credentials, has_credential
from converter.compose.secret_keys import Place, Written, name_keys, numbered, own_name
from converter.compose.secret_names import is_secret_name, is_switch
from converter.compose.secrets import MARKER, Secrets, marker
from converter.compose.spans import Span, addresses, has_password, in_words, mount_passwords, url_passwords
from converter.compose.standing import can_stand, is_free, texts
from converter.findings import Route

_ARGUMENTS = frozenset({"command", "entrypoint", "test"})


@dataclass
class Marking:
    """What is needed to tell which values of a fresh model are secret.

    Attributes:
        variables: marker -> variable, of the markers that docker compose was given.
        extra: names or patterns that the overlay adds.
        place_of: where the value of a route is written.
        is_blank: whether the empty value of a route comes from a file like `.env.example`, where it says that a value is to be set.
        file_place: where an env file of a service sets a variable that the project itself does not, or None.
        given_up: the variable in the text of a route whose marker docker compose does not take, or "".
    """

    variables: Mapping[str, str]
    extra: Sequence[str] = ()
    place_of: Callable[[Route], Place] = lambda route: tuple(map(str, route))
    is_blank: Callable[[Route], bool] = lambda _route: False
    file_place: Callable[[Route, str], Place | None] = lambda _route, _name: None
    given_up: Callable[[Route], str] = lambda _route: ""


def mark(model: dict[str, Any], marking: Marking) -> Secrets:
    """Replace every secret value in `model` by a marker, in place, and return what they stand for."""
    found = list(_written(model, marking))
    reached = {(item.base, item.place): addresses(str(item.holder[item.at])) for item in found if _is_whole(item)}
    keys = name_keys(found, _used(model, marking.variables, found))
    for item in sorted(found, key=lambda item: (id(item.holder), str(item.at), -item.span.start)):
        text = item.holder[item.at]
        item.holder[item.at] = text[: item.span.start] + marker(keys[item.base, item.place]) + text[item.span.end :]
    named = {value: Named(name, name) for value, name in marking.variables.items()}
    for (base, place), key in keys.items():
        named[marker(key)] = Named(key, place[1] if place[0] == "variable" else "", reached.get((base, place), ()))
    return collect(model, named)


def _is_whole(item: Written) -> bool:
    return item.span.start == 0 and item.span.end == len(item.holder[item.at])


def _used(model: Mapping[str, Any], variables: Mapping[str, str], found: Sequence[Written]) -> set[str]:
    """Return the variables whose markers stay in the model."""
    covered = {(id(item.holder), item.at, start) for item in found for start in range(item.span.start, item.span.end)}
    return {
        variables[match[0]]
        for holder, at, _, text in texts(model, ())
        for match in MARKER.finditer(text)
        if match[0] in variables and (id(holder), at, match.start()) not in covered
    } | {item.place[1] for item in found if item.place[0] == "variable"}


def _written(model: dict[str, Any], marking: Marking) -> Iterator[Written]:
    for service, body in sorted(model.get("services", {}).items()):
        yield from _in_environment(service, body.get("environment") or {}, marking)
    yield from numbered(list(_elsewhere(model, marking)))


def _elsewhere(model: dict[str, Any], marking: Marking) -> Iterator[Written]:
    """The secrets that stand in no `environment`, in the order of each text."""
    arguments: dict[tuple[int, str | int], list[Span]] = {
        (id(words), number): spans for words in _argument_lists(model) for number, spans in _by_word(words, marking.extra)
    }
    for holder, at, route, text in texts(model, ()):
        if route[0] == "services" and len(route) > 2 and route[2] == "environment":
            continue
        if is_free(route) and text and (variable := marking.given_up(route)):
            yield _whole(holder, at, route, marking.place_of(route), variable)
            continue
        sure = [*url_passwords(text), *(mount_passwords(text) if route[-2:] == ("driver_opts", "o") else ())]
        for span in [*arguments.get((id(holder), at), ()), *(credentials(text) if can_stand(route) else ())]:
            if not any(other.start < span.end and span.start < other.end for other in sure):
                sure.append(span)
        for span in sorted(sure, key=lambda span: span.start):
            yield Written(holder, at, span, route, marking.place_of(route), own_name(route, span))


def _whole(holder: Any, at: str | int, route: Route, place: Place, variable: str) -> Written:
    """A text that is secret as a whole, for a variable in it."""
    span = Span(0, len(holder[at]), variable)
    return Written(holder, at, span, route, place, place[1] if place[0] == "variable" else own_name(route, span))


def _by_word(words: Sequence[str], extra: Sequence[str]) -> Iterator[tuple[int, list[Span]]]:
    """The secrets of an argument list, by the number of the word."""
    found: dict[int, list[Span]] = defaultdict(list)
    for number, span in in_words(words, extra):
        found[number].append(span)
    yield from found.items()


def _in_environment(service: str, environment: dict[str, Any], marking: Marking) -> Iterator[Written]:
    for name, value in sorted(environment.items()):
        text = value if isinstance(value, str) else ""
        route: Route = ("services", service, "environment", name)
        alone = MARKER.fullmatch(text) is not None
        named = is_secret_name(name, marking.extra)
        secret = named or has_password(text) or _mixed(text) or has_credential(text) or bool(marking.given_up(route))
        written = secret and not is_switch(text) and not alone
        if written or (named and value == "" and marking.is_blank(route)):
            place = marking.place_of(route)
            base = place[1] if place[0] == "variable" else name
            yield Written(environment, name, Span(0, len(text), base), route, place, base)
            continue
        for match in MARKER.finditer(text):
            variable = marking.variables.get(match[0], "")
            if variable and (own := marking.file_place(route, variable)):
                yield Written(environment, name, Span(match.start(), match.end(), variable), route, own, variable)


def _mixed(text: str) -> bool:
    """Whether the password of a URL is a marker and something else: then the URL is secret as a whole."""
    passwords = re.findall(r"://[^\s/@:'\"]*:([^\s/@'\"]*)@", text)
    return any(MARKER.search(password) and MARKER.sub("", password) for password in passwords)


def _argument_lists(model: Mapping[str, Any]) -> Iterator[list[str]]:
    for _, body in sorted(model.get("services", {}).items()):
        yield from _lists(body, "")


def _lists(value: Any, key: str) -> Iterator[list[str]]:
    """Every argument list in a piece of a service."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _lists(item, name)
    elif isinstance(value, list):
        if key in _ARGUMENTS and all(isinstance(item, str) for item in value):
            yield value
        for item in value:
            yield from _lists(item, "")
