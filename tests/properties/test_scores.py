"""Properties that scores, coverage and shares keep whatever the numbers."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gecam.evaluation import (
    choice_shares,
    clopper_pearson,
    coverage,
    crps_ensemble,
    crps_lognormal,
    crps_normal,
    interval_score,
    pit_from_draws,
    weighted_interval_score,
)

numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
counts = st.floats(0, 1e7, allow_subnormal=False)
sds = st.floats(1e-3, 1e4)
scales = st.floats(1e-3, 1e3)


def ensembles(elements=numbers, min_size=2, max_size=12):
    return st.integers(min_size, max_size).flatmap(lambda n: arrays(float, n, elements=elements))


@given(numbers, numbers, sds, scales)
def test_the_normal_crps_is_nonnegative_and_scales_with_its_unit(y, mean, sd, k):
    score = crps_normal(y, mean, sd)
    assert score >= 0
    np.testing.assert_allclose(
        crps_normal(k * y, k * mean, k * sd), k * score, rtol=1e-9, atol=1e-9 * k
    )


@given(st.floats(1e-3, 1e8), st.floats(-3, 15), st.floats(0.01, 2), scales)
def test_the_lognormal_crps_is_nonnegative_and_scales_with_its_unit(y, mu, sigma, k):
    score = crps_lognormal(y, mu, sigma)
    # Terms of the size of y and of the mean cancel.
    rounding = 1e-13 * (y + math.exp(mu + sigma**2 / 2))
    assert score >= -rounding
    other = crps_lognormal(k * y, mu + math.log(k), sigma)
    np.testing.assert_allclose(other, k * score, rtol=1e-8, atol=100 * k * rounding)


@given(numbers, ensembles(), scales)
def test_the_ensemble_crps_scales_and_does_not_see_the_order_of_draws(y, x, k):
    size = np.abs(x - y).max()
    for kind in ("fair", "plain"):
        score = crps_ensemble(y, x, kind=kind)
        np.testing.assert_allclose(
            crps_ensemble(k * y, k * x, kind=kind),
            k * score,
            rtol=1e-9,
            atol=1e-12 * k * (size + abs(y)),
        )
        np.testing.assert_allclose(crps_ensemble(y, x[::-1], kind=kind), score, atol=1e-13 * size)
    assert crps_ensemble(y, x, kind="plain") >= -1e-12 * size
    assert crps_ensemble(y, x) <= crps_ensemble(y, x, kind="plain") + 1e-12 * size


@given(numbers, ensembles(min_size=4, max_size=6))
def test_the_fair_score_of_fewer_draws_is_right_on_average(y, x):
    # The mean over all subsets of 3 draws is the fair score of all: unbiased in their number.
    subsets = [crps_ensemble(y, x[list(s)]) for s in combinations(range(x.size), 3)]
    np.testing.assert_allclose(
        np.mean(subsets), crps_ensemble(y, x), atol=1e-12 * np.abs(x - y).max()
    )


@given(numbers, numbers, st.floats(0, 1e5), st.floats(0.01, 0.99), scales)
def test_the_interval_score_is_at_least_the_width_and_scales(y, low, width, level, k):
    score = interval_score(y, low, low + width, level=level)
    assert score >= (low + width) - low
    np.testing.assert_allclose(
        interval_score(k * y, k * low, k * (low + width), level=level),
        k * score,
        rtol=1e-9,
        atol=1e-8 * k / (1 - level),
    )


@given(counts, ensembles(counts, min_size=5, max_size=5))
def test_the_weighted_score_is_twice_the_mean_pinball_loss(y, quantiles):
    q = np.sort(quantiles)
    tau = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    pinball = np.maximum(tau * (y - q), (tau - 1) * (y - q)).mean()
    score = weighted_interval_score(y, q[2], q[:2], q[:2:-1], levels=[0.9, 0.5])
    np.testing.assert_allclose(score, 2 * pinball, rtol=1e-9, atol=1e-6)


@given(numbers, st.floats(0.1, 10), st.floats(-3, 3), st.floats(0.2, 5))
def test_the_normal_crps_is_proper(mean, sd, shift, stretch):
    # Expected score under N(mean, sd) by Gauss-Hermite nodes: no other normal does better.
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    y, weights = mean + sd * nodes, weights / weights.sum()
    truth = weights @ crps_normal(y, mean, sd)
    other = weights @ crps_normal(y, mean + shift * sd, stretch * sd)
    assert truth <= other + 1e-6 * sd  # the integrand is not a polynomial


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_clopper_pearson_holds_the_share_and_mirrors(case):
    hits, n = case
    lower, upper = clopper_pearson(hits, n)
    assert lower <= hits / n <= upper
    mirrored = clopper_pearson(n - hits, n)
    np.testing.assert_allclose((1 - upper, 1 - lower), mirrored, atol=1e-12)


@given(arrays(float, 20, elements=numbers), st.floats(0, 1e5), st.floats(0, 1e5))
def test_wider_intervals_never_hold_less(y, half, more):
    narrow = coverage(y, np.full(20, -half), np.full(20, half), level=0.9)
    wide = coverage(y, np.full(20, -half - more), np.full(20, half + more), level=0.9)
    assert wide.hits >= narrow.hits
    assert narrow.hits + narrow.n_below + narrow.n_above == 20


@given(st.integers(0, 5), arrays(int, (7, 1), elements=st.integers(0, 5)), st.integers(0, 99))
def test_pits_lie_inside_and_rise_with_the_truth(y, draws, seed):
    u = pit_from_draws([y], draws, seed=seed)[0]
    assert 0 < u < 1
    assert pit_from_draws([y + 1], draws, seed=seed)[0] >= u


@given(
    arrays(float, 12, elements=st.floats(0, 1e7, allow_subnormal=False)),
    st.sets(st.integers(0, 11), max_size=3),
)
def test_parts_of_the_range_add_up_to_it_with_and_without_gaps(values, gaps):
    table = pd.DataFrame(
        {"a": np.repeat([0, 1, 2], 4), "b": np.tile([0, 1], 6), "c": [0, 0, 1, 1] * 3}
    )
    table = table.assign(y=values).drop(index=list(gaps))
    result = choice_shares(table, choices=["a", "b", "c"], value="y")
    parts = math.fsum([*result.range_parts, result.range_rest])
    np.testing.assert_allclose(parts, result.high - result.low, atol=1e-8 * max(1.0, result.high))
    assert result.is_full == (not gaps)
