"""The folders of JSON Schemas that the package kubernetes-validate brings: one for each Kubernetes minor version."""

from __future__ import annotations

import re
from pathlib import Path

from converter.errors import ConverterError


def supported() -> tuple[str, ...]:
    """The Kubernetes minor versions that there are schemas for, oldest first."""
    found = {match[1] for folder in _root().iterdir() if (match := re.fullmatch(r"v(\d+\.\d+)\.0-local-strict", folder.name))}
    return tuple(sorted(found, key=lambda version: int(version.partition(".")[2])))


def schemas(kubernetes: str) -> Path:
    """The folder of the schemas of a Kubernetes minor version, as "1.34". Raises ConverterError if there are none for it."""
    match = re.fullmatch(r"v?(\d+\.\d+)(?:[.+-].*)?", kubernetes)
    folder = _root() / f"v{match[1] if match else '-'}.0-local-strict"
    if not folder.is_dir():
        known = ", ".join(supported())
        raise ConverterError(f"there are no schemas for Kubernetes '{kubernetes}'", hint=f"use one of {known}")
    return folder


def _root() -> Path:
    from importlib.util import find_spec

    spec = find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        raise ConverterError("the schemas of Kubernetes are not installed", hint="install 'kubernetes-validate'")
    return Path(spec.submodule_search_locations[0], "kubernetes-json-schema")
