"""Tests of `gecam.io.door.json_text`, through the readers of files."""

from __future__ import annotations

import json

import pytest

from gecam.errors import HostileFileError, InputError
from gecam.io.door.intake import read_json
from gecam.io.maps.tops import geo_words

COLLECTION = b'{"type": "FeatureCollection", "'


@pytest.mark.parametrize("pump", [b'\\"', b'"', b"\\", b"a", b'\\\n"', b"[]", b'"\\'])
def test_the_time_grows_with_the_length_of_a_string_that_never_ends(growth, pump) -> None:
    def read(size: int) -> None:
        with pytest.raises(InputError):
            read_json(b'"' + pump * size)

    assert growth(read) < 1.5
    assert growth(lambda size: geo_words(COLLECTION + pump * size)) < 1.5


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b'["\\\\", ',
        b'["]", "\\"]", ',
        # Bytes of U+5C22 and U+2200 are a quotation mark and a reverse solidus.
        '["\u5c22", '.encode("utf-16"),
        '["\u2200", '.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("bracket", ["[", '{"a": '])
def test_deep_nesting_is_refused_in_every_encoding(start, bracket) -> None:
    encoding = "utf-16-le" if start.startswith(b"\xff\xfe") else "utf-8"
    with pytest.raises(HostileFileError, match="deeper than 64 levels"):
        read_json(start + (bracket * 50_000).encode(encoding))


def test_brackets_in_strings_are_no_nesting() -> None:
    value = {"a": "[" * 100, "b": ["\\", '"' + "{" * 100]}
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value).encode("utf-16")) == value


@pytest.mark.parametrize("text", [r'["\ud800"]', r'{"a": {"\uDC00": 1}}', r'["\ude00\ud83d"]'])
def test_half_a_character_is_refused_with_its_string(text) -> None:
    with pytest.raises(InputError, match=r"not valid JSON: the string .* holds half a character"):
        read_json(text.encode())


def test_two_halves_are_a_character_and_an_escaped_backslash_is_none() -> None:
    assert read_json(rb'["\ud83d\ude00", "\\ud800"]') == ["\U0001f600", r"\ud800"]
