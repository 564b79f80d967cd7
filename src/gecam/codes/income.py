"""World Bank income groups by year."""

from __future__ import annotations

from functools import cache

from gecam.codes.attributes import place
from gecam.codes.places import bundled_rows
from gecam.errors import InputError


def latest_income_group(iso3: str, year: int) -> str | None:
    """Return the income group of the latest year before `year` that the Bank has classed.

    Parameters
    ----------
    iso3
        Country, ISO3 code.
    year
        Calendar year of the figure; up to five years before it are looked at.

    Returns
    -------
    str or None
        As `income_group`; None where none of these years is classed.

    Examples
    --------
    >>> from gecam.codes import latest_income_group
    >>> latest_income_group("VEN", 2022)
    'upper_middle'
    """
    row = _groups().get(place(iso3).iso3, {})
    return next((row[str(y)] for y in range(year - 1, year - 6, -1) if row.get(str(y))), None)


@cache
def _groups() -> dict[str, dict[str, str]]:
    return {row["iso3"]: row for row in bundled_rows("income_groups.csv")}


def income_group(iso3: str, year: int) -> str | None:
    """Return the World Bank's income group of a country in a year.

    Parameters
    ----------
    iso3
        Country, ISO3 code.
    year
        Calendar year of the national income that the group rests on. The Bank sets groups each
        1 July from the income of the year before: the group in force from 1 July 2022 is 2021's.

    Returns
    -------
    str or None
        ``"low"``, ``"lower_middle"``, ``"upper_middle"`` or ``"high"``; None where the Bank did not
        classify the country (Venezuela from 2020 on, countries that did not exist yet).

    Raises
    ------
    CodeError
        If `iso3` is not a country.
    InputError
        If the table does not hold the year.

    References
    ----------
    .. [1] World Bank, *World Bank Analytical Classifications (OGHIST)*, 7 October 2025, CC BY 4.0.

    Examples
    --------
    >>> from gecam.codes import income_group
    >>> income_group("ZMB", 2022), income_group("VEN", 2021)
    ('lower_middle', None)
    """
    code = place(iso3).iso3
    years = [key for key in next(iter(_groups().values())) if key != "iso3"]
    if str(year) not in years:
        raise InputError(f"income groups are known for {years[0]} to {years[-1]}: got {year}.")
    return _groups().get(code, {}).get(str(year)) or None
