"""UNHCR's demographics: three ages, unknown ages, and countries whose ages say nothing."""

from __future__ import annotations

import pytest

from gecam.errors import InputError
from gecam.io import find_reader, read_unhcr_ages

AGES = ("0 - 4", "5 - 11", "12 - 17", "18 - 59", "60")
HEADER = (
    "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    + ",".join(f"Female {age}" for age in AGES) + ",f_other,Female total,"
    + ",".join(f"Male {age}" for age in AGES) + ",m_other,Male total\n"
)  # fmt: skip
# Chad on 31 October 2023 as UNHCR published it, as if of Sudanese alone; a second origin, a small host.
ROWS = (
    "2023,Sudan,SDN,Chad,TCD,76403,124028,87335,270305,25915,0,583986,"
    "77424,124449,84245,173444,17127,0,476689\n"
    "2023,Cameroon,CMR,Chad,TCD,10,10,10,50,-,20,100,10,10,10,50,,20,100\n"
    "2022,Sudan,SDN,Chad,TCD,1000,1000,1000,1000,1000,0,5000,1000,1000,1000,1000,1000,0,5000\n"
    "2023,Sudan,SDN,Japan,JPN,0,0,0,5,1,0,6,0,0,0,5,1,0,6\n"
)
LAYOUT_SAMPLES = {"read_unhcr_ages": (read_unhcr_ages, HEADER + ROWS)}


def test_the_last_year_of_a_country_by_sex_and_age():
    table = read_unhcr_ages((HEADER + ROWS).encode())
    people = table.people.set_index(["destination", "sex", "age"])["people"]
    assert people.loc[("TCD", "female")].tolist() == [287_766 + 30, 270_305 + 50, 25_915]
    assert people.loc[("TCD", "male")].tolist() == [286_118 + 30, 173_444 + 50, 17_127]
    assert set(table.people["as_of"].dt.year) == {2023}
    assert "JPN" not in set(table.people["destination"])
    notes = {note.code: note.count for note in table.notes}
    assert (notes["AGE_UNKNOWN"], notes["AGES_LEFT_OUT"]) == (40, 1)


def test_a_year_can_be_asked_for():
    people = read_unhcr_ages((HEADER + ROWS).encode(), year=2022).people
    assert people["people"].tolist() == [3000, 1000, 1000] * 2


def test_it_is_told_from_the_table_of_populations():
    assert find_reader((HEADER + ROWS).encode()).name == "read_unhcr_ages"


def test_unknown_codes_and_numbers_are_refused():
    with pytest.raises(InputError, match="'XYZ'"):
        read_unhcr_ages((HEADER + ROWS.replace("TCD", "XYZ")).encode())
    with pytest.raises(InputError, match="Female 12 - 17"):
        read_unhcr_ages((HEADER + ROWS.replace("87335", "many")).encode())


def test_a_row_that_stands_twice_is_refused():
    chad = ROWS.splitlines(keepends=True)[0]
    with pytest.raises(InputError, match="the row repeats one above"):
        read_unhcr_ages((HEADER + ROWS + chad).encode())
