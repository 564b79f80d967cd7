"""Fay-Herriot: closed forms, other implementations, fallbacks, prediction and the shift."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.between_variance import estimate_between_variance
from gecam.estimation.methods.pooling import combine_sources
from gecam.estimation.methods.small_area import SelectionShift, fay_herriot
from gecam.uncertainty import Streams

Y = np.array([0.9, 0.2, -0.1, -0.9, -0.6, -1.4, 0.3, 0.0])
INCOME = np.array([-1.1, -0.9, -0.5, 0.0, 0.5, 1.0, 0.4, 0.6])
X = np.column_stack([np.ones(8), INCOME])
D = np.array([0.04, 0.12, 0.01, 0.25, 0.12, 0.04, 0.25, 0.12])


@pytest.mark.parametrize("method", ["REML", "ML", "FH", "AMRL"])
def test_coefficients_are_those_of_weighted_least_squares_in_statsmodels(method):
    import statsmodels.api as sm

    model = fay_herriot(Y, X, D, method=method)
    oracle = sm.WLS(Y, X, weights=1 / (model.A + D)).fit(cov_type="fixed scale")
    np.testing.assert_allclose(model.beta, oracle.params)
    np.testing.assert_allclose(model.beta_cov, oracle.cov_params())


def test_equal_error_variances_have_closed_forms():
    """RSS / (m - p) - D by REML and FH, RSS / m - D by ML; AMRL solves a quadratic."""
    d, m, p = 0.05, 8, 2
    rss = np.sum((Y - X @ np.linalg.lstsq(X, Y)[0]) ** 2)
    for method, expected in (("REML", rss / 6 - d), ("FH", rss / 6 - d), ("ML", rss / 8 - d)):
        np.testing.assert_allclose(fay_herriot(Y, X, np.full(8, d), method=method).A, expected)
    # 1/A - (m-p) / (2(A+d)) + RSS / (2(A+d)^2) = 0
    roots = np.roots([2 - (m - p), 4 * d - (m - p) * d + rss, 2 * d**2])
    amrl = fay_herriot(Y, X, np.full(8, d), method="AMRL").A
    assert amrl == pytest.approx(roots[roots > 0][0])


def test_without_covariates_it_is_the_random_effects_model():
    ones = np.ones((8, 1))
    for method in ("REML", "ML"):
        model = fay_herriot(Y, ones, D, method=method)
        pooled = combine_sources(Y, np.sqrt(D), scale="identity", method=method, ci="z")
        assert (model.A, model.beta[0]) == pytest.approx((pooled.tau2, pooled.estimate))
        np.testing.assert_allclose(model.eblup, pooled.blups)


def test_predictor_is_the_best_linear_unbiased_one():
    """Henderson's mixed-model equations, solved densely, share no formula with the code."""
    model = fay_herriot(Y, X, D, method="REML")
    inverse = np.diag(1 / D)
    left = np.block(
        [[X.T @ inverse @ X, X.T @ inverse], [inverse @ X, inverse + np.eye(8) / model.A]]
    )
    solution = np.linalg.solve(left, np.concatenate([X.T @ inverse @ Y, inverse @ Y]))
    np.testing.assert_allclose(model.beta, solution[:2])
    np.testing.assert_allclose(model.eblup, X @ solution[:2] + solution[2:])
    # prediction error variance of x'beta + u from the inverse of the same equations is g1 + g2
    C = np.linalg.inv(left)
    T = np.hstack([X, np.eye(8)])
    g1_g2 = np.einsum("ij,jk,ik->i", T, C, T)
    w = 1 / (model.A + D)
    g3 = (D * w) ** 2 * w * 2 / np.sum(w**2)
    np.testing.assert_allclose(model.mse, g1_g2 + 2 * g3)


def test_few_areas_use_the_adjusted_likelihood_and_many_do_not():
    assert fay_herriot(Y, X, D).method == "AMRL"
    many = np.tile(Y, 4) + np.linspace(-0.5, 0.5, 32)
    assert fay_herriot(many, np.tile(X, (4, 1)), np.tile(D, 4)).method == "REML"


def test_a_zero_variance_falls_back_and_says_so():
    y = X @ [0.2, -0.5] + 1e-3 * np.array([1, -1, 1, -1, 1, -1, 1, -1])
    model = fay_herriot(y, X, D, method="REML")
    assert model.method == "AMRL"
    assert model.A > 0
    assert "REML gives a variance of zero between 8 areas" in model.notes[0]
    kept = fay_herriot(y, X, D, method="REML", fallback=None)
    assert (kept.A, kept.method) == (0, "REML")
    np.testing.assert_allclose(kept.eblup, X @ kept.beta)


def test_amrl_is_positive_where_reml_is_zero():
    X1 = np.ones((5, 1))
    for spread in (0, 1e-9, 0.1):
        y = spread * np.arange(5.0)
        assert estimate_between_variance(y, X1, np.full(5, 0.5), method="AMRL").value > 0


def test_a_vague_area_is_drawn_to_the_regression_and_a_precise_one_is_not():
    model = fay_herriot(Y, X, np.array([1e-8] + [0.1] * 6 + [1e8]), method="ML")
    assert model.eblup[0] == pytest.approx(Y[0], abs=1e-5)
    assert model.eblup[7] == pytest.approx(X[7] @ model.beta, abs=1e-5)
    assert model.gamma[0] == pytest.approx(1, abs=1e-5)


