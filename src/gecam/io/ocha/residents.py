"""Residents by area in files of one country (COD-PS) and in HDX HAPI's table of population."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Within
from gecam.codes import admin_column, is_iso3
from gecam.errors import InputError, LayoutError
from gecam.io.door import (
    Field,
    File,
    Sheet,
    Top,
    open_file,
    read_table,
    read_tagged,
    reader,
    sheets_with,
    untag,
)
from gecam.io.ocha.country_of_file import country_of_name, country_of_pcodes
from gecam.model import Note, Population

_TOTAL = "T_TL"  # both sexes, all ages
_URL = "https://data.humdata.org/dataset"
_HAPI = {
    name: Field((name,))
    for name in (
        "location_code", "admin1_code", "admin2_code", "admin_level", "gender", "age_range",
        "population", "reference_period_start",
    )
}  # fmt: skip


def _levels(labels: Sequence[str]) -> dict[int, str]:
    """Return the label of the p-codes of each level."""
    columns = {label: admin_column(label) for label in labels}
    return {column[0]: label for label, column in columns.items() if column and column[1] == "code"}


def _is_header(cells: Sequence[str]) -> bool:
    return _TOTAL in {cell.strip() for cell in cells} and bool(_levels(cells))


def _is_of_country(top: Top) -> bool:
    words = list(top.words)
    return top.has(_TOTAL) and not top.has("Population_group") and bool(_levels(words))


@reader("population", "OCHA", _is_of_country)
@checked
def read_cod_ps_country(
    path: File, *, level: Annotated[int, Within("[0, 4]")] | None = None
) -> Population:
    r"""Read residents by area from a country's own file of COD-PS, one column per age and sex.

    Parameters
    ----------
    path
        CSV or workbook with a column of p-codes of each level (``ADM1_PCODE``, ``admin1Pcode``,
        ``Admin1_Code``) and ``T_TL``, both sexes and all ages. The year stands in a column ``year`` or
        in the file's name.
    level
        0 for the country, 1 to 4 for areas. None takes the level of the file, of a workbook with
        several sheets the topmost.

    Returns
    -------
    Population
        Persons by p-code, or by ISO3 at level 0, at 1 July of the year.

    Raises
    ------
    LayoutError
        If no sheet has p-codes and ``T_TL``.
    InputError
        If no sheet is of the level, the country or the year cannot be told, or cells cannot be read.

    Examples
    --------
    >>> from gecam.io import read_cod_ps_country
    >>> table = b"year,Admin1_Code,T_TL\n2021,AF17,1357036\n2021,AF31,707535\n"
    >>> read_cod_ps_country(table).people["place"].tolist()
    ['AF17', 'AF31']
    """
    sheet, at = _sheet_of_level(path, level)
    levels = _levels(sheet.labels)
    names = [label for label in sheet.cells if "name" in label.casefold()]
    sheet = sheet.without_totals(*names, levels[at])
    has_code = sheet.text(levels[at]).ne("")
    note = Note("PCODE_MISSING", "rows without a p-code, left out", int((~has_code).sum()))
    sheet = sheet.take(has_code)
    code = sheet.text(levels[at])
    country = country_of_pcodes(code) or country_of_name(sheet.file)
    if not country:
        raise InputError(
            f"{sheet.file} does not say its country: its p-codes do not begin with a country's code. "
            "Put its ISO3 code into the file's name, such as afg_admpop_2021.csv."
        )
    sheet.refuse_repeats(code, levels[at])
    people = sheet.people(_TOTAL)
    rows = pd.DataFrame({"place": code if at else country, "year": _years(sheet), "people": people})
    blank = int(rows["people"].isna().sum())
    notes = sheet.told(note, Note("PEOPLE_BLANK", "areas without residents: not zero", blank))
    return Population(
        sheet.dated(rows.dropna(), None, day="07-01")[["place", "as_of", "people"]],
        source=sheet.source(
            f"ocha-cod-ps-{country.lower()}", "OCHA",
            f"Common Operational Datasets: population statistics, {country}", "as downloaded",
            licence="CC BY-IGO", url=f"{_URL}/cod-ps-{country.lower()}",
        ),
        notes=notes,
    )  # fmt: skip


def _sheet_of_level(path: File, level: int | None) -> tuple[Sheet, int]:
    """Return the table of a level, and which one that is: rows are of the lowest level with codes."""
    opened = open_file(path)
    names = sheets_with(opened, _is_header) or (0,)
    sheets = [untag(read_table(opened, sheet=name, header_row=_is_header))[0] for name in names]
    tables = {max(_levels(sheet.labels)): sheet for sheet in sheets if _is_header(sheet.labels)}
    if not tables:
        raise LayoutError(f"no sheet has p-codes and a column {_TOTAL}.")
    at = min(tables) if level is None else level
    if at not in tables:
        raise InputError(
            f"no row of level {level}: the file has {', '.join(map(str, sorted(tables)))}."
        )
    return tables[at], at


def _years(sheet: Sheet) -> pd.Series:
    """Return the year of each row: of its column, or of the file's name."""
    column = next((label for label in sheet.labels if label.strip().casefold() == "year"), "")
    if column:
        return sheet.years(column)
    stated = re.search(r"(?<!\d)20\d\d(?!\d)", sheet.file)
    if not stated:
        raise InputError(f"{sheet.file} does not say its year: add a column year, such as 2021.")
    return pd.Series([int(stated[0])] * len(sheet))


