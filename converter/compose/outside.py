"""What a project needs in its namespace that no manifest of it makes: the one Secret, and everything that is `external`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from converter.compose.names import kubernetes_name

if TYPE_CHECKING:
    from converter.compose.project import Project

_KINDS = {"secrets": "Secret", "configs": "ConfigMap", "volumes": "PersistentVolumeClaim"}


def outside(project: Project) -> set[tuple[str, str]]:
    """Kind and name of every object that has to be there already."""
    found = {("Secret", project.secret_name)}
    for section, kind in _KINDS.items():
        definitions: Mapping[str, Any] = project.model.get(section) or {}
        found |= {(kind, external_name(key, one)) for key, one in definitions.items() if one and one.get("external")}
    return found


def external_name(key: str, definition: Mapping[str, Any]) -> str:
    """What an external secret, config or volume is called in the cluster: as outside of the project, if that is a valid name."""
    return kubernetes_name(external_key(key, definition))


def external_key(key: str, definition: Mapping[str, Any]) -> str:
    """What an external secret, config or volume is called outside of the project; its key in the Secret or ConfigMap, too."""
    return str(definition.get("name") or key)
