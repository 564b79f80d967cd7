"""Sheets that are hidden, labels and rows that stand twice, rows of totals, impossible figures."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from gecam.errors import CoverageWarning, InputError, LayoutError
from gecam.io import (
    check_file,
    read_crossings,
    read_dtm_baseline,
    read_fts,
    read_gho_plans,
    read_gidd,
    read_hno,
    read_needs,
    read_population,
    read_risk,
    read_severity,
    read_stock,
    read_ucdp,
    read_undesa,
    read_undesa_totals,
    read_worldbank,
)

STOCK = [["destination", "as_of", "people"], ["SDN", "2022-07-01", 120_000]]


def book(**sheets: tuple[str, list[list[object]]]) -> bytes:
    """A workbook of sheets: name, state (visible, hidden, veryHidden) and rows."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, (state, rows) in sheets.items():
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


class TestHiddenSheets:
    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_the_first_sheet_that_is_shown_is_read_and_the_hidden_one_named(self, state):
        last_year = [STOCK[0], ["SDN", "2021-07-01", 1]]
        stock = read_stock(book(old=(state, last_year), new=("visible", STOCK)))
        assert stock.totals().item() == 120_000  # was: 1, of the hidden sheet
        assert [(note.code, note.text, note.count) for note in stock.notes] == [
            ("HIDDEN_SHEETS", "hidden sheets, not read: 'old'", 1)
        ]

    def test_a_table_of_a_publisher_in_a_hidden_sheet_is_not_read(self, bilateral_rows, burundi):
        rows = bilateral_rows(burundi, "2020", [2015, 2020])
        data = book(**{"Contents": ("visible", [["x"]]), "Table 1": ("hidden", rows)})
        with pytest.raises(LayoutError, match=r"no one sheet 'Table 1'; .*hidden: \['Table 1'\]"):
            read_undesa(data)
        shown = book(**{"Contents": ("hidden", [["x"]]), "Table 1": ("visible", rows)})
        assert "HIDDEN_SHEETS" in {note.code for note in read_undesa(shown).notes}

    def test_a_frame_of_crossings_warns_of_them(self):
        data = book(
            a=("visible", [["route", "arrivals"], ["Darien", 520_000]]), b=("hidden", [["x"]])
        )
        with pytest.warns(CoverageWarning, match="hidden sheets, not read: 'b'"):
            assert read_crossings(data, keys=["route"])["arrivals"].tolist() == [520_000]

    def test_check_looks_at_what_would_be_read(self, tmp_path):
        path = tmp_path / "stock.xlsx"
        path.write_bytes(book(a=("hidden", [["Country", "Note"]]), b=("visible", STOCK)))
        report = check_file(path)
        assert (report.status, report.reader) == ("ok", "read_stock")
        assert "HIDDEN_SHEETS" in {note.code for note in report.notes}


class TestRepeatedLabels:
    def test_two_columns_of_values_are_refused(self):
        text = b"Country Name,Country Code,Year,Value,Value\nSudan,SDN,2024,50448963,5\n"
        with pytest.raises(InputError, match=r"row 1, column 'Value': 2 columns are called so"):
            read_worldbank(text)  # was: the first of the two

    def test_labels_that_differ_in_case_are_one_label(self):
        text = b"Country Name,Country Code,Year,Value,VALUE\nSudan,SDN,2024,5,50448963\n"
        with pytest.raises(InputError, match="2 columns are called so"):
            read_worldbank(text)

    def test_a_label_that_is_not_used_may_repeat(self):
        text = b"Country Name,Country Code,Year,Value,Note,Note\nSudan,SDN,2024,50448963,a,b\n"
        assert read_worldbank(text).people["people"].tolist() == [50_448_963]

    def test_a_year_in_two_columns_is_no_block(self, undesa_table1):
        head, *rows = undesa_table1().splitlines()
        text = "\n".join([f"{head},2020", *(f"{row},7" for row in rows)])
        with pytest.raises(LayoutError, match=r"each year once, or in each of its blocks.*2020: 2"):
            read_undesa(text.encode())


class TestRowsInOneCell:
    def test_three_countries_do_not_become_one(self):
        text = b'place,as_of,people\n"Sudan\nChad\nNiger",2022-07-01,46874204\n'
        with pytest.raises(
            InputError, match=r"row 2, column 'place': a line break inside the cell"
        ):
            read_population(text)

    def test_a_quotation_mark_in_a_column_that_is_not_used_takes_no_rows(self):
        text = (
            "m49,country,year,immigrants,emigrants\n"
            '4,"Afghanistan,2024,98110.0,7528994.0\n108,Burundi,2024,383000.0,1\n'
            '231,Ethiopia",2024,1085000.0,9\n'
        )
        with pytest.raises(InputError, match=r"row 2, column 'country': the cell holds rows"):
            read_undesa_totals(text.encode())  # was: 1,085,000 people of Afghanistan

    def test_remarks_of_several_lines_are_remarks(self):
        text = (
            b"Country ISO3,Description,Cluster,Category,Population,In Need,Targeted\n"
            b'SDN,"Final,\n2024, as of May, revised",ALL,,50990034,24786370,14657114\n'
        )
        assert read_hno(text).national()["in_need"].tolist() == [24_786_370]


