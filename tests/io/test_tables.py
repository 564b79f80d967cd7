"""Tables as text: places, labels, numbers, encodings."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.door.tables import Workbook, read_table


def sheet_of(*cells: str):
    body = "".join(f'"{cell}"\n' for cell in cells)
    return read_table(f"people\n{body}".encode())


class TestPlaces:
    def test_rows_are_numbered_as_a_spreadsheet_shows_them(self):
        text = 'name,people\n"two\nlines",1\n\n\nb,x\n'
        sheet = read_table(text.encode())
        assert sheet.rows.tolist() == [2, 6]
        sheet.people("people")
        assert [(problem.row, problem.column) for problem in sheet.problems] == [(6, "people")]

    def test_a_workbook_keeps_its_row_numbers(self, workbook):
        data = workbook({"s": [["title"], [], ["a", "b"], [1, 2], [None, None], [3, "x"]]})
        sheet = read_table(data, header_row=3)
        assert sheet.rows.tolist() == [4, 6]
        assert sheet.title == "title\n"
        sheet.people("b")
        assert [problem.row for problem in sheet.problems] == [6]

    def test_ragged_rows_are_errors_not_shifted_cells(self):
        with pytest.raises(InputError, match="row 3: the row has 1 cells, the header has 2"):
            read_table(b"a,b\n1,2\n3\n4,5\n")
        with pytest.raises(InputError, match="row 2: the row has 3 cells"):
            read_table(b"a,b\n1,2,3\n")

    def test_an_open_quotation_mark_is_an_error(self):
        with pytest.raises(InputError, match="not a well-formed table"):
            read_table(b'a,b\n"1,2\n3,4\n')


class TestLabels:
    def test_repeated_and_empty_labels_can_be_told_apart(self):
        sheet = read_table(b",1990,1995,1990,1995,1990,\n1,2,3,4,5,6,7\n")
        assert list(sheet.cells) == ["[A]", "1990", "1995", "1990.1", "1995.1", "1990.2", "[G]"]
        assert sheet.labels == ("", "1990", "1995", "1990", "1995", "1990", "")

    def test_a_header_may_be_known_by_its_cells(self):
        text = b"From the portal\nDate,2024-01-01,x\nYear,people\n2020,5\n"
        sheet = read_table(text, header_row=lambda cells: "Year" in cells)
        assert (sheet.header_row, sheet.rows.tolist()) == (3, [4])
        assert sheet.title == "From the portal\nDate 2024-01-01 x"
        with pytest.raises(LayoutError, match="no header row that gecam knows"):
            read_table(text, header_row=lambda cells: "Jahr" in cells)

    def test_missing_columns_are_named_with_the_header(self):
        with pytest.raises(LayoutError, match=r"lacks the columns \['c'\]; header in row 1: \['a'"):
            read_table(b"a,b\n1,2\n").require("a", "c")

    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_the_mark_between_cells_can_be_found(self, mark):
        text = mark.join(["a", "b", "c"]) + "\n" + mark.join(["1", "2", "3"])
        assert list(read_table(text.encode()).cells) == ["a", "b", "c"]


class TestText:
    def test_namibia_is_not_a_missing_value(self):
        sheet = read_table(b"iso2,n\nNA,NA\nnull,nan\n")
        assert sheet.cells.to_numpy().tolist() == [["NA", "NA"], ["null", "nan"]]
        assert np.isnan(sheet.people("n")).all()
        assert len(sheet.problems) == 2  # neither word was declared

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_encodings_with_a_sign_are_read(self, encoding):
        sheet = read_table("pays,n\nCôte d’Ivoire,1\n".encode(encoding))
        assert sheet.cells.loc[0, "pays"] == "Côte d’Ivoire"

    @pytest.mark.parametrize("name", ["Côte d’Ivoire", "Türkiye", "Réunion, «São Tomé»", "Å"])
    def test_western_text_of_windows_is_told_by_itself_and_a_note_says_so(self, name):
        data = f"pays\n{name}\n".replace(",", "").encode("cp1252")
        sheet = read_table(data)
        assert sheet.cells.loc[0, "pays"] == name.replace(",", "")
        assert sheet.encoding == "cp1252"
        assert [note.count for note in sheet.notes if note.code == "ENCODING"] == [1]
        named = read_table(data, encoding="cp1252")
        assert [note.count for note in named.notes if note.code == "ENCODING"] == [0]

    @pytest.mark.parametrize(
        ("name", "encoding"),
        [
            ("Судан", "cp1251"),
            ("Σουδάν", "cp1253"),
            ("السودان", "cp1256"),
            ("Sénégal", "mac_roman"),
        ],
    )
    def test_other_encodings_must_be_named(self, name, encoding):
        data = f"pays\n{name}\n".encode(encoding)
        with pytest.raises(InputError, match=r"not valid UTF-8: byte 0x.*, line 2.*cp1252"):
            read_table(data)
        assert read_table(data, encoding=encoding).cells.loc[0, "pays"] == name

    def test_line_ends_of_three_systems(self):
        for end in ("\n", "\r\n", "\r"):
            assert len(read_table(f"a{end}1{end}2{end}".encode())) == 2

    def test_gzip_in_several_members_is_one_file(self):
        data = gzip.compress(b"a\n1\n") + gzip.compress(b"2\n")
        assert read_table(data).cells["a"].tolist() == ["1", "2"]

    def test_workbook_values_become_text_without_loss(self, workbook):
        day = dt.datetime(2024, 7, 1)
        cells = [1990.0, 344767, 0.1, 5327231.041, True, day, "007", None, 2**53 - 1]
        sheet = read_table(workbook({"s": [list("abcdefghi"), cells]}))
        assert sheet.cells.iloc[0].tolist() == [
            "1990", "344767", "0.1", "5327231.041", "TRUE", "2024-07-01", "007", "", str(2**53 - 1),
        ]  # fmt: skip

    def test_the_hash_is_of_the_file_as_handed_over(self, tmp_path):
        path = tmp_path / "figures.csv.gz"
        path.write_bytes(gzip.compress(b"a\n1\n"))
        sheet = read_table(path)
        assert sheet.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert sheet.file == "figures.csv.gz"
        with path.open("rb") as file:
            assert read_table(file).file == "figures.csv.gz"


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("0", 0), ("344767", 344_767), (" 333 110", 333_110), ("333\u00a0110", 333_110),
            ("333\u202f110", 333_110), ("1,234,567", 1_234_567), ("12 345 678", 12_345_678),
            ("37593.00000000001", 37_593), ("1e6", 1_000_000), ("57686.0", 57_686),
            ("+5", 5), ("5.", 5), ("1.234567E+06", 1_234_567), ("1.2e+06", 1_200_000), ("0005", 5),
        ],
    )  # fmt: skip
    def test_spellings_that_are_read(self, cell, number):
        sheet = sheet_of(cell)
        assert (sheet.people("people").tolist(), sheet.problems) == ([number], [])

    @pytest.mark.parametrize(
        "cell",
        [
            "1.234", "120.000", "1.234.567", "1,5", "12,34", "1 2345", "1,234 567", "1'000", "1_000",
            "0x10",
            "inf", "-inf", "nan", "1e400", "1e16", "١٢٣", "５", "½", "−5", "-5", "(5)", "5%", "5*",
            "~5", "<5", "5-10", "five", "1e", "--5", ".", ",", "- 5", "12.5", "TRUE", "#REF!",
            "=1+1", "5 000,0", "1,23,456", "1.2E+06", "4.94E+07", "5E+05",
        ],
    )  # fmt: skip
    def test_spellings_that_are_refused(self, cell):
        sheet = sheet_of(cell)
        assert np.isnan(sheet.people("people", missing=("", ".."))).all()
        assert len(sheet.problems) == 1

    def test_missing_marks_are_those_declared(self):
        sheet = sheet_of("..", "-", "~", " ", "n/a")
        assert np.isnan(sheet.people("people", missing=("", "..", "~"))).all()
        assert [problem.row for problem in sheet.problems] == [3, 6]

    def test_thousands_are_multiplied_and_may_have_decimals(self):
        sheet = sheet_of("7794798.729")
        assert sheet.people("people", unit=1000).tolist() == [pytest.approx(7_794_798_729)]
        assert sheet.problems == []

    def test_rates_may_be_negative(self):
        assert sheet_of("-0.9").amounts("people").tolist() == [-0.9]


class TestOracles:
    """The same cells as pandas and openpyxl read, where those read all text."""

    def test_delimited_text_equals_pandas(self, undesa_table1):
        text = undesa_table1()
        expected = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_filter=False)
        mine = read_table(text.encode()).cells
        assert mine.to_numpy().tolist() == expected.to_numpy().tolist()
        assert list(mine) == list(expected)

    @pytest.mark.raw
    def test_a_published_workbook_equals_openpyxl(self, raw_dir):
        path = raw_dir / "stock/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx"
        mine = Workbook.open(path).sheet("Table 2", header_row=11)
        content = io.BytesIO(path.read_bytes())  # openpyxl leaves a file open
        theirs = openpyxl.load_workbook(content, read_only=True, data_only=True)["Table 2"]
        rows = list(theirs.iter_rows(min_row=12, max_col=len(mine.labels), values_only=True))
        assert len(rows) == len(mine) == 283
        for cells, row in zip(mine.cells.to_numpy(), rows, strict=True):
            for cell, value in zip(cells, row, strict=True):
                is_number = isinstance(value, int | float)
                assert float(cell) == value if is_number else cell == (value or "")

    @pytest.mark.raw
    def test_the_needs_data_of_2024_equal_pandas(self, raw_dir):
        path = raw_dir / "crisis/hpc_hno_2024_afg_popgroup_edition.csv"
        expected = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
        assert read_table(path).cells.to_numpy().tolist() == expected.to_numpy().tolist()


def test_sheets_are_asked_for_by_name_position_or_rule(workbook):
    book = Workbook.open(workbook({"Contents": [["x"]], "Table 1": [["a"], [1]]}))
    assert len(book.sheet("Table 1")) == 1
    assert book.sheet(1).sheet == "Table 1"
    assert book.sheet(lambda name: name.startswith("Table")).sheet == "Table 1"
    for wrong in ("Table 9", 7, lambda name: True):
        with pytest.raises(LayoutError):
            book.sheet(wrong)
