"""What the API rules are made of: the forms of names and values that a server takes, each as a generator of faults.

Source: pkg/apis/*/validation and apimachinery/pkg/util/validation of Kubernetes 1.34. Every function takes any data: what has the wrong
type is the schema's to report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from converter.findings import Route, Severity
from converter.manifests import quantity


class Fault(NamedTuple):
    """What is wrong at a place in a document."""

    path: Route
    message: str
    severity: Severity = Severity.ERROR


Faults = Iterator[Fault]

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_WORDS = "lower case letters, digits and '-'"


def number(value: Any) -> int | None:
    """A whole number, or None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def form(path: Route, value: Any, pattern: re.Pattern[str], limit: int, wants: str) -> Faults:
    """A text must match `pattern` and be no longer than `limit`. Nothing to say where there is none."""
    if isinstance(value, str):
        if len(value) > limit:
            yield Fault(path, f"is longer than {limit} characters")
        elif not pattern.fullmatch(value):
            yield Fault(path, f"'{value}' must be {wants}")


def label(path: Route, value: Any) -> Faults:
    """A DNS-1123 label."""
    return form(path, value, _LABEL, 63, f"{_WORDS}, with a letter or digit at both ends")


def service_name(path: Route, value: Any) -> Faults:
    """A DNS-1035 label: begins with a letter."""
    return form(path, value, _LABEL_1035, 63, f"{_WORDS}, beginning with a letter")


def subdomain(path: Route, value: Any) -> Faults:
    """A DNS-1123 subdomain."""
    return form(path, value, _SUBDOMAIN, 253, f"{_WORDS} and '.', with a letter or digit at both ends")


def config_key(path: Route, value: Any) -> Faults:
    """A key of a ConfigMap or Secret."""
    if value in (".", "..") or (isinstance(value, str) and value.startswith("..")):
        yield Fault(path, f"'{value}' must not begin with '..'")
    yield from form(path, value, _KEY, 253, "letters, digits, '-', '_' and '.'")


def port_name(path: Route, value: Any) -> Faults:
    """The name of a container port."""
    return form(path, value, _PORT_NAME, 15, f"{_WORDS}, at least one a letter")


def port(path: Route, value: Any, *, needed: bool = False) -> Faults:
    """A port by number, or by name where `value` is text."""
    if value is None:
        if needed:
            yield Fault(path, "is missing")
    elif isinstance(value, str) and not value.isdigit():
        yield from port_name(path, value)
    elif not 1 <= (number(int(value) if isinstance(value, str) else value) or 0) <= 65535:
        yield Fault(path, f"'{value}' is not a port: 1 to 65535")


def label_key(path: Route, key: Any) -> Faults:
    """The key of a label or annotation: a name, with a DNS name and '/' before it at most."""
    prefix, slash, name = str(key).rpartition("/")
    if slash:
        yield from subdomain(path, prefix) if prefix else [Fault(path, f"'{key}' has nothing before '/'")]
    if not name:
        yield Fault(path, f"'{key}' has no name")
    yield from form(path, name or None, _QUALIFIED, 63, "letters, digits, '-', '_' and '.', with a letter or digit at both ends")


def labels(path: Route, values: Mapping[str, Any]) -> Faults:
    """Labels, as they stand in metadata and in selectors."""
    for key, value in values.items():
        yield from label_key((*path, key), key)
        yield from form(
            (*path, key), value or None, _QUALIFIED, 63, "letters, digits, '-', '_' and '.', with a letter or digit at both ends"
        )


def one_of(path: Route, value: Any, *allowed: str) -> Faults:
    """A word out of a few."""
    if isinstance(value, str) and value not in allowed:
        yield Fault(path, f"'{value}' must be one of {', '.join(allowed)}")


def at_least(path: Route, value: Any, least: int) -> Faults:
    """A number that has a lower bound."""
    if number(value) is not None and value < least:
        yield Fault(path, f"must be {least} or more")


def count(path: Route, value: Any) -> Faults:
    """A number of pods, or a share of them as `25%`."""
    yield from at_least(path, value, 0)
    if isinstance(value, str) and not re.fullmatch(r"[0-9]+%", value):
        yield Fault(path, f"'{value}' must be a number or a share as '25%'")


def no_duplicates(path: Route, values: Iterable[tuple[Route, Any]], severity: Severity = Severity.ERROR) -> Faults:
    """Values that may stand only once, each with its path; `path` is put in front."""
    seen: set[Any] = set()
    for place, value in values:
        if value is not None and value != "" and not isinstance(value, list | dict):
            if value in seen:
                yield Fault((*path, *place), f"'{value}' stands there already", severity)
            seen.add(value)


def amount(path: Route, value: Any) -> Faults:
    """A quantity, not negative."""
    if value is not None and not isinstance(value, bool | list | dict):
        found = quantity(value)
        if found is None:
            yield Fault(path, f"'{value}' is not a quantity as '500m' or '1Gi'")
        elif found < 0:
            yield Fault(path, "must not be negative")


def relative(path: Route, value: Any, what: str = "a path below the volume") -> Faults:
    """A path that stays inside what it is relative to."""
    if isinstance(value, str) and (value.startswith("/") or ".." in value.split("/")):
        yield Fault(path, f"'{value}' must be {what}, without '..'")
