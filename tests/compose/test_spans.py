"""Passwords where only a password can stand: URLs, options, assignments."""

from __future__ import annotations

import pytest

from converter.compose.spans import addresses, has_password, in_words, url_passwords

_NO_URL_PASSWORD = [
    "http://host:8080/path",
    "http://host:8080/a@b",  # a port, then a path
    "postgres://user@host/db",
    "postgres://user:@host/db",
    "redis://:$PASSWORD@host",  # the shell fills it in
    "redis://:${PASSWORD}@host",
    "user:password@host",
    "https://example.com/?q=a:b",
    "tcp://0.0.0.0:1883",
    "kafka://a:9092,b:9092",
]


@pytest.mark.parametrize("text", _NO_URL_PASSWORD)
def test_a_url_without_a_password_has_none(text: str) -> None:
    assert not list(url_passwords(text))
    assert not has_password(text)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("postgres://u:canary@h/d", "canary"),
        ("redis://:canary@h:6379/0", "canary"),
        ("amqp://u:can@ary@h//", "can@ary"),
        ("mongodb+srv://u:can/ary@h", "can/ary"),
        ("curl http://u:canary@h/x and more", "canary"),
        ("postgres://u:1234@h/d", "1234"),
        ('"postgres://u:canary@h/d"', "canary"),
    ],
)
def test_the_password_of_a_url_is_found(text: str, password: str) -> None:
    assert [text[span.start : span.end] for span in url_passwords(text)] == [password]
    assert has_password(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Server=db;User=sa;Password=canary;", True),
        ("AccountName=shop;AccountKey=canary==;EndpointSuffix=core", True),
        ("jdbc:postgresql://h/d?user=u&password=canary", True),
        ("host=db user=u password=canary", True),
        ('{"spring":{"db.password":"canary"}}', True),
        ("https://hooks/x?token=canary", True),
        ("Bearer c4nary-c4nary", True),
        ("authorization=Bearer c4nary-c4nary", True),
        ("Bearer tokens are long", False),
        ("Bearer authorization", False),
        ("Bearer $TOKEN_OF_2", False),
        ('{"password": "", "passwords": 3}', False),
        ("Server=db;Integrated Security=true", False),
        ("password=$PW", False),
        ("password=true", False),
    ],
)
def test_the_password_of_a_connection_string_is_found(text: str, expected: bool) -> None:  # noqa: FBT001 (a parameter)
    assert has_password(text) is expected


def test_hosts_and_ports_of_a_secret_url_are_told_only_where_they_are_sure() -> None:
    assert addresses("postgres://u:canary@db:5432/d") == ("postgres://db:5432",)
    assert addresses("amqp://u:a@mq-1,amqp://u:b@mq-2:5673") == ("amqp://mq-1", "amqp://mq-2:5673")
    assert addresses("postgres://u:can@ary@db/d") == ()
    assert addresses("postgres://u:can/ary@db/d") == ()


