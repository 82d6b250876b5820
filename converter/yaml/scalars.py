"""What kubectl reads for a scalar that stands without quotes (resolve.go of go.yaml.in/yaml/v2, then JSON)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")), math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_BASES = {"x": 16, "b": 2, "o": 8}
_INTEGER = re.compile(r"([-+]?)(?:0([xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def scalar(text: str) -> Any:
    """What kubectl reads for a scalar that stands without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first not in "+-.0123456789":
        return text
    plain = text if first == "." else text.replace("_", "")
    if match := _INTEGER.fullmatch(plain):
        sign, based, decimal = match.groups()
        digits = decimal or based
        base = _BASES.get(digits[0].lower(), 8) if based else 10
        number = int(digits.lstrip("xXbBoO") if base != 16 else digits[1:], base)
        if -(1 << 63) <= (number := -number if sign == "-" else number) < 1 << 64:
            return number
    if _FLOAT.fullmatch(plain) and math.isfinite(real := float(plain)):
        return whole(real)
    return text


def whole(number: float) -> int | float:
    """A float as JSON in Go writes it: without a fraction it is an integer."""
    return int(number) if number.is_integer() and abs(number) < 1e21 else number
