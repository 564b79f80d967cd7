"""COD-PS: totals only, levels, stale years, shared and missing p-codes."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import read_cod_ps

HEAD = (
    "ISO3,Country,ADM1_PCODE,ADM1_NAME,ADM2_PCODE,ADM2_NAME,ADM3_PCODE,ADM3_NAME,ADM4_PCODE,"
    "ADM4_NAME,Population_group,Gender,Age_range,Age_min,Age_max,Population,Reference_year,Source,"
    "Contributor\n"
)
# OCHA COD-PS global: Afghanistan (admin 0); Maldives and Tajikistan (admin 1), as published
ADMIN0 = (
    HEAD + "AFG,Afghanistan,,,,,,,,,F_TL,f,all,,,19844584,2021,NSIA,OCHA\n"
    "AFG,Afghanistan,,,,,,,,,T_TL,all,all,,,40411869,2021,NSIA,OCHA\n"
    "AFG,Afghanistan,,,,,,,,,T_00_04,all,0-4,0,4,6000000,2021,NSIA,OCHA\n"
)
ADMIN1 = (
    HEAD + "MDV,Maldives,MV001,Atoll A,,,,,,,T_TL,all,all,,,15311,2022,x,y\n"
    "MDV,Maldives,MV001,Atoll B,,,,,,,T_TL,all,all,,,22843,2022,x,y\n"
    "TJK,Tajikistan,,DUSHANBE,,,,,,,T_TL,all,all,,,846400,2019,x,y\n"
)


def test_only_totals_count():
    population = read_cod_ps(ADMIN0.encode())
    assert population.people.to_numpy().tolist() == [
        ["AFG", pd.Timestamp(2021, 7, 1), 40_411_869.0]
    ]
    assert {note.code for note in population.notes} == {"ROWS_DROPPED", "DAY_ASSUMED"}


def test_areas_share_or_lack_codes():
    population = read_cod_ps(ADMIN1.encode())  # no countries in it: the topmost level is 1
    assert population.people[["place", "people"]].to_numpy().tolist() == [["MV001", 38_154.0]]
    counts = {note.code: note.count for note in population.notes}
    assert counts == {"PCODE_MISSING": 846_400, "PCODE_SHARED": 1, "DAY_ASSUMED": 1}


def test_a_country_or_area_that_stands_twice_is_an_error():
    for text, level in ((ADMIN0, 0), (ADMIN1, 1)):
        last = text.splitlines()[2]
        with pytest.raises(InputError, match="repeats one above"):
            read_cod_ps(f"{text}{last}\n".encode(), level=level)


def test_a_code_that_could_be_another_countrys_is_no_p_code():
    text = ADMIN1.replace("TJK,Tajikistan,,", "AZE,Azerbaijan,1,")
    notes = {note.code: note.count for note in read_cod_ps(text.encode()).notes}
    assert notes["PCODE_MISSING"] == 846_400


def test_levels_codes_and_numbers_are_checked():
    with pytest.raises(InputError, match="no row of T_TL at level 0"):
        read_cod_ps(ADMIN1.encode(), level=0)
    with pytest.raises(InputError, match=r"level must lie in \[0, 4\]"):
        read_cod_ps(ADMIN1.encode(), level=5)
    for old, new in (("40411869", "40.411.869"), ("AFG,Afgh", "AFX,Afgh"), ("2021,N", "21,N")):
        with pytest.raises(InputError, match="cannot be read"):
            read_cod_ps(ADMIN0.replace(old, new).encode())
    with pytest.raises(LayoutError, match="lacks the columns"):
        read_cod_ps(b"a,b\n1,2\n")


@pytest.mark.raw
def test_published_figures(raw_dir):
    countries = read_cod_ps(raw_dir / "crisis/cod_population_admin0.csv")
    assert len(countries.people) == 139
    assert countries.people["people"].sum() == 3_271_632_396  # not the world
    assert not {"CAF", "MMR", "SYR", "UKR", "YEM"} & set(countries.people["place"])
    years = countries.people["as_of"].dt.year
    assert (years.min(), years.max()) == (2001, 2025)
    areas = read_cod_ps(raw_dir / "crisis/cod_population_admin1_totals.csv", level=1)
    assert {note.code: note.count for note in areas.notes}["PCODE_MISSING"] == 23_024_869
