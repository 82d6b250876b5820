"""What an overlay says about probes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from converter.rules.writing.kinds import Seconds, Times


@dataclass(frozen=True)
class Check:
    """What an overlay says instead of the Compose file: `test` as Compose writes it, times as durations; "" and 0 leave a time as it is."""

    test: tuple[str, ...] = ()
    interval: Seconds = ""
    timeout: Seconds = ""
    retries: int = 0
    start_period: Seconds = ""
    start_interval: Seconds = ""


@dataclass(frozen=True)
class Liveness:
    """Where a container is restarted when its healthcheck fails: `all` or service keys, without those in `off`."""

    services: Literal["all"] | tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    slower: Times = 2
    patience: Times = 3
