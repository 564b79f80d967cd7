"""Sheets that are hidden, labels that stand twice, rows in one cell, figures that cannot be."""

from __future__ import annotations

import io

import openpyxl
import pytest

from gecam.errors import CoverageWarning, InputError, LayoutError
from gecam.io import (
    check_file,
    read_exposure,
    read_hno,
    read_population,
    read_risk,
    read_severity,
    read_stock,
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
            assert read_exposure(data, keys=["route"])["arrivals"].tolist() == [520_000]

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
