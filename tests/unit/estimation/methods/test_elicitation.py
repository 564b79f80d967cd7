"""Fitting elicited quantiles: closed cases, recovery, families and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.elicitation import fit_elicited
from gecam.estimation.methods.elicited import FAMILIES, ElicitedDistribution
from gecam.uncertainty import Streams

Z95 = 1.6448536269514722


def by_family(judged):
    return {fit.family: fit for fit in judged.fits}


def test_two_quantiles_of_an_odds_ratio_give_the_lognormal_exactly():
    judged = fit_elicited([0.05, 0.95], [0.5, 3.0])
    assert judged.best.family == "lognormal"
    assert judged.best.first == pytest.approx(np.log(1.5) / 2)
    assert judged.best.second == pytest.approx((np.log(3) - np.log(0.5)) / (2 * Z95))
    assert judged.best.ssq < 1e-25


def test_two_quantiles_of_a_share_give_the_logit_normal_exactly():
    judged = fit_elicited([0.1, 0.9], [0.2, 0.6], lower=0, upper=1)
    best = judged.best
    assert best.family == "logit-normal"
    np.testing.assert_allclose(best.quantile([0.1, 0.9]), [0.2, 0.6])


def test_every_family_meets_two_quantiles():
    judged = fit_elicited([0.05, 0.95], [0.3, 0.8], lower=0, upper=1)
    assert {fit.family for fit in judged.fits} == set(FAMILIES)
    for fit in judged.fits:
        np.testing.assert_allclose(fit.quantile([0.05, 0.95]), [0.3, 0.8], atol=1e-6)
    assert [fit.family for fit in judged.fits] == list(FAMILIES)  # all perfect: fixed order


# The inputs of SHELF's own tests (tests/testthat/test-fitting.R, github.com/OakleyJ/SHELF): values
# at which a known distribution was evaluated, and must be found again (tolerance there 1e-3).
SHELF = [
    ("normal", (10.0, 20.0), (-10.0, 10, 50), (None, None)),
    ("t4", (10.0, 20.0), (-10.0, 10, 50), (None, None)),
    ("beta", (5.0, 20.0), (18.0, 20, 24), (10.0, 60.0)),
    ("lognormal", (np.log(30), 0.5), (22.0, 30, 42), (0.0, None)),
    ("lognormal", (2.0, 0.5), (-6.0, -2, 2, 6), (-10.0, None)),
    ("gamma", (50.0, 2.0), (32.0, 35, 37), (10.0, None)),
]


@pytest.mark.parametrize(("family", "parameters", "values", "limits"), SHELF)
def test_the_distributions_of_the_shelf_tests_are_found_again(family, parameters, values, limits):
    lower, upper = limits
    truth = ElicitedDistribution(family, *parameters, lower or 0.0, upper or 1.0)
    judged = fit_elicited(truth.cdf(values), values, lower=lower, upper=upper)
    assert judged.best.family == family
    assert (judged.best.first, judged.best.second) == pytest.approx(parameters, rel=1e-5)


def test_symmetric_quartiles_have_a_closed_normal_fit():
    """SHELF's vignette, expert A: P(X < 25, 30, 35) = 1/4, 1/2, 3/4."""
    judged = fit_elicited([0.25, 0.5, 0.75], [25.0, 30, 35], upper=100)
    normal = by_family(judged)["normal"]
    assert normal.first == pytest.approx(30)
    assert normal.second == pytest.approx(5 / 0.6744897501960817)
    assert normal.ssq < 1e-20
    assert judged.best.family == "normal"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_fit_is_a_minimum(family):
    """Expert B of the same vignette: P(X < 30, 35, 50) = 1/4, 1/2, 3/4 fits no family."""
    p, v = np.array([0.25, 0.5, 0.75]), np.array([30.0, 35, 50])
    fit = fit_elicited(p, v, families=[family], upper=100).best

    def ssq(first, second):
        other = ElicitedDistribution(family, first, second, 0.0, 100.0)
        return np.sum((other.cdf(v) - p) ** 2)

    assert fit.ssq == pytest.approx(ssq(fit.first, fit.second))
    grid = [0.5, 0.8, 0.95, 0.999, 1.001, 1.05, 1.3, 2.0]
    assert all(ssq(fit.first * a, fit.second) >= fit.ssq for a in grid)
    assert all(ssq(fit.first, fit.second * b) >= fit.ssq for b in grid)
    assert all(ssq(fit.first * a, fit.second * b) >= fit.ssq for a in grid for b in grid)


