"""The page of the verdicts is made from KEYS, and is not stale."""

from __future__ import annotations

import re
from pathlib import Path

from converter.intent import page
from converter.intent.keys import KEYS
from converter.intent.whole import PROJECT_KEYS

README = Path(page.__file__).with_name("README.md")


def test_the_page_is_what_the_rows_say_today() -> None:
    assert README.read_text(encoding="utf-8") == page.page(), "python -m converter.intent.page > converter/intent/README.md"


def test_every_key_has_a_row_and_every_row_says_something() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \| (.*) \|$", page.page(), re.MULTILINE)

    assert [key for key, _, _ in rows] == [*KEYS, *PROJECT_KEYS]
    assert [key for key, there, absent in rows if not there + absent] == []


def test_every_reason_that_a_row_names_is_there_with_what_it_can_say() -> None:
    text = page.page()

    for name in sorted(set(re.findall(r"\]\(#([^)]+)\)", text))):
        section = text.partition(f'<a id="{name}"></a>')[2].partition("<a id=")[0]
        assert re.search(r"^- (not needed|refused|approximated|lost)", section, re.MULTILINE), name
