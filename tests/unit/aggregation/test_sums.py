"""Sums of leaf draws: one order of addition, whatever the order of the leaves."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.aggregation import segment_sums
from gecam.errors import InputError

RNG = np.random.default_rng(2)
DRAWS = RNG.lognormal(10, 3, (40, 25))
IDS = [f"crisis-{i:02d}" for i in range(40)]
LABELS = [("SDN", "TCD", "YEM")[i % 3] for i in range(40)]


def test_sums_are_draw_by_draw():
    labels, sums = segment_sums(DRAWS, LABELS, ids=IDS)
    assert labels == ("SDN", "TCD", "YEM")
    assert sums == pytest.approx(np.stack([DRAWS[i::3].sum(axis=0) for i in range(3)]), rel=1e-13)
    assert sums.sum(axis=0) == pytest.approx(DRAWS.sum(axis=0), rel=1e-13)


def test_the_order_of_leaves_changes_no_bit():
    expected = segment_sums(DRAWS, LABELS, ids=IDS).draws
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(40)
        shuffled = segment_sums(
            DRAWS[order], [LABELS[i] for i in order], ids=[IDS[i] for i in order]
        )
        assert np.array_equal(shuffled.draws, expected)


def test_the_order_would_matter_without_names():
    # what the fixed order is for: floating-point sums depend on it
    draws = np.array([[1e16], [1.0], [1.0]])
    assert segment_sums(draws, ["a"] * 3).draws[0, 0] == 1e16
    assert segment_sums(draws[::-1], ["a"] * 3).draws[0, 0] == 1e16 + 2
    assert segment_sums(draws[::-1], ["a"] * 3, ids=[3, 2, 1]).draws[0, 0] == 1e16


def test_blocks_of_draws_and_subsets_of_groups_change_no_bit():
    whole = segment_sums(DRAWS, LABELS, ids=IDS).draws
    parts = [segment_sums(DRAWS[:, s], LABELS, ids=IDS).draws for s in (slice(0, 9), slice(9, 25))]
    assert np.array_equal(np.hstack(parts), whole)
    one = segment_sums(DRAWS[1::3], LABELS[1::3], ids=IDS[1::3])
    assert np.array_equal(one.draws[0], whole[1])


def test_a_missing_leaf_makes_its_group_missing_and_no_other():
    draws = DRAWS.copy()
    draws[0] = np.nan
    sums = segment_sums(draws, LABELS, ids=IDS).draws
    assert np.isnan(sums[0]).all()
    assert np.isfinite(sums[1:]).all()


def test_labels_may_be_tuples_and_leaves_none():
    assert segment_sums([[1.0], [2.0]], [("B", 1), ("A", 2)]).labels == (("A", 2), ("B", 1))
    assert segment_sums(np.empty((0, 4)), []).draws.shape == (0, 4)


@pytest.mark.parametrize(
    ("draws", "labels", "ids", "message"),
    [
        ([[1.0]], ["a", "b"], None, r"got shape \(1, 1\), 2 labels"),
        ([1.0, 2.0], ["a", "b"], None, "one row for each label"),
        ([[1.0], [2.0]], ["a", "b"], ["x"], "2 labels, 1 ids"),
        ([[1.0], [2.0]], ["a", "b"], ["x", "x"], "ids must not repeat: got 'x'"),
    ],
)
def test_what_does_not_fit_is_refused(draws, labels, ids, message):
    with pytest.raises(InputError, match=message):
        segment_sums(draws, labels, ids=ids)
