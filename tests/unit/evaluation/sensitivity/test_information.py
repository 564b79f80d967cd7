"""Value of information: the regression against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from gecam.errors import InputError
from gecam.evaluation import evppi, next_figure

COSTS = {"cost_under": 3.0, "cost_over": 1.0}


@pytest.fixture
def rng():
    return np.random.default_rng(23)


def two_actions(mean, sd):
    """Value of an input that decides between two actions: the unit normal loss (Raiffa 1961)."""
    z = abs(mean) / sd if sd else np.inf
    return sd * (norm.pdf(z) - z * norm.sf(z)) if sd else 0.0


def newsvendor(mean, s, left):
    """Fall of the expected loss of the best plan, 4 m [3/4 - Phi(z - s)], for a lognormal number."""
    z = norm.ppf(0.75)
    return 4 * mean * (norm.cdf(z - left) - norm.cdf(z - s))


def test_the_regression_agrees_with_two_actions(rng):
    x, y, noise = rng.normal(size=(3, 10_000))
    gain = 1 + 2 * x + 0.8 * y
    inputs = {"x": x, "y": y, "noise": noise, "both": np.column_stack([x, y])}
    worth = evppi(np.column_stack([np.zeros(10_000), gain]), inputs, seed=1)
    expected = [two_actions(1, s) for s in (2.0, 0.8, 0.0, np.hypot(2, 0.8))]
    assert np.all(np.abs(worth.value - expected) <= 4 * worth.se)
    assert worth.value[3] == pytest.approx(worth.perfect, rel=0.02)
    assert worth.best_decision == 1
    assert worth.to_frame()["input"].tolist() == ["both", "x", "y", "noise"]
    assert worth.to_frame()["share_of_perfect"].iloc[0] == pytest.approx(1, abs=0.02)


def test_the_standard_error_is_the_spread_over_repetitions(rng):
    values, errors = [], []
    for seed in range(40):
        x, y = rng.normal(size=(2, 1000))
        gain = 0.5 + x + y
        worth = evppi(np.column_stack([np.zeros(1000), gain]), {"x": x}, seed=seed)
        values.append(worth.value[0])
        errors.append(worth.se[0])
    # The error of the coefficients and that of X are added as if they were independent, though they
    # partly cancel: the stated error is up to half too large, and must not be too small.
    assert 0.8 < np.mean(errors) / np.std(values) < 1.8
    assert np.mean(values) == pytest.approx(two_actions(0.5, 1), abs=4 * np.std(values) / 6)


def test_the_regression_agrees_with_the_newsvendor(rng):
    log_sd = {"stock": 0.1, "share": 0.4, "odds": 0.2, "noise": 0.0}
    z = {name: rng.normal(size=10_000) for name in log_sd}
    s = np.sqrt(sum(v**2 for v in log_sd.values()))
    people = 1000 * np.exp(sum(log_sd[name] * z[name] for name in z) - s**2 / 2)
    worth = next_figure(people, z, **COSTS, seed=1)
    expected = np.array([newsvendor(1000, s, np.sqrt(s**2 - v**2)) for v in log_sd.values()])
    # The grid of plans and the noise of a maximum: 3 % of the value.
    assert np.all(np.abs(worth.value - expected) <= 3 * worth.se + 0.03 * expected)
    assert worth.perfect == pytest.approx(newsvendor(1000, s, 0), rel=0.05)
    assert worth.to_frame()["input"].tolist() == ["share", "odds", "stock", "noise"]


def test_options_change_the_answer(rng):
    z = rng.normal(size=2000)
    people = np.exp(z)
    base = next_figure(people, {"z": z}, **COSTS, seed=1)
    assert next_figure(people, {"z": z}, **COSTS, plans=5, seed=1).value < base.value
    assert next_figure(people, {"z": z}, **COSTS, seed=2).se != base.se
    cheap = next_figure(people, {"z": z}, cost_under=0.3, cost_over=0.1, seed=1)
    assert cheap.value == pytest.approx(base.value / 10, rel=1e-9)


def test_wide_is_not_valuable_where_no_value_changes_the_decision(rng):
    x, y = rng.normal(size=(2, 5000))
    benefit = np.column_stack([10 * x, 10 * x + 1 + 2 * y])  # x moves both alike
    worth = evppi(benefit, {"x": x, "y": y}, seed=1)
    assert abs(worth.value[0]) < 1e-6
    assert worth.value[1] == pytest.approx(two_actions(1, 2), abs=4 * worth.se[1])


def test_equal_decisions_are_worth_nothing(rng):
    x = rng.normal(size=200)
    worth = evppi(np.column_stack([x, x]), {"x": x}, seed=1)
    assert worth.value[0] == 0
    assert worth.perfect == 0
    assert np.isnan(worth.to_frame()["share_of_perfect"][0])


def test_wrong_input_is_named(rng):
    x = rng.normal(size=200)
    with pytest.raises(InputError, match="at least 2 decisions"):
        evppi(x[:, None], {"x": x}, seed=1)
    with pytest.raises(InputError, match=r"got \(200, 2\) and \[\(10,\)\]"):
        evppi(np.column_stack([x, x]), {"x": x[:10]}, seed=1)
    with pytest.raises(InputError, match="cost_under must be a number > 0"):
        next_figure(x, {"x": x}, cost_under=0, cost_over=1, seed=1)
