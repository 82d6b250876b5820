"""Circles in a graph, in linear time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def component_of(edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Node -> number of its strongly connected component: two have one number if each leads to the other (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    found: dict[str, int] = {}
    open_nodes: list[str] = []
    for start in edges:
        if start in number:
            continue
        work: list[tuple[str, Iterator[str]]] = [(start, iter(edges[start]))]
        number[start] = low[start] = len(number)
        open_nodes.append(start)
        while work:
            node, rest = work[-1]
            other = next(rest, None)
            if other is None:
                work.pop()
                _close(node, number, low, found, open_nodes)
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
            elif other not in number:
                number[other] = low[other] = len(number)
                open_nodes.append(other)
                work.append((other, iter(edges[other])))
            elif other not in found:
                low[node] = min(low[node], number[other])
    return found


def _close(node: str, number: Mapping[str, int], low: Mapping[str, int], found: dict[str, int], open_nodes: list[str]) -> None:
    if low[node] != number[node]:
        return
    while True:
        member = open_nodes.pop()
        found[member] = number[node]
        if member == node:
            return
