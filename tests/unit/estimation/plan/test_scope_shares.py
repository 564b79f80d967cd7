"""The share of each group follows whom the figure counts (METHODS B1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.special import expit, logit

from gecam.estimation import GroupSplit, group_shares
from gecam.estimation.plan.projection import DatedStock
from gecam.model import Assumptions, Footprint, GroupCount, OddsRatioPrior

T = date(2022, 7, 1)
N, S, R, P = 40e6, 2e6, 0.5e6, 14e6
A = Assumptions()
SPLIT = GroupSplit(
    S, T, 0.1, R, R, (8.0, 2.0), DatedStock(1.6e6, 0.1, 1.6e6, T, 0.0, 1.6e6, (), "")
)


def shares(scope: str, assumptions: Assumptions = A, **changes: object):
    footprint = Footprint("c", "SDN", P, T, pin_scope=scope, **changes)
    return group_shares(footprint, N, SPLIT, 0.0, assumptions)


def test_everybody_counted_takes_refugees_out_of_both_margins():
    s = shares("all")
    in_need = R * A.protection_share_mean
    assert s.residents.table == pytest.approx((P - in_need) / (N - R))
    assert s.residents.affected(1.6e6, 1.0) == pytest.approx(1.6e6 * s.residents.table)
    assert s.protection.mean(s.residents) == pytest.approx(A.protection_share_mean)


def test_refugees_at_the_national_share_give_back_the_plain_product():
    s = shares("all", replace(A, protection_in_need="national"))
    assert s.residents.table == pytest.approx(P / N)
    assert s.protection.mean(s.residents) == pytest.approx(P / N)


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
    assert "SCOPE_UNKNOWN" in s.flags


def test_refugees_left_to_another_plan_are_not_estimated():
    s = shares("residents_excl_refugees")
    assert s.protection is None
    assert "refugee plan" in s.why_protection
    assert s.residents.table == pytest.approx(P / (N - R))


@pytest.mark.parametrize("scope", ["migrants_separate", "mixed_hosts"])
def test_figures_that_do_not_speak_of_migrants_are_not_multiplied(scope):
    s = shares(scope)
    assert s.residents is None
    assert s.why_other


def test_a_published_count_of_other_migrants_replaces_the_formula():
    s = shares("migrants_separate", counts=(GroupCount("other", 86_200, "count", 135_420),))
    assert s.count.mean == 86_200
    assert not s.why_other


def test_a_published_share_of_refugees_is_used_and_a_rule_has_no_noise():
    rule = shares("all", counts=(GroupCount("protection", 90, "share", 100, is_by_rule=True),))
    assert rule.protection.own.sd == 0
    assert rule.protection_rung == 1
    measured = shares("all", counts=(GroupCount("protection", 90, "share", 100),))
    assert measured.protection.own.sd > 0
    assert measured.protection.own.mean == pytest.approx(0.9)


def test_a_plan_of_some_areas_is_wider_and_capped():
    whole, part = shares("all"), shares("all", area=("SD01", "SD02"))
    assert part.residents.logit_sd == pytest.approx(
        np.hypot(whole.residents.logit_sd, A.subnational_logit_sd)
    )
    assert (whole.cap, part.cap) == ("A", "D")
    assert "SUBNATIONAL_PLAN" in part.flags


def test_the_error_of_the_population_never_moves_a_share_above_one():
    footprint = Footprint("c", "SSD", 8.9e6, T, pin_scope="all")
    s = group_shares(
        footprint, 11e6, SPLIT, 0.1, replace(A, odds_ratio=OddsRatioPrior.exactly(1.0))
    )
    n = 20_000
    rng = np.random.Generator(np.random.Philox(1))
    people = np.full(n, 1.5e6)
    drawn = s.residents.draws(people, 1.5e6, np.zeros(n), rng.normal(size=n), rng.random(n))
    assert (drawn <= people).all()
    assert drawn.mean() == pytest.approx(s.residents.affected(1.5e6, 1.0), rel=5e-3)  # MC error


def test_more_refugees_than_people_in_need_reads_the_plan_as_residents_only():
    footprint = Footprint("c", "SDN", 0.3e6, T, pin_scope="all")
    s = group_shares(footprint, N, SPLIT, 0.0, A)
    assert "REFUGEES_EXCEED_PIN" in s.flags
    assert s.residents.table > 0


def test_slightly_more_in_need_than_residents_is_everybody_with_a_flag():
    footprint = Footprint("c", "SDN", 1.05 * N, T, pin_scope="all")
    assert "PIN_GT_POP" in group_shares(footprint, N, SPLIT, 0.0, A).flags


@pytest.mark.parametrize("measure", ["exposed", "affected"])
def test_refugees_are_not_all_exposed_by_rule(measure):
    s = shares("all", measure=measure)
    assert s.protection.mean(s.residents) == pytest.approx(s.residents.mean)
    assert "PROTECTION_PRIOR" not in s.flags_protection
