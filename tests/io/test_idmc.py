"""IDMC: movements are not people, a blank is not zero, repeated events stay in the totals."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.events.idmc import read_gidd
from gecam.model.displacement import DisplacementTable

CONFLICT = """iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,\
total_displacement_rounded
AFG,Afghanistan,2009,0,,297000,297000
AGO,Angola,2009,,,20400,20000
AB9,,2022,120000,120000,,
XKX,,2022,0,,16000,16000
"""
EVENTS = """iso3,country_name,year,start_date,start_date_accuracy,end_date,event_name,\
hazard_type_name,new_displacement,new_displacement_rounded,total_displacement,event_codes
TUR,Türkiye,2023,2023-02-02,Week,2023-02-06,"Syria, Türkiye: Earthquake - 06/02/2023",Earthquake,\
4047329,4047000,821894,"['EQ-2023-000015-TUR']"
AGO,Angola,2009,2009-01-01,Month,,Angola: Flood - 01/01/2009,Flood,415,420,,[]
AGO,Angola,2009,2009-01-01,Month,,Angola: Flood - 01/01/2009,Flood,4650,4700,,[]
BEN,Benin,2009,2009-01-01,Month,,Benin: Flood - 01/01/2009,Flood,20000,20000,,[]
BEN,Benin,2009,2009-01-01,Month,,Benin: Flood - 01/01/2009,Flood,20000,20000,,[]
"""


def note(table: DisplacementTable, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


def test_movements_and_people_are_two_measures() -> None:
    table = read_gidd(CONFLICT.encode())
    rows = table.rows[table.rows["iso3"].eq("AFG")]
    assert rows["measure"].tolist() == ["movements", "people"]
    assert rows["value"].tolist() == [0, 297_000]
    assert set(table.rows["cause"]) == {"conflict"}


def test_blank_is_not_zero() -> None:
    table = read_gidd(CONFLICT.encode())
    movements = table.rows[table.rows["measure"].eq("movements")].set_index("code_published")[
        "value"
    ]
    assert movements["AFG"] == 0
    assert np.isnan(movements["AGO"])
    assert note(table, "MOVEMENTS_BLANK").count == 1
    assert note(table, "PEOPLE_BLANK").count == 1


def test_unrounded_figures_are_used() -> None:
    table = read_gidd(EVENTS.encode())
    assert table.total("movements", 2023) == 4_047_329


def test_code_of_no_one_country_joins_none_and_stays_in_the_total() -> None:
    table = read_gidd(CONFLICT.encode())
    abyei = table.rows[table.rows["code_published"].eq("AB9")]
    assert abyei["iso3"].tolist() == ["", ""]
    assert table.total("movements", 2022) == 120_000
    assert "AB9" in note(table, "CODE_OF_NO_COUNTRY").text
    assert "XKX" in set(table.rows["iso3"])


def test_events_have_hazard_and_dates() -> None:
    row = read_gidd(EVENTS.encode()).rows.iloc[0]
    assert (row["event"], row["hazard"]) == (
        "Syria, Türkiye: Earthquake - 06/02/2023",
        "Earthquake",
    )
    assert f"{row['started_on']:%Y-%m-%d}" == "2023-02-02"
    assert set(read_gidd(EVENTS.encode()).rows["cause"]) == {"disaster"}


def test_events_of_one_name_are_kept_and_said() -> None:
    table = read_gidd(EVENTS.encode())
    assert table.total("movements", 2009) == 45_065
    assert note(table, "REPEATED").count == 2
    assert note(table, "IDENTICAL_ROWS").count == 1
    assert table.rows["repeats"].tolist() == [1, 1, 2, 2, 2, 2, 2, 2, 2, 2]


def test_bad_cells_are_listed() -> None:
    text = CONFLICT.replace("297000,297000", "297 k,").replace("2009,0", "MMIX,0")
    with pytest.raises(InputError) as caught:
        read_gidd(text.encode())
    assert {(p.row, p.column) for p in caught.value.problems} == {
        (2, "year"), (2, "total_displacement"),
    }  # fmt: skip


def test_other_table_is_refused() -> None:
    with pytest.raises(LayoutError):
        read_gidd(b"iso3,year,idps\nAFG,2009,1\n")


@pytest.mark.raw
def test_raw_conflict_headlines(raw_dir) -> None:
    # IDMC, Global Internal Displacement Database, as on HDX
    table = read_gidd(raw_dir / "crisis" / "idmc_gidd_conflict_country_year.csv")
    assert len(table.rows) == 2 * 961
    movements = {year: table.total("movements", year) for year in (2022, 2023, 2024)}
    assert movements == {2022: 28_380_673, 2023: 20_545_403, 2024: 20_058_987}
    assert table.total("people", 2024) == 73_505_422


@pytest.mark.raw
def test_raw_disaster_headlines(raw_dir) -> None:
    table = read_gidd(raw_dir / "crisis" / "idmc_gidd_disaster_events.csv.gz")
    assert len(table.rows) == 2 * 22_119
    movements = {year: table.total("movements", year) for year in (2022, 2023, 2024)}
    assert movements == {2022: 32_571_985, 2023: 26_790_940, 2024: 45_762_169}
    assert note(table, "REPEATED").count == 218
    quake = table.rows[
        table.rows["event"].eq("Syria, Türkiye: Earthquake - 06/02/2023")
        & table.rows["iso3"].eq("TUR")
        & table.rows["measure"].eq("movements")
    ]
    assert quake["value"].tolist() == [4_047_329]
