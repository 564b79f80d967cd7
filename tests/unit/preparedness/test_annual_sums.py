"""Yearly sums against closed forms, counting and simulation."""

from __future__ import annotations

import math
import warnings
from bisect import bisect_left, bisect_right
from collections import defaultdict
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from scipy.stats import poisson

from gecam.errors import InputError, PrecisionWarning
from gecam.preparedness import EventSet, annual_distribution

MIXED = EventSet([100.0, 700.0, 2500.0, 9000.0], [1.5, 0.4, 0.1, 0.02])


TWO = EventSet([100.0, 300.0], [0.5, 0.1])


@cache
def counted(events):
    """All sums of a year with their probabilities, by listing numbers of each event; exact sums."""
    probability = {Fraction(0): 1.0}
    for size, rate in zip(events.people, events.rate, strict=True):
        counts = range(int(rate + 10 * np.sqrt(rate)) + 12)
        weight = [math.exp(-rate) * rate**n / math.factorial(n) for n in counts]
        longer = defaultdict(float)
        for total, p in probability.items():
            for n, w in zip(counts, weight, strict=True):
                if p * w > 1e-19:
                    longer[total + n * Fraction(float(size))] += p * w
        probability = longer
    return sorted(probability.items())


def by_counting(events, people, *, at_least=False):
    """P(S > x), or P(S >= x)."""
    sums = counted(events)
    first = (bisect_left if at_least else bisect_right)(
        sums, Fraction(float(people)), key=lambda row: row[0]
    )
    return math.fsum(p for _, p in sums[first:])


def near(size):
    return (size, np.nextafter(size, 0), np.nextafter(size, np.inf), size - 1, size + 1)


def test_one_size_of_event_gives_a_poisson_number_of_it():
    year = annual_distribution(EventSet([7.5], [2.0]))
    for k in range(12):
        assert year.exceedance(7.5 * k) == pytest.approx(poisson.sf(k, 2.0), abs=1e-14)
        assert year.exceedance(7.5 * k + 3) == pytest.approx(poisson.sf(k, 2.0), abs=1e-14)
        assert year.at_least(7.5 * k) == pytest.approx(poisson.sf(k - 1, 2.0), abs=1e-14)


def test_probabilities_at_the_size_of_an_event():
    # 100 people or fewer: no event, or one of 100; P(S > 100) = 1 - exp(-0.6) (1 + 0.5)
    year = annual_distribution(TWO)
    assert year.exceedance(100.0) == pytest.approx(1 - 1.5 * math.exp(-0.6), abs=1e-15)
    assert year.at_least(100.0) == pytest.approx(1 - math.exp(-0.6), abs=1e-15)


def test_small_events_are_not_lost_beside_large_ones():
    year = annual_distribution(EventSet([1e6, 100.0], [0.001, 2.0]))
    assert year.exceedance(0.0) == pytest.approx(1 - math.exp(-2.001), abs=1e-15)
    # more than a million: the large event with a small one, or two large ones
    large = 1 - math.exp(-0.001) * 1.001 + 0.001 * math.exp(-0.001) * (1 - math.exp(-2.0))
    assert year.exceedance(1e6) == pytest.approx(large, abs=1e-15)


@pytest.mark.parametrize(
    "events",
    [
        TWO,
        EventSet([1e6, 100.0], [0.001, 2.0]),
        EventSet(
            [0.7, 1.31373, 7.53217], [0.7, 0.2, 0.4]
        ),  # not whole: no sum of others comes near a size
        EventSet([97.0, 101.0, 1009.0], [2.0, 0.3, 0.05]),
        EventSet([5.0, 5.0, 10.0], [0.2, 0.3, 0.4]),
    ],
)
def test_at_just_below_and_just_above_every_size_and_sum(events):
    year = annual_distribution(events)
    sizes = np.unique(events.people)
    sums = sizes[0] + sizes if (sizes == np.floor(sizes)).all() else ()
    for people in (x for size in (*sizes, *sums, 2.55 * sizes[-1]) for x in near(size)):
        if people > 0:
            assert year.exceedance(people) == pytest.approx(by_counting(events, people), abs=1e-13)
            assert year.at_least(people) == pytest.approx(
                by_counting(events, people, at_least=True), abs=1e-13
            )


def test_sums_that_are_not_whole_numbers_count_as_equal_in_12_digits():
    year = annual_distribution(EventSet([0.1, 0.2], [0.5, 0.4]))  # 0.1 + 0.2 > 0.3 in doubles
    up_to_03 = math.exp(-0.9) * (1 + 0.9 + 0.5**2 / 2 + 0.5 * 0.4 + 0.5**3 / 6)
    assert year.exceedance(0.3) == pytest.approx(1 - up_to_03, abs=1e-15)


