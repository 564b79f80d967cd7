"""World Bank population: aggregates, Kosovo, the two forms."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import read_worldbank

LONG = (
    "Country Name,Country Code,Year,Value\n"
    "Sudan,SDN,2023,49383346\nSudan,SDN,2024,50448963\n"
    "Kosovo,XKX,2024,1527324\nChannel Islands,CHI,2024,167000\n"
    '"Korea, Rep.",KOR,2024,51751065\n'
    "World,WLD,2024,8141808945\nLow income,LIC,2024,644000000\nEuropean Union,EUU,2024,450000000\n"
)
WIDE = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-01-28",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2023","2024",\n'
    '"Sudan","SDN","Population, total","SP.POP.TOTL","49383346","50448963",\n'
    '"West Bank and Gaza","PSE","Population, total","SP.POP.TOTL","","5289152",\n'
    '"World","WLD","Population, total","SP.POP.TOTL","8061876001","8141808945",\n'
)


def test_groups_are_dropped_and_special_codes_mapped():
    population = read_worldbank(LONG.encode())
    assert set(population.people["place"]) == {"SDN", "XKX", "XCX", "KOR"}
    assert population.notes[0].count == 3
    assert set(population.people["as_of"]) == {pd.Timestamp(2023, 7, 1), pd.Timestamp(2024, 7, 1)}


def test_the_download_with_a_column_per_year():
    wide = read_worldbank(WIDE.encode()).people
    assert wide[wide["place"].eq("SDN")]["people"].tolist() == [49_383_346, 50_448_963]
    assert wide[wide["place"].eq("PSE")]["as_of"].dt.year.tolist() == [2024]  # empty, not zero
    with pytest.raises(InputError, match=r"unknown word 'NY.GDP.MKTP.CD'"):
        read_worldbank(WIDE.replace("SP.POP.TOTL", "NY.GDP.MKTP.CD", 1).encode())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("SDN,2024,50448963", "SUD,2024,50448963", "'SUD' is not the World Bank's code"),
        ("50448963", "50.448.963", "not a number"),
        ("50448963", "-5", "negative"),
        ("SDN,2023", "SDN,2024", "repeats one above"),
    ],
)
def test_bad_cells_are_named(old, new, said):
    with pytest.raises(InputError, match=said):
        read_worldbank(LONG.replace(old, new).encode())


def test_years_and_other_files():
    assert len(read_worldbank(LONG.encode(), years=[2023]).people) == 1
    with pytest.raises(InputError, match=r"years \[1950\]"):
        read_worldbank(LONG.encode(), years=[1950])
    with pytest.raises(LayoutError):
        read_worldbank(b"a,b\n1,2\n")


@pytest.mark.raw
def test_published_figures(raw_dir):
    population = read_worldbank(raw_dir / "stock/worldbank_population.csv")
    people = population.people.set_index(["place", "as_of"])["people"]
    at = pd.Timestamp(2024, 7, 1)
    assert people["SDN", at] == 50_448_963
    assert people["UKR", at] == 37_860_221
    assert population.people["place"].nunique() == 217
    # the row World (8,141,808,945) holds 23,412,899 people more: Taiwan, which is not listed
    assert 8_141_808_945 - people.xs(at, level="as_of").sum() == 23_412_899
    assert population.people.loc[population.people["place"].eq("PSE"), "as_of"].min().year == 1990
