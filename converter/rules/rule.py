"""What a rule is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol

from converter.compose.project import Project, Target
from converter.findings import Finding
from converter.manifests import Manifests

__all__ = ["Rule", "Target"]


class Rule(Protocol):
    """A step that owns some fields of the manifests and rebuilds them, whole, from the Project.

    A rule is a frozen dataclass: its fields are its settings, its docstring is its page. `apply` is idempotent, reads no file, prints
    nothing and knows no other rule. It says nothing of Compose values (the ledger does), only what its own settings or a missing fact
    oblige it to say.
    """

    name: ClassVar[str]

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Change `manifests`; yield what there is to say."""
        ...
