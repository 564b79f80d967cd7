"""Relations between crises: what counts, what is left out and why, and in which order."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.aggregation import (
    Comonotone,
    GaussianCopula,
    Independent,
    PairRelation,
    Pairwise,
    combine_relations,
)
from gecam.errors import InputError


def combine(shares, *relations, overlap=Independent()):  # noqa: B008  (immutable)
    return combine_relations(shares, relations, overlap=overlap)


def test_one_crisis_is_its_own_union():
    shares = np.array([[0.1, 0.3]])
    combined = combine(shares)
    assert np.array_equal(combined.union.central, shares[0])
    assert (combined.counted, combined.left_out) == ((0,), {})


def test_without_relations_crises_overlap():
    assert combine([0.3, 0.2]).union.central == pytest.approx(0.44)
    assert combine([0.3, 0.2], overlap=Comonotone()).union.central == 0.3


def test_a_superseded_plan_is_not_counted():
    # Ukraine 2022: the flash appeal replaces the country plan
    combined = combine([0.08, 0.36], PairRelation("supersedes", 1, 0))
    assert combined.union.central == combined.union.upper == 0.36
    assert combined.union.factor == 1
    assert combined.left_out == {0: "superseded by 1"}


def test_superseding_twice_leaves_the_last():
    combined = combine(
        [0.1, 0.2, 0.3], PairRelation("supersedes", 1, 0), PairRelation("supersedes", 2, 1)
    )
    assert combined.counted == (2,)
    assert combined.left_out == {0: "superseded by 1", 1: "superseded by 2"}


def test_relations_of_a_superseded_plan_fall_with_it():
    combined = combine(
        [0.1, 0.3, 0.2],
        PairRelation("supersedes", 1, 0),
        PairRelation("disjoint", 0, 2),
        overlap=Comonotone(),
    )
    assert combined.union.central == 0.3


def test_a_crisis_within_another_adds_nothing_but_counts_twice():
    combined = combine([0.3, 0.05], PairRelation("within", 1, 0))
    assert combined.union.central == 0.3
    assert combined.union.factor == pytest.approx(0.35 / 0.3)
    assert combined.left_out == {1: "within 0"}


def test_a_draw_of_the_inner_crisis_above_the_outer_stands_for_it():
    combined = combine([[0.3, 0.3], [0.1, 0.4]], PairRelation("within", 1, 0))
    assert combined.union.central.tolist() == [0.3, 0.4]


def test_nested_crises_end_in_the_outermost():
    combined = combine([0.3, 0.2, 0.1], PairRelation("within", 2, 1), PairRelation("within", 1, 0))
    assert combined.union.central == 0.3
    assert combined.counted == (0,)


def test_disjoint_crises_add():
    combined = combine([0.3, 0.2], PairRelation("disjoint", 0, 1))
    assert combined.union.central == combined.union.lower == combined.union.upper == 0.5
    assert combined.union.factor == 1


def test_disjoint_crises_are_added_before_what_overlaps_both():
    combined = combine([0.3, 0.2, 0.1], PairRelation("disjoint", 0, 1))
    assert combined.union.central == pytest.approx(1 - 0.5 * 0.9)
    assert combined.union.lower == pytest.approx(0.5)
    assert combined.union.upper == pytest.approx(0.6)


def test_overlapping_crises_are_united_before_what_is_apart_from_both():
    combined = combine(
        [0.3, 0.2, 0.1], PairRelation("disjoint", 0, 2), PairRelation("disjoint", 1, 2)
    )
    assert combined.union.central == pytest.approx(0.44 + 0.1)
    assert combined.union.lower == pytest.approx(0.3 + 0.1)


def test_a_pair_may_have_its_own_dependence():
    # Mozambique: the cyclone appeal shares one province with the country plan
    own = PairRelation("overlaps", 0, 1, Pairwise({(0, 1): 0.1}))
    combined = combine([0.3, 0.2], own)
    assert combined.union.central == pytest.approx(0.4, abs=1e-9)
    assert combined.union.lower == pytest.approx(0.4, abs=1e-9)
    apart = combine(
        [0.3, 0.2, 0.1], own, PairRelation("disjoint", 0, 2), PairRelation("disjoint", 1, 2)
    )
    assert apart.union.central == pytest.approx(0.5, abs=1e-9)


def test_correlations_per_draw_pass_through():
    r = np.array([0.0, 0.5, 1.0])
    shares = np.tile([[0.3], [0.2], [0.1]], 3)
    combined = combine(shares, PairRelation("disjoint", 0, 2), overlap=GaussianCopula(r))
    assert combined.union.central[0] == pytest.approx(1 - 0.6 * 0.8)
    assert combined.union.central[2] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("relations", "message"),
    [
        ([PairRelation("within", 0, 4)], "by position, 0 to 3: got 0 within 4"),
        (
            [PairRelation("supersedes", 0, 1), PairRelation("supersedes", 1, 0)],
            "'supersedes' run in a circ",
        ),
        ([PairRelation("within", 0, 1), PairRelation("within", 1, 0)], "'within' run in a circle"),
        (
            [PairRelation("overlaps", 0, 1), PairRelation("disjoint", 1, 0)],
            "both overlap and be disjoint",
        ),
        (
            [
                PairRelation("disjoint", 0, 1),
                PairRelation("disjoint", 1, 2),
                PairRelation("disjoint", 2, 3),
            ],
            "no order of uniting them has it all. Use union_share with Pairwise",
        ),
        ([PairRelation("overlaps", 0, 1, Comonotone())], "among more than two parts"),
    ],
)
def test_relations_that_contradict_are_refused(relations, message):
    with pytest.raises(InputError, match=message):
        combine([0.1, 0.1, 0.1, 0.1], *relations)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: PairRelation("inside", 0, 1),
            "kind must be one of 'supersedes', 'disjoint', 'within'",
        ),
        (lambda: PairRelation("within", 1, 1), "not related to itself: got within 1"),
        (lambda: PairRelation("within", 0, 1, Comonotone()), "only 'overlaps' takes a dependence"),
    ],
)
def test_an_impossible_relation_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


MEASURED = [
    PairRelation.measured(0, 1, 0.5),
    PairRelation.measured(0, 2, 0.5),
    PairRelation.measured(1, 2, 0.3),
]


def test_a_measured_overlap_of_three_settles_their_union():
    """.5 + .4 + .3 less .2, .15 and .09, and those in all three back: a fifth of the smallest, .06."""
    for shares in ([0.5, 0.4, 0.3], np.repeat([[0.5], [0.4], [0.3]], 4, axis=1)):
        union = combine_relations(
            shares, MEASURED, joint={(2, 0, 1): 0.2}, overlap=Independent()
        ).union
        for value in (union.lower, union.central, union.upper):
            np.testing.assert_allclose(value, 0.82, atol=1e-9)
        np.testing.assert_allclose(union.factor, 1.2 / 0.82)


def test_more_in_all_three_means_more_in_the_union_where_pairs_are_known():
    # those in all three are subtracted thrice with the pairs, and added back once
    unions = [
        combine_relations(
            [0.5, 0.4, 0.3], MEASURED, joint={(0, 1, 2): part}, overlap=Comonotone()
        ).union.central
        for part in (0.1, 0.2, 0.3)
    ]
    np.testing.assert_allclose(np.diff(unions), 0.03, atol=1e-9)


def test_draws_of_a_joint_overlap_are_used_draw_by_draw():
    shares = np.repeat([[0.5], [0.4], [0.3]], 2, axis=1)
    union = combine_relations(
        shares, MEASURED, joint={(0, 1, 2): np.array([0.1, 0.3])}, overlap=Independent()
    ).union
    np.testing.assert_allclose(union.central, [0.79, 0.85], atol=1e-9)


def test_a_joint_overlap_without_its_pairs_keeps_what_it_says():
    """Half of the smallest in all three: no more than .3 + .2 + .1 - 2 (.05) in one of them."""
    union = combine_relations([0.3, 0.2, 0.1], joint={(0, 1, 2): 0.5}, overlap=Comonotone()).union
    assert union.lower == 0.3
    assert union.upper == pytest.approx(0.5)
    assert 0.3 < union.central < 0.5


def test_a_joint_overlap_is_counted_before_what_is_apart_and_beside_what_overlaps():
    joint = {(0, 1, 2): 0.2}
    apart = [PairRelation("disjoint", 3, i) for i in range(3)]
    shares = [0.5, 0.4, 0.3, 0.1]
    union = combine_relations(shares, [*MEASURED, *apart], joint=joint, overlap=Independent()).union
    assert union.central == pytest.approx(0.92)
    union = combine_relations(shares, MEASURED, joint=joint, overlap=Independent()).union
    assert union.central == pytest.approx(1 - 0.18 * 0.9)


def test_a_joint_overlap_falls_with_a_superseded_plan():
    relations = [PairRelation("supersedes", 3, 0)]
    with_joint, without = (
        combine_relations([0.5, 0.4, 0.3, 0.2], relations, joint=joint, overlap=Independent())
        for joint in ({(0, 1, 2): 0.2}, None)
    )
    assert with_joint.union.central == without.union.central


def test_a_joint_overlap_that_contradicts_its_pairs_is_met_as_nearly_as_possible_and_said():
    none = [PairRelation.measured(i, j, 0.0) for i, j in ((0, 1), (0, 2), (1, 2))]
    union = combine_relations([0.3, 0.2, 0.1], none, joint={(0, 1, 2): 0.5}, overlap=Independent())
    assert union.union.capped == 1
    assert 0.3 <= union.union.central <= 0.6


@pytest.mark.parametrize(
    ("joint", "relations", "message"),
    [
        ({(0, 1): 0.5}, [], "three or more crises by position, 0 to 3, each once: got .0, 1."),
        ({(0, 1, 1): 0.5}, [], "each once: got .0, 1, 1."),
        ({(0, 1, 4): 0.5}, [], "each once: got .0, 1, 4."),
        ({(0, 1, 2): 1.5}, [], "the overlap of crises 0 and 1 and 2 must lie in .*: got 1.5"),
        ({(0, 1, 2): 0.5}, [PairRelation("disjoint", 2, 0)], "two of the crises .* are disjoint"),
        ({(0, 1, 2): 0.5}, [PairRelation("within", 2, 3)], "crisis 2, which lies within 3"),
    ],
)
def test_an_impossible_joint_overlap_is_refused(joint, relations, message):
    with pytest.raises(InputError, match=message):
        combine_relations([0.3, 0.2, 0.1, 0.1], relations, joint=joint, overlap=Independent())


def test_disjoint_crises_of_more_than_everybody_are_refused_or_cut():
    relations = [PairRelation("disjoint", 0, 1)]
    with pytest.raises(InputError, match=r"must not add to more than everybody: got 1\.3"):
        combine_relations([0.7, 0.6], relations, overlap=Independent())
    cut = combine_relations([0.7, 0.6], relations, overlap=Independent(), on_excess="cut").union
    assert (cut.central, cut.upper, cut.capped) == (1.0, 1.0, 1.0)
    assert cut.factor == pytest.approx(1.3)