def test_the_best_has_the_smallest_sum_of_squares_and_all_are_shown():
    frame = fit_elicited([0.25, 0.5, 0.75], [30.0, 35, 50], upper=100).to_frame()
    assert len(frame) == 6
    assert frame["ssq"].is_monotonic_increasing
    assert frame["is_best"].tolist() == [True] + [False] * 5
    assert list(frame.columns) == [
        "family", "first", "second", "ssq", "mean", "sd", "q05", "q50", "q95", "is_best"
    ]  # fmt: skip


def test_families_without_their_limits_are_skipped_with_a_reason():
    judged = fit_elicited([0.1, 0.9], [-0.7, 1.1])
    assert {fit.family for fit in judged.fits} == {"normal", "t4"}
    assert dict(judged.skipped)["lognormal"] == "needs a lower limit below -0.7"
    assert dict(fit_elicited([0.1, 0.9], [0.5, 1.1]).skipped) == {
        "logit-normal": "needs an upper limit above 1.1",
        "beta": "needs an upper limit above 1.1",
    }


@pytest.mark.parametrize(
    ("family", "first", "second"),
    [
        ("normal", 3.0, 2.0),
        ("t4", 3.0, 2.0),
        ("lognormal", 0.2, 0.5),
        ("gamma", 2.5, 1.5),
        ("beta", 2.0, 5.0),
        ("logit-normal", -0.4, 0.8),
    ],
)
def test_moments_quantiles_and_draws_belong_together(family, first, second):
    fit = ElicitedDistribution(family, first, second, -1.0, 3.0)
    u = np.array([0.001, 0.3, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(fit.cdf(fit.quantile(u)), u, rtol=1e-9)
    grid = (np.arange(200_000) + 0.5) / 200_000
    values = fit.quantile(grid)
    assert values.mean() == pytest.approx(fit.mean, abs=1e-4)
    # a midpoint sum misses part of the tails' variance, most for t4
    assert values.std() == pytest.approx(fit.sd, rel=2e-2 if family == "t4" else 1e-3)
    draws = fit.draws(Streams(1), "expert", "share", 0, 5)
    np.testing.assert_array_equal(draws, fit.quantile(Streams(1).uniform("expert", "share", 0, 5)))
    np.testing.assert_allclose(fit.at_score([0.0]), fit.quantile([0.5]))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([0.5], [1.0]), {}, "at least two"),
        (([0.5, 0.5], [1.0, 2]), {}, r"must increase and lie in \(0, 1\)"),
        (([0.5, 1.0], [1.0, 2]), {}, r"\(0, 1\)"),
        (([0.1, 0.9], [2.0, 1]), {}, "finite and increase"),
        (([0.1, 0.9], [1.0, 2]), {"families": ["weibull"]}, "each be one of .*'weibull'"),
        (([0.1, 0.9], [-1.0, 2]), {"families": ["gamma"]}, "no family can be fitted"),
    ],
)
def test_bad_input_says_what_is_wrong(arguments, options, message):
    with pytest.raises(InputError, match=message):
        fit_elicited(*arguments, **options)


def test_bad_distributions_say_what_is_wrong():
    with pytest.raises(InputError, match="a finite and a positive parameter"):
        ElicitedDistribution("normal", 0.0, -1.0)
    with pytest.raises(InputError, match="gamma needs shapes above zero"):
        ElicitedDistribution("gamma", -1.0, 1.0)
    with pytest.raises(InputError, match="unknown family"):
        ElicitedDistribution("cauchy", 0.0, 1.0)
