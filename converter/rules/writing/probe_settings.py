"""What an overlay says about probes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Check:
    """What an overlay says instead of the Compose file: `test` as Compose writes it, times as durations; "" and 0 leave a time as it is."""

    test: tuple[str, ...] = ()
    interval: str = ""
    timeout: str = ""
    retries: int = 0
    start_period: str = ""
    start_interval: str = ""


@dataclass(frozen=True)
class Liveness:
    """Where a container is restarted when its healthcheck fails: `all` or service keys, without those in `off`."""

    services: Literal["all"] | tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    slower: int = 2
    patience: int = 3
