"""Probability integral transforms: where they lie, what randomises them, and errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gecam.errors import InputError
from gecam.evaluation import pit_from_draws, randomised_pit, uniformity_test


@pytest.fixture
def rng():
    return np.random.default_rng(8)


def test_counts_under_their_own_distribution_are_uniform_and_plain_pits_are_not(rng):
    y = rng.poisson(2.0, size=1500)
    high, low = stats.poisson.cdf(y, 2.0), stats.poisson.cdf(y - 1, 2.0)
    assert uniformity_test(randomised_pit(high, low, seed=1)).is_uniform
    assert not uniformity_test(high).is_uniform


@pytest.mark.parametrize("mean", [0.7, 400.0])
def test_the_truth_among_draws_of_its_own_distribution_is_uniform_however_few_the_draws(rng, mean):
    y, x = rng.poisson(mean, size=2000), rng.poisson(mean, size=(7, 2000))
    assert uniformity_test(pit_from_draws(y, x, seed=1)).is_uniform


def test_each_value_lies_in_the_gap_of_its_rank():
    draws = np.array([[1.0, 1.0, 3.0], [2.0, 3.0, 3.0], [3.0, 3.0, 3.0]])
    u = pit_from_draws([2.5, 3.0, 9.0], draws, seed=4) * 4
    assert 2 < u[0] < 3
    assert 1 < u[1] < 4
    assert 3 < u[2] < 4


def test_a_named_case_keeps_its_value_when_cases_are_added():
    few = randomised_pit([0.5, 0.9], [0.1, 0.2], seed=3, cases=["SDN", "TCD"])
    more = randomised_pit([0.3, 0.9, 0.5], [0.0, 0.2, 0.1], seed=3, cases=["YEM", "TCD", "SDN"])
    assert list(few) == [more[2], more[1]]


def test_the_seed_moves_what_is_random_and_nothing_else():
    first, second = (randomised_pit([0.5, 0.7], [0.2, 0.7], seed=seed) for seed in (1, 2))
    assert first[0] != second[0]
    assert first[1] == second[1] == 0.7


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="0 <= cdf_below <= cdf <= 1"):
        randomised_pit([0.2], [0.5], seed=1)
    with pytest.raises(InputError, match="cases must be 2 different names: got 2"):
        randomised_pit([0.2, 0.3], [0.1, 0.1], seed=1, cases=["SDN", "SDN"])
    with pytest.raises(InputError, match=r"shape \(draw, case\): got \(3,\) for \(1,\)"):
        pit_from_draws([1.0], [1.0, 2.0, 3.0], seed=1)
