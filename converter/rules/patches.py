"""The rule `patches`."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from converter.compose.project import Project
from converter.errors import ConverterError
from converter.findings import Finding
from converter.manifests import Manifests, Object
from converter.rules.rule import Target
from converter.rules.writing.fields import merge

_SAID = 120


@dataclass(frozen=True)
class Resource:
    """The object to patch, by its kind and its name in the cluster; a Job also by its name without the hash."""

    kind: str
    name: str


@dataclass(frozen=True)
class Patch:
    """One change: operations of RFC 6902 if it is a list, else a merge patch (RFC 7396). `why` says what for."""

    target: Resource
    patch: list[dict[str, Any]] | dict[str, Any]
    why: str = ""


@dataclass(frozen=True)
class Patches:
    """Change what no setting changes, last of all.

    Why:
        No tool foresees everything. A patch is the user's own word: it runs after every rule and may change any field but the kind and name
        of an object, which other objects name (`names:` in the overlay renames a service). One that finds no object, or changes
        nothing, is out of date and an error: it would be believed to be in force. The trace gives a patched field to the patch.

    Settings:
        a list of `{target: {kind, name}, why, patch}`; `patch` is a list of operations (RFC 6902: add, remove, replace, move, copy, test)
        or a mapping to merge (RFC 7396: null takes a field away). The name of a Job may be given without its hash.

    Example:
        - target: {kind: Deployment, name: redis}
          why: the node has little memory
          patch: [{op: replace, path: /spec/template/spec/containers/0/resources/limits/memory, value: 512Mi}]

    """

    name: ClassVar[str] = "patches"
    items: tuple[Patch, ...] = ()

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Apply every patch. Raises ConverterError for one that finds no object, does not fit, or changes nothing."""
        del target
        for item in self.items:
            document = _find(manifests, item.target)
            before, key = copy.deepcopy(document), (document["kind"], document["metadata"].get("name"))
            _change(document, item)
            if document == before:
                raise ConverterError(
                    f"patch of {_label(item)} changes nothing", hint="the field has that value already: take the patch out"
                )
            if (document.get("kind"), (document.get("metadata") or {}).get("name")) != key:
                hint = f"'names:' in the overlay renames a service; the project is '{project.name}'"
                raise ConverterError(f"patch of {_label(item)} changes its kind or name, which other objects name", hint=hint)
        return ()


def _find(manifests: Manifests, wanted: Resource) -> Object:
    """The object that a patch is for."""
    if found := manifests.find(wanted.kind, wanted.name):
        return found
    for document in manifests.of_kind("Job") if wanted.kind == "Job" else ():
        if document["metadata"].get("labels", {}).get("app") == wanted.name:
            return document
    alike = [document["metadata"]["name"] for document in manifests if document["kind"] == wanted.kind]
    hint = f"of that kind there are: {', '.join(sorted(alike))}" if alike else "there is no object of that kind"
    raise ConverterError(f"patch of '{wanted.kind}/{wanted.name}' matches nothing", hint=hint)


def _change(document: Object, item: Patch) -> None:
    """Apply one patch, in place."""
    if isinstance(item.patch, dict):
        merge(document, item.patch)
        return
    import jsonpatch
    import jsonpointer

    try:
        changed = jsonpatch.JsonPatch(copy.deepcopy(item.patch)).apply(document, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, LookupError, TypeError, AttributeError) as error:
        hint = "a path must exist for replace, remove and test; see the object in the output folder"
        raise ConverterError(f"patch of {_label(item)} does not fit: {_why(error)}", hint=hint) from None
    if changed is not document:
        raise ConverterError(f"patch of {_label(item)} replaces the whole object", hint="name the fields to change in 'path'")


def _why(error: Exception) -> str:
    """What jsonpatch says, without the object that it quotes."""
    text = re.sub(r" (?:not found )?in [\[{].*", " is not there", str(error), flags=re.DOTALL)
    return text if len(text) <= _SAID else f"{text[:_SAID]}..."


def _label(item: Patch) -> str:
    return f"'{item.target.kind}/{item.target.name}'" + (f" ({item.why})" if item.why else "")
