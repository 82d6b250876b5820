"""Kubernetes YAML in and out: one reader that reads as kubectl does, one writer whose output every YAML reader understands alike.

The rules of both are measured ones (docs: "Reading: who agrees with kubectl", "Writing: which strings survive"). kubectl reads YAML 1.1
with `go.yaml.in/yaml/v2`: `y` is true, `0777` is 511, `08` is 8, `1e3` is 1000, `22:22` and `2020-01-01` are text.
"""

from __future__ import annotations

from converter.yaml.reader import Locate, Object, positions, read
from converter.yaml.writer import write

__all__ = ["Locate", "Object", "positions", "read", "write"]
