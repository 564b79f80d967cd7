"""Undercount: closed moments, inverse transform, and the trap of the plug-in."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.undercount import Undercount
from gecam.uncertainty import Streams


def test_mean_factor_is_not_the_plug_in():
    factor = Undercount(1, 4)
    assert factor.mean == pytest.approx(4 / 3)
    assert factor.mean > 1 / (1 - 1 / 5)  # 1.25


@pytest.mark.parametrize(("a", "b"), [(1, 4), (0.5, 3.5), (20, 80), (3, 2.5)])
def test_moments_against_quadrature(a, b):
    from scipy.integrate import quad
    from scipy.special import beta

    def moment(k):
        return quad(lambda u: u ** (a - 1) * (1 - u) ** (b - 1 - k), 0, 1)[0] / beta(a, b)

    factor = Undercount(a, b)
    assert factor.mean == pytest.approx(moment(1), rel=1e-6)  # quad with singular ends
    assert factor.sd == pytest.approx(np.sqrt(moment(2) - moment(1) ** 2), rel=1e-5)


def test_quantiles_and_distribution_are_inverse():
    factor, u = Undercount(2, 6), np.array([1e-9, 0.05, 0.5, 0.95, 1 - 1e-9])
    np.testing.assert_allclose(factor.cdf(factor.quantile(u)), u, rtol=1e-7)
    assert factor.cdf(0.9) == 0  # nobody is counted twice


def test_draws_have_the_closed_moments():
    factor = Undercount(2, 12)
    draws = factor.draws(Streams(1), "stock:LBY", "undercount", 0, 40_000)
    assert draws.min() > 1
    error = factor.sd / np.sqrt(40_000)
    assert draws.mean() == pytest.approx(factor.mean, abs=4 * error)
    assert draws.std() == pytest.approx(factor.sd, rel=0.03)  # 4 standard errors of a sd


def test_coverage_given_by_mean_and_sd():
    factor = Undercount.from_coverage(0.8, 0.1)
    assert (factor.a, factor.b) == (3, 12)


def test_infinite_moments_are_refused_or_said():
    with pytest.raises(InputError, match=r"needs b > 1: got b = 1"):
        Undercount(1, 1)
    with pytest.raises(InputError, match="finite and > 0"):
        Undercount(0, 4)
    assert np.isinf(Undercount(1, 2).sd)
