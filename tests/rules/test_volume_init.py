"""The init container that copies an image's files into an empty volume, as a shell runs it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from converter.rules.writing.volume_init import fill
from tests.rules.projects import project_of


@pytest.mark.parametrize(
    ("there", "filled"),
    [
        ((), True),
        (("lost+found",), True),  # what a fresh ext4 file system has
        (("mine",), False),
        ((".hidden",), False),
        (("lost+found", "mine"), False),
        (("lost+found and more",), False),
    ],
)
def test_an_empty_volume_is_filled_and_no_other(tmp_path: Path, there: tuple[str, ...], *, filled: bool) -> None:
    image, volume = tmp_path / "the image's", tmp_path / "volume"
    (image / "sub").mkdir(parents=True)
    (image / "sub" / "file").write_text("planted")
    (image / ".dot").write_text("too")
    volume.mkdir()
    for name in there:
        (volume / name).mkdir()

    assert run(image, volume) == 0

    assert (volume / "sub" / "file").exists() is filled
    assert (volume / ".dot").exists() is filled


def test_a_folder_that_the_image_does_not_have_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir()

    assert run(tmp_path / "absent", tmp_path / "volume") == 0


def run(image: Path, volume: Path) -> int:
    """The exit status of the script, with the folder of the test in the place of the volume's."""
    made = fill(project_of({"web": {"image": "web"}}), "web", {"image": "web"}, {"name": "data", "mountPath": str(image)})
    shell, flag, script = made["command"]
    return subprocess.run([shell, flag, script.replace("$$", "$").replace("/cdb-convert/fill", str(volume))], check=False).returncode
