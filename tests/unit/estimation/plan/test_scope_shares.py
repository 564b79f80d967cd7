"""The share of each group follows whom the figure counts (METHODS B1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pytest
from scipy.special import expit, logit

from gecam.estimation import (
    BY_SCOPE,
    CountedPeople,
    GroupShares,
    GroupSplit,
    estimate,
    group_shares,
)
from gecam.estimation.plan.projection import DatedStock
from gecam.model import Assumptions, Footprint, GroupCount, OddsRatioPrior, PinScope

T = date(2022, 7, 1)
N, S, R, P = 40e6, 2e6, 0.5e6, 14e6
A = Assumptions()
SPLIT = GroupSplit(S, T, 0.1, R, R, (8.0, 2.0), DatedStock(1.6e6, 0.1, 1.6e6, T, T))


def figure(scope: str, assumptions: Assumptions = A, **changes: object) -> CountedPeople:
    footprint = Footprint("c", "SDN", **({"people": P, "as_of": T, "pin_scope": scope} | changes))
    return CountedPeople(footprint, N, SPLIT, assumptions)


def shares(scope: str, assumptions: Assumptions = A, **changes: object):
    return group_shares(figure(scope, assumptions, **changes))


# A country of 1,000 residents, of them 100 migrants at its date: 40 refugees whom UNHCR counts, all
# inside the stock (Beta(1, 0) has the mean 1), and 60 others. 300 people are in need. Every number
# below is a fraction of these, done by hand.
SMALL = GroupSplit(
    100.0, T, 0.0, 40.0, 40.0, (1.0, 0.0), DatedStock(60.0, 0.0, 60.0, T, T)
)  # fmt: skip
ALL_IN_NEED = replace(A, protection_in_need="one")
PUBLISHED = replace(A, protection_in_need="published")
LIKE_RESIDENTS = replace(A, protection_in_need="national")
HALF = (GroupCount("protection", 20, "share", 40, is_by_rule=True),)


def small(scope: str, assumptions: Assumptions = A, part: float = 1.0, **changes: object):
    footprint = Footprint("c", "SDN", **({"people": 300, "as_of": T, "pin_scope": scope} | changes))
    return CountedPeople(footprint, 1_000, SMALL, assumptions, refugee_part=part)


def test_the_table_has_every_scope():
    assert set(BY_SCOPE) == set(get_args(PinScope))


@pytest.mark.parametrize(
    ("inputs", "refugees_in_need", "table", "protection"),
    [
        (small("all", ALL_IN_NEED), 40, 260 / 960, 1.0),  # (300 - 40) of (1,000 - 40)
        (small("all", LIKE_RESIDENTS), 12, 288 / 960, 0.3),  # 40 * 300 / 1,000 = 12
        (small("all", counts=HALF), 20, 280 / 960, 0.5),
        (small("all", ALL_IN_NEED, part=0.25), 10, 290 / 960, 0.25),  # a quarter of 40
        (small("all", ALL_IN_NEED, people=40), 36, 4 / 960, 0.9),  # at most 0.9 of 40
    ],
)
def test_everybody_by_hand(inputs, refugees_in_need, table, protection):
    got = BY_SCOPE["all"](inputs)
    assert got.refugees_in_need == pytest.approx(refugees_in_need)
    assert got.residents.table == pytest.approx(table)
    assert (got.residents.table_residents, got.residents.table_weight) == (960, 1.0)
    assert got.protection.mean(got.residents) == pytest.approx(protection)
    assert got.is_limited == (inputs.in_need == 40)


@pytest.mark.parametrize(
    ("inputs", "protection"),
    [
        (small("nationals"), 300 / 900),  # the prior belongs to plans that count refugees
        (small("nationals", LIKE_RESIDENTS), 300 / 900),
        (small("nationals", ALL_IN_NEED), 1.0),
        (small("nationals", counts=HALF), 0.5),
    ],
)
def test_nationals_by_hand(inputs, protection):
    got = BY_SCOPE["nationals"](inputs)
    assert (got.refugees_in_need, got.residents.table_weight) == (0.0, 0.0)
    assert got.residents.nationals == pytest.approx(300 / 900)  # 1,000 less 100 migrants
    assert got.protection.mean(got.residents) == pytest.approx(protection)


def test_residents_without_refugees_by_hand():
    got = BY_SCOPE["residents_excl_refugees"](small("residents_excl_refugees"))
    assert got.residents.table == pytest.approx(300 / 960)
    assert (got.refugees_in_need, got.protection) == (0.0, None)
    counted = BY_SCOPE["residents_excl_refugees"](small("residents_excl_refugees", counts=HALF))
    assert counted.residents.table == pytest.approx(300 / 960)
    assert counted.protection.mean(counted.residents) == 0.5


@pytest.mark.parametrize("scope", ["migrants_separate", "mixed_hosts"])
def test_no_migrants_by_hand(scope):
    assert BY_SCOPE[scope](small(scope)) == GroupShares()
    counted = BY_SCOPE[scope](small(scope, counts=HALF))
    assert (counted.residents, counted.protection.mean(None)) == (None, 0.5)


def test_an_unknown_scope_by_hand():
    half = replace(PUBLISHED, unknown_scope_weight=0.5, protection_share_mean=0.9)
    got = BY_SCOPE["unknown"](small("unknown", half))
    assert got.refugees_in_need == pytest.approx(36)  # 0.9 of 40
    assert got.residents.table == pytest.approx(264 / 960)
    assert got.residents.nationals == pytest.approx(300 / 900)
    assert got.residents.table_weight == 0.5
    # refugees: 0.9 if they are counted, else as nationals
    assert got.protection.mean(got.residents) == pytest.approx((0.9 + 300 / 900) / 2)


def test_an_unknown_scope_counts_refugees_where_the_countrys_other_plans_did():
    told = replace(PLANNED, unknown_scope_weight=0.5, planned_factor=(0.9, 0.0))
    got = BY_SCOPE["unknown"](small("unknown", told, refugees_counted_in=("2023", "2024")))
    assert got.protection.mean(got.residents) == pytest.approx(0.9)  # by rule in every draw
    assert got.residents.table_weight == 0.5  # of other migrants nothing is told
    u = np.array([0.1, 0.9])
    drawn = got.protection.draws(np.full(2, 40.0), got.residents, np.zeros(2), np.zeros(2), u)
    assert drawn == pytest.approx([36, 36])


def test_more_in_need_than_nationals_are_everybody():
    got = BY_SCOPE["unknown"](small("unknown", ALL_IN_NEED, people=950))  # of 900 nationals
    assert (got.residents.table_weight, got.residents.is_inferred) == (1.0, True)
    assert got.residents.table == pytest.approx(910 / 960)
    assert not got.residents.exceeds_people
    above = BY_SCOPE["all"](small("all", people=1_050))
    assert above.residents.exceeds_people


def test_everybody_counted_takes_refugees_out_of_both_margins():
    s = shares("all", PUBLISHED)
    in_need = R * A.protection_share_mean
    assert s.residents.table == pytest.approx((P - in_need) / (N - R))
    assert s.residents.affected(1.6e6, 1.0) == pytest.approx(1.6e6 * s.residents.table)
    assert s.protection.mean(s.residents) == pytest.approx(A.protection_share_mean)


def test_refugees_at_the_national_share_give_back_the_plain_product():
    s = shares("all", replace(A, protection_in_need="national"))
    assert s.residents.table == pytest.approx(P / N)
    assert s.protection.mean(s.residents) == pytest.approx(P / N)


# -- refugees as planned, and as measured ----------------------------------------------------------

PLANNED = replace(
    A, protection_in_need="planned", planned_factor=(1.1, 0.0), planned_earlier_weight=0.25
)
MEASURED = replace(
    A,
    protection_in_need="measured",
    refugee_odds_ratio={
        "need": OddsRatioPrior.exactly(2.0), "exposed": OddsRatioPrior.exactly(4.0),
    },
)  # fmt: skip


def registered_before(inputs, *registers):
    return replace(inputs, split=replace(inputs.split, registered_before=registers))


@pytest.mark.parametrize(
    ("inputs", "in_need", "table"),
    [
        # UNHCR counts 30 at the end of the year before, and 50 a year earlier, which a quarter of
        # plans take: 1.1 (0.75 * 30 + 0.25 * 50) = 38.5, of 40 at the reference date.
        (registered_before(small("all", PLANNED), 30.0, 50.0), 38.5, 261.5 / 960),
        # not capped: 1.1 * 60 = 66 of 40
        (registered_before(small("all", PLANNED), 60.0, 60.0), 66, 234 / 960),
        # no register of before: 1.1 * 40
        (small("all", PLANNED), 44, 256 / 960),
        # at most 0.9 of 40 people in need
        (registered_before(small("all", PLANNED, people=40), 30.0, 50.0), 36, 4 / 960),
        # disjoint plans: this one has a half of them
        (registered_before(small("all", PLANNED, part=0.5), 30.0, 50.0), 19.25, 280.75 / 960),
        # a published count goes first
        (registered_before(small("all", PLANNED, counts=HALF), 30.0, 50.0), 20, 280 / 960),
    ],
)
def test_refugees_as_planned_by_hand(inputs, in_need, table):
    got = BY_SCOPE["all"](inputs)
    assert got.refugees_in_need == pytest.approx(in_need)
    assert got.residents.table == pytest.approx(table)
    assert 40 * got.protection.mean(got.residents) == pytest.approx(in_need)


def test_draws_of_refugees_as_planned_are_of_two_registers():
    noisy = replace(PLANNED, planned_factor=(1.1, 0.05))
    share = BY_SCOPE["all"](registered_before(small("all", noisy), 30.0, 90.0)).protection
    z = np.array([-2.0, 0.0, 0.6, 0.8, 2.0])  # a quarter of plans lie above the score 0.674
    got = share.draws(np.full(5, 40.0), None, z, z, z)
    assert (got < 40).tolist() == [True, True, True, False, False]
    # The median of all is the quantile 2/3 of the later register: 33 exp(0.05 * 0.4307 - 0.05^2 / 2)
    assert got[1] == pytest.approx(33 * np.exp(0.05 * 0.43073 - 0.00125), rel=1e-4)


def test_refugees_as_planned_need_a_plan_that_counts_them():
    like = {"nationals": 300 / 900, "unknown": None}
    assert BY_SCOPE["nationals"](small("nationals", PLANNED)).protection.basis == "residents"
    assert BY_SCOPE["residents_excl_refugees"](
        small("residents_excl_refugees", PLANNED)
    ) == BY_SCOPE["residents_excl_refugees"](small("residents_excl_refugees"))
    unknown = BY_SCOPE["unknown"](replace(small("unknown", PLANNED)))
    # half and half: 1.1 of 40, or like nationals
    assert unknown.protection.mean(unknown.residents) == pytest.approx(
        (1.1 + like["nationals"]) / 2
    )
    for changed in ({"measure": "exposed"}, {"area": ("north",)}):
        assert BY_SCOPE["all"](small("all", PLANNED, **changed)).protection.basis == "residents"


def by_default(assumptions, **changes):
    """The share of refugees by default, with the numbers of other assumptions."""
    numbers = replace(assumptions, protection_in_need="by_source")
    return BY_SCOPE["all"](registered_before(small("all", numbers, **changes), 30.0, 50.0))


def test_by_default_a_plan_counts_refugees_by_rule_and_others_measure_them():
    """300 of 1,000 in need: the register gives 38.5, odds ratios of 2 and 4 give 6/13 and 12/19."""
    assert by_default(PLANNED).refugees_in_need == pytest.approx(38.5)
    for kind, measure, share in (
        ("analysis", "in_need", 6 / 13),
        ("survey", "severe", 6 / 13),
        ("hazard", "in_need", 12 / 19),  # a stated part of those exposed
        ("hazard", "exposed", 12 / 19),
        ("needs_plan", "exposed", 12 / 19),
        ("needs_plan", "affected", 12 / 19),
    ):
        got = by_default(MEASURED, source_kind=kind, measure=measure)
        assert got.protection.basis == "odds_ratio"
        at_residents_share = replace(got.residents, table=0.3)
        assert got.protection.central(at_residents_share) == pytest.approx(share)
    # a published count of refugees goes first, whatever the source
    assert by_default(MEASURED, source_kind="survey", counts=HALF).refugees_in_need == 20
    assert by_default(PLANNED, counts=HALF).refugees_in_need == 20


def test_refugees_as_measured_are_a_cell_of_the_table():
    got = BY_SCOPE["all"](small("all", MEASURED))
    # a (660 + a) = 2 (40 - a)(300 - a), so a^2 - 1340 a + 24,000 = 0
    in_need = (1340 - np.sqrt(1340**2 - 4 * 24_000)) / 2
    assert got.refugees_in_need == pytest.approx(in_need)
    assert got.residents.table == pytest.approx((300 - in_need) / 960)
    assert 40 * got.protection.central(got.residents) == pytest.approx(in_need)
    z = np.zeros(1)
    quiet = replace(got.residents, logit_sd=1e-9)
    log_odds = np.full(1, np.log(2.0))
    assert got.protection.draws(np.full(1, 40.0), quiet, log_odds, z, z)[0] == pytest.approx(
        in_need
    )


def test_refugees_as_measured_have_another_odds_ratio_of_exposure_and_no_rule():
    exposed = BY_SCOPE["all"](small("all", MEASURED, measure="exposed")).protection
    assert exposed.odds_ratio.median == pytest.approx(4.0)
    counted = BY_SCOPE["all"](small("all", MEASURED, counts=HALF)).protection
    assert (counted.basis, counted.own) == ("odds_ratio", None)  # the plan's count is a rule
    apart = BY_SCOPE["nationals"](small("nationals", MEASURED))
    share = apart.protection.central(apart.residents)
    assert share == pytest.approx(0.5)  # odds of nationals 1/2, times 2


def test_nationals_have_their_own_denominator_and_migrants_come_on_top():
    s = shares("nationals")
    share = P / (N - SPLIT.people)
    assert s.residents.mean == pytest.approx(share)
    assert s.residents.affected(1.0, 2.0) == pytest.approx(expit(logit(share) + np.log(2)))


def test_an_unknown_scope_is_the_mean_of_both_and_a_worse_grade():
    s = shares("unknown")
    both = [shares(scope).residents.affected(1.6e6, 1.0) for scope in ("all", "nationals")]
    assert s.residents.affected(1.6e6, 1.0) == pytest.approx(np.mean(both))
    assert s.residents.logit_sd == A.grade_logit_sd["C"]  # grade B, one worse
    assert not s.residents.is_inferred


def test_refugees_left_to_another_plan_are_not_estimated():
    s = shares("residents_excl_refugees")
    assert s.protection is None
    assert s.residents.table == pytest.approx(P / (N - R))


@pytest.mark.parametrize("scope", ["migrants_separate", "mixed_hosts"])
def test_figures_that_do_not_speak_of_migrants_are_not_multiplied(scope):
    assert shares(scope) == GroupShares()


def test_a_published_count_of_other_migrants_replaces_the_formula():
    s = shares("migrants_separate", counts=(GroupCount("other", 86_200, "count", 135_420),))
    assert s.count.mean == 86_200


def test_a_published_share_of_refugees_is_used_and_a_rule_has_no_noise():
    rule = shares("all", counts=(GroupCount("protection", 90, "share", 100, is_by_rule=True),))
    assert rule.protection.own.sd == 0
    assert rule.protection.basis == "published"
    measured = shares("all", counts=(GroupCount("protection", 90, "share", 100),))
    assert measured.protection.own.sd > 0
    assert measured.protection.own.mean == pytest.approx(0.9)


def test_a_plan_of_some_areas_is_wider_and_capped():
    spread = replace(A, local_place=None)
    whole, part = shares("all", spread), shares("all", spread, area=("SD01", "SD02"))
    assert part.residents.logit_sd == pytest.approx(
        np.hypot(whole.residents.logit_sd, A.subnational_logit_sd)
    )


def test_the_error_of_the_population_never_moves_a_share_above_one():
    footprint = Footprint("c", "SSD", 8.9e6, T, pin_scope="all")
    s = group_shares(CountedPeople(footprint, 11e6, SPLIT, A, 0.1))
    n = 20_000
    rng = np.random.Generator(np.random.Philox(1))
    people = np.full(n, 1.5e6)
    drawn = s.residents.draws(people, 1.5e6, np.zeros(n), rng.normal(size=n), rng.random(n))
    assert (drawn <= people).all()
    assert drawn.mean() == pytest.approx(s.residents.affected(1.5e6, 1.0), rel=5e-3)  # MC error


def test_more_refugees_than_people_in_need_reads_the_plan_as_residents_only():
    s = shares("all", people=0.3e6)
    assert s.is_limited
    assert s.residents.table > 0


def test_slightly_more_in_need_than_residents_is_everybody_with_a_flag():
    assert shares("all", people=1.05 * N).residents.exceeds_people


@pytest.mark.parametrize("measure", ["exposed", "affected"])
def test_refugees_are_not_all_exposed_by_rule(measure):
    s = shares("all", PUBLISHED, measure=measure)
    assert s.protection.mean(s.residents) == pytest.approx(s.residents.mean)
    assert s.protection.basis == "residents"


CASES = [
    ({"area": ("SD01",)}, "other", "E", {"SUBNATIONAL_PLAN", "LOCAL_EVENT"}),
    ({"area": ("SD01",)}, "protection", "E", {"SUBNATIONAL_PLAN", "LOCAL_EVENT"}),
    ({"pin_scope": "unknown"}, "other", "A", {"SCOPE_UNKNOWN", "ODDS_RATIO_ESTIMATED"}),
    ({"pin_scope": "residents_excl_refugees"}, "protection", "A", {"COVERED_BY_REFUGEE_PLAN"}),
    ({"pin_scope": "all"}, "protection", "A", {"REFUGEES_PLANNED"}),
    ({"pin_scope": "all", "source_kind": "survey"}, "protection", "A", {"REFUGEES_MEASURED"}),
]


@pytest.mark.parametrize(("changes", "group", "cap", "flags"), CASES)
def test_flags_and_cap_of_a_cell_follow_from_its_shares(small_case, changes, group, cap, flags):
    first, *others = small_case.footprints
    case = replace(small_case, footprints=(replace(first, **changes), *others))
    cell = estimate(case, draws=20).cell(f"{first.crisis}/{first.destination}/{group}")
    assert flags <= set(cell.flags)
    assert cell.cap == cap
