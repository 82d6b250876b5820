"""How somebody reaches a published port that a cluster keeps to itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from converter.compose.names import kubernetes_name

if TYPE_CHECKING:
    from converter.compose.project import Project

LOOPBACK = ("127.", "::1", "[::1]", "localhost")
"""How a `host_ip` begins that only the host itself reaches."""


def is_private(port: Mapping[str, Any]) -> bool:
    """Whether an entry of `ports` is published to the host alone."""
    return str(port.get("host_ip") or "").startswith(LOOPBACK)


def forward(project: Project, namespace: str, service: str, port: Mapping[str, Any]) -> str:
    """The command that brings an entry of `ports` to the machine where it is typed; "" for what is not TCP, which it does not know.

    `namespace` is the overlay's, "" for one named like the project.
    """
    if str(port.get("protocol") or "tcp") != "tcp":
        return ""
    own, target = str(port.get("published") or "").partition("-")[0], port.get("target")
    return f"kubectl -n {namespace or kubernetes_name(project.name)} port-forward svc/{project.name_of(service)} {own}:{target}"
