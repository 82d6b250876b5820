"""WebSocket screener (stand-in): market prices into the Redis channel `market_data`.

As the original does: it connects to Redis once, when it is loaded, and never publishes if that failed; /health is always 200; no
SIGTERM handler. Prices come from MEXC_BASE, or are made up when it cannot be reached (MARKET_DATA: auto, live or synthetic).
"""

from __future__ import annotations

import json
import math
import os
import random
import threading
import time
import urllib.request
from collections import defaultdict, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

MEXC_BASE = os.getenv("MEXC_BASE", "https://contract.mexc.com")
LOOKBACK_MIN = int(os.getenv("LOOKBACK_MIN", "15"))
PORT = int(os.getenv("WS_SCREENER_PORT", "8000"))
WHITELIST = {symbol for symbol in os.getenv("SYMBOL_WHITELIST", "").split(",") if symbol}
SOURCE = os.getenv("MARKET_DATA", "auto")
INTERVAL = float(os.getenv("MARKET_DATA_INTERVAL_SEC", "1.0"))
SYNTHETIC = {"BTC_USDT": 60000.0, "ETH_USDT": 3000.0, "SOL_USDT": 150.0, "XRP_USDT": 0.6, "DOGE_USDT": 0.12}
Tick = tuple[str, float, float]  # symbol, price, volume

history: dict[str, deque[tuple[float, float]]] = defaultdict(deque)
state: dict[str, float] = {"last": 0.0, "published": 0.0}


def connect() -> redis.Redis | None:
    client = redis.Redis(
        host=os.getenv("REDIS_HOST", "redis"),
        port=int(os.getenv("REDIS_PORT", "6379")),
        password=os.getenv("REDIS_PASSWORD") or None,
        db=int(os.getenv("REDIS_DB", "0")),
        retry=Retry(NoBackoff(), 0),  # newer clients try for seconds by themselves
        socket_connect_timeout=3,
        socket_timeout=3,
    )
    try:
        client.ping()
    except redis.RedisError as error:
        print(f"Redis is not there, nothing will be published: {error}")
        return None
    print("connected to Redis")
    return client


CLIENT = connect()


def live() -> list[Tick]:
    if not MEXC_BASE.startswith(("http://", "https://")):
        raise ValueError(MEXC_BASE)
    with urllib.request.urlopen(f"{MEXC_BASE}/api/v1/contract/ticker", timeout=3) as reply:  # noqa: S310 - the scheme is checked above
        rows = json.load(reply)["data"]
    return [(row["symbol"], float(row["lastPrice"]), float(row["amount24"])) for row in rows]


def synthetic() -> list[Tick]:
    """Waves of twelve percent, so that a threshold of three is crossed both ways within a minute."""
    angle = time.monotonic() / INTERVAL * math.tau / 60
    return [
        (symbol, base * (1 + 0.06 * math.sin(angle + phase) + random.uniform(-0.001, 0.001)), random.uniform(2e5, 2e6))
        for phase, (symbol, base) in enumerate(SYNTHETIC.items())
    ]


def source() -> Callable[[], list[Tick]]:
    if SOURCE == "synthetic":
        return synthetic
    try:
        live()
    except (OSError, ValueError, KeyError, TypeError) as error:
        if SOURCE == "auto":
            print(f"{MEXC_BASE} cannot be reached ({error}): synthetic prices from now on")
            return synthetic
    return live


def note(symbol: str, price: float, volume: float, now: float) -> None:
    seen = history[symbol]
    seen.append((now, price))
    while seen[0][0] < now - LOOKBACK_MIN * 60:
        seen.popleft()
    if CLIENT is not None:
        message = {"symbol": symbol, "price": price, "volume": volume, "timestamp": int(now * 1000)}
        CLIENT.publish("market_data", json.dumps(message))
        state["published"] += 1


def feed() -> None:
    prices = source()
    while True:
        try:
            for symbol, price, volume in prices():
                if not WHITELIST or symbol in WHITELIST:
                    note(symbol, price, volume, time.time())
            state["last"] = time.time()
        except (OSError, ValueError, KeyError, TypeError, redis.RedisError) as error:
            print(f"no prices this time: {error}")
        time.sleep(INTERVAL)


def top5() -> list[dict[str, float | str]]:
    moves = [{"symbol": symbol, "pct": round((seen[-1][1] / seen[0][1] - 1) * 100, 3)} for symbol, seen in list(history.items()) if seen]
    return sorted(moves, key=lambda move: -abs(float(move["pct"])))[:5]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            fresh = time.time() - state["last"] < 60
            self.reply(200, {"status": "ok" if fresh else "stale", "redis": CLIENT is not None, "published": state["published"]})
        elif self.path == "/top5":
            self.reply(200, top5())
        else:
            self.reply(404, {"error": "not found"})

    def reply(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


if __name__ == "__main__":
    threading.Thread(target=feed, daemon=True).start()
    print(f"listening on {PORT}")
    ThreadingHTTPServer(("", PORT), Handler).serve_forever()
