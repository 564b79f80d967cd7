"""Tables as the publisher wrote them: every cell as text, with its place."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.errors import HostileFileError, InputError, LayoutError, Problem
from gecam.io.intake import (
    LIMITS,
    CheckedFile,
    Limits,
    Source,
    is_workbook,
    read_text,
    read_workbook_bytes,
)

MISSING: Final = frozenset({"", "..", "…", "-", "~", "n/a", "N/A", "NA", "#N/A"})
"""Marks that publishers write for a figure that is not available; declare those a file uses."""

_BLANKS = "\u00a0\u202f\u2009\u2007\t "
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[ ,]\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_HEADER_WITHIN = 40  # rows searched for a header that is given as a function
_TOO_MANY = 1e15  # a count above it is not exact in floating point, and is no count of people


HeaderRow: TypeAlias = int | Callable[[Sequence[str]], bool]
"""Number of the header row, or a function that knows it by its cells."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table of a file, all cells as text.

    Parameters
    ----------
    file, sheet
        Name of the file (no folder) and of the sheet; the sheet of a text file is empty.
    cells
        The rows below the header, as text, under the publisher's labels. A repeated label gets a
        number (``1990``, ``1990.1``, ``1990.2``), an empty one its letter (``[A]``).
    rows
        Row number of each row as a spreadsheet program shows it (1 is the first). Shape ``(row,)``.
    labels
        The header as written, one per column.
    sha256
        Hash of the file as handed over.
    encoding
        Encoding of a text file; empty for a workbook.
    header_row
        Row number of the header.
    title
        Text of the rows above the header, one line per row.
    """

    file: str
    sheet: str
    cells: pd.DataFrame
    rows: IntArray
    labels: tuple[str, ...]
    sha256: str = ""
    encoding: str = ""
    header_row: int = 1
    title: str = ""

    def __len__(self) -> int:
        """Return the number of rows below the header."""
        return len(self.rows)

    def require(self, *labels: str) -> Sheet:
        """Return this sheet if it has all columns in `labels`; else raise `LayoutError`."""
        missing = [label for label in labels if label not in self.cells]
        if missing:
            raise LayoutError(
                f"{self.file} lacks the columns {missing}; header in row {self.header_row}: "
                f"{list(self.labels)[:12]}."
            )
        return self

    def take(self, where: BoolArray | pd.Series) -> Sheet:
        """Return the rows where `where` is true, with their row numbers."""
        mask = np.asarray(where, dtype=bool)
        return replace(self, cells=self.cells[mask].reset_index(drop=True), rows=self.rows[mask])

    def text(self, label: str) -> pd.Series:
        """Return a column without blanks around each cell."""
        return _mapped(self.cells[label], lambda cell: cell.strip(_BLANKS))

    def codes(
        self, label: str, convert: Callable[[str], str], *, remedy: str = ""
    ) -> tuple[pd.Series, list[Problem]]:
        """Return a column converted cell by cell, and a problem for each cell that is refused.

        Parameters
        ----------
        label
            Column.
        convert
            Function of the cell's text without blanks around it, such as `gecam.codes.iso3`; an
            `InputError` or `KeyError` that it raises becomes a problem, and the cell is empty in
            the result.
        remedy
            What the user can do about a problem.
        """
        column = self.text(label)
        once: dict[str, str] = {}
        refused: dict[str, str] = {}
        for cell in pd.unique(column):
            try:
                once[cell] = convert(cell)
            except (InputError, KeyError) as error:
                told = isinstance(error, InputError)
                once[cell], refused[cell] = "", str(error) if told else f"unknown word {cell!r}"
        problems = [
            self.problem(at, label, refused[cell], remedy, code="CODE")
            for at, cell in enumerate(column if refused else ())
            if cell in refused
        ]
        return column.map(once), problems

    def problem(
        self, position: int, column: str, what: str, remedy: str = "", code: str = "INPUT"
    ) -> Problem:
        """Return a `Problem` placed at a row (position in `cells`) and column of this sheet."""
        row = int(self.rows[position])
        return Problem(what, remedy, self.file, self.sheet, row, column, code)

    def numbers(
        self,
        label: str,
        *,
        missing: Iterable[str] = ("",),
        is_count: bool = True,
        factor: float = 1.0,
    ) -> tuple[FloatArray, list[Problem]]:
        """Return a column as numbers, NaN where missing, and what could not be read.

        Parameters
        ----------
        label
            Column.
        missing
            Marks that stand for a figure that is not available. Other words are problems.
        is_count
            Whether cells count people: below zero, and a fraction of a person, are problems (a
            rounding error of a millionth is rounded off).
        factor
            What one unit of the cell is, such as 1,000 for thousands; `is_count` then judges the
            sign only.

        Returns
        -------
        numbers, problems
            Shape ``(row,)``; the problems name row and column.

        Notes
        -----
        Thousands may be set apart by a comma, a blank or a no-break blank, in groups of three.
        ``1.234`` in a count is a problem, not one person and a bit: somebody's thousands point.
        """
        marks = frozenset(missing)

        def read(cell: str) -> float | str:
            return _number(cell, marks, is_count=is_count, is_whole=is_count and factor == 1)

        column = self.cells[label]
        read_once = {cell: read(cell) for cell in pd.unique(column)}
        read_all = [read_once[cell] for cell in column]
        bad = [at for at, value in enumerate(read_all) if isinstance(value, str)]
        problems = [
            self.problem(
                at, label, f"{read_all[at]}: {column.iloc[at][:40]!r}", code="NOT_A_NUMBER"
            )
            for at in bad
        ]
        for at in bad:
            read_all[at] = float("nan")
        return np.array(read_all, dtype=np.float64) * factor, problems


def raise_problems(sheet: Sheet, problems: Iterable[Problem]) -> None:
    """Raise one `InputError` with all problems of a sheet, if there are any."""
    found = list(problems)
    if found:
        raise InputError(f"{sheet.file} has {len(found)} cell(s) that cannot be read", found)


def _number(cell: str, missing: frozenset[str], *, is_count: bool, is_whole: bool) -> float | str:
    """Return the number in a cell, NaN for a missing mark, or what is wrong with it."""
    text = cell.strip(_BLANKS)
    if text in missing:
        return float("nan")
    for blank in _BLANKS[:-1]:
        text = text.replace(blank, " ")
    if not _NUMBER.fullmatch(text):
        return "not a number"
    if ("," in text or " " in text) and len({mark for mark in text if mark in ", "}) > 1:
        return "not a number: two kinds of thousands separator"
    value = float(text.replace(",", "").replace(" ", ""))
    if not np.isfinite(value) or abs(value) > _TOO_MANY:
        return "too large to be a count"
    if is_count and value < 0:
        return "negative"
    if is_whole:
        if abs(value - round(value)) > 1e-6 * max(1.0, abs(value) * 1e-3):
            return "a fraction of a person (is the point a thousands separator?)"
        return float(round(value))
    return value


def read_delimited(
    source: Source,
    *,
    delimiter: str | None = ",",
    header_row: HeaderRow = 1,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Sheet:
    r"""Read a table of delimited text, plain or compressed by gzip, all cells as text.

    Parameters
    ----------
    source
        Path, bytes, or a file open for reading bytes.
    delimiter
        One character between cells; None takes the one of comma, semicolon, tab and bar that the
        header holds most often.
    header_row
        Number of the row that holds the labels, 1 for the first, or a function that knows it by its
        cells; rows above it become the title.
    encoding
        Fallback for files that are not UTF-8 (see `gecam.io.intake.read_text`).
    limits
        How large the file may be.

    Raises
    ------
    HostileFileError
        If the file breaks a limit.
    InputError
        If a row has more or fewer cells than the header, or a quotation mark is never closed.
    LayoutError
        If there is no header row.

    Examples
    --------
    >>> from gecam.io.tables import read_delimited
    >>> sheet = read_delimited("place,people\nNA,1 200\n".encode())
    >>> sheet.cells.loc[0, "place"], sheet.numbers("people")[0].tolist()
    ('NA', [1200.0])
    """
    file = read_text(source, encoding=encoding, limits=limits)
    lines = io.TextIOWrapper(io.BytesIO(file.data), encoding=file.encoding, newline="")
    reader = csv.reader(lines, delimiter=delimiter or _delimiter(file, header_row), strict=True)
    table = _Builder(file.name, "", limits)
    row = 1
    try:
        for record in reader:
            table.row(row, record, header_row)
            row = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{file.name} is not a well-formed table",
            [Problem(str(error), file=file.name, row=reader.line_num, code="CSV")],
        ) from None
    return table.sheet(file.sha256, file.encoding)


def read_workbook(
    source: Source,
    *,
    sheet: str | int | Callable[[str], bool] = 0,
    header_row: HeaderRow = 1,
    limits: Limits = LIMITS,
) -> Sheet:
    """Read one sheet of an .xlsx workbook, all cells as text.

    Parameters
    ----------
    source
        Path, bytes, or a file open for reading bytes.
    sheet
        Name, position (0 is the first), or a function that picks the name.
    header_row
        Number of the row that holds the labels, as a spreadsheet program shows it, or a function
        that knows it by its cells.
    limits
        How large the file may be.

    Raises
    ------
    HostileFileError
        If the file breaks a limit (see `gecam.io.intake`).
    LayoutError
        If there is no such sheet or header row, or the file is no .xlsx workbook.
    """
    return Workbook.open(source, limits=limits).sheet(sheet, header_row=header_row)


def read_table(
    source: Source,
    *,
    sheet: str | int | Callable[[str], bool] = 0,
    header_row: HeaderRow = 1,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Sheet:
    """Read a table from a workbook or a text file, whichever it is (see the two readers)."""
    if is_workbook(source):
        return read_workbook(source, sheet=sheet, header_row=header_row, limits=limits)
    return read_delimited(
        source, delimiter=None, header_row=header_row, encoding=encoding, limits=limits
    )


@dataclass(frozen=True, eq=False)
class Workbook:
    """A checked workbook, to read several sheets from."""

    name: str
    sha256: str
    names: tuple[str, ...]
    book: Any = field(repr=False)
    limits: Limits = LIMITS

    @classmethod
    def open(cls, source: Source, *, limits: Limits = LIMITS) -> Workbook:
        """Check a workbook and open it."""
        from python_calamine import CalamineWorkbook

        file = read_workbook_bytes(source, limits=limits)
        book = _guarded(file.name, lambda: CalamineWorkbook.from_filelike(io.BytesIO(file.data)))
        return cls(file.name, file.sha256, tuple(book.sheet_names), book, limits)

    def _name(self, which: str | int | Callable[[str], bool]) -> str:
        if isinstance(which, int):
            if not 0 <= which < len(self.names):
                raise LayoutError(f"{self.name} has {len(self.names)} sheets: no number {which}.")
            return self.names[which]
        found = (
            [name for name in self.names if which(name)]
            if callable(which)
            else [name for name in self.names if name == which]
        )
        if len(found) != 1:
            wish = "that the reader knows" if callable(which) else repr(which)
            raise LayoutError(f"{self.name} has no one sheet {wish}; it has {list(self.names)}.")
        return found[0]

    def sheet(
        self, which: str | int | Callable[[str], bool] = 0, *, header_row: HeaderRow = 1
    ) -> Sheet:
        """Return a sheet by name, position, or a function that picks the name."""
        name = self._name(which)
        grid = _guarded(
            self.name, lambda: self.book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        )
        table = _Builder(self.name, name, self.limits)
        for row, record in enumerate(grid, start=1):
            cells = [_text(cell) for cell in record]
            if table.labels and not any(cells[len(table.labels) :]):
                cells = cells[: len(table.labels)]  # the grid is as wide as its widest row
            elif not table.labels:
                while cells and not cells[-1]:
                    cells.pop()
            table.row(row, cells, header_row)
        return table.sheet(self.sha256, "")


def _guarded(name: str, read: Callable[[], Any]) -> Any:
    """Call the spreadsheet parser; its panics are errors of the file."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a Rust panic is not an Exception
        raise InputError(f"{name} cannot be read as a workbook: {error}") from None


