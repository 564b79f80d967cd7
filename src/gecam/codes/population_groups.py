"""Words of needs overviews for groups of people, in English, French, Spanish and Portuguese.

A category word is read by a small grammar: stated years of age, then the longest phrases of one table,
in any order and with any separator. What neither holds makes the whole word unknown.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeAlias

from gecam.codes.close_words import close_words
from gecam.codes.names import fold
from gecam.codes.places import bundled_rows
from gecam.errors import CodeError


@dataclass(frozen=True, slots=True)
class Category:
    """What a category of a needs overview counts. Categories overlap: never add across them.

    Parameters
    ----------
    population_group
        ``all``, ``residents`` (hosts, people who were not displaced), ``idps``, ``refugees``,
        ``asylum_seekers``, ``refugees_and_asylum_seekers``, ``refugees_and_migrants``, ``returnees``
        (of the country's own: former IDPs, refugees, migrants or deportees), ``migrants`` (foreign),
        ``stateless`` or ``others``.
    sex
        ``total``, ``female`` or ``male``.
    age
        ``all``, ``children`` (under 18) or its parts ``under_5`` and ``5_17``, ``adults``, ``elderly``
        (from 60, or 65), or the years as published: ``5_19``, ``50_plus``.
    qualifier
        What narrows the count further: ``disability``, ``no_disability``, ``pregnant_lactating``,
        ``households`` (the unit is then not people), ``natural_disaster``, ``sudden_onset_disaster``,
        ``slow_onset_disaster``, ``war_affected``, ``famine_response``, ``in_camps``, ``out_of_camps``,
        ``temporary_sites``, ``newly_displaced``, ``not_hosting``, ``border``, ``from_iran``,
        ``from_pakistan``; empty where nothing does.
    """

    population_group: str = "all"
    sex: str = "total"
    age: str = "all"
    qualifier: str = ""


# Words that carry no meaning beside others.
_FILLERS = frozenset(
    ["at", "from", "in", "of", "de", "des", "du", "la", "las", "les", "los", "en", "aged",
     "yr", "yrs", "year", "years", "ans", "anos"]
)  # fmt: skip
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")  # of the figures, not of an age

_Years: TypeAlias = tuple[float, float]
"""First and last year of age, in completed years; the last may be infinite."""
_AGES: dict[str, _Years] = {
    "children": (0, 17), "under_5": (0, 4), "5_17": (5, 17), "adults": (18, math.inf),
    "elderly": (60, math.inf),
}  # fmt: skip
_AGE_OF_YEARS: dict[_Years, str] = {
    **{years: name for name, years in _AGES.items()},
    (0, 5): "under_5", (0, 18): "children", (18, 59): "adults", (18, 60): "adults",
    (18, 64): "adults", (61, math.inf): "elderly", (65, math.inf): "elderly",
    (66, math.inf): "elderly",
}  # fmt: skip
_TAIL = r"(?:\s*(?:years?|yrs?|ans|anos))?"
_STATED_AGES: tuple[tuple[re.Pattern[str], Callable[[int, int], _Years]], ...] = (
    (
        re.compile(rf"\b(\d{{1,2}})\s*(?:-|to|a|ate)\s*(\d{{1,2}})(?!\d){_TAIL}"),
        lambda low, high: (low, high),
    ),
    (
        re.compile(
            r"(?:(?:\by ?)?<|\b(?:under|below|de moins de|moins de|menos de|menores de))"
            rf"\s*(\d{{1,2}})(?!\d){_TAIL}"
        ),
        lambda limit, _: (0, limit - 1),
    ),
    (
        re.compile(rf"(?:>|\b(?:over|above|plus de|mas de|mais de))\s*(\d{{1,2}})(?!\d){_TAIL}"),
        lambda limit, _: (limit + 1, math.inf),
    ),
    (
        re.compile(
            rf"\b(\d{{1,2}}){_TAIL}\s*"
            r"(?:\+|(?:and|or) (?:over|older|above)\b|et plus\b|y mas\b|e mais\b)"
        ),
        lambda limit, _: (limit, math.inf),
    ),
)


@cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    """Return what each phrase says of the fields of `Category`; empty where it says nothing.

    Ages in years are no phrases: `_STATED_AGES` reads them.
    """
    return {
        word: tuple(row[field.name] for field in fields(Category))
        for row in bundled_rows("category_words.csv")
        for word in row["words"].split("|")
    }


@cache
def _longest() -> int:
    return max(len(phrase.split()) for phrase in _vocabulary())


@cache
def category(word: str) -> Category:
    """Return what a category word counts.

    Parameters
    ----------
    word
        The publisher's word, such as ``"Children - Female - IDP"``, ``"Personas con discapacidad"``
        or ``"New IDPs (2025) - Boys"``; case, accents, blanks, separators and the year of the figures
        do not matter. An empty word means everybody.

    Returns
    -------
    Category
        Each field by itself. Of two ages the narrower holds (``Elderly - Women``), and stated years
        hold over words (``Children 5-19 yrs``).

    Raises
    ------
    CodeError
        If a part of the word is not known, or two parts contradict each other.

    Examples
    --------
    >>> from gecam.codes import category
    >>> category("Elderly - female - rapatries")
    Category(population_group='returnees', sex='female', age='elderly', qualifier='')
    >>> category("Y<18 - Male - Internally Displaced Persons")
    Category(population_group='idps', sex='male', age='children', qualifier='')
    >>> category("Réfugiés").population_group, category("Enfants < 5 ans").age
    ('refugees', 'under_5')
    """
    text, stated = _without_ages(word)
    meaning = dict.fromkeys((field.name for field in fields(Category)), "")
    for phrase in _phrases(text, word, has_age=stated is not None):
        for field, value in zip(meaning, _vocabulary()[phrase], strict=True):
            if value not in {"", "all"}:
                meaning[field] = _narrower(meaning[field], value, word)
    if stated is not None:
        meaning["age"] = _stated_age(stated, meaning["age"], word)
    return Category(**{field: value for field, value in meaning.items() if value})


def _without_ages(word: str) -> tuple[str, _Years | None]:
    """Return a word without its stated years of age, folded, and these years, or None."""
    text = unicodedata.normalize("NFKD", word).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = _YEAR.sub(" ", text.replace("\N{EN DASH}", "-"))
    for pattern, years in _STATED_AGES:
        if match := pattern.search(text):
            first, *last = map(int, match.groups())
            rest = text[: match.start()] + " " + text[match.end() :]
            return fold(rest), years(first, last[0] if last else first)
    return fold(text), None


def _phrases(text: str, word: str, *, has_age: bool) -> list[str]:
    """Return the phrases of the vocabulary that a text is made of, the longest first at each place."""
    words, phrases, at = text.split(), [], 0
    while at < len(words):
        for size in range(min(_longest(), len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            if phrase in _vocabulary():
                phrases.append(phrase)
                break
        else:
            size = 1
            if words[at] not in _FILLERS:
                raise _unknown(word, words[at])
        at += size
    if words and not phrases and not has_age:
        raise _unknown(word, text)
    return phrases


def _unknown(word: str, part: str) -> CodeError:
    near = close_words(part, tuple(_vocabulary()), most=3, least=0.6)
    advice = f" Nearest: {', '.join(near)}." if near else ""
    return CodeError(f"the category word {word!r} is not known: {part!r}.{advice}")


def _narrower(before: str, value: str, word: str) -> str:
    """Return the narrower of two values of a field; those that exclude each other are an error."""
    if before in {"", value}:
        return value
    if before in _AGES and value in _AGES:
        (low, high), (first, last) = _AGES[before], _AGES[value]
        if low <= first and last <= high:
            return value
        if first <= low and high <= last:
            return before
    raise CodeError(f"the category {word!r} contradicts itself: {before} and {value}.")


def _stated_age(years: _Years, age: str, word: str) -> str:
    """Return the name of stated years, which hold over the word for an age that they overlap with."""
    low, high = _AGES.get(age, (0, math.inf))
    first, last = years
    if first > last or first > high or last < low:
        raise CodeError(f"the category {word!r} contradicts itself: {age} and {first} to {last}.")
    written = f"{first}_plus" if last == math.inf else f"{first}_{last}"
    return _AGE_OF_YEARS.get(years, written)


def population_group(word: str) -> str:
    """Return the population group of a category word (see `Category`).

    Examples
    --------
    >>> from gecam.codes import population_group
    >>> population_group("Communauté Hôte"), population_group("Returning migrants")
    ('residents', 'returnees')
    """
    return category(word).population_group
