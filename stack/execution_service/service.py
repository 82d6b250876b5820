"""Execution service (stand-in): `orders` in, rows in Postgres, `order_results` out; trades on paper only.

As the original does: it tries Redis 5 times every 2 s, then Postgres 3 times every 4 s, and ends with status 1; it listens only after
both; /health is always 200 from then on; DATABASE_URL wins over all POSTGRES_*; SIGTERM only stops the consumer.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

try:
    import psycopg
except ImportError:  # Debian 12 has the older one
    import psycopg2 as psycopg

PORT = 8003
MOCK_TRADING = os.getenv("MOCK_TRADING", "true").lower() == "true"
LOG_LEVEL = os.getenv("LOG_LEVEL", "INFO")
DATABASE_URL = os.getenv("DATABASE_URL", "")

ORDER = """INSERT INTO orders (order_id, symbol, side, type, quantity, price, filled_quantity, average_price, status, exchange_order_id,
submitted_at, filled_at) VALUES (%s, %s, %s, 'MARKET', %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (order_id) DO UPDATE SET status = EXCLUDED.status, filled_quantity = EXCLUDED.filled_quantity"""
TRADE = (
    "INSERT INTO trades (order_id, symbol, side, quantity, entry_price, status, entry_timestamp) VALUES (%s, %s, %s, %s, %s, 'OPEN', %s)"
)
RECENT = "SELECT order_id, symbol, side, quantity::float, average_price::float, status FROM orders ORDER BY id DESC LIMIT 50"

counts = {"orders_received": 0, "orders_filled": 0, "orders_failed": 0}
state = {"running": True}


def connect_redis() -> redis.Redis:
    client = redis.Redis(
        host=os.getenv("REDIS_HOST", "redis"),
        port=int(os.getenv("REDIS_PORT", "6379")),
        password=os.getenv("REDIS_PASSWORD") or None,
        db=int(os.getenv("REDIS_DB", "0")),
        retry=Retry(NoBackoff(), 0),  # newer clients try for seconds by themselves
        decode_responses=True,
        socket_connect_timeout=3,
    )
    client.ping()
    return client


def connect_postgres() -> Any:
    if DATABASE_URL:
        return psycopg.connect(DATABASE_URL, connect_timeout=3)
    return psycopg.connect(
        host=os.getenv("POSTGRES_HOST", "cdb_postgres"),
        port=os.getenv("POSTGRES_PORT", "5432"),
        user=os.getenv("POSTGRES_USER", "cdb_user"),
        password=os.getenv("POSTGRES_PASSWORD", "cdb_password"),
        dbname=os.getenv("POSTGRES_DB", "claire_de_binare"),
        connect_timeout=3,
    )


def retry(what: str, connect: Callable[[], Any], times: int, pause: float) -> Any:
    for attempt in range(1, times + 1):
        try:
            return connect()
        except (redis.RedisError, psycopg.Error) as error:
            print(f"{what}, attempt {attempt} of {times}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
        if attempt < times:
            time.sleep(pause)
    print(f"{what} is not there")
    sys.exit(1)


def write(statements: list[tuple[str, tuple[object, ...]]]) -> None:
    """One transaction on a connection of its own: a database that was away for a while is no reason to end."""
    connection = connect_postgres()
    try:
        with connection.cursor() as cursor:
            for text, values in statements:
                cursor.execute(text, values)
        connection.commit()
    finally:
        connection.close()


def read(query: str) -> list[tuple[Any, ...]]:
    connection = connect_postgres()
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
    finally:
        connection.close()


def execute(order: dict[str, Any]) -> dict[str, Any]:
    """Fill an order on paper, with a little slippage, and write it down."""
    now = int(time.time() * 1000)
    price = float(order["price"]) * (1 + random.uniform(-0.0005, 0.0005))
    identity, symbol, side, quantity = order["order_id"], order["symbol"], order["side"], float(order["quantity"])
    row = (identity, symbol, side, quantity, order["price"], quantity, price, "FILLED", f"MOCK-{identity}", now, now)
    write([(ORDER, row), (TRADE, (identity, symbol, side, quantity, price, now))])
    return {
        "order_id": identity,
        "symbol": symbol,
        "side": side,
        "status": "FILLED",
        "filled_quantity": quantity,
        "average_price": price,
        "timestamp": now,
    }


def consume(client: redis.Redis) -> None:
    while state["running"]:
        try:
            channel = client.pubsub()
            channel.subscribe("orders")
            while state["running"]:
                message = channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message:
                    handle(client, json.loads(message["data"]))
        except redis.RedisError as error:
            print(f"Redis is away: {error}")
            time.sleep(2)


def handle(client: redis.Redis, order: dict[str, Any]) -> None:
    counts["orders_received"] += 1
    try:
        result = execute(order)
    except (psycopg.Error, KeyError, ValueError, TypeError) as error:
        counts["orders_failed"] += 1
        print(f"order {order.get('order_id')} is not written: {error}")
        client.publish("alerts", json.dumps({"level": "ERROR", "message": f"order {order.get('order_id')} failed"}))
        return
    counts["orders_filled"] += 1
    client.publish("order_results", json.dumps(result))
    print(f"filled: {result['side']} {result['filled_quantity']} {result['symbol']} at {result['average_price']:.4f}")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            self.reply(200, json.dumps({"service": "execution_service", "status": "ok"}))
        elif self.path == "/status":
            self.reply(200, json.dumps({**state, **counts, "mode": "mock" if MOCK_TRADING else "paper", "log_level": LOG_LEVEL}))
        elif self.path == "/metrics":
            lines = [f"# TYPE {name}_total counter\n{name}_total {value}\n" for name, value in counts.items()]
            self.reply(200, "".join(lines), "text/plain; version=0.0.4")
        elif self.path == "/orders":
            self.orders()
        else:
            self.reply(404, json.dumps({"error": "not found"}))

    def orders(self) -> None:
        names = ("order_id", "symbol", "side", "quantity", "average_price", "status")
        try:
            self.reply(200, json.dumps([dict(zip(names, row, strict=True)) for row in read(RECENT)]))
        except psycopg.Error as error:
            self.reply(500, json.dumps({"error": type(error).__name__}))

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
    signal.signal(signal.SIGTERM, lambda *_: state.update(running=False))
    client = retry("Redis", connect_redis, 5, 2)
    retry("Postgres", connect_postgres, 3, 4).close()
    threading.Thread(target=consume, args=(client,), daemon=True).start()
    print(f"listening on {PORT}")
    ThreadingHTTPServer(("", PORT), Handler).serve_forever()


if __name__ == "__main__":
    main()
