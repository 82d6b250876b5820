"""What a healthcheck says, and which tests say yes too early."""

from __future__ import annotations

from typing import Any

import pytest

from converter.compose.healthchecks import Healthcheck, healthcheck, parse, simple_command, stricter
from tests.rules.projects import project_of


def test_times_are_whole_seconds_and_dockers_where_none_are_given() -> None:
    assert parse({"test": ["CMD", "x"]}) == Healthcheck(("x",), 30, 30, 3, 0, 0)
    said = {"test": ["CMD", "x"], "interval": "500ms", "timeout": "1m30s", "retries": 5, "start_period": "2s", "start_interval": "1500ms"}
    assert parse(said) == Healthcheck(("x",), 1, 90, 5, 2, 2)


@pytest.mark.parametrize("raw", [{}, {"interval": "5s"}, {"test": ["NONE"]}, {"test": []}, {"test": ["CMD", "x"], "disable": True}])
def test_without_a_test_there_is_no_check(raw: dict[str, Any]) -> None:
    assert healthcheck(project_of({"web": {"healthcheck": raw}}), "web") is None


@pytest.mark.parametrize("test", ["x -y", ["CMD-SHELL", "x -y"], ["x", "-y"]])
def test_a_script_is_run_by_the_shell(test: Any) -> None:
    check = parse({"test": test})

    assert check is not None
    assert check.words == ("/bin/sh", "-c", "x -y")
    assert check.script == "x -y"


def test_an_argument_list_is_no_script() -> None:
    check = parse({"test": ["CMD", "x", "-y"]})

    assert check is not None
    assert check.script is None


@pytest.mark.parametrize("script", ["x | y", "x && y", "x; y", "x > f", "x &"])
def test_a_script_of_several_commands_is_no_simple_one(script: str) -> None:
    assert simple_command(("/bin/sh", "-c", script)) is None


PINGS = [
    "redis-cli ping",
    "redis-cli ping || exit 1",
    "redis-cli -h 127.0.0.1 -p 6379 --no-auth-warning -a $REDIS_PASSWORD PING",
    'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping',
    "redis-cli -a $(cat /run/secrets/password) ping",
    'sh -c "redis-cli -a $REDIS_PASSWORD ping"',
    "sh -c 'redis-cli -a \"$REDIS_PASSWORD\" ping'",
    "/usr/local/bin/valkey-cli ping",
]
NO_PINGS = [
    "redis-cli --raw incr ping",
    "redis-cli ping | grep PONG",
    "redis-cli get ping",
    "redis-cli",
    "ping redis",
    "redis-cli ping; true",
]


@pytest.mark.parametrize("script", PINGS)
def test_s4_a_ping_of_redis_counts_only_if_it_is_answered(script: str) -> None:
    words, why = stricter(project_of({"redis": {}}), "redis", ("/bin/sh", "-c", script))

    assert words == ("/bin/sh", "-c", script.removesuffix(" || exit 1") + " | grep -q PONG")
    assert "refuses the password" in why


@pytest.mark.parametrize("script", NO_PINGS)
def test_other_tests_of_redis_stay(script: str) -> None:
    assert stricter(project_of({"redis": {}}), "redis", ("/bin/sh", "-c", script)) == (("/bin/sh", "-c", script), "")


def test_an_argument_list_that_pings_gets_a_shell() -> None:
    words, _ = stricter(project_of({"redis": {}}), "redis", ("redis-cli", "-a", "$x y", "ping"))

    assert words == ("/bin/sh", "-c", "redis-cli -a '$x y' ping | grep -q PONG")


def test_s15_pg_isready_asks_by_tcp() -> None:
    project = project_of({"db": {}})

    assert stricter(project, "db", ("pg_isready", "-U", "a"))[0] == ("pg_isready", "-h", "127.0.0.1", "-U", "a")
    assert stricter(project, "db", ("/bin/sh", "-c", "pg_isready"))[0] == ("/bin/sh", "-c", "pg_isready -h 127.0.0.1")
    assert stricter(project, "db", ("/bin/sh", "-c", "x && /usr/bin/pg_isready -q"))[0][2] == "x && /usr/bin/pg_isready -h 127.0.0.1 -q"


@pytest.mark.parametrize(
    ("service", "script"),
    [
        ({}, "pg_isready -h db"),
        ({}, "pg_isready --host=db"),
        ({}, "pg_isready -d 'host=db'"),
        ({}, "check_pg_isready_twice"),
        ({"environment": {"PGHOST": "/tmp"}}, "pg_isready"),
        ({"command": ["postgres", "-c", "listen_addresses="]}, "pg_isready"),
    ],
)
def test_pg_isready_stays_where_it_is_told_whom_to_ask(service: dict[str, Any], script: str) -> None:
    words = ("/bin/sh", "-c", script)

    assert stricter(project_of({"db": service}), "db", words) == (words, "")
