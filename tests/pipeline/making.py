"""A project that is being drawn, and the finished one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.pipeline import written

Draw = Callable[[st.SearchStrategy[Any]], Any]
CONTENT: st.SearchStrategy[bytes] = st.sampled_from(
    [
        b"plain = 1\n",
        "ü db:5432 http://redis:6379/x\r\n".encode(),
        b"scrape_configs:\n- static_configs:\n  - targets: ['web:8000', My_App:9090]\n",
        b"upstream api { server api.v1:8000; }\nlocation / { proxy_pass http://worker-2:8080/; }\n",
        b"[database]\nhost = a_b\nurl = postgres://u:secretpw@db:5432/db\n",
        b'{"cache": {"host": "cache", "port": 6379}}',
        b"\x00\xff\x01",
        b"",
        b"#!/bin/sh\necho hi\n",
    ]
)
ENVIRONMENT = b"FROM_ENV=a b: c\nDB_PASSWORD=canary-in-env\nAPI_KEY=canary-key\nTAG=1.2\nHOST=db\n"
"""The project's own `.env`."""


@dataclass(frozen=True)
class Stack:
    """A project: the model of its Compose file, the files beside it, the overlay, the profiles, and the files that are given to `-f`.

    No file is given where docker compose is to find them itself.
    """

    model: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    overlay: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    chain: tuple[str, ...] = ("compose.yaml",)

    def write(self, folder: Path) -> None:
        """Put everything into a folder."""
        texts = {"compose.yaml": written.text(self.model), "overlays/any.yaml": json.dumps(dict(self.overlay)).encode()}
        for name, data in {**texts, **self.files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def __repr__(self) -> str:
        rest = f"overlay={self.overlay!r}, profiles={self.profiles!r}, chain={self.chain!r}"
        return f"Stack(model={self.model!r}, files={dict(self.files)!r}, {rest})"


def empty() -> dict[str, dict[str, Any]]:
    """The top level of a project that has no service yet."""
    return {"networks": {}, "volumes": {}, "secrets": {}, "configs": {}, "models": {}}


@dataclass
class Making:
    """A project that is being drawn: what the services so far have asked of the rest.

    Attributes:
        draw: draws from a strategy.
        names: the services.
        files: the files beside the Compose files.
        top: what the top level declares.
        at: the folder that the paths of a service start from, as `common/`.
        top_at: the folder that the paths of the top level start from.
        open: the services of which a later file, or one that is extended, may say something else.
    """

    draw: Draw
    names: list[str]
    files: dict[str, bytes] = field(default_factory=dict)
    top: dict[str, dict[str, Any]] = field(default_factory=empty)
    at: str = ""
    top_at: str = ""
    open: set[str] = field(default_factory=set)

    def put(self, name: str, data: bytes) -> str:
        """A file of a service; returns its name."""
        self.files[self.at + name] = data
        return name

    def file(self, name: str, *, top: bool = False) -> str:
        """A file with some content, of a service or of the top level; returns its name."""
        self.files.setdefault((self.top_at if top else self.at) + name, self.draw(CONTENT))
        return name

    def folder(self, name: str, *inside: str) -> str:
        """A folder of a service with these files; returns its name."""
        for one in inside:
            self.file(f"{name}/{one}")
        return name
