"""Rows of the Missing Migrants Project that are no records of their own: totals, and repeats."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from gecam._typing import BoolArray
from gecam.errors import InputError
from gecam.io.door import Sheet, total_rows
from gecam.io.iom.missing_migrants_layouts import Layout
from gecam.model import Note

_KEYS: Final = (
    "incident", "record", "kind", "region", "date", "year", "month", "route", "country",
    "region_of_origin", "country_of_origin",
)  # fmt: skip

# Judgements, from the six files of 2020 to 2026 and their extracts by route, country, cause and
# year: without ids, at most 2.7 % of the rows equal one above, with records of other days (or months,
# where days are not told) between them, and at most three of these follow each other; with ids of
# incidents alone, none does, and 0.3 % of the incidents have equal parts.
_MOST_APART, _LEAST_APART, _LONGEST_RUN = 0.05, 3, 4
_MOST_INCIDENTS, _LEAST_INCIDENTS = 0.05, 2
_REMEDY: Final = (
    "Keep one of each. If two downloads were put together, read each of them and join them with "
    "gecam.mortality.merge."
)


def without_totals(sheet: Sheet) -> tuple[Sheet, list[Note]]:
    """Return the rows that are records, and a note on rows of totals that were left out."""
    names = [sheet.cells.columns[0], *(key for key in _KEYS if key in sheet)]
    is_total = total_rows(sheet.as_written(*names))
    if not is_total.any():
        return sheet, []
    number = int(is_total.sum())
    deaths = "dead_and_missing" if "dead_and_missing" in sheet else "dead"
    people = sheet.as_written(deaths)[deaths]
    rows = [
        f"row {row} ({cell} people)"
        for row, cell in zip(sheet.rows[is_total], people[is_total], strict=True)
    ]
    text = f"rows of totals, which are no incidents, left out: {', '.join(rows[:5])}"
    return sheet.take(~is_total), [Note("TOTAL_ROW", text, number)]


def identical_rows(sheet: Sheet, layout: Layout) -> BoolArray:
    """Return which rows equal an earlier one, in a file that does not hold its records twice.

    Parameters
    ----------
    sheet, layout
        The file with its columns under our names, and its layout.

    Returns
    -------
    array
        True where a row may be a part of a split incident, or a second incident, that looks like
        one above it. Shape ``(row,)``.

    Raises
    ------
    InputError
        If an id of a record stands twice, or so many rows equal earlier ones that the file holds
        its records twice.
    """
    if layout.record_id in sheet:
        ids = sheet.text(layout.record_id)
        _refuse(sheet, ids, ids.duplicated() & ids.str.contains(r"\d"), layout.record_id)
        return np.zeros(len(sheet), dtype=bool)
    if "incident" in sheet:
        return _equal_parts(sheet)
    unnamed = [
        label for label, written in zip(sheet.cells, sheet.labels, strict=True)
        if not written.strip() or written.startswith("Unnamed")
    ]  # fmt: skip
    rows = _row_keys(sheet.cells.drop(columns=unnamed))
    is_repeat = rows.duplicated()
    is_apart = is_repeat & _stands_apart(rows, _times(sheet))
    is_twice = rows.duplicated(keep=False).all() and rows.max() > 0  # keys count from 0
    is_much = is_apart.sum() >= max(_LEAST_APART, _MOST_APART * len(sheet))
    if is_twice or is_much or _longest_run(rows, is_apart) > _LONGEST_RUN:
        _refuse(sheet, rows, is_repeat if is_twice else is_apart, str(sheet.cells.columns[0]))
    return np.asarray(is_repeat, dtype=bool)


def _equal_parts(sheet: Sheet) -> BoolArray:
    """Return which rows equal an earlier one of their id: parts of one incident look alike."""
    ids = sheet.text("incident")
    rows = _row_keys(sheet.as_written(*sheet.columns))
    is_repeat = rows.duplicated()
    is_apart = is_repeat & _stands_apart(rows, _times(sheet))
    incidents = ids[is_repeat].nunique()
    is_twice = incidents >= _LEAST_INCIDENTS and incidents > _MOST_INCIDENTS * ids.nunique()
    if is_twice or is_apart.any():
        _refuse(sheet, rows, is_repeat if is_twice else is_apart, "incident")
    return np.asarray(is_repeat, dtype=bool)


def _row_keys(cells: pd.DataFrame) -> pd.Series:
    """Return a number for each row, the same for rows that are equal."""
    return cells.groupby(list(cells.columns), sort=False, dropna=False).ngroup()


def _times(sheet: Sheet) -> pd.Series:
    """Return the day of each row, or its month where the layout has no days."""
    if "month" in sheet:
        return sheet.text("year") + sheet.text("month")
    return sheet.text("date")


def _stands_apart(rows: pd.Series, times: pd.Series) -> pd.Series:
    """Return whether records of another time stand between a row and the last one equal to it."""
    block = times.ne(times.shift()).cumsum()
    return block.ne(block.groupby(rows).shift())


def _longest_run(rows: pd.Series, is_apart: pd.Series) -> int:
    """Return how many repeated rows follow each other as the rows do that they repeat."""
    last_equal = pd.Series(np.arange(len(rows))).groupby(rows).shift()
    goes_on = is_apart & is_apart.shift(fill_value=False) & last_equal.diff().eq(1)
    runs = is_apart.groupby((~goes_on).cumsum()).sum()
    return int(runs.max()) if len(runs) else 0


def _refuse(sheet: Sheet, keys: pd.Series, is_repeat: pd.Series, column: str) -> None:
    """Raise an error that names each repeated row and the row that it repeats."""
    if not is_repeat.any():
        return
    first = pd.Series(sheet.rows).groupby(keys).transform("first")
    raise InputError(
        f"{sheet.file} holds {int(is_repeat.sum())} record(s) twice, and their people with them",
        [
            sheet.problem(
                int(at),
                column,
                f"the record stands in row {first[at]} already",
                _REMEDY,
                "REPEATED",
            )
            for at in np.flatnonzero(is_repeat)
        ],
    )
