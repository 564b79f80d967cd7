"""Languages of countries: a table that says how many speak them, and names for all."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from gecam.codes import (
    COUNTRIES,
    SPEAKERS,
    is_origin_code,
    language_name,
    languages_of,
    written_language,
)
from gecam.codes.places import bundled_rows
from gecam.codes.spoken_languages import Speakers
from gecam.datasets import EDITIONS, load_edition
from gecam.errors import CodeError

ROWS = list(bundled_rows("languages.csv"))
NAMES = {row["code"]: row for row in bundled_rows("language_names.csv")}
SOURCES = {
    "CLDR 49", "World Factbook", "census, in World Factbook", "ethnic groups, in World Factbook",
    "OIF 2022", "of citizens", "judged",
}  # fmt: skip
NOBODY_OF_THEIR_OWN = {"ATA", "ATF", "BVT", "CCK", "CXR", "HMD", "IOT", "SGS", "UMI"}


def test_every_row_has_its_words():
    assert set(get_args(Speakers)) == set(SPEAKERS)
    for row in ROWS:
        assert is_origin_code(row["iso3"])
        assert row["speakers"] in SPEAKERS
        assert row["status"] in {"official", "regional", ""}
        assert row["source"] in SOURCES
        assert NAMES[row["language"]]["written"] == "", "a variety of another written language"
    assert max(Counter((row["iso3"], row["language"]) for row in ROWS).values()) == 1


def test_every_country_with_people_has_languages():
    assert {row["iso3"] for row in ROWS} == set(COUNTRIES) - NOBODY_OF_THEIR_OWN | {"TIB"}
    assert languages_of("Stateless") == languages_of("OOO") == ()


@pytest.mark.parametrize("year", EDITIONS)
def test_every_origin_of_an_edition_has_languages(year):
    case = load_edition(year)
    stock, protected = case.stock.people, case.protected.people
    origins = {
        *stock["origin"][stock["destination"].isin(case.destinations)],
        *protected["origin"][protected["destination"].isin(case.destinations)],
    }
    without = {origin for origin in origins if not languages_of(origin)}
    assert without <= {"OOO", "UNK", "XXA"}


def test_classes_cover_all_shares_without_overlap():
    ends = sorted(SPEAKERS.values())
    assert [low for low, _ in ends[1:]] == [high for _, high in ends[:-1]]
    assert (ends[0][0], ends[-1][1]) == (0.0, 1.0)


# Public facts, not from the sources of the table: Ethiopia's Central Statistical Agency, census of
# 2007 (Amharic 29 %, Oromo 34 % as mother tongue); Statistics South Africa, census of 2022 (isiZulu
# 24 %); INEGI, census of 2020 (6 % of Mexicans speak an indigenous language, 0.7 % of all no Spanish);
# Census of India 2011, tables C-16 and C-17 (Hindi 57 %, English 11 % with second and third languages);
# Statistics Canada, census of 2021 (English 87 %, French 29 %); Philippine Statistics Authority,
# census of 2000 (Filipino 96 % of those who go to school).
@pytest.mark.parametrize(
    ("country", "language", "share"),
    [
        ("ETH", "om", 0.34), ("ZAF", "zu", 0.24), ("MEX", "es", 0.99), ("IND", "hi", 0.57),
        ("IND", "en", 0.11), ("CAN", "en", 0.87), ("CAN", "fr", 0.29), ("PHL", "fil", 0.96),
    ],
)  # fmt: skip
def test_classes_hold_what_censuses_found(country, language, share):
    (one,) = [x for x in languages_of(country) if x.language == language]
    low, high = one.share
    assert low <= share <= high


@pytest.mark.parametrize("country", ["SDN", "TCD", "SSD", "MOZ", "NER", "SOM", "MWI", "ETH", "MDG"])
def test_languages_of_office_come_after_those_that_people_speak(country):
    spoken = {x.language: x.share[0] for x in languages_of(country)}
    assert spoken.get("en", 0.0) < max(spoken.values())
    assert languages_of(country)[0].language != "en"


def test_varieties_of_a_written_language_are_one():
    arabic = ("ar", "apc", "apd", "arz", "ary", "shu", "pga", "acm")
    assert {written_language(code) for code in arabic} == {"ar"}
    assert {written_language(code) for code in ("bs", "hr", "sr", "sr-Latn")} == {"hbs"}
    assert written_language("so") == "so"
    for country in ("SDN", "SYR", "EGY", "MAR", "TCD", "YEM"):
        assert languages_of(country)[0].language == "ar"


def test_no_name_is_a_bare_code():
    for code, row in NAMES.items():
        assert row["name"] != code
        assert row["name"][0].isupper()
        assert language_name(code) == row["name"]
        assert row["written"] in {"", *NAMES}
    assert language_name("zh-Hant") == "Traditional Chinese"
    assert language_name("ps_Deva") == "Pashto (Devanagari)"
    assert language_name("xx-none") == "language 'xx-none', without a name here"


def test_a_country_by_name_and_what_is_none():
    assert languages_of("Sudan") == languages_of("SDN") != ()
    with pytest.raises(CodeError, match=r"SDN \(Sudan\)"):
        languages_of("Sudann")
