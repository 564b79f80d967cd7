"""IOM's DTM: IDPs and returnees (no migrants), rounds that are stocks, levels that repeat."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.iom.dtm import read_dtm_api, read_dtm_baseline, read_dtm_migrants
from gecam.model.displacement import PlaceCounts

BASELINE = [
    ["ADM1_Region_EN", "ADM4_Muhalla_EN", "Muhalla_pcode", "AssessmentRound", "IDPs in Muhalla",
     "IDP HH", "IDP Indiv", "Returnee HH", "Returnee Indiv", "Date Reported", "Country",
     "Country Code"],
    ["#adm1+name", "#adm4+name", "#adm4+code", "#meta+round", "", "#affected+idps+hh",
     "#affected+idps+ind", "#affected+returnees+hh", "#affected+returnees+ind", "#date+reported",
     "Country+name", "Country+code"],
    ["East", "Al faydiyah", "LY01060105", 39, "Yes", 20, 100, 0, 0, "2021-11-30", "Libya", "LBY"],
    ["West", "Farwah", "LY02150304", 39, "No", None, None, 300, 1500, "2021-11-30", "Libya", "LBY"],
]  # fmt: skip
DETAILS = [
    ["General Info", None, None, "IDP Total Figures", None],
    ["ADM4_Muhalla_EN", "Muhalla_pcode", "AssessmentRound", "IDPs in Muhalla", "IDP Indiv"],
    ["Al faydiyah", "LY01060105", 39, "Yes", 100],
]


def note(table: PlaceCounts, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


@pytest.fixture(scope="module")
def libya(workbook: Any) -> bytes:
    return workbook(
        {"Summary": [["DTM Round 39"]], "IDPs_Returnees": BASELINE, "IDPs - Details": DETAILS}
    )


def test_baseline_counts_idps_and_returnees_apart(libya: bytes) -> None:
    table = read_dtm_baseline(libya)
    assert table.rows.groupby("group")["people"].sum().to_dict() == {"idps": 100, "returnees": 1500}
    assert set(table.rows["level"]) == {"admin4"}
    assert table.rows["line"].tolist() == [3, 3, 4, 4]
    assert f"{table.rows.loc[0, 'as_of']:%Y-%m-%d}" == "2021-11-30"


def test_baseline_blank_is_not_zero(libya: bytes) -> None:
    table = read_dtm_baseline(libya)
    assert table.rows["people"].isna().tolist() == [False, False, True, False]
    assert note(table, "PEOPLE_BLANK").count == 1


def test_baseline_tags_without_their_sign_are_reported(libya: bytes) -> None:
    assert note(read_dtm_baseline(libya), "HXL_NEAR_MISS").count == 2


def test_baseline_details_have_titles_above_their_header(libya: bytes) -> None:
    table = read_dtm_baseline(libya, sheet="IDPs - Details", iso3="LBY", as_of=date(2021, 11, 30))
    assert table.rows["people"].tolist() == [100]
    assert set(table.rows["group"]) == {"idps"}


def test_baseline_details_do_not_guess_country_and_date(libya: bytes) -> None:
    with pytest.raises(InputError, match="as_of"):
        read_dtm_baseline(libya, sheet="IDPs - Details", iso3="LBY")
    with pytest.raises(InputError, match="ISO3"):
        read_dtm_baseline(libya, sheet="IDPs - Details", as_of=date(2021, 11, 30))


def test_baseline_without_its_sheet_is_refused(libya: bytes) -> None:
    with pytest.raises(LayoutError, match="Returnees - Details"):
        read_dtm_baseline(libya, sheet="Returnees - Details")
    with pytest.raises(LayoutError):
        read_dtm_baseline(libya, sheet="Summary")


LABELS = (
    "id,operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,adminLevel,"
    "numPresentIdpInd,reportingDate,yearReportingDate,monthReportingDate,roundNumber,"
    "displacementReason,numberMales,numberFemales,idpOriginAdmin1Name,idpOriginAdmin1Pcode,"
    "assessmentType,operationStatus"
)
TAGS = (
    "#id+code,#operation+name,#country+name,#country+code,#adm1+name,#adm1+code,#adm2+name,"
    "#adm2+code,#adm+level,#affected+idps,#date+reported,#date+year+reported,"
    "#date+month+reported,#round+code,#cause+type,#affected+idps+m,#affected+idps+f,"
    "#adm1+name+origin,#adm1+code+origin,#assessment+type,#operation+status"
)


def row(people: int, when: str, *, place: str = "", cause: str = "Conflict", **cells: str) -> str:
    given = {
        "round": "1",
        "kind": "BA",
        "operation": "Lake Chad Basin Crisis",
        "code": "TCD",
    } | cells
    level = {0: 0, 4: 1, 6: 2}[len(place)]
    names = (
        place[:4] and "Lac",
        place[:4],
        place if level == 2 else "",
        place if level == 2 else "",
    )
    return (
        f",{given['operation']},Chad,{given['code']},{','.join(names)},{level},{people},"
        f"{when}T00:00:00,,,{given['round']},{cause},,,Not available,Not available,{given['kind']},"
        "Active"
    )


def api(*rows: str) -> PlaceCounts:
    return read_dtm_api(("\n".join([LABELS, TAGS, *rows]) + "\n").encode())


def test_api_latest_round_is_the_stock() -> None:
    table = api(row(147032, "2017-09-30"), row(225689, "2025-01-31", round="24"))
    latest = table.latest("admin0").iloc[0]
    assert (latest["people"], latest["round"]) == (225_689, "24")


def test_api_levels_repeat_each_other_and_stay_apart() -> None:
    table = api(
        row(10, "2025-01-31"),
        row(10, "2025-01-31", place="TD07"),
        row(10, "2025-01-31", place="TD0704"),
    )
    for level in ("admin0", "admin1", "admin2"):
        assert table.latest(level)["people"].tolist() == [10]
    assert table.latest("admin2")["pcode"].tolist() == ["TD0704"]
    assert note(table, "LEVELS").count == 3


def test_api_causes_of_one_round_add_up() -> None:
    table = api(row(7, "2025-01-31"), row(5, "2025-01-31", cause="conflict; Natural disaster"))
    assert table.latest("admin0")["people"].tolist() == [12]
    assert set(table.rows["cause"]) == {"Conflict", "Conflict; Natural disaster"}


def test_api_baseline_and_site_assessment_count_the_same_people() -> None:
    # Chad, September 2017: 147,032 people in each of the two
    table = api(row(147032, "2017-09-30"), row(147032, "2017-09-30", kind="SA"))
    latest = table.latest("admin0").iloc[0]
    assert (latest["people"], latest["assessments"]) == (147_032, 2)
    assert note(table, "TWO_ASSESSMENTS").count == 1


def test_api_places_keep_the_date_of_their_own_last_round() -> None:
    table = api(
        row(3, "2020-06-30", place="TD0701"),
        row(9, "2019-06-30", place="TD0702"),
        row(5, "2022-12-31", place="TD0702", round="2"),
    )
    latest = table.latest("admin2").set_index("pcode")
    assert latest["people"].to_dict() == {"TD0701": 3, "TD0702": 5}
    assert latest["as_of"].dt.year.to_dict() == {"TD0701": 2020, "TD0702": 2022}


def test_api_not_available_is_missing() -> None:
    assert api(row(1, "2025-01-31")).rows["origin_pcode"].tolist() == [""]


def test_api_without_tags_reads_the_same() -> None:
    rows = [row(147032, "2017-09-30"), row(225689, "2025-01-31", round="24")]
    plain = read_dtm_api(("\n".join([LABELS, *rows]) + "\n").encode())
    assert plain.latest("admin0").equals(api(*rows).latest("admin0"))


def test_api_bad_cells_are_listed() -> None:
    bad = row(5, "2025-31-01", code="CHA").replace(",0,5,", ",x,5.5,")
    with pytest.raises(InputError) as caught:
        api(bad)
    assert {p.column for p in caught.value.problems} == {
        "numPresentIdpInd", "reportingDate", "admin0Pcode", "adminLevel",
    }  # fmt: skip


@pytest.mark.raw
def test_raw_libya_round_39(raw_dir) -> None:
    # IOM DTM Libya, baseline assessment round 39, October-November 2021
    path = raw_dir / "crisis" / "iom_dtm_libya_baseline_round39.xlsx"
    table = read_dtm_baseline(path)
    expected = {"idps": 179_047, "returnees": 661_892}
    assert table.rows.groupby("group")["people"].sum().to_dict() == expected
    for sheet, group in (("IDPs - Details", "idps"), ("Returnees - Details", "returnees")):
        details = read_dtm_baseline(path, sheet=sheet, iso3="LBY", as_of=date(2021, 11, 30))
        assert details.rows["people"].sum() == expected[group]


@pytest.mark.raw
def test_raw_api_latest(raw_dir) -> None:
    table = read_dtm_api(raw_dir / "crisis" / "iom_dtm_api_afg_hti_tcd_admin0_2.csv.gz")
    assert len(table.rows) == 13_367
    latest = table.latest("admin0").set_index("iso3")["people"]
    assert latest.to_dict() == {"AFG": 6_557_855, "HTI": 1_287_593, "TCD": 225_689}
    assert note(table, "TWO_ASSESSMENTS").count == 6


MIGRANTS = (
    "Country Code,Baladiya_pcode,ADM3_Baladiya_EN,Migrant Indiv,Date Reported,AssessmentRound\n"
    "LBY,LY010101,Tobruk,2500,2024-05-31,52\nLBY,LY010102,Derna,,2024-05-31,52\n"
)
LAYOUT_SAMPLES = {"DTM migrants": (read_dtm_migrants, MIGRANTS)}


def test_migrants_by_area_are_counted_where_somebody_counted():
    table = read_dtm_migrants(MIGRANTS.encode())
    assert set(table.rows["group"]) == {"migrants"}
    assert set(table.rows["level"]) == {"admin3"}
    assert table.rows["people"].iloc[0] == 2500
    assert table.rows["people"].isna().tolist() == [False, True]
    tagged = MIGRANTS.replace("Migrant Indiv", "Migrants (persons)").splitlines()
    tags = "#country+code,#adm3+code,#adm3+name,#affected+migrants+ind,#date+reported,#meta+round"
    same = read_dtm_migrants("\n".join([tagged[0], tags, *tagged[1:]]).encode())
    assert same.rows["people"].iloc[0] == 2500
    with pytest.raises(InputError, match="names no area"):
        read_dtm_migrants(MIGRANTS.replace("LY010102,Derna", ",").encode())
    with pytest.raises(InputError, match="Date Reported"):  # no day at all can be read
        read_dtm_migrants(MIGRANTS.replace("2024-05-31", "12").encode())
    with pytest.raises(InputError, match="no column of areas"):
        read_dtm_migrants(b"Country Code,Migrant Indiv,Date Reported\nLBY,2500,2024-05-31\n")
