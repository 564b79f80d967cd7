"""Allocation to areas: exact moments of the draws, coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.allocation import (
    GRAVITY,
    allocate,
    area_shares,
    gravity_prior,
)
from gecam.uncertainty import Streams

N = 40_000
AREAS = ["SD01", "SD02", "SD03", "SD04"]
PRIOR = pd.Series([4.0, 3.0, 2.0, 1.0], index=AREAS)
AFFECTED = pd.Series([0.1, 0.3, 0.6, 0.9], index=AREAS)


def test_gravity_is_the_product_of_its_three_parts():
    people, far = pd.Series([8.0, 2.0], ["a", "b"]), pd.Series([1.0, 4.0], ["a", "b"])
    urban = pd.Series([0.5, 1.0], ["a", "b"])
    weight = np.array([8 / 1 * np.exp(0.35), 2 / 4 * np.exp(0.7)])
    prior = gravity_prior(people, distance=far, urban=urban)
    np.testing.assert_allclose(prior, weight / weight.sum())
    assert GRAVITY == (1.0, 1.0, 0.7)
    equal = gravity_prior(people, distance=far, beta=(0.0, 0.0, 0.0))
    np.testing.assert_allclose(equal, 0.5)


def test_draws_have_the_mean_and_variance_of_the_affected_share():
    """E = sum pi p, Var = (sum pi p^2 - E^2) / (kappa + 1)."""
    shares = area_shares(PRIOR, kappa=20)
    mean = 0.4 * 0.1 + 0.3 * 0.3 + 0.2 * 0.6 + 0.1 * 0.9
    sd = np.sqrt((0.004 + 0.027 + 0.072 + 0.081 - mean**2) / 21)
    drawn = AFFECTED.to_numpy() @ shares.draws(Streams(1), "SDN", 0, N)
    assert drawn.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(N))
    assert drawn.std() == pytest.approx(sd, rel=4 / np.sqrt(2 * N))


def test_draws_have_the_moments_of_nested_shares_where_some_areas_were_not_covered():
    counts = pd.Series([600.0, 200.0, np.nan, np.nan], index=AREAS)
    shares = area_shares(PRIOR, kappa=50, counts=counts, kappa_uncovered=5)
    draws = shares.draws(Streams(2), "SDN", 0, N)
    drawn = AFFECTED.to_numpy() @ draws
    # 571.4 and 228.6 of 800 and 342.9 people: 0.7 of the prior were counted; both kinds of area have
    # the moments of one Dirichlet, and the split between them those of a beta of concentration 5
    w, (one, two), (var_one, var_two) = 0.7, (0.15, 0.7), (0.0075 / 51, 0.02 / 6)
    spread = w * (1 - w) / 6
    variance = spread * (one - two) ** 2 + (w**2 + spread) * var_one
    sd = np.sqrt(variance + ((1 - w) ** 2 + spread) * var_two)
    assert drawn.mean() == pytest.approx(w * one + (1 - w) * two, abs=4 * sd / np.sqrt(N))
    assert drawn.std() == pytest.approx(sd, rel=0.02)
    expected = shares.share.to_numpy()
    np.testing.assert_allclose(draws.mean(axis=1), expected, atol=4 * 0.2 / np.sqrt(N))
    # within the counted areas the concentration is 50, whatever the other areas get
    first = draws[0] / draws[:2].sum(axis=0)
    assert first.var() == pytest.approx(0.75 * 0.25 / 51, rel=0.03)
    other = draws[2:].sum(axis=0)
    w = expected[2:].sum()
    assert other.var() == pytest.approx(w * (1 - w) / 6, rel=0.03)


def test_areas_nobody_visited_get_their_part_of_the_prior_and_not_zero():
    counts = pd.Series([800.0, 600.0, np.nan, np.nan], index=AREAS)
    shares = area_shares(PRIOR, kappa=50, counts=counts).share
    # 1,400 counted where the prior has 7 of 10: 200 a unit, so 400 and 200 elsewhere
    np.testing.assert_allclose(shares, np.array([800, 600, 400, 200]) / 2000)


def test_a_count_of_zero_is_a_count():
    counts = pd.Series([800.0, 0.0, np.nan, 200.0], index=AREAS)
    people = allocate(
        np.full(50, 1e3), PRIOR, kappa=50, counts=counts, streams=Streams(1), input_id="SDN"
    )
    assert (people.sel(area="SD02") == 0).all()
    assert (people.sel(area="SD03") > 0).all()


def test_covered_can_set_a_partial_count_aside():
    counts = pd.Series([800.0, 600.0, 5.0, 1.0], index=AREAS)
    covered = pd.Series([True, True, False, False], index=AREAS)
    kept = area_shares(PRIOR, kappa=50, counts=counts, covered=covered).share
    np.testing.assert_allclose(kept, np.array([800, 600, 400, 200]) / 2000)


def test_areas_sum_to_the_national_total_in_every_draw():
    total = np.linspace(1e5, 2e6, 200)
    for counts in (None, pd.Series([5.0, 1.0, np.nan, 2.0], index=AREAS)):
        people = allocate(total, PRIOR, kappa=10, counts=counts, streams=Streams(4), input_id="SDN")
        np.testing.assert_allclose(people.sum("area"), total, rtol=1e-14)
        assert (people >= 0).all()


def test_many_areas_with_little_concentration_never_divide_by_zero():
    """Shapes of 0.005: most gamma variates are below the smallest floating-point number."""
    prior = pd.Series(1.0, index=[f"A{i:03d}" for i in range(200)])
    people = allocate(np.ones(2000), prior, kappa=1, streams=Streams(9), input_id="X")
    np.testing.assert_allclose(people.sum("area"), 1, rtol=1e-12)
    # one share in 200 with kappa 1: E[share^2] = (1/200)(1 + 1/200)/2
    assert float((people**2).mean()) == pytest.approx(1 / 200 * (1 + 1 / 200) / 2, rel=0.05)


def test_an_added_area_keeps_the_uniforms_of_the_others():
    more = pd.concat([PRIOR, pd.Series([1e-12], ["SD99"])])
    args = {"kappa": 30, "streams": Streams(4), "input_id": "SDN"}
    few = allocate(np.ones(20), PRIOR, **args)
    many = allocate(np.ones(20), more, **args)
    np.testing.assert_allclose(many.sel(area=AREAS), few, rtol=1e-9)
    np.testing.assert_allclose(
        allocate(np.ones(5), PRIOR, start=15, **args), few[:, 15:], rtol=1e-12
    )


def test_counts_of_people_who_choose_areas_have_the_dirichlet_multinomial_spread():
    rng = np.random.Generator(np.random.PCG64(6))
    shares = area_shares(PRIOR, kappa=8).draws(Streams(8), "SDN", 0, N)
    counts = rng.multinomial(30, shares.T)
    sd = np.sqrt(30 * PRIOR / 10 * (1 - PRIOR / 10) * (30 + 8) / (1 + 8))
    np.testing.assert_allclose(counts.std(axis=0), sd, rtol=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"counts": pd.Series({"XX": 1.0})}, "counts name unknown areas"),
        ({"counts": PRIOR * 0}, "nobody was counted anywhere"),
        ({"counts": -PRIOR}, "counts must be >= 0: got -4"),
        (
            {"counts": PRIOR[:2], "covered": pd.Series(True, index=AREAS)},
            "'SD03' was covered and has no count",
        ),
        ({"covered": pd.Series(True, index=AREAS)}, "give counts"),
    ],
)
def test_bad_counts_say_what_is_wrong(options, message):
    with pytest.raises(InputError, match=message):
        area_shares(PRIOR, kappa=10, **options)


def test_bad_priors_totals_and_shares_say_what_is_wrong():
    streams = Streams(1)
    with pytest.raises(InputError, match=r"prior must be > 0 and finite: got 0\.0 for 'SD02'"):
        area_shares(PRIOR.where(PRIOR != 3, 0.0), kappa=10)
    with pytest.raises(InputError, match="kappa must be a number > 0"):
        allocate([1.0], PRIOR, kappa=0, streams=streams, input_id="SDN")
    with pytest.raises(InputError, match="one row of draws"):
        allocate([-1.0], PRIOR, kappa=1, streams=streams, input_id="SDN")
    with pytest.raises(InputError, match=r"distance must have a value for each area: \['SD04'\]"):
        gravity_prior(PRIOR, distance=AFFECTED[:3])
    with pytest.raises(InputError, match=r"urban must lie in \[0, 1\]"):
        gravity_prior(PRIOR, urban=PRIOR)
    with pytest.raises(InputError, match="each area once"):
        gravity_prior(pd.concat([PRIOR, PRIOR]))
