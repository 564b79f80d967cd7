"""Unions of crises under any shares: bounds, one more crisis, order, dependence, relations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gecam.aggregation import (
    Comonotone,
    Disjoint,
    Footprints,
    Frechet,
    GaussianCopula,
    Independent,
    PairRelation,
    Pairwise,
    combine_relations,
    union_share,
)

share = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.5]))
shares = st.lists(share, min_size=1, max_size=6)
simple = st.one_of(
    st.sampled_from([Independent(), Comonotone(), Frechet()]),
    st.floats(0, 1).map(GaussianCopula),
)
# quadrature errs by less than 1e-12
QUADRATURE = 1e-11


@given(p=shares, dependence=simple)
def test_a_union_lies_within_frechets_bounds(p, dependence):
    union = union_share(p, dependence=dependence)
    assert max(p) == union.lower <= union.central <= union.upper <= 1
    assert union.upper == pytest.approx(min(1, sum(p)))
    assert union.factor >= 1 - 1e-12


@given(p=shares, more=share, dependence=simple)
def test_one_more_crisis_never_lowers_a_union(p, more, dependence):
    before = union_share(p, dependence=dependence)
    after = union_share([*p, more], dependence=dependence)
    for name in ("central", "lower", "upper"):
        assert getattr(after, name) >= getattr(before, name) - QUADRATURE


@given(p=st.lists(share, min_size=2, max_size=3), more=share, seed=st.integers(0, 100))
def test_one_more_crisis_never_lowers_a_union_of_any_correlations(p, more, seed):
    k = len(p) + 1
    loadings = np.random.default_rng(seed).normal(size=(k, k))
    matrix = loadings @ loadings.T
    matrix /= np.sqrt(np.outer(matrix.diagonal(), matrix.diagonal()))
    np.fill_diagonal(matrix, 1.0)
    before = union_share(p, dependence=GaussianCopula(matrix[:-1, :-1]))
    after = union_share([*p, more], dependence=GaussianCopula(matrix))
    # two crises are exact, three sampled: 5e-5 between them
    assert after.central >= before.central - (5e-5 if len(p) == 2 else 1e-12)


@given(data=st.data(), p=shares, dependence=simple)
def test_the_order_of_crises_does_not_matter(data, p, dependence):
    shuffled = data.draw(st.permutations(p))
    expected = union_share(p, dependence=dependence).central
    assert union_share(shuffled, dependence=dependence).central == pytest.approx(
        expected, abs=QUADRATURE
    )


@given(
    p=st.lists(share, min_size=2, max_size=6),
    r=st.lists(st.floats(0, 1), min_size=2, max_size=2),
)
def test_more_dependence_means_more_overlap(p, r):
    weak, strong = sorted(r)
    union = union_share(p, dependence=GaussianCopula(np.array([0.0, weak, strong, 1.0]))).central
    assert (np.diff(union) <= QUADRATURE).all()
    assert union[0] == pytest.approx(union_share(p, dependence=Independent()).central, abs=1e-11)
    assert union[-1] == pytest.approx(max(p), abs=1e-11)


@given(p=st.tuples(share, share), r=st.floats(-1, 1))
def test_two_crises_turned_round_satisfy_de_morgan(p, r):
    # P(A or B) + P(not A and not B) = 1, and not-A, not-B correlate as A and B do
    union = union_share(p, dependence=GaussianCopula(r)).central
    outside = union_share([1 - p[0], 1 - p[1]], dependence=GaussianCopula(r)).central
    both_outside = (1 - p[0]) + (1 - p[1]) - outside
    assert union + both_outside == pytest.approx(1, abs=QUADRATURE)


@given(k=st.integers(2, 4), seed=st.integers(0, 10_000), known=st.integers(0, 6))
def test_known_overlaps_enclose_the_truth(k, seed, known):
    rng = np.random.default_rng(seed)
    people = rng.dirichlet(np.full(2**k, 0.4), size=3).T
    inside = (np.arange(2**k) >> np.arange(k)[:, None]) & 1 == 1
    p = np.stack([people[group].sum(axis=0) for group in inside])
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)][:known]
    overlaps = {(i, j): people[inside[i] & inside[j]].sum(axis=0) for i, j in pairs}
    union, truth = union_share(p, dependence=Pairwise(overlaps)), 1 - people[0]
    assert (union.lower <= truth + 1e-9).all()
    assert (truth <= union.upper + 1e-9).all()
    assert ((union.lower <= union.central) & (union.central <= union.upper)).all()
    fewer = union_share(p, dependence=Pairwise(dict(list(overlaps.items())[:-1])))
    assert (fewer.lower <= union.lower + 1e-8).all()
    assert (union.upper <= fewer.upper + 1e-8).all()


@given(seed=st.integers(0, 10_000), k=st.integers(1, 4), areas=st.integers(1, 5))
def test_areas_keep_each_crisis_and_tighten_the_bounds(seed, k, areas):
    rng = np.random.default_rng(seed)
    pattern, weights = rng.uniform(0, 1, (k, areas)), rng.uniform(0.1, 1, areas)
    p = pattern @ weights / weights.sum()
    union = union_share(p, dependence=Footprints(pattern, weights))
    exact = (1 - np.prod(1 - pattern, axis=0)) @ weights / weights.sum()
    assert union.central == pytest.approx(exact if k > 1 else p[0], abs=1e-9)
    assert max(p) - 1e-9 <= union.lower <= union.upper <= min(1, p.sum()) + 1e-9


@st.composite
def related(draw):
    """Shares and relations without contradiction: each pair is met at most once."""
    k = draw(st.integers(1, 4))
    p = draw(st.lists(st.floats(0, 1 / k), min_size=k, max_size=k))
    relations = []
    for second in range(1, k):
        kind = draw(st.sampled_from(["supersedes", "disjoint", "within", "overlaps", None]))
        if kind is not None:
            first = draw(st.integers(0, second - 1))
            ends = (second, first) if kind in {"supersedes", "within"} else (first, second)
            relations.append(PairRelation(kind, *ends))
    return p, relations


@given(case=related(), dependence=simple)
def test_relations_are_respected(case, dependence):
    p, relations = case
    try:
        combined = combine_relations(p, relations, overlap=dependence)
    except ValueError as error:  # a path of disjoint pairs has no order of uniting
        assert "no order of uniting" in str(error)  # noqa: PT017
        return
    union, superseded = combined.union, {r.second for r in relations if r.kind == "supersedes"}
    shown = [x for i, x in enumerate(p) if i not in superseded]
    assert set(combined.counted) | set(combined.left_out) == set(range(len(p)))
    assert not superseded & set(combined.counted)
    assert max(shown) - 1e-12 <= union.lower <= union.central + 1e-12
    assert union.central <= union.upper + 1e-12 <= sum(shown) + 1e-11
    if union.central > 0:
        assert union.factor == pytest.approx(sum(shown) / union.central)
    else:
        assert union.factor == 1


@given(p=st.lists(st.floats(0, 0.2), min_size=2, max_size=5))
def test_crises_in_different_places_add(p):
    relations = [PairRelation("disjoint", i, j) for i in range(len(p)) for j in range(i)]
    combined = combine_relations(p, relations, overlap=Independent())
    assert combined.union.central == pytest.approx(sum(p), abs=1e-15)
    assert union_share(p, dependence=Disjoint()).central == pytest.approx(sum(p), abs=1e-15)
