"""A second copy of a secret value is found wherever it would be plain, and told without the value."""

from __future__ import annotations

from pathlib import Path

from converter.compose.secret_copies import copies
from tests.compose.made import made

_VALUE = "c4nary-c4nary"


def test_a_copy_in_a_bound_file_a_command_or_a_label_is_found(tmp_path: Path) -> None:
    text = """
        services:
          web:
            image: x:1
            environment: {DB_PASSWORD: "${DB_PASSWORD}"}
            command: [serve, "--db=c4nary-c4nary"]
            labels: {db: "as c4nary-c4nary"}
            volumes: ['./app.rules:/etc/app.rules:ro']
            configs: [a]
        configs: {a: {content: "x = c4nary-c4nary"}}
    """
    files: dict[str, str | bytes] = {".env": f"DB_PASSWORD={_VALUE}\n", "app.rules": f"rule one\nuse {_VALUE};\n"}
    found = list(copies(made(tmp_path, text, files)))

    assert [(one.route, one.what) for one in found] == [
        (("services", "web", "command"), "'command' of service 'web' has the value of the secret 'DB_PASSWORD'"),
        (("services", "web", "labels", "db"), "'labels' of service 'web' has the value of the secret 'DB_PASSWORD'"),
        (("services", "web", "volumes", "/etc/app.rules"), "'./app.rules' has the value of the secret 'DB_PASSWORD' in line 2"),
        (("configs", "a", "content"), "config 'a' has the value of the secret 'DB_PASSWORD' in line 1"),
    ]


def test_the_values_of_the_compose_file_an_env_file_and_a_url_are_known(tmp_path: Path) -> None:
    text = """
        services:
          web:
            image: x:1
            env_file: web.env
            environment: {API_TOKEN: t0ken-t0ken, STORE: "postgres://u:c4nary-url@db/d"}
            command: [t0ken-t0ken, c4nary-file, c4nary-url]
    """
    found = list(copies(made(tmp_path, text, {"web.env": "MAIL_PASSWORD=c4nary-file\n"})))

    assert [one.what.rpartition(" ")[2] for one in found] == ["'API_TOKEN'", "'MAIL_PASSWORD'", "'STORE'"]


def test_a_short_value_a_word_a_name_and_a_part_of_a_word_are_no_copies(tmp_path: Path) -> None:
    text = """
        services:
          web:
            image: acme/shop-web-1:2
            environment: {A_PASSWORD: c4nary, B_PASSWORD: postgresql, C_PASSWORD: shop-web-1, D_PASSWORD: user_name1, USER: user_name1}
            command: [c4nary, postgresql, shop-web-1, user_name1, xc4nary-c4naryx]
          other: {image: x:1, environment: {E_PASSWORD: c4nary-c4nary}, configs: [a]}
        configs: {a: {file: ./secret.key}}
    """

    assert not list(copies(made(tmp_path, text, {"secret.key": _VALUE})))
