"""What names say about hosts: the schemes of URLs, and the variables that hold hosts."""

from __future__ import annotations

import re

SCHEME_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "bolt": 7687,
    "clickhouse": 9000,
    "couchdb": 5984,
    "ftp": 21,
    "gelf": 12201,
    "http": 80,
    "https": 443,
    "ldap": 389,
    "ldaps": 636,
    "mariadb": 3306,
    "memcached": 11211,
    "mongodb": 27017,
    "mqtt": 1883,
    "mqtts": 8883,
    "mysql": 3306,
    "mysql2": 3306,
    "nats": 4222,
    "neo4j": 7687,
    "postgis": 5432,
    "postgres": 5432,
    "postgresql": 5432,
    "pulsar": 6650,
    "redis": 6379,
    "rediss": 6379,
    "sftp": 22,
    "smtp": 25,
    "smtps": 465,
    "sqlserver": 1433,
    "ssh": 22,
    "stomp": 61613,
    "syslog": 514,
    "valkey": 6379,
    "ws": 80,
    "wss": 443,
}
"""The port that a URL without one means, as IANA or the program's own documentation says."""

NO_HOST = frozenset({"abfs", "azblob", "docker", "docker-image", "file", "gcs", "gs", "npipe", "oci", "s3", "s3a", "sqlite", "unix", "urn"})
"""Schemes of URLs whose first part is no host, but an image, a bucket or a path."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HOST_WORD = re.compile(r"HOST|SERVER|URL|URI|ADDR|BROKER|ENDPOINT|NODE|BOOTSTRAP|UPSTREAM|SEED|PEER|TARGET|DSN")
_OTHER_WORD = frozenset({
    "ARGS", "AUTH", "COMMAND", "DATABASE", "DB", "DBNAME", "DIR", "DOMAIN", "ENABLED", "ENV", "FQDN", "ID", "IMAGE", "INDEX", "KEY",
    "METHOD", "MODE", "NAME", "OPTIONS", "OPTS", "PASS", "PASSWORD", "PATH", "PORT", "PREFIX", "QUEUE", "REGION", "ROLE", "SCHEMA",
    "TABLE", "TAG", "TIMEOUT", "TOKEN", "TOPIC", "TYPE", "USER", "USERNAME", "VERSION",
})  # fmt: skip


def names_other(variable: str) -> bool:
    """Whether a variable of this name holds something else than a host: POSTGRES_DB, APP_NAME, LOG_PATH."""
    words = [word.upper() for word in _WORD.findall(variable) if not word.isdecimal()]
    return bool(words) and words[-1] in _OTHER_WORD and words[-2:] != ["HOST", "NAME"]


def names_hosts(variable: str) -> bool:
    """Whether a variable of this name holds hosts: REDIS_HOST, KAFKA_BROKERS, datasource.url; not SERVER_NAME, NODE_ENV, DB_HOST_PORT."""
    words = [word.upper() for word in _WORD.findall(variable)]
    if not words or not any(_HOST_WORD.search(word) for word in words):
        return False
    last = next((word for word in reversed(words) if not word.isdecimal()), "")
    if "INITIAL" in words and last.startswith("NODE"):  # names of members, as Elasticsearch has them
        return False
    return last not in _OTHER_WORD or words[-2:] == ["HOST", "NAME"]
