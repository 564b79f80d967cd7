"""Official and widely spoken languages of countries, by how large a part of the people speaks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from gecam.codes.names import origin_code
from gecam.codes.places import bundled_rows

Speakers = Literal["nearly all", "most", "many", "some", "few"]
SPEAKERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "nearly all": (0.9, 1.0),
        "most": (0.5, 0.9),
        "many": (0.2, 0.5),
        "some": (0.05, 0.2),
        "few": (0.0, 0.05),
    }
)
"""Share of a country's people who understand a language when it is spoken, from and to, by word."""

_SCRIPTS = {
    "Arab": "Arabic", "Cyrl": "Cyrillic", "Deva": "Devanagari", "Hans": "Simplified",
    "Hant": "Traditional", "Latn": "Latin", "Mong": "Mongolian", "Tfng": "Tifinagh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language that people of a country speak.

    Parameters
    ----------
    language
        Code of ISO 639, with a script (ISO 15924) where the country writes it in another than
        most: ``"ar"``, ``"uz_Arab"``. Varieties that share a written form have one code.
    name
        In English.
    speakers
        How large a part of the people understands it when it is spoken, as a first or later language;
        see `SPEAKERS`.
    status
        ``"official"``, ``"regional"`` (official in a part of the country), or empty.
    source
        Of `speakers`; see the page on the table.
    """

    language: str
    name: str
    speakers: Speakers
    status: Literal["official", "regional", ""]
    source: str

    @property
    def share(self) -> tuple[float, float]:
        """Share of the people who understand the language, from and to, in [0, 1]."""
        return SPEAKERS[self.speakers]


def languages_of(country: str) -> tuple[SpokenLanguage, ...]:
    """Return the languages of a country or special origin, those of most people first.

    Parameters
    ----------
    country
        Code or name, as `origin_code` understands them.

    Returns
    -------
    tuple of SpokenLanguage
        Official languages, and those that a twentieth of the people or more speaks; empty where the
        table has nothing: unknown and stateless people, and places without inhabitants of their own.

    Raises
    ------
    CodeError
        If the text is no country or origin.

    Examples
    --------
    >>> from gecam.codes import languages_of
    >>> for one in languages_of("Sudan"):
    ...     print(one.name, one.speakers, one.status, sep="; ")
    Arabic; nearly all; official
    Beja (Bedawiyet); some;
    English; few; official
    """
    return _tables()[0].get(origin_code(country), ())


def written_language(code: str) -> str:
    """Return the code of the written language that a variety shares with others; else the code itself.

    Spoken varieties of Arabic are written as one language, and so are Bosnian, Croatian, Montenegrin
    and Serbian, or Dari and Iranian Persian.

    Examples
    --------
    >>> from gecam.codes import written_language
    >>> written_language("apc"), written_language("apd"), written_language("so")
    ('ar', 'ar', 'so')
    """
    code = code.strip().replace("-", "_")
    entry = _tables()[1].get(code)
    return entry[1] or code if entry else code


def language_name(code: str) -> str:
    """Return a language's English name.

    Examples
    --------
    >>> from gecam.codes import language_name
    >>> language_name("am"), language_name("pa_Arab"), language_name("xyz")
    ('Amharic', 'Punjabi (Arabic)', "language 'xyz', without a name here")
    """
    names = _tables()[1]
    language, _, script = code.strip().replace("-", "_").partition("_")
    whole = f"{language}_{script}" if script else language
    if whole in names:
        return names[whole][0]
    if language in names and script in _SCRIPTS:
        return f"{names[language][0]} ({_SCRIPTS[script]})"
    return f"language {code!r}, without a name here"


@cache
def _tables() -> tuple[Mapping[str, tuple[SpokenLanguage, ...]], Mapping[str, tuple[str, str]]]:
    """Return the languages by country, and names and written languages by code."""
    names = {
        row["code"]: (row["name"], row["written"]) for row in bundled_rows("language_names.csv")
    }
    spoken: dict[str, tuple[SpokenLanguage, ...]] = {}
    for row in bundled_rows("languages.csv"):
        code = row["language"]
        words: tuple[Any, ...] = row["speakers"], row["status"], row["source"]
        one = SpokenLanguage(code, names[code][0], *words)  # words are tested over the whole table
        spoken[row["iso3"]] = (*spoken.get(row["iso3"], ()), one)
    return spoken, names
