"""What is read and written is what kubectl reads, and what any YAML 1.2 reader reads."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from converter.errors import ConverterError, Location
from converter.yaml import positions, read, write

# ruff: noqa: SIM905 (word lists: quotes around each would hide what is inside)
# The trap lists of the YAML measurements: each was misread by at least one of the usual readers.
TRAPS = (
    *(
        "yes no on off y n Y N Yes NO On OFF true TRUE false null Null NULL ~ nan NaN .nan .inf -.inf +.Inf = << - ? : ! & * | > % @ `"
    ).split(),
    *("0777 0644 010 0o777 08 09 00 1_000 0b11 0x1F 0X1f -0b11 +0x1F 22:22 1:30:00 5432:5432 60:60 0.0.0.0:1:1 1e3 1E3 .1e3 +.5").split(),
    *("1234e56 12e03 6.02e23 123e4567 2020-01-01 2020-01-01T00:00:00Z 1. .5 -1 +1 1,000 0.1.2 .9_7 0b+1_ --- ... -- - -a .a _ _1").split(),
    *("#a a#b {a} [a] {} [] !a &a *a %a @a `a \"a\" 'a' a:b :a a: ,a ?a |a >a <a !!str").split(),
    *("", " ", "  ", " a", "a ", "a b", "a #b", "a: b", "- a", "? a", "'", '"', "\\", "\\n", "a\\", "it's", 'say "x"', "$(A)", "${A}"),
    *(
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "a\n\n\n",
        "\na",
        " \na",
        "a\n b",
        " a\nb",
        "a \nb",
        "a\n b\n\n c\n",
        "\ta",
        "a\tb",
        "a\n\tb",
        "a\r\nb",
    ),
    *("#!/bin/sh\nset -e\n", "---\na", "a\n---\nb", "a\n...\nb", "a: |\n  b\n", "%a\n", "\n ", "a\n ", "a\n  \n"),
    *(
        "\x00",
        "\x07",
        "\x1b[0m",
        "\x7f",
        "\x85",
        "a\x85b",
        "\xa0",
        "\u2028",
        "a\u2029b",
        "\ufeff",
        "a\n\ufeff",
        "é",
        "ü\nß\n",
        "日本",
        "😀",
        "😀\na\n",
    ),
    "x" * 300,
    "word " * 100 + "end",
)
TEXTS = st.one_of(
    st.sampled_from(TRAPS),
    st.text(max_size=30).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text)),
    st.text("0123456789abcdefxoyn.:-+_eE \n\t#\"'", max_size=12),
)
TREES = st.recursive(
    st.one_of(
        TEXTS,
        st.integers(-(1 << 63), (1 << 64) - 1),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False).filter(lambda f: not f.is_integer()),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


def yaml_1_2(text: str) -> list[Any]:
    """The documents as ruamel.yaml reads them by the rules of YAML 1.2."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return list(reader.load_all(StringIO(text)))


@pytest.mark.parametrize("text", TRAPS)
def test_every_trap_survives_as_value_and_as_key(text: str) -> None:
    document = {"kind": "ConfigMap", "data": {"k": text}, "args": [text, text], text or "empty": text}
    assert read(write([document])) == [document]
    assert yaml_1_2(write([document])) == [document]


@settings(deadline=None)
@given(text=TEXTS)
def test_any_text_survives_both_readers(text: str) -> None:
    documents: list[dict[str, Any]] = [{"kind": "A", "data": {"first": text}}, {"kind": "B", "args": [text, {"x": text, "y": text}]}]
    assert read(write(documents)) == documents
    assert yaml_1_2(write(documents)) == documents


@settings(deadline=None)
@given(trees=st.lists(st.dictionaries(TEXTS, TREES, min_size=1, max_size=4), max_size=3))
def test_any_plain_data_survives(trees: list[dict[str, Any]]) -> None:
    documents = [{**tree, "kind": "A"} for tree in trees]
    assert read(write(documents)) == documents


