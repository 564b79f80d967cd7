"""Nobody drops out of an origin: registered people are in a figure, or in a row with its reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gecam as gc
from gecam.datasets import EDITIONS
from gecam.errors import InputError
from gecam.estimation import registered_origins

PAIR = ["origin", "destination"]


@pytest.fixture(scope="module", params=EDITIONS)
def complete(request):
    est = gc.estimate(gc.load_edition(request.param), draws=50, seed=1)
    return gc.complete_estimates(est, gc.load_regional_plans(request.param))


@pytest.fixture(scope="module")
def complete_2022(few_draws_2022):
    return gc.complete_estimates(few_draws_2022, gc.load_regional_plans("2022"))


def register_of(est):
    """UNHCR's own counts in the countries of an answer, at the end of the year before the plans."""
    people = est.case.protected.people
    year = min(crisis.reference_date for crisis in est.crises).year - 1
    people = people[people["as_of"].dt.year.eq(year)].set_index(PAIR)
    counts = people[["refugees", "asylum_seekers", "oip"]].sum(axis=1)
    return counts[counts.gt(0)]


def test_registered_people_of_every_origin_are_estimated_or_have_a_reason(complete):
    rows = registered_origins(complete)
    expected = register_of(complete.estimates).groupby("origin").sum()
    without = rows["counted_in"].eq("not estimated")
    told = rows[~without].groupby("origin")["registered"].sum()
    reasoned = rows[without & rows["reason"].ne("")].groupby("origin")["registered"].sum()
    sums = told.add(reasoned, fill_value=0)
    assert sums[sums.gt(0)].to_dict() == expected.to_dict()
    assert not rows[PAIR].duplicated().any()


@pytest.mark.parametrize("answer", ["country-level plans", "complete"])
def test_rows_by_origin_and_destination_hold_everybody_who_is_registered(complete, answer):
    """In the estimate of a row, or beside it with the reason: together the register of every origin."""
    is_complete = answer == "complete"
    rows = complete.by(*PAIR) if is_complete else complete.estimates.by(*PAIR)
    rows = rows.summary().set_index(PAIR)
    register = register_of(complete.estimates)
    beside = rows["published"].reindex(register.index)
    estimated = register[beside.isna()]
    assert rows.loc[estimated.index, "status"].eq("estimated").all()
    assert (register[beside.notna()] == beside.dropna()).all()
    named = rows[rows["published"].notna()]
    assert named["reason"].str.contains("UNHCR registered").all()
    assert named["flags"].str.contains("REGISTERED_NOT_ESTIMATED").all()
    total = estimated.groupby("origin").sum().add(beside.groupby("origin").sum(), fill_value=0)
    assert total.to_dict() == register.groupby("origin").sum().to_dict()
    counted = registered_origins(complete)
    left = counted["counted_in"].eq("not estimated")
    left |= counted["counted_in"].eq("regional plan") & (not is_complete)
    assert named["published"].sum() == counted.loc[left, "registered"].sum()


def test_rows_without_an_estimate_add_nothing_and_are_the_same_without_draws():
    est = gc.estimate(gc.load_edition("2022").restrict(["ETH", "LBN", "YEM"]), draws=50, seed=1)
    plain, interval, sampled = (
        est.by(*PAIR, draws=draws) for draws in ("corridor", "interval", "sampled")
    )
    np.testing.assert_allclose(plain.sum(), est.by("destination").sum(), rtol=1e-12)
    tables = [rows.summary().set_index(PAIR).sort_index() for rows in (plain, interval, sampled)]
    for table in tables[1:]:
        assert (table.index == tables[0].index).all()
        for name in ("status", "reason", "flags"):
            assert (table[name] == tables[0][name]).all()
        assert table["published"].equals(tables[0]["published"])
        assert table["mean"].notna().equals(tables[0]["mean"].notna())
    row = interval.row(origin="AFG", destination="LBN").summary().iloc[0]
    assert (row["status"], np.isnan(row["mean"])) == ("not_estimated", True)


def test_an_origin_of_whom_nobody_is_estimated_keeps_its_row(few_draws_2022):
    rows = few_draws_2022.by("origin").summary().set_index("origin")
    malagasy = rows.loc["MDG"]
    assert (malagasy["status"], malagasy["published"]) == ("not_estimated", 15)  # UNHCR, Lebanon
    assert "15 people whom UNHCR registered at the end of 2021" in malagasy["reason"]
    assert "(LBN)" in malagasy["reason"]
    # Part of an origin: the estimate of some beside the number of others.
    assert rows.loc["ERI", "status"] == "estimated"
    assert rows.loc["ERI", "published"] > 100_000


