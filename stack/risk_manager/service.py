"""Risk manager (stand-in): `signals` in, `orders` out (and `alerts`), within the limits; learns from `order_results`.

As the original does: Redis down at the start ends it with status 1, Redis lost later ends it too; exposure, daily result and circuit
breaker live in memory, so every restart forgets them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PORT = int(os.getenv("RISK_PORT", "8002"))
MAX_POSITION = float(os.getenv("MAX_POSITION_PCT", "0.10"))
MAX_EXPOSURE = float(os.getenv("MAX_EXPOSURE_PCT", "0.50"))
MAX_DRAWDOWN = float(os.getenv("MAX_DAILY_DRAWDOWN_PCT", "0.05"))
STOP_LOSS = float(os.getenv("STOP_LOSS_PCT", "0.02"))
BALANCE = float(os.getenv("TEST_BALANCE", "10000"))

positions: dict[str, tuple[float, float]] = {}  # symbol -> quantity, price
counts = {"signals_received": 0, "orders_approved": 0, "orders_blocked": 0, "order_results_received": 0}
state: dict[str, float | str | bool] = {"status": "starting", "daily_pnl": 0.0, "circuit_breaker": False}


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


def exposure() -> float:
    return sum(quantity * price for quantity, price in positions.values())


def judge(found: dict[str, float | str]) -> tuple[dict[str, object] | None, str]:
    """The order for a signal, or None and why not."""
    symbol, side, price = str(found["symbol"]), str(found["side"]), float(found["price"])
    if state["circuit_breaker"]:
        return None, "circuit breaker is open"
    if side == "SELL" and symbol not in positions:
        return None, f"nothing to sell of {symbol}"
    if side == "BUY" and symbol in positions:
        return None, f"{symbol} is held already"
    if side == "BUY" and exposure() + BALANCE * MAX_POSITION > BALANCE * MAX_EXPOSURE + 1e-6:
        return None, "exposure limit reached"
    quantity = positions[symbol][0] if side == "SELL" else BALANCE * MAX_POSITION / price
    return {
        "order_id": f"order-{uuid.uuid4().hex[:12]}",
        "symbol": symbol,
        "side": side,
        "quantity": round(quantity, 8),
        "price": price,
        "stop_loss": price * (1 - STOP_LOSS),
        "timestamp": int(time.time() * 1000),
    }, ""


def settle(result: dict[str, float | str]) -> str:
    """Book an order's result; the text of an alert if the day went too badly."""
    symbol, quantity, price = str(result["symbol"]), float(result["filled_quantity"]), float(result["average_price"])
    if result["status"] != "FILLED":
        return ""
    if result["side"] == "BUY":
        positions[symbol] = (quantity, price)
    elif symbol in positions:
        _, bought = positions.pop(symbol)
        state["daily_pnl"] = float(state["daily_pnl"]) + (price - bought) * quantity
    if float(state["daily_pnl"]) < -BALANCE * MAX_DRAWDOWN and not state["circuit_breaker"]:
        state["circuit_breaker"] = True
        return f"daily loss {state['daily_pnl']:.2f}: circuit breaker open"
    return ""


def handle(client: redis.Redis, channel: str, body: dict[str, float | str]) -> None:
    if channel == "order_results":
        counts["order_results_received"] += 1
        if alert := settle(body):
            client.publish("alerts", json.dumps({"level": "CRITICAL", "message": alert}))
        return
    counts["signals_received"] += 1
    order, why = judge(body)
    counts["orders_approved" if order else "orders_blocked"] += 1
    if order:
        client.publish("orders", json.dumps(order))
        print(f"order: {order['side']} {order['quantity']} {order['symbol']}")
    else:
        client.publish("alerts", json.dumps({"level": "WARNING", "message": why}))


def listen(client: redis.Redis) -> None:
    channel = client.pubsub()
    channel.subscribe("signals", "order_results")
    state["status"] = "running"
    for message in channel.listen():
        if message["type"] == "message":
            handle(client, message["channel"], json.loads(message["data"]))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            self.reply(200, json.dumps({"service": "risk_manager", "status": state["status"], "timestamp": int(time.time())}))
        elif self.path == "/status":
            self.reply(200, json.dumps({**state, **counts, "exposure": exposure(), "positions": len(positions), "balance": BALANCE}))
        elif self.path == "/metrics":
            lines = [f"# TYPE {name}_total counter\n{name}_total {value}\n" for name, value in counts.items()]
            gauges = {"exposure": exposure(), "circuit_breaker": int(bool(state["circuit_breaker"]))}
            lines += [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in gauges.items()]
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
