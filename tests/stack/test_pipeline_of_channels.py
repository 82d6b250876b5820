"""The stand-ins of stack/ trade on paper, and start as the originals do."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from redis import Redis

from tests.stack.programs import Programs, Running, free_port, get, until

Environment = Mapping[str, Mapping[str, str]]


def connect(postgres: Running, user: str, environment: Environment) -> psycopg.Connection:
    settings = environment["postgres"]
    where = f"host=127.0.0.1 port={postgres.port} dbname={settings['POSTGRES_DB']} user={user}"
    return psycopg.connect(where, password=settings["POSTGRES_PASSWORD"])


def rows(postgres: Running, environment: Environment, query: str) -> list[tuple[Any, ...]]:
    with connect(postgres, environment["postgres"]["POSTGRES_USER"], environment) as connection:
        return connection.execute(query.encode()).fetchall()


def client(redis: Running, environment: Environment) -> Redis:
    return Redis(host="127.0.0.1", port=redis.port, password=environment["redis"]["REDIS_PASSWORD"], decode_responses=True)


def listen(*services: Running) -> None:
    for service in services:
        until(partial(service.json, "/health"), f"{service.log.stem} listens")


@pytest.fixture
def exchange() -> Iterator[str]:
    """Something that answers like the exchange's ticker."""

    class Ticker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = [{"symbol": "ABC_USDT", "lastPrice": 2.5, "amount24": 1e6, "riseFallRate": 0.1}]
            body = json.dumps({"data": found}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ticker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_price_of_the_screener_becomes_an_order_and_a_trade_in_postgres(
    programs: Programs, redis: Running, postgres: Running, environment: Environment
) -> None:
    execution = programs.service("execution_service", redis.port, postgres.port)
    risk = programs.service("risk_manager", redis.port)
    engine = programs.service("signal_engine", redis.port)
    listen(execution, risk, engine)
    screener = programs.service("bot_ws", redis.port)

    # no bought position without a row, and nothing in the tables that the API does not show
    until(lambda: rows(postgres, environment, "SELECT 1 FROM trades WHERE side = 'SELL'"), "a position is bought and sold")
    orders = rows(postgres, environment, "SELECT order_id, side, type, status, exchange_order_id, filled_at FROM orders")
    assert all(order[2:4] == ("MARKET", "FILLED") and order[4] == f"MOCK-{order[0]}" and order[5] for order in orders)
    assert {order[0] for order in orders} <= {order["order_id"] for order in execution.json("/orders")}
    assert screener.json("/health")["published"] > 0
    assert engine.json("/status")["signals_generated"] > 0
    assert risk.json("/status")["order_results_received"] > 0
    assert risk.json("/status")["balance"] == 10000


def test_the_signal_generator_stands_in_for_screener_and_engine(
    programs: Programs, redis: Running, postgres: Running, environment: Environment
) -> None:
    before = len(rows(postgres, environment, "SELECT 1 FROM orders"))
    execution = programs.service("execution_service", redis.port, postgres.port)
    risk = programs.service("risk_manager", redis.port)
    listen(execution, risk)
    programs.service("signal_generator", redis.port)
    until(lambda: len(rows(postgres, environment, "SELECT 1 FROM orders")) > before, "an order reaches the table")


@pytest.mark.parametrize(
    ("key", "answers"),
    [
        ("bot_ws", {"/health": 200, "/top5": 200, "/metrics": 404, "/status": 404}),
        ("signal_engine", {"/health": 200, "/status": 200, "/metrics": 200, "/orders": 404}),
        ("risk_manager", {"/health": 200, "/status": 200, "/metrics": 200, "/orders": 404}),
        ("execution_service", {"/health": 200, "/status": 200, "/metrics": 200, "/orders": 200, "/top5": 404}),
    ],
)
def test_each_service_answers_on_its_endpoints_and_on_no_other(
    programs: Programs, redis: Running, postgres: Running, key: str, answers: Mapping[str, int]
) -> None:
    service = programs.service(key, redis.port, postgres.port)
    listen(service)
    assert {path: get(service.port, path)[0] for path in answers} == answers
    if answers["/metrics"] == 200:
        assert get(service.port, "/metrics")[1].startswith("# TYPE ")


def test_the_screener_without_redis_is_healthy_and_never_publishes(programs: Programs, environment: Environment) -> None:
    port = free_port()
    screener = programs.service("bot_ws", port)
    until(lambda: screener.json("/health")["status"] == "ok", "prices flow")
    redis = programs.redis(port)
    listener = client(redis, environment)
    channel = listener.pubsub()  # type: ignore[no-untyped-call]  # the library's own gap
    channel.subscribe("market_data")
    time.sleep(0.5)
    assert channel.get_message(ignore_subscribe_messages=True) is None
    health = screener.json("/health")
    assert (health["redis"], health["published"]) == (False, 0)
    assert len(screener.json("/top5")) == 5
    channel.close()
    listener.close()


@pytest.mark.parametrize("key", ["signal_engine", "risk_manager"])
def test_engine_and_risk_end_at_once_without_redis(programs: Programs, key: str) -> None:
    service = programs.service(key, free_port())
    assert service.ended() == 1
    assert "Redis is not there" in service.said()


@pytest.mark.parametrize("key", ["signal_engine", "risk_manager"])
def test_engine_and_risk_end_with_a_wrong_password(programs: Programs, redis: Running, key: str) -> None:
    assert programs.service(key, redis.port, REDIS_PASSWORD="another").ended() == 1  # the default of S4: redis-cli would not notice


@pytest.mark.parametrize("key", ["signal_engine", "risk_manager"])
def test_engine_and_risk_end_when_redis_is_lost(programs: Programs, key: str) -> None:
    redis = programs.redis()
    service = programs.service(key, redis.port)
    until(lambda: service.json("/health")["status"] == "running", "listens")
    redis.stop()
    assert service.ended() == 1


@pytest.mark.parametrize("key", ["signal_engine", "risk_manager"])
def test_engine_and_risk_end_cleanly_on_sigterm(programs: Programs, redis: Running, key: str) -> None:
    service = programs.service(key, redis.port)
    until(lambda: service.json("/health")["status"] == "running", "listens")
    service.process.send_signal(signal.SIGTERM)
    assert service.ended() == 0


def test_execution_tries_redis_five_times_every_two_seconds(programs: Programs) -> None:
    service = programs.service("execution_service", free_port(), free_port(), quick=True)
    assert service.ended() == 1
    assert service.said().count("pause 2") == 4
    assert "Redis, attempt 5 of 5" in service.said()
    assert "Redis is not there" in service.said()


def test_execution_tries_postgres_three_times_every_four_seconds(programs: Programs, redis: Running) -> None:
    service = programs.service("execution_service", redis.port, free_port(), quick=True)
    assert service.ended() == 1
    assert service.said().count("pause 4") == 2
    assert "Postgres, attempt 3 of 3" in service.said()


def test_execution_listens_only_when_redis_is_there_and_stays_healthy_without_it(programs: Programs, postgres: Running) -> None:
    port = free_port()
    service = programs.service("execution_service", port, postgres.port)
    until(lambda: "Redis, attempt 1" in service.said(), "the first attempt fails")
    with pytest.raises(OSError, match="refused"):
        get(service.port, "/health")
    redis = programs.redis(port)
    listen(service)
    redis.stop()
    assert service.json("/health")["status"] == "ok"


def test_execution_keeps_listening_after_sigterm(programs: Programs, redis: Running, postgres: Running) -> None:
    service = programs.service("execution_service", redis.port, postgres.port)
    listen(service)
    service.process.send_signal(signal.SIGTERM)
    until(lambda: service.json("/status")["running"] is False, "the consumer stops")
    assert service.json("/health")["status"] == "ok"


def test_database_url_wins_over_the_postgres_variables(programs: Programs, redis: Running, postgres: Running) -> None:
    with_url = programs.service("execution_service", redis.port, postgres.port, POSTGRES_HOST="127.0.0.1", POSTGRES_PORT=str(free_port()))
    without = programs.service("execution_service", redis.port, postgres.port, DATABASE_URL="")
    listen(with_url, without)


@pytest.mark.parametrize("user", ["cdb_user", "somebody_else"])
def test_the_schema_suits_whoever_is_configured(programs: Programs, environment: Environment, user: str) -> None:
    with connect(programs.postgres(user), user, environment) as connection:
        found = connection.execute("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public'").fetchall()
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [("1.0.0",)]
        assert connection.execute("SELECT trades FROM v_current_performance").fetchall() == [(0,)]
    tables = {name for name, kind in found if kind == "BASE TABLE"}
    named = "signals trades risk_events positions orders balances health_checks metrics strategy_params schema_version"
    assert tables == set(named.split())
    assert {name for name, kind in found if kind == "VIEW"} == {"v_current_performance", "v_last_24h_stats"}


def test_the_rest_screener_looks_once_and_ends(programs: Programs, redis: Running, environment: Environment, exchange: str) -> None:
    found = programs.service("bot_rest", redis.port, MEXC_BASE=exchange)
    assert found.ended() == 0
    store = client(redis, environment)
    assert json.loads(str(store.get("top_movers:1m"))) == [{"symbol": "ABC_USDT", "rate": 0.1}]
    store.close()


def test_the_screeners_live_without_the_exchange(programs: Programs, redis: Running) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert programs.service("bot_rest", redis.port, MEXC_BASE=nowhere).ended() == 0
    screener = programs.service("bot_ws", redis.port, MEXC_BASE=nowhere, MARKET_DATA="auto")
    until(lambda: screener.json("/health")["published"] > 0, "synthetic prices flow")
    assert "synthetic prices from now on" in screener.said()


def test_the_screener_takes_the_exchange_s_prices_and_keeps_to_its_list(programs: Programs, redis: Running, exchange: str) -> None:
    screener = programs.service("bot_ws", redis.port, MEXC_BASE=exchange, MARKET_DATA="auto")
    until(lambda: screener.json("/health")["published"] > 0, "prices flow")
    assert [move["symbol"] for move in screener.json("/top5")] == ["ABC_USDT"]
    strict = programs.service("bot_ws", redis.port, MEXC_BASE=exchange, MARKET_DATA="live", SYMBOL_WHITELIST="XYZ_USDT")
    until(lambda: strict.json("/health")["status"] == "ok", "prices flow")
    assert strict.json("/top5") == []
