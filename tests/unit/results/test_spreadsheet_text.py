"""Cells that a spreadsheet program shows and does not run."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from gecam.results import safe_cell, safe_frame

COMMANDS = ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://example.org","x")', "SUM(A1:A9)")
STARTS = (
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\u00a0",
    "\u200b",
    "\ufeff",
    '"',
    "\u201c",
    " \u200e ",
    "\x00",
)


def is_live(text: str) -> bool:
    """Whether some program would run a cell, seen by another rule than the one under test."""
    visible = "".join(c for c in text if c.isprintable() and not c.isspace() and c not in '"\u201c')
    return visible[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20")


def cells(text: str, delimiter: str) -> list[str]:
    return [c for row in csv.reader(io.StringIO(text), delimiter=delimiter) for c in row]


@pytest.mark.parametrize("sign", "=+-@\uff1d\uff0b\uff0d\uff20")
@pytest.mark.parametrize("start", STARTS)
def test_no_formula_is_left_however_it_is_hidden(sign, start):
    for command in COMMANDS:
        for before in ("", "Sudan;", "Sudan,", "Sudan\t", "Sudan|", "Sudan\n", "Sudan;;"):
            text = safe_cell(f"{before}{start}{sign}{command}")
            written = io.StringIO()
            csv.writer(written, quoting=csv.QUOTE_ALL).writerow(["x", text, "y"])
            for delimiter in ",;\t|":
                assert not [c for c in cells(written.getvalue(), delimiter) if is_live(c)]


@pytest.mark.parametrize(
    "text",
    ["", "Sudan", "Guinea-Bissau", "Côte d'Ivoire", "a = b", "2022-SDN", "50 % - 60 %", "a+b",
     "السودان", "x@y", "1-2", "(=1)", "#country+code", "https://data.example.org/?a=1&b=-2"],
)  # fmt: skip
def test_everyday_text_is_left_alone(text):
    assert safe_cell(text) == text


def test_a_text_is_safe_once_and_for_all():
    for text in ("=1", "a;=1", "'=1", "a\t+1"):
        assert safe_cell(safe_cell(text)) == safe_cell(text)


def test_a_table_keeps_its_numbers_and_loses_its_formulas():
    frame = pd.DataFrame(
        {"=a": [-1.5, 2.0], "b": ["=1", "ok"], "c": [True, False], "d": [None, "-"]}
    )
    safe = safe_frame(frame)
    assert safe.columns.tolist() == ["'=a", "b", "c", "d"]
    assert safe["'=a"].tolist() == [-1.5, 2.0]
    assert safe["b"].tolist() == ["'=1", "ok"]
    assert safe["d"].tolist()[1] == "'-"
    assert frame["b"].tolist() == ["=1", "ok"]
