"""Files fit into ConfigMaps, byte for byte."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter import yaml
from converter.rules.writing.bound_files import File
from converter.rules.writing.config_maps import LIMIT, config_maps, volume


def file(key: str, data: bytes = b"text\n", mode: int = 0o444, secret_key: str = "") -> File:
    """A file whose key is its path."""
    return File(key, key, mode, data, secret_key)


@given(st.binary())
def test_the_content_is_there_byte_for_byte_after_a_way_through_yaml(data: bytes) -> None:
    (document,) = yaml.read(yaml.write(config_maps("a", [file("f", data)])))

    text, binary = document.get("data", {}), document.get("binaryData", {})
    assert (text["f"].encode() if text else base64.b64decode(binary["f"])) == data


@pytest.mark.parametrize("data", [b"a\r\nb\r\n", "grüße 😀\n".encode(), b"", b"\ttab\n"])
def test_text_stays_readable(data: bytes) -> None:
    (document,) = config_maps("a", [file("f", data)])

    assert document["data"] == {"f": data.decode()}


@pytest.mark.parametrize("data", [b"\xff", b"a\x00b", b"\x1b[1m", "\ufeffbom".encode()])
def test_what_is_no_text_is_binary(data: bytes) -> None:
    (document,) = config_maps("a", [file("f", data)])

    assert "data" not in document


def test_more_than_an_object_can_hold_is_spread() -> None:
    files = [file(key, b"x" * (LIMIT // 2)) for key in ("a", "b", "c")]
    maps = config_maps("web-files", files)

    assert [document["metadata"]["name"] for document in maps] == ["web-files", "web-files-2"]
    assert [sorted(document["data"]) for document in maps] == [["a", "b"], ["c"]]
    assert volume("s", maps, files) == {
        "projected": {"defaultMode": 0o444, "sources": [{"configMap": {"name": "web-files"}}, {"configMap": {"name": "web-files-2"}}]}
    }


def test_a_file_that_is_secret_is_in_no_config_map() -> None:
    files = [file("login.ini", b"", secret_key="config.login")]
    maps = config_maps("web-files", files)

    assert maps == []
    assert volume("shop-secrets", maps, files) == {
        "secret": {"secretName": "shop-secrets", "defaultMode": 0o444, "items": [{"key": "config.login", "path": "login.ini"}]}
    }
