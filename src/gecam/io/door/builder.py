"""Builds a `Sheet` row by row, within limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NoReturn, TypeAlias

import numpy as np
import pandas as pd

from gecam.errors import HostileFileError, InputError, LayoutError, Problem
from gecam.io.door.limits import Limits
from gecam.io.door.rows import distinct
from gecam.io.door.sheet import Sheet

HeaderRow: TypeAlias = int | Callable[[Sequence[str]], bool]
"""Number of the header row, or a function that knows it by its cells."""

HEADER_WITHIN: Final = 40  # rows searched for a header that is given as a function


class Builder:
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
            if callable(header_row) and len(self.above) > HEADER_WITHIN:
                self.lacks_header()

    def lacks_header(self) -> NoReturn:
        """Raise the error of a file without a header."""
        where = f"{self.file}, sheet {self.sheet_name!r}," if self.sheet_name else self.file
        first = [line[:60] for line in self.above[:2]]
        raise LayoutError(f"{where} has no header row that gecam knows; it begins with {first}.")

    def header(self, labels: list[str]) -> None:
        """Take the labels."""
        if not any(label.strip() for label in labels):
            raise LayoutError(f"{self.file} has an empty header row.")
        if len(labels) > self.limits.columns:
            raise HostileFileError(f"{self.file} has more than {self.limits.columns:,} columns.")
        self.labels = labels
        self.columns = [[] for _ in labels]

    def add(self, row: int, cells: list[str]) -> None:
        """Take a row below the header; one that is too short or too wide is remembered."""
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

    def refuse_swallowed_rows(self, row: int, cells: list[str], mark: str) -> None:
        """Raise `InputError` if a cell of several lines holds the end of one row and another's start.

        A quotation mark without its partner takes what follows, up to the next one, into its cell.
        The lines of such a cell have the marks that rows have there, and figures where rows have them.
        """
        for at, cell in enumerate(cells if self.labels else ()):
            lines = cell.splitlines()
            if len(lines) > 1 and self._are_rows(lines, cells, at, mark):
                what = f"the cell holds rows of the table: {cell[:60]!r}"
                remedy = "A quotation mark lacks its partner."
                raise InputError(
                    f"{self.file} is not a well-formed table",
                    [Problem(what, remedy, self.file, "", row, self.labels[at], "CSV")],
                )

    def _are_rows(self, lines: list[str], cells: list[str], at: int, mark: str) -> bool:
        marks = [line.count(mark) for line in lines]
        width = len(self.labels)
        whole = [width - 1] * (len(lines) - 2)
        if marks != [width - 1 - at, *whole, at]:
            return False
        if width >= 6:
            return True  # prose has few lines of just so many marks
        inside = [*lines[-1].split(mark)[:-1], "", *lines[0].split(mark)[1:]]
        beside = [inside[place] for place, cell in enumerate(cells) if _is_figure(cell)]
        return any(map(_is_figure, beside)) and not any(map(str.isalpha, "".join(beside)))

    def flush(self) -> None:
        """Move the rows taken so far into columns, where equal cells share one string."""
        share = self.known.setdefault
        for column, cells in zip(self.columns, zip(*self.block, strict=True), strict=False):
            column.extend([share(cell, cell) for cell in cells])
        self.block.clear()

    def sheet(self, sha256: str, encoding: str) -> Sheet:
        """Return the table, or raise what is wrong with its rows."""
        if not self.labels:
            self.lacks_header()
        if self.n_ragged:
            raise InputError(f"{self.file} has {self.n_ragged} ragged row(s)", self.ragged)
        self.flush()
        cells = pd.DataFrame(
            {
                label: pd.Series(np.array(column, dtype=object), dtype=object)
                for label, column in zip(distinct(self.labels), self.columns, strict=True)
            }
        )
        sheet = Sheet(
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
        return sheet.refuse_doubled()


def _is_figure(cell: str) -> bool:
    return any(letter.isdecimal() for letter in cell) and not any(map(str.isalpha, cell))
