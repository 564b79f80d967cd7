"""Words of needs overviews for groups of people."""

from __future__ import annotations

import csv
import gzip

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


@pytest.mark.raw
def test_every_word_of_the_needs_data_of_2024_is_known(raw_dir):
    with gzip.open(
        raw_dir / "crisis/hpc_hno_2024.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        words = {row["Category"] for row in csv.DictReader(file)} - {"#category"}
    assert len(words) == 161
    for word in words:
        category(word)
