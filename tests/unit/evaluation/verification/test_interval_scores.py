"""Interval scores: by hand, other implementations, and errors."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import interval_score, weighted_interval_score


def test_inside_costs_the_width_outside_the_distance_times_two_over_alpha():
    scores = interval_score([5.0, 1.0, 11.0], 2.0, 10.0, level=0.9)
    np.testing.assert_allclose(scores, [8, 8 + 20 * 1, 8 + 20 * 1], rtol=1e-14)


def test_a_higher_level_punishes_a_miss_more():
    assert interval_score(11.0, 2.0, 10.0, level=0.95) > interval_score(11.0, 2.0, 10.0, level=0.8)


def test_agrees_with_scoringrules():
    sr = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(1)
    y, low = rng.normal(size=50), rng.normal(-1, 1, size=50)
    high = low + rng.uniform(0, 3, size=50)
    expected = sr.interval_score(y, low, high, 0.1)
    np.testing.assert_allclose(interval_score(y, low, high, level=0.9), expected, rtol=1e-12)


def test_the_weighted_score_agrees_with_scoringrules():
    sr = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(2)
    quantiles = np.sort(rng.normal(size=(7, 30)), axis=0)
    low, middle, high = quantiles[:3], quantiles[3], quantiles[:3:-1]
    levels, y = np.array([0.95, 0.8, 0.5]), rng.normal(size=30)
    # scoringrules 0.10 (numpy) weighs the median itself, not its distance to the observation.
    intervals = sr.weighted_interval_score(y, middle, low.T, high.T, 1 - levels, w_median=0.0)
    expected = intervals + np.abs(y - middle) / 2 / 3.5
    score = weighted_interval_score(y, middle, low, high, levels=levels)
    np.testing.assert_allclose(score, expected, rtol=1e-12)


def test_the_weighted_score_is_twice_the_mean_pinball_loss():
    rng = np.random.default_rng(3)
    levels = np.array([0.9, 0.5, 0.2])
    probabilities = np.concatenate([(1 - levels) / 2, [0.5], ((1 + levels) / 2)[::-1]])
    quantiles, y = np.sort(rng.normal(size=7)), 0.4
    error = y - quantiles
    pinball = np.maximum(probabilities * error, (probabilities - 1) * error).mean()
    score = weighted_interval_score(y, quantiles[3], quantiles[:3], quantiles[:3:-1], levels=levels)
    assert score == pytest.approx(2 * pinball, rel=1e-13)


def test_log1p_moves_observation_and_ends():
    ends = np.array([10.0, 2.0]), np.array([20.0, 90.0])
    plain = interval_score(30, *ends, level=0.9, scale="log1p")
    moved = interval_score(np.log1p(30), *(np.log1p(end) for end in ends), level=0.9)
    np.testing.assert_allclose(plain, moved, rtol=1e-14)
    wis = weighted_interval_score(30, 15, *ends, levels=[0.5, 0.9], scale="log1p")
    logs = [np.log1p(end) for end in ends]
    expected = weighted_interval_score(np.log1p(30), np.log1p(15), *logs, levels=[0.5, 0.9])
    assert wis == pytest.approx(float(expected), rel=1e-14)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="lower must not exceed upper"):
        interval_score(1.0, 3.0, 2.0)
    with pytest.raises(InputError, match=r"level must lie in \(0, 1\): got 90"):
        interval_score(1.0, 0.0, 2.0, level=90)
    with pytest.raises(InputError, match=r"one probability for each interval: got 2 levels"):
        weighted_interval_score(1.0, 1.0, [0.0], [2.0], levels=[0.5, 0.9])
