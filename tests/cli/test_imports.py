"""Starting up is cheap: what only some commands need is imported by them alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("deepdiff", "jinja2", "jsonpatch", "jsonschema", "jsonschema_rs", "msgspec", "pydantic", "rich", "ruamel", "yaml")


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["run", "--help"], ["check", "--help"], ["diff", "--help"], ["secrets", "--help"]]
)
def test_version_and_help_import_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['cdb-convert', *{words!r}]\n"
        "from converter.cli import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert "cdb-convert" in done.stdout
    assert set(HEAVY) & set(done.stderr.split()) == set()
