"""Bounds of corridors against full draws of the model: a softmax of every origin's weight."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from gecam.aggregation import ShareNoise, centred_shares, mix_rows
from gecam.datasets import load_edition
from gecam.estimation import estimate

PROBABILITIES = [0.025, 0.05, 0.5, 0.95, 0.975]


def people(kind, n, r):
    z = r.standard_normal((3, n))
    if kind == "narrow":  # a published count
        return 1e6 * np.exp(0.05 * z[0])
    if kind == "two readings":
        return np.where(z[2] > 0, 1e6 * np.exp(0.1 * z[0]), 4e6 * expit(0.3 * z[1]))
    return 1e6 * np.exp(0.2 * z[0]) * expit(-1 + 0.35 * z[1] + 0.54 * z[2])


def compare(share, log_sd, kind, n):
    """Relative error of quantiles, for the largest, the second and the last origin."""
    r = np.random.default_rng(5)
    share = np.asarray(share, dtype=float)
    log_sd = np.full(share.size, log_sd)
    affected = people(kind, n, r)
    location, noise = centred_shares(share, log_sd)
    chosen = [0, 1, share.size - 1]
    total, weights = np.zeros(n), {}
    for o in range(share.size):
        weight = np.exp(location[o] + log_sd[o] * r.standard_normal(n))
        total += weight
        if o in chosen:
            weights[o] = weight
    rows = mix_rows(
        affected[None], np.arange(share.size), np.zeros(share.size, dtype=int), share,
        noise.variance(), noise,
    )  # fmt: skip
    errors, means = [], []
    for level in (0.95, 0.9):
        s = rows.summary(level=level, kind="eti")
        tails = [(1 - level) / 2, 0.5, (1 + level) / 2]
        for o in chosen:
            exact = np.quantile(affected * weights[o] / total, tails)
            errors.append(np.array([s.lower[o], s.median[o], s.upper[o]]) / exact - 1)
            means.append((weights[o] / total).mean() / share[o] - 1)
    return np.abs(errors), np.abs(means)


CASES = [
    pytest.param([0.7, *[0.3 / 49] * 49], 0.4, id="one origin with 70 %"),
    pytest.param([1 / 50] * 50, 0.4, id="50 even origins"),
    pytest.param([0.4, 0.35, *[0.25 / 20] * 20], 0.4, id="two large origins"),
    pytest.param([0.95, 0.03, 0.02], 0.6, id="nearly everybody"),
]
KINDS = ["default", "narrow", "two readings"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("share", "log_sd"), CASES)
def test_bounds_of_corridors_are_those_of_full_draws(share, log_sd, kind):
    errors, means = compare(share, log_sd, kind, 200_000)
    # 200,000 draws: 0.4 % is four errors of a 2.5 % bound of a narrow row; a wide one has 1.2 %;
    # between two humps the median has next to no density
    is_gap = kind == "two readings"
    assert errors[:, [0, 2]].max() < 0.02
    assert is_gap or errors[:, 1].max() < 0.008
    assert means.max() < 0.006


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize(("share", "log_sd"), CASES[:2])
def test_bounds_err_by_three_per_thousand_at_most_against_four_million_draws(share, log_sd, kind):
    errors, means = compare(share, log_sd, kind, 4_000_000)
    assert errors.max() < 3e-3  # the reference itself has 5e-4 to 1e-3
    assert np.sqrt((errors**2).mean()) < 1e-3
    assert means.max() < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_small_origin_beside_two_large_ones_errs_by_one_percent(kind):
    # one large weight is held at nodes, the second is matched with the rest: the known limit
    errors, means = compare([0.4, 0.35, *[0.25 / 20] * 20], 0.4, kind, 4_000_000)
    assert errors[[0, 1, 3, 4]].max() < 4e-3
    assert errors.max() < 1.5e-2
    assert means.max() < 4e-3


def test_products_of_shares_keep_their_mean_and_bounds():
    r = np.random.default_rng(1)
    a = ShareNoise.from_mean(np.array([0.7]), np.array([0.45]))
    b = ShareNoise.from_mean(np.array([0.45]), np.array([0.28]))
    both = ShareNoise.from_cumulants(a.cumulants() + b.cumulants(), np.array([0.7 * 0.45]))
    z = r.standard_normal((2, 400_000))
    exact = (a.shares(z[0]) * b.shares(z[1]))[0]
    got = both.shares(r.standard_normal(400_000))[0]
    assert got.mean() == pytest.approx(0.315, rel=1e-3)
    assert np.quantile(got, PROBABILITIES) == pytest.approx(
        np.quantile(exact, PROBABILITIES), rel=5e-3
    )


@pytest.mark.slow
def test_bounds_of_origins_are_those_of_plain_draws_of_an_edition():
    est = estimate(load_edition("2022"), draws=200_000, seed=3)
    plain = est.by("origin", draws="corridor", memory_budget=5e9).summary(level=0.95)
    engine = est.by("origin", draws="interval").summary(level=0.95)
    plain, engine = plain.set_index("origin"), engine.set_index("origin")
    assert set(plain.index) == set(engine.index)
    for column in ("lower", "median", "upper"):
        # A local event may have touched nobody: an end of a thousandth of a person (Cabo Verde) differs
        # by 2.5 % between two plain runs, so the error is that of at least one person.
        error = (engine[column] - plain[column]) / plain[column].clip(lower=1)
        # plain draws of people and shares: 0.1 % of a mean, 0.3 % of a bound
        assert np.sqrt((error**2).mean()) < 4.5e-3
        # The known limit of 1 % (above; upper ends of Burundi and Qatar), and three errors of 0.3 %.
        assert error.abs().max() < 2e-2
