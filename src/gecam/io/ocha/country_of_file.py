"""The country of a file that is of one country and does not name it in its rows."""

from __future__ import annotations

import re

import pandas as pd

from gecam.codes import COUNTRIES, is_iso3

_BEGIN = re.compile(r"[A-Z]{2,3}(?=\d|$)")
_PARTS = re.compile(r"[_\-. ]+")


def country_of_pcodes(codes: pd.Series) -> str:
    """Return the country whose code all p-codes begin with; empty where there is no one country.

    Parameters
    ----------
    codes
        P-codes, such as ``AF01`` or ``AFG01``; empty ones are none.

    Examples
    --------
    >>> from gecam.io.ocha.country_of_file import country_of_pcodes
    >>> country_of_pcodes(pd.Series(["AF01", "", "AF02"])), country_of_pcodes(pd.Series(["1"]))
    ('AFG', '')
    """
    by_iso2 = {country.iso2: code for code, country in COUNTRIES.items() if country.iso2}
    begins = {match[0] if (match := _BEGIN.match(code)) else "" for code in codes if code}
    countries = {code if is_iso3(code) else by_iso2.get(code, "") for code in begins}
    return countries.pop() if len(countries) == 1 else ""


def country_of_name(file: str) -> str:
    """Return the country whose ISO3 code is a part of a file's name; empty where no one is.

    Examples
    --------
    >>> from gecam.io.ocha.country_of_file import country_of_name
    >>> country_of_name("afg_hpc_needs_api_2025.csv"), country_of_name("needs.csv")
    ('AFG', '')
    """
    parts = {part.upper() for part in _PARTS.split(file)}
    codes = {part for part in parts if is_iso3(part)}
    return codes.pop() if len(codes) == 1 else ""
