"""UNHCR demographics: people in need of protection by country of asylum, sex and age."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt
from gecam.codes import is_iso3
from gecam.io.door import File, Sheet, allowed, open_file, read_table, reader
from gecam.model import AGES, PLAUSIBLE_CHILDREN, PLAUSIBLE_OLDER, AgeTable, Note

_PLACE, _YEAR = "Country of asylum (ISO)", "Year"
_BLANK = ("", "-")
# Age of ours -> the ages of UNHCR's columns.
_COLUMNS = {
    AGES[0]: ("0 - 4", "5 - 11", "12 - 17"),
    AGES[1]: ("18 - 59",),
    AGES[2]: ("60",),
}
LEAST = 100  # people of known age in a country; fewer say nothing of its refugees


@reader("ages", "UNHCR", ["Female 12 - 17", "Male 12 - 17"])
@checked
def read_unhcr_ages(source: File, *, year: PositiveInt | None = None) -> AgeTable:
    r"""Read refugees and others in need of protection by country of asylum, sex and age.

    Parameters
    ----------
    source
        ``demographics.csv`` of the Refugee Data Finder.
    year
        Year at whose end they were present; None takes the last one of each country.

    Returns
    -------
    AgeTable
        Group ``protection``, summed over origins and locations. People of unknown age are left out and
        counted in a note, as are countries with fewer than a hundred people of known age, or with ages
        that no population has.

    Raises
    ------
    InputError
        If codes are unknown, numbers cannot be read, or a row stands twice; all problems are listed.

    Examples
    --------
    >>> from gecam.io import read_unhcr_ages
    >>> ages = ("0 - 4", "5 - 11", "12 - 17", "18 - 59", "60")
    >>> head = ",".join(f"{sex} {age}" for sex in ("Female", "Male") for age in ages)
    >>> text = f"Year,Country of asylum (ISO),{head}\n2023,TCD,76,124,87,270,26,77,124,84,173,17"
    >>> read_unhcr_ages(text.encode()).people.set_index(["sex", "age"])["people"].loc["female"].tolist()
    [287.0, 270.0, 26.0]
    """
    sheet = read_table(open_file(source))
    labels = [f"{sex} {x}" for sex in ("Female", "Male") for xs in _COLUMNS.values() for x in xs]
    sheet.require(_YEAR, _PLACE, *labels)
    place = sheet.converted(_PLACE, allowed(is_iso3, "an ISO3 code"))
    years = sheet.years(_YEAR)
    parts = {
        (sex.lower(), age): _sum(sheet, [f"{sex} {x}" for x in columns])
        for sex in ("Female", "Male")
        for age, columns in _COLUMNS.items()
    }
    unknown = _sum(sheet, [label for label in ("f_other", "m_other") if label in sheet.cells])
    sheet.refuse_repeats(
        sheet.cells, _PLACE
    )  # a row of a place, an origin and a location stands once
    sheet.check()
    rows = pd.concat(
        [
            pd.DataFrame({"destination": place, "year": years, "sex": sex, "age": age, "people": n})
            for (sex, age), n in parts.items()
        ]
    ).groupby(["destination", "year", "sex", "age"], as_index=False)["people"].sum()  # fmt: skip
    rows = rows[rows["year"].eq(year) if year is not None else _is_last(rows)]
    is_plausible = rows["destination"].map(_plausible(rows))
    notes = sheet.told(
        Note("AGE_UNKNOWN", "people of unknown age, left out", int(np.nansum(unknown))),
        Note(
            "AGES_LEFT_OUT", "countries with few people of known age, or implausible ages",
            rows.loc[~is_plausible, "destination"].nunique(),
        ),
    )  # fmt: skip
    shown = rows[is_plausible]
    people = shown.assign(group="protection", as_of=shown["year"].astype(str) + "-12-31")
    told = sheet.data_set("unhcr-ages")
    return AgeTable(people.drop(columns="year"), sources=(told,), notes=notes)


def _sum(sheet: Sheet, labels: list[str]) -> FloatArray:
    """Return people of several columns added up; a cell that is empty adds nobody."""
    columns = [np.nan_to_num(sheet.people(label, missing=_BLANK)) for label in labels]
    return np.sum(columns, axis=0) if columns else np.zeros(1)


def _is_last(rows: pd.DataFrame) -> pd.Series:
    """Whether a row is of the last year of its country in which somebody's age was known."""
    last = rows[rows["people"] > 0].groupby("destination")["year"].max()
    return rows["year"].eq(rows["destination"].map(last))


def _plausible(rows: pd.DataFrame) -> pd.Series:
    """Return which countries have enough people of known age, and shares that a population can have."""
    by_age = rows.groupby(["destination", "age"])["people"].sum().unstack()  # noqa: PD010
    total = by_age.sum(axis=1)
    by_sex = rows.groupby(["destination", "sex", "age"])["people"].sum().unstack()  # noqa: PD010
    share = by_sex.div(by_sex.sum(axis=1), axis=0).fillna(-1)
    is_young = share[AGES[0]].between(*PLAUSIBLE_CHILDREN["people"])
    fits = is_young & share[AGES[2]].between(*PLAUSIBLE_OLDER["people"])
    return total.ge(LEAST) & fits.groupby("destination").all()
