"""CRPS and energy score: other implementations, quadrature, limits, and errors."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import crps_ensemble, crps_lognormal, crps_normal

RTOL = 1e-10  # closed forms in double precision


@pytest.fixture
def rng():
    return np.random.default_rng(20)


def crps_by_quadrature(cdf, y, low, high):
    """Integrate (F(x) - 1{x >= y})^2, the definition."""
    with mp.workdps(30):
        left = mp.quad(lambda x: cdf(x) ** 2, mp.linspace(low, y, 12))
        right = mp.quad(lambda x: (1 - cdf(x)) ** 2, mp.linspace(y, high, 12))
        return float(left + right)


@pytest.mark.parametrize(("y", "mean", "sd"), [(0.3, 0.0, 1.0), (-4.0, 1.0, 0.5), (9.0, 2.0, 3.0)])
def test_the_normal_form_is_the_integral_of_the_definition(y, mean, sd):
    expected = crps_by_quadrature(lambda x: mp.ncdf(x, mean, sd), y, -60, 60)
    assert crps_normal(y, mean, sd) == pytest.approx(expected, rel=RTOL)


@pytest.mark.parametrize(("y", "mu", "sigma"), [(1.0, 0.0, 1.0), (0.2, 1.0, 0.3), (30.0, 2.0, 0.6)])
def test_the_lognormal_form_is_the_integral_of_the_definition(y, mu, sigma):
    def cdf(x):
        return mp.ncdf(mp.log(x), mu, sigma) if x > 0 else mp.mpf(0)

    expected = crps_by_quadrature(cdf, y, 0, 4000)
    assert crps_lognormal(y, mu, sigma) == pytest.approx(expected, rel=1e-9)  # of the quadrature


def test_closed_forms_agree_with_scoringrules_and_properscoring(rng):
    sr = pytest.importorskip("scoringrules")
    ps = pytest.importorskip("properscoring")
    y, mean, sd = rng.normal(size=200), rng.normal(size=200), rng.uniform(0.1, 3, size=200)
    np.testing.assert_allclose(crps_normal(y, mean, sd), sr.crps_normal(y, mean, sd), rtol=RTOL)
    np.testing.assert_allclose(crps_normal(y, mean, sd), ps.crps_gaussian(y, mean, sd), rtol=RTOL)
    expected = sr.crps_lognormal(np.exp(y), mean, sd)
    np.testing.assert_allclose(crps_lognormal(np.exp(y), mean, sd), expected, rtol=RTOL)


def test_ensemble_forms_agree_with_scoringrules_and_properscoring(rng):
    sr = pytest.importorskip("scoringrules")
    ps = pytest.importorskip("properscoring")
    y, x = rng.lognormal(10, 1, size=40), rng.lognormal(10, 1, size=(60, 40))
    fair = sr.crps_ensemble(y, x.T, estimator="fair")
    np.testing.assert_allclose(crps_ensemble(y, x), fair, rtol=RTOL)
    plain = ps.crps_ensemble(y, x.T)
    np.testing.assert_allclose(crps_ensemble(y, x, kind="plain"), plain, rtol=RTOL)


def test_the_tail_of_the_normal_form_keeps_its_digits():
    with mp.workdps(40):
        z = mp.mpf(30)
        expected = z * (2 * mp.ncdf(z) - 1) + 2 * mp.npdf(z) - 1 / mp.sqrt(mp.pi)
    assert crps_normal(30.0, 0.0, 1.0) == pytest.approx(float(expected), rel=1e-15)


def test_a_point_forecast_scores_its_absolute_error():
    assert crps_normal(5.0, 3.0, 0.0) == 2.0
    np.testing.assert_array_equal(crps_lognormal([1.0, 3.0], [0.0, 0.0], 0.0), [0.0, 2.0])
    assert crps_ensemble(5.0, [3.0], kind="plain") == 2.0


def test_many_draws_approach_the_closed_form(rng):
    draws = rng.normal(2, 3, size=200_000)
    # Standard error of the mean distance and of the spread: about 3 / sqrt(200,000) = 0.007.
    assert crps_ensemble(1.0, draws) == pytest.approx(float(crps_normal(1.0, 2.0, 3.0)), abs=0.03)


def test_fair_is_lower_than_plain_by_the_spread_that_few_draws_hide():
    x = np.array([0.0, 2.0])
    # plain: |x - y| mean 1, spread 1/8 * 4 = 0.5; fair: spread 1/4 * 4 = 1.
    assert crps_ensemble(1.0, x, kind="plain") == 0.5
    assert crps_ensemble(1.0, x) == 0.0


def test_log1p_scores_are_scores_of_the_transformed_counts(rng):
    y, x = rng.poisson(50, size=5), rng.poisson(60, size=(30, 5))
    np.testing.assert_allclose(
        crps_ensemble(y, x, scale="log1p"), crps_ensemble(np.log1p(y), np.log1p(x)), rtol=1e-14
    )


def test_counts_of_millions_keep_their_digits(rng):
    x = rng.normal(0, 1, size=500)
    shifted = crps_ensemble(3e9 + 0.5, 3e9 + x)
    # The draws themselves are rounded to 4e-7.
    assert shifted == pytest.approx(float(crps_ensemble(0.5, x)), abs=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: crps_normal(0, 0, -1), r"sd must be finite and at least 0: got -1.0"),
        (lambda: crps_normal([0, np.nan], 0, 1), r"observed must be finite: got nan at index 1, 1"),
        (lambda: crps_lognormal(0, 0, 1), r"observed must be finite and above 0: got 0.0"),
        (lambda: crps_ensemble(0, [1.0]), r"a fair score needs at least 2 draw\(s\): got 1"),
        (
            lambda: crps_ensemble([0, 1], [[1.0], [2.0]]),
            r"shape \(draw, \*observed\): got \(2, 1\)",
        ),
        (
            lambda: crps_ensemble(0, [1, 2], kind="x"),
            r"kind must be one of 'fair', 'plain': got 'x'",
        ),
        (lambda: crps_ensemble(0, [1, 2], scale="x"), r"scale must be one of 'identity', 'log1p'"),
        (lambda: crps_ensemble(1, [-1, 2], scale="log1p"), r"draws on the log1p scale .* got -1"),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(InputError, match=message):
        call()
