"""Summaries of draws, their Monte Carlo error, and rounding."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.uncertainty import (
    LogNormal,
    Streams,
    equal_tailed,
    highest_density,
    mcse_mean,
    mcse_quantile,
    round_half_away,
    round_together,
    summarize,
)

DRAWS = LogNormal(1000.0, 0.5).draws(Streams(1), "a", "b", 0, 4000)


def test_summary_is_numpys():
    summary = summarize(DRAWS, level=0.8)
    expected = np.quantile(DRAWS, [0.1, 0.5, 0.9])
    assert [summary.lower, summary.median, summary.upper] == pytest.approx(expected, rel=1e-13)
    assert summary.mean == DRAWS.mean()
    assert summary.sd == DRAWS.std(ddof=1)
    assert summary.cv == summary.sd / summary.mean
    assert summary.mcse == mcse_mean(DRAWS) == summary.sd / np.sqrt(4000)
    assert summary.mcse_upper == mcse_quantile(DRAWS, 0.9)
    assert (summary.level, summary.kind) == (0.8, "eti")


def test_rows_are_summarized_by_themselves_in_any_memory_layout():
    table = np.stack([DRAWS, DRAWS[::-1], 2 * DRAWS])
    summary, alone = summarize(np.asfortranarray(table)), summarize(DRAWS)
    assert summary.mean.shape == (3,)
    assert summary.mean[0] == alone.mean
    assert summary.upper[0] == summary.upper[1] == alone.upper
    assert summary.lower[2] == 2 * alone.lower


def test_nobody_has_no_relative_error():
    summary = summarize(np.zeros((1, 5)))
    assert (summary.cv[0], summary.mcse[0]) == (0, 0)
    assert summarize([-1.0, 1.0]).cv == np.inf


def test_equal_tails_are_linear_quantiles():
    assert equal_tailed(DRAWS) == pytest.approx(np.quantile(DRAWS, [0.05, 0.95]), rel=1e-13)


def test_highest_density_is_the_shortest_window():
    lower, upper = highest_density(DRAWS, level=0.9)
    ordered = np.sort(DRAWS)
    windows = [(ordered[i + 3599] - ordered[i], ordered[i]) for i in range(401)]
    assert upper - lower == min(windows)[0]
    assert ((lower <= DRAWS) & (upper >= DRAWS)).sum() == 3600
    summary = summarize(DRAWS, kind="hdi")
    assert (summary.lower, summary.upper) == (lower, upper)
    assert np.isnan(summary.mcse_lower)
    eti = equal_tailed(DRAWS)
    assert upper - lower < eti.upper - eti.lower


def test_error_of_a_quantile_is_the_spread_over_seeds():
    estimates, errors = [], []
    for seed in range(200):
        draws = LogNormal(1000.0, 0.5).draws(Streams(seed), "a", "b", 0, 2000)
        estimates.append(equal_tailed(draws).upper)
        errors.append(mcse_quantile(draws, 0.95))
    # 200 seeds know a standard deviation to 5 %; two of those
    assert np.mean(errors) == pytest.approx(np.std(estimates), rel=0.1)


@pytest.mark.parametrize(
    ("draws", "message"),
    [
        ([1.0], "at least two draws"),
        (3.0, "at least two draws"),
        ([[1.0, 2.0], [np.nan, 1.0]], r"got nan at index \(1, 0\)"),
    ],
)
def test_draws_that_say_nothing_are_refused(draws, message):
    with pytest.raises(InputError, match=message):
        summarize(draws)


@pytest.mark.parametrize("level", [0.0, 1.0, 90])
def test_a_level_outside_the_open_interval_is_refused(level):
    with pytest.raises(InputError, match=r"must lie in \(0, 1\)"):
        summarize([1.0, 2.0], level=level)


@pytest.mark.parametrize(
    ("value", "sd", "mcse", "step"),
    [
        (212_345, 0, 0, 1_000),  # three significant digits
        (212_345, 62_000, 0, 10_000),  # 10^floor(log10 sd)
        (212_345, 99_999, 0, 10_000),
        (212_345, 100_000, 0, 100_000),
        (212_345, 0, 499, 1_000),  # twice the Monte Carlo error is 998
        (212_345, 0, 501, 10_000),
        (5.3, 0, 0, 1),  # never below one person
        (0, 0, 0, 1),
    ],
)
def test_digits_stop_where_they_carry_nothing(value, sd, mcse, step):
    assert round_together(value, value, value, sd=sd, mcse=mcse).step == step


def test_intervals_are_rounded_outwards_and_values_half_away_from_zero():
    rounded = round_together([2500.0, 1234.0], [1001.0, 1000.0], [4999.0, 5000.0], sd=1000.0)
    assert rounded.value.tolist() == [3000, 1000]
    assert rounded.lower.tolist() == [1000, 1000]
    assert rounded.upper.tolist() == [5000, 5000]
    assert rounded.is_below.tolist() == [False, False]


def test_an_end_on_the_grid_up_to_rounding_error_stays():
    rounded = round_together(0.3e6, 0.1e6 * (1 - 1e-13), 0.7e6 * (1 + 1e-13), sd=1e5)
    assert (rounded.lower, rounded.upper) == (1e5, 7e5)


def test_fewer_than_a_hundred_are_marked():
    assert round_together([99.9, 100.0], 0, 200).is_below.tolist() == [True, False]


def test_halves_go_away_from_zero():
    x = [-1.5, -0.5, 0.5, 1.5, 2.5, 2.4999999999999996, 4503599627370497.0]
    assert round_half_away(x).tolist() == [-2, -1, 1, 2, 3, 2, 4503599627370497]
