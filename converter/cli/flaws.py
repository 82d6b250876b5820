"""What manifests are wrong in by themselves: the checks of a run, made of them, without what they find in the run's own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from converter import checks
from converter.cli.places import Places
from converter.compose import names
from converter.compose.outside import outside
from converter.findings import Finding, Severity
from converter.manifests import Object
from converter.pipeline import Result

_WIDTH = 100
_FEW = 3
_CONTAINER = re.compile(r' "[^"]*"(?= must set)')


def flaws(result: Result, documents: Sequence[Object], places: Places, *, verbose: bool) -> Iterator[str]:
    """What no server takes, what does not start, and what nobody finds, each with its place: errors first."""
    known = {_key(found) for found in _checked(result, result.manifests)}
    found = [one for one in _checked(result, documents) if _key(one) not in known and (verbose or one.severity > Severity.INFO)]
    together: dict[tuple[Severity, str, str], list[Finding]] = {}
    for one in sorted(found, key=lambda one: -one.severity):
        message = one.message if verbose else _CONTAINER.sub("", one.message)
        together.setdefault((one.severity, message, one.hint), []).append(one)
    for (severity, message, hint), some in together.items():
        yield from _wrapped(f"{severity.name.lower()}: {_about(some)}: {message}", "    ")
        for one in some if verbose else some[:_FEW]:
            kind, _, name = one.resource.partition("/")
            if where := places.of((kind, name, *one.path)):
                yield f"    at        {where}"
        if len(some) > _FEW and not verbose:
            yield f"    at        {len(some) - _FEW} more (-v shows all)"
        if hint:
            yield from _wrapped(f"    do        {hint}", " " * 14)


def _wrapped(text: str, further: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)


def _checked(result: Result, documents: Iterable[Object]) -> list[Finding]:
    target = result.overlay.target
    return checks.check_documents(
        documents,
        kubernetes=target.kubernetes,
        pod_security=target.pod_security,
        outside=outside(result.project),
        hosts=names.hosts(result.project),
    )


def _key(found: Finding) -> tuple[str, str]:
    return found.resource, found.message


def _about(some: Sequence[Finding]) -> str:
    resources = list(dict.fromkeys(one.resource for one in some))
    return resources[0] + (f" and {len(resources) - 1} more" if len(resources) > 1 else "")
