"""INFORM Severity and Risk: layouts, missing marks, levels 3 to 5, crises that overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.readers import find_reader
from gecam.io.severity.inform import read_severity
from gecam.io.severity.inform_risk import read_risk
from gecam.model.severity import SeverityTable

INDEX = """INFORM Severity Index - all countries. Release: March 2026,Unnamed: 1,,,,,,,,
CRISIS,CRISIS ID,COUNTRY,ISO3,DRIVERS,INFORM Severity Index,INFORM Severity category,\
INFORM Severity category,Reliability,Last updated
Weights,,,,,,,,,
(a-z),,,(a-z),,(1-10),(1-5),(Very Low-Very High),(Very Low-Very High),
Complex crisis in Afghanistan,AFG001,Afghanistan,AFG,"Conflict,Floods",9.1,5,Very High,Very High,x
Displacement in Chad,TCD002,Chad,TCD,International Displacement,x,x,x,Medium,x
"""
LEVELS = "".join(
    f",# of people affected facing {word} humanitarian conditions and needs (level {number})"
    for number, word in enumerate(("minimal", "stressed", "moderate", "severe", "extreme"), start=1)
)
INDICATORS = (
    "Crisis,DRIVERS,CRISIS ID,COUNTRY,ISO3,Total # of people affected by the crisis,"
    f"Total # of crisis related displaced people{LEVELS}\n"
    "0,,,,,Number,Number,Number,Number,Number,Number,Number\n"
    "Complex crisis,Conflict,ETH001,Ethiopia,ETH,137270000,7072000,0,121147000,16123000,x,x\n"
    "Part of it,Drought,ETH006,Ethiopia,ETH,137005000,x,0,122005000,15000000,x,x\n"
    "Sudan,Conflict,SDN001,Sudan,SDN,51700000,13564000,0,18000000,15257000,16753000,1691000\n"
    'Lake Chad,Conflict,REG001,"Chad, Niger","TCD, NER",5000000,x,x,x,x,x,x\n'
)
LONG = (
    "CRISIS ID,COUNTRY,ISO3,affected,displaced,injured,fatalities,pin_level_1,pin_level_2,"
    "pin_level_3,pin_level_4,pin_level_5,year,month,snapshot\n"
)


def indicators(text: str = INDICATORS) -> SeverityTable:
    return read_severity(text.encode(), as_of="2026-03")


def long(*rows: str) -> SeverityTable:
    return read_severity((LONG + "".join(row + "\n" for row in rows)).encode())


def note(table: SeverityTable, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


def test_title_weights_and_scales_of_the_index_are_no_crises() -> None:
    table = read_severity(INDEX.encode())
    assert table.rows["crisis"].tolist() == ["AFG001", "TCD002"]
    assert table.rows["line"].tolist() == [5, 6]
    assert note(table, "NOT_A_CRISIS").count == 2


def test_index_reads_month_from_the_title_and_grade_from_reliability() -> None:
    rows = read_severity(INDEX.encode()).rows
    assert rows["as_of"].dt.strftime("%Y-%m-%d").tolist() == ["2026-03-31"] * 2
    assert rows["grade"].tolist() == ["A", "C"]
    assert rows["severity_class"].tolist() == ["Very High", ""]  # the second column of that name


def test_x_is_missing_not_zero() -> None:
    assert np.isnan(read_severity(INDEX.encode()).rows["severity"].tolist()[1])
    assert indicators().rows["displaced"].isna().tolist() == [False, True, False, True]


def test_units_row_of_the_indicators_is_no_crisis() -> None:
    assert note(indicators(), "NOT_A_CRISIS").count == 1
    assert len(indicators().rows) == 4


def test_people_in_need_are_levels_3_to_5() -> None:
    rows = indicators().rows.set_index("crisis")
    assert rows.loc["SDN001", "in_need"] == 15_257_000 + 16_753_000 + 1_691_000
    assert not rows.loc["SDN001", "is_partial"]


def test_missing_levels_make_people_in_need_a_lower_bound_or_missing() -> None:
    rows = indicators().rows.set_index("crisis")
    assert rows.loc["ETH001", "in_need"] == 16_123_000
    assert rows.loc["ETH001", "is_partial"]
    assert np.isnan(rows.loc["REG001", "in_need"])
    assert not rows.loc["REG001", "is_partial"]


def test_overlapping_crises_are_flagged_and_bounded_never_added() -> None:
    table = indicators()
    rows = table.rows.set_index("crisis")
    assert rows.loc["ETH001", "overlaps"] == "ETH006"
    assert rows.loc["SDN001", "overlaps"] == ""
    ethiopia = table.bounds().loc["ETH"].iloc[0]
    assert ethiopia[["lower", "upper", "crises"]].tolist() == [16_123_000, 31_123_000, 2]


def test_crisis_of_several_countries_belongs_to_none() -> None:
    table = indicators()
    rows = table.rows.set_index("crisis")
    assert (rows.loc["REG001", "iso3"], rows.loc["REG001", "countries"]) == ("", "TCD NER")
    assert "TCD" not in table.bounds().index.get_level_values("iso3")


def test_crisis_of_several_countries_overlaps_with_theirs() -> None:
    text = INDICATORS + "Chad,Conflict,TCD001,Chad,TCD,1,x,0,0,1,x,x\n"
    rows = indicators(text).rows.set_index("crisis")
    assert rows.loc["REG001", "overlaps"] == "TCD001"
    assert rows.loc["TCD001", "overlaps"] == "REG001"


def test_month_that_is_not_known_is_an_error() -> None:
    with pytest.raises(InputError, match="as_of"):
        read_severity(INDICATORS.encode())


def test_workbook_is_read_from_its_indicator_sheet(workbook) -> None:
    rows = [line.split(",") for line in INDICATORS.splitlines()[:4]]
    data = workbook({"Country": [["x"]], "Crisis Indicator Data": rows})
    table = read_severity(data, as_of="2026-03")
    assert table.rows["crisis"].tolist() == ["ETH001", "ETH006"]


def test_long_table_has_a_month_in_each_row() -> None:
    table = long(
        "AFG001,Afghanistan,AFG,35700000.0,4969000.0,,10997.0,0.0,21700000.0,10447000.0,3553000.0,"
        "0.0,2020,9,2020-09",
        "CAF001,CAR,CAF,1.0,,,,,,,,,2020,10,2020-10",
    )
    assert table.rows["as_of"].dt.strftime("%Y-%m").tolist() == ["2020-09", "2020-10"]
    assert table.rows["in_need"].tolist()[0] == 14_000_000
    assert np.isnan(table.rows["in_need"].tolist()[1])


def test_crisis_and_month_that_repeat() -> None:
    row = "AFG001,Afghanistan,AFG,{},,,,,,100,,,2025,11,2025-11"
    table = long(row.format(500), row.format(500), row.format(600))
    assert note(table, "IDENTICAL_ROWS").count == 1
    assert table.rows["flags"].tolist() == ["REPEATED", "REPEATED"]
    assert len(table.bounds()) == 0  # neither of the two is taken for the month


def test_scale_of_the_index_changes_in_2026() -> None:
    text = (
        "CRISIS ID,COUNTRY,ISO3,INFORM Severity Index,year,month\n"
        "AFG001,Afghanistan,AFG,4.7,2026,1\nAFG001,Afghanistan,AFG,9.1,2026,2\n"
        "AGO002,Angola,AGO,4.9,2026,2\n"
    )
    table = read_severity(text.encode())
    assert table.rows["scale"].tolist() == [5.0, 10.0, 10.0]
    assert note(table, "SCALE_CHANGED").count == 2


def test_more_in_need_than_affected_is_flagged() -> None:
    table = long("AFG001,Afghanistan,AFG,50,,,,,,100,,,2025,12,2025-12")
    assert table.rows["flags"].tolist() == ["IN_NEED_GT_AFFECTED"]


def test_bad_cells_are_listed() -> None:
    with pytest.raises(InputError) as caught:
        long("AFG001,Afghanistan,AFX,many,,,,,,100,,,2025,12,", "AFG002,A,AFG,1,,,,,,1,,,2025,13,")
    assert {(p.row, p.column) for p in caught.value.problems} == {
        (2, "ISO3"), (2, "affected"), (3, "month"),
    }  # fmt: skip


RISK = """COUNTRY,ISO3,INFORM RISK,RISK CLASS,Rank,Inequality,Countries in HVC
(a-z),(a-z),(0-10),(Very Low-Very High),(1-191),(0-10),(Yes/No)
Afghanistan,AFG,7.8,Very High,6,5.4,YES
Namibia,NAM,4.0,Medium,70,x,
"""


def test_risk_is_an_index_with_scales_in_its_second_row() -> None:
    table = read_risk(RISK.encode())
    assert table.component("INFORM RISK").to_dict() == {"AFG": 7.8, "NAM": 4.0}
    assert np.isnan(table.component("Inequality")["NAM"])
    assert note(table, "SCALES_DROPPED").count == 1
    assert "RISK CLASS" not in set(table.components["component"])


def test_risk_with_a_word_for_a_code_is_an_error() -> None:
    with pytest.raises(InputError, match="Afghanistan"):
        read_risk(RISK.replace("AFG", "Afghanistan").encode())


def test_risk_without_its_columns_is_another_table() -> None:
    with pytest.raises(LayoutError):
        read_risk(b"ISO3,Risk\nAFG,7\n")


@pytest.mark.raw
@pytest.mark.parametrize(
    ("file", "rows"), [("country", 76), ("all_crises", 69), ("crisis_indicator_data", 91)]
)
def test_raw_severity_march_2026(raw_dir, file: str, rows: int) -> None:
    table = read_severity(raw_dir / "crisis" / f"inform_severity_202603_{file}.csv")
    assert len(table.rows) == rows
    assert set(table.rows["as_of"].dt.strftime("%Y-%m")) == {"2026-03"}


@pytest.mark.raw
def test_raw_severity_long_has_the_levels_of_the_release(raw_dir) -> None:
    folder = raw_dir / "crisis"
    long_table = read_severity(folder / "inform_severity_indicators_long.csv")
    release = read_severity(folder / "inform_severity_202603_crisis_indicator_data.csv")
    march = long_table.rows[long_table.rows["as_of"].eq("2026-03-31")].set_index("crisis")
    expected = release.rows.set_index("crisis")["in_need"]
    assert march["in_need"].to_dict() == pytest.approx(expected.to_dict(), abs=0, nan_ok=True)
    assert march["in_need"].sum() == 427_511_000
    assert (release.bounds()["lower"].sum(), release.bounds()["upper"].sum()) == (
        332_007_000, 427_511_000,
    )  # fmt: skip
    repeated = set(
        long_table.rows.loc[long_table.rows["flags"].str.contains("REPEATED"), "as_of"].dt.strftime(
            "%Y-%m"
        )
    )
    assert repeated <= {"2023-06", "2025-11"}


@pytest.mark.raw
def test_raw_severity_index_runs_to_10_from_february_2026(raw_dir) -> None:
    table = read_severity(raw_dir / "crisis" / "inform_severity_long_202009_202603.csv")
    first = table.rows.loc[table.rows["scale"].eq(10), "as_of"].min()
    assert f"{first:%Y-%m}" == "2026-02"
    assert table.rows.loc[table.rows["scale"].eq(5), "severity"].max() == 5.0


@pytest.mark.raw
def test_raw_risk_2026_has_191_countries(raw_dir) -> None:
    risk = read_risk(raw_dir / "crisis" / "inform_risk_2026_v072.csv").component("INFORM RISK")
    assert len(risk) == 191
    assert risk.between(0, 10).all()


def risk_rows() -> list[list[object]]:
    """Rows of `RISK` as a workbook holds them: numbers as numbers."""

    def cell(word: str) -> object:
        return float(word) if word.replace(".", "", 1).isdecimal() else word or None

    return [[cell(word) for word in line.split(",")] for line in RISK.splitlines()]


@pytest.mark.parametrize("above", [[], [["INFORM Risk Index 2026"]], [[None], ["Release", "v072"]]])
def test_the_workbook_of_risk_is_read_as_its_sheet_saved_as_text(workbook, above) -> None:
    # Sheets as in the publisher's workbooks of 2021 to 2023: covers, the index, its dimensions.
    data = workbook({
        "Home": [["INFORM Risk Index"]],
        "Table of Contents": [["Sheet", "Content"]],
        "INFORM Risk 2026 (a-z)": [*above, *risk_rows()],
        "Hazard & Exposure": [["COUNTRY", "ISO3", "Natural"], ["Afghanistan", "AFG", 5.7]],
        "INFORM Risk 2026 (ranking)": [*above, *risk_rows()],
    })  # fmt: skip
    table = read_risk(data)
    pd.testing.assert_frame_equal(table.components, read_risk(RISK.encode()).components)
    assert table.source.edition == "2026"
    assert find_reader(data).name == "read_risk"


def test_a_workbook_of_risk_under_another_name_of_sheet_is_read(workbook) -> None:
    data = workbook({"Sheet1": [["a title"], *risk_rows()]})
    assert read_risk(data).component("INFORM RISK").to_dict() == {"AFG": 7.8, "NAM": 4.0}


def test_a_workbook_without_the_index_or_with_two_says_which_sheets_it_has(workbook) -> None:
    with pytest.raises(LayoutError, match=r"no one sheet .*it has \['Home'\]"):
        read_risk(workbook({"Home": [["INFORM"]]}))
    with pytest.raises(LayoutError, match=r"it has \['a', 'b'\]"):
        read_risk(workbook({"a": risk_rows(), "b": risk_rows()}))


def test_a_sheet_without_months_has_one_cause_with_its_count() -> None:
    rows = [f"AFG{i:03},Afghanistan,AFG,1,,,,,,1,,,2025,," for i in range(1, 140)]
    with pytest.raises(InputError) as caught:
        long(*rows)
    assert len(caught.value.problems) == 139
    assert str(caught.value).count("month") == 2  # the column, and what is wrong
    assert str(caught.value).endswith("(and in 138 more rows)")


def test_more_crises_in_a_country_than_there_can_be_are_refused() -> None:
    rows = [f"AAA{i:03},Afghanistan,AFG,1,,,,,,1,,,2025,12," for i in range(101)]
    with pytest.raises(InputError, match=r"101 crises in AFG in 2025-12"):
        long(*rows)
