"""Quantities: centred on the figure, ordered in level, still at the point without noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gecam.uncertainty import (
    Beta,
    LogitNormal,
    LogNormal,
    Mixture,
    Streams,
    logit_normal_location,
    logit_normal_moments,
    summarize,
)

shares = st.floats(1e-9, 1 - 1e-9)
noises = st.floats(0, 6)


@given(mean=shares, logit_sd=noises)
def test_the_mean_of_a_logit_normal_is_the_published_share(mean, logit_sd):
    # 1e-12: some ten thousand roundings
    assert LogitNormal.from_mean(mean, logit_sd).mean == pytest.approx(mean, rel=1e-12)


@given(mean=st.floats(1e-6, 0.5), small=noises, more=st.floats(0.01, 2))
def test_more_noise_moves_the_location_away_and_widens(mean, small, more):
    locations = logit_normal_location(mean, [small, small + more])
    assert locations[1] <= locations[0] + 1e-9
    sds = logit_normal_moments(locations, [small, small + more])[1]
    assert sds[1] > sds[0] - 1e-15


@given(mean=st.floats(1e-9, 1e9), log_sd=st.floats(0, 1.5), factor=st.sampled_from([2.0, 1024.0]))
def test_a_lognormal_scales_with_its_unit(mean, log_sd, factor):
    u = np.array([0.01, 0.4, 0.9])
    scaled = LogNormal(mean * factor, log_sd).quantile(u)
    assert np.array_equal(scaled, LogNormal(mean, log_sd).quantile(u) * factor)


@given(mean=st.floats(0.01, 0.99), part=st.floats(0.05, 0.95))
def test_beta_matches_any_feasible_moments(mean, part):
    sd = part * np.sqrt(mean * (1 - mean))
    beta = Beta.from_mean_sd(mean, sd)
    assert (beta.mean, beta.sd) == pytest.approx((mean, sd), rel=1e-6)  # shapes keep 12 decimals


@settings(max_examples=4 * settings().max_examples)
@given(a=shares, b=shares, noise=st.floats(0, 2), weight=st.floats(0, 1), u=st.floats(1e-6, 0.999))
def test_a_mixture_lies_between_its_parts(a, b, noise, weight, u):
    parts = LogitNormal.from_mean(a, noise), LogitNormal.from_mean(b, noise)
    mixture = Mixture(*parts, weight)
    ends = sorted(float(part.quantile(u)) for part in parts)
    means = sorted(part.mean for part in parts)
    for (low, high), value in ((ends, mixture.quantile(u)), (means, mixture.mean)):
        assert low * (1 - 1e-12) <= value <= high * (1 + 1e-12)  # solved to a relative 1e-12


@given(
    level=st.floats(0.05, 0.9), wider=st.floats(0.01, 0.09), kind=st.sampled_from(["eti", "hdi"])
)
def test_a_wider_level_gives_a_wider_interval(level, wider, kind):
    draws = LogNormal(100.0, 0.7).draws(Streams(1), "a", "b", 0, 500)
    narrow = summarize(draws, level=level, kind=kind)
    wide = summarize(draws, level=level + wider, kind=kind)
    assert wide.upper - wide.lower >= narrow.upper - narrow.lower
    if kind == "eti":
        assert wide.lower <= narrow.lower <= narrow.median <= narrow.upper <= wide.upper
