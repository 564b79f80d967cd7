"""A table of a file, every cell as text with its place; columns are read by the rules of their kind.

A reader takes its columns through `Sheet.people`, `Sheet.years`, `Sheet.days`, `Sheet.text` and the
like. What breaks a rule is collected with its place, and `Sheet.source`, which every reader needs for
its answer, raises all of it in one error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from gecam._arguments import iso_day
from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.codes import is_iso3
from gecam.errors import CodeError, InputError, LayoutError, Problem
from gecam.io.door.cells import BLANKS, fault_of, mapped, number, shown, text, year_of
from gecam.io.door.data_sets import data_sets
from gecam.io.door.rows import distinct, is_doubled, total_rows
from gecam.model import PEOPLE_OF_THE_WORLD, Note, Source

_T = TypeVar("_T")
CELLS_TOLD = (
    500  # different wrong cells of a column that are looked at: no column has more by accident
)


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table of a file, all cells as text.

    Columns are asked for by the publisher's label, or by our name of it in `columns`.

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
    columns
        Our name of a column -> the publisher's label, where they were located.
    blocks
        Labels that stand several times by design, such as the years of one block per sex.
    absent
        Our names of optional columns that the table lacks: their cells are read as empty.
    notes
        What was left out or changed so far; shared with the sheets that `take` gives.
    problems
        What was found to be wrong so far; shared likewise.
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
    columns: Mapping[str, str] = field(default_factory=dict)
    blocks: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

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
        sheet = cls("", name, pd.DataFrame(columns), np.arange(1, len(frame) + 1), labels)
        return sheet.refuse_doubled()

    def __len__(self) -> int:
        """Return the number of rows below the header."""
        return len(self.rows)

    def __contains__(self, name: object) -> bool:
        """Return whether the table has a column."""
        return name in (self.columns or self.cells)

    def refuse_doubled(self) -> Sheet:
        """Return this sheet; if every row stands twice, take a problem: it would count twice."""
        if is_doubled(self.cells):
            what = f"each of the {len(self)} rows stands at least twice"
            remedy = "Keep one of each. Were two copies put together?"
            self.problems.append(self.fault(what, remedy, "DUPLICATE"))
        return self

    def require(self, *labels: str) -> Sheet:
        """Return this sheet if it has all columns in `labels`; else raise `LayoutError`."""
        missing = [label for label in labels if label not in self]
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

    def all_columns(self, *but: str) -> list[str]:
        """Return the labels of all columns but some; one that stands twice is a problem."""
        labels = [label for label in self.cells if label not in but]
        for label in self.cells:
            self._column(label)
        return labels

    def as_written(self, *names: str) -> pd.DataFrame:
        """Return columns as they stand, to compare rows by."""
        return pd.DataFrame({name: self._column(name) for name in names})

    def without_totals(self, *names: str) -> Sheet:
        """Return the rows that are no totals of others; a note says which were left out.

        Parameters
        ----------
        *names
            Columns that name what a row is of, such as place, plan or event; those that the table
            lacks are passed. A row that names nothing at all is a problem: it may be a total.
        """
        there = [name for name in names if name in self]
        named = self.as_written(*there)
        is_total = total_rows(named)
        places = np.flatnonzero(is_total)
        if len(places):
            rows = [
                f"row {self.rows[at]} ({', '.join(filter(None, named.iloc[at]))[:40]})"
                for at in places[:5]
            ]
            told = f"rows of totals, left out: {'; '.join(rows)}"
            self.notes.append(Note("TOTAL_ROW", told, len(places)))
        self.refuse(
            named.apply(lambda cells: cells.str.strip(BLANKS)).eq("").all(axis=1),
            there[0],
            "the row names nothing: is it a total?",
            "Delete it, or say what it is of.",
            "EMPTY",
        )
        return self.take(~is_total) if len(places) else self

    def text(self, name: str) -> pd.Series:
        """Return a column of names, codes or words without blanks around each cell.

        A cell that cannot be read, or that holds a line break, is a problem and empty in the result.
        """
        return pd.Series(self._each(name, lambda cell: cell, ""), dtype=object)

    def prose(self, name: str) -> pd.Series:
        """Return a column of descriptions: several lines are allowed, errors are shown as they are."""
        return mapped(self._column(name), lambda cell: shown(cell).strip(BLANKS))

    def converted(
        self, name: str, convert: Callable[[str], str], *, remedy: str = "", code: str = "CODE"
    ) -> pd.Series:
        """Return a column converted cell by cell; what is refused is a problem, and empty here.

        Parameters
        ----------
        name
            Column.
        convert
            Function of the cell's text without blanks around it, such as `gecam.codes.iso3`; an
            `InputError` or `KeyError` that it raises becomes a problem.
        remedy
            What the user can do about a problem.
        code
            Code of the problems.
        """
        values = self._each(name, convert, "", remedy=remedy, code=code)
        return pd.Series(values, dtype=object)

    def countries(self, name: str, *, is_blank_allowed: bool = False) -> pd.Series:
        """Return a column of ISO3 codes; every other cell is a problem, unless a blank is allowed."""

        def is_code(word: str) -> bool:
            return is_iso3(word) or (is_blank_allowed and not word)

        return self.converted(name, allowed(is_code, "an ISO3 code"))

    def countries_or_blank(self, name: str) -> pd.Series:
        """Return a column of ISO3 codes; cells that are none (regions, lists) are empty."""
        return mapped(self.text(name), lambda word: word if is_iso3(word) else "")

    def people(
        self,
        name: str,
        *,
        missing: Iterable[str] = ("",),
        unit: float = 1.0,
        is_as_published: bool = False,
    ) -> FloatArray:
        """Return a column of counts of people, NaN where missing.

        Parameters
        ----------
        name
            Column.
        missing
            Marks that stand for a figure that is not available. Other words are problems.
        unit
            How many people one unit of the cell is, such as 1,000 for thousands.
        is_as_published
            Whether negative numbers and fractions of a person are let through, for the reader to
            flag, where the publisher is known to print them.

        Returns
        -------
        array
            Shape ``(row,)``; unit: people. More people than the world has are a problem, and so
            are, unless `is_as_published`, numbers below zero and (in persons) fractions; a rounding
            error of a millionth is rounded off.

        Notes
        -----
        Thousands may be set apart by a comma, a blank or a no-break blank, in groups of three.
        ``1.234`` and ``120.000`` are problems, not 1.234 and 120 people: the point may be somebody's
        thousands separator. So is ``4.94E+07``, as a spreadsheet shows a number whose last digits
        it does not print.
        """
        is_whole = unit == 1 and not is_as_published
        marks = frozenset(missing)

        def read(cell: str) -> float:
            value = number(cell, marks, is_whole=is_whole)
            if value < 0 and not is_as_published:
                raise InputError("negative")
            if abs(value) * unit > PEOPLE_OF_THE_WORLD:
                raise InputError("more people than the world has")
            return value

        return self._numbers(name, read) * unit

    def amounts(
        self,
        name: str,
        *,
        missing: Iterable[str] = ("",),
        least: float = -np.inf,
        most: float = np.inf,
    ) -> FloatArray:
        """Return a column of numbers that count no people, NaN where missing.

        Parameters
        ----------
        name, missing
            As in `people`.
        least, most
            Ends of the scale; a number beyond them is a problem.
        """
        marks = frozenset(missing)

        def read(cell: str) -> float:
            value = number(cell, marks, is_whole=False)
            if value < least or value > most:
                raise InputError(f"outside its scale of {least:g} to {most:g}")
            return value

        return self._numbers(name, read)

    def years(self, name: str, *, missing: Iterable[str] = ()) -> pd.Series:
        """Return a column of years from 1900 to 2100 as whole numbers, or with NaN where missing.

        Two-digit years and fractions are problems; ``2022.0`` is a year.
        """
        marks = frozenset(missing)

        def read(cell: str) -> float:
            return np.nan if cell in marks else float(year_of(cell))

        years = pd.Series(self._each(name, read, 0.0, code="NOT_A_YEAR"), dtype=np.float64)
        return years if marks else years.astype(np.int64)

    def days(self, name: str, *, missing: Iterable[str] = ()) -> pd.Series:
        """Return a column of days in ISO form, with or without a time, of 1900 to 2100."""
        marks = frozenset(missing)
        read = self._each(
            name,
            lambda cell: pd.NaT if cell in marks else pd.Timestamp(iso_day(cell)),
            pd.NaT,
            remedy="Write YYYY-MM-DD.",
            code="NOT_A_DATE",
        )
        return pd.to_datetime(pd.Series(read, dtype=object))

    def refuse(
        self,
        where: Iterable[bool] | BoolArray | pd.Series,
        name: str,
        what: str | Callable[[int], str],
        remedy: str = "",
        code: str = "INPUT",
    ) -> None:
        """Take a problem for each row where `where` is true; `what` may depend on its position."""
        self.problems.extend(
            self.problem(
                int(at), name, what if isinstance(what, str) else what(int(at)), remedy, code
            )
            for at in np.flatnonzero(np.asarray(where, dtype=bool))
        )

    def refuse_repeats(self, key: pd.Series | pd.DataFrame, name: str) -> None:
        """Take a problem for each row whose key stands in a row above."""
        again = key.duplicated()
        self.refuse(again, name, "the row repeats one above", "Keep one.", "DUPLICATE")

    def problem(
        self, position: int, name: str, what: str, remedy: str = "", code: str = "INPUT"
    ) -> Problem:
        """Return a `Problem` placed at a row (position in `cells`) and column of this sheet."""
        row, column = int(self.rows[position]), self.columns.get(name, name)
        return self.fault(what, remedy, code, row=row, column=column)

    def fault(
        self, what: str, remedy: str = "", code: str = "INPUT", *,
        row: int | str = "", column: str = "",
    ) -> Problem:  # fmt: skip
        """Return a `Problem` of this sheet, placed at a row number and a label where there are any."""
        return Problem(what, remedy, self.file, self.sheet, row, column, code)

    def check(self) -> None:
        """Raise one `InputError` with all problems, if there are any."""
        problems = list(dict.fromkeys(self.problems))
        if problems:
            raise InputError(
                f"{self.file or self.sheet} has {len(problems)} cell(s) that cannot be read",
                problems,
            )

    def source(
        self, key: str, publisher: str, title: str, edition: str = "", **stated: Any
    ) -> Source:
        """Return the source of what was read from this file, which must have no problems.

        Parameters
        ----------
        key, publisher, title, edition
            As in `gecam.model.Source`, which calls the key its `id`.
        **stated
            Its other fields, without file and hash.
        """
        self.check()
        return Source(key, publisher, title, edition, sha256=self.sha256, file=self.file, **stated)

    def data_set(self, name: str, edition: str = "", **stated: Any) -> Source:
        """Return the source of a data set that data_sets.csv describes, read from this file.

        Parameters
        ----------
        name
            Its id in the table.
        edition
            As in `gecam.model.Source`.
        **stated
            Fields in place of those of the table, and further ones.
        """
        self.check()
        of_file = {"edition": edition, "sha256": self.sha256, "file": self.file}
        fields: dict[str, Any] = data_sets()[name] | of_file | stated
        return Source(**fields)

    def told(self, *notes: Note) -> tuple[Note, ...]:
        """Return what was left out or changed: the notes of this sheet, then a reader's own."""
        return tuple(note for note in (*self.notes, *notes) if note.count)

    def dated(
        self, people: pd.DataFrame, years: Collection[int] | None, *, day: str
    ) -> pd.DataFrame:
        """Return rows of some years (None for all), with ``as_of`` on a day such as ``"07-01"``.

        Raises
        ------
        InputError
            If a year that is asked for has no row, or none is left.
        """
        self.check()
        if years is not None:
            absent = sorted(set(years) - set(people["year"]))
            if absent:
                raise InputError(f"{self.file} holds no figures for the years {absent}.")
            people = people[people["year"].isin(list(years))]
        if people.empty:
            raise InputError(f"{self.file} holds no figure for any country.")
        return people.assign(as_of=people["year"].astype(str) + f"-{day}")

    def _column(self, name: str) -> pd.Series:
        """Return the cells of a column; a label that stands twice is a problem."""
        if name in self.absent:
            return pd.Series("", index=self.cells.index, dtype=object)
        label = self.columns.get(name, name)
        plain, numbered = label.casefold(), f"{label}.1"
        twins = [at for at in self.cells if at.casefold() == plain or at == numbered]
        if len(twins) > 1 and label not in self.blocks:
            what = f"{len(twins)} columns are called so: which one counts cannot be told"
            remedy, row = "Rename or delete the others.", self.header_row
            self.problems.append(self.fault(what, remedy, "COLUMN_REPEATED", row=row, column=label))
        return self.cells[label]

    def _numbers(self, name: str, read: Callable[[str], float]) -> FloatArray:
        def shown(cell: str) -> float:
            try:
                return read(cell)
            except InputError as error:
                raise InputError(f"{error}: {cell[:40]!r}") from None

        return np.array(self._each(name, shown, np.nan, code="NOT_A_NUMBER"), dtype=np.float64)

    def _each(
        self,
        name: str,
        read: Callable[[str], _T],
        refused: _T,
        *,
        remedy: str = "",
        code: str = "UNREADABLE",
    ) -> list[_T]:
        """Read a column cell by cell, each distinct cell once; problems are collected."""
        column = self._column(name)
        values: dict[str, _T] = {}
        faults: dict[str, str] = {}
        for cell in pd.unique(column):
            fault = f"not looked at: {CELLS_TOLD} other cells of the column are wrong"
            if len(faults) < CELLS_TOLD:
                values[cell], fault = _read(cell.strip(BLANKS), read, refused)
            if fault:
                values[cell], faults[cell] = refused, fault
        for at in np.flatnonzero(column.isin(faults)) if faults else ():
            self.problems.append(self.problem(int(at), name, faults[column.iloc[at]], remedy, code))
        return [values[cell] for cell in column]


def _read(cell: str, read: Callable[[str], _T], refused: _T) -> tuple[_T, str]:
    """Return the value of a cell, and what is wrong with it (empty where nothing is)."""
    if fault := fault_of(cell):
        return refused, fault
    try:
        return read(cell), ""
    except InputError as error:
        return refused, str(error)
    except KeyError:
        return refused, f"unknown word {cell!r}"


def allowed(is_allowed: Callable[[str], bool], what: str) -> Callable[[str], str]:
    """Return a function that passes known words and refuses others, for `Sheet.converted`."""

    def check(word: str) -> str:
        if not is_allowed(word):
            raise CodeError(f"{word!r} is not {what}")
        return word

    return check
