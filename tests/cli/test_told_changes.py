"""What a change is told as: nothing that did not change, the part that differs or the whole, and a Job with a new hash as one Job."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.command import cdb
from tests.cli.projects import edit, stack

WEB = """\
  web:
    image: nginx:1.27
    environment: {EMPTY: "", LEVEL: one}
    depends_on:
      queue: {condition: service_started, required: false}
  queue:
    image: rabbitmq:3
    expose: ["5672"]
"""
JOBS = """\
  web:
    image: nginx:1.27
    depends_on: {migrate: {condition: service_completed_successfully}}
  api:
    image: nginx:1.27
    depends_on: {migrate: {condition: service_completed_successfully}}
  migrate:
    image: python:3.12
    command: ["python", "manage.py", "migrate", "--no-input", "--verbosity", "1", "--database", "default", "--skip-checks"]
    user: "1000:1000"
    restart: "no"
"""


def changed(folder: Path, old: str, new: str, *words: str) -> str:
    """What `diff` says after a run and one change of the Compose file."""
    assert cdb(folder, "run", "-q").status == 0
    edit(folder / "compose.yml", old, new)
    return cdb(folder, "diff", *words).out


def test_a_value_that_says_nothing_is_no_change_if_it_did_not_change(tmp_path: Path) -> None:
    told = changed(stack(tmp_path, WEB), "LEVEL: one", "LEVEL: two")

    assert "env.LEVEL.value: one -> two" in told
    assert "EMPTY" not in told
    assert "required" not in told


def test_a_value_that_became_empty_is_a_change_and_stands_as_yaml_has_it(tmp_path: Path) -> None:
    assert 'env.LEVEL.value: one -> ""' in changed(stack(tmp_path, WEB), "LEVEL: one", 'LEVEL: ""')


def test_long_values_are_shown_where_they_differ(tmp_path: Path) -> None:
    (was, now) = re.findall(r"(?:was|now)  (.*)", changed(stack(tmp_path, JOBS), '"default"', '"other"'))

    assert "default" in was
    assert "other" in now
    assert max(map(len, (was, now))) <= 89


def test_long_values_are_shown_whole_with_v(tmp_path: Path) -> None:
    told = " ".join(changed(stack(tmp_path, JOBS), '"default"', '"other"', "-v").split())

    for name in ("default", "other"):
        assert f'["python", "manage.py", "migrate", "--no-input", "--verbosity", "1", "--database", "{name}", "--skip-checks"]' in told


def test_of_a_file_the_lines_that_differ_are_shown(tmp_path: Path) -> None:
    services = "  web:\n    image: nginx:1.27\n    configs: [{source: conf, target: /etc/my.conf}]\nconfigs:\n  conf: {file: ./my.conf}\n"
    folder = stack(tmp_path, services, {"my.conf": "".join(f"line {number}\n" for number in range(20))})
    assert cdb(folder, "run", "-q").status == 0
    edit(folder / "my.conf", "line 17\n", "line seventeen\n")

    lines = cdb(folder, "check").out.splitlines()

    assert "      - 18: line 17" in lines
    assert "      + 18: line seventeen" in lines


def test_a_job_with_a_new_hash_is_one_job_with_the_cause_beside_it(tmp_path: Path) -> None:
    told = changed(stack(tmp_path, JOBS), '"default"', '"other"')

    ((old, new),) = re.findall(r"~ Job/(migrate-[0-9a-f]{8}) is now Job/(migrate-[0-9a-f]{8}), and so in what names it", told)
    lines = [line for line in told.splitlines() if line.startswith("  ") and not line.startswith("   ")]
    assert len(lines) == 2, told
    assert re.match(rf"  ~ Job/{new} spec.template.spec.containers.migrate.args  \(compose.yml:\d+:5\)", lines[1])
    assert f"kubectl delete job {old} -n shop\n" in told


def test_a_job_that_is_gone_is_gone(tmp_path: Path) -> None:
    folder = stack(tmp_path, JOBS)
    assert cdb(folder, "run", "-q").status == 0
    stack(tmp_path, "  web:\n    image: nginx:1.27\n")

    assert re.search(r"- Job/migrate-[0-9a-f]{8}: removed", cdb(folder, "diff").out)
