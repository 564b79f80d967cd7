"""ISO3 codes of places from their names: an exact match, or an error with the nearest names."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Literal

from gecam.codes.places import (
    SPECIAL_ORIGINS,
    bundled_rows,
    countries,
    from_m49,
    is_origin_code,
    unhcr_to_iso3,
    worldbank_to_iso3,
)
from gecam.errors import CodeError

Publisher = Literal["undesa", "unhcr", "worldbank"]


def fold(text: str) -> str:
    """Return a name without accents, case, punctuation, a leading article and foot-note marks."""
    text = unicodedata.normalize("NFKD", html.unescape(text)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"['’ʼ`]", "", text).replace("&", " and ")
    text = re.sub(r"\bst\b\.?", "saint", text)
    return re.sub(r"[\W_]+", " ", text).strip().removeprefix("the ")


@cache
def _aliases() -> dict[str, frozenset[str]]:
    codes_of: dict[str, set[str]] = {}
    for row in bundled_rows("aliases.csv"):
        codes_of.setdefault(fold(row["alias"]), set()).add(row["iso3"])
    return {key: frozenset(codes) for key, codes in codes_of.items()}


@cache
def _ambiguous() -> dict[str, tuple[str, str]]:
    """Return names and codes in these files that no single country answers to: whose, and why."""
    return {x["name"]: (x["iso3"], x["why"]) for x in bundled_rows("ambiguous_names.csv")}


@cache
def _words() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((alias, frozenset(alias.split())) for alias in _aliases())


@lru_cache(maxsize=4096)
def iso3(name_or_code: str, *, publisher: Publisher | None = None) -> str:
    """Return the ISO3 code for a name or code, exactly; what is not known is an error.

    Parameters
    ----------
    name_or_code
        A name as UN DESA, OCHA, UNHCR, the World Bank or IDMC write it, in English, French or
        Spanish; case, accents, punctuation and foot-note marks do not matter. Or an ISO3 code in
        capitals.
    publisher
        Whose codes to expect: ``"unhcr"`` reads three letters as UNHCR's own code (``AUS`` is
        Austria), ``"worldbank"`` as the World Bank's (``CHI`` is the Channel Islands),
        ``"undesa"`` reads digits as M49.

    Returns
    -------
    str
        ISO3, or one of ``OOO``, ``UNK``, ``XXA``, ``TIB`` (see `is_origin_code`).

    Raises
    ------
    CodeError
        If nothing, or more than one place, answers to the name; the message lists the nearest
        candidates. There is no fuzzy matching: *Niger* is never Nigeria.

    Examples
    --------
    >>> from gecam.codes import iso3
    >>> iso3("Niger"), iso3("Congo"), iso3("Dem. Rep. of the Congo"), iso3("Soudan du Sud")
    ('NER', 'COG', 'COD', 'SSD')
    >>> iso3("AUS"), iso3("AUS", publisher="unhcr")
    ('AUS', 'AUT')
    >>> iso3("Sudann")
    Traceback (most recent call last):
    ...
    gecam.errors.CodeError: 'Sudann' is not a known name or code of a place. Nearest: SDN (Sudan).
    """
    text = name_or_code.strip()
    code = _of_code(text, publisher)
    if code:
        return code
    key = fold(text)
    codes = _aliases().get(key, frozenset())
    if len(codes) == 1 and key not in _ambiguous():
        return next(iter(codes))
    if key in _ambiguous() or codes:
        candidates, why = _ambiguous().get(key, (" ".join(sorted(codes)), ""))
        raise CodeError(
            f"{name_or_code[:80]!r} does not name one country. Candidates: "
            f"{_listed(candidates.split())}. {why or 'Write the code or the full name.'}"
        )
    nearest = _nearest(key)
    advice = f"Nearest: {_listed(nearest)}." if nearest else "Nothing comes near it."
    raise CodeError(f"{name_or_code[:80]!r} is not a known name or code of a place. {advice}")


_OWN_CODES: dict[Publisher | None, Callable[[str], str]] = {
    "unhcr": unhcr_to_iso3,
    "worldbank": worldbank_to_iso3,
}


def _of_code(text: str, publisher: Publisher | None) -> str:
    """Return ISO3 for a code of a publisher; empty where the text is no code."""
    if publisher == "undesa" and text.isdecimal():
        return from_m49(text)
    if not re.fullmatch(r"[A-Z]{3}", text):
        return ""
    if publisher in _OWN_CODES:
        return _OWN_CODES[publisher](text)
    return text if is_origin_code(text) else ""


def origin_code(text: str) -> str:
    """Return the code of a country or special origin that somebody names, as code or name.

    This is how every function and option understands a country of origin: an ISO3 code, in capitals or
    not, or a name that `iso3` understands; or one of ``OOO``, ``UNK``, ``XXA``, ``TIB``.

    Raises
    ------
    CodeError
        As `iso3`, with the nearest candidates.

    Examples
    --------
    >>> from gecam.codes import origin_code
    >>> origin_code("Ethiopia"), origin_code("eth"), origin_code("Stateless")
    ('ETH', 'ETH', 'XXA')
    """
    if not isinstance(text, str):
        raise CodeError(f"a country is written as ISO3 code or name: got {text!r}")
    code = text.strip().upper()
    return code if is_origin_code(code) else iso3(text)


def country_code(text: str) -> str:
    """Return the ISO3 code of a country that somebody names, as code or name.

    This is how every function and option understands a country; columns of tables hold codes.

    Parameters
    ----------
    text
        An ISO3 code, in capitals or not, or a name that `iso3` understands.

    Raises
    ------
    CodeError
        As `iso3`, with the nearest candidates; and for what stands in columns of origins and is no
        country.

    Examples
    --------
    >>> from gecam.codes import country_code
    >>> country_code("Yemen"), country_code("yem"), country_code("Soudan")
    ('YEM', 'YEM', 'SDN')
    """
    code = origin_code(text)
    if code in SPECIAL_ORIGINS:
        raise CodeError(
            f"{text!r} is not an ISO3 code of a country: it stands for {SPECIAL_ORIGINS[code]}."
        )
    return code


def country_codes(texts: str | Iterable[str]) -> tuple[str, ...]:
    """Return the ISO3 codes of countries that somebody names; a text is one country.

    Examples
    --------
    >>> from gecam.codes import country_codes
    >>> country_codes("Sudan"), country_codes(["SDN", "Sudan", "Yemen"])
    (('SDN',), ('SDN', 'YEM'))
    """
    listed = [texts] if isinstance(texts, str) else texts
    return tuple(dict.fromkeys(map(country_code, listed)))


def _listed(codes: list[str]) -> str:
    return ", ".join(
        code if code in SPECIAL_ORIGINS else f"{code} ({countries()[code].name})" for code in codes
    )


def _nearest(key: str, limit: int = 4) -> list[str]:
    """Return the codes of the names nearest to a folded name, nearest first."""
    if is_origin_code(key.upper()):
        return [key.upper()]
    from gecam.codes.close_words import close_words  # where a name is not known alone

    close = close_words(key, tuple(_aliases()), most=3 * limit, least=0.75)
    words = set(key.split())
    holding = sorted((alias for alias, of in _words() if words and words <= of), key=len)
    codes = [code for alias in (*close, *holding) for code in sorted(_aliases()[alias])]
    return list(dict.fromkeys(codes))[:limit]
