"""A published count of a group counts, or is refused with what would, or is shown and says why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import get_args

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.evaluation import explain
from gecam.model import CountedGroup, Footprint, GroupCount, PinScope

D22 = date(2022, 7, 1)
GROUP_USES = list(product(get_args(CountedGroup), ("share", "count")))
REFUSED = {("protection", "count"), *product(("migrants", "hosts"), ("share", "count"))}


def with_sudan(case, **changes):
    footprints = tuple(
        replace(f, **changes) if f.destination == "SDN" else f for f in case.footprints
    )
    return replace(case, footprints=footprints)


def cell_of(est, group):
    i = next(i for i, x in enumerate(est.cells) if x.destination == "SDN" and x.group == group)
    return est.cells[i], est.draws[i]


@pytest.mark.parametrize("scope", get_args(PinScope))
@pytest.mark.parametrize(("group", "use"), GROUP_USES)
def test_what_is_to_be_used_changes_the_estimate_or_is_refused_with_what_would(
    small_case, group, use, scope
):
    if (group, use) in REFUSED:
        with pytest.raises(InputError, match=r"has no use as .* 'related'"):
            GroupCount(group, 123_456.0, use, present=234_567.0)
        return
    count = GroupCount(group, 123_456.0, use, present=234_567.0)
    plain, counted = (
        estimate(with_sudan(small_case, pin_scope=scope, counts=counts), draws=50, seed=1)
        for counts in ((), (count,))
    )
    cell, draws = cell_of(counted, group)
    assert cell.status == "estimated"
    assert cell.evidence_level == 1
    assert not np.array_equal(draws, cell_of(plain, group)[1])
    assert cell.odds_ratio_1 != cell_of(plain, group)[0].odds_ratio_1


@pytest.mark.parametrize(
    ("group", "use", "remedy"),
    [
        ("protection", "count", "Give the number present and use 'share'"),
        ("migrants", "count", r"'protection' \('share'\) and 'other' \('share' or 'count'\)"),
        ("migrants", "share", "refugees and other migrants have each their own share"),
        ("hosts", "count", "Use 'plan_level' or 'related'"),
    ],
)
def test_the_refusal_says_what_would_count(group, use, remedy):
    with pytest.raises(InputError, match=rf"'{group}' has no use as '{use}': .*{remedy}"):
        GroupCount(group, 304_000, use, present=585_000)


def test_a_published_share_of_other_migrants_takes_the_place_of_the_odds_ratio(small_case):
    count = GroupCount("other", 304_000, "share", present=585_000, source="a survey")
    est = estimate(with_sudan(small_case, counts=(count,)), draws=20_000, seed=3)
    cell, draws = cell_of(est, "other")
    assert cell.odds_ratio_1 == pytest.approx(cell.stock * 304 / 585)
    assert draws.mean() == pytest.approx(cell.odds_ratio_1, rel=0.01)  # Monte Carlo error 0.3 %
    assert (draws <= cell.stock * 10).all()
    assert {"ODDS_RATIO_JUDGED", "COUNT_EXCEEDS_STOCK"}.isdisjoint(cell.flags)
    assert [step.name for step in cell.steps][-2:] == ["share", "spread"]
    by_rule = replace(count, in_need=585_000, is_by_rule=True)
    est = estimate(with_sudan(small_case, counts=(by_rule,)), draws=50)
    cell, _ = cell_of(est, "other")
    assert cell.odds_ratio_1 == cell.stock
    assert "PLAN_SHARE_BY_RULE" in cell.flags
    assert "PLAN_SHARE_BY_RULE" not in cell_of(est, "protection")[0].flags


def test_a_published_share_is_explained_with_its_numbers(small_case):
    count = GroupCount("other", 304_000, "share", present=585_000)
    case = with_sudan(small_case, counts=(count,)).restrict(["SDN"])
    explanation = explain(estimate(case, draws=200, seed=3), "sdn/SDN/other", points=0)
    text = " ".join(line for row in explanation.cells for line in row.formula)
    assert "published share of other migrants in need, 304,000 of 585,000" in text
    assert "51.97%" in text  # 304 / 585


@pytest.mark.parametrize("scope", ["migrants_separate", "mixed_hosts"])
def test_refugees_have_their_published_share_where_the_figure_says_nothing_of_them(
    small_case, scope
):
    count = GroupCount("protection", 80_000, "share", present=100_000)
    case = with_sudan(small_case, pin_scope=scope, counts=(count,))
    cell, _ = cell_of(estimate(case, draws=50), "protection")
    assert cell.odds_ratio_1 == pytest.approx(0.8 * cell.stock)
    assert cell_of(estimate(case, draws=50), "other")[0].status == "not_estimated"


def test_a_count_of_more_migrants_than_there_are_is_shown_and_not_used(small_case):
    plain = cell_of(estimate(small_case, draws=50, seed=1), "other")
    there = plain[0].stock
    counts = (GroupCount("other", 18 * there, "count", note="of a survey."),)
    cell, draws = cell_of(
        estimate(with_sudan(small_case, counts=counts), draws=50, seed=1), "other"
    )
    assert np.array_equal(draws, plain[1])
    assert {"COUNT_EXCEEDS_STOCK", "RELATED_COUNT"} <= set(cell.flags)
    (shown,) = cell.counts
    assert shown.use == "related"
    assert f"of a survey. Not used: a count of {18 * there:,.0f} people where" in shown.note


@pytest.mark.parametrize("factor", [1.0, 1.7])
def test_a_count_of_more_refugees_than_stock_and_register_hold_together_is_not_used(
    small_case, factor
):
    there = 1e6 + 510_000  # the stock, and UNHCR's register with asylum-seekers
    count = GroupCount("protection", 0.5 * factor * there, "share", present=factor * there)
    cell, _ = cell_of(estimate(with_sudan(small_case, counts=(count,)), draws=50), "protection")
    assert ("COUNT_EXCEEDS_STOCK" in cell.flags) == (factor > 1)
    assert cell.counts[0].use == ("related" if factor > 1 else "share")
    assert cell.evidence_level == (3 if factor > 1 else 1)


def test_a_published_share_of_nobody_is_nobody(small_case):
    for group in ("protection", "other"):
        counts = (GroupCount(group, 0, "share", present=100_000),)
        _, draws = cell_of(estimate(with_sudan(small_case, counts=counts), draws=50), group)
        assert (draws == 0).all()


def test_two_counts_of_a_group_or_one_of_a_plan_that_spans_countries_are_refused():
    share, count = (
        GroupCount("other", 50, "share", present=100),
        GroupCount("other", 40, "count"),
    )
    with pytest.raises(InputError, match="2 counts of group 'other' are to be used"):
        Footprint("c", "SDN", 1e6, D22, counts=(share, count))
    with pytest.raises(InputError, match="for a plan that spans countries"):
        Footprint("c", "", 1e6, D22, counts=(count,))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"in_need": "many"}, "in_need must be a number >= 0: got 'many'"),
        ({"in_need": True}, "got True"),
        ({"in_need": np.nan}, "got nan"),
        ({"present": -1.0}, "present must be a number >= 0 or None: got -1.0"),
        ({"present": 100.0}, "150 in need of 100 present is no share"),
        ({"grade": "Z"}, "grade must be one of .*'Z'"),
        ({"use": "rate"}, "use must be one of .*'rate'"),
        ({"is_by_rule": True}, "belong to a 'share'"),
        ({"grade": "D"}, "a 'count' has the grade of its footprint"),
    ],
)
def test_a_count_that_breaks_a_rule_is_refused(changes, message):
    fields = {"group": "other", "in_need": 150.0, "use": "count"} | changes
    with pytest.raises(InputError, match=message):
        GroupCount(**fields)
