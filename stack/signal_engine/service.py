"""Signal engine (stand-in): `market_data` in, `signals` out, when a price moves by SIGNAL_THRESHOLD_PCT within the lookback.

As the original does: Redis down at the start ends it with status 1, without a retry; Redis lost later ends it too; /health is always
200 and asks nobody.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PORT = int(os.getenv("SIGNAL_PORT", "8001"))
THRESHOLD = float(os.getenv("SIGNAL_THRESHOLD_PCT", "3.0"))
LOOKBACK_MIN = int(os.getenv("SIGNAL_LOOKBACK_MIN", "15"))
MIN_VOLUME = float(os.getenv("SIGNAL_MIN_VOLUME", "100000"))

history: dict[str, deque[tuple[float, float]]] = defaultdict(deque)
counts = {"market_data_received": 0, "signals_generated": 0}
state = {"status": "starting"}


def connect() -> redis.Redis:
    client = redis.Redis(
        host=os.getenv("REDIS_HOST", "redis"),
        port=int(os.getenv("REDIS_PORT", "6379")),
        password=os.getenv("REDIS_PASSWORD") or None,
        db=int(os.getenv("REDIS_DB", "0")),
        retry=Retry(NoBackoff(), 0),  # newer clients try for seconds by themselves
        decode_responses=True,
        socket_connect_timeout=3,
    )
    try:
        client.ping()
    except redis.RedisError as error:
        print(f"Redis is not there: {error}")
        sys.exit(1)
    return client


def judge(tick: dict[str, float | str]) -> dict[str, object] | None:
    symbol, price, volume = str(tick["symbol"]), float(tick["price"]), float(tick["volume"])
    now = float(tick["timestamp"]) / 1000
    seen = history[symbol]
    seen.append((now, price))
    while seen[0][0] < now - LOOKBACK_MIN * 60:
        seen.popleft()
    move = (price / seen[0][1] - 1) * 100
    if volume < MIN_VOLUME or abs(move) < THRESHOLD:
        return None
    seen.clear()
    seen.append((now, price))
    return {
        "symbol": symbol,
        "side": "BUY" if move > 0 else "SELL",
        "confidence": min(abs(move) / 10, 1.0),
        "price": price,
        "reason": f"{move:+.2f} % within {LOOKBACK_MIN} min",
        "timestamp": int(now * 1000),
    }


def listen(client: redis.Redis) -> None:
    channel = client.pubsub()
    channel.subscribe("market_data")
    state["status"] = "running"
    for message in channel.listen():
        if message["type"] != "message":
            continue
        counts["market_data_received"] += 1
        if found := judge(json.loads(message["data"])):
            client.publish("signals", json.dumps(found))
            counts["signals_generated"] += 1
            print(f"signal: {found['side']} {found['symbol']}, {found['reason']}")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            self.reply(200, json.dumps({"service": "signal_engine", "status": state["status"], "timestamp": int(time.time())}))
        elif self.path == "/status":
            self.reply(200, json.dumps({**state, **counts, "threshold_pct": THRESHOLD, "env": os.getenv("ENV", "development")}))
        elif self.path == "/metrics":
            lines = [f"# TYPE {name}_total counter\n{name}_total {value}\n" for name, value in counts.items()]
            self.reply(200, "".join(lines), "text/plain; version=0.0.4")
        else:
            self.reply(404, json.dumps({"error": "not found"}))

    def reply(self, status: int, text: str, content: str = "application/json") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    client = connect()
    threading.Thread(target=ThreadingHTTPServer(("", PORT), Handler).serve_forever, daemon=True).start()
    print(f"listening on {PORT}")
    listen(client)


if __name__ == "__main__":
    main()
