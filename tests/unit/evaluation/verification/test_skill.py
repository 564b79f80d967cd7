"""Skill: the ratio of means, its interval, and errors."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import skill


def test_skill_is_one_less_the_ratio_of_mean_scores():
    result = skill([1.0, 2.0, 3.0], [4.0, 4.0, 4.0], seed=1)
    assert result.value == 0.5
    assert (result.n, result.n_better) == (3, 3)
    assert result.lower < 0.5 < result.upper
    assert str(result).startswith("skill 0.50 (90 % interval ")
    assert str(result).endswith("better in 3 of 3 cases")


def test_the_same_scores_have_no_skill_in_every_replicate():
    scores = np.arange(1.0, 9.0)
    result = skill(scores, scores, seed=1)
    assert (result.value, result.lower, result.upper, result.n_better) == (0, 0, 0, 0)


def test_the_interval_covers_the_true_skill_of_paired_cases():
    rng = np.random.default_rng(2)
    n_tests = 300
    hits = 0
    for seed in range(n_tests):
        reference = rng.gamma(2, 1, size=60)
        scores = 0.7 * reference * rng.uniform(0.5, 1.5, size=60)
        result = skill(scores, reference, seed=seed, replicates=200)
        hits += result.lower <= 0.3 <= result.upper
    # Percentile intervals of 60 skewed pairs fall a little short of 90 %.
    assert 0.82 < hits / n_tests < 0.95


def test_options_change_the_interval_only():
    scores, reference = [1.0, 2.0, 5.0, 1.0], [2.0, 2.0, 4.0, 3.0]
    base = skill(scores, reference, seed=1)
    for options in ({"level": 0.5}, {"replicates": 50}, {"seed": 2}):
        other = skill(scores, reference, **({"seed": 1} | options))
        assert other.value == base.value
        assert (other.lower, other.upper) != (base.lower, base.upper)


def test_a_replicate_with_a_perfect_reference_stays_finite():
    result = skill([1.0, 1.0], [0.0, 2.0], seed=1)
    assert np.isfinite(result.lower)
    assert result.lower < -1e6


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="mean score above 0"):
        skill([1.0, 1.0], [0.0, 0.0], seed=1)
    with pytest.raises(InputError, match="at least 2 scores"):
        skill([1.0], [1.0], seed=1)
    with pytest.raises(InputError, match="at least 20 replicates: got 3"):
        skill([1.0, 2.0], [1.0, 2.0], seed=1, replicates=3)
    with pytest.raises(InputError, match="reference must be finite: got nan at index 1"):
        skill([1.0, 2.0], [1.0, np.nan], seed=1)
