"""Overlaps measured on maps: unions of footprints obey the bounds that any union obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gecam.aggregation import Independent, PairRelation, combine_relations

PARTS = st.floats(0, 1)


@given(PARTS, PARTS, PARTS)
def test_the_union_of_two_lies_between_the_larger_and_the_sum(p, q, shared):
    union = combine_relations(
        [p, q], [PairRelation.measured(0, 1, shared)], overlap=Independent()
    ).union
    assert max(p, q) - 1e-12 <= union.central <= min(1, p + q) + 1e-12
    assert union.lower == union.central == union.upper  # nothing is left to assume


@given(PARTS, PARTS)
def test_all_of_the_smaller_in_both_is_one_inside_the_other_and_nobody_is_the_sum(p, q):
    def united(part):
        return combine_relations([p, q], [PairRelation.measured(0, 1, part)], overlap=Independent())

    assert united(1.0).union.central == pytest.approx(max(p, q), abs=1e-12)
    assert united(0.0).union.central == pytest.approx(min(1, p + q), abs=1e-12)


@given(PARTS, PARTS, PARTS, PARTS)
def test_more_in_both_never_means_more_in_the_union(p, q, first, second):
    low, high = sorted((first, second))
    unions = [
        combine_relations(
            [p, q], [PairRelation.measured(0, 1, x)], overlap=Independent()
        ).union.central
        for x in (low, high)
    ]
    assert unions[1] <= unions[0] + 1e-12


@pytest.mark.slow
@given(
    st.lists(st.floats(0.01, 0.9), min_size=3, max_size=4), st.lists(PARTS, min_size=6, max_size=6)
)
def test_the_union_of_more_lies_between_the_largest_and_the_sum_even_where_parts_contradict(
    shares, parts
):
    pairs = [(i, j) for i in range(len(shares)) for j in range(i)]
    relations = [
        PairRelation.measured(i, j, part) for (i, j), part in zip(pairs, parts, strict=False)
    ]
    union = combine_relations(shares, relations, overlap=Independent()).union
    assert max(shares) - 1e-9 <= union.central <= min(1, sum(shares)) + 1e-9
    assert union.lower - 1e-9 <= union.central <= union.upper + 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=3, max_size=4, unique=True)
)
@pytest.mark.slow
def test_the_bounds_hold_the_true_union_of_stretches_of_a_line(stretches):
    line = np.zeros((len(stretches), 100), dtype=bool)
    for row, (start, length) in zip(line, stretches, strict=True):
        row[start : start + length] = True
    shares = line.mean(axis=1)
    relations = [
        PairRelation.measured(i, j, (line[i] & line[j]).mean() / min(shares[i], shares[j]))
        for i in range(len(line))
        for j in range(i)
    ]
    combined = combine_relations(shares, relations, overlap=Independent())
    true = line.any(axis=0).mean()
    assert combined.union.lower - 1e-9 <= true <= combined.union.upper + 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=3, max_size=3, unique=True)
)
@pytest.mark.slow
def test_all_overlaps_of_three_stretches_of_a_line_give_the_true_union(stretches):
    line = np.zeros((3, 100), dtype=bool)
    for row, (start, length) in zip(line, stretches, strict=True):
        row[start : start + length] = True
    shares = line.mean(axis=1)
    relations = [
        PairRelation.measured(i, j, (line[i] & line[j]).mean() / min(shares[i], shares[j]))
        for i in range(3)
        for j in range(i)
    ]
    joint = {(0, 1, 2): line.all(axis=0).mean() / shares.min()}
    union = combine_relations(shares, relations, joint=joint, overlap=Independent()).union
    assert union.central == pytest.approx(line.any(axis=0).mean(), abs=1e-9)
    assert union.lower == pytest.approx(union.upper, abs=1e-9)


BOX = st.tuples(st.floats(30, 37), st.floats(0.5, 3))


@given(BOX, BOX)
@settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_two_footprints_drawn_on_one_map_have_the_union_that_the_map_has(small_case, first, second):
    shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
    pytest.importorskip("pyproj", reason='needs the extra "geo"')
    from gecam.estimation import estimate
    from gecam.geo import Extent, Shapes, crisis_zone_sums, exposure, footprint, footprint_overlap
    from gecam.model import Crisis

    when = date(2022, 7, 1)
    areas = Shapes.of(["all"], [shapely.box(30, 0, 40, 1)])
    shapes = {
        name: shapely.box(west, 0, west + width, 1)
        for name, (west, width) in (("a", first), ("b", second))
    }
    residents = {"all": 50e6}
    found = footprint_overlap(shapes, areas, residents=residents)
    footprints = tuple(
        footprint(
            exposure(areas, Extent.of_shapes(Shapes.of([n], [s])), residents=residents),
            crisis=n, destination="KEN", as_of=when, residents=50e6,
        )
        for n, s in shapes.items()
    )  # fmt: skip
    small, large = sorted(shapes, key=lambda n: found.both.diagonal()[found.crises.index(n)])
    crises = tuple(
        Crisis(n, n, "disaster", when, relations=(found.relation(n, large),) if n == small else ())
        for n in shapes
    )
    case = replace(
        small_case, crises=crises, footprints=footprints,
        assumptions=replace(small_case.assumptions, protection_in_need="national"),
    )  # fmt: skip
    est = estimate(case, draws=50, seed=1)
    rows = est.by("crisis").summary()["odds_ratio_1"]
    union = est.by("destination").summary()["odds_ratio_1"].iloc[0]
    both = {"union": shapely.union(*shapes.values()), "smaller": shapes[small]}
    inside = crisis_zone_sums(both, areas).loc["all"]
    # residents have their error
    assert union == pytest.approx(rows.min() * inside["union"] / inside["smaller"], rel=0.02)
    assert rows.max() * (1 - 1e-6) <= union <= rows.sum() * (1 + 1e-6)
    flags = " ".join(flag for cell in est.cells for flag in cell.flags)
    assert "OVERLAP_ASSUMED" not in flags
