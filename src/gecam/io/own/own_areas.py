"""Users' own table of migrants, residents and people in need by area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gecam._signature import check_fields, checked
from gecam.errors import InputError
from gecam.io.door import File, reader
from gecam.io.own.own_rows import own_layout, read_rows
from gecam.io.own.own_tables import source_of
from gecam.model import Note, Source

AREA_COUNTS = ("migrants", "refugees", "residents", "in_need")


@dataclass(frozen=True, eq=False)
class AreaCounts:
    """Migrants, residents and people in need by area.

    Parameters
    ----------
    rows
        One row per area: ``country`` (ISO3), ``area`` (p-code or name), ``as_of``, ``migrants``,
        ``refugees``, ``residents``, ``in_need`` (persons, NaN where nobody counted, which is not zero).
    source, notes
        As in `gecam.model.Stock`.
    """

    rows: pd.DataFrame
    source: Source
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)


@reader("by_area", "you", own_layout("by_area"))
@checked
def read_area_counts(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> AreaCounts:
    """Read your own table of counts by area: a census of migrants, registered people, residents.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; needed are country, area and as_of, and one of migrants,
        refugees, residents and in_need.

    Returns
    -------
    AreaCounts
        One row per area.

    Raises
    ------
    InputError
        If a cell breaks its rule, an area stands twice, or no column of counts holds anything.

    Examples
    --------
    >>> from gecam.io import read_area_counts
    >>> frame = pd.DataFrame({"country": "Libya", "area": ["LY01", "LY02"], "as_of": "2024-07-01",
    ...                       "migrants": [2_500, 400]})
    >>> read_area_counts(frame).rows["migrants"].sum()
    np.float64(2900.0)
    """
    rows, sheet, notes = read_rows(table, "by_area", columns, encoding)
    twice = rows[rows.duplicated(["country", "area"])]
    if len(twice):
        first = twice.iloc[0]
        raise InputError(
            f"{sheet.file or 'the table'}: {first['country']} has the area {first['area']!r} twice: "
            "keep one row of each area, of one date."
        )
    if rows[list(AREA_COUNTS)].isna().all(axis=None):
        raise InputError(
            f"{sheet.file or 'the table'} counts nobody: fill migrants, refugees, "
            "residents or in_need."
        )
    return AreaCounts(rows, source_of(source, sheet, "areas"), notes)
