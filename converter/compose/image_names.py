"""The parts of an image's name."""

from __future__ import annotations


def split(image: str) -> tuple[str, str]:
    """Repository and tag: 'docker.io/library/redis:7-alpine@sha256:...' is ('redis', '7-alpine')."""
    name = image.partition("@")[0]
    path, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    repository = path + slash + last
    for prefix in ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "library/"):
        repository = repository.removeprefix(prefix)
    return repository, tag


def has_registry(image: str) -> bool:
    """Whether a name says which registry the image is in: 'ghcr.io/me/web', 'localhost/web'."""
    first, slash, _ = image.partition("/")
    return bool(slash) and ("." in first or ":" in first or first == "localhost")
