"""What the tests of the corpus share: kompose, and the table that they fill, in however many processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from converter.kompose import provide
from tests.corpus.outcomes import Outcome, heading
from tests.corpus.sets import sets

TABLE = Path(__file__).with_name("real-sets.md")
TITLE = """\
# What the real sets of the corpus become with the built-in defaults

Written by `pytest tests/corpus -m corpus -n 2 --update-table`, and held up to date by `pytest -m corpus -n 2`. A set is one way to call
docker compose on somebody's project; what the sets are says `../shared/corpus/INDEX.tsv`. The verdicts count entries of the ledger, `added`
is what Kubernetes needs and Compose does not say; the last three columns count findings.

"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-table`."""
    parser.addoption("--update-table", action="store_true", help="write tests/corpus/real-sets.md anew; read what it wrote")


@pytest.fixture(scope="session")
def kompose() -> Path:
    """The real kompose: found, or built once."""
    return provide.kompose(progress=lambda line: print(line, file=sys.stderr))  # noqa: T201 - whoever waits wants to know for what


@pytest.fixture
def update_table(request: pytest.FixtureRequest) -> bool:
    """Whether the committed table is to be written anew; never in CI."""
    wished = bool(request.config.getoption("--update-table", default=False))
    if wished and os.environ.get("CI"):
        pytest.fail("--update-table is for the one who reads what it writes, not for CI")
    return wished


@pytest.fixture(scope="session")
def rows(pytestconfig: pytest.Config) -> Path:
    """A folder with a line for each set that was converted, and `table.md` of all of them, with the seconds."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("corpus")


def note(rows: Path, found: list[Outcome]) -> None:
    """Put a set into the table in the cache folder of pytest: the fixtures too, under both overlays, with the seconds."""
    names = [one.name for one in sets()]
    with _alone(rows):
        for one in found:
            (rows / f"{one.name}.{one.overlay}.row").write_text(f"{one.row()} {one.overlay} | {one.seconds:.2f} |\n", encoding="utf-8")
        files = sorted(
            rows.glob("*.row"), key=lambda path: (path.suffixes[-2], names.index(path.name.rpartition(".")[0].rpartition(".")[0]))
        )
        lines = "".join(path.read_text(encoding="utf-8") for path in files)
        (rows / "table.md").write_text(f"{heading('overlay', 'seconds')}\n{lines}", encoding="utf-8")


def written(rows: Path, one: Outcome) -> None:
    """Put a set's line into the committed table, in the order of the corpus."""
    names = [other.name for other in sets() if other.real]
    with _alone(rows):
        lines = {name: line for name, line in committed().items() if name in names} | {one.name: one.row()}
        body = "\n".join(lines[name] for name in names if name in lines)
        TABLE.write_text(f"{TITLE}{heading()}\n{body}\n", encoding="utf-8", newline="\n")


def committed() -> dict[str, str]:
    """Set -> its line in the committed table."""
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    return {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines() if line.startswith("| ") and " --- " not in line}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is here."""
    lock = folder / "lock"
    for _ in range(1000):
        try:
            lock.mkdir()
            break
        except FileExistsError:
            time.sleep(0.01)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):  # one that was left behind is waited for in vain, and taken
            lock.rmdir()
