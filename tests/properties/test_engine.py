"""What must hold of the engine whatever it is given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gecam.aggregation import ShareNoise, centred_shares, mix_rows
from gecam.aggregation import mixture as mixture_module

SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=8)


def rows_of(share, log_sd, sigma, n=2_000, scale=1.0):
    share = np.array(share) / np.sum(share)
    people = scale * np.exp(sigma * np.random.default_rng(1).standard_normal((1, n)))
    noise = centred_shares(share, np.full(share.size, log_sd)).noise
    index = np.arange(share.size)
    return mix_rows(people, index, 0 * index, share, noise.variance(), noise)


@given(SHARES, st.floats(0.0, 0.6), st.floats(0.02, 1.5))
def test_intervals_nest_and_means_add(share, log_sd, sigma):
    rows = rows_of(share, log_sd, sigma)
    narrow, wide = (rows.summary(level=level, kind="eti") for level in (0.5, 0.9))
    slack = 1 + 1e-6
    assert (wide.lower <= narrow.lower * slack).all()
    assert (narrow.lower <= narrow.median * slack).all()
    assert (narrow.median <= narrow.upper * slack).all()
    assert (narrow.upper <= wide.upper * slack).all()
    assert rows.mean.sum() == pytest.approx(rows.people.mean(), rel=1e-12)


@given(SHARES, st.floats(0.01, 0.6), st.floats(0.02, 1.5))
def test_ten_times_the_people_are_ten_times_the_bounds(share, log_sd, sigma):
    one = rows_of(share, log_sd, sigma).summary(level=0.9, kind="eti")
    ten = rows_of(share, log_sd, sigma, scale=10.0).summary(level=0.9, kind="eti")
    assert np.allclose(10 * one.lower, ten.lower, rtol=1e-9)
    assert np.allclose(10 * one.upper, ten.upper, rtol=1e-9)


@given(SHARES, st.floats(0.0, 0.6))
def test_noise_has_the_published_means(share, log_sd):
    share = np.array(share) / np.sum(share)
    noise = centred_shares(share, np.full(share.size, log_sd)).noise
    z = np.linspace(-6, 6, 1_201)
    weight = np.exp(-(z**2) / 2)
    mean = np.exp(noise.logs(z)) @ weight / weight.sum()
    # 13 nodes reach 4.5 standard deviations: 7e-6 of the mass lies beyond
    assert np.allclose(mean, share, rtol=1e-4)


@given(st.floats(-4, 4), st.floats(0.01, 1.0), st.floats(-0.5, 0.5))
def test_scores_invert_shares(location, sd, skew):
    noise = ShareNoise(np.array([location]), np.array([sd]), np.array([skew]))
    z = np.linspace(-2, 2, 9)
    assert np.allclose(noise.scores(noise.logs(z)), z, atol=1e-6)


def test_blocks_and_subsets_do_not_change_a_bit(monkeypatch):
    r = np.random.default_rng(3)
    share = r.dirichlet(np.full(60, 0.3)) + 1e-6
    rows = rows_of(share, 0.4, 0.7)
    whole = rows.summary(level=0.9, kind="eti")
    monkeypatch.setattr(mixture_module, "ROW_BLOCK", 7)
    blocked = rows.summary(level=0.9, kind="eti")
    kept = np.arange(60) % 3 == 1
    part = rows.rows(kept).summary(level=0.9, kind="eti")
    for name in ("mean", "lower", "median", "upper", "sd"):
        assert np.array_equal(getattr(whole, name), getattr(blocked, name))
        assert np.array_equal(getattr(whole, name)[kept], getattr(part, name))


def test_rows_of_other_places_do_not_change_a_bit():
    r = np.random.default_rng(4)
    people = np.exp(r.uniform(0.2, 1.2, (4, 1)) * r.standard_normal((4, 3_000)))
    share = r.uniform(0.001, 0.5, 40)
    noise = ShareNoise.from_mean(share, r.uniform(0.1, 0.9, 40), r.uniform(-0.3, 0.3, 40))
    place = np.repeat(np.arange(4), 10)
    rows = mix_rows(people, np.arange(40), place, share, noise.variance(), noise)
    whole = rows.summary(level=0.9, kind="eti")
    for kept in (place == 2, place > 1, np.arange(40) == 17):
        part = rows.rows(kept).summary(level=0.9, kind="eti")
        for name in ("mean", "lower", "median", "upper", "sd", "mcse"):
            assert np.array_equal(getattr(whole, name)[kept], getattr(part, name))


@pytest.mark.slow
def test_dask_gives_the_same_bits(small_case):
    distributed = pytest.importorskip("distributed")
    from gecam.estimation import estimate

    alone = estimate(small_case, draws=500, seed=5)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        executor = client.get_executor()
        there = estimate(small_case, draws=500, seed=5, executor=executor)
        sampled = there.by("destination", "origin", draws="sampled", executor=executor).summary()
    assert np.array_equal(alone.draws, there.draws, equal_nan=True)
    assert sampled.equals(alone.by("destination", "origin", draws="sampled").summary())
