"""Which bound files a program must own, or writes to: those that a read-only mount of root's cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from converter.compose.project import Project

_PRIVATE = {"--keyFile", "--keyfile"}
"""Flags whose file has to belong to the program, and to be closed to all others: mongod refuses it otherwise."""
_REWRITES = {"--sentinel", "redis-sentinel", "valkey-sentinel"}
"""Words of a command that writes its own configuration file: Sentinel notes there what it has learnt."""


def own_files(project: Project, service: str, targets: Iterator[str], asked: Mapping[str, str]) -> Mapping[str, int]:
    """Target -> mode of the copy that `service` needs of the file there; `asked` is what the overlay says."""
    words = tuple(_words(project, service))
    found: dict[str, int] = {}
    for target in targets:
        if target in asked:
            found[target] = int(asked[target], 8)
        elif any(word in _PRIVATE and after == target for word, after in pairwise(words)):
            found[target] = 0o400
        elif target in words and _REWRITES.intersection(words):
            found[target] = 0o600
    return found


def _words(project: Project, service: str) -> Iterator[str]:
    """The words of a service's argument lists, those of scripts and of `--flag=value` apart."""
    model = project.services[service]
    for argument in (*(model.get("entrypoint") or ()), *(model.get("command") or ())):
        for word in str(argument).split():
            flag, equals, value = word.partition("=")
            yield from (flag, value) if equals and flag.startswith("--") else (word.strip("'\""),)
