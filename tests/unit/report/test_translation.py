"""Briefs in French, Spanish and Arabic: whole, in agreed terms, with the numbers of the English."""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from pathlib import Path
from string import Formatter

import pytest

import gecam as gc
from gecam.preparedness import inclusion, language_reach, nationals_abroad
from gecam.report import country_brief, in_the_language, origin_brief, write
from gecam.report.document.blocks import Items, Paragraph, Table
from gecam.report.translation import DIGITS, LOCALE, NUMBER, _catalogue, _number, place_name

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
LANGUAGES = ("fr", "es", "ar")


@pytest.fixture(scope="module")
def texts():
    pytest.importorskip("babel")
    import build_languages

    return list(dict.fromkeys(build_languages.texts()))


@pytest.fixture(scope="module")
def briefs():
    """Briefs of Chad, Yemen and for Syria's government, in every language, of the same estimates."""
    case = gc.load_edition("2025")
    est = gc.estimate(case.restrict(["TCD", "YEM", "SDN"]), draws=100, seed=1)

    def made(lang):
        with in_the_language(lang):
            of = {
                place: country_brief(
                    est, inclusion(est, place, case=case), language_reach(est, place),
                    trace="gecam prepare", explain="gecam explain",
                )
                for place in ("TCD", "YEM")
            }  # fmt: skip
            of["SYR"] = origin_brief(
                est, nationals_abroad(est, "SYR"), trace="gecam prepare", explain="gecam explain"
            )
            return of

    return {lang: made(lang) for lang in ("en", *LANGUAGES)}


def words_of(document):
    """All texts of a document but its commands and sources."""
    yield document.title
    yield from document.lead
    for section in document.sections:
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Items):
                yield from block.texts
            elif isinstance(block, Table):
                yield from block.columns
                for row in block.rows:
                    yield from row


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("of", ["TCD", "YEM", "SYR"])
def test_every_number_of_the_english_brief_is_in_the_other(briefs, figures, lang, of):
    english = figures("\n".join(words_of(briefs["en"][of])), "en")
    assert len(english) > 10
    assert figures("\n".join(words_of(briefs[lang][of])), lang) == english


@pytest.mark.parametrize("of", ["TCD", "YEM", "SYR"])
def test_no_number_of_an_arabic_brief_keeps_latin_digits(briefs, of):
    page = "\n".join(words_of(briefs["ar"][of]))
    assert re.findall(r"(?<![A-Za-z0-9.-])[0-9][0-9.,]*(?![A-Za-z0-9-])", page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_translated_with_all_its_placeholders(texts, lang):
    translate = _catalogue(lang)

    def placeholders(template):
        return sorted((n, s, c) for _, n, s, c in Formatter().parse(template) if n is not None)

    same = {text for text in texts if translate(text) == text}
    assert {text for text in same if re.sub(r"{.*?}|\W", "", text)} <= SAME.get(lang, set())
    for text in texts:
        assert placeholders(translate(text)) == placeholders(text), text


SAME = {
    "fr": {"Migrants {measure}, {case}", "Europe", "million"},
    "es": {"Asia"},
}  # words that are the same in both languages


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_translation_is_another_text_that_would_be_translated_again(texts, lang):
    translate = _catalogue(lang)
    twice = {text: translate(text) for text in texts if translate(text) != text}
    assert {text: said for text, said in twice.items() if said in twice} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_terms_are_those_of_the_glossary(texts, lang):
    with (LOCALE / "glossary.csv").open(encoding="utf-8") as file:
        terms = [(row["english"], row[lang]) for row in csv.DictReader(file)]
    translate = _catalogue(lang)
    wrong = [
        (term, text)
        for term, agreed in terms
        for text in texts
        if re.search(rf"\b{term}\b", text, re.IGNORECASE)
        and agreed.lower() not in translate(text).lower()
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_brief_has_no_english_sentence(briefs, lang):
    """Own words are translated; sources, names of plans and notes of publishers stay as they are."""
    english = set(words_of(briefs["en"]["TCD"])) | set(words_of(briefs["en"]["YEM"]))
    here = set(words_of(briefs[lang]["TCD"])) | set(words_of(briefs[lang]["YEM"]))
    left = {x for x in english & here if re.search(r"[a-z]{3}", x) and len(x.split()) > 3}
    assert left == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_written_as_in_cldr(lang):
    numbers = pytest.importorskip("babel.numbers")
    system = "arab" if lang == "ar" else "latn"

    def ours(english):
        text = NUMBER.sub(lambda match: _number(match, DIGITS[lang]), english)
        return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)

    for value in (7.0, 999.0, 1234.0, 56789.0, 1234567.0, 0.5, 12.75):
        if lang == "es" and value == 1234.0:
            assert (
                ours("1,234") == "1234"
            )  # CLDR's minimumGroupingDigits of 2, which Babel leaves out
            continue
        english = f"{value:,.2f}".rstrip("0").rstrip(".")
        assert ours(english) == numbers.format_decimal(value, locale=lang, numbering_system=system)
    if lang != "ar":  # Babel has no percent sign of Arabic digits
        assert ours("90%") == numbers.format_percent(0.9, locale=lang)


def test_dates_versions_and_paths_are_left_alone():
    for text in ("2022-07-01", "CC BY 3.0.1", "INFORM 2024/03", "a1", "x_10"):
        assert NUMBER.sub("#", text) == text, text


def test_the_arabic_page_is_set_from_right_to_left(briefs):
    page = write(briefs["ar"]["YEM"], "html")
    assert '<html lang="ar" dir="rtl">' in page
    assert '<code dir="ltr">gecam' in page
    assert 'dir="rtl"' not in write(briefs["fr"]["YEM"], "html")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_says_that_nobody_reviewed_it(briefs, lang):
    assert briefs[lang]["TCD"].lead[-1] == _catalogue(lang)(
        "This translation has not yet been reviewed by a speaker of the language."
    )
    assert "reviewed" not in " ".join(briefs["en"]["TCD"].lead)


def test_countries_have_the_short_names_of_the_united_nations():
    # UN Terminology Database
    with in_the_language("fr"):
        assert place_name("SYR") == "République arabe syrienne"
    with in_the_language("es"):
        assert place_name("VEN") == "Venezuela (República Bolivariana de)"
    with in_the_language("ar"):
        assert place_name("YEM") == "اليمن"
    assert place_name("YEM") == "Yemen"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_compiled_catalogues_are_those_of_the_texts(texts, lang):
    from babel.messages.pofile import read_po

    with (LOCALE / f"{lang}.po").open("rb") as file:
        written = {m.id: m.string for m in read_po(file, locale=lang) if m.id}
    assert set(written) == set(texts), "run tools/build_languages.py"
    assert all(_catalogue(lang)(text) == said for text, said in written.items())


def test_a_french_colon_has_a_non_breaking_space_before_it(texts, briefs):
    translate = _catalogue("fr")
    said = [re.sub(r"{.*?}", "x", translate(text)) for text in texts]
    assert [text for text in said if re.search(r"(\w| )[:;?!](?=\s|$)", text)] == []
    for of in ("TCD", "YEM", "SYR"):
        page = write(briefs["fr"][of], "markdown")
        assert "Refaire cette page\N{NO-BREAK SPACE}: `" in page
    rows = [text for text in words_of(briefs["fr"]["SYR"]) if re.match(r"[^.,(]{2,40}\w: ", text)]
    assert rows == []
