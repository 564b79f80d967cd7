"""Logit-normal moments and the location that gives a published mean, against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import expit

from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import (
    MAX_LOGIT_SD,
    logistic,
    logit_normal_location,
    logit_normal_moments,
    logit_sd_from_cv,
)

MEANS = [1e-9, 1e-4, 0.03, 0.3, 0.5, 0.81, 0.9999, 1 - 1e-9]


def exact_moment(location: float, sd: float, power: int) -> float:
    with mpmath.workdps(25):
        cuts = sorted({-12, -4, 0, 4, 12, 20, max(-12, min(20, -location / sd))})
        return float(
            mpmath.quad(
                lambda z: mpmath.npdf(z) / (1 + mpmath.exp(-location - sd * z)) ** power, cuts
            )
        )


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("sd", [0.1, 0.5, 1.0, 1.4, 3.0, 6.0])
def test_location_gives_the_published_mean(mean, sd):
    location = float(logit_normal_location(mean, sd))
    if mean > 0.5:  # the complement carries the digits
        mean, location = 1 - mean, -location
    # 1e-13: a hundred roundings; mpmath carries 25 digits
    assert exact_moment(location, sd, 1) == pytest.approx(mean, rel=1e-13)


@pytest.mark.parametrize(("location", "sd"), [(0.0, 0.3), (-2.0, 1.0), (3.0, 2.5), (-8.0, 6.0)])
def test_moments_agree_with_quadrature_of_25_digits(location, sd):
    mean, deviation = logit_normal_moments(location, sd)
    first, second = exact_moment(location, sd, 1), exact_moment(location, sd, 2)
    assert float(mean) == pytest.approx(first, rel=1e-13)
    assert float(deviation) == pytest.approx(np.sqrt(second - first**2), rel=1e-10)  # cancellation


def test_without_noise_the_location_is_the_logit():
    assert logit_normal_location(0.3, 0.0) == pytest.approx(np.log(0.3 / 0.7), rel=1e-14)


def test_mirrored_means_have_mirrored_locations():
    mean = np.array([0.25, 0.125, 0.0625])  # exact in binary, as are their complements
    assert np.array_equal(logit_normal_location(1 - mean, 0.7), -logit_normal_location(mean, 0.7))


def test_an_element_does_not_depend_on_its_neighbours():
    means, sds = np.array([1e-6, 0.3, 0.7, 0.3]), np.array([6.0, 0.5, 1.4, 0.0])
    together = logit_normal_location(means, sds)
    alone = [float(logit_normal_location(m, s)) for m, s in zip(means, sds, strict=True)]
    assert together.tolist() == alone


def test_arrays_broadcast():
    assert logit_normal_location(np.full((3, 1), 0.2), np.full(4, 0.1)).shape == (3, 4)


@pytest.mark.parametrize("mean", [0.0, 1.0, -0.1, 1.1, np.nan])
def test_a_mean_outside_the_open_interval_is_refused(mean):
    with pytest.raises(InputError, match=r"mean share must lie in \(0, 1\)"):
        logit_normal_location([0.5, mean], 0.1)


@pytest.mark.parametrize("sd", [-0.1, 21.0, np.nan])
def test_an_impossible_logit_sd_is_refused(sd):
    with pytest.raises(InputError, match="logit_sd must lie in"):
        logit_normal_location(0.5, sd)


@pytest.mark.parametrize(("mean", "cv"), [(0.05, 0.2), (0.3, 0.35), (0.9, 0.1), (0.5, 0.5)])
def test_cv_is_matched_exactly(mean, cv):
    logit_sd = logit_sd_from_cv(mean, cv)
    deviation = logit_normal_moments(logit_normal_location(mean, logit_sd), logit_sd)[1]
    assert float(deviation) == pytest.approx(cv * mean, rel=1e-12)


def test_a_cv_of_zero_is_no_noise():
    assert logit_sd_from_cv(0.4, 0.0) == 0


def test_a_cv_beyond_the_cap_warns_and_is_capped():
    # cv/(1 - mean) would ask for 3.5 here, a distribution with two humps
    with pytest.warns(PrecisionWarning, match=r"A CV of 0.35 at a mean share of 0.9 .* \(1 of 2"):
        logit_sd = logit_sd_from_cv([0.9, 0.3], 0.35)
    assert logit_sd[0] == MAX_LOGIT_SD
    assert logit_sd[1] < MAX_LOGIT_SD


def test_a_negative_cv_is_refused():
    with pytest.raises(InputError, match=r"cv must be finite and >= 0: got -0\.1"):
        logit_sd_from_cv(0.3, [-0.1])


def test_the_logistic_function_is_that_of_scipy_to_rounding():
    x = np.concatenate([np.linspace(-700, 700, 20_001), np.linspace(-3, 3, 20_001)])
    np.testing.assert_allclose(logistic(x), expit(x), rtol=5e-16)
    assert logistic(np.array([-np.inf, -800.0, 0.0, 800.0, np.inf])).tolist() == [0, 0, 0.5, 1, 1]