FTS = (
    b"countryCode,id,name,typeName,year,requirements,funding,percentFunded\n"
    b"AFG,1057,Flash Appeal 2021,Flash appeal,2021,606000000,998000000,165\n"
    b"MLI,1024,Mali 2021,Humanitarian response plan,2021,563000000,216000000,38\n"
)
GIDD = (  # IDMC, conflict displacement of 2024: Sudan and the Democratic Republic of the Congo
    b"iso3,country_name,year,new_displacement,total_displacement\n"
    b"SDN,Sudan,2024,3776000,11560000\nCOD,Dem. Rep. Congo,2024,5342000,6180000\n"
)
TOTAL_ROW = {"TOTAL_ROW": 1}


def codes(table) -> dict[str, int]:
    return {note.code: note.count for note in table.notes if note.code == "TOTAL_ROW"}


class TestRowsOfTotals:
    def test_the_total_of_fts_is_no_more_money(self):
        for row in (
            b"Total,,,,2021,1169000000,1214000000,104\n",
            b",,Grand total,,,1169000000,,\n",
        ):
            table = read_fts(FTS + row)
            assert table.rows.groupby("metric")["value"].sum().to_dict() == {
                "funding_received": 1_214_000_000, "funding_required": 1_169_000_000,
            }  # fmt: skip
            assert codes(table) == TOTAL_ROW

    def test_the_total_of_gidd_displaces_nobody_again(self):
        for row in (b"Total,,2024,9118000,17740000\n", b",Total,2024,9118000,17740000\n"):
            table = read_gidd(GIDD + row)
            assert table.total("people", 2024) == 11_560_000 + 6_180_000  # was: twice as many
            assert codes(table) == TOTAL_ROW
            assert "row 4 (" in table.notes[0].text

    def test_a_row_that_names_nothing_may_be_a_total_and_is_refused(self):
        with pytest.raises(InputError, match=r"row 4, column 'iso3': the row names nothing"):
            read_gidd(GIDD + b",,2024,9118000,17740000\n")

    def test_the_total_of_plans_is_no_plan(self):
        text = (
            b"#,Interagency Response Plans,ISO alpha-3 codes,Plan type,In Need\n"
            b"1,Sudan,SDN,Humanitarian response plan,14257653\n"
            b",TOTAL,,Humanitarian response plan,14257653\n"
        )
        table = read_gho_plans(text)
        assert table.plans["plan"].tolist() == ["Sudan"]
        assert codes(table) == TOTAL_ROW

    def test_a_total_in_a_table_of_ones_own_is_refused(self):
        rows = pd.DataFrame(
            {"crisis": ["war", "flood", "Total"], "destination": "SDN", "as_of": "2022-08-01",
             "people": [5_000, 6_000, 11_000]}
        )  # fmt: skip
        with pytest.raises(
            InputError, match=r"row 3, column 'crisis': the row is a total of others"
        ):
            read_needs(rows)  # was: a third crisis

    def test_crossings_of_all_routes_are_no_route(self):
        with pytest.raises(InputError, match=r"row 3, column 'route': the row is a total"):
            read_crossings(b"route,arrivals\nDarien,520000\nTotal,520000\n", keys=["route"])


