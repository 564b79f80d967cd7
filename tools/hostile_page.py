"""Write the tables of docs/results/hostile-input.md (`python tools/hostile_page.py`).

Throws damaged files at every reader: at random (`tests/properties/test_readers_hostile.py`), and kind
by kind (`tests/properties/test_rules_of_columns.py`), and counts what was refused, noted, read rightly
and read wrongly without a word; and times texts that are made to take long
(`tests/properties/test_patterns.py`). About twenty minutes on one core.
"""

from __future__ import annotations

import csv
import io
import re
import runpy
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl

from gecam.errors import GecamError

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "results" / "hostile-input.md"
TESTS = ROOT / "tests" / "properties"
RULES = runpy.run_path(str(TESTS / "test_rules_of_columns.py"))
PATTERNS = runpy.run_path(str(TESTS / "test_patterns.py"))
GROWTH = runpy.run_path(str(ROOT / "tests" / "conftest.py"))["growth_of"]
RANDOM = runpy.run_path(str(TESTS / "test_readers_hostile.py"))
SAMPLES: dict[str, tuple[Callable[[bytes], Any], str]] = RULES["SAMPLES"]
MUTANTS = 200  # of each sample
Rows = list[list[str]]


@dataclass(frozen=True)
class Kind:
    """A way in which files break: what it is, and the files that it makes of one sample."""

    name: str
    files: Callable[[str], Iterator[bytes]]


def main() -> None:
    """Count, and write the tables into the page."""
    text = PAGE.read_text(encoding="utf-8")
    text = _replaced(text, "random", _random_table())
    text = _replaced(text, "long", _long_table())
    text = _replaced(text, "known", _table(KNOWABLE))
    text = _replaced(text, "unknown", _table(UNKNOWABLE))
    PAGE.write_text(text, encoding="utf-8")


def _replaced(text: str, name: str, table: str) -> str:
    mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    return mark.sub(lambda found: found[1] + table + found[2], text)


def _random_table() -> str:
    started = time.process_time()
    outcomes: Counter[str] = Counter()
    oracle = 0
    for sample in RANDOM["SAMPLES"]:
        counts = RANDOM["run_mutants"](sample, MUTANTS)
        outcomes.update(counts)
        oracle += counts["read"] if sample.oracle else 0
    books = RANDOM["TestDamagedWorkbooks"]()
    refused = sum(books.run(sample, 300) for sample in RANDOM["BOOKS"])
    total = sum(outcomes.values())
    rows = [
        f"| damaged texts: {len(RANDOM['SAMPLES'])} layouts of all readers, seeded | {total:,} | "
        f"{outcomes['read']:,} read, {outcomes['refused']:,} refused; 0 other exceptions |",
        f"| of these, read by a reader with an oracle (a second parser) | {oracle:,} | "
        f"{oracle:,} sums equal that of the damaged file |",
        f"| damaged workbooks: bytes of the archive, or its markup | {300 * len(RANDOM['BOOKS']):,} | "
        f"{refused:,} refused; 0 crashes; sums equal those of openpyxl wherever it finds a table |",
    ]
    seconds = time.process_time() - started
    head = "| suite | files | result |\n|---|--:|---|\n"
    return head + "\n".join(rows) + f"\n\n{seconds:.0f} s of processor time.\n"


def _long_table() -> str:
    """Time every pattern on its hostile texts, and every reader on long cells; slow ones are errors."""
    uses = PATTERNS["collected"]()
    texts = sum(len(PATTERNS["hostile"](use.pattern)) for use in uses)
    slow = [use for use in uses if any(PATTERNS["slow_texts"](GROWTH, use.pattern, use.method))]
    if slow:
        raise AssertionError(slow)
    cells = rows = 0
    for sample in RANDOM["SAMPLES"]:
        places = RANDOM["long_cells"](sample)
        RANDOM["run_long_cells"](sample, places)
        cells += len(places)
        columns = RANDOM["many_rows"](sample)
        RANDOM["run_many_rows"](sample, columns)
        rows += len(columns)
    return (
        "| what | texts | time |\n|---|--:|---|\n"
        f"| regular expressions of the package, {len(uses)} ways in which one is used, each against "
        f"texts that follow from it | {texts:,} | grows like the length, for all |\n"
        f"| one cell of a file made long, each cell of {len(RANDOM['SAMPLES'])} layouts, "
        f"{len(RANDOM['PUMPS'])} sorts of text | {cells:,} | eight times the text, at most about eight "
        "times as long, for all |\n"
        f"| 3,200 rows of one sort, each column of {len(RANDOM['SAMPLES'])} layouts the one that "
        f"differs | {rows:,} | eight times the rows, at most about eight times as long, for all |\n"
    )


