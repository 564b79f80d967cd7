"""Scenarios of crises: through the pipeline, on common random numbers, and of nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import CopyCrisis, TouchNobody, WithoutCrises, apply_edits, estimate
from gecam.evaluation import compare, scenario
from gecam.model import AreaNeeds, Footprint, GroupCount
from gecam.preparedness import hazard_footprint, in_need_of
from gecam.report import additional_rows

WHEN = date(2022, 7, 1)
AREAS = pd.DataFrame(
    {"area": ["N", "C", "S"], "residents": [5e6, 15e6, 20e6], "intensity": [8.0, 6.5, 4.0]}
)
N = 2000


def with_footprint(case, crisis, **fields):
    return replace(
        case,
        footprints=tuple(
            replace(f, **fields) if f.crisis == crisis else f for f in case.footprints
        ),
    )


@pytest.fixture(scope="module")
def today(small_case):
    return estimate(small_case, draws=N, seed=7)


def test_todays_own_crisis_copied_unchanged_is_today_bit_by_bit(small_case, today):
    est = scenario(small_case, CopyCrisis("sdn", "SDN"), draws=N, seed=7)
    assert np.array_equal(est.draws, today.draws, equal_nan=True)
    assert not np.nan_to_num(compare(today, est).additional).any()


def test_a_scaled_crisis_replaces_todays_and_leaves_other_countries_alone(small_case, today):
    est = scenario(small_case, CopyCrisis("sdn", "SDN", scale=1.3), draws=N, seed=7)
    frame = additional_rows(compare(today, est)).set_index("destination")
    assert frame.loc["SDN", "difference"] > 0
    assert frame.loc["SDN", "probability_more"] > 0.9
    assert frame.loc[["KEN", "PER"], "difference"].tolist() == [0.0, 0.0]
    case = apply_edits(small_case, [CopyCrisis("sdn", "SDN", scale=1.3)])
    (footprint,) = (f for f in case.footprints if f.destination == "SDN")
    assert footprint.people == pytest.approx(1.3 * 14e6)


def test_pairing_narrows_the_difference(small_case, today):
    paired = scenario(small_case, CopyCrisis("sdn", "SDN", scale=1.1), draws=N, seed=7)
    apart = scenario(small_case, CopyCrisis("sdn", "SDN", scale=1.1), draws=N, seed=8)
    row = {"destination": "SDN"}
    before = today.by("destination").row(**row).draws[0]
    sds = [(e.by("destination").row(**row).draws[0] - before).std() for e in (paired, apart)]
    assert sds[0] < 0.2 * sds[1]


def test_a_moved_crisis_keeps_the_share_of_residents(small_case):
    case = apply_edits(small_case, [CopyCrisis("sdn", "SDN", to="PER")])
    moved = next(f for f in case.footprints if f.crisis == "sdn-in-PER")
    assert moved.people == pytest.approx(14e6 / 40e6 * 30e6)
    kept = apply_edits(small_case, [CopyCrisis("sdn", "SDN", to="PER", keep="people")])
    assert next(f for f in kept.footprints if f.crisis == "sdn-in-PER").people == 14e6


def test_a_moved_crisis_comes_on_top_and_people_in_both_count_once(small_case, today):
    est = scenario(small_case, CopyCrisis("sdn", "SDN", to="PER"), draws=N, seed=7)
    both = est.by("crisis", "destination", "group").summary()
    others = both[both["destination"].eq("PER") & both["group"].eq("other")]["mean"]
    union = est.by("destination", "group").row(destination="PER", group="other").summary()["mean"]
    assert others.max() < union.item() < others.sum()


def test_a_subnational_plan_stays_one_when_moved(small_case):
    cut = with_footprint(small_case, "per", area=("Lima",))
    case = apply_edits(cut, [CopyCrisis("per", "PER", to="KEN", scale=0.5)])
    assert not next(f for f in case.footprints if f.crisis == "per-in-KEN").is_national


def test_scaling_keeps_shares_and_scales_counts(small_case):
    counts = (GroupCount("protection", 9e4, "share", 1e5), GroupCount("other", 2e4, "count"),
              GroupCount("other", 5.0, "related"))  # fmt: skip
    areas = (AreaNeeds("A", 8e6, 1e7), AreaNeeds("B", 6e6, 3e7))
    rich = with_footprint(small_case, "sdn", counts=counts, areas=areas)
    case = apply_edits(rich, [CopyCrisis("sdn", "SDN", scale=1.5)])
    made = next(f for f in case.footprints if f.crisis == "sdn")
    assert [(c.use, c.in_need) for c in made.counts] == [("share", 9e4), ("count", 3e4)]
    assert [a.in_need for a in made.areas] == [1e7, 9e6]  # limited to the residents
    moved = apply_edits(rich, [CopyCrisis("sdn", "SDN", to="PER", scale=0.5)])
    assert next(f for f in moved.footprints if f.crisis == "sdn-in-PER").counts == ()


def test_a_scaled_count_stays_within_the_people_present(small_case):
    counts = (GroupCount("other", 2e4, "count", present=2.5e4),)
    case = apply_edits(
        with_footprint(small_case, "sdn", counts=counts), [CopyCrisis("sdn", "SDN", scale=1.5)]
    )
    (count,) = next(f for f in case.footprints if f.crisis == "sdn").counts
    assert count.in_need == 2.5e4


def test_more_people_than_residents_are_refused_with_the_largest_scale(small_case):
    with pytest.raises(
        InputError, match=r"56,000,000 people in SDN, where 40,000,000 live: scale by 2\.86"
    ):
        apply_edits(small_case, [CopyCrisis("sdn", "SDN", scale=4)])


def test_a_plan_that_spans_countries_is_not_copied(small_case):
    with pytest.raises(InputError, match="spans countries is not copied"):
        apply_edits(small_case, [CopyCrisis("region", "KEN")])
    with pytest.raises(InputError, match="scale must be"):
        apply_edits(small_case, [CopyCrisis("sdn", "SDN", scale=-1)])
    with pytest.raises(InputError, match="no crisis 'nothing'"):
        apply_edits(small_case, [CopyCrisis("nothing", "SDN")])


def test_scaled_by_zero_is_zero_with_its_reason(small_case, today):
    est = scenario(small_case, CopyCrisis("per", "PER", scale=0), draws=N, seed=7)
    row = est.by("destination").row(destination="PER").summary().iloc[0]
    assert (row["mean"], row["lower"], row["upper"], row["status"]) == (0.0, 0.0, 0.0, "estimated")
    cell = est.cell("per/PER/other")
    assert cell.reason == "Peru plan, scaled by 0: the scenario touches nobody."
    frame = additional_rows(compare(today, est)).set_index("destination")
    assert frame.loc["PER", "reason"] == cell.reason
    assert frame.loc["PER", "difference"] == pytest.approx(-frame.loc["PER", "today"])
    total = est.total().summary()["mean"]
    assert total.iloc[1] < today.total().summary()["mean"].iloc[1]


def test_crises_left_out_with_nobody_touched_are_zero_with_the_reason(small_case, today):
    nobody = [TouchNobody("none", d, "No footprint.") for d in small_case.destinations]
    alone = scenario(small_case, [WithoutCrises(), *nobody], draws=N, seed=7)
    assert alone.total().summary()["mean"].tolist() == [0.0, 0.0]
    assert {cell.reason for cell in alone.cells} == {"No footprint."}
    added = scenario(small_case, nobody, draws=N, seed=7)
    frame = additional_rows(compare(today, added))
    assert frame["difference"].tolist() == [0.0, 0.0, 0.0]
    assert set(frame["reason"]) == {"No footprint."}


def test_nobody_in_a_new_country_is_zero_there(small_case, today):
    est = scenario(
        small_case, TouchNobody("flood", "ETH", "The flood meets no area."), draws=N, seed=7
    )
    frame = additional_rows(compare(today, est)).set_index("destination")
    assert frame.loc["ETH", "scenario"] == 0.0
    assert frame.loc["ETH", "reason"] == "The flood meets no area."
    assert "ETH" in {cell.destination for cell in est.cells}
    assert np.isfinite(est.by("region").draws).all()


@pytest.mark.filterwarnings("ignore:mcse understates:gecam.errors.PrecisionWarning")  # one place
def test_a_country_without_a_plan_today_says_so(case_factory, small_case):
    today_case = small_case.restrict(["SDN", "KEN"])
    today = estimate(today_case, draws=N, seed=7)
    new = Footprint("flood", "PER", 1e6, WHEN, pin_scope="all")
    after = scenario(today_case, new, draws=N, seed=7)
    frame = additional_rows(compare(today, after)).set_index("destination")
    assert np.isnan(frame.loc["PER", "today"])
    assert frame.loc["PER", "difference"] == frame.loc["PER", "scenario"] > 0
    assert "all people of the scenario count as additional" in frame.loc["PER", "reason"]


def test_different_counts_are_not_compared(small_case, today):
    quake = hazard_footprint(AREAS, 8.0, crisis="quake", destination="SDN", as_of=WHEN)
    exposed = scenario(small_case, [WithoutCrises(), quake], draws=N, seed=7)
    with pytest.raises(InputError, match=r"in_need and exposed\. Compare like with like"):
        compare(today, exposed)


def test_differences_by_region(small_case, today):
    est = scenario(small_case, CopyCrisis("sdn", "SDN", scale=1.2), draws=N, seed=7)
    rows = compare(today, est, by=("region",)).rows
    assert rows["region"].tolist() == ["Africa", "Americas"]
    assert rows["difference"].iloc[0] > rows["difference"].iloc[1] == 0.0


def test_a_hazard_touches_the_areas_above_its_threshold():
    quake = hazard_footprint(AREAS, 6.5, crisis="quake", destination="SDN", as_of=WHEN)
    assert (quake.people, quake.measure, quake.denominator) == (20e6, "exposed", 40e6)
    assert [a.in_need for a in quake.areas] == [5e6, 15e6, 0.0]
    nobody = hazard_footprint(AREAS, 8.5, crisis="quake", destination="SDN", as_of=WHEN)
    assert isinstance(nobody, TouchNobody)
    assert "largest intensity is 8" in nobody.reason


def test_refugees_are_exposed_by_an_odds_ratio_against_residents(small_case):
    quake = hazard_footprint(AREAS, 8.0, crisis="quake", destination="SDN", as_of=WHEN)
    est = scenario(small_case, [WithoutCrises(), quake], draws=N, seed=7)
    cell = est.cell("quake/SDN/protection")
    assert est.measure == "exposed"
    assert "REFUGEES_MEASURED" in cell.flags
    at_median = next(s.value for s in cell.steps if s.name == "odds_ratio_median")
    share, ratio = cell.odds_ratio_1 / cell.stock, 1.65  # that of refugees exposed
    assert share == pytest.approx(5e6 / 40e6, rel=0.01)  # refugees leave both margins by the ratio
    assert at_median / cell.stock == pytest.approx(1 / (1 + (1 - share) / share / ratio))


def test_exposed_is_not_in_need_and_is_not_added_to_it(small_case):
    quake = hazard_footprint(AREAS, 8.0, crisis="quake", destination="SDN", as_of=WHEN)
    with pytest.raises(InputError, match="measures are mixed"):
        scenario(small_case, quake, draws=N, seed=7)
    need = hazard_footprint(
        AREAS,
        8.0,
        crisis="quake",
        destination="SDN",
        as_of=WHEN,
        need_share=0.3,
        need_basis="judged",
    )
    assert (need.measure, need.people) == ("in_need", 1.5e6)
    assert "30% of the exposed in need (judged)" in need.note
    est = scenario(small_case, need, draws=N, seed=7)
    cell = est.cell("quake/SDN/protection")
    assert cell.odds_ratio_1 / cell.stock == pytest.approx(1.5e6 / 40e6)
    with pytest.raises(InputError, match="only people exposed"):
        in_need_of(need, 0.5, "again")
    with pytest.raises(InputError, match="basis"):
        in_need_of(quake, 0.5, "")


def test_migrants_counted_in_the_areas_raise_the_evidence(small_case):
    counted = AREAS.assign(migrants=[900_000.0, 50_000.0, 50_000.0])
    quake = hazard_footprint(counted, 8.0, crisis="quake", destination="SDN", as_of=WHEN)
    est = scenario(small_case, [WithoutCrises(), quake], draws=N, seed=7)
    cell = est.cell("quake/SDN/other")
    assert cell.evidence_level == 2
    assert cell.odds_ratio_1 / cell.stock > 3 * 5e6 / 40e6  # they live where it shakes


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda a: a.drop(columns="intensity"), "lack the columns intensity"),
        (lambda a: a.assign(residents=[1.0, 0.0, 2.0]), "residents above 0"),
        (lambda a: a.assign(intensity=[1.0, None, 2.0]), "needs an intensity"),
        (lambda a: a.iloc[:0], "needs an intensity"),
    ],
)
def test_bad_areas_are_refused(change, match):
    with pytest.raises(InputError, match=match):
        hazard_footprint(change(AREAS), 5.0, crisis="q", destination="SDN", as_of=WHEN)


def test_a_footprint_needs_a_country(small_case):
    with pytest.raises(InputError, match="names no country"):
        apply_edits(small_case, [Footprint("x", "", 5.0, WHEN)])