@settings(deadline=None)
@given(trees=st.lists(st.dictionaries(TEXTS, TREES, min_size=1, max_size=4), max_size=3))
def test_writing_again_changes_no_byte(trees: list[dict[str, Any]]) -> None:
    text = write([{**tree, "kind": "A"} for tree in trees])
    assert write(read(text)) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, True) for text in ("y", "Y", "yes", "Yes", "on", "On", "true", "TRUE")],
        *[(text, False) for text in ("n", "N", "no", "No", "off", "OFF", "false")],
        *[(text, None) for text in ("", "~", "null", "Null")],
        *[("0777", 511), ("0644", 420), ("010", 8), ("0o777", 511), ("08", 8), ("1_000", 1000), ("0b11", 3), ("0x1F", 31), ("-0b11", -3)],
        *[("1e3", 1000), ("12e03", 12000), ("3.0", 3), ("0.5", 0.5), (".5", 0.5), ("+.5", 0.5), ("1234e56", 1234e56)],
        *[(text, text) for text in ("22:22", "1:30:00", "5432:5432", "2020-01-01", "123e4567", "=", ".9_7", "0b", "1e999", "x")],
        *[("'yes'", "yes"), ('"1"', "1"), ("!!str 1", "1"), ("!!int '1'", 1), ("!!binary aGk=", "hi")],
        *[("0xFFFFFFFFFFFFFFFF", 0xFFFFFFFFFFFFFFFF), ("0x1FFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF")],
    ],
)
def test_a_scalar_is_what_kubectl_reads(text: str, value: object) -> None:
    assert read(f"k: {text}") == [{"k": value}]
    found = read(f"k: {text}")[0]["k"]
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("key", "name"), [("on", "true"), ("y", "true"), ("No", "false"), ("1", "1"), ("0x10", "16"), ("1.5", "1.5"), ("'y'", "y")]
)
def test_a_key_is_text_as_in_json(key: str, name: str) -> None:
    assert read(f"{key}: a") == [{name: "a"}]


def test_lists_are_flattened_where_they_stand() -> None:
    text = "a: 1\n---\napiVersion: v1\nkind: List\nitems:\n- b: 1\n- {kind: List, items: [{c: 1}]}\n---\n---\n"
    text += "kind: AllowList\nspec: {}\nitems: []\n"
    assert read(text) == [{"a": 1}, {"b": 1}, {"c": 1}, {"kind": "AllowList", "spec": {}, "items": []}]


def test_json_is_read_too_several_documents_and_escapes_included() -> None:
    assert read('{"a": "\\ud83d\\ude00\\/", "b": 1.0, "c": 1e3}\n{"d": null}') == [{"a": "😀/", "b": 1, "c": 1000}, {"d": None}]
    assert read("{a: yes}") == [{"a": True}]


def test_aliases_and_merges_become_copies() -> None:
    (document,) = read("a: &x {k: [1]}\nb: *x\nc:\n  <<: *x\n  l: 2\nd:\n  k: 3\n  <<: [*x, {k: 4, m: 5}]\n")
    assert document == {"a": {"k": [1]}, "b": {"k": [1]}, "c": {"k": [1], "l": 2}, "d": {"k": 3, "m": 5}}
    document["a"]["k"].append(2)
    assert document["b"] == {"k": [1]}


