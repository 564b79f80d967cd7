"""Shares of origins: centred on the published ones, one in sum, in every draw."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.aggregation import ClassShares, Composition, class_draws, composition_draws
from gecam.errors import InputError
from gecam.uncertainty import Streams

N = 40_000


def composition(shares, sd, female=np.nan, sex=0.0):
    share = np.array(shares, dtype=float)
    women = np.full(share.size, female)
    return Composition(
        tuple(f"O{i:02d}" for i in range(share.size)), share, np.full(share.size, sd),
        {"sex": ClassShares({"female": women, "male": 1 - women}, sex)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "sd"),
    [
        ([0.7, *[0.3 / 49] * 49], 0.44),  # one origin holds 70 %: the hard case of the design
        ([1 / 50] * 50, 0.44),
        ([0.6, 0.3, 0.1], 0.3),
        ([0.999, 0.001], 0.6),
    ],
)
def test_shares_are_centred_and_sum_to_one(shares, sd):
    c = composition(shares, sd)
    draws = composition_draws(c, Streams(1), "x", 0, N)
    assert np.allclose(draws.sum(axis=0), 1)
    error = np.abs(draws.mean(axis=1) - c.share)
    # 4 Monte Carlo errors, and 0.2 % for the moment-matched rest (stated in the docstring)
    assert (error <= 4 * draws.std(axis=1) / np.sqrt(N) + 2e-3 * c.share).all()


def test_a_lognormal_without_centring_would_miss_by_far_more():
    c = composition([0.7, *[0.3 / 49] * 49], 0.44)
    z = np.stack([Streams(1).normal("x", f"origin:{o}", 0, N) for o in c.origin])
    weights = c.share[:, None] * np.exp(0.44 * z)
    naive = (weights / weights.sum(axis=0)).mean(axis=1)
    assert abs(naive[0] - 0.7) > 0.005


def test_one_origin_is_everybody():
    draws = composition_draws(composition([1.0], 0.4), Streams(1), "x", 0, 10)
    assert (draws == 1).all()


def test_an_added_origin_changes_no_other_noise():
    a = composition_draws(composition([0.5, 0.5], 0.3), Streams(1), "x", 0, 10)
    b = composition_draws(composition([0.5, 0.5], 0.3), Streams(1), "x", 5, 10)
    assert np.array_equal(a[:, 5:], b)


def test_women_are_centred_and_unknown_stays_unknown():
    draws = [*class_draws(composition([0.5, 0.5], 0.1, 0.3, 0.2), "sex", Streams(1), "x", 0, N)]
    assert np.mean([women for women, _ in draws]) == pytest.approx(0.3, abs=2e-3)  # 4 MC errors
    ((everybody,),) = class_draws(composition([1.0], 0.1), "sex", Streams(1), "x", 0, 3)
    assert everybody.tolist() == [1, 1, 1]


def test_three_classes_have_their_means_sum_to_one_and_vary_as_one_after_the_other():
    ages = ClassShares(
        {"0-17": np.array([0.3]), "18-59": np.array([0.6]), "60+": np.array([0.1])}, 0.4
    )
    one = Composition(("ERI",), np.ones(1), np.zeros(1), {"age": ages})
    (draws,) = class_draws(one, "age", Streams(1), "x", 0, N)
    assert np.allclose(np.sum(draws, axis=0), 1)
    for share, mean in zip(draws, (0.3, 0.6, 0.1), strict=True):
        assert share.mean() == pytest.approx(mean, abs=4 * share.std() / np.sqrt(N))
    # given the first class, the second has 0.6 / 0.7 of the rest, logit-normal with sd 0.4
    rest = draws[1] / (1 - draws[0])
    assert rest.mean() == pytest.approx(6 / 7, abs=4 * rest.std() / np.sqrt(N))
    assert np.log(rest / (1 - rest)).std() == pytest.approx(0.4, rel=0.02)
    assert abs(np.corrcoef(draws[0], rest)[0, 1]) < 4 / np.sqrt(N)


def test_classes_that_do_not_sum_to_one_or_are_fewer_than_two_are_refused():
    half = np.array([0.5])
    with pytest.raises(InputError, match="sum to 1"):
        ClassShares({"female": half, "male": half / 2})
    with pytest.raises(InputError, match="two classes or more"):
        ClassShares({"total": half, "male": half})
    with pytest.raises(InputError, match="no shares by age: the stock of this answer has sex"):
        composition([1.0], 0.1).classes("age")


def test_shares_that_do_not_sum_to_one_are_refused():
    with pytest.raises(InputError, match="sum to 1"):
        composition([0.5, 0.4], 0.1)
    with pytest.raises(InputError, match="each once"):
        Composition(("A", "A"), np.array([0.5, 0.5]), np.zeros(2))
