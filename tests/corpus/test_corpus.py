"""Every set of ../shared/corpus through the whole pipeline, with the built-in defaults and with everything on: `pytest -m corpus -n 2`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.corpus.conftest import committed, note, written
from tests.corpus.deviations import KNOWN, is_known
from tests.corpus.outcomes import Outcome, outcomes
from tests.corpus.sets import CORPUS, Set, sentence, sets

KVALIDATE = Path("~/.cache/cdb-cluster/bin/kvalidate").expanduser()
PAGE = CORPUS.parent / "docs" / "compose-to-kubernetes.md"

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not sets(), reason="../shared/corpus is not there")]


@pytest.mark.parametrize("one", sets(), ids=lambda one: one.name)
def test_a_set(one: Set, kompose: Path, rows: Path, tmp_path: Path, *, update_table: bool) -> None:
    """All claims about a set in one test, so that it is converted in one process only."""
    found = outcomes(one, kompose)
    note(rows, found)
    if update_table and one.real:
        written(rows, found[0])

    for outcome in found:
        assert outcome.trace == "", outcome.overlay
        _is_converted_or_refused_in_one_sentence(outcome)
        assert outcome.faults == (), f"{outcome.overlay}: the manifests are sound"
        assert outcome.open_ends == (), f"{outcome.overlay}: the ledger is closed on both sides"
        assert [bare for bare in outcome.bare if not is_known(*bare)] == [], f"{outcome.overlay}: the page says what may be lost or refused"
        assert outcome.same, f"{outcome.overlay}: a second conversion writes the same bytes"
    if KVALIDATE.exists():
        _is_taken_by_an_api_server(found, tmp_path)
    if one.real:
        assert committed()[one.name] == found[0].row(), "tests/corpus/real-sets.md is up to date (--update-table)"


def test_kvalidate_is_there() -> None:
    if not KVALIDATE.exists():
        pytest.skip("kvalidate is not built, so no document was shown to it: ../shared/cluster/build.sh kvalidate")


def _is_converted_or_refused_in_one_sentence(one: Outcome) -> None:
    """Hold docker compose's verdict against ours; a project without an active service it takes, and has nothing to start either."""
    if one.complaint or (one.error is not None and one.error.message.startswith("no service is active")):
        assert one.error is not None
        assert one.error.location is not None
        assert sentence(one.error)
    else:
        assert one.error is None


def _is_taken_by_an_api_server(found: list[Outcome], folder: Path) -> None:
    """Show every document to the code of an API server, in one call."""
    made = [one for one in found if one.documents]
    files = [folder / f"{one.overlay}.yaml" for one in made]
    for file, one in zip(files, made, strict=True):
        file.write_text(one.documents, encoding="utf-8")
    if files:
        done = subprocess.run([KVALIDATE, *files], capture_output=True, text=True, check=False)
        results = json.loads(done.stdout)["results"]
        assert [result for result in results if not result["ok"]] == []
        assert len(results) == sum(one.objects for one in made)


def test_the_committed_table_has_the_real_sets_and_no_others() -> None:
    assert set(committed()) - {"set"} <= {one.name for one in sets() if one.real}


@pytest.mark.skipif(not PAGE.is_file(), reason="../shared/docs is not there")
def test_the_page_says_what_may_be_lost_or_refused() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())

    assert [one.page for one in KNOWN if one.page not in page] == []
