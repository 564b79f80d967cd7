"""Rules that hold for every column that any reader uses, tried on a sample of each layout.

A cell that cannot be read, a line break, a label that stands twice, a number as a spreadsheet shows it,
an impossible count or year: each is put into each column of each sample in turn. The answer must be
an error, or the same figures as before (the reader does not use the column).
"""

from __future__ import annotations

import csv
import io
import re
import runpy
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gecam.errors import GecamError

HERE = Path(__file__).resolve().parent
# Descriptions: errors of a spreadsheet are shown as they are, several lines are allowed.
PROSE = {
    "onset_source", "pin_scope_evidence", "pin_scope_source", "area_source", "note", "relation",
    "scope_note", "source_title", "source_url", "Info", "Description", "sector_name", "error",
}  # fmt: skip
MONEY = {"requirements", "funding", "Value"}


def samples() -> dict[str, tuple[Callable[[bytes], Any], str]]:
    """A small file of each layout, with its reader, from the tests beside the readers."""
    found = runpy.run_path(str(HERE / "test_readers_hostile.py"))
    return {sample.name: (sample.read, sample.text) for sample in found["SAMPLES"]}


SAMPLES = samples()
QUICK = {"desa long", "unhcr", "own needs", "history", "fts", "ipc", "gho"}
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SAMPLES]


def table_of(text: str) -> tuple[int, list[list[str]]]:
    """The rows of a text, and which of them is the header: the first that is as wide as the last."""
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    return next(at for at, row in enumerate(rows) if len(row) == len(rows[-1])), rows


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def figures(result: Any) -> str:
    """Everything that a reader gave, but for the hash of the file and what it noted."""
    parts = []
    for field in fields(result):
        value = getattr(result, field.name)
        if field.name not in {"source", "notes"}:
            if isinstance(value, pd.DataFrame):
                value = value.drop(columns="line", errors="ignore").to_csv()
            parts.append(value if isinstance(value, str) else repr(value))
    text = "\n".join(parts).replace(result.source.sha256, "")
    return re.sub(r"\brow \d+", "row", text)


def outcome(read: Callable[[bytes], Any], data: bytes) -> str:
    """The figures read, or ``refused``."""
    try:
        return figures(read(data))
    except GecamError:
        return "refused"


def untouched(name: str) -> str:
    read, text = SAMPLES[name]
    return outcome(read, written(table_of(text)[1]))


def with_cell(rows: list[list[str]], at: int, column: int, cell: str) -> bytes:
    changed = [list(row) for row in rows]
    changed[at][column] = cell
    return written(changed)


def cells_of(name: str) -> Iterator[tuple[Callable[[bytes], Any], list[list[str]], int, int, int]]:
    """The reader, the rows, the header, and the first cell of each column that holds something."""
    read, text = SAMPLES[name]
    header, rows = table_of(text)
    data = [at for at in range(header + 1, len(rows)) if not any(c[:1] == "#" for c in rows[at])]
    for column, label in enumerate(rows[header]):
        at = next((at for at in data if rows[at][column].strip()), None)
        if at is not None and label not in PROSE:
            yield read, rows, header, at, column


@pytest.mark.parametrize("name", NAMES)
class TestEveryCell:
    def test_no_error_of_a_spreadsheet_is_read(self, name):
        before = untouched(name)
        assert before != "refused"
        for read, rows, _, at, column in cells_of(name):
            for cell in ("#REF!", "=A1", "\n" + rows[at][column], rows[at][column] + "\nx"):
                after = outcome(read, with_cell(rows, at, column, cell))
                assert after in {"refused", before}, (rows[at], column, cell)

    def test_no_impossible_figure_is_read(self, name):
        before = untouched(name)
        for read, rows, header, at, column in cells_of(name):
            is_number = outcome(read, with_cell(rows, at, column, "many")) == "refused"
            digits = rows[at][column].replace(",", "").replace(" ", "").removesuffix(".0")
            if not (is_number and digits.isdecimal()):
                continue
            tried = ["4.94E+07"]
            if rows[header][column] not in MONEY:
                tried.append("9300000000")
            if len(digits) == 4 and digits[:2] in {"19", "20"}:
                tried += ["22", "2022.5", "1022", "2222", "20222"]
            for cell in tried:
                after = outcome(read, with_cell(rows, at, column, cell))
                assert after in {"refused", before}, (rows[header][column], cell, after)


