"""Which words of a mounted file are hosts though neither in a URL nor before a port."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.compose.file_hosts import bare_hosts, is_script, upstreams

CASES = [
    pytest.param("a.conf", "upstream u { server «web»; server «two» weight=2; }", id="servers of an upstream"),
    pytest.param("a.conf", "server web;", id="a server outside of an upstream"),
    pytest.param("a.conf", "server_name web; listen 80;", id="the name that nginx answers to"),
    pytest.param("a.conf", "location / { fastcgi_pass «php»; }", id="a pass without a port"),
    pytest.param("a.conf", "set $up «web»; proxy_pass http://$up;", id="a variable that is passed to"),
    pytest.param("a.conf", 'set $up "«web»"; proxy_pass http://$up:80/;', id="a variable in quotes"),
    pytest.param("a.conf", "set $name web; proxy_set_header X $name;", id="a variable that is no host"),
    pytest.param("haproxy.cfg", "backend web\n  server web «two» check", id="a server of haproxy"),
    pytest.param("Caddyfile", "reverse_proxy /x «web» «two»\nroot * web", id="upstreams of caddy"),
    pytest.param("a.ini", "host = «db»\nname = db\nhosts = «db», «two»", id="keys of hosts"),
    pytest.param("a.ini", "host = db is the one", id="a sentence"),
    pytest.param("a.ini", "host = «db» ; db", id="a comment"),
    pytest.param("a.toml", 'host = "«db»"\nurls = ["«db»", "«two»:80"]', id="toml"),
    pytest.param("a.json", '{"host": "«db»", "database": "db", "servers": ["«db»"]}', id="json"),
    pytest.param("a.json", '"Server=«db»;Database=db"', id="a connection string"),
    pytest.param("a.properties", "spring.redis.host=«db»\nspring.application.name=db", id="properties"),
    pytest.param("a.yml", "- targets:\n    - «db»\n    - '«two»'\n  labels: {job: db}", id="a list of yaml"),
    pytest.param("a.yml", "hosts:\n  - url: «db»\n", id="a list of mappings is read line by line"),
    pytest.param("a.yml", "dns_sd_configs:\n  - names: [«db»]", id="dns of prometheus"),
    pytest.param("a.yml", "names: [db]", id="names of anything else"),
    pytest.param("a.md", "host: db", id="a text for people"),
    pytest.param("a.sql", "server = 'db'", id="a program"),
]


@pytest.mark.parametrize(("path", "marked"), CASES)
def test_a_word_is_a_host_where_nothing_else_can_stand(path: str, marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    wanted, place = set(), 0
    for part in marked.split("«")[1:]:
        place = marked.index(f"«{part}", place)
        start = place - 2 * marked[:place].count("«")
        wanted.add((start, part.partition("»")[0]))
        place += 1

    found = {(host.start, text[host.start : host.end]) for host in bare_hosts(text, f"/etc/{path}")}

    assert found == wanted


def test_an_upstream_block_is_known_by_its_name_and_a_server_without_a_port_means_80() -> None:
    text = "upstream web {\n  server web;\n}\n"

    assert upstreams(text) == {"web"}
    assert [host.port for host in bare_hosts(text, "/etc/nginx.conf")] == [80]


@pytest.mark.parametrize(
    ("text", "path", "wanted"), [("#!/bin/sh\n", "/x", True), ("#!/usr/bin/env bash\n", "/x", True), ("", "/x.sh", True)]
)
def test_a_script_is_known_by_its_first_line_or_its_name(text: str, path: str, *, wanted: bool) -> None:
    assert is_script(text, path) is wanted
    assert not is_script("#!/usr/bin/python3\n", "/x")


@given(st.text(st.sampled_from("upstream server{};=:[]\"'\n -#$ab,"), max_size=80), st.sampled_from(["/a.conf", "/a.yml", "/Caddyfile"]))
def test_every_host_is_a_word_of_the_text(text: str, path: str) -> None:
    for host in bare_hosts(text, path):
        assert 0 <= host.start < host.end <= len(text)
        assert not set(" \n\"'{}[];,") & set(text[host.start : host.end])
