"""Two groups: refugees inside the stock never exceed it, in any draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gecam.estimation import estimate, limited_mean, registered_at, split_stock
from gecam.estimation.plan.groups import change_scores
from gecam.model import ProtectedPopulation
from gecam.uncertainty import LogNormal, Streams

D15, D20, T = date(2015, 7, 1), date(2020, 7, 1), date(2022, 7, 1)


@given(mean=st.floats(1, 1e7), log_sd=st.floats(0.01, 0.8), ratio=st.floats(0.05, 20))
def test_mean_of_the_smaller_of_stock_and_refugees_is_that_of_an_integral(mean, log_sd, ratio):
    limit = mean * ratio
    u = (np.arange(200_000) + 0.5) / 200_000
    expected = np.minimum(LogNormal(mean, log_sd).quantile(u), limit).mean()
    # the midpoint rule misses about 1e-4 in the tail of the widest distribution
    assert limited_mean(mean, log_sd, limit) == pytest.approx(expected, rel=5e-4)


def split(stock: float, then: float, now: float, **options: object):
    return split_stock(
        {D15: 0.9 * stock, D20: stock},
        {D15: then, D20: then, T: now},
        T,
        log_sd=0.2,
        refugees_added=True,
        onset=date(2010, 1, 1),
        **options,
    )


def draws(split, n: int = 40_000):
    streams = Streams(3)
    stock = LogNormal(split.stock, split.log_sd).draws(streams, "s", "t", 0, n)
    return (
        stock,
        *split.draws(stock, streams.normal("s", "i", 0, n), streams.normal("s", "c", 0, n)),
    )


@pytest.mark.parametrize(("then", "now"), [(3e5, 4e5), (2e6, 2e6), (1e6, 5e5), (0.0, 1e5), (0, 0)])
def test_draws_of_both_groups_have_the_stated_means(then, now):
    s = split(1e6, then, now)
    _, protection, other = draws(s)
    for group, mean in ((protection, s.protection), (other, s.other)):
        assert abs(group.mean() - mean) <= 3.5 * group.std() / np.sqrt(group.size) + 1e-9


def test_the_share_of_refugees_inside_is_at_most_one_and_at_most_the_stock():
    # as in Chad: about as many refugees as the whole stock
    s = split(547_494.0, 555_782.0, 555_782.0)
    stock, protection, other = draws(s)
    inside = protection * s.registered / s.registered_now
    assert (inside <= np.minimum(stock, s.registered) + 1e-6).all()
    assert (other >= 0).all()


def test_union_adds_exactly_those_outside():
    s, u = split(1e6, 4e5, 5e5), split(1e6, 4e5, 5e5, adds_outside=True)
    _, protection, other = draws(s)
    _, everybody, other_u = draws(u)
    assert np.allclose(everybody, 5e5)
    assert np.array_equal(other, other_u)
    assert (protection < everybody).all()


def test_refugees_at_mid_year_are_the_mean_of_two_year_ends():
    # Chad, UNHCR: 442,672 refugees at the end of 2019, 478,649 at the end of 2020
    table = ProtectedPopulation(
        pd.DataFrame(
            [("TCD", "SDN", "2019-12-31", 442_672, 0, None),
             ("TCD", "SDN", "2020-12-31", 478_649, 0, 0)],
            columns=["destination", "origin", "as_of", "refugees", "asylum_seekers", "oip"],
        )
    )  # fmt: skip
    middle = registered_at(table, "TCD", date(2020, 7, 1))
    assert middle.loc["SDN"] == pytest.approx((442_672 + 478_649) / 2, rel=1e-3)  # 183 of 366 days
    assert registered_at(table, "TCD", date(2021, 7, 1)).loc["SDN"] == 478_649
    assert registered_at(table, "TCD", date(2023, 7, 1)).empty
    assert registered_at(table, "CAF", date(2020, 7, 1)).empty


@pytest.mark.parametrize("weight", [0.0, 0.15, 1.0])
def test_errors_of_change_correlate_within_an_edition_and_not_between_two(weight):
    n = 40_000
    scores = {
        (place, source): change_scores(place, source, Streams(5), weight, n)
        for place, source in (("SDN", "a"), ("YEM", "a"), ("YEM", "b"))
    }
    for z in scores.values():  # each is standard normal, whatever is shared
        assert (z.mean(), z.std()) == pytest.approx((0.0, 1.0), abs=4 / np.sqrt(n))
    within = np.corrcoef(scores["SDN", "a"], scores["YEM", "a"])[0, 1]
    between = np.corrcoef(scores["SDN", "a"], scores["YEM", "b"])[0, 1]
    assert (within, between) == pytest.approx((weight, 0.0), abs=4 / np.sqrt(n))


def test_a_shared_change_widens_the_sum_and_leaves_each_country_as_it_was(small_case):
    def drawn(correlation):
        a = replace(small_case.assumptions, change_correlation=correlation)
        return estimate(replace(small_case, assumptions=a), draws=4_000, seed=1)

    apart, shared = drawn(0.0), drawn(0.9)
    assert shared.total().draws[-1].std() > apart.total().draws[-1].std()
    for before, after in zip(apart.draws, shared.draws, strict=True):
        if not np.isnan(before[0]):  # sd of 4,000 draws of a skewed distribution: 5 % at most here
            assert after.std() == pytest.approx(before.std(), rel=0.15)
