"""Tables by place hold the figures of the tables they are cut from."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.errors import CodeError
from gecam.model import Population, ProtectedPopulation, Stock
from gecam.model.by_place import Residents


def test_a_stock_by_place_is_its_table_summed_by_place_and_date():
    cells = [
        ("TCD", "SDN", "2020-07-01", "female", 70.0), ("TCD", "SDN", "2020-07-01", "male", 30.0),
        ("TCD", "CAF", "2020-07-01", "male", 50.0), ("TCD", "SDN", "2015-07-01", "total", 40.0),
        ("CAF", "SDN", "2020-07-01", "total", 5.0), ("TCD", "NGA", "2020-07-01", "female", 0.0),
    ]  # fmt: skip
    basis = pd.DataFrame([("TCD", "birth", True, False)],
                         columns=["destination", "basis", "refugees_added", "is_imputed"])  # fmt: skip
    columns = ["destination", "origin", "as_of", "sex", "people"]
    stock = Stock(pd.DataFrame(cells, columns=columns), basis)
    chad, car = stock.by_place["TCD"], stock.by_place["CAF"]
    assert stock.destinations == ["CAF", "TCD"]
    assert chad.figures == {date(2015, 7, 1): 40.0, date(2020, 7, 1): 150.0}
    origins = chad.origins[date(2020, 7, 1)]
    assert origins.code.tolist() == ["CAF", "NGA", "SDN"]
    assert origins.people.tolist() == [50.0, 0.0, 100.0]
    np.testing.assert_array_equal(
        origins.shares["sex"]["female"], [0.0, np.nan, 0.7]
    )  # nobody has no share
    np.testing.assert_array_equal(origins.shares["sex"]["male"], [1.0, np.nan, 1 - 0.7])
    unpublished = chad.origins[date(2015, 7, 1)].shares["sex"]
    assert all(np.isnan(share).all() for share in unpublished.values())
    assert (chad.basis, chad.refugees_added, chad.is_imputed) == ("birth", True, False)
    assert (car.basis, car.refugees_added, car.is_imputed) == ("unknown", False, False)


def test_empty_tables_have_no_places():
    stock = Stock(pd.DataFrame(columns=["destination", "origin", "as_of", "sex", "people"]))
    population = Population(pd.DataFrame(columns=["place", "as_of", "people"]))
    columns = ["destination", "origin", "as_of", "refugees", "asylum_seekers", "oip"]
    protected = ProtectedPopulation(pd.DataFrame(columns=columns))
    assert not stock.by_place
    assert not population.by_place
    assert not protected.by_place.is_near(date(2020, 7, 1))
    assert not protected.by_place.at("TCD", date(2020, 7, 1))[0].size


def test_of_two_figures_equally_far_from_a_day_the_earlier_stands_for_it():
    rows = [("TCD", "2000-01-01", 0.0), ("TCD", "2000-01-11", 7.0)]  # no logarithm of nobody
    population = Population(pd.DataFrame(rows, columns=["place", "as_of", "people"]))
    assert population.by_place["TCD"].at(date(2000, 1, 6)) == 0.0
    assert population.by_place["TCD"].at(date(2000, 1, 7)) == 7.0


def test_tables_of_some_places_are_as_if_made_of_their_rows(small_case):
    stock, protected = small_case.stock, small_case.protected
    of_kenya = stock.people["destination"].eq("KEN")
    alone = Stock(stock.people[of_kenya], stock.basis[stock.basis["destination"].eq("KEN")])
    part = stock.restrict("Kenya")
    pd.testing.assert_frame_equal(part.people, alone.people)
    pd.testing.assert_frame_equal(part.basis, alone.basis)
    assert part.by_place.keys() == alone.by_place.keys() == {"KEN"}
    assert part.by_place["KEN"].figures == alone.by_place["KEN"].figures
    assert (part.source, part.notes) == (stock.source, stock.notes)
    assert stock.destinations == ["KEN", "PER", "SDN"]  # the whole is what it was
    days = protected.restrict(["KEN"]).by_place.days
    assert list(days) == sorted(
        {day.date() for day in protected.people["as_of"][protected.people["destination"].eq("KEN")]}
    )


def test_residents_of_some_places_go_by_p_code_or_country():
    rows = [("TCD", "2020-07-01", 9.0), ("TD01", "2020-07-01", 2.0), ("CAF", "2020-07-01", 5.0)]
    population = Population(pd.DataFrame(rows, columns=["place", "as_of", "people"]), log_sd=0.1)
    part = population.restrict(["Chad", "TD01"])
    assert part.people["place"].tolist() == ["TCD", "TD01"]
    assert set(part.by_place) == {"TCD", "TD01"}
    assert part.log_sd == 0.1
    assert population.restrict("CAF").people["people"].tolist() == [5.0]
    assert population.restrict("NGA").people.empty  # not published here, and not an error
    with pytest.raises(CodeError, match="TD02"):
        population.restrict("TD02")


WAR = date(2022, 2, 24)
UKRAINE = Residents([date(y, 7, 1) for y in range(2020, 2024)], [44.0, 43.0, 40.0, 36.0])


def test_residents_are_not_interpolated_across_an_onset():
    """Before it by the growth before; after it the nearest figure of after."""
    may = date(2022, 5, 1)
    assert 40 < UKRAINE.at(may) < 43
    assert UKRAINE.at(may, [WAR]) == 40.0
    assert UKRAINE.at(date(2022, 1, 1), [WAR]) == 43.0
    assert UKRAINE.at(date(2021, 1, 1), [WAR]) == UKRAINE.at(date(2021, 1, 1))
    assert UKRAINE.at(date(2021, 1, 1), []) == UKRAINE.at(date(2021, 1, 1))


def test_where_no_other_figure_is_within_a_year_one_of_the_other_side_stands_in():
    alone = Residents([date(2021, 7, 1)], [43.0])
    assert alone.at(date(2022, 5, 1), [WAR]) == 43.0
    assert alone.at(date(2023, 5, 1), [WAR]) is None


def test_residents_on_the_eve_of_a_crisis_grow_as_in_the_year_before():
    days = (WAR - date(2021, 7, 1)).days
    assert UKRAINE.before(WAR) == pytest.approx(43 * (43 / 44) ** (days / 365))
    assert UKRAINE.before(date(2020, 9, 1)) == 44.0  # one figure has no growth
    assert UKRAINE.before(date(2020, 7, 1)) is None  # none of before
    assert UKRAINE.before(date(2025, 1, 1)) is None  # none within a year
