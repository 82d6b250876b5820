"""What the options of a volume's driver come to: the ledger's verdicts, and no password of a share in any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter import overlay, pipeline
from converter.pipeline import Result
from tests.compose.stacks import loaded

TEXT = """services:
  a: {image: "a:1", volumes: ["nfs:/n", "half:/h", "share:/s", "literal:/l", "folder:/f"]}
volumes:
  nfs: {driver_opts: {type: nfs, o: "addr=10.0.0.5,rw,soft", device: ":/export"}}
  half: {driver_opts: {type: nfs, o: rw}}
  share: {driver_opts: {type: cifs, o: "username=u,password=${SHARE_PASSWORD}", device: "//nas/share"}}
  literal: {driver_opts: {type: cifs, o: "username=u,password=canary-literal", device: "//nas/share"}}
  folder: {driver_opts: {type: none, o: bind, device: ./data}}
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, kompose: Path) -> Result:
    """What the pipeline makes of them."""
    project = loaded(tmp_path_factory.mktemp("share"), {"compose.yaml": TEXT, ".env": "SHARE_PASSWORD=canary-of-env\n"})
    return pipeline.run(project, overlay.build("default", {}, ()), kompose)


@pytest.mark.parametrize(
    ("volume", "verdict", "said"),
    [
        ("nfs", "translated", ""),
        ("half", "refused", "an NFS volume needs 'addr=' in 'o' and an absolute path as 'device'"),
        ("share", "refused", "no field of Kubernetes mounts a file system of type 'cifs' from elsewhere"),
        ("folder", "approximated", "a claim takes the folder's place, empty at first: what the folder holds is not in the cluster"),
    ],
)
def test_an_option_has_its_verdict_and_its_reason(volume: str, verdict: str, said: str, result: Result) -> None:
    found = {entry.route: entry for entry in result.entries}["volumes", volume, "driver_opts", "o"]

    assert (found.verdict, found.why) == (verdict, said)


def test_only_an_nfs_volume_that_is_complete_gets_a_volume_of_its_own(result: Result) -> None:
    assert [one["spec"]["nfs"] for one in result.manifests.of_kind("PersistentVolume")] == [{"server": "10.0.0.5", "path": "/export"}]


def test_no_password_of_a_share_is_told(result: Result) -> None:
    assert "canary" not in repr((list(result.manifests), result.findings, result.entries))
