"""Names: every one is a label; hosts are rewritten by token and only where they surely are hosts."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.compose import names
from converter.compose.project import Settings
from converter.errors import ConverterError
from tests.compose.made import made, of_model

LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")

STACK = of_model({
    "redis": {"image": "redis:7-alpine", "container_name": "cdb_redis"},
    "postgres": {"image": "postgres:15-alpine", "container_name": "cdb_postgres", "environment": {"POSTGRES_DB": "postgres"}},
    "bot_ws": {"image": "x", "container_name": "cdb_ws", "ports": [{"target": 8000, "published": "18000", "protocol": "tcp"}]},
    "execution_service": {"image": "cdb_execution", "links": ["redis:cache_db"]},
    "webMail": {"image": "x/cdb_redis", "hostname": "mail.shop"},
})  # fmt: skip


@given(st.text(), st.integers(20, 63))
def test_any_text_becomes_a_dns_1035_label(text: str, limit: int) -> None:
    name = names.kubernetes_name(text, limit)
    assert LABEL.fullmatch(name)
    assert len(name) <= limit


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("bot_ws", "bot-ws", id="underscore"),
        pytest.param("my.app", "my-app", id="dot"),
        pytest.param("Web", "web", id="capital"),
        pytest.param("1password", "s1password", id="leading digit"),
        pytest.param("_x_", "x", id="at the ends"),
        pytest.param("a" * 63, "a" * 63, id="just fits"),
    ],
)
def test_a_name_stays_as_near_as_it_can(text: str, name: str) -> None:
    assert names.kubernetes_name(text) == name


def test_two_long_names_with_one_beginning_stay_apart() -> None:
    one, other = (names.kubernetes_name("a" * 70 + end) for end in "xy")
    assert one != other
    assert len(one) == 63


def test_two_services_with_one_name_are_refused_with_both_lines(tmp_path: Path) -> None:
    project = made(tmp_path, "services:\n  bot_ws: {image: a}\n  bot-ws: {image: b}\n")
    with pytest.raises(ConverterError) as caught:
        _ = project.names
    assert re.search(r"'bot-ws' \(.*compose.yml:4\) and 'bot_ws' \(.*compose.yml:3\) would both be 'bot-ws'", caught.value.message)
    assert "names:" in caught.value.hint
    assert project.with_settings(Settings(names={"bot_ws": "screener"})).names == {"bot-ws": "bot-ws", "bot_ws": "screener"}


def test_a_name_of_the_overlay_must_be_a_label() -> None:
    with pytest.raises(ConverterError, match="cannot name an object"):
        _ = of_model({"a": {"image": "x"}}, settings=Settings(names={"a": "A_b"})).names


def test_hosts_are_keys_container_names_hostnames_and_aliases() -> None:
    project = of_model({
        "db": {"image": "x", "hostname": "dbhost", "networks": {"back": {"aliases": ["database"]}, "front": None}},
        "web": {"image": "x", "container_name": "shop_web", "links": ["db:mysql"]},
    })  # fmt: skip
    expected = {"db": "db", "dbhost": "db", "database": "db", "shop-db-1": "db", "mysql": "db", "web": "web", "shop_web": "web"}
    assert dict(names.hosts(project)) == expected


def test_of_two_with_one_alias_the_one_on_the_same_network_is_meant() -> None:
    networks = {"a": {"aliases": ["db"]}}, {"b": {"aliases": ["db"]}}
    project = of_model(
        {
            "db_a": {"image": "x", "networks": networks[0]},
            "db_b": {"image": "x", "networks": networks[1]},
            "web": {"image": "x", "networks": {"b": None}},
        }
    )
    assert names.rewrite(project, "web", "db:5432")[0] == "db-b:5432"
    assert names.rewrite(project, "db_a", "db:5432")[0] == "db:5432", "the Service 'db' leads to it"


def test_an_alias_holds_on_its_own_network_alone() -> None:
    project = of_model(
        {
            "db_a": {"image": "x", "networks": {"a": {"aliases": ["db"]}, "both": None}},
            "db_b": {"image": "x", "networks": {"b": {"aliases": ["db"]}, "both": None}},
            "web": {"image": "x", "networks": {"b": None, "both": None}},
        }
    )
    assert names.rewrite(project, "web", "db:5432")[0] == "db-b:5432"


def test_the_service_of_an_alias_leads_to_the_one_that_is_used_where_no_text_can_be_rewritten() -> None:
    project = of_model(
        {
            "db_a": {"image": "x", "networks": {"a": {"aliases": ["db"]}}},
            "db_b": {"image": "x", "networks": {"b": {"aliases": ["db"]}}},
            "web": {"image": "x", "command": ["serve", "db"], "networks": {"b": None}},
        }
    )
    assert (names.aliases(project, "db_a"), names.aliases(project, "db_b")) == ((), ("db",))


UNCHANGED = [
    # a part of a longer word is no host
    ("cdb_postgres_data", "HOST"),
    ("my.cdb_postgres", "DB_HOST"),
    ("cdb_postgres.example.com:5432", ""),
    ("http://bot_ws.example.com/bot_ws", ""),
    ("/var/lib/cdb_postgres", ""),
    ("x-cdb_postgres:5432", ""),
    # the path, the user and the database of a URL are none either
    ("postgres://cdb_postgres:cdb_postgres@other/cdb_postgres", ""),
    ("https://example.com/?next=cdb_redis", ""),
    # variables that hold something else
    ("cdb_postgres", "POSTGRES_DB"),
    ("cdb_postgres", "SERVER_NAME"),
    ("cdb_postgres", "DB_HOST_USER"),
    ("bot_ws", "NODE_ENV"),
    ("bot_ws,execution_service", "cluster.initial_master_nodes"),
    # an image, a bucket, a variable of the shell
    ("cdb_execution:2024", ""),
    ("cdb_redis:2022", ""),
    ("bot_ws:7", ""),
    ("s3://bot_ws/key", "BUCKET_URL"),
    ("docker-image://bot_ws:8000", ""),
    ("echo $bot_ws:8000", ""),
    # an address of a mail, a name of the outside
    ("noreply@mail.shop", "MAIL_FROM_ADDRESS"),
    ("mail.shop", "SERVER_FQDN"),
    ("mail.shop", "SERVER_DOMAIN"),
    # words of a sentence
    ("cdb_redis is up", "REDIS_HOST"),
    ("wait for cdb_redis", ""),
    # what already is the cluster's name, but for capitals, which the DNS does not tell apart
    ("http://webMail:80/", ""),
    ("webMail", "MAIL_HOST"),
    ("redis:6379", ""),
]


@pytest.mark.parametrize(("text", "variable"), UNCHANGED)
def test_what_is_not_surely_another_host_stays(text: str, variable: str) -> None:
    assert names.rewrite(STACK, "bot_ws", text, variable) == (text, ())


CHANGED = [
    ("cdb_postgres:5432", "", "postgres:5432"),
    ("bot_ws:8000,cdb_redis:6379", "", "bot-ws:8000,redis:6379"),
    ("execution_service:8003", "", "execution-service:8003"),
    ("1@bot_ws:8000", "", "1@bot-ws:8000"),
    ("cdb_redis:8000", "", "redis:8000"),
    ("mail.shop", "MAIL_HOST", "webmail"),
    ("postgres://postgres:pw@cdb_postgres/postgres", "", "postgres://postgres:pw@postgres/postgres"),
    ("postgres://u:cdb_postgres@cdb_postgres:5432/cdb_postgres", "", "postgres://u:cdb_postgres@postgres:5432/cdb_postgres"),
    ("postgres://u:p@ss@cdb_postgres/db", "", "postgres://u:p@ss@postgres/db"),
    ("postgresql+asyncpg://u@cdb_postgres/db", "", "postgresql+asyncpg://u@postgres/db"),
    ("jdbc:postgresql://cdb_postgres/db", "", "jdbc:postgresql://postgres/db"),
    ("mongodb://u:p@bot_ws:27017,cdb_redis:27018/x?replicaSet=bot_ws", "", "mongodb://u:p@bot-ws:27017,redis:27018/x?replicaSet=bot_ws"),
    ("PLAINTEXT_HOST://bot_ws:29092,OUT://localhost:9092", "", "PLAINTEXT_HOST://bot-ws:29092,OUT://localhost:9092"),
    ("http://bot_ws", "", "http://bot-ws"),
    ("http://bot_ws:$PORT/x", "", "http://bot-ws:$PORT/x"),
    ("curl -f 'http://bot_ws:8000/health' || exit 1", "", "curl -f 'http://bot-ws:8000/health' || exit 1"),
    ("u:p@tcp(cdb_postgres:3306)/x", "", "u:p@tcp(postgres:3306)/x"),
    ("cdb_redis", "REDIS_HOST", "redis"),
    ("cdb_redis, bot_ws", "SEED_NODES", "redis, bot-ws"),
    ("bot_ws", "MONGODB_INITIAL_PRIMARY_HOST", "bot-ws"),
    ('["cdb_redis","bot_ws"]', "ES_HOSTS", '["redis","bot-ws"]'),
    ("rabbit@cdb_redis", "RABBITMQ_NODENAME", "rabbit@redis"),
    ("bot_ws/api", "API_URL", "bot-ws/api"),
    ("cdb_postgres", "spring.datasource.server", "postgres"),
    ("cache_db", "CACHE_HOST", "cache_db"),
    (
        "Server=cdb_postgres,1433;Database=cdb_postgres;User=sa",
        "ConnectionStrings__X",
        "Server=postgres,1433;Database=cdb_postgres;User=sa",
    ),
    ("host=cdb_postgres port=5432 dbname=x", "", "host=postgres port=5432 dbname=x"),
    ("redis-cli -h cdb_redis ping", "", "redis-cli -h redis ping"),
    ("pg_isready --host=cdb_postgres", "", "pg_isready --host=postgres"),
    ("export DB_HOST=cdb_postgres && run", "", "export DB_HOST=postgres && run"),
    ("until nc -z cdb_postgres 5432; do sleep 1; done", "", "until nc -z postgres 5432; do sleep 1; done"),
    ('{"host": "cdb_redis", "db": "cdb_redis"}', "CONFIG", '{"host": "redis", "db": "cdb_redis"}'),
    ("redis://:abcmarker09@cdb_redis:6379/0", "X", "redis://:abcmarker09@redis:6379/0"),
]


@pytest.mark.parametrize(("text", "variable", "expected"), CHANGED)
def test_what_surely_is_a_host_gets_the_name_of_the_cluster(text: str, variable: str, expected: str) -> None:
    assert names.rewrite(STACK, "bot_ws", text, variable)[0] == expected


def test_a_service_that_the_overlay_renames_is_named_anew_everywhere() -> None:
    services = {"redis": {"image": "redis:7"}, "web": {"image": "x"}}
    project = of_model(services, settings=Settings(names={"redis": "cache"}))
    assert names.rewrite(project, "web", "redis://redis:6379/redis?x=redis")[0] == "redis://cache:6379/redis?x=redis"
    assert names.rewrite(project, "web", "redis", "REDIS_HOST")[0] == "cache"
    assert names.rewrite(project, "web", "redis:7")[0] == "redis:7"
    assert names.aliases(of_model(services | {"job": {"image": "x", "command": ["redis"]}}, settings=project.settings), "redis") == (
        "redis",
    )


def test_a_link_alias_is_a_host_for_the_one_who_links() -> None:
    assert names.rewrite(STACK, "execution_service", "cache_db:6379") == ("redis:6379", (("cache_db", "redis"),))


def test_each_change_is_told_once() -> None:
    assert names.rewrite(STACK, "bot_ws", "cdb_redis:6379 cdb_redis:6379 bot_ws:8000")[1] == (("cdb_redis", "redis"), ("bot_ws", "bot-ws"))


def test_the_value_after_a_flag_for_hosts_is_a_host() -> None:
    arguments = ["redis-cli", "-h", "cdb_redis", "-a", "cdb_redis", "--db-host", "cdb_postgres", "--db", "cdb_postgres"]
    expected = ["redis-cli", "-h", "redis", "-a", "cdb_redis", "--db-host", "postgres", "--db", "cdb_postgres"]
    assert names.rewrite_arguments(STACK, "bot_ws", arguments) == (expected, (("cdb_redis", "redis"), ("cdb_postgres", "postgres")))


WORDS = st.text(st.sampled_from("ab_-.c0"), min_size=1, max_size=6)


@given(WORDS, WORDS, st.sampled_from(["{}:5432", "http://{}/x", "nc {} 5432", "--host={}", "{}"]))
def test_never_a_part_of_a_longer_word_is_rewritten(before: str, after: str, frame: str) -> None:
    word = f"{before}cdb_postgres{after}"
    assert names.rewrite(STACK, "bot_ws", frame.format(word), "")[0] == frame.format(word)


@given(st.text(st.sampled_from("cdb_postgres:/@,=5432 -h'\"$;"), max_size=60), st.sampled_from(["", "DB_HOST", "-h"]))
def test_a_rewritten_text_is_rewritten_no_further(text: str, variable: str) -> None:
    once = names.rewrite(STACK, "bot_ws", text, variable)[0]
    assert names.rewrite(STACK, "bot_ws", once, variable) == (once, ())


def test_in_a_file_urls_ports_and_keys_of_hosts_tell_hosts_and_nothing_else_does() -> None:
    text = "targets: ['bot_ws:8000', execution_service:8003]\nurl: http://cdb_redis\njob: bot_ws\nhost: cdb_redis\n"
    expected = "targets: ['bot-ws:8000', execution-service:8003]\nurl: http://redis\njob: bot_ws\nhost: redis\n"
    assert names.rewrite_file(STACK, "bot_ws", text)[0] == expected


def test_the_name_of_an_upstream_block_of_nginx_is_no_host() -> None:
    text = "upstream bot_ws {\n  server bot_ws:8000;\n}\nproxy_pass http://bot_ws/;\n"
    assert names.rewrite_file(STACK, "bot_ws", text)[0] == "upstream bot_ws {\n  server bot-ws:8000;\n}\nproxy_pass http://bot_ws/;\n"


def test_an_alias_that_is_the_name_of_a_site_stays_in_its_address() -> None:
    networks = {"default": {"aliases": ["login.example.com", "db.internal"]}}
    project = of_model({"proxy": {"image": "x", "networks": networks}, "my.web": {"image": "x", "networks": {"default": None}}})
    texts = ["https://login.example.com/realms", "http://login.example.com/", "tcp://db.internal:5432", "https://my.web/"]

    assert [names.rewrite(project, "my.web", text)[0] for text in texts] == [
        texts[0],
        "http://proxy/",
        "tcp://proxy:5432",
        "https://my-web/",
    ]


def test_a_link_that_is_the_name_of_a_site_stays_in_its_address() -> None:
    project = of_model({"proxy": {"image": "x"}, "web": {"image": "x", "links": ["proxy:id.example.com"]}})

    assert names.rewrite(project, "web", "https://id.example.com/")[0] == "https://id.example.com/"


def test_aliases_of_networks_and_links_always_need_a_service() -> None:
    project = of_model({
        "db": {"image": "x", "networks": {"back": {"aliases": ["database", "no_label", "db"]}}},
        "web": {"image": "x", "links": ["db:mysql"]},
    })  # fmt: skip
    assert names.aliases(project, "db") == ("database", "mysql")
    assert names.aliases(project, "web") == ()


def test_a_container_name_needs_a_service_only_where_it_stays() -> None:
    def aliases(variable: str) -> tuple[str, ...]:
        web = {"image": "x", "environment": {variable: "shop-database"}}
        return names.aliases(of_model({"db": {"image": "x", "container_name": "shop-database"}, "web": web}), "db")

    assert aliases("DB_HOST") == ()
    assert aliases("SOMETHING") == ("shop-database",)


def test_a_name_that_stays_and_cannot_be_a_service_is_told() -> None:
    project = of_model({"db": {"image": "x", "container_name": "shop_db"}, "web": {"image": "x", "command": ["run", "shop_db"]}})
    assert [(use.by, use.name, use.route) for use in names.unresolved(project)] == [("web", "shop_db", ("services", "web", "command"))]


def test_a_thousand_services_take_no_longer_each_than_ten() -> None:
    def seconds(count: int) -> float:
        project = of_model({f"svc_{n}": {"image": "x", "environment": {"A_URL": f"http://svc_{n + 1}:80/svc_{n}"}} for n in range(count)})
        start = time.perf_counter()
        for key, service in project.services.items():
            names.rewrite(project, key, service["environment"]["A_URL"], "A_URL")
            names.aliases(project, key)
        return time.perf_counter() - start

    seconds(10)
    assert seconds(1000) < 3
