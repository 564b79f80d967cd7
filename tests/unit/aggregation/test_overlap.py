"""Unions of crises: shapes, draws, areas, known overlaps, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.aggregation import (
    Comonotone,
    Disjoint,
    Footprints,
    Frechet,
    GaussianCopula,
    Independent,
    Pairwise,
    union_share,
)
from gecam.aggregation.gaussian import BLOCK, none_exchangeable
from gecam.aggregation.gaussian_pair import union_of_two
from gecam.errors import InputError
from gecam.uncertainty import Streams

RNG = np.random.default_rng(11)
DRAWS = RNG.uniform(0, 0.6, (3, 50))
MATRIX = np.array([[1, 0.2, 0.5], [0.2, 1, -0.3], [0.5, -0.3, 1]])
ALL = [
    Independent(),
    Comonotone(),
    Frechet(),
    GaussianCopula(0.4),
    GaussianCopula(0.8),
    GaussianCopula(-0.3),
    GaussianCopula(MATRIX),
    Pairwise({(0, 1): 0.3}, relative=True),
    Pairwise({(0, 1): 0.0, (1, 2): 0.2}, relative=True),
    Footprints(RNG.uniform(0.1, 0.9, (3, 4)), [1, 2, 3, 4]),
]


@pytest.mark.parametrize("dependence", ALL, ids=lambda d: type(d).__name__)
def test_draws_are_united_one_by_one(dependence):
    together = union_share(DRAWS, dependence=dependence)
    for n in (0, 7, 49):
        alone = union_share(DRAWS[:, n], dependence=dependence)
        for name in ("central", "lower", "upper", "factor"):
            # 1e-11: sums of the linear program and of areas may round differently
            assert getattr(together, name)[n] == pytest.approx(getattr(alone, name), rel=1e-11)
    assert together.central.shape == (50,)


@pytest.mark.parametrize("dependence", [*ALL, Disjoint()], ids=lambda d: type(d).__name__)
def test_one_crisis_is_its_own_union(dependence):
    union = union_share(DRAWS[:1], dependence=dependence)
    assert np.array_equal(union.central, DRAWS[0])
    assert np.array_equal(union.lower, union.upper)
    assert (union.factor == 1).all()


@pytest.mark.parametrize(
    "dependence", [GaussianCopula(0.4), GaussianCopula(0.8), Independent()], ids=repr
)
def test_company_changes_no_bit(dependence):
    together = union_share(DRAWS, dependence=dependence).central
    alone = [float(union_share(DRAWS[:, n], dependence=dependence).central) for n in range(50)]
    assert together.tolist() == alone


def test_a_correlation_per_draw_is_used_draw_by_draw():
    r = np.linspace(-0.5, 1, 50)
    union = union_share(DRAWS, dependence=GaussianCopula(r)).central
    for n in (0, 20, 49):
        alone = union_share(DRAWS[:, n], dependence=GaussianCopula(r[n])).central
        assert union[n] == pytest.approx(alone, rel=1e-13)


def test_shares_without_draws_meet_correlations_with_draws():
    r = np.array([0.0, 0.5, 1.0])
    union = union_share([0.3, 0.2], dependence=GaussianCopula(r))
    assert union.central.shape == union.lower.shape == union.factor.shape == (3,)
    assert union.central == pytest.approx([0.44, 0.3848, 0.3], abs=1e-4)


def test_the_factor_is_the_sum_over_the_union():
    union = union_share([0.3, 0.2], dependence=Independent())
    assert union.factor == pytest.approx(0.5 / 0.44)
    assert union_share([0.0, 0.0], dependence=Independent()).factor == 1


@pytest.mark.parametrize("dependence", ALL, ids=lambda d: type(d).__name__)
def test_nobody_and_everybody(dependence):
    if isinstance(dependence, Footprints):  # where all are affected, so is every area
        dependence = Footprints([[1, 1], [0.2, 0.2], [0.3, 0]], [1, 2])
    assert union_share([1.0, 0.2, 0.0], dependence=dependence).central == pytest.approx(1, abs=1e-9)
    if not isinstance(dependence, Footprints):
        assert union_share(np.zeros(3), dependence=dependence).central == 0


def test_an_equal_matrix_is_one_correlation():
    matrix = np.full((3, 3), 0.4) + 0.6 * np.eye(3)
    one = union_share(DRAWS, dependence=GaussianCopula(0.4)).central
    assert np.array_equal(union_share(DRAWS, dependence=GaussianCopula(matrix)).central, one)


def test_disjoint_draws_beyond_everybody_are_cut_and_counted():
    union = union_share([[0.5, 0.9, 0.2, 0.1], [0.2, 0.3, 0.2, 0.1]], dependence=Disjoint())
    assert union.central == pytest.approx([0.7, 1.0, 0.4, 0.2])
    assert union.capped == 0.25


def test_overlaps_may_be_parts_of_the_smaller_crisis():
    union = union_share([0.3, 0.2], dependence=Pairwise({(0, 1): 0.25}, relative=True))
    assert union.central == pytest.approx(0.3 + 0.2 - 0.05, abs=1e-9)
    forced = union_share([0.8, 0.7], dependence=Pairwise({(0, 1): 0.0}, relative=True))
    assert forced.central == pytest.approx(1.0)  # half of all people must be in both


def test_an_unknown_overlap_is_as_if_independent():
    union = union_share([0.3, 0.2, 0.1], dependence=Pairwise({(0, 1): 0.05}))
    assert union.central == pytest.approx(1 - 0.55 * 0.9, abs=1e-9)
    nothing = union_share([0.3, 0.2, 0.1], dependence=Pairwise({}))
    assert [nothing.lower, nothing.upper] == pytest.approx([0.3, 0.6], abs=1e-9)


def test_areas_apart_add_and_the_same_areas_share():
    halves = [0.5, 0.5]
    apart = union_share([0.2, 0.3], dependence=Footprints([[0.4, 0], [0, 0.6]], halves))
    assert apart.central == apart.upper == pytest.approx(0.5)
    assert apart.lower == pytest.approx(0.5)
    same = union_share([0.2, 0.3], dependence=Footprints([[0.4, 0], [0.6, 0]], halves))
    assert same.central == pytest.approx(0.5 * (1 - 0.6 * 0.4))
    nested = union_share(
        [0.2, 0.3], dependence=Footprints([[0.4, 0], [0.6, 0]], halves, within=Comonotone())
    )
    assert nested.central == pytest.approx(0.3)


def test_areas_follow_the_share_of_each_draw():
    shares = np.array([[0.2, 0.3], [0.1, 0.15]])
    union = union_share(shares, dependence=Footprints([[0.4, 0], [0, 0.2]], [1, 1]))
    assert union.central == pytest.approx(shares.sum(axis=0))


def test_a_draw_beyond_the_people_of_its_areas_is_cut_and_counted():
    shares = np.array([[0.3, 0.6], [0.1, 0.1]])
    union = union_share(shares, dependence=Footprints([[0.4, 0], [0, 0.2]], [1, 1]))
    assert union.capped == 0.5
    assert union.central[1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("shares", "dependence", "message"),
    [
        (
            [0.3, 1.2],
            Independent(),
            r"share must lie in \[0, 1\]: got 1.2 at index \(1,\) \(1 of 2",
        ),
        ([[0.3, np.nan]], Independent(), r"got nan at index \(0, 1\)"),
        ([], Independent(), "one row for each crisis"),
        ([0.7, 0.6], Disjoint(), "must not add to more than everybody: got 1.3"),
        ([0.3] * 3, GaussianCopula(-0.6), r"of 3 crises must lie in \[-0.5, 1\]: got -0.6"),
        ([0.3] * 2, GaussianCopula([0.2, np.nan]), "got nan"),
        ([0.3] * 2, GaussianCopula([[1, 0.2], [0.3, 1]]), "must be a correlation matrix"),
        (
            [0.3] * 3,
            GaussianCopula([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]),
            "corr_nearest finds the nearest",
        ),
        ([0.3, 0.2], Pairwise({(0, 1): 0.25}), r"crises 0 and 1 must lie in \[0, 0.2\]: got 0.25"),
        ([0.8, 0.7], Pairwise({(0, 1): 0.4}), r"must lie in \[0.5, 0.7\]"),
        ([0.3, 0.2], Pairwise({(0, 1): 1.2}, relative=True), "got 1.2"),
        (
            [0.3, 0.2],
            Pairwise({(0, 2): 0.1}),
            r"two or more of the 2 crises by position, each once: got \(0, 2\)",
        ),
        (
            [0.5, 0.5, 0.5],
            Pairwise({(0, 1): 0.0, (0, 2): 0.0, (1, 2): 0.0}),
            "contradict the shares or each other",
        ),
        ([0.1] * 11, Pairwise({(0, 1): 0.05}), "up to 10 crises: got 11"),
        ([0.3, 0.2], Footprints([[0.1], [0.2], [0.3]], [1.0]), r"got \(3, 1\) and \(1,\) for 2"),
        ([0.3, 0.2], Footprints([[0.4, 0], [0, 0.4]], [1, -1]), "one value >= 0 per area"),
        ([0.7, 0.2], Footprints([[0.4, 0], [0, 0.4]], [1, 1]), "areas of crisis 0 hold 0.5 of"),
        ([0.3, 0.2], "independent", "one of the classes of gecam.aggregation: got 'independent'"),
    ],
)
def test_what_cannot_be_is_refused(shares, dependence, message):
    with pytest.raises(InputError, match=message):
        union_share(shares, dependence=dependence)


@pytest.mark.parametrize("events", [3, 5])
def test_draws_of_many_blocks_have_the_bits_that_they_have_alone(events):
    n = 2 * BLOCK // 73 + 5  # up to ten events the rule has 73 nodes
    streams = Streams(2)
    shares = np.array([streams.uniform("share", str(i), 0, n) for i in range(events)])
    r = streams.uniform("r", "", 0, n)
    together = none_exchangeable(shares, r)
    for i in (0, 1, BLOCK // 73, n - 1):
        one = none_exchangeable(shares[:, i : i + 1], r[i : i + 1])
        assert together[i] == one[0]


def test_two_events_are_three_of_which_one_never_happens():
    streams, n = Streams(4), 4_000
    odds = np.array([streams.normal("share", str(i), 0, n) for i in range(2)])
    shares = 1 / (1 + np.exp(-6 * odds))
    shares[1, ::5] = shares[0, ::5]
    shares[:, :9], shares[0, 9:20] = 0.5, 0.5
    r = streams.uniform("r", "", 0, n)
    r[::11] = 1 - 10.0 ** -np.linspace(0, 16, len(r[::11]))
    r[:30:3] = 1.0
    three = none_exchangeable(np.vstack([shares, np.zeros(n)]), r)
    two = union_of_two(shares, r)
    np.testing.assert_allclose(two, 1 - three, rtol=0, atol=1e-14)
    assert union_of_two(shares[:, 7:8], r[7:8]) == two[7]


def test_two_events_have_the_closed_forms():
    r = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    expected = 3 / 4 - np.arcsin(r) / (2 * np.pi)  # Sheppard (1899)
    np.testing.assert_allclose(union_of_two(np.full((2, 5), 0.5), r), expected, rtol=1e-15)
    shares = np.array([[0.0, 1.0, 0.2, 0.2], [0.3, 0.3, 0.1, 0.1]])
    unions = union_of_two(shares, np.array([0.4, 0.4, 1.0, -1.0]))
    np.testing.assert_allclose(unions, [0.3, 1.0, 0.2, 0.3], rtol=0, atol=2e-16)
