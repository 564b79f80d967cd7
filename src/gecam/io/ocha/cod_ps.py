"""OCHA Common Operational Datasets, population statistics (COD-PS): residents by area."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Within
from gecam.codes import COUNTRIES
from gecam.errors import InputError
from gecam.io.door import File, Sheet, read_table, reader
from gecam.model import Note, Population

_TOTAL = "T_TL"  # both sexes, all ages
_LEVELS = 4


@reader("population", "OCHA", ["Population_group", "ADM1_PCODE"])
@checked
def read_cod_ps(
    source: File,
    *,
    level: Annotated[int, Within("[0, 4]")] | None = None,
    encoding: str | None = None,
) -> Population:
    """Read residents by country or by area of an administrative level.

    Parameters
    ----------
    source
        A file of the global COD-PS dataset: columns ISO3, ADM1_PCODE ... ADM4_NAME,
        Population_group, Population, Reference_year.
    level
        0 for countries, 1 to 4 for areas with p-codes; None takes the topmost level of the file.
        Rows of other levels are left out.
    encoding
        Fallback for files that are not UTF-8.

    Returns
    -------
    Population
        Persons by ISO3 or p-code. Each place has its own reference year, some of them old; the day
        is not published and is set to 1 July.

    Raises
    ------
    InputError
        If codes are unknown, numbers cannot be read, or no row has the level.

    Notes
    -----
    Only rows of the group ``T_TL`` (both sexes, all ages) count. Rows without a p-code, or with one
    that does not begin with the code of its country (Azerbaijan has ``1``, Kyrgyzstan
    ``41702000000000``) and so could be another country's, are left out, with their people in the
    notes; rows that share a p-code are added up (the Maldives list atolls under the codes of their
    regions).
    """
    sheet = read_table(source, encoding=encoding)
    names = [f"ADM{at}_{kind}" for at in range(1, _LEVELS + 1) for kind in ("PCODE", "NAME")]
    sheet.require("ISO3", "Population_group", "Population", "Reference_year", *names)
    sheet = sheet.without_totals("ISO3", *names)
    is_total, depth = sheet.text("Population_group").eq(_TOTAL), _depths(sheet)
    if level is None:
        level = int(depth[is_total].min()) if is_total.any() else 0
    is_used = is_total & depth.eq(level)
    used = sheet.take(is_used)
    if not len(used):
        raise InputError(f"{sheet.file} has no row of {_TOTAL} at level {level}.")
    country = place = row = used.countries("ISO3")
    year = used.years("Reference_year")
    people = used.people("Population")
    if level:
        place = used.text(f"ADM{level}_PCODE")
        row = place + used.text(f"ADM{level}_NAME") + used.text("Population")
    used.refuse_repeats(row + year.astype(str), "Population")
    used.check()
    is_own = np.array(list(map(_is_pcode, place, country)), dtype=bool)
    rows = pd.DataFrame({"place": place, "year": year, "people": people, "is_own": is_own}).dropna()
    has_code = rows["is_own"]
    lost = round(rows.loc[~has_code, "people"].sum())
    summed = rows[has_code].groupby(["place", "year"], as_index=False)["people"].sum()
    n_shared = int(has_code.sum()) - len(summed)
    notes = sheet.told(
        Note("ROWS_DROPPED", "rows of other groups or levels", int((~is_used).sum())),
        Note("PCODE_MISSING", "people in rows without a p-code of their country", lost),
        Note("PCODE_SHARED", "rows added to another one with the same p-code", n_shared),
        Note("DAY_ASSUMED", "the day within the reference year is set to 1 July", len(summed)),
    )
    return Population(
        sheet.dated(summed, None, day="07-01")[["place", "as_of", "people"]],
        source=sheet.data_set("ocha-cod-ps", "as downloaded"),
        notes=notes,
    )


def _depths(sheet: Sheet) -> pd.Series:
    """Return the lowest level that each row names, by code or name; 0 for a country."""
    depth = pd.Series(0, index=sheet.cells.index)
    for at in range(1, _LEVELS + 1):
        given = sheet.text(f"ADM{at}_PCODE").ne("") | sheet.text(f"ADM{at}_NAME").ne("")
        depth = depth.mask(given, at)
    return depth


def _is_pcode(code: str, country: str) -> bool:
    """Return whether a code is a country's own ISO3, or a p-code that begins with its code."""
    return code.isalnum() and code.startswith((country, COUNTRIES[country].iso2))
