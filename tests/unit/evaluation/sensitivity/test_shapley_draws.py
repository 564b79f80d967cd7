"""Shapley effects from draws whose inputs may depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import shapley_effects_from_draws
from gecam.evaluation.sensitivity.surface import natural_spline, normal_scores, surface


@pytest.fixture
def rng():
    return np.random.default_rng(17)


def gaussian_linear(covariance, slopes):
    """Exact Shapley effects of a linear function of normal inputs, from conditional variances."""
    from gecam.evaluation.alternatives.shapley_difference import shapley_of_subsets

    k, whole = len(slopes), slopes @ covariance @ slopes
    values = np.zeros(1 << k)
    for subset in range(1, 1 << k):
        s = [i for i in range(k) if subset >> i & 1]
        along = covariance[s] @ slopes
        values[subset] = along @ np.linalg.solve(covariance[np.ix_(s, s)], along) / whole
    return shapley_of_subsets(values)


def test_correlated_normal_inputs_have_the_effects_of_the_linear_model(rng):
    covariance = np.array([[1, 0.8, 0.1], [0.8, 1, 0], [0.1, 0, 1]])
    slopes = np.array([1.0, 0.0, 1.5])
    x = rng.multivariate_normal(np.zeros(3), covariance, size=8000)
    result = shapley_effects_from_draws(x @ slopes, dict(zip("abc", x.T, strict=True)), seed=1)
    expected = gaussian_linear(covariance, slopes)
    assert expected[1] > 0.05  # no slope of its own, but it tells of a
    assert np.all(np.abs(result.effect.value - expected) <= 3.5 * result.effect.se)
    assert result.effect.value.sum() == pytest.approx(1, abs=1e-12)
    assert result.explained > 0.99


def test_the_jackknife_error_is_the_spread_over_repetitions(rng):
    values, errors = [], []
    for _ in range(40):
        x = rng.normal(size=(1000, 2))
        y = x[:, 0] + 0.5 * x[:, 1] ** 2
        result = shapley_effects_from_draws(y, {"a": x[:, 0], "b": x[:, 1]}, seed=1)
        values.append(result.effect.value[0])
        errors.append(result.effect.se[0])
    # 40 repetitions and 10 folds know a standard deviation to about 15 %.
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.5)
    assert np.mean(values) == pytest.approx(1 / 1.5, abs=4 * np.std(values) / np.sqrt(40))


def test_smooth_shapes_and_interactions_of_two_are_seen(rng):
    x = rng.uniform(-1, 1, size=(10_000, 2))
    y = np.sin(3 * x[:, 0]) * np.cos(2 * x[:, 1])
    result = shapley_effects_from_draws(y, {"a": x[:, 0], "b": x[:, 1]}, seed=1)
    assert result.explained > 0.98


def test_interactions_of_three_are_reported_as_unexplained(rng):
    x = rng.normal(size=(10_000, 3))
    y = x.prod(axis=1) + x[:, 0]
    result = shapley_effects_from_draws(y, dict(zip("abc", x.T, strict=True)), seed=1)
    assert 0.4 < result.explained < 0.6


def test_few_draws_do_not_make_noise_look_explained(rng):
    explained = []
    for _ in range(100):
        x, noise = rng.normal(size=(240, 3)), rng.normal(size=240)
        draws = dict(zip("abc", x.T, strict=True))
        explained.append(shapley_effects_from_draws(x[:, 0] + noise, draws, seed=1).explained)
    # Half is explained. Twelve terms on 240 draws would add 0.025 if R² were not adjusted; the mean
    # of 100 is known to 0.005.
    assert np.mean(explained) == pytest.approx(0.5, abs=0.012)


def test_copies_share_an_effect_and_constants_have_none(rng):
    x = rng.normal(size=(4000, 2))
    draws = {"a": x[:, 0], "copy": x[:, 0], "b": x[:, 1], "constant": np.full(4000, 3.0)}
    result = shapley_effects_from_draws(x.sum(axis=1), draws, seed=1)
    np.testing.assert_allclose(result.effect.value, [0.25, 0.25, 0.5, 0], atol=0.02)
    assert result.effect.value[3] == 0


def test_a_group_of_columns_counts_as_one(rng):
    x = rng.normal(size=(6000, 5))
    result = shapley_effects_from_draws(x.sum(axis=1), {"four": x[:, :4], "one": x[:, 4]}, seed=1)
    np.testing.assert_allclose(result.effect.value, [0.8, 0.2], atol=0.02)


def test_many_inputs_go_by_random_orders_to_the_same_answer(rng):
    x = rng.normal(size=(3000, 11))
    slopes = np.arange(11.0)
    draws = {str(i): column for i, column in enumerate(x.T)}
    base = shapley_effects_from_draws(x @ slopes, draws, orders=10, seed=1)
    np.testing.assert_allclose(base.effect.value, slopes**2 / (slopes @ slopes), atol=0.03)
    assert base.effect.value.sum() == pytest.approx(1, abs=1e-12)
    other = shapley_effects_from_draws(x @ slopes, draws, orders=3, seed=1)
    assert np.any(other.effect.value != base.effect.value)


def test_rows_may_come_in_any_order_of_inputs(rng):
    x = rng.normal(size=(2000, 3))
    y = x @ [1.0, 2.0, 3.0]
    there = shapley_effects_from_draws(y, dict(zip("abc", x.T, strict=True)), seed=1)
    back = shapley_effects_from_draws(y, dict(zip("cba", x.T[::-1], strict=True)), seed=1)
    np.testing.assert_allclose(there.effect.value, back.effect.value[::-1], atol=1e-8)


def test_the_level_widens_the_interval(rng):
    x = rng.normal(size=(1000, 2))
    draws = {"a": x[:, 0], "b": x[:, 1]}
    y = x[:, 0] + x[:, 1] ** 2
    narrow, wide = (
        shapley_effects_from_draws(y, draws, seed=1, level=level).effect.half_width
        for level in (0.5, 0.99)
    )
    assert np.all(narrow < wide)


def test_normal_scores_give_ties_their_mean_rank():
    scores = normal_scores(np.array([3.0, 1.0, 3.0, 2.0]))
    assert scores[0] == scores[2]
    from scipy.stats import norm

    np.testing.assert_allclose(norm.cdf(scores), [3 / 4, 1 / 8, 3 / 4, 3 / 8])


def test_splines_are_linear_beyond_their_knots_and_smooth_within():
    z = np.linspace(-5, 5, 2001)
    basis = natural_spline(z, 6)
    assert basis.shape == (2001, 6)
    np.testing.assert_array_equal(basis[:, 0], z)
    bend = np.diff(basis, 2, axis=0)
    np.testing.assert_allclose(bend[(np.abs(z) > 2.2)[1:-1]], 0, atol=1e-9)  # knots end at 2.05
    assert np.abs(np.diff(bend, axis=0)).max() < 1e-4  # no kink: second differences move slowly
    assert np.linalg.matrix_rank(np.column_stack([np.ones(2001), basis])) == 7


@pytest.mark.parametrize(
    ("draws", "words"),
    [
        (20_000, "10 function(s) per column, interactions of two"),
        (1_200, "4 function(s) per column, interactions of two"),
        (300, "4 function(s) per column, linear interactions of two"),
        (240, "4 function(s) per column, no interactions"),
        (60, "1 function(s) per column, no interactions"),
    ],
)
def test_fewer_draws_carry_a_simpler_surface(rng, draws, words):
    x = rng.normal(size=(draws, 3))
    terms = surface(dict(zip("abc", x.T, strict=True)))
    assert terms.detail == words
    assert terms.terms.shape[1] == terms.needs.size <= draws / 20


def test_terms_know_their_inputs(rng):
    x = rng.normal(size=(10_000, 2))
    terms = surface({"a": x[:, 0], "b": x[:, 1]})
    assert terms.within(0b01).size == terms.within(0b10).size == 10
    assert terms.within(0b11).size == 120


def test_wrong_input_is_named(rng):
    x = rng.normal(size=100)
    with pytest.raises(InputError, match="the output is constant"):
        shapley_effects_from_draws(np.ones(100), {"a": x}, seed=1)
    with pytest.raises(InputError, match=r"one number of draws: got \(100,\) and \[\(50,\)\]"):
        shapley_effects_from_draws(x, {"a": x[:50]}, seed=1)
    with pytest.raises(InputError, match="6 input columns need at least 120 draws: got 100"):
        shapley_effects_from_draws(x, {"a": rng.normal(size=(100, 6))}, seed=1)
    with pytest.raises(InputError, match="explain nothing of the output"):
        shapley_effects_from_draws(x, {"a": np.ones(100)}, seed=1)
    with pytest.raises(InputError, match=r"one number of draws: got \[50, 100\]"):
        surface({"a": x, "b": x[:50]})
