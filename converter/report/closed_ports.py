"""Published ports that the overlay leaves inside the cluster, and how to reach them: of what a terminal shows the one thing to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converter.compose.forwards import forward, is_private
from converter.compose.units import canonical
from converter.findings import Severity
from converter.report.view import Remark, View


def closed_ports(view: View) -> tuple[Remark, ...]:
    """The one remark about them; none where there are none, or where the overlay chose ports that go out."""
    found = list(_closed(view))
    if not found or any(entry.got is not None for entry in _published(view)):
        return ()
    one = len(found) == 1
    message = f"{'1 published port is' if one else f'{len(found)} published ports are'} reached inside the cluster only"
    reach = next((f"'{command}' reaches {'it' if one else 'one of them'}" for command in commands(view)), "")
    to_open = next((key for key, port in found if not is_private(port)), "")
    open_up = f"'exposure: {{node-ports: {{{to_open}: auto}}}}' in the overlay opens those of a service" if to_open else ""
    return (Remark(Severity.INFO, message, ", ".join(part for part in (reach, open_up) if part)),)


def commands(view: View) -> Iterator[str]:
    """A command for each of them that reaches it from the machine where it is typed."""
    namespace = next((document["metadata"]["name"] for document in view.manifests.of_kind("Namespace")), "")
    return (command for key, port in _closed(view) if (command := forward(view.project, namespace, key, port)))


def _closed(view: View) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Service and entry of `ports` of each."""
    for entry in _published(view):
        if entry.verdict == "not needed":
            key = str(entry.route[1])
            yield key, canonical({"ports": view.project.services[key]["ports"]})["ports"][entry.route[3]]


def _published(view: View) -> Iterator[Any]:
    return (
        one for one in view.entries if one.route[:1] == ("services",) and one.route[2:3] == ("ports",) and one.route[4:] == ("published",)
    )
