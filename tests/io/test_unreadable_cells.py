"""A cell that holds something is read, or refused with its place; it is never an empty cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.io import read_needs, read_stock, read_undesa
from gecam.io.door.cells import fault_of, text
from gecam.io.door.tables import read_table
from gecam.model import Population

NEEDS = {"crisis": ["plan"], "destination": ["SDN"], "as_of": ["2022-07-01"], "people": [14_300]}


def denominator(cell: object) -> float | None:
    frame = pd.DataFrame(NEEDS | {"denominator": pd.Series([cell], dtype=object)})
    return read_needs(frame).footprints[0].denominator


class TestFrames:
    @pytest.mark.parametrize(
        "number",
        [
            44_735, 44_735.0, "44 735", np.int64(44_735), np.int32(44_735), np.uint64(44_735),
            np.float64(44_735), np.float32(44_735), Decimal(44_735), Decimal("44735.00"),
            Decimal("4.4735E+4"), Fraction(44_735),
        ],
        ids=repr,
    )  # fmt: skip
    def test_every_kind_of_number_is_the_number(self, number):
        assert denominator(number) == 44_735

    @pytest.mark.parametrize("missing", [None, "", np.nan, pd.NA, pd.NaT, Decimal("nan")], ids=repr)
    def test_every_mark_of_a_missing_value_is_missing(self, missing):
        assert denominator(missing) is None

    @pytest.mark.parametrize(
        ("cell", "said"),
        [
            (b"44735", r"row 1, column 'denominator': bytes is neither text, number nor date"),
            ([44_735], r"row 1, column 'denominator': list is neither"),
            ({"n": 44_735}, r"row 1, column 'denominator': dict is neither"),
            (np.array([44_735]), r"row 1, column 'denominator': ndarray is neither"),
            (44_735 + 0j, r"row 1, column 'denominator': complex is neither"),
            (pd.Interval(0, 44_735), r"row 1, column 'denominator': Interval is neither"),
            (np.bool_(True), r"row 1, column 'denominator': not a number: 'TRUE'"),
            (np.datetime64("2022-06-23"), r"row 1, column 'denominator': not a number: '2022-06-23'"),
            ("#REF!", r"row 1, column 'denominator': an error of a spreadsheet: '#REF!'"),
            ("=A1", r"row 1, column 'denominator': a formula, not its value: '=A1'"),
        ],
    )  # fmt: skip
    def test_what_is_no_number_is_refused_with_its_place(self, cell, said):
        with pytest.raises(InputError, match=said):
            denominator(cell)

    def test_truth_values_and_days_of_numpy_are_read(self):
        frame = pd.DataFrame(
            {
                "destination": ["SDN"],
                "as_of": pd.Series([np.datetime64("2022-07-01")], dtype=object),
                "people": [7],
                "is_imputed": pd.Series([np.bool_(True)], dtype=object),
            }
        )
        stock = read_stock(frame)
        assert stock.basis["is_imputed"].tolist() == [True]  # was: the default, False
        assert stock.people["as_of"].tolist() == [pd.Timestamp(2022, 7, 1)]

    def test_two_columns_of_one_label_are_an_error_not_a_crash(self):
        frame = pd.DataFrame([["SDN", "2022-07-01", 5, 6]])
        frame.columns = ["destination", "as_of", "people", "people"]
        with pytest.raises(InputError, match=r"column 'people.1': the column is not known"):
            read_stock(frame)

    def test_values_as_text(self):
        assert [text(cell) for cell in (date(2022, 7, 1), np.int8(4), Decimal("4.0"), 2.5)] == [
            "2022-07-01", "4", "4", "2.5",
        ]  # fmt: skip
        assert text(Fraction(5, 2)) == "2.5"


ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")


class TestWorkbooks:
    @pytest.mark.parametrize("error", ERRORS)
    def test_an_error_in_an_optional_column_is_not_its_default(self, workbook, error):
        rows = [[*NEEDS, "denominator"], ["plan", "SDN", "2022-07-01", 14_300, error]]
        with pytest.raises(InputError) as refused:
            read_needs(workbook({"needs": rows}))
        problem = refused.value.problems[0]
        assert (problem.sheet, problem.row, problem.column) == ("needs", 2, "denominator")
        assert problem.what == f"the error {error} of a spreadsheet"

    def test_a_formula_that_was_never_computed_is_not_empty(self, workbook):
        rows = [[*NEEDS, "denominator"], ["plan", "SDN", "2022-07-01", 14_300, "=44000+735"]]
        with pytest.raises(InputError, match=r"row 2.*a formula without a stored value"):
            read_needs(workbook({"needs": rows}))

    def test_errors_at_the_edge_of_a_sheet_and_in_its_only_column(self, workbook):
        sheet = read_table(workbook({"s": [["a", "b"], [1, 2], [None, "#N/A"]]}))
        assert sheet.rows.tolist() == [2, 3]
        sheet.people("a")
        sheet.check()  # a column that is not in use may hold errors
        sheet.people("b")
        assert [(problem.row, problem.column) for problem in sheet.problems] == [(3, "b")]

    def test_the_error_of_the_right_sheet_is_found(self, workbook):
        data = workbook({"one": [["a"], [1]], "two": [["a"], ["#N/A"]], "three": [["a"], [3]]})
        sheets = [read_table(data, sheet=name) for name in ("one", "two", "three")]
        values = [sheet.people("a")[0] for sheet in sheets]
        assert [len(sheet.problems) for sheet in sheets] == [0, 1, 0]
        assert (values[0], values[2]) == (1, 3)

    def test_a_table_of_a_publisher_with_an_error_is_refused(
        self, workbook, bilateral_rows, burundi
    ):
        rows = bilateral_rows(burundi, "2020", [2015, 2020])
        rows[-1][8] = "#REF!"  # people from Other, both sexes, 2020
        with pytest.raises(InputError, match=r"column '2020': the error #REF! of a spreadsheet"):
            read_undesa(workbook({"Table 1": rows}))


class TestTexts:
    def test_errors_exported_as_text_are_refused_in_names_and_numbers(self):
        text = b"place,people,remark\nA,5,#NAME?\n#N/A,6,\nC,#BEZUG!,x\n"  # Excel, also in German
        sheet = read_table(text)
        sheet.people("people")
        sheet.text("place")
        assert [(problem.row, problem.column) for problem in sheet.problems] == [
            (4, "people"),
            (3, "place"),
        ]
        assert sheet.prose("remark").tolist() == ["#NAME?", "", "x"]  # descriptions are shown as is

    @pytest.mark.parametrize("cell", ["#", "#adm1+name", "#1", "N/A", "Err", "-", "a=b", "Ref!"])
    def test_what_is_no_error_is_text(self, cell):
        assert fault_of(cell) == ""

    @pytest.mark.parametrize(
        "cell", [*ERRORS, "#WERT!", "#¡VALOR!", "#NV", "#####", "Err:502", "=1"]
    )
    def test_what_is_one_is_told(self, cell):
        assert fault_of(cell)


class TestFramesGivenToTheModel:
    """The same rules where a frame is given to a type of the model, past every reader."""

    @pytest.mark.parametrize("cell", [True, np.bool_(True), b"5", 5 + 0j, 9.3e9], ids=repr)
    def test_what_is_no_count_of_people_is_refused(self, cell):
        rows = {"place": ["SDN", "TCD"], "as_of": "2022-07-01"}
        people = pd.Series([46_874_204, cell], dtype=object)
        with pytest.raises(
            InputError, match=r"row 'TCD x 2022-07-01', column 'people': (not a|more)"
        ):
            Population(pd.DataFrame({**rows, "people": people}))

    def test_a_column_of_truth_values_is_no_column_of_counts(self):
        rows = {"place": ["SDN"], "as_of": "2022-07-01", "people": [True]}
        with pytest.raises(InputError, match=r"not a finite number: (np\.)?True"):
            Population(pd.DataFrame(rows))
