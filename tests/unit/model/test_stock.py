"""Stocks: missing is not zero, sexes never count twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import load_edition
from gecam.errors import InputError
from gecam.model import Population, Stock, residents_at

COLUMNS = ["destination", "origin", "as_of", "sex", "people"]


def stock(*rows):
    return Stock(pd.DataFrame(list(rows), columns=COLUMNS))


def test_totals_add_origins_and_sexes():
    s = stock(
        ("SDN", "ERI", "2020-07-01", "female", 40),
        ("SDN", "ERI", "2020-07-01", "male", 60),
        ("SDN", "OOO", "2020-07-01", "male", 5),
    )
    assert s.totals().loc[("SDN", "2020-07-01")] == 105
    assert s.by_origin().loc[("SDN", "2020-07-01", "ERI")] == 100
    assert s.destinations == ["SDN"]


def test_a_total_row_beside_sexes_is_refused():
    with pytest.raises(InputError, match=r"SDN x 2020-07-01.*'total' stand beside"):
        stock(
            ("SDN", "ERI", "2020-07-01", "female", 40),
            ("SDN", "ERI", "2020-07-01", "total", 100),
        )


def test_an_empty_cell_is_an_error_not_a_zero():
    with pytest.raises(InputError, match="Missing is not zero"):
        stock(("SDN", "ERI", "2020-07-01", "total", None))


def test_others_is_an_origin_and_not_a_destination():
    assert stock(("SDN", "OOO", "2020-07-01", "total", 1)).destinations == ["SDN"]
    with pytest.raises(InputError, match="'OOO' is not an ISO3 code"):
        stock(("OOO", "SDN", "2020-07-01", "total", 1))


def test_the_table_given_is_not_changed():
    frame = pd.DataFrame([("SDN", "ERI", "2020-07-01", "total", 1)], columns=COLUMNS)
    before = frame.copy()
    Stock(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("dtype", [object, "str", "category"])
def test_texts_are_read_alike_whatever_holds_them(dtype):
    frame = stock(("YEM", "SOM", "2020-07-01", "total", 2)).people.astype({"destination": object})
    other = frame.assign(destination=frame["destination"].astype(dtype))
    pd.testing.assert_frame_equal(Stock(other).people, Stock(frame).people)
    other.loc[0, "destination"] = None
    with pytest.raises(InputError, match="the cell is empty"):
        Stock(other)


def test_restricting_keeps_the_figures_of_some_destinations():
    s = stock(
        ("SDN", "ERI", "2020-07-01", "total", 1), ("YEM", "SOM", "2020-07-01", "total", 2)
    ).restrict(["YEM"])
    assert s.destinations == ["YEM"]


@pytest.mark.parametrize("column", COLUMNS)
def test_two_columns_of_one_name_are_refused(column):
    frame = pd.DataFrame([("SDN", "ERI", "2020-07-01", "total", 40)], columns=COLUMNS)
    with pytest.raises(InputError, match=rf"column '{column}': two columns have this name"):
        Stock(pd.concat([frame, frame[[column]]], axis=1))


@pytest.mark.parametrize("position", range(len(COLUMNS)))
def test_half_a_character_is_refused_at_its_row(position):
    row = ["SDN", "ERI", "2020-07-01", "total", 40]
    row[position] = "A\ud800"
    frame = pd.DataFrame([row], columns=COLUMNS, dtype=object)
    with pytest.raises(InputError, match=r"stock has .*\n.*row .*column") as error:
        Stock(frame)
    assert [p.column for p in error.value.problems] == [COLUMNS[position]]
    str(error.value).encode()


def test_the_error_of_residents_is_what_two_sources_of_them_differ_by():
    """Root mean square log ratio of the overviews' residents of 2024 and the World Bank's."""
    case = load_edition("2024")
    ratios = [
        f.denominator / residents_at(case.population, f.destination, f.as_of)
        for f in case.footprints
        if f.is_national and f.denominator
    ]
    assert len(ratios) == 23
    assert np.sqrt(np.mean(np.log(ratios) ** 2)) == pytest.approx(0.058, abs=5e-4)
    assert case.population.log_sd == Population(case.population.people).log_sd == 0.058
