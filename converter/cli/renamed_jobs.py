"""Jobs whose name got a new hash: the same Job, for who looks at what changed; in the cluster the old one stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from converter.manifests import Object

_HASHED = re.compile(r"(?P<stem>.+)-[0-9a-f]{8}")


@dataclass(frozen=True)
class RenamedJob:
    """A Job of the committed manifests that a run writes under another name."""

    old: str
    new: str
    namespace: str = ""

    def lines(self) -> Iterator[str]:
        """What became of it, and what nobody does to the old one."""
        yield f"  ~ Job/{self.old} is now Job/{self.new}, and so in what names it"
        space = f" -n {self.namespace}" if self.namespace else ""
        yield "      the old one stays in the cluster until it is deleted, by 'kubectl apply --prune' or"
        yield f"      kubectl delete job {self.old}{space}"


def renamed(old: Mapping[str, Sequence[Object]], new: Mapping[str, Sequence[Object]]) -> tuple[RenamedJob, ...]:
    """The Jobs that only one side has, whose names differ in the hash alone."""
    before, after = _jobs(old), _jobs(new)
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    found = []
    for space, name in sorted(gone):
        fitting = [other for place, other in come if place == space and _stem(other) == _stem(name) != ""]
        if len(fitting) == 1:
            found.append(RenamedJob(name, fitting[0], space))
    return tuple(found)


def with_new_names(files: Mapping[str, Sequence[Object]], jobs: Sequence[RenamedJob]) -> dict[str, list[Object]]:
    """The committed manifests as if the Jobs had had their new names."""
    found = {name: list(documents) for name, documents in files.items()}
    for job in jobs:
        whole = re.compile(rf"(?<![\w.-]){re.escape(job.old)}(?![\w-])")
        found = {name: [_named(document, whole, job.new) for document in documents] for name, documents in found.items()}
    return found


def _jobs(files: Mapping[str, Sequence[Object]]) -> dict[tuple[str, str], Object]:
    return {
        (str(document["metadata"].get("namespace") or ""), str(document["metadata"].get("name"))): document
        for documents in files.values()
        for document in documents
        if document.get("kind") == "Job" and isinstance(document.get("metadata"), Mapping)
    }


def _stem(name: str) -> str:
    match = _HASHED.fullmatch(name)
    return match["stem"] if match else ""


def _named(value: Any, whole: re.Pattern[str], new: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _named(item, whole, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, whole, new) for item in value]
    return whole.sub(new, value) if isinstance(value, str) else value