def test_a_scope_without_refugees_has_no_rows_of_registered_people():
    case = gc.load_edition("2022").restrict(["ETH", "LBN"])
    rows = gc.estimate(case, draws=20, seed=1, scope="excluding_refugees").by("origin")
    assert rows.is_estimated.all()
    assert not rows.facts["flags"].str.contains("REGISTERED_NOT_ESTIMATED").any()


def test_an_answer_in_which_nobody_is_estimated_has_rows_of_the_register_alone():
    case = gc.load_edition("2022").restrict(["COL"])
    rows = gc.estimate(case, draws=20, seed=1).by("origin")
    assert not rows.is_estimated.any()
    assert rows.draws.shape == (len(rows), 20)
    assert (
        rows.summary().set_index("origin").loc["VEN", "published"] == 1_872_472
    )  # UNHCR, end of 2021


def test_rows_of_the_complete_total_add_to_it_draw_by_draw(complete_2022):
    whole = complete_2022.totals().draws[0]
    for dimensions in (("destination",), ("origin",), PAIR, ("region", "group")):
        rows = complete_2022.by(*dimensions)
        np.testing.assert_allclose(rows.sum(), whole, rtol=1e-12)
    with pytest.raises(InputError, match="must be different words of destination"):
        complete_2022.by()


def test_people_of_regional_plans_stand_under_their_origin(complete_2022):
    """Venezuelans in Colombia: the register of the end of 2021 times 0.70, published by the plan."""
    rows = complete_2022.by(*PAIR).summary().set_index(PAIR)
    there = rows.loc[("VEN", "COL")]
    assert there["odds_ratio_1"] == pytest.approx(0.70 * 1_872_472)
    assert "Venezuela (RMRP)" in there["reason"]
    assert np.isnan(there["published"])
    alone = complete_2022.estimates.by(*PAIR).summary().set_index(PAIR).loc[("VEN", "COL")]
    assert (alone["status"], alone["published"]) == ("not_estimated", 1_872_472)


def test_cells_as_rows_add_to_what_the_totals_add(complete_2022):
    complete, plans, widest = complete_2022.totals().draws
    in_crisis, hosts = (complete_2022.by_cell(in_crisis=x) for x in (True, False))
    np.testing.assert_allclose(in_crisis.sum(), complete - plans, rtol=1e-9)
    np.testing.assert_allclose(hosts.sum(), widest - complete, rtol=1e-9)
    assert len(in_crisis) + len(hosts) == len(complete_2022.cells)
    rows = in_crisis.summary()
    assert rows.loc[rows["status"].eq("in_country_plan"), "mean"].isna().all()
    assert rows["reason"].ne("").all()


def test_syrians_in_lebanon_are_in_a_regional_plan_and_eritreans_in_ethiopia_have_a_reason(
    complete_2022,
):
    rows = registered_origins(complete_2022).set_index(PAIR)
    assert rows.loc[("SYR", "LBN"), "counted_in"] == "regional plan"
    eritreans = rows.loc[("ERI", "ETH")]
    assert (eritreans["counted_in"], eritreans["registered"] > 100_000) == ("not estimated", True)
    assert "left to a refugee plan" in eritreans["reason"]


def test_estimates_without_their_case_are_refused(complete_2022):
    bare = replace(complete_2022, estimates=replace(complete_2022.estimates, case=None))
    with pytest.raises(InputError, match="with their case"):
        registered_origins(bare)


@pytest.fixture(scope="module")
def many_draws():
    case = gc.load_edition("2022").restrict(["ETH", "LBN", "UKR", "YEM"])
    return gc.estimate(case)


@pytest.mark.parametrize("dimensions", [("origin",), ("origin", "sex"), ("region", "origin")])
def test_rows_by_origin_have_one_order_with_draws_and_without(many_draws, dimensions):
    drawn, described = (
        many_draws.by(*dimensions, draws=how).summary() for how in ("corridor", "interval")
    )
    labels = list(dimensions)
    assert drawn["reason"].ne("").any()  # some are registered, and not estimated
    pd.testing.assert_frame_equal(drawn[labels], described[labels])
    assert drawn[labels].equals(drawn[labels].sort_values(labels, ignore_index=True))
    assert (drawn["mean"].isna() == described["mean"].isna()).all()
    large = drawn["mean"] > 1_000
    assert described["mean"][large].to_numpy() == pytest.approx(
        drawn["mean"][large].to_numpy(), rel=0.02
    )
