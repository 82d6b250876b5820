"""The Markdown report, as a pull request shows it."""

from __future__ import annotations

import re


def test_every_folded_part_stands_apart_and_is_closed(texts: dict[str, str]) -> None:
    text = texts["markdown"]

    assert text.count("<details>") == text.count("</details>") > 4
    assert re.findall(r"[^\n]\n<details>", text) == []
    assert re.findall(r"</summary>\n[^\n]", text) == []


def test_each_service_has_a_table_with_what_weighs_most_on_top(texts: dict[str, str]) -> None:
    table = texts["markdown"].partition("<b>web</b>")[2].partition("</details>")[0]
    verdicts = [row.split(" | ")[1] for row in table.splitlines() if row.startswith("| `")]

    assert "1 refused" in table.splitlines()[0]
    assert verdicts.index("refused") < verdicts.index("approximated") < verdicts.index("kept")


def test_a_stroke_or_a_tag_in_a_value_breaks_no_table(texts: dict[str, str]) -> None:
    row = next(row for row in texts["markdown"].splitlines() if "environment.LEVEL" in row)

    assert "`100% sure, or: <b>not</b>`" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
