"""The HTML report as a file: it needs nothing else, says everything without JavaScript, and is one that HTML allows."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser

import pytest

from converter.report import layout
from converter.report.topology import Edge, Node, Topology
from tests.report.conftest import CANARIES

_VOID = {"meta", "input", "br", "link", "img", "hr"}


class Tags(HTMLParser):
    """Reads a page and notes its elements, and those that are closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.seen.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def tags(text: str) -> Tags:
    """The elements of a page."""
    found = Tags()
    found.feed(text)
    return found


def test_every_element_is_closed_and_every_id_is_one_of_a_kind(texts: dict[str, str]) -> None:
    found = tags(texts["html"])
    ids = [attributes["id"] for _, attributes in found.seen if "id" in attributes]

    assert (found.wrong, found.open) == ([], [])
    assert len(set(ids)) == len(ids)


def test_the_page_names_nothing_that_a_browser_would_fetch(texts: dict[str, str]) -> None:
    for tag, attributes in tags(texts["html"]).seen:
        assert "src" not in attributes, tag
        assert tag != "link"
        assert (attributes.get("href") or "#").startswith("#")
    assert re.findall(r"url\((?!#)|@import", texts["html"]) == []
    assert "default-src 'none'" in texts["html"]


def test_every_entry_of_the_ledger_is_on_the_page_without_javascript(texts: dict[str, str]) -> None:
    entries = [attributes for _, attributes in tags(texts["html"]).seen if "data-v" in attributes]
    wanted = [entry["verdict"] for report in json.loads(texts["json"]) for entry in report["entries"]]

    assert sorted(str(entry["data-v"]) for entry in entries) == sorted(wanted)


def test_a_value_stands_beside_the_manifest_that_says_it_and_secrets_by_their_names(texts: dict[str, str]) -> None:
    entry = texts["html"].partition('<code class="route">environment.DATABASE_URL</code>')[2].partition("</details>")[0]

    assert "DATABASE_URL: &lt;DATABASE_URL&gt;" in entry
    assert "kind: Deployment" in entry
    assert "secretKeyRef" in entry
    assert not any(canary in texts["html"] for canary in CANARIES)


def test_markup_in_a_value_is_text(texts: dict[str, str]) -> None:
    assert "<b>not</b>" not in texts["html"]
    assert "&lt;b&gt;not&lt;/b&gt;" in texts["html"]


def test_the_table_tells_who_may_talk_to_whom(texts: dict[str, str]) -> None:
    row = texts["html"].partition('<th scope="row">db</th>')[2].partition("</tr>")[0]
    cells = [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]

    assert cells[1] == "back"
    assert cells[-1] == "web"


def test_the_picture_is_laid_out_inside_its_frame_and_no_two_boxes_overlap() -> None:
    nodes = tuple(Node(name, "service", name, ("image:1", "Deployment"), ("net" if name < "c" else "other",)) for name in "abcde")
    edges = (Edge("a", "b", "needs", "started"), Edge("b", "c", "needs", "started"), Edge("a", "e", "uses", "named"))

    drawn = layout.picture(Topology(nodes, edges))

    assert isinstance(drawn, layout.Picture)
    assert sorted(group.title for group in drawn.groups) == ["net", "other"]
    assert len(drawn.lines) == 3
    for box in drawn.boxes:
        assert 0 <= box.x <= box.x + box.width <= drawn.width + 1
        assert 0 <= box.y <= box.y + box.height <= drawn.height + 1
        for other in drawn.boxes:
            apart = box.x + box.width <= other.x or other.x + other.width <= box.x
            assert box is other or apart or box.y + box.height <= other.y or other.y + other.height <= box.y


def test_what_would_be_too_wide_is_laid_out_from_left_to_right() -> None:
    nodes = (Node("hub", "service", "hub", ("i",), ("net",)), *(Node(f"s{n}", "service", f"s{n}", ("i",), ("net",)) for n in range(30)))
    edges = tuple(Edge(node.name, "hub", "needs", "started") for node in nodes[1:])

    drawn = layout.picture(Topology(nodes, edges))

    assert isinstance(drawn, layout.Picture)
    assert drawn.width < layout.WIDEST < drawn.height


def test_layout_says_nothing_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    layout.picture(Topology((Node("a", "service", "äöü 'x' <y>", ("i",)),), ()))

    assert capfd.readouterr() == ("", "")


def test_a_project_without_services_is_an_empty_picture() -> None:
    drawn = layout.picture(Topology((), ()))

    assert isinstance(drawn, layout.Picture)
    assert drawn.boxes == ()


def test_without_graphviz_the_reason_stands_in_the_place_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)

    assert "pip install pygraphviz" in str(layout.picture(Topology((Node("a", "service", "a"),), ())))


def test_a_very_large_project_has_a_table_and_no_picture() -> None:
    nodes = tuple(Node(f"s{number}", "service", f"s{number}") for number in range(layout.MOST + 1))

    assert "too many for a picture" in str(layout.picture(Topology(nodes, ())))
