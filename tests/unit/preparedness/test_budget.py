"""The size and cost of a plan."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from gecam.errors import InputError
from gecam.preparedness import budget_by_class, newsvendor, plan_budget

U = (np.arange(20_000) + 0.5) / 20_000
LOGNORMAL = 1000.0 * np.exp(0.4 * ndtri(U))


@pytest.mark.parametrize(("under", "over"), [(1.0, 1.0), (3.0, 1.0), (1.0, 4.0), (99.0, 1.0)])
def test_the_best_plan_is_the_quantile_of_a_known_distribution(under, over):
    best = newsvendor(LOGNORMAL, under, over)
    exact = 1000.0 * np.exp(0.4 * ndtri(under / (under + over)))
    assert best == pytest.approx(exact, rel=1e-3)  # spacing of the draws


def test_expected_loss_of_the_best_plan_has_its_closed_form():
    # lognormal newsvendor: (cu + co) m [tau - Phi(z_tau - s)]
    budget = plan_budget(LOGNORMAL, 1.0, cost_under=3.0, cost_over=1.0)
    mean = 1000.0 * np.exp(0.4**2 / 2)
    exact = 4.0 * mean * (0.75 - ndtr(ndtri(0.75) - 0.4))
    assert budget.best.expected_loss == pytest.approx(exact, rel=2e-3)


def test_no_other_plan_loses_less():
    draws = np.random.default_rng(3).gamma(2.0, 100.0, 301)
    budget = plan_budget(draws, 1.0, cost_under=2.0, cost_over=5.0)
    losses = [budget.target(q).expected_loss for q in draws]
    assert budget.best.expected_loss == pytest.approx(min(losses), rel=1e-12)


def test_the_fractile_falls_on_a_draw_exactly():
    # 3/4 of four draws is the third, whatever rounding does to 3 / (3 + 1) * 4
    assert newsvendor([10.0, 20.0, 30.0, 40.0], 0.3, 0.1) == 30.0


def test_unmet_less_idle_is_the_gap_of_the_mean():
    budget = plan_budget(LOGNORMAL, 7.0)
    target = budget.target(900.0)
    gap = budget.people.mean() - 900.0
    assert target.expected_unmet - target.expected_idle == pytest.approx(gap)
    assert target.cost == 6300.0


def test_cost_range_carries_an_uncertain_cost_per_person():
    people = np.full(1000, 50.0)
    unit = np.linspace(10.0, 30.0, 1000)
    mean, lower, upper = plan_budget(people, unit).cost_range
    assert mean == pytest.approx(1000.0)
    assert (lower, upper) == pytest.approx((550.0, 1450.0), rel=1e-3)


def test_reach_scales_the_people():
    half = plan_budget(LOGNORMAL, 1.0, reach=0.5)
    assert half.best.people == pytest.approx(plan_budget(LOGNORMAL, 1.0).best.people / 2)


def test_the_share_to_be_reached_is_named_and_costs_its_part():
    whole, part = plan_budget(LOGNORMAL, 20.0), plan_budget(LOGNORMAL, 20.0, reach=0.76)
    assert (whole.reach, part.reach) == (1.0, 0.76)
    assert part.cost_range == pytest.approx([0.76 * x for x in whole.cost_range])
    assert part.cost_range_of_all == pytest.approx(whole.cost_range) == whole.cost_range_of_all
    assert part.to_frame()["reach"].tolist() == [0.76] * 4
    assert whole.to_frame()["reach"].tolist() == [1.0] * 4


def test_the_table_names_its_plans():
    frame = plan_budget(LOGNORMAL, 2.0).to_frame()
    assert frame["plan"].tolist() == [
        "mean", "best at the stated costs", "enough with 90%", "mean of the worst tenth",
    ]  # fmt: skip
    assert frame["shortfall_probability"].is_monotonic_decreasing
    assert frame["shortfall_probability"].iloc[2] == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize(
    "change",
    [{"cost_under": 0.0}, {"cost_over": -1.0}, {"reach": 1.1}, {"reach": 0.0}, {"level": 1.0}],
)
def test_bad_options_are_refused(change):
    with pytest.raises(InputError):
        plan_budget(LOGNORMAL, 1.0, **change)


def test_bad_numbers_are_refused():
    with pytest.raises(InputError, match="none missing"):
        plan_budget([1.0, np.nan], 1.0)
    with pytest.raises(InputError, match="unit_cost"):
        plan_budget([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="people must be a number >= 0"):
        plan_budget([1.0, 2.0], 1.0).target(-1.0)


def test_costs_by_class_add_to_the_total_in_every_draw():
    people = {"0-17": [60.0, 80.0, 10.0], "18-59": [40.0, 40.0, 0.0]}
    budget = budget_by_class(people, {"0-17": 30.0, "18-59": [10.0, 20.0, 5.0]}, reach=0.5)
    # half of 60 x 30 + 40 x 10, 80 x 30 + 40 x 20, 10 x 30
    assert budget.cost.tolist() == [1100.0, 1600.0, 150.0]
    assert budget.people.tolist() == [50.0, 60.0, 5.0]
    assert np.array_equal(sum(x.cost for x in budget.classes), budget.cost)
    assert budget.unit_cost == pytest.approx(2850 / 115)
    assert budget.target(100).cost == pytest.approx(100 * 2850 / 115)
    rows = budget.by_class()
    assert rows["label"].tolist() == ["0-17", "18-59"]
    assert rows["people"].tolist() == pytest.approx([25.0, 40 / 3])
    assert rows["cost"].sum() == pytest.approx(budget.cost_range[0])
    assert plan_budget(LOGNORMAL, 1.0).by_class().empty


def test_one_cost_for_all_classes_is_one_cost():
    part = LOGNORMAL * np.linspace(0.2, 0.6, LOGNORMAL.size)
    weighing = {"cost_under": 2.0, "cost_over": 1.0, "reach": 0.8}
    one = plan_budget(LOGNORMAL, 7.0, **weighing)
    of_two = budget_by_class({"a": part, "b": LOGNORMAL - part}, {"a": 7.0, "b": 7.0}, **weighing)
    np.testing.assert_allclose(of_two.cost, one.cost, rtol=1e-12)
    assert of_two.best.cost == pytest.approx(one.best.cost)


def test_classes_without_a_cost_and_costs_without_people_are_refused():
    with pytest.raises(InputError, match=r"same classes.*people of a, b and unit_cost of a"):
        budget_by_class({"a": [1.0, 2.0], "b": [1.0, 2.0]}, {"a": 3.0})
    with pytest.raises(InputError, match="same number of draws"):
        budget_by_class({"a": [1.0, 2.0], "b": [1.0, 2.0, 3.0]}, {"a": 3.0, "b": 1.0})
    with pytest.raises(InputError, match="people of none"):
        budget_by_class({}, {})
