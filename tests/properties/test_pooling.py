"""What pooling must do whatever the figures."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gecam.estimation.methods.pooling import combine_sources

METHODS = st.sampled_from(["fixed", "DL", "PM", "ML", "REML"])


@st.composite
def sources(draw):
    k = draw(st.integers(3, 8))
    figures = draw(st.lists(st.floats(1e2, 1e7), min_size=k, max_size=k))
    errors = draw(st.lists(st.floats(0.02, 1.0), min_size=k, max_size=k))
    return np.array(figures), np.array(errors)


@given(sources(), METHODS, st.floats(1e-6, 1e6))
def test_another_unit_gives_the_same_answer_in_that_unit(data, method, factor):
    y, se = data
    one, other = (
        combine_sources(y, se, method=method),
        combine_sources(y * factor, se, method=method),
    )
    np.testing.assert_allclose(other.mean, one.mean * factor, rtol=1e-6)
    np.testing.assert_allclose(other.interval, np.multiply(one.interval, factor), rtol=1e-5)


@given(sources(), METHODS)
def test_the_order_of_sources_does_not_matter(data, method):
    y, se = data
    one, other = (
        combine_sources(y, se, method=method),
        combine_sources(y[::-1], se[::-1], method=method),
    )
    np.testing.assert_allclose(other.mean, one.mean, rtol=1e-6)
    np.testing.assert_allclose(other.weights[::-1], one.weights, atol=1e-6)


@given(sources(), METHODS)
def test_the_pooled_figure_lies_between_the_figures(data, method):
    y, se = data
    pooled = combine_sources(y, se, method=method)
    assert y.min() * (1 - 1e-9) <= pooled.mean <= y.max() * (1 + 1e-9)
    assert abs(pooled.weights.sum() - 1) < 1e-12
    assert pooled.tau2 >= 0
    assert 0 <= pooled.I2 <= 1


@given(sources())
def test_pooling_without_a_variance_between_sources_shows_heterogeneity_like_the_moment_method(
    data,
):
    """(Q - (k - 1)) / Q is tau2 / (tau2 + typical variance) with DerSimonian and Laird's tau2."""
    y, se = data
    fixed, moments = (combine_sources(y, se, method=method) for method in ("fixed", "DL"))
    np.testing.assert_allclose(fixed.I2, moments.I2, atol=1e-9)
    assert fixed.Q == moments.Q


@given(sources(), METHODS)
def test_intervals_grow_with_the_level_and_prediction_is_wider(data, method):
    y, se = data
    narrow, wide = (combine_sources(y, se, method=method, level=level) for level in (0.5, 0.95))
    assert wide.interval[0] < narrow.interval[0] < narrow.interval[1] < wide.interval[1]
    low, high = combine_sources(y, se, method=method, ci="z").interval
    for_new = combine_sources(y, se, method=method, ci="z").prediction_interval
    assert for_new[0] <= low
    assert high <= for_new[1]


@given(sources(), st.floats(0.1, 10))
def test_a_common_scale_of_values_and_errors_scales_the_variance(data, factor):
    y, se = data
    one = combine_sources(np.log(y), se, scale="identity")
    other = combine_sources(np.log(y) * factor, se * factor, scale="identity")
    np.testing.assert_allclose(other.tau2, one.tau2 * factor**2, rtol=1e-5, atol=1e-9)


@given(sources(), st.floats(0, 0.9))
def test_equal_correlation_never_changes_the_sum_of_weights(data, rho):
    y, se = data
    corr = np.full((len(y), len(y)), rho) + (1 - rho) * np.eye(len(y))
    pooled = combine_sources(y, se, corr=corr, nonneg=True)
    assert abs(pooled.weights.sum() - 1) < 1e-12
    assert pooled.weights.min() >= 0
