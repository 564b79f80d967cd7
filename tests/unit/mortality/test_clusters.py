import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.mortality import bootstrap_totals, compound_interval, deaths_with_intervals, garwood


@pytest.mark.parametrize("count", [1, 7, 120])
def test_incidents_of_one_death_each_give_garwoods_interval(count):
    assert compound_interval(np.ones(count), level=0.95) == pytest.approx(
        garwood(count, level=0.95)
    )


def test_no_incidents_give_an_upper_end_of_single_deaths():
    assert compound_interval([]) == pytest.approx(garwood(0))


def test_one_wreck_makes_the_interval_many_times_wider_than_a_poisson_one():
    lower, upper = compound_interval([1] * 60 + [5] * 8 + [400])
    poisson_lower, poisson_upper = garwood(500)
    assert upper - lower > 20 * (poisson_upper - poisson_lower)
    assert lower < poisson_lower < poisson_upper < upper


def test_a_wider_level_gives_a_wider_interval():
    sizes = [1, 1, 4, 30]
    narrow, wide = compound_interval(sizes, level=0.5), compound_interval(sizes, level=0.95)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_bootstrap_has_the_mean_and_variance_of_a_compound_poisson_total():
    sizes = np.array([1] * 60 + [5] * 8 + [40])
    totals = bootstrap_totals(sizes, draws=20_000, seed=4)
    sd = np.sqrt((sizes**2).sum())
    assert totals.mean() == pytest.approx(sizes.sum(), abs=4 * sd / np.sqrt(20_000))
    # Relative error of a variance of 20,000 skewed draws is about 2 %.
    assert totals.std() == pytest.approx(sd, rel=0.06)


def test_bootstrap_depends_on_seed_and_name_and_not_on_the_order_of_incidents():
    sizes = [1, 5, 1, 40]
    one = bootstrap_totals(sizes, draws=50, seed=1)
    assert (one == bootstrap_totals(sizes[::-1], draws=50, seed=1)).all()
    assert (one == bootstrap_totals(sizes, draws=80, seed=1)[:50]).all()
    assert (one != bootstrap_totals(sizes, draws=50, seed=2)).any()
    assert (one != bootstrap_totals(sizes, draws=50, seed=1, name="other")).any()


def test_bootstrap_needs_draws():
    with pytest.raises(InputError, match="draws must be a whole number >= 1"):
        bootstrap_totals([1], draws=0)


def test_intervals_by_group_are_those_of_the_groups():
    sizes = pd.DataFrame(
        {"route": ["a", "a", "b"], "dead_and_missing": [1, 30, 2], "incidents": [40, 1, 3]}
    )
    rows = deaths_with_intervals(sizes, by="route").set_index("route")
    assert rows.loc["a", ["incidents", "deaths"]].tolist() == [41, 70]
    assert (rows.loc["a", "lower"], rows.loc["a", "upper"]) == compound_interval([1] * 40 + [30])
    assert rows["is_few"].tolist() == [False, True]
    assert rows.loc["a", "largest_share"] == pytest.approx(30 / 70)
    whole = deaths_with_intervals(sizes)
    assert whole["deaths"].sum() == rows["deaths"].sum()


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="lack the column 'month'"):
        deaths_with_intervals(pd.DataFrame({"dead_and_missing": [1], "incidents": [1]}), by="month")


def test_the_interval_beside_deaths_with_cumulative_records_is_of_all_of_them():
    sizes = pd.DataFrame(
        {"dead_and_missing": [1, 50, 300], "incidents": [40, 0, 0], "cumulative_records": [0, 2, 1]}
    )
    row = deaths_with_intervals(sizes).iloc[0]
    assert (row["incidents"], row["deaths"], row["in_single_incidents"]) == (40, 440, 40)
    assert row["lower"] < 440 < row["upper"]
    assert (row["lower"], row["upper"]) == compound_interval([1] * 40 + [50, 50, 300])
    assert row["largest_share"] == 1 / 440  # of the largest incident: a record is none
    assert not row["is_few"]