def _text(cell: object) -> str:
    """Return a cell's value as text: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int | timedelta) else ""


class _Builder:
    """Collects rows of text in columns; equal cells share one string."""

    def __init__(self, file: str, sheet: str, limits: Limits) -> None:
        self.file, self.sheet_name, self.limits = file, sheet, limits
        self.labels: list[str] = []
        self.header_row = 0
        self.above: list[str] = []
        self.rows: list[int] = []
        self.block: list[list[str]] = []
        self.columns: list[list[str]] = []
        self.known: dict[str, str] = {}
        self.ragged: list[Problem] = []
        self.n_ragged = 0

    def row(self, row: int, cells: list[str], header_row: HeaderRow) -> None:
        """Take a row: above the header, the header itself, or below it; empty rows are passed."""
        if self.labels:
            if any(cells):
                self.add(row, cells)
        elif header_row(cells) if callable(header_row) else row >= header_row:
            self.header_row = row
            self.header(cells)
        else:
            self.above.append(" ".join(filter(None, cells)))
            if callable(header_row) and len(self.above) > _HEADER_WITHIN:
                self.lacks_header()

    def lacks_header(self) -> NoReturn:
        where = f"{self.file}, sheet {self.sheet_name!r}," if self.sheet_name else self.file
        first = [line[:60] for line in self.above[:2]]
        raise LayoutError(f"{where} has no header row that gecam knows; it begins with {first}.")

    def header(self, labels: list[str]) -> None:
        if not any(label.strip() for label in labels):
            raise LayoutError(f"{self.file} has an empty header row.")
        if len(labels) > self.limits.columns:
            raise HostileFileError(f"{self.file} has more than {self.limits.columns:,} columns.")
        self.labels = labels
        self.columns = [[] for _ in labels]

    def add(self, row: int, cells: list[str]) -> None:
        if len(cells) != len(self.labels):
            self.n_ragged += 1
            if len(self.ragged) < 100:
                what = f"the row has {len(cells)} cells, the header has {len(self.labels)}"
                self.ragged.append(
                    Problem(what, file=self.file, sheet=self.sheet_name, row=row, code="RAGGED")
                )
            return
        if len(self.rows) >= self.limits.rows:
            raise HostileFileError(f"{self.file} has more than {self.limits.rows:,} rows.")
        self.rows.append(row)
        self.block.append(cells)
        if len(self.block) == 10_000:
            self.flush()

    def flush(self) -> None:
        share = self.known.setdefault
        for column, cells in zip(self.columns, zip(*self.block, strict=True), strict=False):
            column.extend([share(cell, cell) for cell in cells])
        self.block.clear()

    def sheet(self, sha256: str, encoding: str) -> Sheet:
        if not self.labels:
            self.lacks_header()
        if self.n_ragged:
            raise InputError(f"{self.file} has {self.n_ragged} ragged row(s)", self.ragged)
        self.flush()
        cells = pd.DataFrame(
            {
                label: pd.Series(np.array(column, dtype=object), dtype=object)
                for label, column in zip(_distinct(self.labels), self.columns, strict=True)
            }
        )
        return Sheet(
            self.file,
            self.sheet_name,
            cells,
            np.array(self.rows, dtype=np.int64),
            tuple(self.labels),
            sha256,
            encoding,
            self.header_row,
            "\n".join(self.above),
        )


def _delimiter(file: CheckedFile, header_row: HeaderRow) -> str:
    """Return the mark that the header row, or the rows it is searched in, holds most often."""
    lines = io.TextIOWrapper(io.BytesIO(file.data), encoding=file.encoding)
    start, stop = (0, _HEADER_WITHIN) if callable(header_row) else (header_row - 1, header_row)
    header = "".join(itertools.islice(lines, start, stop))
    return max(",;\t|", key=header.count)


def _distinct(labels: list[str]) -> list[str]:
    """Return labels without blanks around them, numbered where repeated, lettered where empty."""
    seen: dict[str, None] = {}
    for position, label in enumerate(labels):
        base = " ".join(label.split()) or f"[{_letter(position)}]"
        name, repeat = base, 0
        while name in seen:
            repeat += 1
            name = f"{base}.{repeat}"
        seen[name] = None
    return list(seen)


def _letter(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _mapped(column: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Return a column changed cell by cell, each distinct cell once."""
    once = {cell: change(cell) for cell in pd.unique(column)}
    return column.map(once)
