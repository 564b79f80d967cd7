"""Errors of the figures of one country: own, of a publisher, and correlated as stated."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gecam.estimation.plan.figure_errors import error_parts, share_scores
from gecam.model import Crisis, Footprint, Relation, Source

WHEN = date(2022, 7, 1)


def parts_of(correlations, *, sources="abc", shared=0.3):
    """Return the parts of the scores of figures A, B and C, with correlations by pair of names."""
    names = sorted({name for pair in correlations for name in pair} | set("AB"))
    crises = [
        Crisis(
            name, name, "disaster", WHEN,
            relations=tuple(
                Relation("overlaps", other, "map", shared=0.5, error_correlation=r)
                for (one, other), r in correlations.items() if one == name
            ),
        )
        for name in names
    ]  # fmt: skip
    footprints = [
        Footprint(name, "KEN", 1e6, WHEN, "exposed", "all", "", "C", denominator=5e7,
                  source=Source(source, "invented", "map"))
        for name, source in zip(names, sources, strict=False)
    ]  # fmt: skip
    return error_parts(crises, footprints, shared)


def correlation(parts, shared=0.3):
    """Return the correlation of scores from their weights, in closed form."""
    inputs = sorted({i for figure in parts for part in figure for i in (part.publisher, part.own)})
    rows = np.zeros((len(parts), len(inputs)))
    for row, figure in zip(rows, parts, strict=True):
        for part in figure:
            row[inputs.index(part.publisher)] += part.weight * np.sqrt(shared)
            row[inputs.index(part.own)] += part.weight * np.sqrt(1 - shared)
    return rows @ rows.T


def test_without_stated_correlations_each_figure_has_its_own_score():
    found = parts_of({})
    assert [[part.weight for part in figure] for figure in found] == [[1.0], [1.0]]
    streams = {("needs/a/2022", "shared"): 2.0, ("needs/A/KEN", "share"): 1.0}
    score = share_scores(found[0], 0.3, lambda of, part: np.array([streams[of, part]]))
    assert score == np.sqrt(0.3) * 2.0 + np.sqrt(0.7) * 1.0


@pytest.mark.parametrize("sources", ["abc", "aab", "aaa"])
def test_scores_have_the_correlations_that_are_stated(sources):
    stated = {("B", "A"): 0.8, ("C", "A"): 0.5, ("C", "B"): 0.6}
    found = correlation(parts_of(stated, sources=sources))
    expected = np.array([[1, 0.8, 0.5], [0.8, 1, 0.6], [0.5, 0.6, 1]])
    assert found == pytest.approx(expected, abs=1e-12)
    (first, *_) = parts_of(stated, sources=sources)
    assert [part.weight for part in first] == [1.0]  # the first keeps its score


def test_the_larger_of_a_stated_correlation_and_the_publishers_holds():
    assert correlation(parts_of({("B", "A"): 0.1}, sources="aa"))[0, 1] == pytest.approx(0.3)
    assert correlation(parts_of({("B", "A"): -0.6}, sources="aa"))[0, 1] == pytest.approx(-0.6)


@pytest.mark.parametrize("shared", [0.3, 1.0])
@pytest.mark.parametrize("sources", ["ab", "aa"])
def test_a_map_and_itself_have_one_score(sources, shared):
    found = correlation(parts_of({("B", "A"): 1.0}, sources=sources, shared=shared), shared)
    assert found == pytest.approx(np.ones((2, 2)), abs=1e-12)


def test_correlations_that_are_not_possible_together_leave_standard_scores():
    stated = {("B", "A"): 1.0, ("C", "A"): 1.0, ("C", "B"): -1.0}
    found = correlation(parts_of(stated))
    assert np.diag(found) == pytest.approx(np.ones(3))
    assert found[0, 1] == found[0, 2] == pytest.approx(1)


def test_a_correlation_lies_between_minus_one_and_one():
    from gecam.errors import InputError

    with pytest.raises(InputError, match=r"must lie in \[-1, 1\]: got 1.5"):
        Relation("within", "A", error_correlation=1.5)
