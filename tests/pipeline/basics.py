"""What random values are made of: texts with every sign that some syntax minds, times, sizes, mappings with some of their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

SIGNS = "ab Z09_-./:=,'\"$(){}#@!?*&|<>%\\~\n\tß京🎈"
WORDS = st.text(SIGNS, max_size=12)
LINE = st.text(SIGNS.replace("\n", ""), max_size=12)
WORD = st.text("abzZ09_-./", min_size=1, max_size=8).filter(lambda text: text[0] not in "-./")
TIME = st.sampled_from(["5s", "1m30s", "500ms", "0s", "2m", "1h", "1500ms"])
SIZE: Strategy = st.sampled_from(["64m", "1gb", "512k", "1.5g", "100000b", 268435456, "134217728"])
SCALAR: Strategy = st.one_of(WORDS, st.integers(-5, 70000), st.booleans(), st.floats(0.25, 8).map(lambda number: round(number, 2)))
PAIRS: Strategy = st.sampled_from([{"a": "b"}, ["a=b"]])


def written(text: Any) -> Any:
    """A text as a Compose file has it: every `$` that is meant as one is doubled."""
    return text.replace("$", "$$") if isinstance(text, str) else text


def some(optional: Mapping[str, Strategy], required: Mapping[str, Strategy] | None = None) -> Strategy:
    """A mapping with some of the keys."""
    return st.fixed_dictionaries(dict(required or {}), optional=dict(optional))
