"""Your own groups of one origin: people in need from one country in another, counted apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.io.door import File, reader
from gecam.io.own.own_rows import own_layout, read_rows
from gecam.io.own.own_tables import source_of
from gecam.model import Note, OriginGroup, Source


@dataclass(frozen=True, eq=False)
class OriginGroups:
    """People of one origin in one country, each with a number in need of their own.

    Parameters
    ----------
    groups
        As `gecam.model.RegionalPlans.with_groups` takes them.
    source, notes
        As in `gecam.model.Stock`.
    """

    groups: tuple[OriginGroup, ...]
    source: Source
    notes: tuple[Note, ...] = ()


@reader("groups", "you", own_layout("groups"))
@checked
def read_origin_groups(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> OriginGroups:
    """Read your own table of groups of one origin: Venezuelans in Colombia, say.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; needed are host, origin and in_need, and ``template("groups")`` lists the
        others.

    Returns
    -------
    OriginGroups
        One group per row.

    Raises
    ------
    InputError
        If a cell breaks its rule, people are at home, more are in need than are present, or two rows
        hold the same people: all rows, with the reason.

    Examples
    --------
    >>> from gecam.io import read_origin_groups
    >>> table = pd.DataFrame({"host": ["Colombia"], "origin": ["VEN"], "in_need": [1_960_000]})
    >>> read_origin_groups(table).groups[0].host
    'COL'
    """
    rows, sheet, notes = read_rows(table, "groups", columns, encoding)
    label = {name: (columns or {}).get(name, name) for name in rows}
    whose = ["host", "origin", "group"]
    is_twice = rows.duplicated([*whose, "name"], keep=False)
    is_whole = rows["name"].eq("") & rows.duplicated(whose, keep=False)
    faults = (
        (rows["host"].eq(rows["origin"]), "origin", "people of a country in it are no migrants"),
        (rows["in_need"].le(0), "in_need", "nobody is in need: leave the row out"),
        (rows["in_need"].gt(rows["present"]), "in_need", "more are in need than are present"),
        (is_twice | is_whole, "name", "another row holds the same people"),
    )
    for is_fault, name, what in faults:
        sheet.refuse(is_fault, label[name], what)
    sheet.check()
    stated = source_of(source, sheet, "groups")
    return OriginGroups(
        tuple(_group(row, stated) for row in rows.to_dict("records")), stated, notes
    )


def _group(row: Mapping[Any, Any], source: Source) -> OriginGroup:
    """Return the group of a row; people present may be unknown."""
    present = None if np.isnan(row["present"]) else row["present"]
    return OriginGroup(**{**row, "present": present}, source=source)
