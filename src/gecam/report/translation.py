"""Pages in other languages: sentences, names of countries, and numbers as the language writes them.

Sentences come from catalogues of `gettext` (``locale/fr.po`` and the like, compiled by
``tools/build_languages.py``), whose keys are the English templates. Figures are made once, in English,
and written anew here, so that they are the same in every language.
"""

from __future__ import annotations

import csv
import gettext
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from gecam._signature import checked
from gecam.codes import fold, iso3, name
from gecam.errors import GecamError
from gecam.report.document.blocks import Block, Command, Document, Items, Paragraph, Picture, Table
from gecam.report.words import day_words
from gecam.results import in_language, translated

Language = Literal["en", "fr", "es", "ar"]
LOCALE = resources.files("gecam.report") / "locale"
NOT_REVIEWED = "This translation has not yet been reviewed by a speaker of the language."
# A number in English: digits in groups of three or not, decimals, percent; not inside of a word, a
# date, a version or a path.
NUMBER = re.compile(
    r"(?<![A-Za-z0-9_./:])(?<![A-Za-z0-9]-)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?(%)?(?![A-Za-z0-9_/]|[-.:][0-9])"
)
# A day as ISO 8601 writes it; not a part of a name or a path.
DAY = re.compile(r"(?<![\w./-])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![\w/-]|\.[0-9])")
# Marks between words in Arabic letters, as Arabic writes them.
ARABIC_MARKS = {",": "\u060c", ";": "\u061b"}
LATIN_MARK = re.compile(r"(?<=[\u0600-\u06ff)])[,;](?= )")
# What stands for people where there is no number of them.
FEWER = re.compile(r"(?:<|under )([0-9,]+)")


@dataclass(frozen=True, slots=True)
class Digits:
    """How a language writes numbers (CLDR 46, ``numbers/symbols`` and ``minimumGroupingDigits``).

    Parameters
    ----------
    group, decimal, percent
        What stands between groups of three digits, before decimals, and after a share.
    least
        Fewest digits of a number that is written in groups.
    first
        The digit 0; the others follow it in Unicode.
    """

    group: str
    decimal: str
    percent: str
    least: int
    first: str = "0"


DIGITS: dict[str, Digits] = {
    "fr": Digits("\u202f", ",", "\u00a0%", 4),
    "es": Digits(".", ",", "\u00a0%", 5),
    "ar": Digits("\u066c", "\u066b", "\u066a\u061c", 4, "\u0660"),
}
_language: ContextVar[Language] = ContextVar("language", default="en")


@contextmanager
@checked
def in_the_language(lang: Language) -> Iterator[None]:
    """Make documents in a language inside a block; `localised` then writes its numbers.

    Parameters
    ----------
    lang
        ``en``, ``fr``, ``es`` or ``ar``. Texts without translation stay English.

    Examples
    --------
    >>> from gecam.report import in_the_language
    >>> from gecam.report.translation import place_name
    >>> with in_the_language("fr"):
    ...     place_name("TCD")
    'Tchad'
    """
    token = _language.set(lang)
    try:
        with translated(_catalogue(lang)):
            yield
    finally:
        _language.reset(token)


def place_name(code: str) -> str:
    """Return the name of a country or another origin in the language of `in_the_language`.

    Parameters
    ----------
    code
        ISO3 code, or another code of an origin; its English name stands where there is no other.
    """
    return _names(_language.get(), "countries").get(code) or in_language(name(code))


def plan_name(title: str, place: str) -> str:
    """Return the name of a plan; where it is that of its country, in the language of the page.

    Parameters
    ----------
    title
        As it was published.
    place
        ISO3 code of the country whose plan it is.
    """
    if _language.get() == "en":
        return title
    try:
        is_country = iso3(title) == place
    except GecamError:
        is_country = False
    return place_name(place) if is_country else title


def language() -> Language:
    """Return the language of `in_the_language`."""
    return _language.get()


