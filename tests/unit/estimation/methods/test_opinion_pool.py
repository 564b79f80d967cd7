"""Pools of opinions: closed forms, densities by quadrature, and what a pool is closed for."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.elicited import ElicitedDistribution
from gecam.estimation.methods.opinion_pool import LinearPool, opinion_pool
from gecam.uncertainty import Beta, Streams

LOW = ElicitedDistribution("normal", 0.0, 1.0)
HIGH = ElicitedDistribution("normal", 3.0, 0.5)


def test_the_linear_pool_keeps_disagreement():
    pool = opinion_pool([LOW, HIGH], [1, 3])
    assert isinstance(pool, LinearPool)
    assert pool.mean == pytest.approx(0.75 * 3)
    assert pool.sd**2 == pytest.approx(0.25 * 1 + 0.75 * 0.25 + 0.25 * 0.75 * 9)
    np.testing.assert_allclose(pool.cdf(1.0), 0.25 * LOW.cdf(1.0) + 0.75 * HIGH.cdf(1.0))


def test_quantiles_of_the_mixture_are_inverse_to_its_distribution():
    pool = opinion_pool([LOW, HIGH, ElicitedDistribution("t4", -2.0, 0.3)])
    u = np.array([0.001, 0.2, 0.5, 0.77, 0.999])
    np.testing.assert_allclose(pool.cdf(pool.quantile(u)), u, rtol=1e-10)
    np.testing.assert_allclose(pool.at_score([0.0]), pool.quantile([0.5]))


def test_draws_of_the_mixture_have_its_moments():
    pool = opinion_pool([LOW, HIGH])
    draws = pool.draws(Streams(4), "experts", "theta", 0, 20_000)
    assert draws.mean() == pytest.approx(pool.mean, abs=4 * pool.sd / np.sqrt(20_000))
    assert draws.std() == pytest.approx(pool.sd, rel=0.02)


def test_any_quantity_can_be_mixed():
    pool = opinion_pool([Beta(2, 2), Beta(8, 2)])
    assert pool.mean == pytest.approx(0.65)


def test_the_log_pool_of_normals_adds_precisions():
    pool = opinion_pool([LOW, HIGH], [1, 3], kind="log")
    precision = 0.25 / 1 + 0.75 / 0.25
    assert pool.second == pytest.approx(precision**-0.5)
    assert pool.first == pytest.approx(0.75 / 0.25 * 3 / precision)
    assert pool.sd < opinion_pool([LOW, HIGH], [1, 3]).sd


@pytest.mark.parametrize(
    ("family", "one", "two"),
    [
        ("normal", (0.5, 0.4), (1.2, 0.3)),
        ("lognormal", (-0.3, 0.4), (0.4, 0.6)),
        ("logit-normal", (-0.3, 0.4), (0.4, 0.6)),
        ("gamma", (3.0, 4.0), (0.8, 2.0)),
        ("beta", (3.0, 4.0), (0.8, 2.0)),
    ],
)
def test_the_log_pool_is_the_geometric_mean_of_densities(family, one, two):
    """Densities by differences of the distribution function, normalised on a fine grid."""
    experts = [ElicitedDistribution(family, *pair, 0.0, 1.0) for pair in (one, two)]
    pool = opinion_pool(experts, [0.3, 0.7], kind="log")
    edges = pool.quantile(np.linspace(0.001, 0.999, 4001))
    densities = [np.diff(expert.cdf(edges)) / np.diff(edges) for expert in experts]
    geometric = densities[0] ** 0.3 * densities[1] ** 0.7 * np.diff(edges)
    np.testing.assert_allclose(geometric / geometric.sum(), 1 / 4000, rtol=5e-3)  # grid error


def test_experts_who_agree_count_as_one():
    for kind in ("linear", "log"):
        pool = opinion_pool([LOW] * 5, kind=kind)
        assert (pool.mean, pool.sd) == pytest.approx((LOW.mean, LOW.sd))


@pytest.mark.parametrize(
    ("experts", "options", "message"),
    [
        ([], {}, "a weight for each of 0 experts"),
        ([LOW, HIGH], {"weights": [1]}, "a weight for each of 2 experts"),
        ([LOW, HIGH], {"weights": [0, 0]}, "not all zero"),
        ([LOW, HIGH], {"weights": [-1, 2]}, "finite, >= 0"),
        ([LOW, HIGH], {"kind": "median"}, "kind must be one of 'linear', 'log'"),
        ([LOW, Beta(2, 2)], {"kind": "log"}, "one family with one pair of limits"),
        ([ElicitedDistribution("t4", 0.0, 1.0)] * 2, {"kind": "log"}, "not t4"),
        (
            [ElicitedDistribution("lognormal", 0.0, 1.0, low) for low in (0.0, 1.0)],
            {"kind": "log"},
            "one pair of limits",
        ),
    ],
)
def test_bad_input_says_what_is_wrong(experts, options, message):
    with pytest.raises(InputError, match=message):
        opinion_pool(experts, **options)