class TestRowsThatStandTwice:
    def test_a_file_put_together_with_itself_is_refused_by_every_reader(self):
        for read, text in ((read_fts, FTS), (read_gidd, GIDD)):
            head, *rows = text.splitlines(keepends=True)
            with pytest.raises(InputError, match="each of the 4 rows stands at least twice"):
                read(head + b"".join(rows) * 2)
        with pytest.raises(InputError, match="each of the 2 rows stands at least twice"):
            read_stock(pd.DataFrame([STOCK[1]] * 2, columns=STOCK[0]))

    def test_a_plan_or_a_country_that_stands_twice_is_refused(self):
        with pytest.raises(InputError, match=r"row 4, column 'id': the row repeats one above"):
            read_fts(FTS + FTS.splitlines()[1] + b"\n")
        with pytest.raises(InputError, match=r"row 4, column 'iso3': the row repeats one above"):
            read_gidd(GIDD + b"SDN,Sudan,2024,3776000,1\n")

    def test_deaths_of_one_event_count_once(self):
        text = (
            b"id,type_of_violence,conflict_new_id,conflict_name,iso3,date_start,date_end,best\n"
            b"1,2,4591,A - B,BGD,2013-12-13,2013-12-14,5\n"
            b"2,2,4591,A - B,BGD,2013-12-20,2013-12-20,7\n"
        )
        assert read_ucdp(text).events["people"].tolist() == [12]
        with pytest.raises(InputError, match=r"row 4, column 'id': the row repeats one above"):
            read_ucdp(text + text.splitlines()[1] + b"\n")

    def test_events_of_gidd_repeat_as_seldom_as_in_the_published_table(self):
        head = b"iso3,year,event_name,hazard_type_name,new_displacement,total_displacement\n"
        rows = [b"COL,2010,Flood %d,Flood,%d,\n" % (n, 10 * n) for n in range(300)]
        table = read_gidd(
            head + b"".join([*rows, *rows[:3]])
        )  # 1 per cent: IDMC's totals hold them
        assert {note.code: note.count for note in table.notes}["IDENTICAL_ROWS"] == 3
        with pytest.raises(InputError, match="30 cell"):
            read_gidd(head + b"".join([*rows, *rows[:30]]))

    def test_a_place_counted_twice_in_one_round_is_refused(self, workbook):
        rows = [
            ["Muhalla_pcode", "ADM4_Muhalla_EN", "AssessmentRound", "IDP Indiv", "Date Reported",
             "Country Code"],
            ["LY010101", "Place", "Round 39", 120, "2021-11-30", "LBY"],
            ["LY010102", "Other", "Round 39", 5, "2021-11-30", "LBY"],
        ]  # fmt: skip
        assert len(read_dtm_baseline(workbook({"IDPs_Returnees": rows})).rows) == 2
        total = [None, "Total", "Round 39", 125, "2021-11-30", "LBY"]
        assert (
            read_dtm_baseline(workbook({"IDPs_Returnees": [*rows, total]})).rows["people"].sum()
            == 125
        )
        twice = [*rows, ["LY010101", "Place", "Round 39", 90, "2021-11-30", "LBY"]]
        with pytest.raises(InputError, match="row 4, column 'Muhalla_pcode': the row repeats"):
            read_dtm_baseline(workbook({"IDPs_Returnees": twice}))


class TestWhatCannotBe:
    @pytest.mark.parametrize(
        ("cell", "said"),
        [
            ("9300000000", "more people than the world has: '9300000000'"),
            ("4.94E+07", "as a spreadsheet shows it, without its last digits"),
            ("4.94E+7", "as a spreadsheet shows it"),
        ],
    )
    def test_counts(self, cell, said):
        text = f"place,as_of,people\nSDN,2022-07-01,{cell}\n".encode()
        with pytest.raises(InputError, match=said):
            read_population(text)

    def test_digits_that_are_all_there_are_read(self):
        for cell in ("4.9387421E+07", "4.94e+07", "5e7", "8600000000"):
            read_population(f"place,as_of,people\nSDN,2022-07-01,{cell}\n".encode())

    @pytest.mark.parametrize("year", ["22", "2022.5", "1899", "2101", "20222", "-2022"])
    def test_years(self, year):
        with pytest.raises(InputError, match=r"row 2, column 'Year'"):
            read_worldbank(f"Country Name,Country Code,Year,Value\nSudan,SDN,{year},5\n".encode())

    @pytest.mark.parametrize("day", ["0022-07-01", "1899-12-31", "2101-01-01", "9999-12-31"])
    def test_days(self, day):
        with pytest.raises(InputError, match=r"row 2, column 'as_of': the year of"):
            read_population(f"place,as_of,people\nSDN,{day},5\n".encode())

    def test_severities(self):
        head = "CRISIS,CRISIS ID,ISO3,INFORM Severity Index,year,month\n"
        assert read_severity(f"{head}S,SDN001,SDN,9.1,2026,3\n".encode()).rows["severity"][0] == 9.1
        for severity in ("91", "-1", "10.5"):
            with pytest.raises(InputError, match="outside its scale of 0 to 10"):
                read_severity(f"{head}S,SDN001,SDN,{severity},2026,3\n".encode())

    def test_components_of_risk_lie_on_the_scale_that_the_file_states(self):
        rows = "COUNTRY,ISO3,INFORM RISK,Rank\n(a-z),(a-z),(0-10),(1-191)\nNamibia,NAM,{},{}\n"
        assert len(read_risk(rows.format("4.0", "70").encode()).components) == 2
        with pytest.raises(InputError, match="outside its scale of 0 to 10: '40'"):
            read_risk(rows.format("40", "70").encode())
        with pytest.raises(InputError, match="outside its scale of 1 to 191: '0'"):
            read_risk(rows.format("4.0", "0").encode())

    def test_a_table_without_a_month_says_so_once(self):
        head = "CRISIS,CRISIS ID,ISO3,INFORM Severity Index\n"
        rows = "".join(f"S,SDN{n:03d},SDN,9.1\n" for n in range(139))
        with pytest.raises(InputError, match="does not say its month") as refused:
            read_severity((head + rows).encode())
        assert len(refused.value.problems) == 0
