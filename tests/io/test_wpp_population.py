"""World Population Prospects: thousands, year-ends, mid-years."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import read_wpp

# WPP 2024, 31 December, thousands: Afghanistan and the world
YEAR_ENDS = (
    "m49,name,location_type,year,pop_median_thousands,pop_male_thousands,pop_female_thousands\n"
    "900,World,0,2024,8196980.849,4100000,4096980.849\n"
    "4,Afghanistan,4,2024,43250.33,21839.940999999995,21410.388999999992\n"
    "4,Afghanistan,4,2025,44437.893,22445.217999999986,21992.674999999992\n"
    "412,Kosovo (under UNSC res. 1244),4,2025,1670,835,835\n"
)
PUBLISHED = (
    "SortOrder,LocID,Notes,ISO3_code,ISO2_code,SDMX_code,LocTypeID,LocTypeName,ParentID,Location,"
    "VarID,Variant,Time,MidPeriod,PopMale,PopFemale,PopTotal,PopDensity\n"
    "1,900,,,,1,1,World,0,World,2,Medium,2024,2024.5,4104000,4057972.572,8161972.572,62.8\n"
    "2,516,,NAM,NA,516,4,Country/Area,913,Namibia,2,Medium,2024,2024.5,1471.7,1558.431,3030.131,3.7\n"
    "3,516,,NAM,NA,516,4,Country/Area,913,Namibia,3,High,2024,2024.5,1480,1560,3040,3.7\n"
)
DERIVED = (
    "iso3,year,sex,population\nAFG,2020,female,19279918\nAFG,2020,male,19692287\n"
    "AFG,2020,total,38972204\n"
)


def test_year_ends_keep_their_date_and_thousands_become_persons():
    population = read_wpp(YEAR_ENDS.encode())
    people = population.people.set_index(["place", "as_of"])["people"]
    assert people["AFG", pd.Timestamp(2024, 12, 31)] == pytest.approx(43_250_330)
    assert people["XKX", pd.Timestamp(2025, 12, 31)] == 1_670_000
    assert {note.code: note.count for note in population.notes} == {
        "AGGREGATES_DROPPED": 1, "THOUSANDS": 3, "YEAR_ENDS": 3,
    }  # fmt: skip


def test_mid_years_are_means_of_two_year_ends():
    population = read_wpp(YEAR_ENDS.encode(), at="mid_year")
    row = population.people.iloc[0]
    assert (row["place"], row["as_of"]) == ("AFG", pd.Timestamp(2025, 7, 1))
    assert row["people"] == pytest.approx((43_250_330 + 44_437_893) / 2)
    with pytest.raises(InputError, match="no two year-ends in a row"):
        read_wpp("\n".join(YEAR_ENDS.splitlines()[:3]).encode(), at="mid_year")


def test_the_published_file_is_mid_year_medium_variant():
    population = read_wpp(PUBLISHED.encode())
    assert population.people.to_numpy().tolist() == [["NAM", pd.Timestamp(2024, 7, 1), 3_030_131.0]]
    with pytest.raises(InputError, match=r"2025\.0 is not the middle of 2024"):
        read_wpp(PUBLISHED.replace("2024.5", "2025.0").encode())


def test_persons_by_sex_may_miss_the_total_by_rounding_only():
    population = read_wpp(DERIVED.encode())
    assert population.people["people"].tolist() == [38_972_204]
    assert population.notes[0].count == 1
    with pytest.raises(InputError, match="female and male add up to 38,972,205"):
        read_wpp(DERIVED.replace("38972204", "38962204").encode())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("43250.33", "43.250.33", "not a number"),
        ("43250.33", "4325.033", "female and male add up"),
        ("\n4,Afghanistan,4,2025", "\n4,Afghanistan,4,2024", "repeats one above"),
        ("\n412,Kosovo", "\n947,Kosovo", "not that of a country"),
    ],
)
def test_bad_cells_are_named(old, new, said):
    with pytest.raises(InputError, match=said):
        read_wpp(YEAR_ENDS.replace(old, new).encode())


def test_other_files_are_layout_errors():
    with pytest.raises(LayoutError, match="World Population Prospects"):
        read_wpp(b"a,b\n1,2\n")


@pytest.mark.raw
def test_published_figures(raw_dir):
    ends = read_wpp(raw_dir / "stock/wpp2024_population_31dec_2024_2030.csv", years=[2024, 2025])
    people = ends.people.set_index(["place", "as_of"])["people"]
    assert people["AFG", pd.Timestamp(2025, 12, 31)] == pytest.approx(44_437_893)
    world = people.xs(pd.Timestamp(2024, 12, 31), level="as_of").sum()
    # the row World is 8,196,980.849 thousand; the Holy See (0.5 thousand) is not listed
    assert world == pytest.approx(8_196_980_349, abs=1)
    earlier = read_wpp(raw_dir / "stock/wpp2022_population_by_sex_iso3.csv", years=[2020, 2021])
    assert earlier.people.groupby("as_of")["people"].sum().tolist() == [
        7_840_406_252,
        7_908_702_897,
    ]
