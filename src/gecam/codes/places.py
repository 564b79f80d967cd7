"""The table of countries and areas, and look-ups by code."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gecam.errors import CodeError

if TYPE_CHECKING:
    COUNTRIES: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Place:
    """A country, or an area that migration figures are published for.

    Parameters
    ----------
    iso3
        ISO 3166 alpha-3 code. Two codes are user-assigned: ``XKX`` Kosovo, ``XCX`` Channel Islands.
    m49
        UN's three-digit code, text with leading zeros (``"004"``).
    iso2
        ISO 3166 alpha-2 code (Namibia's is ``"NA"``); empty for the Channel Islands.
    name
        English short name of the UN.
    region, subregion, intermediate_region
        UN geographic regions (M49): ``"Africa"``, ``"Sub-Saharan Africa"``, ``"Eastern Africa"``.
    unhcr, worldbank
        The publishers' own three-letter codes; some of UNHCR's are another country's ISO3 code.
    """

    iso3: str
    m49: str
    iso2: str
    name: str
    region: str
    subregion: str
    intermediate_region: str
    unhcr: str
    worldbank: str


def bundled_rows(file: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table that is bundled with this room."""
    with (Path(__file__).parent / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def countries() -> Mapping[str, Place]:
    """Return the countries and areas by ISO3."""
    return MappingProxyType(
        {
            row["iso3"]: Place(
                row["iso3"],
                row["m49"],
                row["iso2"],
                row["name"],
                row["region"],
                row["subregion"],
                row["intermediate"],
                row["unhcr"],
                row["worldbank"],
            )
            for row in bundled_rows("places.csv")
            if row["kind"] != "special"
        }
    )


SPECIAL_ORIGINS: Mapping[str, str] = MappingProxyType(
    {
        "OOO": "origins that UN DESA does not tell apart ('Others', code 2003)",
        "UNK": "unknown origin (UNHCR)",
        "XXA": "stateless people (UNHCR)",
        "TIB": "Tibetans (UNHCR)",
    }
)
_UNHCR_SPECIAL = {"UKN": "UNK", "STA": "XXA", "TIB": "TIB"}


def is_iso3(text: str) -> bool:
    """Return whether `text` is the ISO3 code of a country or area, in capital letters.

    ``XKX`` (Kosovo) and ``XCX`` (Channel Islands) count, as publishers give figures for them.

    Examples
    --------
    >>> from gecam.codes import is_iso3
    >>> is_iso3("SDN"), is_iso3("sdn"), is_iso3("SLW"), is_iso3("OOO")
    (True, False, False, False)
    """
    return text in countries()


def is_origin_code(text: str) -> bool:
    """Return whether `text` can stand in a column of origins.

    Besides countries and areas: ``OOO`` (UN DESA's Others), and UNHCR's ``UNK`` (unknown), ``XXA``
    (stateless) and ``TIB`` (Tibetan).

    Examples
    --------
    >>> from gecam.codes import is_origin_code
    >>> is_origin_code("OOO"), is_origin_code("UNK"), is_origin_code("WLD")
    (True, True, False)
    """
    return text in countries() or text in SPECIAL_ORIGINS


@cache
def _by_m49() -> dict[str, str]:
    codes = {entry.m49: entry.iso3 for entry in countries().values()}
    return codes | {"2003": "OOO"}


def from_m49(code: str | int) -> str:
    """Return the ISO3 code (or ``OOO``) for an M49 code, with or without leading zeros.

    Raises
    ------
    CodeError
        If no country or area has the code; regions and groups (900 World, 947 Sub-Saharan Africa)
        have no ISO3 code.

    Examples
    --------
    >>> from gecam.codes import from_m49
    >>> from_m49("4"), from_m49(729), from_m49("830"), from_m49("2003")
    ('AFG', 'SDN', 'XCX', 'OOO')
    """
    text = str(code).strip().zfill(3)
    try:
        return _by_m49()[text]
    except KeyError:
        raise CodeError(
            f"M49 code {str(code)!r} is not that of a country or area. "
            "Codes from 900 to 957 and above 1000 are regions and groups of countries."
        ) from None


@cache
def _by_unhcr() -> dict[str, str]:
    codes = {entry.unhcr: entry.iso3 for entry in countries().values() if entry.unhcr}
    return codes | _UNHCR_SPECIAL


def unhcr_to_iso3(code: str) -> str:
    """Return the ISO3 code (or ``UNK``, ``XXA``, ``TIB``) for UNHCR's own three-letter code.

    UNHCR's codes look like ISO3 and are not: ``AUS`` is Austria, ``ARE`` Egypt, ``MAR`` Martinique.

    Raises
    ------
    CodeError
        If UNHCR has no such code.

    Examples
    --------
    >>> from gecam.codes import unhcr_to_iso3
    >>> unhcr_to_iso3("AUS"), unhcr_to_iso3("AUL"), unhcr_to_iso3("SUD"), unhcr_to_iso3("UKN")
    ('AUT', 'AUS', 'SDN', 'UNK')
    """
    try:
        return _by_unhcr()[code]
    except KeyError:
        raise CodeError(f"{code!r} is not a code of UNHCR's list of countries.") from None


@cache
def _by_worldbank() -> dict[str, str]:
    return {entry.worldbank: entry.iso3 for entry in countries().values()}


def worldbank_to_iso3(code: str) -> str:
    """Return the ISO3 code for the World Bank's code; ``CHI`` is the Channel Islands.

    Raises
    ------
    CodeError
        If the code is not an economy's: ``WLD``, ``SSF``, ``LIC`` and the like are groups.

    Examples
    --------
    >>> from gecam.codes import worldbank_to_iso3
    >>> worldbank_to_iso3("CHI"), worldbank_to_iso3("XKX")
    ('XCX', 'XKX')
    """
    try:
        return _by_worldbank()[code]
    except KeyError:
        raise CodeError(f"{code!r} is not the World Bank's code of a single economy.") from None


def __getattr__(attribute: str) -> object:
    """Read the table of countries when it is first asked for."""
    if attribute == "COUNTRIES":
        return countries()
    raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")
