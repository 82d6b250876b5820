"""Any project that docker compose takes converts, and what holds for one holds for all.

Forty projects in the suite, the same ones each time. `nice pytest tests/pipeline --hypothesis-profile=long` makes new ones for as long
as one lets it, and shows them to the API server's own validation too, where ../shared/cluster has built it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, note, settings

from tests.pipeline.holds import RefusedByCompose, violations
from tests.pipeline.making import Stack
from tests.pipeline.stacks import stacks

LONG = settings.get_current_profile_name() == "long"
KVALIDATE = Path(os.environ.get("CLUSTER_CACHE", Path.home() / ".cache" / "cdb-cluster")) / "bin" / "kvalidate"

short = settings(max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folders() -> Iterator[Path]:
    """A folder for the folders of projects."""
    path = Path(tempfile.mkdtemp(prefix="any-project-"))
    yield path
    shutil.rmtree(path)


@(settings() if LONG else short)
@given(stack=stacks())
def test_what_holds_for_one_project_holds_for_any(stack: Stack, folders: Path, kompose: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=folders))
    try:
        found = violations(stack, folder, kompose, KVALIDATE if LONG and KVALIDATE.exists() else None)
    except RefusedByCompose:
        assume(False)  # noqa: FBT003 - hypothesis' own way to say it
        raise
    finally:
        shutil.rmtree(folder)

    note("\n".join(found))
    assert not found
