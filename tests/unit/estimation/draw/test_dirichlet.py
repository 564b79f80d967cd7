"""Dirichlet draws: marginals are beta, sums are one, names decide the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.draw.dirichlet import _log_gamma_variate, dirichlet_draws
from gecam.uncertainty import Streams


def draw(share, kappa, parts, n=20_000):
    return dirichlet_draws(share, kappa, Streams(12), "x", parts, start=0, stop=n)


@pytest.mark.parametrize("kappa", [0.5, 8, 200])
def test_marginals_are_beta(kappa):
    from scipy.stats import beta, kstest

    draws = draw([5, 3, 2], kappa, ["a", "b", "c"])
    for share, part in zip((0.5, 0.3, 0.2), draws, strict=True):
        p = kstest(part, beta(kappa * share, kappa * (1 - share)).cdf).pvalue
        assert p > 1e-3  # nine tests at a fixed seed


def test_covariance_is_negative_as_it_must_be():
    draws = draw([5, 3, 2], 8, ["a", "b", "c"])
    p = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(np.cov(draws), (np.diag(p) - np.outer(p, p)) / 9, atol=1e-3)


def test_small_shapes_follow_their_logarithm():
    """mpmath's quantile of a gamma variate at shape 0.001, u = 0.3, is near 1e-523."""
    import mpmath as mp

    mp.mp.dps = 30
    found = _log_gamma_variate(0.001, np.array([0.3]))[0]
    cdf = mp.gammainc(mp.mpf("0.001"), 0, mp.e**found, regularized=True)
    assert float(cdf) == pytest.approx(0.3, rel=1e-12)


def test_the_two_branches_meet():
    shape = 0.2
    u = np.exp(shape * np.log(1e-17) - float(np.log(1 / 0.918168742399760)))  # near the switch
    values = _log_gamma_variate(shape, np.array([u * 0.99, u * 1.01]))
    assert np.diff(values)[0] == pytest.approx(np.log(1.01 / 0.99) / shape, rel=1e-6)


def test_a_share_of_zero_is_zero_and_order_changes_nothing():
    one = draw([5, 0, 2], 8, ["a", "b", "c"], n=50)
    other = draw([2, 5, 0], 8, ["c", "a", "b"], n=50)
    assert (one[1] == 0).all()
    np.testing.assert_allclose(one[[2, 0, 1]], other, rtol=1e-12)
    np.testing.assert_allclose(one.sum(axis=0), 1, rtol=1e-14)


@pytest.mark.parametrize(
    ("share", "kappa", "parts", "message"),
    [
        ([1, 2], 5, ["a"], "one share for each of 1 names"),
        ([1, 2], 5, ["a", "a"], "each name once"),
        ([1, -2], 5, ["a", "b"], "shares must be finite, >= 0"),
        ([0, 0], 5, ["a", "b"], "not all zero"),
        ([1, 2], 0, ["a", "b"], "kappa must be finite and > 0: got 0"),
    ],
)
def test_bad_input_says_what_is_wrong(share, kappa, parts, message):
    with pytest.raises(InputError, match=message):
        draw(share, kappa, parts)
