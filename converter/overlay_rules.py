"""The rules of an overlay with their settings, which are valid one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from converter.compose.project import Project, Target
from converter.errors import ConverterError, Location
from converter.findings import Finding
from converter.manifests import Manifests
from converter.overlay_places import setting_place
from converter.overlay_schema import document_schema, underscored
from converter.rules import RULES
from converter.rules.patches import Patches
from converter.rules.rule import Rule

PLACE = "<place>"
"""Under this key `extends` and the elements of `accept` and `patches` know their lines, until they are read; no overlay can say it."""


@dataclass(frozen=True)
class _Placed:
    """A patch that knows its line, for what goes wrong with it."""

    rule: Patches
    place: Location | None
    name: ClassVar[str] = Patches.name

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        try:
            return self.rule.apply(manifests, project, target)
        except ConverterError as error:
            error.location = error.location or self.place
            raise


def rules_of(data: Mapping[str, Any], files: Sequence[Path]) -> list[Rule]:
    """The rules with their settings. Raises ConverterError for settings that do not go together."""
    import msgspec

    rules: list[Rule] = []
    for rule in RULES:
        given = data.get(rule.name)
        if given in ("off", False):
            continue
        if rule is Patches:
            for item in given or ():
                plain = {key: value for key, value in item.items() if key != PLACE}
                rules.append(_Placed(msgspec.convert({"items": [plain]}, Patches), item.get(PLACE)))
        else:
            try:
                rules.append(msgspec.convert(underscored(given or {}, document_schema()["properties"][rule.name]), rule))
            except msgspec.ValidationError as error:  # each alone is right, as the schema has it
                message, _, steps = str(error).partition(" - at `$.")
                raise ConverterError(message, location=setting_place(files, (rule.name, *_kebab(steps)))) from None
    return rules


def _kebab(steps: str) -> Iterator[str]:
    """The names in the path of a setting, as an overlay has them."""
    return (step.replace("_", "-") for step in steps.rstrip("`").split("."))
