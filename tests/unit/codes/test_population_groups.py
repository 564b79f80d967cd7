"""Words of needs overviews for groups of people."""

from __future__ import annotations

import csv
import gzip
from collections import Counter

import pytest

from gecam.codes import Category, category, population_group
from gecam.errors import CodeError


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("", Category()),
        ("total", Category()),
        ("Children - Female - IDP", Category("idps", "female", "children")),
        ("Children  -  male - pdi", Category("idps", "male", "children")),
        ("Children - male -rapatries", Category("returnees", "male", "children")),
        ("IDP - Total", Category("idps")),
        ("Total - Border / EC", Category("returnees", qualifier="border")),
        ("Adult - Female - Iran (District of Return)",
         Category("returnees", "female", "adults", "from_iran")),
        ("Non-Displaced", Category("residents")),
        ("CommunauteHote", Category("residents")),
        ("Communauté Hôte", Category("residents")),
        ("Réfugiés", Category("refugees")),
        ("Pers. agees", Category(age="elderly")),
        ("Filles < 5 ans", Category(sex="female", age="under_5")),
        ("Hombres", Category(sex="male", age="adults")),
        ("Niñas", Category(sex="female", age="children")),
        ("Elderly - Male - Personas con discapacidad",
         Category(sex="male", age="elderly", qualifier="disability")),
        ("Female-Headed Households", Category(sex="female", qualifier="households")),
        ("Migrants", Category("migrants")),
        # nationals, not international migrants in the country:
        ("Migrants/deportes", Category("returnees")),
        ("Returning migrants", Category("returnees")),
        ("Natural Disaster-Affected", Category(qualifier="natural_disaster")),
        ("Solicitantes de asilo", Category("asylum_seekers")),
        ("REF", Category("refugees")),
        ("HST", Category("residents")),
        # the words of 2025, and the same in other languages
        ("Refugees and Asylum Seekers - Total", Category("refugees_and_asylum_seekers")),
        ("Refugiados e requerentes de asilo", Category("refugees_and_asylum_seekers")),
        ("Y<18 - Male - Internally Displaced Persons", Category("idps", "male", "children")),
        ("PWD", Category(qualifier="disability")),
        ("Pessoas com deficiência", Category(qualifier="disability")),
        ("Enfants < 5 ans", Category(age="under_5")),
        ("Enfants de moins de 5 ans", Category(age="under_5")),
        ("Young children (<5)", Category(age="under_5")),
        ("Elderly (>59)", Category(age="elderly")),
        ("Adults (18-59)", Category(age="adults")),
        ("Personnes de 60 ans et plus", Category(age="elderly")),
        ("New IDPs (2025) - Boys", Category("idps", "male", "children", "newly_displaced")),
        ("Returnees from Iran (District of  Return 2025) - Total",
         Category("returnees", qualifier="from_iran")),
        ("Returnees at Border / EC (2025) - Women",
         Category("returnees", "female", "adults", "border")),
        ("Sudden-Onset Natural Disaster-Affected (2025) - Girls",
         Category("all", "female", "children", "sudden_onset_disaster")),
        ("Elderly-female", Category(sex="female", age="elderly")),
        ("Elderly - Women", Category(sex="female", age="elderly")),
        ("Adult_male", Category(sex="male", age="adults")),
        ("Female - IDP - Children 0-4yrs", Category("idps", "female", "under_5")),
        ("Male - Returnees - Children 5-19 yrs", Category("returnees", "male", "5_19")),
        ("Non-displaced war-affected", Category("residents", qualifier="war_affected")),
        ("Non-hosting population", Category("residents", qualifier="not_hosting")),
        ("Mulheres - Deslocados internos", Category("idps", "female", "adults")),
    ],
)  # fmt: skip
def test_words(word, meaning):
    assert category(word) == meaning
    assert population_group(word) == meaning.population_group


def test_unknown_and_contradictory_words_are_errors():
    with pytest.raises(CodeError, match="'Refugies de guerre'"):
        category("Refugies de guerre")
    with pytest.raises(CodeError, match="contradicts itself: female and male"):
        category("Children - Female - Male")
    with pytest.raises(CodeError, match="contradicts itself"):
        category("IDP - Refugees")
    # one group and another are not their intersection; a negation is not what it negates
    for word in ("Women and girls", "Mujeres y niñas", "Female and elderly", "Non Refugees",
                 "Adults 5-17", "Elderly 50", "Children 17-5", "from", "Boys - Elderly"):  # fmt: skip
        with pytest.raises(CodeError):
            category(word)


@pytest.mark.raw
@pytest.mark.parametrize(
    ("year", "words", "rows"), [(2024, 161, 387_819), (2025, 131, 318_259), (2026, 1, 134)]
)
def test_words_of_the_needs_data_of_each_year_are_known(raw_dir, year, words, rows):
    # Without the grammar 61 of the 131 words of 2025, in 78,289 of 318,259 rows, could not be read.
    path = raw_dir / f"crisis/hpc_hno_{year}.csv{'.gz' if year < 2026 else ''}"
    read = gzip.open if year < 2026 else open
    with read(path, "rt", encoding="utf-8", newline="") as file:
        counts = Counter(row["Category"] for row in csv.DictReader(file))
    counts.pop("#category", None)
    assert (len(counts), counts.total()) == (words, rows)
    for word in counts:
        category(word)
