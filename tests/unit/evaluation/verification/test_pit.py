"""Probability integral transforms: where they lie, what randomises them, and errors."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import pit_from_draws, uniformity_test


@pytest.fixture
def rng():
    return np.random.default_rng(8)


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
    draws = np.array([[1.0, 4.0, 2.0], [3.0, 4.0, 2.0]])
    few = pit_from_draws([1.0, 4.0], draws[:, :2], seed=3, cases=["SDN", "TCD"])
    more = pit_from_draws([2.0, 4.0, 1.0], draws[:, ::-1], seed=3, cases=["YEM", "TCD", "SDN"])
    assert list(few) == [more[2], more[1]]
    assert pit_from_draws([1.0, 4.0], draws[:, :2], seed=4, cases=["SDN", "TCD"])[0] != few[0]


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="cases must be 2 different names: got 2"):
        pit_from_draws([0.2, 0.3], [[0.1, 0.1]], seed=1, cases=["SDN", "SDN"])
    with pytest.raises(InputError, match=r"shape \(draw, case\): got \(3,\) for \(1,\)"):
        pit_from_draws([1.0], [1.0, 2.0, 3.0], seed=1)