@reader("population", "OCHA", ["location_code", "gender", "age_range", "population"])
@checked
def read_hapi_population(
    path: File, *, level: Annotated[int, Within("[0, 2]")] | None = None
) -> Population:
    r"""Read residents by country or area from OCHA's HDX HAPI: one row per place, sex and age.

    Parameters
    ----------
    path
        The file "hdx_hapi_population", CSV or workbook, with or without a row of HXL tags.
    level
        0 for countries, 1 and 2 for areas; None takes the topmost level of the file.

    Returns
    -------
    Population
        Persons of both sexes and all ages by ISO3 or p-code, at 1 July of the first year of reference.
        Areas without a p-code are left out, with a note.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read, or no row is of the level.

    Examples
    --------
    >>> from gecam.io import read_hapi_population
    >>> head = ("location_code,admin1_code,admin2_code,admin_level,gender,age_range,population,"
    ...     "reference_period_start\n")
    >>> rows = "CAF,CF11,,1,all,all,448465,2015-01-01\nCAF,CF11,,1,f,all,226411,2015-01-01\n"
    >>> read_hapi_population((head + rows).encode()).people["people"].tolist()
    [448465.0]
    """
    sheet = read_tagged(path, _HAPI).without_totals("location_code", "admin1_code", "admin2_code")
    is_total = sheet.text("gender").eq("all") & sheet.text("age_range").eq("all")
    depth = sheet.text("admin_level")
    sheet.refuse(~depth.isin([*"0123"]), "admin_level", "no level", code="UNKNOWN_WORD")
    sheet.check()
    at = level if level is not None else int(depth[is_total].min()) if is_total.any() else 0
    used = sheet.take(is_total & depth.eq(str(at)))
    if not len(used):
        raise InputError(f"{sheet.file} has no row of everybody at level {at}.")
    country = used.text("location_code")
    used.refuse(~country.map(is_iso3), "location_code", "not an ISO3 code", code="CODE")
    place = used.text(f"admin{at}_code") if at else country
    days = used.days("reference_period_start")
    rows = pd.DataFrame({"place": place, "year": days.dt.year, "people": used.people("population")})
    has_code = place.ne("") & rows["people"].notna()
    used.refuse_repeats(rows.assign(line=np.where(has_code, 0, used.rows)), "population")
    used.check()
    latest = rows[has_code].sort_values("year").drop_duplicates("place", keep="last")
    notes = sheet.told(
        Note("ROWS_DROPPED", "rows of a sex, an age or another level", len(sheet) - len(used)),
        Note("PCODE_MISSING", "areas without a p-code or residents", int((~has_code).sum())),
    )
    return Population(
        sheet.dated(latest, None, day="07-01")[["place", "as_of", "people"]],
        source=sheet.data_set("ocha-hapi-population", "as downloaded"),
        notes=notes,
    )  # fmt: skip
