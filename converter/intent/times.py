"""Times and amounts as the Compose model writes them, read from what Kubernetes writes."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from converter.compose.units import bytes_of, seconds
from converter.intent.key import Asked

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e([+-]?[0-9]+))?(m|k|Ki|Mi|Gi|Ti|Pi|Ei|M|G|T|P|E)?", re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}


def go(number: int) -> str:
    """Whole seconds as docker compose prints them: "30s", "1m30s", "1h0m0s"."""
    hours, rest = divmod(number, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}h{minutes}m{left}s" if hours else f"{minutes}m{left}s" if minutes else f"{left}s"


def wanted_time(asked: Asked) -> str:
    """A time in whole seconds, rounded up: Kubernetes knows no fraction."""
    try:
        return go(max(1, seconds(asked.raw)))
    except ValueError:
        return str(asked.raw)


def quantity(value: Any) -> Decimal | None:
    """The number that a Kubernetes quantity stands for; None if it is none."""
    if isinstance(value, bool) or (match := _QUANTITY.fullmatch(str(value))) is None:
        return None
    unit = match[3] or ""
    try:
        number = Decimal(match[1]) * Decimal(10) ** int(match[2] or 0)
    except InvalidOperation:
        return None
    if unit == "m":
        return number / 1000
    return number * (1024 if unit.endswith("i") else 1000) ** _POWERS[unit[0].lower()] if unit else number


def amount(number: Decimal) -> int | float:
    """A number as JSON has it: whole where it is."""
    return int(number) if number == int(number) else float(number)


def wanted_bytes(asked: Asked) -> str:
    """A size in bytes, as text: so the model has it."""
    try:
        return str(bytes_of(asked.raw))
    except ValueError:
        return str(asked.raw)


def wanted_cpus(asked: Asked) -> int | float | str:
    """A number of processors, to a thousandth, rounded up."""
    number = quantity(asked.raw)
    return str(asked.raw) if number is None else amount(Decimal(math.ceil(number * 1000)) / 1000)
