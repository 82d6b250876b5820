"""The sets of ../shared/corpus: Compose projects of other people, each read in a private copy and never kept."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

from converter.compose.load import find_compose
from converter.errors import ConverterError

CORPUS = Path(os.environ.get("CDB_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
"""Where the sets lie; `CDB_CORPUS` names another folder of the same shape."""


@dataclass(frozen=True)
class Set:
    """One way to call docker compose on a project of the corpus.

    Attributes:
        name: what INDEX.tsv calls it.
        real: whether it is somebody's project, and not a fixture of another converter's tests.
        root: the folder of CORPUS that is copied.
        home: the folder that docker compose is called in, below CORPUS.
        files: the Compose files, below `home`.
        made_up: whether variables that nothing sets get a placeholder.
    """

    name: str
    real: bool
    root: str
    home: str
    files: tuple[str, ...]
    made_up: bool

    @contextmanager
    def copied(self, to: Path) -> Iterator[Path]:
        """A private copy, with what the corpus says is missing; the current folder for as long."""
        folder = to / self.root
        shutil.copytree(CORPUS / self.root, folder, symlinks=True)
        try:
            home = to / self.home
            self._complete(folder, home)
            with chdir(home):
                yield home
        finally:
            shutil.rmtree(folder)

    def _complete(self, folder: Path, home: Path) -> None:
        """Put what the corpus has beside the project, or placeholders, where the project needs an `.env`."""
        fix = CORPUS / "envfix" / self.name
        if fix.is_dir():
            shutil.copytree(fix, folder, dirs_exist_ok=True)
        elif self.made_up and not (home / ".env").exists():
            names = sorted(set(re.findall(r"\$\{?([A-Za-z_]\w*)", (home / self.files[0]).read_text(encoding="utf-8"))))
            (home / ".env").write_text("".join(f"{name}={_placeholder(name)}\n" for name in names), encoding="utf-8")


def sets() -> list[Set]:
    """Every set of the corpus; none where there is no corpus."""
    index = CORPUS / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8") as file:
        return [_set(row) for row in csv.DictReader(file, delimiter="\t")]


def complaint(one: Set) -> str:
    """What docker compose says to the set in the current folder: "" if it takes it."""
    files = [argument for name in one.files for argument in ("-f", name)]
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    asked = [str(find_compose()), *files, "config", "--quiet"]
    done = subprocess.run(asked, env=variables, capture_output=True, text=True, check=False)
    return done.stderr.strip() or "refused" if done.returncode else ""


def sentence(error: ConverterError) -> bool:
    """Whether an error is one clear sentence: one line, no full stop, no name of a program's insides."""
    return "\n" not in error.message and not error.message.endswith(".") and "invalid compose project" not in error.message


def _set(row: dict[str, str]) -> Set:
    """A set out of a line of INDEX.tsv, whose names are those of the project's own repository."""
    first, names = Path(row["corpus_path"]), row["compose_set"].split(",")
    outside, below = _common(names[0], str(first))
    files = [os.path.relpath(os.path.join(below, name.removeprefix(outside).lstrip("/")), first.parent) for name in names]  # noqa: PTH118
    known = Path(row["canonical"]).stem if row["canonical"] else f"{row['name']}--{re.sub(r'[^A-Za-z0-9]+', '_', row['compose_set'])}"
    return Set(known[:100], row["class"] == "project", row["name"], str(first.parent), tuple(files), row["env_fixes"].startswith("placeh"))


def _common(one: str, other: str) -> tuple[str, str]:
    """What stands before the steps in which two paths end alike."""
    ones, others = one.split("/"), other.split("/")
    alike = next((n for n, (a, b) in enumerate(zip(reversed(ones), reversed(others), strict=False)) if a != b), min(len(ones), len(others)))
    return "/".join(ones[: len(ones) - alike]), "/".join(others[: len(others) - alike])


def _placeholder(name: str) -> str:
    return str(10000 + sum(map(ord, name)) % 20000) if "PORT" in name else "placeholder"
