"""Crises of one country: replaced, within, disjoint, overlapping."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.draw.overlaps import union_of_crises
from gecam.model import Assumptions, Crisis, Relation

T = date(2022, 7, 1)
PEOPLE = np.full(64, 1000.0)
U = (np.arange(64) + 0.5) / 64


def crisis(name, *relations):
    return Crisis(name, name, "complex", T, relations=tuple(Relation(k, o) for k, o in relations))


def union(crises, affected, assumptions=None):
    draws = np.array([[a] * 64 for a in affected], dtype=float)
    return union_of_crises(
        crises, draws, np.array(affected, dtype=float), np.stack([PEOPLE] * len(crises)),
        np.full(len(crises), 1000.0), 0, assumptions or Assumptions(), U,
    )  # fmt: skip


def test_one_crisis_is_itself():
    result = union([crisis("a")], [300])
    assert (result.draws == 300).all()
    assert result.odds_ratio_1 == 300


def test_a_flash_appeal_replaces_the_country_plan_whichever_says_so():
    for pair in (
        [crisis("hrp"), crisis("flash", ("supersedes", "hrp"))],
        [crisis("hrp", ("within", "flash")), crisis("flash", ("supersedes", "hrp"))],
    ):
        result = union(pair, [100, 400])
        assert np.allclose(result.draws, 400)
        assert result.counted == (1,)
        assert "hrp is superseded by flash" in str(result.relations[0])


def test_a_crisis_within_another_adds_nothing():
    result = union([crisis("cholera", ("within", "war")), crisis("war")], [50, 400])
    assert np.allclose(result.draws, 400)


def test_other_provinces_add():
    result = union([crisis("a", ("disjoint", "b")), crisis("b")], [200, 300])
    assert np.allclose(result.draws, 500)
    assert result.odds_ratio_1 == pytest.approx(500)


def test_overlapping_crises_lie_between_the_larger_and_independence():
    result = union([crisis("a"), crisis("b", ("overlaps", "a"))], [200, 300])
    independent = 1000 * (1 - 0.8 * 0.7)
    assert (result.draws >= 300).all()
    assert (result.draws <= independent + 1e-9).all()
    assert result.draws.max() - result.draws.min() > 50  # the overlap is uncertain
    assert result.odds_ratio_1 == pytest.approx(result.draws.mean(), rel=1e-3)  # 64 midpoints


def test_the_dependence_can_be_stated():
    crises = [crisis("a"), crisis("b")]
    independent = union(crises, [200, 300], Assumptions(overlap="independent"))
    assert np.allclose(independent.draws, 440)
    comonotone = union(crises, [200, 300], Assumptions(overlap="comonotone"))
    assert np.allclose(comonotone.draws, 300)


def test_without_relations_everything_overlaps():
    crises = [crisis("a", ("disjoint", "b")), crisis("b")]
    assert union(crises, [200, 300], Assumptions(apply_relations=False)).draws.max() < 441


def overlapping(name, **shared):
    """A crisis that shares a measured part with each of others."""
    relations = tuple(
        Relation("overlaps", other, "overlay of two maps", shared=part)
        for other, part in shared.items()
    )
    return Crisis(name, name, "complex", T, relations=relations)


def test_a_measured_overlap_takes_the_place_of_the_assumption():
    result = union([crisis("a"), overlapping("b", a=0.25)], [300, 200])
    assert np.allclose(result.draws, 300 + 200 - 0.25 * 200)
    assert result.odds_ratio_1 == pytest.approx(450)
    assert not result.is_assumed
    assert [*map(str, result.relations)] == [
        "a and b: 25.0% of the smaller is in both, overlay of two maps"
    ]


@pytest.mark.parametrize(("part", "people"), [(0.0, 500), (1.0, 300)])
def test_a_measured_overlap_of_nobody_adds_and_of_all_takes_the_larger(part, people):
    assert np.allclose(union([crisis("a"), overlapping("b", a=part)], [300, 200]).draws, people)


def test_a_measured_overlap_has_its_own_spread():
    relation = Relation("overlaps", "a", shared=0.5, shared_sd=0.1)
    crises = [crisis("a"), Crisis("b", "b", "complex", T, relations=(relation,))]
    keys = []

    def uniform(key):
        keys.append(key)
        return U

    draws = np.array([[300.0] * 64, [200.0] * 64])
    result = union_of_crises(
        crises, draws, draws[:, 0], np.stack([PEOPLE] * 2), np.full(2, 1000.0), 0, Assumptions(), U,
        uniform,
    )  # fmt: skip
    assert keys == ["a/b"]
    assert result.draws.mean() == pytest.approx(400, abs=0.5)  # 64 midpoints
    assert result.draws.std() == pytest.approx(0.1 * 200, rel=0.02)
    assert result.odds_ratio_1 == pytest.approx(400)


def test_only_the_pair_that_was_measured_is_free_of_the_assumption():
    crises = [crisis("a"), overlapping("b", a=0.25), crisis("c")]
    result = union(crises, [300, 200, 100], Assumptions(overlap="independent"))
    assert np.allclose(result.draws, 1000 * (1 - (1 - 0.45) * 0.9))
    assert result.is_assumed
    assert str(result.relations[0]).startswith("a and b: 25.0%")
    assert "overlap as if independent" in str(result.relations[1])


def test_a_measured_statement_counts_more_than_a_bare_one():
    crises = [crisis("a", ("overlaps", "b")), overlapping("b", a=0.25)]
    assert np.allclose(union(crises, [300, 200]).draws, 450)


def test_without_relations_a_measured_overlap_is_not_used():
    crises = [crisis("a"), overlapping("b", a=0.0)]
    assert union(crises, [300, 200], Assumptions(apply_relations=False)).draws.max() < 441


def test_three_measured_pairs_give_the_union_of_three_boxes():
    # boxes 0-300, 200-500, 400-600: neighbours share 100 of 300 and 100 of 200, the ends nothing
    crises = [crisis("a"), overlapping("b", a=1 / 3), overlapping("c", b=0.5, a=0.0)]
    assert np.allclose(union(crises, [300, 300, 200]).draws, 600, atol=1e-3)


def test_measured_overlaps_that_contradict_each_other_are_said_to():
    crises = [crisis("a"), overlapping("b", a=1.0), overlapping("c", b=1.0, a=0.0)]
    result = union(crises, [300, 300, 300])
    assert "contradict each other in 100.0% of the draws" in str(result.relations[-1])
    assert (result.draws >= 300).all()
    assert (result.draws <= 900).all()


def test_crises_of_other_provinces_are_not_said_to_overlap():
    result = union([crisis("a", ("disjoint", "b")), crisis("b")], [200, 300])
    assert [*map(str, result.relations)] == ["a and b: nobody is in both"]
    assert not result.is_assumed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "within", "shared": 0.5}, "only 'overlaps' takes a measured overlap"),
        ({"shared": 1.2}, r"must lie in \[0, 1\]: got 1.2 for the relation to 'a'"),
        ({"shared": float("nan")}, "shared must be a number or None: got nan"),
        ({"shared_sd": 0.1}, "without shared"),
        ({"shared": 0.5, "shared_sd": 0.5}, "below that of all or nothing"),
        ({"shared": 1.0, "shared_sd": 0.1}, "below that of all or nothing"),
    ],
)
def test_impossible_measured_overlaps_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        Relation(**({"kind": "overlaps", "other": "a"} | options))