def is_used(name: str, before: str, column: int) -> bool:
    """Whether other cells in a column make another answer, or none."""
    read, text = SAMPLES[name]
    header, rows = table_of(text)
    changed = [list(row) for row in rows]
    for row in changed[header + 1 :]:
        row[column] = row[column] if row[column].startswith("#") else "12"
    return outcome(read, written(changed)) != before


@pytest.mark.parametrize("name", NAMES)
def test_no_label_that_stands_twice_is_used(name):
    read, text = SAMPLES[name]
    header, rows = table_of(text)
    before = untouched(name)
    for column, label in enumerate(rows[header]):
        if not label.strip() or not is_used(name, before, column):
            continue
        for place in (column, column + 1):
            twice = [[*row[:place], "12", *row[place:]] for row in rows]
            for at, row in enumerate(rows):
                if at < header or any(cell.startswith("#") for cell in row):
                    twice[at] = [*row[:place], "", *row[place:]] if len(row) > 1 else row
            twice[header][place] = label
            assert outcome(read, written(twice)) == "refused", (label, place)


@pytest.mark.parametrize("name", NAMES)
def test_no_quotation_mark_takes_the_next_row_into_its_cell(name):
    read, text = SAMPLES[name]
    header, rows = table_of(text)
    before = untouched(name)
    for at in range(header + 1, len(rows) - 1):
        if any("," in cell or '"' in cell for cell in rows[at] + rows[at + 1]):
            continue  # such cells bring quotation marks of their own
        for column in range(len(rows[at])):
            first, second = rows[at], rows[at + 1]
            cell = ",".join(first[column:]) + "\n" + ",".join(second[: column + 1])
            joined = [*rows[:at], [*first[:column], cell, *second[column + 1 :]], *rows[at + 2 :]]
            assert outcome(read, written(joined)) in {"refused", before}, (rows[at], column)


# Identical rows that are kept with a note: the publisher's own totals hold them, or (deaths without
# ids) a second incident may look like the first.
KEPT = {"idmc", "history", "missing migrants"}


@pytest.mark.parametrize("name", NAMES)
def test_no_row_counts_twice(name):
    read, text = SAMPLES[name]
    header, rows = table_of(text)
    data = [at for at in range(header + 1, len(rows)) if not any(c[:1] == "#" for c in rows[at])]
    again = [rows[at] for at in data]
    assert outcome(read, written([*rows, *again])) in {"refused", untouched(name)}
    for at in data if name not in KEPT else ():
        after = outcome(read, written([*rows[: at + 1], *rows[at:]]))
        assert after in {"refused", untouched(name)}, rows[at]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", ["Total", "GRAND TOTAL", "Sudan total", ""])
@pytest.mark.slow
def test_no_row_of_totals_is_one_more_row(name, word):
    read, text = SAMPLES[name]
    header, rows = table_of(text)
    data = [at for at in range(header + 1, len(rows)) if not any(c[:1] == "#" for c in rows[at])]
    numbers = [
        any(rows[at][c].replace(",", "").isdecimal() for at in data)
        for c in range(len(rows[header]))
    ]
    figures_only = [rows[data[0]][c] if is_number else "" for c, is_number in enumerate(numbers)]
    for column, is_number in enumerate(numbers):
        if not is_number:
            total = [*figures_only[:column], word, *figures_only[column + 1 :]]
            after = outcome(read, written([*rows, total]))
            assert after in {"refused", untouched(name)}, rows[header][column]