def test_prediction_adds_the_two_variances():
    model = fay_herriot(Y, X, D)
    new = np.array([[1.0, 0.3], [1.0, -2.0]])
    predicted = model.predict(new)
    np.testing.assert_allclose(predicted.mean, new @ model.beta)
    q = [row @ model.beta_cov @ row for row in new]
    np.testing.assert_allclose(predicted.variance, model.A + np.array(q))


def test_the_shift_for_countries_without_a_plan():
    model = fay_herriot(Y, X, D)
    plain, shifted = model.predict(X), model.predict(X, shift=SelectionShift())
    np.testing.assert_allclose(shifted.mean, plain.mean - 1)
    np.testing.assert_allclose(shifted.variance, plain.variance + 0.25)
    pairs = zip(shifted.shares(), plain.shares(), strict=True)
    assert all(low.mean < high.mean for low, high in pairs)


def test_shares_are_means_of_draws_not_the_inverse_logit_of_the_mean():
    model = fay_herriot(Y, X, D)
    predicted = model.predict([[1.0, 1.0]], shift=SelectionShift())
    share = predicted.shares()[0]
    draws = predicted.share_draws(Streams(7), ["AAA"], 0, 40_000)[0]
    assert draws.mean() == pytest.approx(share.mean, abs=4 * share.sd / 200)
    assert abs(1 / (1 + np.exp(-predicted.mean[0])) - share.mean) > 4 * share.sd / 200


def test_draws_of_areas_depend_on_each_other_as_their_covariance_says():
    model = fay_herriot(Y, X, D)
    new = np.array([[1.0, 1.0], [1.0, 1.2]])
    predicted = model.predict(new, shift=SelectionShift(0.0, 0.4))
    draws = predicted.share_draws(Streams(3), ["AAA", "BBB"], 0, 40_000)
    logits = np.log(draws / (1 - draws))
    expected = new @ model.beta_cov @ new.T + 0.16 + model.A * np.eye(2)
    np.testing.assert_allclose(np.diag(expected), predicted.variance)
    np.testing.assert_allclose(np.cov(logits), expected, atol=0.02)  # 4 Monte Carlo errors


def test_a_subset_of_areas_has_the_same_draws():
    predicted = fay_herriot(Y, X, D).predict(X)
    both = predicted.share_draws(Streams(3), list("ABCDEFGH"), 0, 50)
    one = fay_herriot(Y, X, D).predict(X[2:3]).share_draws(Streams(3), ["C"], 10, 50)
    np.testing.assert_allclose(both[2, 10:], one[0], rtol=1e-12)
    with pytest.raises(InputError, match="one id for each of 8 areas: got 1"):
        predicted.share_draws(Streams(3), ["A"], 0, 5)


@pytest.mark.parametrize(
    ("y", "design", "errors", "message"),
    [
        (Y[:3], X, D, "one value for each of the 8 rows"),
        (Y[:2], X[:2], D[:2], "2 areas cannot carry 2 columns"),
        (Y, np.ones((8, 2)), D, "depend on each other"),
        (np.where(Y > 0.5, np.nan, Y), X, D, "missing in 1 of 8 areas"),
        (Y, X, D * 0, "finite and > 0"),
        (Y, INCOME, D, "must have two axes"),
        (Y, np.where(X == 1.0, np.nan, X), D, "missing values"),
        (Y[:4], X[:4], D[:4], "AMRL needs at least 3 more areas"),
    ],
)
def test_bad_input_says_what_is_wrong(y, design, errors, message):
    with pytest.raises(InputError, match=message):
        fay_herriot(y, design, errors)


def test_unknown_method_and_columns():
    with pytest.raises(InputError, match=r"method must be one of .*'EB'"):
        fay_herriot(Y, X, D, method="EB")
    with pytest.raises(InputError, match="2 columns of the fit: got 3"):
        fay_herriot(Y, X, D).predict(np.ones((1, 3)))


@pytest.mark.slow
@pytest.mark.parametrize(("m", "A"), [(8, 0.1), (15, 0.1), (15, 0.5), (28, 0.2)])
def test_out_of_sample_intervals_cover_with_amrl_and_not_with_reml(m, A):
    """Why AMRL is the default for few areas: 1,500 fits of simulated areas, 90 % intervals."""
    rng = np.random.Generator(np.random.PCG64(11))
    errors = np.linspace(0.05, 0.5, m)
    design = np.column_stack([np.ones(m), rng.normal(size=m)])
    hits = {"AMRL": 0, "REML": 0}
    for _ in range(1500):
        truth = design @ [0.3, 0.5] + rng.normal(size=m) * np.sqrt(A)
        y = truth + rng.normal(size=m) * np.sqrt(errors)
        new = np.array([[1.0, rng.normal()]])
        target = new[0] @ [0.3, 0.5] + rng.normal() * np.sqrt(A)
        for method in hits:
            predicted = fay_herriot(y, design, errors, method=method, fallback=None).predict(new)
            miss = abs(target - predicted.mean[0]) / np.sqrt(predicted.variance[0])
            hits[method] += miss < 1.645
    coverage = {method: count / 1500 for method, count in hits.items()}
    assert coverage["AMRL"] > 0.885  # 0.9 less two Monte Carlo errors
    assert coverage["REML"] < 0.885
