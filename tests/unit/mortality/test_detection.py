import math

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from gecam.errors import InputError, NotEstimatedError
from gecam.mortality import size_dependent_detection, truncated_poisson

SIZES = [1, 1, 1, 1, 2, 2, 3, 5, 20, 60, 150]
REPORTS = [1, 1, 1, 2, 1, 1, 2, 1, 3, 4, 6]


def test_deaths_are_undercounted_less_than_incidents_where_large_ones_are_seen_more():
    answer = size_dependent_detection(SIZES, REPORTS)
    assert answer.coefficients[1] > 0
    assert answer.share_of_deaths_recorded > answer.share_of_incidents_recorded
    # What must never be done: the ratio of incidents applied to deaths.
    ratio = answer.incidents.estimate / answer.incidents.observed
    assert answer.deaths.estimate < ratio * answer.deaths.observed


def test_totals_are_horvitz_thompson_sums():
    answer = size_dependent_detection(SIZES, REPORTS)
    assert answer.deaths.estimate == pytest.approx((np.array(SIZES) / answer.detected).sum())
    assert answer.incidents.estimate == pytest.approx((1 / answer.detected).sum())


def test_detection_that_does_not_depend_on_size_is_the_truncated_poisson():
    # Sizes balanced over the numbers of reports, so that their effect is exactly 0.
    sizes = [1, 10] * 10
    reports = [1, 1] * 6 + [2, 2] * 3 + [3, 3]
    answer = size_dependent_detection(sizes, reports)
    twin = truncated_poisson([12, 6, 2])
    assert answer.coefficients[1] == pytest.approx(0, abs=1e-9)
    assert answer.incidents.estimate == pytest.approx(twin.estimate)
    # Two coefficients instead of one: the standard error can only grow.
    assert answer.incidents.se >= twin.se * (1 - 1e-9)
    assert "NOT_RISING_WITH_SIZE" in answer.deaths.flags or answer.coefficients[1] > 0


def test_gradient_in_the_variance_agrees_with_finite_differences():
    answer = size_dependent_detection(SIZES, REPORTS)
    sizes = np.array(SIZES, dtype=float)
    design = np.column_stack([np.ones(len(sizes)), np.log(sizes)])

    def total(gamma):
        return (sizes / -np.expm1(-np.exp(design @ gamma))).sum()

    h = 1e-6
    gradient = np.array(
        [
            (total(answer.coefficients + h * unit) - total(answer.coefficients - h * unit))
            / (2 * h)
            for unit in np.eye(2)
        ]
    )
    pi = answer.detected
    variance = ((1 - pi) / pi**2 * sizes**2).sum() + gradient @ answer.covariance @ gradient
    assert answer.deaths.se == pytest.approx(math.sqrt(variance), rel=1e-6)


def test_a_covariate_changes_the_answer():
    effort = [0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0]
    plain = size_dependent_detection(SIZES, REPORTS)
    with_effort = size_dependent_detection(SIZES, REPORTS, covariates=effort)
    assert with_effort.coefficients.shape == (3,)
    assert with_effort.deaths.estimate != plain.deaths.estimate


def test_a_group_in_which_nothing_was_reported_twice_has_no_finite_estimate():
    only_once = [0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1]  # every 0 was reported once
    with pytest.raises(NotEstimatedError, match="no finite estimate: look for a group"):
        size_dependent_detection(SIZES, REPORTS, covariates=only_once)


def test_falling_detection_is_flagged():
    answer = size_dependent_detection([1, 1, 2, 2, 50, 60], [3, 2, 2, 1, 1, 1])
    assert "NOT_RISING_WITH_SIZE" in answer.deaths.flags


def test_incidents_nobody_could_see_are_said_to_be_left_out():
    assert "GHOST_INCIDENTS_EXCLUDED" in size_dependent_detection(SIZES, REPORTS).deaths.flags


def test_impossible_inputs_are_errors():
    with pytest.raises(InputError, match="at least one dead or missing and one report"):
        size_dependent_detection([0, 2], [1, 2])
    with pytest.raises(InputError, match="sizes and reports must match"):
        size_dependent_detection([1, 2], [1])
    with pytest.raises(InputError, match="covariates must be finite"):
        size_dependent_detection(SIZES, REPORTS, covariates=[math.nan] * 11)
    with pytest.raises(NotEstimatedError, match="no incident was reported by two sources"):
        size_dependent_detection([1, 2, 3], [1, 1, 1])
    with pytest.raises(NotEstimatedError, match="sizes are all equal"):
        size_dependent_detection([2, 2, 2], [1, 1, 2])


def test_the_score_of_heterogeneity_is_that_of_a_mixture():
    # Independent check: the derivative, at 0, of the log-likelihood of zero-truncated counts whose
    # rates vary with variance v rate^2 (negative binomial, from scipy), by finite differences.
    answer = size_dependent_detection(SIZES, REPORTS)
    design = np.column_stack([np.ones(len(SIZES)), np.log(SIZES)])
    rate = np.exp(design @ answer.coefficients)

    def log_likelihood(v):
        counts = nbinom(1 / v, 1 / (1 + v * rate)) if v else poisson(rate)
        return (counts.logpmf(REPORTS) - np.log1p(-counts.pmf(0))).sum()

    h = 1e-5
    score = (log_likelihood(2 * h) - log_likelihood(h)) / h  # at 1.5 h: off by a part in 10,000
    # Its variance under the model, by summing over all counts, less what the coefficients explain.
    r = np.arange(1, 400)[:, None]
    weight = poisson.pmf(r, rate) / -np.expm1(-rate)
    g = ((r - rate) ** 2 - r) / 2
    mean_g, mean_r = (weight * g).sum(0), (weight * r).sum(0)
    variance = ((weight * g**2).sum(0) - mean_g**2).sum()
    shared = (design.T * ((weight * g * r).sum(0) - mean_g * mean_r)).sum(1)
    information = variance - shared @ answer.covariance @ shared
    assert answer.heterogeneity == pytest.approx(score / math.sqrt(information), rel=1e-3)


def simulated(sd, seed, incidents=400):
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 1, 1, 2, 3, 5, 12, 40, 150], incidents)
    reports = rng.poisson(0.5 * sizes**0.35 * np.exp(sd * rng.standard_normal(incidents)))
    return sizes[reports > 0], reports[reports > 0]


def test_incidents_of_one_size_that_differ_in_visibility_are_flagged():
    for seed in range(5):
        answer = size_dependent_detection(*simulated(0.8, seed))
        assert "HETEROGENEOUS" in answer.deaths.flags
        assert "HETEROGENEOUS" in answer.incidents.flags
        assert answer.incidents.upper < 400  # the truth lies above the interval
    equal = size_dependent_detection(*simulated(0.0, 1))
    assert "HETEROGENEOUS" not in equal.deaths.flags
    assert abs(equal.heterogeneity) < 1.6449