@pytest.mark.parametrize("sizes", [(97.3, 101.9, 1009.7), (98.0, 102.0, 1010.0)])
def test_a_grid_agrees_with_counting(monkeypatch, sizes):
    monkeypatch.setattr("gecam.preparedness.aggregate.MOST_SUMS", 3)  # one event is listed
    events = EventSet(sizes, [2.0, 0.3, 0.05])
    year = annual_distribution(events)
    exact = 1e-13 if sizes[0] == 98.0 else 2e-3  # multiples of 2 fit; the others lie between points
    for people in (0.0, 50.0, 97.3, 98.0, 150.0, 195.0, 400.0, 1009.7, 1108.0, 2500.0):
        assert year.exceedance(people) == pytest.approx(
            by_counting(events, people), rel=exact, abs=1e-13
        )


def test_a_grid_that_does_not_resolve_the_events_warns():
    size = 100 + 0.37 * np.arange(60.0) ** 1.1
    events = EventSet(np.r_[size, 1e6], np.r_[np.full(60, 0.03), 0.001])
    with pytest.warns(
        PrecisionWarning, match="64 points does not resolve.*more than 1e\\+06 people"
    ):
        annual_distribution(events, points=64).exceedance(1e6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = annual_distribution(events).exceedance(1e6)
    # one large event and a small one (rate 1.8), or two large ones
    rare = 0.001 * math.exp(-0.001)
    exact = rare * (1 - math.exp(-1.8)) + 1 - math.exp(-0.001) - rare
    assert p == pytest.approx(exact, rel=1e-3)


def test_the_mean_is_the_average_annual_number():
    for points in (64, 1000, 4096):
        assert annual_distribution(MIXED, points=points).mean == pytest.approx(
            float(MIXED.average_annual), rel=1e-15
        )


def test_mean_and_variance_of_the_curve_are_those_of_a_compound_poisson():
    year = annual_distribution(MIXED)  # multiples of 100
    x = np.arange(0.0, 80_000.0, 100.0)
    above = year.probabilities(x, "more than")
    assert 100 * above.sum() == pytest.approx(year.mean, rel=1e-12)
    second = 100 * ((2 * x + 100) * above).sum()
    variance = float(MIXED.rate @ MIXED.people**2)
    assert second - year.mean**2 == pytest.approx(variance, rel=1e-12)


def test_many_events_agree_with_simulation():
    size = np.exp(np.random.default_rng(3).normal(7, 2, 80))
    events = EventSet(size, np.full(80, 0.1))
    year, n = annual_distribution(events), 100_000
    counts = np.random.default_rng(5).poisson(events.rate, size=(n, size.size))
    sums = counts @ size
    for people in (500.0, *np.sort(size)[[40, 60, 70, 79]], 3e5):
        p = year.exceedance(people)
        assert (sums > people).mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / n))


def test_large_rates_do_not_underflow():
    events = EventSet(np.full(4, 10.0), np.full(4, 800.0))  # exp(-3200) is no number
    year = annual_distribution(events)
    assert year.mean == 32_000.0
    for k in (3000, 3200, 3400):
        assert year.exceedance(10.0 * k) == pytest.approx(poisson.sf(k, 3200.0), abs=1e-11)
    assert year.quantile(0.5) == 10 * poisson.ppf(0.5, 3200.0)


def test_no_events_are_no_people():
    year = annual_distribution(EventSet([0.0, 5.0], [1.0, 0.0]))
    assert (year.mean, year.exceedance(0.0)) == (0.0, 0.0)


def test_quantiles_are_the_smallest_sums_that_suffice():
    for events, next_below in ((MIXED, 1.0), (EventSet([0.7, 7.7], [1.0, 0.2]), 1e-3)):
        year = annual_distribution(events)
        for p in (0.3, 0.9, 0.99):
            q = year.quantile(p)
            assert year.exceedance(q) <= 1 - p
            assert q == 0.0 or year.exceedance(q - next_below) > 1 - p
    # exp(-0.6) = 0.549 without events, 0.823 with one of 100, 0.892 with two or fewer of them
    assert [annual_distribution(TWO).quantile(p) for p in (0.5, 0.6, 0.85)] == [0.0, 100.0, 200.0]


def test_draws_and_odd_grids_are_refused():
    with pytest.raises(InputError, match="not draws"):
        annual_distribution(EventSet(np.ones((2, 3)), [1.0, 1.0]))
    with pytest.raises(InputError, match="points"):
        annual_distribution(MIXED, points=3)
    with pytest.raises(InputError, match="missing"):
        annual_distribution(MIXED).exceedance(np.nan)
    with pytest.raises(InputError, match="p must"):
        annual_distribution(MIXED).quantile(1.0)
