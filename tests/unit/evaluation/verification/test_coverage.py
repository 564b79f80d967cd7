"""Coverage: exact binomial facts, counting, and words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gecam.errors import InputError
from gecam.evaluation import clopper_pearson, coverage, coverage_interval


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (3, 7), (27, 30), (900, 1000), (30, 30)])
def test_clopper_pearson_is_where_each_tail_of_the_binomial_is_2_5_percent(hits, n):
    lower, upper = clopper_pearson(hits, n)
    if hits:
        assert stats.binom.sf(hits - 1, n, lower) == pytest.approx(0.025, rel=1e-9)
    else:
        assert lower == 0
    if hits < n:
        assert stats.binom.cdf(hits, n, upper) == pytest.approx(0.025, rel=1e-9)
    else:
        assert upper == 1


def test_more_confidence_is_wider():
    narrow, wide = clopper_pearson(9, 10, confidence=0.8), clopper_pearson(9, 10, confidence=0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_coverage_counts_closed_intervals_and_the_side_of_a_miss():
    result = coverage([0.0, 1.0, 2.0, 3.0, -1.0], np.zeros(5), np.full(5, 2.0), level=0.9)
    assert (result.n, result.hits, result.n_below, result.n_above) == (5, 3, 1, 1)
    assert result.share == 0.6
    assert (result.lower, result.upper) == clopper_pearson(3, 5)
    assert result.is_consistent
    assert str(result) == (
        "3 of 5 intervals of 90 % held the truth (60.0 %; 95 % confidence 14.7 to 94.7 %); "
        "1 below, 1 above"
    )


def test_confidence_moves_the_interval_of_the_coverage():
    y, low, high = np.arange(20.0), np.zeros(20), np.full(20, 12.0)
    assert not coverage(y, low, high, level=0.9).is_consistent
    assert coverage(y, low, high, level=0.9, confidence=0.999).is_consistent


@pytest.mark.parametrize("n", [10, 57, 1000])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_band_holds_correct_coverage_often_enough_and_is_the_smallest_such(n, level):
    lower, upper = (round(end * n) for end in coverage_interval(n, level=level))
    at_most = stats.binom.cdf(np.arange(-1, n + 1), n, level)
    assert at_most[lower] <= 0.025 < at_most[lower + 1]
    assert at_most[upper] < 0.975 <= at_most[upper + 1]


def test_a_probability_that_is_reached_exactly_counts_as_reached():
    # Two fair coins: P(X <= 0) = 0.25 and P(X <= 1) = 0.75, the very quantiles asked for.
    assert coverage_interval(2, level=0.5, confidence=0.5) == (0.0, 0.5)


def test_a_band_with_more_confidence_is_wider():
    narrow = coverage_interval(100, level=0.9, confidence=0.5)
    wide = coverage_interval(100, level=0.9, confidence=0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_wrong_input_is_named():
    with pytest.raises(InputError, match=r"hits must lie in 0..n with n >= 1: got 3 of 2"):
        clopper_pearson(3, 2)
    with pytest.raises(InputError, match="at least one case"):
        coverage([], [], [], level=0.9)
    with pytest.raises(InputError, match="lower must not exceed upper"):
        coverage([1.0], [2.0], [1.0], level=0.9)
    with pytest.raises(InputError, match="n must be at least 1: got 0"):
        coverage_interval(0, level=0.9)
