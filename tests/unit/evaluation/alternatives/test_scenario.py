"""Scenarios and comparisons draw by draw."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import CustomEdit, ScaleStock, estimate
from gecam.evaluation import compare, scenario
from gecam.model import OddsRatioPrior


@pytest.fixture(scope="module")
def before(small_case):
    return estimate(small_case, draws=2000, seed=5)


def test_a_number_for_the_odds_ratio_is_fixed(before):
    after = scenario(before, odds_ratio=2)
    assert after.assumptions.odds_ratio == OddsRatioPrior.exactly(2)
    assert after.provenance.seed == before.provenance.seed
    assert after.provenance.draws == before.provenance.draws


@pytest.mark.parametrize(
    ("changes", "is_higher"),
    [
        ({"odds_ratio": 5}, True),
        ({"odds_ratio": 0.2}, False),
        ({"odds_ratio": OddsRatioPrior.from_logs(1.5, 0.1)}, True),
        ({"protection_in_need": "national"}, False),
        ({"unknown_scope_weight": 0.0}, False),  # Kenya's refugees lose the prior near 1
        ({"scope": "excluding_refugees"}, False),
        ({"scope": "union"}, True),
        ({"apply_growth": False}, False),
        ({"undercount": (2.0, 18.0)}, True),
    ],
)
def test_each_kind_of_change_moves_the_answer_its_way(before, changes, is_higher):
    found = compare(before, scenario(before, **changes))
    assert (found.totals["difference"].iloc[-1] > 0) == is_higher


def test_a_function_changes_the_data(before):
    def doubled(case):
        people = case.stock.people
        return replace(
            case, stock=replace(case.stock, people=people.assign(people=2 * people["people"]))
        )

    with pytest.warns(FutureWarning, match="CustomEdit"):
        made = scenario(before, doubled)
    same = scenario(before, CustomEdit(doubled, "twice the stock"))
    np.testing.assert_array_equal(made.draws, same.draws)
    np.testing.assert_array_equal(scenario(before, ScaleStock(2.0)).draws, same.draws)
    found = compare(before, made, by=("destination",))
    peru = found.rows.set_index("destination").loc["PER"]  # no refugees: twice as many
    assert peru["after"] == pytest.approx(2 * peru["before"], rel=0.01)


def test_options_are_those_of_the_answer_unless_given(small_case, before):
    after = scenario(small_case, draws=10, seed=9, level=0.5, scope="union")
    assert (after.provenance.draws, after.provenance.seed) == (10, 9)
    assert (after.level, after.scope) == (0.5, "union")
    assert scenario(before).provenance.config_sha256 == before.provenance.config_sha256


def test_an_unknown_assumption_is_named_with_those_there_are(before):
    with pytest.raises(InputError, match=r"no assumption 'odd_ratio'\. There are: odds_ratio"):
        scenario(before, odd_ratio=2)
    with pytest.raises(InputError, match=r"odds_ratio must be a number > 0"):
        scenario(before, odds_ratio=-1)


def test_differences_are_paired_draw_by_draw(before):
    after = scenario(before, odds_ratio=2)
    found = compare(before, after)
    for row in found.rows.to_dict("records"):
        a, b = (
            x.by("destination").row(destination=row["destination"]).draws[0]
            for x in (before, after)
        )
        assert row["difference"] == pytest.approx((b - a).mean())
        assert row["lower"] == pytest.approx(np.quantile(b - a, 0.05), rel=1e-6)
        assert row["upper"] == pytest.approx(np.quantile(b - a, 0.95), rel=1e-6)
        assert row["share_higher"] == pytest.approx(np.mean(b > a))
        assert row["mcse"] == pytest.approx((b - a).std(ddof=1) / math.sqrt(2000), rel=1e-3)
        assert row["relative"] == pytest.approx(row["difference"] / row["before"])


def test_common_random_numbers_make_the_interval_of_a_difference_narrow(before):
    """A change that multiplies by a constant has a difference that is known far better than either."""
    after = scenario(before, drift_log_sd=before.assumptions.drift_log_sd + 1e-9)
    found = compare(before, after).totals.iloc[-1]
    assert abs(found["upper"] - found["lower"]) < 1e-3 * found["before"]


def test_rows_that_only_one_side_has_keep_their_place_with_a_note(before):
    (peru,) = (f for f in before.case.footprints if f.crisis == "per")
    after = scenario(before, replace(peru, pin_scope="migrants_separate"))
    rows = compare(before, after).rows.set_index("destination")
    assert rows.loc["PER", "note"] == "estimated only before"
    assert math.isnan(rows.loc["PER", "difference"])
    assert not math.isnan(rows.loc["PER", "before"])
    back = compare(after, before).rows.set_index("destination")
    assert back.loc["PER", "note"] == "estimated only after"


def test_additional_people_are_all_of_a_new_row_and_none_of_a_lost_one(before):
    (peru,) = (f for f in before.case.footprints if f.crisis == "per")
    after = scenario(before, replace(peru, pin_scope="migrants_separate"))
    found = compare(before, after)
    place = found.rows["destination"].tolist().index("PER")
    assert np.isnan(found.additional[place]).all()
    np.testing.assert_array_equal(np.delete(found.additional, place, axis=0), 0.0)
    back = compare(after, before)
    place = back.rows["destination"].tolist().index("PER")
    people = before.by("destination").row(destination="PER").draws[0]
    np.testing.assert_array_equal(back.additional[place], people)


def test_regional_plans_are_in_neither(before):
    rows = compare(before, before, by=("crisis",)).rows.set_index("crisis")
    assert rows.loc["region", "note"] == "in neither answer estimated"


def test_any_dimension_and_level_can_be_compared(before):
    found = compare(before, scenario(before, odds_ratio=2), by=("destination", "group"), level=0.5)
    assert list(found.rows.columns[:2]) == ["destination", "group"]
    assert found.level == 0.5
    refugees = found.rows[found.rows["group"].eq("protection")]["difference"].dropna()
    assert (refugees == 0).all()  # the odds ratio is not theirs
    origins = compare(before, scenario(before, odds_ratio=2), by=("origin",)).rows
    assert set(origins["origin"]) == {"ERI", "SSD", "OOO"}


def test_answers_of_different_seeds_are_not_compared(small_case, before):
    with pytest.raises(
        InputError, match=r"one seed.*got draws 2000, seed 5, sampler latin and draws 2000, seed 6"
    ):
        compare(before, estimate(small_case, draws=2000, seed=6))


def test_a_comparison_says_its_total_in_one_line(before):
    assert repr(compare(before, before)) == ("Comparison(3 rows; total +0 people, 90% +0 to +0)")


def test_a_scenario_keeps_the_sampler_and_samplers_are_not_compared(small_case):
    before = estimate(small_case, draws=64, seed=5, sampler="mc")
    after = scenario(before, undercount=(2.0, 18.0))
    assert after.sampling == before.sampling
    np.testing.assert_array_equal(scenario(before).draws, before.draws)
    assert compare(before, after).totals["difference"].iloc[-1] > 0
    other = estimate(small_case, draws=64, seed=5)
    with pytest.raises(InputError, match=r"got draws 64, seed 5, sampler mc and draws 64, seed 5"):
        compare(before, other)


def test_origins_are_compared_however_many_there_are(before, monkeypatch):
    after = scenario(before, odds_ratio=2)
    few = compare(before, after, by=("origin",)).rows
    monkeypatch.setattr("gecam.results.origin_rows.PLAIN_CORRIDORS", 2)
    assert before.by("origin").drawless is not None
    many = compare(before, after, by=("origin",)).rows
    pd.testing.assert_frame_equal(few, many)
