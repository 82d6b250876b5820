"""The lines of a file with a secret that is written out, and not those with a reference, a path or a word of a form."""

from __future__ import annotations

import pytest

from converter.compose.file_passwords import secret_lines


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("p.yml", "basic_auth: {username: prom, password: sCANARY}"),
        ("p.yml", "      password: 'sCANARY'  # of the metrics"),
        ("p.yml", "    credentials: sCANARY"),
        ("p.yaml", "smtp_auth_password: canary"),
        ("i.sql", "CREATE ROLE ro LOGIN PASSWORD 'qCANARY';"),
        ("i.sql", "create user 'u'@'%' identified by 'canary';"),
        ("i.sql", "ALTER USER u IDENTIFIED WITH mysql_native_password BY 'canary';"),
        ("i.sql", "CREATE LOGIN u WITH PASSWORD = N'canary';"),
        ("init.sh", "    CREATE USER app WITH ENCRYPTED PASSWORD 'canary';"),
        ("e.conf", "requirepass rCANARY"),
        ("redis.conf.template", 'masterauth "canary"'),
        ("users.acl", "user app on ~* +@all >canary"),
        ("app.ini", "password = canary"),
        ("app.ini", "secret_key=canary"),
        ("app.cfg", "conn = host=db user=u password=canary dbname=d"),
        ("a.json", '"password": "canary",'),
        ("a.json", '{"db":{"clientSecret":"canary"}}'),
        ("logstash.conf", 'password => "canary"'),
        ("a.properties", "spring.datasource.password=canary"),
        ("a.toml", 'token = "canary"'),
        ("users.xml", "<password>canary</password>"),
        ("server.xml", '<user username="u" password="canary"/>'),
        ("a.yml", "password: '!canary'"),
        ("a.yml", "db_password: 123456"),
        ("a.yml", "app_key: c4nary-c4nary"),
        ("a.py", "DB = 'postgres://u:canary@db/d'"),
    ],
)
def test_a_line_with_a_secret_is_told(name: str, line: str) -> None:
    assert [number for number, _ in secret_lines(name, f"a = b\n\n{line}\n")] == [3]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("p.yml", "password_file: /run/secrets/x"),
        ("p.yml", "# password: canary"),
        ("p.yml", "user: a # password: canary"),
        ("p.yml", "password: ${PASSWORD}"),
        ("p.yml", "password: $PASSWORD"),
        ("p.yml", "password: !env PASSWORD"),
        ("p.yml", "password: <password>"),
        ("p.yml", 'password: "{{ password }}"'),
        ("p.yml", "password: prefix-${PASSWORD}"),
        ("p.yml", "password: true"),
        ("p.yml", "password:"),
        ("p.yml", 'password: ""'),
        ("p.yml", "password: null"),
        ("p.yml", "password: /run/secrets/x"),
        ("p.yml", "password: *password"),
        ("p.yml", "token_port: 8080"),
        ("p.yml", "token: 8080"),
        ("p.yml", "sort_key: name"),
        ("p.yml", "label_key: instance"),
        ("p.yml", "project_key: project1"),
        ("p.yml", "key: canary"),
        ("p.yml", "tokenizer: standard"),
        ("p.yml", "password: type the password here"),
        ("p.yml", "password: { type: string }"),
        ("p.yml", "password: |"),
        ("p.yml", "type: password"),
        ("a.ini", "password = %(password)s"),
        ("a.ini", "password = $__env{PASSWORD}"),
        ("a.ini", "password = $__file{/run/secrets/x}"),
        ("a.ini", ";password = canary"),
        ("a.ini", "password = ********"),
        ("a.json", '"password": "Password",'),
        ("de.json", '"password": "Kennwort",'),
        ("zh.json", '"password": "密码",'),
        ("package.json", '"auth-token": "^4.0.0",'),
        ("ci.yml", "from_secret: registry_password"),
        ("ci.yml", "id-token: write"),
        ("a.conf.template", 'password = "###PASSWORD###"'),
        ("main.hcl", "access_key = var.aws_access_key"),
        ("a.json", '"tokens": ["a"],'),
        ("nginx.conf", "ssl_certificate_key /etc/nginx/tls.key;"),
        ("nginx.conf", "proxy_cache_key $scheme$host;"),
        ("nginx.conf", "    fastcgi_pass php-handler;"),
        ("nginx.conf", "set $token canary;"),
        ("i.sql", "CREATE TABLE u (password VARCHAR(255) NOT NULL);"),
        ("i.sql", "-- PASSWORD 'canary'"),
        ("i.sql", "CREATE ROLE ro PASSWORD :'password';"),
        ("i.sql", "CREATE ROLE ro PASSWORD '${PASSWORD}';"),
        ("init.sh", 'PASSWORD="$1"'),
        ("init.sh", "CREATE ROLE ro PASSWORD '$PASSWORD';"),
        ("a.py", "password = canary"),
        ("a.js", "const password = 'canary'"),
        ("a.php", "$password = 'canary';"),
        ("page.html", '<input name="password" password="canary">'),
    ],
)
def test_a_line_without_one_is_not(name: str, line: str) -> None:
    assert not list(secret_lines(name, f"{line}\n"))
