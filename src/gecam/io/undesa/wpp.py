"""UN DESA World Population Prospects: population at mid-year or at year-ends."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import from_m49
from gecam.errors import InputError, LayoutError
from gecam.io.door import File, Sheet, allowed, read_table, reader
from gecam.model import Note, Population

_ROUNDING = 50  # persons: the sums over single ages of WPP 2022 differ by up to 45


@reader(
    "population",
    "UN DESA",
    ["pop_median_thousands"],
    ["ISO3_code", "PopTotal"],
    ["iso3", "sex", "population"],
)
@checked
def read_wpp(
    source: File,
    *,
    years: Collection[int] | None = None,
    at: Literal["as_published", "mid_year"] = "as_published",
    encoding: str | None = None,
) -> Population:
    r"""Read the population of countries from a file of World Population Prospects.

    Parameters
    ----------
    source
        The published ``WPP2024_TotalPopulationBySex.csv`` (or 2022; thousands, 1 July), the table
        of year-ends with columns m49, location_type, year, pop_median_thousands (31 December), or
        the table with columns iso3, year, sex, population (persons, 1 July).
    years
        Calendar years to read; None reads all years.
    at
        ``"mid_year"`` turns year-ends into 1 July of each year: the mean of the year-ends before
        and after. ``"as_published"`` leaves every date as it is; no date is ever relabelled.
    encoding
        Fallback for files that are not UTF-8.

    Returns
    -------
    Population
        Persons, both sexes; the medium variant or the median projection. The prediction interval of
        a projection is not carried: `Population.log_sd` is the default of that type.

    Raises
    ------
    InputError
        If codes are unknown, numbers cannot be read, rows repeat, or sexes do not add up.
    LayoutError
        If the file is none of the three.

    Examples
    --------
    >>> from gecam.io import read_wpp
    >>> text = ("m49,name,location_type,year,pop_median_thousands\n"
    ...         "4,Afghanistan,4,2024,43250.33\n4,Afghanistan,4,2025,44437.893\n")
    >>> read_wpp(text.encode()).people["as_of"].dt.strftime("%d %B").unique().tolist()
    ['31 December']
    >>> read_wpp(text.encode(), at="mid_year").people["people"].tolist()
    [43844111.5]
    """
    sheet = read_table(source, encoding=encoding)
    columns = set(sheet.cells)
    if "pop_median_thousands" in columns:
        rows, notes = _year_ends(sheet)
        edition, day = "2024", "12-31"
        if at == "mid_year":
            rows, day = _mid_year(sheet, rows), "07-01"
            notes.append(Note("MID_YEAR", "means of two year-ends stand for 1 July", len(rows)))
    elif {"ISO3_code", "PopTotal"} <= columns:
        rows, notes = _published(sheet)
        edition, day = _edition(sheet.file), "07-01"
    elif {"iso3", "year", "sex", "population"} <= columns:
        rows, notes = _by_sex(sheet)
        edition, day = "2022", "07-01"
    else:
        raise LayoutError(
            f"{sheet.file} is not a table of World Population Prospects that gecam knows; "
            f"header: {list(sheet.labels)[:8]}."
        )
    rows = sheet.dated(rows, years, day=day)
    return Population(
        rows[["place", "as_of", "people"]],
        source=sheet.source(
            f"undesa-wpp-{edition}".rstrip("-"),
            "United Nations, Department of Economic and Social Affairs, Population Division",
            f"World Population Prospects {edition}".rstrip(),
            edition,
            licence="CC BY 3.0 IGO",
            url="https://population.un.org/wpp/",
        ),
        notes=sheet.told(*notes),
    )


def _year_ends(sheet: Sheet) -> tuple[pd.DataFrame, list[Note]]:
    """Read year-ends: a row per M49 code and year, in thousands, aggregates among them."""
    sheet.require("m49", "location_type", "year")
    is_country = sheet.text("location_type").eq("4")
    national = sheet.take(is_country)
    place = national.converted("m49", from_m49)
    year = national.years("year")
    people = national.people("pop_median_thousands", unit=1000.0)
    national.refuse_repeats(place + year.astype(str), "m49")
    if {"pop_male_thousands", "pop_female_thousands"} <= set(national.cells):
        male = national.people("pop_male_thousands", unit=1000.0)
        halves = male + national.people("pop_female_thousands", unit=1000.0)
        national.refuse(
            np.abs(people - halves) > 2.0,
            "pop_median_thousands",
            lambda at: f"female and male add up to {halves[at]:,.0f} persons",
        )
    national.check()
    notes = [
        Note("AGGREGATES_DROPPED", "rows of regions and groups", int((~is_country).sum())),
        Note("THOUSANDS", "thousands became persons", len(national)),
        Note("YEAR_ENDS", "figures are for 31 December", len(national)),
    ]
    return pd.DataFrame({"place": place, "year": year, "people": people}).dropna(), notes


def _mid_year(sheet: Sheet, rows: pd.DataFrame) -> pd.DataFrame:
    before = rows.assign(year=rows["year"] + 1)
    both = rows.merge(before, on=["place", "year"], suffixes=("", "_before"))
    if both.empty:
        raise InputError(f"{sheet.file} has no two year-ends in a row, as mid-years need.")
    mean = (both["people"] + both["people_before"]) / 2
    return both.assign(people=mean)[["place", "year", "people"]]


def _published(sheet: Sheet) -> tuple[pd.DataFrame, list[Note]]:
    """Read the published file: a row per location, variant and year, in thousands, mid-year."""
    sheet.require("LocTypeName", "Variant", "Time", "MidPeriod")
    is_country = sheet.text("LocTypeName").eq("Country/Area") & sheet.text("Variant").eq("Medium")
    national = sheet.take(is_country)
    place = national.countries("ISO3_code")
    year = national.years("Time")
    people = national.people("PopTotal", unit=1000.0)
    middle = national.amounts("MidPeriod", missing=())
    national.refuse_repeats(place + year.astype(str), "ISO3_code")
    national.refuse(
        np.abs(middle - year - 0.5) > 1e-6,
        "MidPeriod",
        lambda at: f"{middle[at]} is not the middle of {year[at]}",
    )
    national.check()
    notes = [
        Note("ROWS_DROPPED", "rows of groups and of other variants", int((~is_country).sum())),
        Note("THOUSANDS", "thousands became persons", len(national)),
    ]
    return pd.DataFrame({"place": place, "year": year, "people": people}).dropna(), notes


def _by_sex(sheet: Sheet) -> tuple[pd.DataFrame, list[Note]]:
    """Read persons by ISO3, year and sex, with a row for both sexes."""
    place = sheet.countries("iso3")
    sex = sheet.converted("sex", allowed({"female", "male", "total"}.__contains__, "a sex"))
    year = sheet.years("year")
    people = sheet.people("population")
    sheet.refuse_repeats(place + year.astype(str) + sex, "iso3")
    sheet.check()
    rows = pd.DataFrame({"place": place, "year": year, "sex": sex, "people": people})
    wide = rows.pivot_table(index=["place", "year"], columns="sex", values="people").reset_index()
    halves = wide.get("female", np.nan) + wide.get("male", np.nan)
    total = wide.get("total", halves)
    off = (total - halves).abs()
    if off.gt(_ROUNDING).any():
        worst = wide.loc[off.idxmax()]
        raise InputError(
            f"{sheet.file}: total of {worst['place']} {worst['year']} is {worst['total']:,.0f}, "
            f"female and male add up to {halves[off.idxmax()]:,.0f}."
        )
    note = Note("SEX_SUM_OFF", "totals that miss female + male by rounding", int(off.gt(0).sum()))
    return wide.assign(people=total)[["place", "year", "people"]].dropna(), [note]


def _edition(name: str) -> str:
    return next((year for year in ("2024", "2022", "2019") if f"WPP{year}" in name), "")
