"""Units: how Compose writes times and sizes, how Kubernetes does; and the values of a service, each with the route that names it."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, Decimal

from converter.compose.identity import canonical, identities, units

__all__ = ["bytes_of", "canonical", "cpu_quantity", "duration", "identities", "memory_quantity", "seconds", "units"]

_SECONDS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
    "w": Decimal(604800),
}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?", re.IGNORECASE)
_BINARY = ("Pi", "Ti", "Gi", "Mi", "Ki")


def duration(text: str | int) -> float:
    """Seconds of a Compose duration: '1m30s', '500ms'; a number alone is nanoseconds. Raises ValueError for anything else."""
    return float(_exact(text))


def seconds(text: str | int) -> int:
    """Whole seconds of a Compose duration, rounded up: Kubernetes knows no fraction, and 0 would mean its own default."""
    return math.ceil(_exact(text))


def bytes_of(text: str | int) -> int:
    """Bytes of a Compose size: '256mb', '1g', '1.5GiB', 1024, '1024'; every unit counts by 1024, as docker's own. Raises ValueError."""
    match = _SIZE.fullmatch(str(text).strip())
    if match is None:
        raise ValueError(f"'{text}' is not a size")
    power = " kmgtp".index(match[2].lower() or " ")
    return int(Decimal(match[1]) * 1024**power)


def memory_quantity(number: int) -> str:
    """Bytes as people write them in a manifest: the largest binary unit that loses nothing ('512Mi', '1536Mi', '1000')."""
    for place, unit in enumerate(_BINARY):
        size = 1024 ** (len(_BINARY) - place)
        if number and number % size == 0:
            return f"{number // size}{unit}"
    return str(number)


def cpu_quantity(cpus: float | str) -> str:
    """A number of processors as people write it in a manifest: '2', '250m'; rounded up to a thousandth, the least there is."""
    thousandths = int((Decimal(str(cpus)) * 1000).to_integral_value(rounding=ROUND_CEILING))
    return str(thousandths // 1000) if thousandths % 1000 == 0 else f"{thousandths}m"


def _exact(text: str | int) -> Decimal:
    written = str(text).strip()
    if written.isdecimal():
        return Decimal(written) * _SECONDS["ns"]
    parts = list(_PART.finditer(written))
    if not parts or "".join(part[0] for part in parts) != written:
        raise ValueError(f"'{text}' is not a duration")
    return sum((Decimal(part[1]) * _SECONDS[part[2]] for part in parts), Decimal(0))
