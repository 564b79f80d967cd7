"""Summaries of draws and their Monte Carlo error."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.uncertainty import (
    LogNormal,
    Streams,
    equal_tailed,
    summarize,
)
from gecam.uncertainty.intervals import BLOCK

DRAWS = LogNormal(1000.0, 0.5).draws(Streams(1), "a", "b", 0, 4000)


def test_summary_is_numpys():
    summary = summarize(DRAWS, level=0.8)
    expected = np.quantile(DRAWS, [0.1, 0.5, 0.9])
    assert [summary.lower, summary.median, summary.upper] == pytest.approx(expected, rel=1e-13)
    assert summary.mean == DRAWS.mean()
    assert summary.sd == DRAWS.std(ddof=1)
    assert summary.cv == summary.sd / summary.mean
    assert summary.mcse == summary.sd / np.sqrt(4000)
    assert (summary.level, summary.kind) == (0.8, "eti")


def test_rows_are_summarized_by_themselves_in_any_memory_layout():
    table = np.stack([DRAWS, DRAWS[::-1], 2 * DRAWS])
    summary, alone = summarize(np.asfortranarray(table)), summarize(DRAWS)
    assert summary.mean.shape == (3,)
    assert summary.mean[0] == alone.mean
    assert summary.upper[0] == summary.upper[1] == alone.upper
    assert summary.lower[2] == 2 * alone.lower


@pytest.mark.parametrize("kind", ["eti", "hdi"])
def test_rows_of_many_blocks_have_the_bits_that_they_have_alone(kind):
    n = 1_000
    rows = 2 * BLOCK // n + 3  # more than two blocks, the last of them not whole
    table = np.array([Streams(7).uniform("row", str(i), 0, n) for i in range(rows)])
    together = summarize(table.reshape(1, rows, n), kind=kind)
    for i in (0, BLOCK // n - 1, BLOCK // n, rows - 1):
        alone = summarize(table[i], kind=kind)
        for name in ("mean", "median", "lower", "upper", "sd", "cv", "mcse", "mcse_lower"):
            np.testing.assert_array_equal(getattr(together, name)[0, i], getattr(alone, name))


def test_some_rows_of_a_table_are_summarized_as_if_there_were_no_others():
    rows = np.arange(2 * BLOCK // DRAWS.size + 5) % 3 > 0
    table = np.where(rows[:, None], DRAWS + np.arange(rows.size)[:, None], np.nan)
    some, alone = summarize(table, rows=rows), summarize(table[rows])
    for name in ("mean", "median", "upper", "sd", "mcse_lower"):
        np.testing.assert_array_equal(getattr(some, name), getattr(alone, name))
    with pytest.raises(InputError, match=r"must not be missing: got nan at index \(0, 0\)"):
        summarize(table, rows=~rows)
    assert summarize(table, rows=np.zeros(rows.size, dtype=bool)).mean.shape == (0,)


def test_nobody_has_no_relative_error():
    summary = summarize(np.zeros((1, 5)))
    assert (summary.cv[0], summary.mcse[0]) == (0, 0)
    assert summarize([-1.0, 1.0]).cv == np.inf


def test_equal_tails_are_linear_quantiles():
    assert equal_tailed(DRAWS) == pytest.approx(np.quantile(DRAWS, [0.05, 0.95]), rel=1e-13)


def test_highest_density_is_the_shortest_window():
    summary = summarize(DRAWS, kind="hdi")
    lower, upper = summary.lower, summary.upper
    ordered = np.sort(DRAWS)
    windows = [(ordered[i + 3599] - ordered[i], ordered[i]) for i in range(401)]
    assert upper - lower == min(windows)[0]
    assert ((lower <= DRAWS) & (upper >= DRAWS)).sum() == 3600
    assert np.isnan(summary.mcse_lower)
    eti = equal_tailed(DRAWS)
    assert upper - lower < eti.upper - eti.lower


def test_error_of_a_quantile_is_the_spread_over_seeds():
    estimates, errors = [], []
    for seed in range(200):
        draws = LogNormal(1000.0, 0.5).draws(Streams(seed), "a", "b", 0, 2000)
        summary = summarize(draws)
        estimates.append(summary.upper)
        errors.append(summary.mcse_upper)
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
