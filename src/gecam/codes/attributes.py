"""UN code, short name and region of a country, by its code or its name."""

from __future__ import annotations

from gecam.codes.names import country_code
from gecam.codes.places import SPECIAL_ORIGINS, Place, countries
from gecam.errors import CodeError


def place(iso3: str) -> Place:
    """Return the country or area of an ISO3 code or name.

    Raises
    ------
    CodeError
        If `iso3` is neither; see `country_code`.

    Examples
    --------
    >>> from gecam.codes import place
    >>> place("NAM").iso2, place("Namibia").iso2
    ('NA', 'NA')
    """
    country = countries().get(iso3)
    if country is None:
        try:
            return countries()[country_code(iso3)]
        except CodeError as error:
            advice = error.headline.partition(". ")[2]
            raise CodeError(
                f"{iso3!r} is not the ISO3 code or the name of a country. {advice}".rstrip()
            ) from None
    return country


def m49(iso3: str) -> str:
    """Return the M49 code of a country, three digits with leading zeros.

    Examples
    --------
    >>> from gecam.codes import m49
    >>> m49("AFG")
    '004'
    """
    return place(iso3).m49


def name(code: str) -> str:
    """Return the English short name of a country, area or special origin.

    Examples
    --------
    >>> from gecam.codes import name
    >>> name("NER"), name("OOO")
    ('Niger', "origins that UN DESA does not tell apart ('Others', code 2003)")
    """
    return SPECIAL_ORIGINS[code] if code in SPECIAL_ORIGINS else place(code).name


def region(iso3: str) -> str:
    """Return the UN region of a country (Africa, Americas, Asia, Europe, Oceania).

    Antarctica has none: the text is empty.

    Examples
    --------
    >>> from gecam.codes import region
    >>> region("SDN")
    'Africa'
    """
    return place(iso3).region


def subregion(iso3: str) -> str:
    """Return the UN sub-region of a country.

    Examples
    --------
    >>> from gecam.codes import subregion
    >>> subregion("SDN"), subregion("SSD")
    ('Northern Africa', 'Sub-Saharan Africa')
    """
    return place(iso3).subregion
