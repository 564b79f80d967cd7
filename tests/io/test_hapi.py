"""Needs in HAPI's long format: statuses to columns, the same rules as for OCHA's own file."""

from __future__ import annotations

from datetime import date

import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import check_file
from gecam.io.ocha.hapi import read_hapi
from gecam.model.needs import NeedsTable

LABELS = (
    "location_code,has_hrp,in_gho,provider_admin1_name,provider_admin2_name,admin1_code,admin1_name,"
    "admin2_code,admin2_name,admin_level,sector_code,sector_name,category,population_status,"
    "population,reference_period_start,reference_period_end,dataset_hdx_id,resource_hdx_id,warning,"
    "error"
)


def row(
    status: str, people: object, *, place: str = "", sector: str = "Intersectoral", **cells: str
) -> str:
    given = {"code": "SDN", "category": "", "warning": "", "error": ""} | cells
    level = {0: "0", 4: "1", 7: "2"}[len(place)]
    first, second = (place[:4], place if level == "2" else "")
    name = sector if sector == "Intersectoral" else "Food Security"
    return (
        f"{given['code']},Y,Y,,,{first},,{second},,{level},{sector},{name},{given['category']},"
        f"{status},{people},2024-01-05,2024-12-24,1234,5678,{given['warning']},{given['error']}"
    )


def hapi(*rows: str) -> NeedsTable:
    return read_hapi(("\n".join([LABELS, *rows]) + "\n").encode())


SUDAN = [row("INN", 24786370), row("TGT", 14657114), row("all", 50990034), row("AFF", 28928873)]


def note(table: NeedsTable, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


def test_statuses_become_columns() -> None:
    national = hapi(*SUDAN).national().loc["SDN"]
    assert national[["population", "in_need", "targeted", "affected"]].tolist() == [
        50990034.0, 24786370.0, 14657114.0, 28928873.0,
    ]  # fmt: skip
    assert national["reached"] != national["reached"]


def test_blank_category_and_total_are_one_headline() -> None:
    table = hapi(*SUDAN, row("INN", 24786370, category="total"))
    assert table.national()["in_need"].sum() == 24_786_370
    assert note(table, "DOUBLED").count == 1


def test_a_figure_that_the_files_own_total_and_areas_contradict_is_an_error() -> None:
    areas = [row("INN", 12_393_185, place=f"SD0{n}", category="total") for n in (1, 2)]
    with pytest.raises(
        InputError, match=r"row 2, column 'population': SDN: 3,000,000 people in need"
    ):
        hapi(row("INN", 3_000_000), row("INN", 24_786_370, category="total"), *areas)


def test_sectors_and_categories_stay_apart() -> None:
    table = hapi(
        *SUDAN, row("INN", 19325222, sector="FSC"), row("INN", 963410, category="Refugees")
    )
    assert table.sectors("SDN")["sector"].tolist() == ["FSC"]
    assert table.groups("SDN")["population_group"].tolist() == ["refugees"]


def test_row_without_a_cluster_has_no_sector() -> None:
    lost = row("INN", 963410, sector="", error="No cluster for entity 7454")
    table = hapi(*SUDAN, lost)
    assert table.national()["in_need"].sum() == 24_786_370
    assert note(table, "ERROR").count == 1
    assert note(table, "SECTOR_BLANK").count == 1


def test_warnings_of_the_publisher_are_said() -> None:
    table = hapi(*SUDAN, row("REA", 14000000, warning="Rounded value"))
    assert "Rounded value" in note(table, "WARNING").text


def test_places_keep_their_codes() -> None:
    table = hapi(
        *SUDAN,
        row("INN", 621782, place="SD01001", category="total"),
        row("INN", 700000, place="SD01", category="total"),
    )
    assert table.subnational("admin2")["pcode"].tolist() == ["SD01001"]
    assert table.subnational("admin1")["pcode"].tolist() == ["SD01"]


def test_repeated_count_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        hapi(*SUDAN, row("INN", 5))
    assert [(p.row, p.code) for p in caught.value.problems] == [(6, "DUPLICATE")]


def test_unknown_words_and_codes_are_listed() -> None:
    with pytest.raises(InputError) as caught:
        hapi(row("PIN", 5), row("INN", 5, code="SUD"), row("INN", "x"))
    assert {p.column for p in caught.value.problems} == {
        "population_status", "location_code", "population",
    }  # fmt: skip


def test_edition_by_gender_and_group_is_another_layout() -> None:
    with pytest.raises(LayoutError, match="category"):
        read_hapi(LABELS.replace("category", "gender").encode() + b"\n")


@pytest.mark.raw
def test_raw_hapi_gives_the_figures_of_the_needs_overview(raw_dir) -> None:
    table = read_hapi(raw_dir / "crisis" / "hdx_hapi_humanitarian_needs_2024_afg_sdn.csv")
    national = table.national()
    assert national["in_need"].to_dict() == {"AFG": 23_666_389, "SDN": 24_786_370}
    assert national["population"].to_dict() == {"AFG": 44_532_600, "SDN": 50_990_034}
    assert len(table.rows) == 964  # of 1,942 counts, one row per place, sector and category
    assert note(table, "ERROR").count == 18
    # as in the needs overview itself (hpc_hno_2024), and reached by the end of the year
    assert national["targeted"].to_dict() == {"AFG": 17_327_995, "SDN": 14_657_114}
    assert national["reached"].to_dict() == {"AFG": 18_400_000, "SDN": 14_000_000}


def test_areas_alone_become_a_footprint_of_areas_at_the_date_of_the_table() -> None:
    table = hapi(
        *(row(status, n, place=place) for place in ("SD01", "SD02") for status, n in
          {"INN": 1_000_000, "all": 4_000_000}.items())
    )  # fmt: skip
    assert table.periods == {"SDN": (date(2024, 1, 5), date(2024, 12, 24))}
    (crisis,), (footprint,) = table.crises_and_footprints()
    assert (footprint.people, footprint.denominator) == (2_000_000, 8_000_000)
    assert footprint.area == ("SD01", "SD02")
    assert (crisis.reference_date, footprint.as_of) == (date(2024, 7, 1),) * 2


def test_the_check_of_a_file_of_areas_alone_counts_its_people(tmp_path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text("\n".join([LABELS, row("INN", 1_000_000, place="SD01")]) + "\n")
    report = check_file(path)
    assert report.status == "ok"
    assert [(total.column, total.found) for total in report.totals] == [("in_need", 1_000_000.0)]
    assert "NO_NATIONAL" in {note.code for note in report.notes}
