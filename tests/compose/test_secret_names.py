"""A name says whether a value is secret; the value has no part in it."""

from __future__ import annotations

import pytest

from converter.compose.secret_names import is_secret_name, is_switch


@pytest.mark.parametrize(
    "name",
    [
        "POSTGRES_PASSWORD",
        "MYSQL_ROOT_PASSWORD",
        "PGPASSWORD",
        "REDIS_PASSWD",
        "DB_PASS",
        "MAIL_PW",
        "PGPASS",
        "MYSQL_PWD",
        "JWT_SECRET",
        "SECRET_KEY_BASE",
        "CLIENT_SECRET",
        "GITHUB_TOKEN",
        "INFLUXDB_ADMIN_TOKEN",
        "MEXC_API_KEY",
        "OPENAI_APIKEY",
        "WEBPUSH_VAPID_PRIVATE_KEY",
        "CORE_MACHINEKEY",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_CREDENTIALS",
        "APP_KEY",
        "N8N_ENCRYPTION_KEY",
        "KEYCLOAK_ADMIN_PASSWORD",
        "VALKEY_PASSWORD",
        "db_password",
        "dbPassword",
        "spring.datasource.password",
        "AUTH_SALT",
        "REDISCLI_AUTH",
        "BASIC_AUTH",
        "FLOWER_BASICAUTH",
        "HTPASSWD",
        "SLACK_WEBHOOK",
        "ALERTS_DISCORD_WEBHOOK_URL",
        "TOKEN",
        "PASSPHRASE",
        "GF_SECURITY_ADMIN_PASSWORD",
        "Auth__ClientSecret",
        "SSL_KEY_PASSWORD",
        "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
        "RABBITMQ_ERLANG_COOKIE",
        "RELEASE_COOKIE",
        "HTTP_BASIC",
        "DBPASS",
        "LDAP_ROOTPASS",
    ],
)
def test_a_secret_is_told_by_its_name(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "POSTGRES_PASSWORD_FILE",
        "SECRETS_DIR",
        "TOKEN_PATH",
        "CREDENTIALS_FILEPATH",
        "SECRET_NAME",
        "AWS_ACCESS_KEY_ID",
        "TOKEN_URL",
        "PASSWORD_USER",
        "SECRETS_HOST",
        "TOKEN_TTL",
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "TOKEN_TYPE",
        "API_KEY_ENABLED",
        "PASSWORD_LENGTH",
        "TOKEN_SIZE",
        "JWT_PUBLIC_KEY",
        "WEBPUSH_VAPID_PUBLIC_KEY",
        "KEYCLOAK_URL",
        "VALKEY_ADDR",
        "MONKEY",
        "KEYBOARD",
        "ALLOW_EMPTY_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
        "MAX_TOKENS",
        "PRIMARY_KEY",
        "REDIS_HOST",
        "PASSTHROUGH",
        "COMPASS",
        "PWD",
        "OLDPWD",
        "KEY",
        "KEYSPACE",
        "MYSQL_ALLOW_EMPTY_PASSWORD_MODE",
        "TOKEN_ISSUER",
        "MIN_PASSWORD_LENGTH",
        "DATABASE_URL",
        "LOG_LEVEL",
        "BYPASS",
        "BASIC_AUTH_USER",
        "N8N_BASIC_AUTH_ACTIVE",
        "WEBHOOK_URL",
        "HTPASSWD_FILE",
    ],
)
def test_what_only_speaks_of_a_secret_is_none(name: str) -> None:
    assert not is_secret_name(name)


def test_the_overlay_adds_names_and_patterns() -> None:
    assert is_secret_name("LICENSE", ["LICENSE"])
    assert is_secret_name("ACME_EMAIL", ["ACME_*"])
    assert not is_secret_name("LICENSE", ["OTHER"])


@pytest.mark.parametrize("text", ["", " ", "true", "False", "yes", "NO", "on", "off"])
def test_an_empty_value_and_a_switch_are_no_secrets(text: str) -> None:
    assert is_switch(text)
    assert not is_switch("x" + text)
