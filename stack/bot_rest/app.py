"""REST screener (stand-in): one look at the market, then it ends; the Compose file runs it again every 300 s. It listens on nothing."""

from __future__ import annotations

import json
import os
import sys
import urllib.request

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

MEXC_BASE = os.getenv("MEXC_BASE", "https://contract.mexc.com")
INTERVAL = os.getenv("INTERVAL", "1m")


def movers() -> list[dict[str, object]]:
    if not MEXC_BASE.startswith(("http://", "https://")):
        raise ValueError(MEXC_BASE)
    with urllib.request.urlopen(f"{MEXC_BASE}/api/v1/contract/ticker", timeout=3) as reply:  # noqa: S310 - the scheme is checked above
        rows = json.load(reply)["data"]
    rows.sort(key=lambda row: -abs(row["riseFallRate"]))
    return [{"symbol": row["symbol"], "rate": row["riseFallRate"]} for row in rows[:5]]


def main() -> int:
    try:
        found = movers()
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{MEXC_BASE} cannot be reached: {error}")
        return 0
    client = redis.Redis(
        host=os.getenv("REDIS_HOST", "redis"),
        port=int(os.getenv("REDIS_PORT", "6379")),
        password=os.getenv("REDIS_PASSWORD") or None,
        db=int(os.getenv("REDIS_DB", "0")),
        retry=Retry(NoBackoff(), 0),  # newer clients try for seconds by themselves
        socket_connect_timeout=3,
    )
    client.set(f"top_movers:{INTERVAL}", json.dumps(found))
    print(f"top movers: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
