"""Figures that contradict stock, residents or each other: limited and said, or refused at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.errors import CoverageWarning, InputError
from gecam.estimation import estimate, margin_bounds, migrants_affected
from gecam.model import (
    Assumptions,
    Case,
    Crisis,
    Footprint,
    GroupCount,
    OddsRatioPrior,
    Population,
    ProtectedPopulation,
    Relation,
    Source,
    Stock,
    disjoint_groups,
)

D22 = date(2022, 7, 1)
NEEDS = Source("needs", "invented", "needs")


def country(
    footprints, *, residents, migrants, refugees=0.0, relations=None, assumptions=None, dates=None
):
    """One country with any number of plans; its stock was counted at the reference date."""
    relations, dates = relations or {}, dates or {}
    stock = Stock(
        pd.DataFrame(
            [("KEN", "SOM", day, "total", migrants) for day in ("2017-07-01", "2022-07-01")],
            columns=["destination", "origin", "as_of", "sex", "people"],
        ),
        pd.DataFrame(
            [("KEN", "birth", True, False)],
            columns=["destination", "basis", "refugees_added", "is_imputed"],
        ),
        Source("stock", "invented", "stock"),
    )
    population = Population(
        pd.DataFrame([("KEN", "2022-07-01", residents)], columns=["place", "as_of", "people"]),
        source=Source("population", "invented", "population"),
    )
    ends = [f"{year}-12-31" for year in (2016, 2017, 2021, 2022)]
    protected = ProtectedPopulation(
        pd.DataFrame(
            [("KEN", "SOM", end, refugees, 0.0, None) for end in ends],
            columns=["destination", "origin", "as_of", "refugees", "asylum_seekers", "oip"],
        ),
        Source("protected", "invented", "protected"),
    )
    ids = [f.crisis for f in footprints]
    crises = tuple(
        Crisis(i, f"Plan {i}", "complex", dates.get(i, D22), "country_plan",
               onset=date(2000, 1, 1), relations=tuple(relations.get(i, ())))
        for i in ids
    )  # fmt: skip
    return Case(
        stock, population, crises, tuple(footprints), protected,
        assumptions=assumptions or Assumptions(),
    )  # fmt: skip


def plan(name, people, scope="all", **changes):
    return Footprint(name, "KEN", people, D22, pin_scope=scope, source=NEEDS, **changes)


APART = {"a": [Relation("disjoint", "b")]}
EVEN = Assumptions(odds_ratio=OddsRatioPrior.exactly(1.0))


def by_cell(est):
    return {(x.crisis, x.group): (x, draws) for x, draws in zip(est.cells, est.draws, strict=True)}


def test_disjoint_plans_that_both_cover_refugees_divide_them():
    """Both together count 1.03 of the refugees; three quarters of the people in need are in plan a."""
    case = country(
        [plan("a", 6e6), plan("b", 2e6)], residents=50e6, migrants=1e6, refugees=4e5,
        relations=APART,
    )  # fmt: skip
    est = estimate(case, draws=20_000, seed=3)
    rows = by_cell(est)
    whole = rows["a", "protection"][0].stock
    for name, part in (("a", 0.75), ("b", 0.25)):
        cell, draws = rows[name, "protection"]
        assert cell.odds_ratio_1 == pytest.approx(1.03 * part * whole)
        assert "REFUGEES_DIVIDED" in cell.flags
        assert draws.mean() == pytest.approx(cell.odds_ratio_1, rel=0.02)
    both = est.by("destination", "group").row(destination="KEN", group="protection")
    summed = rows["a", "protection"][1] + rows["b", "protection"][1]
    np.testing.assert_allclose(both.draws[0], summed)
    assert both.summary()["odds_ratio_1"].item() == pytest.approx(1.03 * whole)
    assert {rows[name, "protection"][0].cap for name in "ab"} == {"D"}
    # others: people in need less the refugees that each plan counts, among the other residents
    cell, _ = rows["a", "other"]
    share = (6e6 - 1.03 * 0.75 * 4e5) / (50e6 - 4e5)
    assert cell.odds_ratio_1 == pytest.approx(share * cell.stock)


def test_refugees_whom_plans_count_as_present_settle_the_division():
    """Plan a counts 90 of the 100 thousand present there; plan b has what is left of 400 thousand."""
    counts = (GroupCount("protection", 90e3, "share", present=100e3),)
    case = country(
        [plan("a", 6e6, counts=counts), plan("b", 2e6)], residents=50e6, migrants=1e6,
        refugees=4e5, relations=APART,
    )  # fmt: skip
    rows = by_cell(estimate(case, draws=50))
    whole = rows["a", "protection"][0].stock
    assert rows["a", "protection"][0].odds_ratio_1 == pytest.approx(0.9 * 0.25 * whole)
    assert rows["b", "protection"][0].odds_ratio_1 == pytest.approx(1.03 * 0.75 * whole)
    flags = {name: rows[name, "protection"][0].flags for name in "ab"}
    assert ["REFUGEES_DIVIDED" in flags[name] for name in "ab"] == [False, True]
    both = (GroupCount("protection", 240e3, "share", present=300e3),)
    case = country(
        [plan("a", 6e6, counts=counts), plan("b", 2e6, counts=both)], residents=50e6,
        migrants=1e6, refugees=4e5, relations=APART,
    )  # fmt: skip
    rows = by_cell(estimate(case, draws=50))
    assert rows["a", "protection"][0].odds_ratio_1 == pytest.approx(0.9 * 0.25 * whole)
    assert rows["b", "protection"][0].odds_ratio_1 == pytest.approx(0.8 * 0.75 * whole)


@pytest.mark.parametrize(
    ("relations", "assumptions", "scopes"),
    [
        ({}, Assumptions(), ("all", "all")),
        (APART, Assumptions(apply_relations=False), ("all", "all")),
        (APART, Assumptions(protection_in_need="national"), ("all", "all")),
        (APART, Assumptions(), ("all", "residents_excl_refugees")),
    ],
)
def test_refugees_are_not_divided_where_one_plan_counts_them_or_plans_overlap(
    relations, assumptions, scopes
):
    footprints = [plan("a", 6e6, scopes[0]), plan("b", 2e6, scopes[1])]
    case = country(footprints, residents=50e6, migrants=1e6, refugees=4e5, relations=relations,
                   assumptions=assumptions)  # fmt: skip
    for cell, _ in by_cell(estimate(case, draws=50)).values():
        assert "REFUGEES_DIVIDED" not in cell.flags


@pytest.mark.parametrize("mode", ["published", "national", "one"])
@pytest.mark.parametrize("scope", ["all", "nationals", "unknown", "residents_excl_refugees"])
def test_disjoint_plans_of_nearly_everybody_are_cut_at_everybody_and_say_so(mode, scope):
    """47.5 % twice at a median odds ratio of 1.22: 52.5 % of the migrants twice, and more in half."""
    case = country(
        [plan("a", 23.75e6, scope), plan("b", 23.75e6, scope)], residents=50e6, migrants=1e6,
        refugees=4e5, relations=APART, assumptions=Assumptions(protection_in_need=mode),
    )  # fmt: skip
    est = estimate(case, draws=2_000, seed=3)
    union = est.by("destination", "group").row(destination="KEN", group="other")
    rows = by_cell(est)
    summed = rows["a", "other"][1] + rows["b", "other"][1]
    assert (union.draws[0] <= summed * (1 + 1e-12)).all()
    notes = " ".join(
        note for o in est.overlaps if o.group == "other" for note in map(str, o.relations)
    )
    assert "disjoint crises add to more than everybody in" in notes
    assert union.summary()["double_count"].iloc[0] > 1


def test_disjoint_plans_with_more_people_than_there_are_are_refused_at_the_door():
    with pytest.raises(InputError, match=r"a and b are disjoint, and count 60,000,000 people") as e:
        country([plan("a", 4e7), plan("b", 2e7)], residents=50e6, migrants=1e6, relations=APART)
    assert [p.code for p in e.value.problems] == ["DISJOINT_GT_POP"]
    country([plan("a", 4e7), plan("b", 1.4e7)], residents=50e6, migrants=1e6, relations=APART)


def test_groups_of_disjoint_crises_are_the_largest_ones():
    def related(name, **kinds):
        relations = tuple(Relation(kind, i) for kind, others in kinds.items() for i in others)
        return Crisis(name, name, "complex", D22, relations=relations)

    crises = [
        related("a", disjoint="bc"), related("b"), related("c", disjoint="bd"),
        related("d", overlaps="a", disjoint="x"), related("e"),
    ]  # fmt: skip
    assert disjoint_groups(crises) == [("a", "b", "c"), ("c", "d")]


def test_more_nationals_in_need_than_there_are_is_refused():
    """N = 5 M, S = 3 M: 2.5 M people in need cannot be among 2 M nationals."""
    with pytest.raises(
        InputError, match=r"2,500,000 people .* nationals, of whom there are 2,000,000"
    ):
        country([plan("a", 2.5e6, "nationals")], residents=5e6, migrants=3e6)
    # by a tenth or less the population figure is stale: everybody, with its flag
    case = country(
        [plan("a", 2.1e6, "nationals")], residents=5e6, migrants=3e6, assumptions=EVEN
    )  # fmt: skip
    cell, draws = by_cell(estimate(case, draws=200))["a", "other"]
    assert cell.odds_ratio_1 == cell.stock == pytest.approx(3e6)
    assert "PIN_GT_POP" in cell.flags
    assert (draws > 0).all()


def test_a_reading_that_is_impossible_has_no_weight():
    """2.5 M in need of 5 M residents with 3 M migrants: the plan counts migrants, 1.5 M of them."""
    case = country([plan("a", 2.5e6, "unknown")], residents=5e6, migrants=3e6, assumptions=EVEN)
    cell, draws = by_cell(estimate(case, draws=2_000, seed=1))["a", "other"]
    assert cell.odds_ratio_1 == pytest.approx(1.5e6)
    assert "SCOPE_INFERRED" in cell.flags
    assert "SCOPE_UNKNOWN" not in cell.flags
    bounds = margin_bounds(3e6, 5e6, 2.5e6)
    assert (cell.lower_bound, cell.upper_bound) == pytest.approx((bounds.lower, bounds.upper))
    assert draws.max() <= 3e6 * 5  # the stock's own error
    never = replace(EVEN, unknown_scope_weight=0.0)
    again = estimate(replace(case, assumptions=never), draws=2_000, seed=1)
    assert np.array_equal(by_cell(again)["a", "other"][1], draws)
    possible = country([plan("a", 1.9e6, "unknown")], residents=5e6, migrants=3e6, assumptions=EVEN)
    cell, _ = by_cell(estimate(possible, draws=50))["a", "other"]
    assert "SCOPE_UNKNOWN" in cell.flags
    assert cell.odds_ratio_1 == pytest.approx(3e6 * (1.9 / 5 + 1.9 / 2) / 2)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (0.5, ", or like nationals (47.5%), half and half"),
        (0.9, ", with a probability of 90%, else like nationals (47.5%)"),
    ],
)
def test_a_step_says_the_weight_of_an_unknown_scope(weight, said):
    """1.9 million in need: of 4 million nationals they are 47.5 %."""
    assumed = replace(EVEN, unknown_scope_weight=weight)
    case = country(
        [plan("a", 1.9e6, "unknown")],
        residents=5e6,
        migrants=1e6,
        refugees=4e5,
        assumptions=assumed,
    )
    cell, _ = by_cell(estimate(case, draws=50))["a", "protection"]
    assert any(step.text.endswith(said) for step in cell.steps), [s.text for s in cell.steps]


def test_refugees_too_have_the_only_possible_reading():
    case = country(
        [plan("a", 2.5e6, "unknown")], residents=5e6, migrants=3e6, refugees=4e5, assumptions=EVEN
    )
    cell, _ = by_cell(estimate(case, draws=50))["a", "protection"]
    assert cell.odds_ratio_1 == pytest.approx(1.03 * cell.stock)
    assert "half and half" not in " ".join(step.text for step in cell.steps)


@pytest.mark.parametrize(("scope", "counted"), [("all", 5e6), ("nationals", 2e6)])
@pytest.mark.parametrize("excess", [0.995, 1.0, 1.05])
def test_the_pipeline_and_the_formula_limit_people_in_need_by_one_rule(scope, counted, excess):
    """Above everybody by a tenth or less: everybody, with a warning or flag. Not before."""
    people = excess * counted
    case = country([plan("a", people, scope)], residents=5e6, migrants=3e6, assumptions=EVEN)
    cell, _ = by_cell(estimate(case, draws=50))["a", "other"]
    if excess > 1:
        with pytest.warns(CoverageWarning, match="PIN_GT_POP"):
            direct = migrants_affected(cell.stock, 5e6, people, 1.0, pin_scope=scope)
    else:
        direct = migrants_affected(cell.stock, 5e6, people, 1.0, pin_scope=scope)
    assert cell.odds_ratio_1 == pytest.approx(float(direct), rel=1e-12)
    assert cell.odds_ratio_1 == pytest.approx(min(excess, 1.0) * cell.stock)
    assert ("PIN_GT_POP" in cell.flags) == (excess > 1)


def test_a_crisis_within_another_is_counted_twice_when_crises_are_added():
    case = country(
        [plan("a", 20e6), plan("b", 5e6)], residents=50e6, migrants=1e6,
        relations={"b": [Relation("within", "a")]},
    )  # fmt: skip
    est = estimate(case, draws=5_000, seed=3)
    row = est.by("destination").row(destination="KEN").summary().iloc[0]
    rows = by_cell(est)
    added = rows["a", "other"][1].mean() + rows["b", "other"][1].mean()
    assert row["double_count"] == pytest.approx(added / row["mean"])
    assert row["double_count"] > 1


@pytest.mark.parametrize("kind", ["within", "overlaps", "disjoint"])
def test_no_relation_and_no_date_counts_anybody_less_than_once(kind):
    early = date(2022, 2, 1)
    case = country(
        [replace(plan("a", 5e6), as_of=early), plan("b", 20e6)], residents=50e6, migrants=1e6,
        refugees=4e5, relations={"a": [Relation(kind, "b")]}, dates={"a": early},
    )  # fmt: skip
    table = estimate(case, draws=2_000, seed=3).by("destination", "group").summary()
    assert (table["double_count"] >= 1 - 1e-12).all()


def test_a_superseded_plan_is_not_added():
    case = country(
        [plan("a", 20e6), plan("b", 5e6)], residents=50e6, migrants=1e6,
        relations={"b": [Relation("supersedes", "a")]},
    )  # fmt: skip
    row = estimate(case, draws=500).by("destination").row(destination="KEN").summary().iloc[0]
    assert row["double_count"] == 1


def test_refugees_as_planned_may_exceed_the_register_in_several_plans_too():
    # 100,000 refugees, all inside; the plan counts 1.2 times as many, and a second plan lies within it.
    a = Assumptions(
        protection_in_need="planned", planned_factor=(1.2, 0.0),
        inside_stock={"added": (1e9, 1e-9), "unknown": (1e9, 1e-9)},
        stock_log_sd=dict.fromkeys(Assumptions().stock_log_sd, 0.0),
    )  # fmt: skip
    case = country(
        [plan("a", 2e6), plan("b", 1e6, "residents_excl_refugees")], residents=20e6, migrants=5e5,
        refugees=1e5, assumptions=a, relations={"b": [Relation("within", "a")]},
    )  # fmt: skip
    est = estimate(case, draws=200, seed=1)
    cell = next(cell for cell in est.cells if cell.group == "protection" and cell.crisis == "a")
    assert cell.odds_ratio_1 == pytest.approx(1.2e5, rel=1e-6)
    assert cell.upper_bound == pytest.approx(1.2e5, rel=1e-6)
    assert "REFUGEES_PLANNED" in cell.flags
    both = country(
        [plan("a", 2e6), plan("b", 1e6)], residents=20e6, migrants=5e5, refugees=1e5,
        assumptions=a, relations={"b": [Relation("within", "a")]},
    )  # fmt: skip
    rows = estimate(both, draws=200, seed=1).by("group").summary().set_index("group")
    assert rows.at["protection", "mean"] == pytest.approx(1.2e5, rel=1e-6)
