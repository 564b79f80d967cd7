"""Files of one country, and further layouts: read, or refused with the one thing to add."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gecam.errors import InputError
from gecam.io import (
    find_reader,
    read_cod_ps_country,
    read_file,
    read_gho_plans,
    read_hapi_population,
    read_hno,
    read_ipc,
)

NEEDS = (
    "Admin 1 PCode,Admin 1 Name,Description,Cluster,Category,Population,In Need,Targeted\n"
    ",,Final HRP caseload,ALL,,46024352,22887726,16790412\n"
    "AF01,Kabul,Final HRP caseload,ALL,total,6700513,22000000,\n"
    "AF02,Kapisa,Final HRP caseload,ALL,total,628640,887726,\n"
)
PHASES = (
    "analysis_date,country_iso3,population,projection,period_start,period_end,phase,number_affected\n"
    "Mar 2022,AFG,41727303,current,2022-03-01,2022-05-01,all,41727303\n"
    "Mar 2022,AFG,41727303,current,2022-03-01,2022-05-01,P3+,19650163\n"
    "Mar 2022,AFG,41727303,projected,2022-06-01,2022-11-01,all,41727303\n"
    "Mar 2022,AFG,41727303,projected,2022-06-01,2022-11-01,P3+,18920522\n"
)
HAPI_PHASES = (
    "location_code,provider_admin1_name,provider_admin2_name,admin_level,ipc_phase,ipc_type,"
    "population_in_phase,reference_period_start,reference_period_end\n"
    "AFG,,,0,all,current,43100598,2023-04-01,2023-04-30\n"
    "AFG,,,0,3+,current,17213584,2023-04-01,2023-04-30\n"
    "AFG,Kabul,,1,all,current,5300000,2023-04-01,2023-04-30\n"
    "AFG,Kabul,,1,3+,current,1900000,2023-04-01,2023-04-30\n"
)
RESIDENTS = (
    "Admin0_Name,Admin0_Code,Admin1_Name,Admin1_Code,year,F_TL,T_TL\n"
    "Afghanistan,AF,Badakhshan,AF17,2021,666004,1357036\n"
    "Afghanistan,AF,Badghis,AF31,2021,346001,707535\n"
)
HAPI_RESIDENTS = (
    "location_code,admin1_code,admin2_code,admin_level,gender,age_range,population,"
    "reference_period_start\n"
    "CAF,CF11,,1,all,all,448465,2015-01-01\nCAF,CF11,,1,f,all,226411,2015-01-01\n"
    "CAF,CF12,,1,all,all,310366,2015-01-01\n"
)
PLANS = "plan,people_in_need,people_targeted\nSudan,33700000,20419163\nSyria (3RP),15312704,9\n"
LAYOUT_SAMPLES = {
    "needs of one country": (read_hno, NEEDS),
    "ipc by country": (read_ipc, PHASES),
    "hapi food security": (read_ipc, HAPI_PHASES),
    "cod-ps of one country": (read_cod_ps_country, RESIDENTS),
    "hapi population": (read_hapi_population, HAPI_RESIDENTS),
    "plans without codes": (read_gho_plans, PLANS),
}


def test_needs_of_one_country_take_it_from_p_codes_else_from_the_name_of_the_file(tmp_path: Path):
    assert read_hno(NEEDS.encode()).national()["in_need"].to_dict() == {"AFG": 22_887_726}
    national = "".join(NEEDS.splitlines(keepends=True)[:2])
    named = tmp_path / "afg_hpc_needs_api_2025.csv"
    named.write_text(national)
    table = read_hno(named)
    assert table.national().index.tolist() == ["AFG"]
    assert table.periods["AFG"][0].year == 2025
    with pytest.raises(InputError, match="add a column Country ISO3"):
        read_hno(national.encode())
    with pytest.raises(InputError, match="add a column Country ISO3"):
        read_hno(NEEDS.replace("AF02", "SD02").encode())  # of two countries


def test_earlier_and_harmonised_tables_of_phases_say_what_the_present_layout_says():
    rows = read_ipc(PHASES.encode()).rows
    assert rows["period"].tolist() == ["current", "first projection"]
    assert rows["phase_3_plus"].tolist() == [19_650_163, 18_920_522]
    rows = read_ipc(HAPI_PHASES.encode()).rows
    assert rows["area"].tolist() == ["", "Kabul"]
    assert rows["analysis"].tolist() == ["Apr 2023"] * 2
    assert rows["phase_3_plus"].tolist() == [17_213_584, 1_900_000]
    with pytest.raises(InputError, match="names no area"):
        read_ipc(HAPI_PHASES.replace("AFG,Kabul,,1", "AFG,,,1").encode())


def test_residents_of_one_country_are_those_of_the_level_of_its_file(tmp_path: Path):
    table = read_cod_ps_country(RESIDENTS.encode())
    assert table.people["people"].tolist() == [1_357_036, 707_535]
    assert {f"{day:%Y-%m-%d}" for day in table.people["as_of"]} == {"2021-07-01"}
    lines = RESIDENTS.replace(",2021", "").replace(",year", "")
    with pytest.raises(InputError, match="add a column year"):
        read_cod_ps_country(lines.encode())
    named = tmp_path / "afg-admpop-adm1-2021-v2.csv"
    named.write_text(lines)
    assert len(read_cod_ps_country(named).people) == 2
    with pytest.raises(InputError, match="no row of level 2: the file has 1"):
        read_cod_ps_country(RESIDENTS.encode(), level=2)
    odd = RESIDENTS.replace("AF17", "17").replace("AF31", "31")
    with pytest.raises(InputError, match="does not say its country"):
        read_cod_ps_country(odd.encode())


def test_a_workbook_of_several_levels_gives_each(workbook: Any):
    country = [["ADM0_PCODE", "year", "T_TL"], ["AF", 2021, 2_064_571]]
    areas: list[list[Any]] = [line.split(",") for line in RESIDENTS.splitlines()]
    areas[1:] = [[*row[:4], 2021, int(row[5]), int(row[6])] for row in areas[1:]]
    book = workbook({"Notes": [["about"]], "adm0": country, "adm1": areas})
    assert find_reader(book).name == "read_cod_ps_country"
    assert read_cod_ps_country(book).people["place"].tolist() == ["AFG"]
    (lower,) = read_file(book).further
    assert lower.people["place"].tolist() == ["AF17", "AF31"]


def test_harmonised_residents_are_of_everybody():
    table = read_hapi_population(HAPI_RESIDENTS.encode())
    assert table.people["people"].tolist() == [448_465, 310_366]
    with pytest.raises(InputError, match="no row of everybody at level 0"):
        read_hapi_population(HAPI_RESIDENTS.encode(), level=0)


def test_a_plan_without_a_code_has_the_country_of_its_name():
    table = read_gho_plans(PLANS.encode(), year=2026)
    assert table.plans["iso3"].tolist() == ["SDN", ""]
    assert table.plans["plan_type"].tolist() == ["", ""]


@pytest.mark.parametrize(
    "label",
    ["adm1_pcode", "ADM1 Code", "admin1Pcode", "Code ADM1", "Código nivel administrativo 1"],
)
def test_columns_of_levels_are_told_in_four_languages(label: str):
    table = read_hno(NEEDS.replace("Admin 1 PCode", label).encode())
    assert table.subnational("admin1")["pcode"].tolist() == ["AF01", "AF02"]
    residents = read_cod_ps_country(RESIDENTS.replace("Admin1_Code", label).encode())
    assert residents.people["place"].tolist() == ["AF17", "AF31"]


def test_a_total_below_the_areas_of_one_country_is_left_out_and_a_row_of_nothing_refused():
    total = ",Total,,,,46024352,22887726,16790412\n"
    table = read_hno((NEEDS + total).encode())
    assert len(table.rows) == 3
    assert "row 5 (Total)" in next(note.text for note in table.notes if note.code == "TOTAL_ROW")
    with pytest.raises(InputError, match="names nothing: is it a total"):
        read_hno((NEEDS + total.replace("Total", "")).encode())
