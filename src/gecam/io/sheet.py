"""A table of a file, every cell as text, with the place of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.errors import InputError, LayoutError, Problem
from gecam.io.cells import BLANKS, fault_of, mapped, number, shown, text


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

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, *, name: str) -> Sheet:
        """Return a table in memory as a sheet: cells as text, rows counted from 1."""
        labels = tuple(text(str(label)) for label in frame.columns)
        columns = {
            label: pd.Series(
                [text(cell) for cell in frame.iloc[:, at].astype(object)], dtype=object
            )
            for at, label in enumerate(distinct(labels))
        }
        return cls("", name, pd.DataFrame(columns), np.arange(1, len(frame) + 1), labels)

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
        """Return a column of names, codes or words without blanks around each cell.

        Raises
        ------
        InputError
            If cells of it cannot be read; all of them are listed.
        """
        raise_problems(self, self._faults(label))
        return mapped(self.cells[label], lambda cell: cell.strip(BLANKS))

    def prose(self, label: str) -> pd.Series:
        """Return a column of descriptions, in which a cell that cannot be read is shown as it is."""
        return mapped(self.cells[label], lambda cell: shown(cell).strip(BLANKS))

    def _faults(self, label: str) -> list[Problem]:
        """Return a problem for each cell of a column that has no value to read."""
        column = self.cells[label]
        faults = {cell: fault for cell in pd.unique(column) if (fault := fault_of(cell))}
        return [
            self.problem(at, label, faults[cell], code="UNREADABLE")
            for at, cell in enumerate(column if faults else ())
            if cell in faults
        ]

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
        column = mapped(self.cells[label], lambda cell: cell.strip(BLANKS))
        once: dict[str, str] = {}
        refused: dict[str, str] = {}
        for cell in pd.unique(column):
            if fault := fault_of(cell):
                once[cell], refused[cell] = "", fault
                continue
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
        return column.map(once).astype(object), problems

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
        ``1.234`` and ``120.000`` in a count are problems, not 1.234 and 120 people: the point may be
        somebody's thousands separator.
        """
        marks = frozenset(missing)

        def read(cell: str) -> float | str:
            return number(cell, marks, is_count=is_count, is_whole=is_count and factor == 1)

        column = self.cells[label]
        read_once = {cell: read(cell) for cell in pd.unique(column)}
        read_all = [read_once[cell] for cell in column]
        bad = [at for at, value in enumerate(read_all) if isinstance(value, str)]
        problems = [
            self.problem(
                at, label, _refusal(column.iloc[at], str(read_all[at])), code="NOT_A_NUMBER"
            )
            for at in bad
        ]
        for at in bad:
            read_all[at] = float("nan")
        return np.array(read_all, dtype=np.float64) * factor, problems


def _refusal(cell: str, what: str) -> str:
    """Return why a cell is refused, with the cell where the reason does not show it."""
    return what if fault_of(cell) else f"{what}: {cell[:40]!r}"


def raise_problems(sheet: Sheet, problems: Iterable[Problem]) -> None:
    """Raise one `InputError` with all problems of a sheet, if there are any."""
    found = list(problems)
    if found:
        raise InputError(f"{sheet.file} has {len(found)} cell(s) that cannot be read", found)


def distinct(labels: Sequence[str]) -> list[str]:
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
