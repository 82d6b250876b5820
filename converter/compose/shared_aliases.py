"""Aliases that several services have on one network: Docker answers with any of them, so one Service has to lead to all their pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from converter.compose.once import once

if TYPE_CHECKING:
    from converter.compose.project import Project


@once
def shared_aliases(project: Project) -> Mapping[str, tuple[str, ...]]:
    """Alias -> the services that have it on a network of theirs, sorted, for each alias that several have there."""
    on_network: dict[tuple[str, str], set[str]] = {}
    for key, service in project.services.items():
        networks = service.get("networks")
        for network, settings in networks.items() if isinstance(networks, dict) else ():
            for alias in (settings or {}).get("aliases") or ():
                if not project.secrets.has(str(alias)):
                    on_network.setdefault((network, str(alias)), set()).add(key)
    found: dict[str, set[str]] = {}
    for (_, alias), keys in on_network.items():
        if len(keys) > 1 and alias not in project.services:
            found.setdefault(alias, set()).update(keys)
    return {alias: tuple(sorted(found[alias])) for alias in sorted(found)}
