"""Crises of one country: replaced, within, disjoint, overlapping."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gecam.estimation.overlaps import union_of_crises
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
        assert result.kept == (1,)
        assert "hrp is superseded by flash" in result.relations[0]


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
