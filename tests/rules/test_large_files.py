"""Files that one ConfigMap cannot hold: a folder is spread over several, a single file is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter import overlay, pipeline
from converter.findings import Severity
from converter.manifests import pod_spec
from converter.pipeline import Result
from tests.compose.stacks import loaded

TEXT = """services:
  a:
    image: a:1
    volumes: ["./folder:/etc/folder:ro", "./one.bin:/etc/one.bin:ro", "./small.txt:/etc/small.txt:ro"]
"""
SIZE = 400_000


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, kompose: Path) -> Result:
    """What the pipeline makes of three large files in a folder, a file of 1.2 MB, and a small one."""
    folder = {f"folder/f{number}": str(number) * SIZE for number in range(3)}
    project = loaded(tmp_path_factory.mktemp("large"), {"compose.yaml": TEXT, "one.bin": "x" * 3 * SIZE, "small.txt": "s", **folder})
    return pipeline.run(project, overlay.build("default", {}, ()), kompose)


def test_a_folder_over_one_mebibyte_is_one_volume_of_several_config_maps(result: Result) -> None:
    volumes = {one["name"]: one for one in pod_spec(result.manifests.workload("a"))["volumes"]}
    sources = volumes["config-etc-folder"]["projected"]["sources"]
    held = [result.manifests.find("ConfigMap", one["configMap"]["name"]) for one in sources]

    assert sorted(key for one in held if one for key in one["data"]) == ["f0", "f1", "f2"]
    assert all(sum(map(len, one["data"].values())) <= 1024 * 1024 for one in held if one)


def test_who_applies_large_config_maps_is_told_how(result: Result) -> None:
    said = [finding.message for finding in result.findings if finding.rule == "config-files" and finding.severity is Severity.INFO]

    assert said
    assert all("'kubectl apply --server-side'" in one for one in said)


def test_a_single_file_over_one_mebibyte_is_refused_with_what_to_do(result: Result) -> None:
    found = {entry.route: entry for entry in result.entries}["services", "a", "volumes", "/etc/one.bin", "source"]

    assert found.verdict == "refused"
    assert "put it into the image, or on a volume that is filled once" in f"{found.why} {found.hint}"