def _table(kinds: list[Kind]) -> str:
    head = (
        "| kind | files | refused | left out or changed, with a note | same figures | "
        "**other figures, no word** |\n|---|--:|--:|--:|--:|--:|\n"
    )
    rows = []
    for kind in kinds:
        counts: Counter[str] = Counter()
        for name, (read, text) in SAMPLES.items():
            before = _seen(read, text)
            for data in kind.files(name):
                counts[_judged(read, data, before)] += 1
        cells = (counts[each] for each in ("refused", "told", "same", "silent"))
        rows.append(
            f"| {kind.name} | {counts.total():,} | {' | '.join(f'{n:,}' for n in cells)} |\n"
        )
    return head + "".join(rows)


def _seen(read: Callable[[bytes], Any], text: str) -> tuple[str, list[tuple[str, int]]]:
    result = read(RULES["written"](RULES["table_of"](text)[1]))
    return RULES["figures"](result), [(note.code, note.count) for note in result.notes]


def _judged(read: Callable[[bytes], Any], data: bytes, before: tuple[str, Any]) -> str:
    """Say what came of a damaged file, beside what is read from the whole one."""
    try:
        result = read(data)
    except GecamError:
        return "refused"
    notes = [(note.code, note.count) for note in result.notes]
    if RULES["figures"](result) == before[0]:
        return "told" if notes != before[1] else "same"
    return "told" if notes != before[1] else "silent"


def _cells(*cells: Callable[[str], str]) -> Callable[[str], Iterator[bytes]]:
    """Files in which the first cell of each column holds something else."""

    def files(name: str) -> Iterator[bytes]:
        for _, rows, _, at, column in RULES["cells_of"](name):
            for cell in cells:
                changed = cell(rows[at][column])
                if changed != rows[at][column]:
                    yield RULES["with_cell"](rows, at, column, changed)

    return files


def _figures(*cells: Callable[[str], str]) -> Callable[[str], Iterator[bytes]]:
    """Files in which the first figure of each column of counts is another."""

    def files(name: str) -> Iterator[bytes]:
        for read, rows, header, at, column in RULES["cells_of"](name):
            cell = rows[at][column]
            plain = cell.replace(",", "").replace(" ", "").removesuffix(".0")
            is_year = len(plain) == 4 and plain[:2] in {"19", "20"}
            is_money = rows[header][column] in RULES["MONEY"]
            if not plain.isdecimal() or is_year or is_money:
                continue
            if RULES["outcome"](read, RULES["with_cell"](rows, at, column, "many")) == "refused":
                for change in cells:
                    if change(plain) != plain:
                        yield RULES["with_cell"](rows, at, column, change(plain))

    return files


def _years(*years: str) -> Callable[[str], Iterator[bytes]]:
    def files(name: str) -> Iterator[bytes]:
        for _, rows, _, at, column in RULES["cells_of"](name):
            cell = rows[at][column]
            if len(cell) == 4 and cell[:2] in {"19", "20"}:
                for year in years:
                    yield RULES["with_cell"](rows, at, column, year)

    return files


def _data(name: str) -> tuple[int, Rows, list[int]]:
    header, rows = RULES["table_of"](SAMPLES[name][1])
    data = [at for at in range(header + 1, len(rows)) if not any(c[:1] == "#" for c in rows[at])]
    return header, rows, data


def _labels_twice(name: str) -> Iterator[bytes]:
    header, rows, data = _data(name)
    for column, label in enumerate(rows[header]):
        for place in (column, column + 1) if label.strip() else ():
            twice = [
                [*row[:place], "12" if at in data else "", *row[place:]] if len(row) > 1 else row
                for at, row in enumerate(rows)
            ]
            twice[header][place] = label
            yield RULES["written"](twice)


