"""Objects and list elements as people write them: `deploy/edge`, `Job/migrate` without the hash, `containers[0]`, `web.spec.replicas`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from converter.findings import Route

_OBJECT = re.compile(
    r"(?P<kind>[A-Za-z]\w*|\*)/(?P<name>\S+?)(?:(?:\s+|\.(?=(?:metadata|spec|data|rules|subjects|roleRef)\b))(?P<path>.*))?"
)
_NUMBER = re.compile(r"\[(\d+)\]")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "ConfigMap": ("cm",),
    "DaemonSet": ("ds",),
    "Deployment": ("deploy",),
    "Ingress": ("ing",),
    "Job": (),
    "Namespace": ("ns",),
    "NetworkPolicy": ("netpol",),
    "PersistentVolume": ("pv",),
    "PersistentVolumeClaim": ("pvc",),
    "PodDisruptionBudget": ("pdb",),
    "Role": (),
    "RoleBinding": (),
    "Secret": (),
    "Service": ("svc",),
    "ServiceAccount": ("sa",),
    "StatefulSet": ("sts",),
}
"""Kind -> kubectl's short names."""
_CALLED = {word: kind for kind, short in _KINDS.items() for word in (kind.lower(), f"{kind.lower()}s", *short)}


def object_of(text: str) -> tuple[str, str, str] | None:
    """Kind, name and path of a question about an object; None for one about none. A kind in any case, and kubectl's short names."""
    match = _OBJECT.fullmatch(text)
    if match is None or not (match["kind"][0].isupper() or match["kind"] == "*" or match["kind"].lower() in _CALLED):
        return None
    return _CALLED.get(match["kind"].lower(), match["kind"]), match["name"], match["path"] or ""


def with_steps(path: str) -> str:
    """A path with `.0` for `[0]`."""
    return _NUMBER.sub(r".\1", path)


def with_hash(asked: tuple[str, ...], objects: Iterable[Route]) -> tuple[str, ...]:
    """A question about a Job, with the hash in which its name ends if it was left out."""
    named = re.compile(rf"{re.escape(asked[1])}-[0-9a-f]{{8}}") if asked[:1] == ("Job",) else None
    found = {str(name) for kind, name in objects if named and kind == "Job" and named.fullmatch(str(name))}
    return (asked[0], found.pop(), *asked[2:]) if len(found) == 1 else asked
