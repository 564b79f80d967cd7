"""Uniformity: the exact p-value by enumeration, size, power, shapes, and errors."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from gecam.errors import InputError
from gecam.evaluation import holm, uniformity_test
from gecam.evaluation.verification.uniformity import _PointwiseTable, ecdf_envelope


@pytest.fixture
def rng():
    return np.random.default_rng(31)


def paths(n, grid):
    """All counts of n uniform values at or below the grid points, with their probabilities."""
    widths = np.diff(grid, prepend=0, append=1)
    for cells in product(range(n + 1), repeat=len(widths)):
        if sum(cells) == n:
            yield np.cumsum(cells)[:-1], stats.multinomial.pmf(cells, n, widths)


@pytest.mark.parametrize("n", [3, 5])
def test_the_probability_of_leaving_a_band_is_that_of_all_paths_that_leave_it(n):
    grid = np.array([0.2, 0.5, 0.6])
    table = _PointwiseTable(n, grid)
    for gamma in (0.02, 0.2, 0.5):
        expected = sum(
            p for counts, p in paths(n, grid) if table.at(counts, grid).min() <= gamma * (1 + 1e-9)
        )
        assert table.exit_probability(gamma) == pytest.approx(expected, abs=1e-13)


def test_the_p_value_is_the_probability_of_a_sample_as_extreme():
    # 4 ranks among 4: the ECDF has 3 inner points; every path has a p-value, and P(p <= a) <= a.
    grid, n = np.array([0.25, 0.5, 0.75]), 4
    found = []
    for counts, probability in paths(n, grid):
        ranks = np.repeat(np.arange(4), np.diff([0, *counts, n]))
        found.append((uniformity_test(ranks, n_ranks=4).ecdf_p, probability))
    for p, _ in found:
        assert sum(q for other, q in found if other <= p + 1e-9) == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize("n", [1, 20, 300])
def test_the_envelope_is_as_narrow_as_its_level_allows_and_symmetric(n):
    grid = tuple(np.arange(1, 20) / 20)
    low, high = ecdf_envelope(n, grid, level=0.05)
    np.testing.assert_array_equal(low, n - high[::-1])
    table = _PointwiseTable(n, np.array(grid))
    inside = [table.at(counts, np.array(grid)).min() for counts in (low, high)]
    assert table.exit_probability(min(inside)) > 0.05  # one step narrower is too narrow
    counts = np.random.default_rng(1).uniform(size=(4000, n, 1)) <= np.array(grid)
    outside = np.any((counts.sum(axis=1) < low) | (counts.sum(axis=1) > high), axis=1).mean()
    assert outside <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 4000)


def test_the_envelope_agrees_with_the_p_value(rng):
    for _ in range(30):
        test = uniformity_test(rng.beta(0.75, 0.75, size=60))
        leaves = np.any((test.difference < test.lower) | (test.difference > test.upper))
        assert leaves == (test.ecdf_p <= test.level / 2)


@pytest.mark.slow
def test_uniform_values_are_rejected_as_often_as_the_level_says(rng):
    n_tests, level = 600, 0.1
    rejected = sum(
        not uniformity_test(rng.uniform(size=80), level=level).is_uniform for _ in range(n_tests)
    )
    # Bonferroni over two dependent tests: at most the level, and not far below it.
    low, high = stats.binom.ppf([0.001, 0.999], n_tests, level)
    assert 0.5 * low <= rejected <= high


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (lambda rng: rng.beta(0.5, 0.5, size=200), "too narrow"),
        (lambda rng: rng.beta(2.5, 2.5, size=200), "too wide"),
        (lambda rng: rng.beta(2, 1, size=200), "too low"),
        (lambda rng: rng.beta(1, 2, size=200), "too high"),
    ],
)
def test_deviations_are_found_and_named(rng, values, words):
    test = uniformity_test(values(rng))
    assert not test.is_uniform
    assert test.shape.startswith(words)


def test_clumps_that_an_ecdf_hardly_sees_are_found_by_bins():
    # Two of four twentieths of each fifth are empty.
    values = np.concatenate([i / 5 + np.linspace(0.001, 0.099, 40) for i in range(5)])
    test = uniformity_test(values, bins=10)
    assert test.chi2_p < 1e-6
    assert test.ecdf_p > test.chi2_p


def test_bins_are_an_option_and_shrink_with_few_values(rng):
    values = rng.uniform(size=50)
    assert uniformity_test(values).counts.size == 10  # 5 expected in each
    assert uniformity_test(values, bins=5).counts.size == 5
    few = uniformity_test(values[:19])
    assert few.counts.size == 0
    assert math.isnan(few.chi2_p)
    assert few.p_value == few.ecdf_p


@pytest.mark.parametrize("n_ranks", [7, 20, 101])
def test_ranks_fall_into_cells_of_whole_ranks(rng, n_ranks):
    test = uniformity_test(np.arange(n_ranks).repeat(30), n_ranks=n_ranks)
    assert test.ecdf_p == pytest.approx(1)
    assert test.chi2_p == pytest.approx(1)
    assert test.counts.sum() == 30 * n_ranks
    np.testing.assert_allclose(test.difference, 0, atol=1e-12)


def test_the_level_moves_verdict_and_envelope():
    values = np.linspace(0.1, 0.9, 60)
    strict, lax = (uniformity_test(values, level=level) for level in (1e-6, 0.9))
    assert strict.is_uniform
    assert not lax.is_uniform
    assert np.all(strict.upper >= lax.upper)
    assert np.any(strict.upper > lax.upper)


def test_holm_is_bonferroni_for_the_smallest_and_never_decreases():
    assert holm([0.01, 0.5, 0.02, 1.0]) == pytest.approx((0.04, 1.0, 0.06, 1.0))
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(1).uniform(size=20)
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1], rtol=1e-12)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match=r"at least 2 numbers in \[0, 1\]: got 2 values"):
        uniformity_test([0.5, 1.5])
    with pytest.raises(InputError, match=r"in \[0, 9\]"):
        uniformity_test([0, 10], n_ranks=10)
    with pytest.raises(InputError, match="values must be finite"):
        uniformity_test([0.5, np.nan])