def _swallowed(name: str) -> Iterator[bytes]:
    _, rows, data = _data(name)
    for at in data[:-1]:
        first, second = rows[at], rows[at + 1]
        if any("," in cell or '"' in cell for cell in first + second):
            continue
        for column in range(len(first)):
            cell = ",".join(first[column:]) + "\n" + ",".join(second[: column + 1])
            joined = [*first[:column], cell, *second[column + 1 :]]
            yield RULES["written"]([*rows[:at], joined, *rows[at + 2 :]])


def _rows_twice(name: str) -> Iterator[bytes]:
    _, rows, data = _data(name)
    yield RULES["written"]([*rows, *(rows[at] for at in data)])
    for at in data:
        yield RULES["written"]([*rows[: at + 1], *rows[at:]])


def _totals(name: str) -> Iterator[bytes]:
    header, rows, data = _data(name)
    is_number = [
        any(rows[at][column].replace(",", "").isdecimal() for at in data)
        for column in range(len(rows[header]))
    ]
    figures = [rows[data[0]][at] if number else "" for at, number in enumerate(is_number)]
    for column, number in enumerate(is_number):
        for word in () if number else ("Total", "GRAND TOTAL", "Sudan total", ""):
            total = [*figures[:column], word, *figures[column + 1 :]]
            yield RULES["written"]([*rows, total])


def _book(text: str, hidden: str = "") -> bytes:
    """The sample as a workbook, behind a hidden sheet of other figures."""
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    first.title = "Old"
    for row in csv.reader(io.StringIO(hidden)):
        first.append(row)
    sheet = book.create_sheet("crisis indicator data" if "pin_level_3" in text else "Table 1")
    for _ in range(10 if text == RANDOM["TABLE_1"] else 0):
        sheet.append([])
    for row in csv.reader(io.StringIO(text)):
        sheet.append(row)
    if hidden:
        first.sheet_state = "hidden"
    else:
        book.remove(first)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _hidden(name: str) -> Iterator[bytes]:
    read, text = SAMPLES[name]
    if RULES["outcome"](read, _book(text)) != "refused":  # a reader of this layout as a workbook
        yield _book(text, re.sub(r"\d(?=\d{3})", "7", text))


def _row_lost(name: str) -> Iterator[bytes]:
    _, rows, data = _data(name)
    for at in data if len(data) > 1 else ():
        yield RULES["written"]([*rows[:at], *rows[at + 1 :]])


def _figures_swapped(name: str) -> Iterator[bytes]:
    header, rows, data = _data(name)
    for at, other in pairwise(data):
        for column in range(len(rows[header])):
            one, two = rows[at][column], rows[other][column]
            if one.isdecimal() and two.isdecimal() and one != two and len(one) > 4:
                changed = [list(row) for row in rows]
                changed[at][column], changed[other][column] = two, one
                yield RULES["written"](changed)


KNOWABLE = [
    Kind("an error of a spreadsheet, a formula", _cells(lambda _: "#REF!", lambda _: "=A1")),
    Kind("a line break inside a cell", _cells(lambda cell: f"\n{cell}", lambda cell: f"{cell}\nx")),
    Kind("a label that stands twice", _labels_twice),
    Kind("a quotation mark that takes the next row into a cell", _swallowed),
    Kind("a row, or the whole file, twice", _rows_twice),
    Kind("a row of totals, or one that names nothing", _totals),
    Kind("a hidden sheet of other figures before the table", _hidden),
    Kind("more people than the world has", _figures(lambda _: "9300000000")),
    Kind("a number as a spreadsheet shows it", _figures(lambda _: "4.94E+07")),
    Kind("years: two digits, fractions, long ago, ahead", _years("22", "2022.5", "1022", "2222")),
]  # fmt: skip
UNKNOWABLE = [
    Kind("one digit is another", _figures(lambda cell: f"{(int(cell[0]) % 9) + 1}{cell[1:]}")),
    Kind("a digit is lost", _figures(lambda cell: cell[1:] if cell[1:2] > "0" else cell)),
    Kind("thousands in place of persons", _figures(lambda cell: cell[:-3] if len(cell) > 6 else cell)),
    Kind("figures of two rows are swapped", _figures_swapped),
    Kind("a row is lost", _row_lost),
    Kind("another year", _years("2019", "2021")),
]  # fmt: skip

if __name__ == "__main__":
    main()
