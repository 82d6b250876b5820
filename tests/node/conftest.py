"""One node for all tests of this folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping

import pytest

from tests.node.cluster import CACHE, CLUSTER, Node, broken, claire, features, missing, owned
from tests.node.make_images import main as make_images


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Node]]:
    """Every project, converted, on a node that has the images and nothing else; the node is ended afterwards."""
    if why := missing():
        pytest.skip(why)
    found = {make.__name__: make(tmp_path_factory.mktemp(make.__name__)) for make in (claire, features, owned, broken)}
    for node in found.values():
        run = node.convert("run")
        assert run.returncode == 0, run.stdout + run.stderr
    manifests = [path for node in found.values() for path in sorted(node.manifests.glob("*.yaml"))]
    projects = [path for node in found.values() for path in node.project.glob("*compose.y*ml")]
    make_images(CACHE / "img/rootfs.tar", CACHE / "img/stack.images.tar", manifests, projects)
    try:
        subprocess.run([CLUSTER / "node.sh", "up"], check=True)
        yield found
    finally:
        subprocess.run([CLUSTER / "node.sh", "down"], check=True)