def in_order(words: str) -> str:
    """Return a name as the names of a table are ordered: in other languages than English by letter."""
    return words if _language.get() == "en" else fold(words)


def spoken_name(code: str) -> str:
    """Return the name of a language in the language of `in_the_language`.

    Parameters
    ----------
    code
        Code of the language (BCP 47); its English name stands where there is no other.
    """
    from gecam.preparedness import language_name  # not needed by a command that estimates

    return _names(_language.get(), "languages").get(code) or language_name(code)


def localised(document: Document) -> Document:
    """Return a document with its fixed words and numbers in the language of `in_the_language`.

    Parameters
    ----------
    document
        Made inside of the block; commands and sources stay as they are.
    """
    lang = _language.get()
    if lang == "en":
        return document
    write = _writer(lang)
    sections = tuple(
        replace(
            section,
            title=write(section.title),
            blocks=tuple(_block(block, write) for block in section.blocks),
        )
        for section in document.sections
    )
    lead = (*map(write, document.lead), _catalogue(lang)(NOT_REVIEWED))
    return replace(document, title=write(document.title), sections=sections, lead=lead, lang=lang)


def _block(block: Block, write: Callable[[str], str]) -> Block:
    match block:
        case Paragraph(text):
            return Paragraph(write(text))
        case Items(texts):
            return Items(tuple(map(write, texts)))
        case Picture(source, words):
            return Picture(source, write(words))
        case Table():
            rows = tuple(tuple(map(write, row)) for row in block.rows)
            return replace(block, columns=tuple(map(write, block.columns)), rows=rows)
        case Command():
            return block


def writer() -> Callable[[str], str]:
    """Return what writes a text in the language of `in_the_language`: its fixed words and its numbers.

    A text that is not in the catalogue as a whole is looked up in its parts between semicolons; days
    and numbers are written anew. English is left as it is.
    """
    lang = _language.get()
    return str if lang == "en" else _writer(lang)


def _writer(lang: Language) -> Callable[[str], str]:
    """Return what writes a text in a language: fixed words by the catalogue, then every number."""
    catalogue, digits = _catalogue(lang), DIGITS[lang]

    def write(text: str) -> str:
        if fewer := FEWER.fullmatch(text):  # in a text from right to left "<" would turn round
            text = catalogue("under {people}").format(people=fewer[1])
        words = "; ".join(catalogue(part) for part in _parts(text, catalogue))
        if lang == "ar":
            words = LATIN_MARK.sub(lambda match: ARABIC_MARKS[match[0]], words)
        words = DAY.sub(lambda match: day_words(date.fromisoformat(match[1])), words)
        return NUMBER.sub(lambda match: _number(match, digits), words)

    return write


def _parts(text: str, catalogue: Callable[[str], str]) -> list[str]:
    """Return a text that is in the catalogue as a whole, another one divided at its semicolons."""
    return [text] if catalogue(text) != text else text.split("; ")


def _number(match: re.Match[str], digits: Digits) -> str:
    whole, decimals, percent = match.groups()
    if "," in whole:
        plain = whole.replace(",", "")
        whole = plain if len(plain) < digits.least else whole.replace(",", digits.group)
    text = (
        whole
        + (digits.decimal + decimals[1:] if decimals else "")
        + (digits.percent if percent else "")
    )
    return text.translate({ord("0") + i: chr(ord(digits.first) + i) for i in range(10)})


@cache
def _catalogue(lang: Language) -> Callable[[str], str]:
    if lang == "en":
        return str
    with (LOCALE / f"{lang}.mo").open("rb") as file:
        words = gettext.GNUTranslations(file).gettext
    return lambda text: words(text) if text else ""  # the empty text has the head of the file


@cache
def _names(lang: Language, table: str) -> dict[str, str]:
    if lang == "en":
        return {}
    with (LOCALE / f"{table}.csv").open(encoding="utf-8") as file:
        return {next(iter(row.values())): row[lang] for row in csv.DictReader(file)}