@pytest.mark.parametrize(
    ("words", "secrets"),
    [
        (["redis-server", "--requirepass", "canary"], ["canary"]),
        (["redis-server", "--requirepass=canary", "--port", "1"], ["canary"]),
        (["agent", "--token=canary", "--token-file", "/run/t"], ["canary"]),
        (["agent", "--token", "canary"], ["canary"]),
        (["redis-server", "--masterauth", "canary", "--requirepass", "other"], ["canary", "other"]),
        (["CMD", "redis-cli", "-a", "canary", "ping"], ["canary"]),
        (["CMD-SHELL", "redis-cli -a canary ping | grep PONG"], ["canary"]),
        (["CMD-SHELL", "redis-cli --pass x -a 'canary' ping"], ["canary"]),
        (["sh", "-c", "exec redis-server --requirepass canary --appendonly yes"], ["canary"]),
        (["CMD", "mysqladmin", "ping", "-uroot", "-pcanary"], ["canary"]),
        (["CMD-SHELL", "mysqladmin ping -h localhost -pcanary || exit 1"], ["canary"]),
        (["mariadb", "--password=canary"], ["canary"]),
        (["CMD-SHELL", "/opt/mssql-tools/bin/sqlcmd -U sa -P 'canary' -Q 'select 1'"], ["canary"]),
        (["CMD", "/opt/mssql-tools18/bin/sqlcmd", "-U", "sa", "-P", "canary"], ["canary"]),
        (["CMD-SHELL", "PGPASSWORD=canary psql -c 'select 1'"], ["canary"]),
        (["CMD-SHELL", "MYSQL_PWD='canary' mysql; REDISCLI_AUTH=other redis-cli ping"], ["canary", "other"]),
        (["env", "API_TOKEN=canary", "server"], ["canary"]),
        (["server", "--db.password", "canary"], ["canary"]),
        (["CMD", "curl", "-f", "-u", "elastic:canary", "http://localhost:9200"], ["canary"]),
        (["CMD", "curl", "-uelastic:canary", "--user=elastic:other", "http://localhost:9200"], ["canary", "other"]),
        (["CMD-SHELL", "curl -s -u elastic:canary http://x | grep -q x && curl --user 'a:other' http://y"], ["canary", "other"]),
        (["mongosh", "--password", "canary", "--eval", "1"], ["canary"]),
        (["curl", "-H", "Authorization: Bearer canary", "http://x"], ["canary"]),
        (["curl", "-HX-Api-Key:canary", "--header=X-Auth-Token: other", "http://x"], ["canary", "other"]),
        (["sh", "-c", "curl -H 'authorization: basic canary' http://x; curl -H \"Private-Token: other\" http://y"], ["canary", "other"]),
    ],
)
def test_a_password_in_a_command_is_found(words: list[str], secrets: list[str]) -> None:
    assert [words[number][span.start : span.end] for number, span in in_words(words, ())] == secrets


@pytest.mark.parametrize(
    "words",
    [
        ["redis-server", "--requirepass", "$REDIS_PASSWORD"],
        ["sh", "-c", 'redis-cli -a "$REDIS_PASSWORD" ping'],
        ["sh", "-c", "redis-cli -a $REDIS_PASSWORD ping"],
        ["sh", "-c", "mysqladmin -p$MYSQL_ROOT_PASSWORD ping"],
        ["ls", "-a", "/data"],
        ["sh", "-c", "docker ps -a"],
        ["server", "-p8080"],
        ["sh", "-c", "sqlcmd -P $SA_PASSWORD; nmap -P canary"],
        ["nginx", "-p", "/etc/nginx"],
        ["server", "--password-file", "/run/secrets/x"],
        ["server", "--password-file=/run/secrets/x"],
        ["server", "--password", "--verbose"],
        ["server", "--password"],
        ["mkdir", "-p", "/data"],
        ["sh", "-c", "mkdir -p /data && mysql --version"],
        ["sh", "-c", "PASSWORD_FILE=/x TOKEN=true run"],
        ["server", "--passwordless", "x"],
        ["sh", "-c", "curl -u elastic:$ELASTIC_PASSWORD http://x"],
        ["sh", "-c", 'curl -u "elastic:${ELASTIC_PASSWORD}" http://x'],
        ["CMD", "curl", "-u", "elastic:$ELASTIC_PASSWORD", "http://x"],
        ["sh", "-c", "curl http://x; sort -u a:b"],
        ["docker", "run", "-u", "1000:1000"],
        ["curl", "-H", "Authorization: Bearer $TOKEN", "http://x"],
        ["sh", "-c", 'curl -H "Authorization: Bearer $(cat /run/t)" http://x'],
        ["sh", "-c", "curl -H 'Authorization: Bearer '\"$TOKEN\" http://x"],
        ["curl", "-H", "Authorization: Bearer", "-H", "Accept: text/html", "http://x"],
    ],
)
def test_what_only_looks_like_a_password_in_a_command_is_none(words: list[str]) -> None:
    assert not list(in_words(words, ()))
