"""Readers of what is memory: tmpfs and /dev/shm."""

from __future__ import annotations

from collections.abc import Iterator

from converter.intent.key import Read
from converter.intent.mounts import kind_of_volume, linked, mounts
from converter.intent.pods import Pod
from converter.intent.times import quantity


def memory(pod: Pod) -> Iterator[tuple[str, str | None]]:
    """(path, size in bytes or None) of each mount that is memory."""
    for places in mounts(pod).values():
        for mount, volume in places:
            pod.seen.clear()
            if kind_of_volume(volume) == "tmpfs":
                linked(mount, volume)
                size = quantity(volume.value("emptyDir", "sizeLimit")) if volume.peek("emptyDir", "sizeLimit") is not None else None
                yield str(mount.peek("mountPath")), None if size is None else str(int(size))


def tmpfs_size(pod: Pod) -> Iterator[Read]:
    """The size of a `tmpfs` among the volumes."""
    for path, size in memory(pod):
        if size is not None:
            yield Read((path,), size)


def tmpfs(pod: Pod) -> Iterator[Read]:
    """The service's own `tmpfs`: path and size."""
    texts = {str(text).partition(":")[0].rstrip("/"): str(text) for text in pod.model.get("tmpfs") or ()}
    for path, size in memory(pod):
        yield Read((texts.get(path.rstrip("/"), path),), f"{path}:size={size}" if size else path)


def shm_size(pod: Pod) -> Iterator[Read]:
    """The size of /dev/shm."""
    for path, size in memory(pod):
        if path.rstrip("/") == "/dev/shm" and size:  # noqa: S108 - a path inside the container
            yield Read((), size)
