"""What a rule says when its settings name something that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from converter.compose.project import Project
from converter.findings import Finding, Severity


def absent(rule: str, setting: str, asked: Iterable[str], there: Collection[str], what: str) -> Iterator[Finding]:
    """A finding for each name in `asked` that is not in `there`, with the nearest right one. `what` is "service", "volume"..."""
    for name in sorted(set(asked) - set(there)):
        near = get_close_matches(name, sorted(there), n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"the project has {_listed(there, what)}"
        where = ".".join(part for part in (rule, setting) if part)
        said = f"'{where}' names the {what} '{name}', which the project does not have"
        yield Finding(rule, Severity.ERROR, said, hint=hint, setting=(*where.split("."), name))


def absent_services(rule: str, setting: str, asked: Iterable[str], project: Project) -> Iterator[Finding]:
    """A finding for each service in `asked` that the project does not have; one that no profile selects today is there."""
    return absent(rule, setting, set(asked) - set(project.inactive), project.services, "service")


def _listed(there: Collection[str], what: str) -> str:
    return ", ".join(f"'{name}'" for name in sorted(there)) or f"no {what}"
