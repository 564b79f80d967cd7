"""The inclusion table: parts, plan, stated counts, cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import load_ages, load_regional_plans
from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import complete_estimates, estimate
from gecam.model import AreaNeeds, GroupCount
from gecam.preparedness import Plan, inclusion, regional_inclusion

N = 2000


def changed(case, crisis, **fields):
    return replace(
        case,
        footprints=tuple(
            replace(f, **fields) if f.crisis == crisis else f for f in case.footprints
        ),
    )


@pytest.fixture(scope="module")
def est(small_case):
    return estimate(small_case, draws=N, seed=7)


def test_parts_add_up_to_the_country_in_every_draw(small_case, est):
    found = inclusion(est, "SDN", case=small_case)
    whole = est.by("destination").row(destination="SDN").draws[0]
    assert np.array_equal(found.people, whole)
    for part in ("group", "origin", "sex"):
        assert found.parts[part].draws.sum(axis=0) == pytest.approx(whole, rel=1e-9)


def test_the_table_has_a_row_per_part(small_case, est):
    frame = inclusion(est, "SDN", case=small_case).to_frame()
    assert frame["part"].tolist() == ["total", *["group"] * 2, *["origin"] * 3, *["sex"] * 2]
    assert frame.loc[0, "share"] == 1.0
    assert frame.loc[0, "share_of_plan"] == pytest.approx(frame.loc[0, "mean"] / 14e6)
    assert frame[frame["part"].eq("origin")]["share"].sum() == pytest.approx(1.0)


def test_areas_share_the_draws_of_the_country(small_case):
    areas = (AreaNeeds("A", 10e6, 15e6, 500_000.0), AreaNeeds("B", 4e6, 25e6, 300_000.0))
    case = changed(small_case, "sdn", areas=areas)
    est = estimate(case, draws=N, seed=7)
    found = inclusion(est, "SDN", case=case)
    other = est.by("destination", "group").row(destination="SDN", group="other").draws[0]
    assert found.parts["area"].draws.sum(axis=0) == pytest.approx(other, rel=1e-12)
    a, b = found.parts["area"].summary()["mean"]
    # five to three in people, 0.667 to 0.16 in shares
    assert a / b == pytest.approx(5 / 3 * (10 / 15) / (4 / 25), rel=0.05)


def test_without_figures_by_area_there_is_no_such_part(small_case, est):
    assert "area" not in inclusion(est, "SDN", case=small_case).parts
    assert "area" not in inclusion(est, "KEN", case=small_case).parts  # two crises


def test_the_plan_is_completed_from_the_case_only_where_it_is_one(small_case, est):
    assert inclusion(est, "SDN", case=small_case).plan.in_need == 14e6
    two = inclusion(est, "KEN", case=small_case)
    assert two.plan.in_need is None
    assert two.share_of_plan is None
    assert inclusion(est, "SDN").plan.in_need is None
    own = inclusion(est, "SDN", case=small_case, plan=Plan("SDN", in_need=10e6))
    assert own.share_of_plan == pytest.approx(own.people / 10e6)


def test_a_target_is_not_taken_for_people_in_need(small_case, est):
    # the case has 14 million in need: a plan for 20 million is another one
    larger = inclusion(est, "SDN", case=small_case, plan=Plan("SDN", targeted=20e6))
    assert (larger.plan.in_need, larger.share_of_plan) == (None, None)
    assert larger.to_frame()["share_of_plan"].isna().all()
    smaller = inclusion(est, "SDN", case=small_case, plan=Plan("SDN", targeted=10e6))
    assert (smaller.plan.in_need, smaller.plan.targeted) == (14e6, 10e6)


def test_it_is_said_whether_the_plan_counts_migrants(small_case, est):
    assert "include migrants" in inclusion(est, "SDN", case=small_case).share_note
    assert "not known" in inclusion(est, "KEN", case=small_case).share_note
    nationals = changed(small_case, "per", pin_scope="nationals")
    found = inclusion(estimate(nationals, draws=N, seed=7), "PER", case=nationals)
    assert "on top of it" in found.share_note


def test_a_count_in_the_plan_stands_against_the_estimate(small_case, est):
    people = est.by("destination").row(destination="SDN").draws[0]
    middle = float(np.median(people))
    (stated,) = inclusion(
        est, "SDN", case=small_case, plan=Plan("SDN", stated_migrants=middle)
    ).stated
    assert stated.probability_more == pytest.approx(0.5, abs=1e-3)
    assert stated.gap == pytest.approx(people.mean() - middle)
    assert stated.gap_lower < 0 < stated.gap_upper


def test_published_counts_of_groups_are_compared_with_their_group(small_case):
    count = GroupCount("protection", 300_000.0, "related", source="UNHCR", note="another year")
    case = changed(small_case, "sdn", counts=(count,))
    est = estimate(case, draws=N, seed=7)
    (stated,) = inclusion(est, "SDN", case=case).stated
    cell = est.by("destination", "group").row(destination="SDN", group="protection").draws[0]
    assert stated.group == "refugees and others in need of protection"
    assert stated.gap == pytest.approx(cell.mean() - 300_000)
    assert stated.note == "not used by the estimate; UNHCR; another year"


def test_cost_from_the_plan(small_case, est):
    plan = Plan("SDN", targeted=10e6, requirements=2e9)
    found = inclusion(est, "SDN", case=small_case, plan=plan, cost_under=1.0, cost_over=1.0)
    assert found.budget.unit_cost == 200.0
    mean, lower, upper = found.budget.cost_range
    assert mean == pytest.approx(200 * found.people.mean())
    assert lower < mean < upper
    assert found.budget.best.shortfall_probability == pytest.approx(0.5, abs=1e-3)


def test_the_basis_of_the_cost_is_said():
    assert Plan("SDN", in_need=4e6, requirements=8e8).cost_per_person == 200.0
    assert "too low" in Plan("SDN", in_need=4e6, requirements=8e8).cost_basis
    assert Plan("SDN", targeted=2e6, in_need=4e6, requirements=8e8).cost_per_person == 400.0
    assert Plan("SDN", requirements=8e8).cost_per_person is None
    # nobody targeted is no missing number: a cost per person does not follow
    assert Plan("SDN", targeted=0.0, in_need=4e6, requirements=8e8).cost_per_person is None
    assert (
        Plan("SDN", unit_cost=55.0, requirements=8e8, targeted=1.0, in_need=9.0).cost_per_person
        == 55.0
    )


def test_without_a_cost_there_is_no_budget(small_case, est):
    assert inclusion(est, "SDN", case=small_case).budget is None
    own = inclusion(
        est,
        "SDN",
        case=small_case,
        plan=Plan("SDN", targeted=1e6, requirements=2e8),
        unit_cost=10.0,
    )
    assert (own.budget.unit_cost, own.plan.unit_cost) == (10.0, 10.0)
    assert own.plan.cost_basis == "cost per person as stated"


def test_countries_without_an_estimate_say_why(small_case, est):
    with pytest.raises(NotEstimatedError, match="FRA has no crisis"):
        inclusion(est, "FRA")
    closed = changed(small_case, "per", pin_scope="mixed_hosts")
    with pytest.raises(NotEstimatedError, match=r"PER is not estimated: .*host communities"):
        inclusion(estimate(closed, draws=50, seed=7), "PER")


def test_bad_plans_are_refused(small_case, est):
    with pytest.raises(InputError, match="exceed"):
        Plan("SDN", in_need=1.0, targeted=2.0)
    with pytest.raises(InputError, match="requirements must be a number >= 0"):
        Plan("SDN", requirements=-1.0)
    with pytest.raises(InputError, match="the plan is of KEN"):
        inclusion(est, "SDN", plan=Plan("KEN"))


def test_many_corridors_have_a_table_too(small_case, monkeypatch):
    few = inclusion(estimate(small_case, draws=4000, seed=7), "SDN").to_frame()
    monkeypatch.setattr("gecam.results.origin_rows.PLAIN_CORRIDORS", 2)
    many = inclusion(estimate(small_case, draws=4000, seed=7), "SDN").to_frame()
    pd.testing.assert_frame_equal(many[["part", "label"]], few[["part", "label"]])
    np.testing.assert_allclose(many["mean"], few["mean"], rtol=0.02)  # means of 4000 draws
    np.testing.assert_allclose(many["upper"], few["upper"], rtol=0.05)


BY_AGE = {"0-17": 300.0, "18-59": 200.0, "60+": 250.5}


def test_the_budget_by_age_costs_the_people_of_each_age(chad_and_colombia):
    plan = Plan("TCD", unit_cost_by_age=BY_AGE)
    table = inclusion(chad_and_colombia, "TCD", plan=plan, reach=0.5)
    rows = chad_and_colombia.by("destination", "age").row(destination="TCD")
    people = dict(zip(rows.labels["age"], rows.draws, strict=True))
    assert list(people) == ["0-17", "18-59", "60+"]
    expected = sum(0.5 * people[age] * cost for age, cost in BY_AGE.items())
    np.testing.assert_allclose(table.budget.cost, expected, rtol=1e-12)
    np.testing.assert_allclose(table.budget.people, 0.5 * table.people, rtol=1e-12)
    assert table.plan.cost_basis == "on average, from costs by age as stated"
    assert table.age_note == ""


def test_costs_by_age_in_place_of_the_plans_may_be_drawn(chad_and_colombia):
    draws = np.linspace(100, 500, 400)
    plan = Plan("TCD", unit_cost=7.0)
    table = inclusion(chad_and_colombia, "TCD", plan=plan, unit_cost=BY_AGE | {"0-17": draws})
    assert table.plan.unit_cost_by_age == BY_AGE  # of draws their mean
    children = chad_and_colombia.by("destination", "age").row(destination="TCD", age="0-17").draws
    assert np.array_equal(table.budget.classes[0].cost, children[0] * draws)
    # one cost in place of the plan's is one for all ages
    one = inclusion(chad_and_colombia, "TCD", plan=table.plan, unit_cost=10.0)
    assert (one.budget.unit_cost, one.budget.classes, one.plan.unit_cost_by_age) == (10.0, (), {})


def test_people_of_unknown_ages_have_the_plans_cost_per_person(chad_and_colombia):
    one_group = {p: x for p, x in chad_and_colombia.ages.items() if p == ("TCD", "other")}
    est = replace(chad_and_colombia, ages=one_group)
    costs = {"unit_cost_by_age": BY_AGE}
    with pytest.raises(
        InputError, match=r"ages of [\d,]+ migrants in need in TCD are not published"
    ):
        inclusion(est, "TCD", plan=Plan("TCD", **costs))
    plan = Plan("TCD", requirements=900.0, targeted=10.0, **costs)
    unknown = inclusion(est, "TCD", plan=plan).budget.by_class().set_index("label").loc["total"]
    refugees = est.by("destination", "group").row(destination="TCD", group="protection").draws[0]
    assert unknown["unit_cost"] == 90.0
    assert unknown["cost"] == pytest.approx(90 * refugees.mean())


def test_costs_by_age_without_ages_or_of_other_ages_are_refused(small_case, est):
    with pytest.raises(InputError, match="need the ages of migrants in SDN"):
        inclusion(est, "SDN", plan=Plan("SDN", unit_cost_by_age=BY_AGE))
    with pytest.raises(InputError, match="0-17, 18-59, 60\\+, all of them: got 0-17"):
        Plan("SDN", unit_cost_by_age={"0-17": 1.0})
    with pytest.raises(InputError, match="unit_cost_by_age must"):
        Plan("SDN", unit_cost_by_age=BY_AGE | {"60+": -1.0})


def test_people_of_regional_plans_have_a_table_that_adds_up_in_every_draw(chad_and_colombia):
    complete = complete_estimates(chad_and_colombia, load_regional_plans("2026"))
    plan = Plan("COL", in_need=3e6, unit_cost_by_age=BY_AGE)
    table = regional_inclusion(complete, "COL", ages=load_ages("2026"), plan=plan)
    (i,) = (k for k, x in enumerate(complete.cells) if x.destination == "COL")
    assert np.array_equal(table.people, complete.draws[i])
    for part in ("group", "origin", "sex", "age"):
        assert table.parts[part].draws.sum(axis=0) == pytest.approx(table.people, rel=1e-9)
    np.testing.assert_allclose(sum(x.people for x in table.budget.classes), table.people)
    assert table.to_frame().loc[0, "share_of_plan"] == pytest.approx(table.people.mean() / 3e6)
    with pytest.raises(NotEstimatedError, match="no regional plan has people of its own in FRA"):
        regional_inclusion(complete, "FRA")
    with pytest.raises(InputError, match="the plan is of TCD"):
        regional_inclusion(complete, "COL", plan=Plan("TCD"))
