"""Panjer's recursion against closed forms and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from gecam.errors import InputError
from gecam.preparedness import EventSet, annual_distribution, simulated_years

MIXED = EventSet([100.0, 700.0, 2500.0, 9000.0], [1.5, 0.4, 0.1, 0.02])


def test_one_size_of_event_gives_a_poisson_number_of_it():
    year = annual_distribution(EventSet([1.0], [2.0]), points=2**12)
    for k in range(8):
        # between k and k + 1 people; the grid divides each event between two points
        assert year.exceedance(k + 0.5) == pytest.approx(poisson.sf(k, 2.0), abs=2e-3)


def test_the_mean_is_the_average_annual_number_whatever_the_grid():
    for points in (64, 1000, 4096):
        assert annual_distribution(MIXED, points=points).mean == pytest.approx(
            float(MIXED.average_annual), rel=1e-9
        )


def test_the_variance_is_that_of_a_compound_poisson():
    year = annual_distribution(MIXED, points=2**14)
    x = year.step * np.arange(year.probability.size)
    variance = x**2 @ year.probability - year.mean**2
    assert variance == pytest.approx(float(MIXED.rate @ MIXED.people**2), rel=1e-3)


def test_panjer_agrees_with_simulation():
    year, n = annual_distribution(MIXED, points=2**13), 200_000
    sums = simulated_years(MIXED, n, seed=5)
    for people in (50.0, 500.0, 2000.0, 8000.0, 12_000.0):
        p = year.exceedance(people)
        assert (sums > people).mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / n) + 1e-3)


def test_simulated_years_have_the_right_mean_and_reproduce():
    sums = simulated_years(MIXED, 100_000, seed=2)
    sd = np.sqrt(float(MIXED.rate @ MIXED.people**2) / 100_000)
    assert sums.mean() == pytest.approx(float(MIXED.average_annual), abs=4 * sd)
    assert (simulated_years(MIXED, 50, seed=2) == sums[:50]).any()
    assert (simulated_years(MIXED, 50, seed=2) == simulated_years(MIXED, 50, seed=2)).all()


def test_large_rates_do_not_underflow():
    events = EventSet(np.full(4, 10.0), np.full(4, 800.0))  # exp(-3200) is no number
    year = annual_distribution(events)
    assert year.probability.sum() == pytest.approx(1.0, abs=1e-9)
    assert year.mean == pytest.approx(32_000.0, rel=1e-6)
    assert year.quantile(0.5) == pytest.approx(32_000.0, rel=0.01)


def test_no_events_are_no_people():
    year = annual_distribution(EventSet([0.0, 5.0], [1.0, 0.0]))
    assert (year.mean, year.exceedance(0.0)) == (0.0, 0.0)
    assert simulated_years(EventSet([5.0], [0.0]), 3, seed=1).tolist() == [0.0, 0.0, 0.0]


def test_quantiles_invert_the_exceedance():
    year = annual_distribution(MIXED)
    for p in (0.3, 0.9, 0.99):
        q = year.quantile(p)
        assert year.exceedance(q) <= 1 - p + 1e-9
        assert year.exceedance(q - year.step / 2) > 1 - p - 1e-9


def test_draws_and_odd_grids_are_refused():
    with pytest.raises(InputError, match="not draws"):
        annual_distribution(EventSet(np.ones((2, 3)), [1.0, 1.0]))
    with pytest.raises(InputError, match="points"):
        annual_distribution(MIXED, points=3)
    with pytest.raises(InputError, match="p must"):
        annual_distribution(MIXED).quantile(1.0)
