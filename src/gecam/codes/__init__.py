"""What places and groups of people are called: ISO3, M49, names, regions, income groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gecam.codes.attributes import m49, name, place, region, subregion
from gecam.codes.borders import BORDER_CHANGE
from gecam.codes.income import income_group, latest_income_group
from gecam.codes.names import country_code, country_codes, iso3, origin_code
from gecam.codes.outlines import World, world
from gecam.codes.places import (
    Place,
    from_m49,
    is_iso3,
    is_origin_code,
    unhcr_to_iso3,
    worldbank_to_iso3,
)
from gecam.codes.population_groups import Category, category, population_group
from gecam.codes.spoken_languages import (
    SPEAKERS,
    SpokenLanguage,
    language_name,
    languages_of,
    written_language,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    COUNTRIES: Mapping[str, Place]

__all__ = [
    "BORDER_CHANGE",
    "COUNTRIES",
    "SPEAKERS",
    "Category",
    "Place",
    "SpokenLanguage",
    "World",
    "category",
    "country_code",
    "country_codes",
    "from_m49",
    "income_group",
    "is_iso3",
    "is_origin_code",
    "iso3",
    "language_name",
    "languages_of",
    "latest_income_group",
    "m49",
    "name",
    "origin_code",
    "place",
    "population_group",
    "region",
    "subregion",
    "unhcr_to_iso3",
    "world",
    "worldbank_to_iso3",
    "written_language",
]


def __getattr__(attribute: str) -> object:
    """Read the table of countries when it is first asked for."""
    if attribute == "COUNTRIES":
        from gecam.codes.places import countries

        return countries()
    raise AttributeError(f"module 'gecam.codes' has no attribute {attribute!r}")