def test_a_byte_order_mark_and_no_document_are_nothing() -> None:
    assert read("\ufeffa: 1\n") == [{"a": 1}]
    assert read("") == read("---\n") == read("# nothing\n") == []


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3, "duplicate key 'c'"),
        ("on: 1\ntrue: 2\n", 2, 1, "duplicate key 'true'"),
        ('{"a": 1, "a": 2}', 1, 10, "duplicate key 'a'"),
        ("a: [\n", 2, 1, "not YAML"),
        ("a: 'b\n", 2, 1, "not YAML"),
        ("a: *b\n", 1, 4, "not YAML"),
        ("\ta: b\n", 1, 1, "not YAML"),
        ("a: 1\nb: \x07\n", 2, 1, "not YAML"),
        ("a: 1\nb: \ud800\n", 2, 1, "not YAML"),
        ("a: .inf\n", 1, 4, "'.inf'"),
        ("a: .nan\n", 1, 4, "'.nan'"),
        ("a: !thing b\n", 1, 4, "'!thing'"),
        ("a: !!binary '&'\n", 1, 4, "base64"),
        ("? [a]\n: b\n", 1, 3, "a key is not text"),
        ("~: b\n", 1, 1, "a key is not text"),
        ("<<: a\n", 1, 5, "'<<' wants a mapping"),
        ("a: 1\n---\n- b\n", 3, 1, "not an object"),
        ("text", 1, 1, "not an object"),
        ("a: &x [*x]\n", 1, 4, "nested too deeply"),
        ("a: " + "[" * 5000 + "]" * 5000, 1, 1003, "nest"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_its_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(ConverterError) as caught:
        read(text, "f.yaml")
    assert says in caught.value.message
    assert caught.value.location == Location("f.yaml", line, column)


def test_aliases_cannot_blow_up() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    with pytest.raises(ConverterError, match="aliases make the document too large"):
        read(text)


def test_keys_come_as_people_write_manifests() -> None:
    pod = {
        "volumes": [],
        "containers": [{"env": [], "ports": [], "image": "i", "name": "n", "command": ["c"], "args": ["a"]}],
        "securityContext": {},
    }
    document = {
        "spec": {"template": {"spec": pod, "metadata": {"labels": {"name": "n", "app": "a"}}}, "selector": {}, "replicas": 1},
        "metadata": {"labels": {}, "name": "x", "namespace": "ns", "annotations": {}},
        "kind": "Deployment",
        "apiVersion": "apps/v1",
    }
    lines = [line.strip(" -").split(":")[0] for line in write([document]).splitlines()]
    assert (
        lines
        == (
            "apiVersion kind metadata name namespace labels annotations spec replicas selector template metadata labels app name spec "
            "securityContext containers name image command c args a ports env volumes"
        ).split()
    )


def test_several_lines_stand_as_a_block_and_long_lines_are_not_folded() -> None:
    text = write([{"data": {"b": "one\ntwo\n", "a": "word " * 60 + "end", "c": "yes", "d": "x\n\n"}}, {"e": 1}])
    assert text == f'data:\n  a: {"word " * 60}end\n  b: |\n    one\n    two\n  c: "yes"\n  d: |+\n    x\n\n...\n---\ne: 1\n'


def test_one_value_in_two_places_is_written_twice() -> None:
    shared = {"k": ["v"]}
    assert write([{"a": shared, "b": shared}]) == "a:\n  k:\n  - v\nb:\n  k:\n  - v\n"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_lacks_is_not_written(number: float) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        write([{"a": [number]}])


def test_every_value_of_a_written_file_is_found_again() -> None:
    text = "# head\nkind: List\nitems:\n- a: 1\n- b:\n    c: [1, {d: 2}]\n---\n\ne: |\n  f\n"
    first, second, third = positions(text, "f.yaml")
    assert first(("a",)) == Location("f.yaml", 4, 3)
    assert second(("b", "c", 1, "d")) == Location("f.yaml", 6, 13)
    assert second(("b", "c", 7)) == second(("b", "c")) == Location("f.yaml", 6, 5)
    assert third(("e",)) == third(("e", "deeper")) == Location("f.yaml", 9, 1)
    assert third(("absent",)) == Location("f.yaml", 9, 1)
    assert len(positions("a: 1\n---\n---\nb: 1\n")) == len(read("a: 1\n---\n---\nb: 1\n"))
