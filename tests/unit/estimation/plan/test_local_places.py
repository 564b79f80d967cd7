"""Events that are confined to places: few of a group there, or most of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.estimation.plan.local_places import LocalPlace
from gecam.model import (
    AreaNeeds,
    Assumptions,
    Footprint,
    GroupCount,
    OddsRatioPrior,
    crises_and_footprints,
)

WHEN = date(2022, 7, 1)
A = Assumptions(odds_ratio=OddsRatioPrior.exactly(1.0))
CERTAIN = replace(
    A, grade_logit_sd=dict.fromkeys("ABCDE", 0.0),
    stock_log_sd=dict.fromkeys(A.stock_log_sd, 0.0), frozen_log_sd=0.0, drift_log_sd=0.0,
)  # fmt: skip
FLOOD = Footprint("flood", "SDN", 9e5, WHEN, pin_scope="all", area=("north",), grade="B")


def of(case, assumptions=CERTAIN, **changes):
    """Sudan with a flood in the place of its plan, 45 million residents, 20,000 draws."""
    first, *others = case.footprints
    kept = {"crisis": first.crisis, "source": first.source}
    changed = replace(FLOOD, **(kept | changes))
    population = replace(case.population, log_sd=0.0)
    case = replace(
        case, footprints=(changed, *others), assumptions=assumptions, population=population
    )
    return estimate(case.restrict(["SDN"]), draws=20_000, seed=3)


def part_of(est, group):
    cell = est.cell(f"sdn/SDN/{group}")
    draws = next(d for x, d in zip(est.cells, est.draws, strict=True) if x.id == cell.id)
    return cell, draws


@pytest.mark.parametrize(
    ("people", "denominator", "part", "mean"),
    [
        (9e5, None, 0.02 / 0.3, 0.1),  # residents of the places not stated: three tenths in need
        (9e6, None, 0.2 / 0.3, 0.2 / 0.3),
        (9e5, 9e6, 0.2, 0.2),  # stated
        (9e5, 44e6, 0.02 / 0.3, 0.1),  # residents of the country stand there
        (40e6, None, 1.0, 1.0),
    ],
)
def test_the_part_of_a_group_is_beta_about_that_of_residents(people, denominator, part, mean):
    place = LocalPlace.of(replace(FLOOD, people=people, denominator=denominator), 45e6, A)
    assert (place.residents, place.mean) == pytest.approx((part, mean))
    u = np.linspace(0.001, 0.999, 500)
    parts = place.at_score(stats.norm.ppf(u))
    if mean < 1:
        np.testing.assert_allclose(parts, stats.beta(mean, 1 - mean).ppf(u), rtol=1e-9)
    else:
        assert (parts == 1).all()


def test_the_interval_spans_from_few_to_most_with_a_flag_and_grade_e(small_case):
    est = of(small_case)
    for group in ("other", "protection"):
        cell, draws = part_of(est, group)
        assert {"LOCAL_EVENT", "SUBNATIONAL_PLAN"} <= set(cell.flags)
        low, high = np.quantile(draws, [0.05, 0.95])
        # of those there, three tenths are in need: from under 1 % to over a half of the group
        assert low < 0.01 * 0.3 * cell.stock
        assert high > 0.5 * 0.3 * cell.stock
        assert draws.max() <= 0.3 * 1.3 * cell.stock  # the group itself is uncertain
        assert "from few to most of the group live there" in " ".join(s.text for s in cell.steps)
    rows = est.by("crisis", "group").summary()
    assert set(rows["grade"]) == {"E"}


def test_nobody_is_added_beyond_the_group_or_the_people_of_the_event(small_case):
    # 5,000 people in need, half a million refugees: all of them there would be 150,000
    est = of(small_case, people=5_000.0)
    for group in ("other", "protection"):
        cell, draws = part_of(est, group)
        assert draws.max() <= 5_000 * (1 + 1e-9)
        assert cell.odds_ratio_1 <= 5_000
    twice = replace(CERTAIN, odds_ratio=OddsRatioPrior.exactly(20.0))
    assert part_of(of(small_case, twice, people=5_000.0), "other")[1].max() <= 5_000 * (1 + 1e-9)


@pytest.mark.slow
def test_a_spread_like_that_of_residents_gives_the_plain_product(small_case):
    even = replace(CERTAIN, local_place={"concentration": 1e12, "least_share": 0.0, "in_need": 0.3})
    est = of(small_case, even)
    for group in ("other", "protection"):
        cell, draws = part_of(est, group)
        residents = small_case.population.people.set_index("place")["people"]["SDN"]
        assert draws.mean() == pytest.approx(9e5 / residents * cell.stock, rel=0.002), group


def test_registered_people_by_area_decide(small_case):
    """Of 45 million residents 9 live in the north, where all 900,000 people in need are."""
    areas = (
        AreaNeeds("north", 9e5, 9e6, migrants=100.0, refugees=0.0),
        AreaNeeds("south", 0.0, 36e6, migrants=900.0, refugees=50_000.0),
    )
    many = replace(CERTAIN, area_kappa=1e9)
    cell, draws = part_of(of(small_case, many, areas=areas), "protection")
    assert "LOCAL_EVENT" not in cell.flags
    assert cell.evidence_level == 2
    assert draws.max() < 1  # none of them lives in the north
    # a tenth of migrants in the north, where five times the country's share is in need
    cell, draws = part_of(of(small_case, many, areas=areas), "other")
    assert "LOCAL_EVENT" not in cell.flags
    residents = small_case.population.people.set_index("place")["people"]["SDN"]
    assert draws.mean() == pytest.approx(0.1 * 5 * 9e5 / residents * cell.stock, rel=0.01)
    # migrants not counted by area: few to most of them, of the fifth of residents who live there
    bare = tuple(replace(area, migrants=None) for area in areas)
    cell, _ = part_of(of(small_case, many, areas=bare), "other")
    assert "LOCAL_EVENT" in cell.flags
    steps = " ".join(step.text for step in cell.steps)
    assert f"where {9e6 / residents:.1%} of residents live (as stated)" in steps


def test_a_published_count_of_refugees_goes_first(small_case):
    counts = (GroupCount("protection", 2_000.0, "share", 10_000.0, is_by_rule=True),)
    cell, draws = part_of(of(small_case, counts=counts), "protection")
    assert "LOCAL_EVENT" not in cell.flags
    assert draws.mean() == pytest.approx(0.2 * cell.stock, rel=0.01)


def test_figures_of_the_same_places_share_where_a_group_lives(small_case):
    one, other = (
        part_of(of(small_case, people=people), "protection")[1] for people in (9e5, 1.1e6)
    )
    assert np.corrcoef(one, other)[0, 1] > 0.99


def test_a_users_table_marks_an_event_by_its_places():
    table = pd.DataFrame(
        {"crisis": ["f", "p"], "destination": ["SDN", "PER"], "as_of": "2022-07-01",
         "people": [9e5, 5e6], "area": ["Kassala | Gedaref", ""], "denominator": [5e6, np.nan]}
    )  # fmt: skip
    _, (flood, plan) = crises_and_footprints(table)
    assert (flood.area, flood.denominator) == (("Kassala", "Gedaref"), 5e6)
    assert plan.is_national
    with pytest.raises(InputError, match="local_place must be None, or concentration above 0"):
        Assumptions(local_place={"concentration": 0.0, "least_share": 0.1, "in_need": 0.3})


def test_a_map_has_the_law_of_local_events_where_nobody_counted_migrants(small_case):
    """A tenth of 45 million residents live in the north, all of them exposed: L is Beta(.1, .9)."""
    alone = replace(
        small_case,
        crises=tuple(c for c in small_case.crises if c.id == small_case.footprints[0].crisis),
        footprints=small_case.footprints[:1],
    )
    residents = small_case.population.people.set_index("place")["people"]["SDN"]
    north = 0.1 * residents
    areas = (
        AreaNeeds("north", north, north),
        AreaNeeds("elsewhere", 0.0, residents - north),
    )
    event = {"people": north, "areas": areas, "area": (), "source_kind": "hazard"}
    cell, draws = part_of(of(alone, measure="exposed", **event), "other")
    low, high = np.quantile(draws / cell.stock, [0.05, 0.95])
    assert low < 0.001
    assert high == pytest.approx(stats.beta(0.1, 0.9).ppf(0.95), abs=0.05)
    assert draws.mean() == pytest.approx(0.1 * cell.stock, rel=0.05)
    assert draws.max() <= north * (1 + 1e-9)  # the people of the event
    # a plan of people in need: concentration 10, of its areas; Beta(1, 9)
    _, plan = part_of(
        of(alone, measure="in_need", **(event | {"source_kind": "needs_plan"})), "other"
    )
    wide = stats.beta(1.0, 9.0).ppf(0.95)
    assert np.quantile(plan / cell.stock, 0.95) == pytest.approx(wide, abs=0.05)
