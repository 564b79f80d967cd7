"""Nobody drops out of an origin: registered people are in a figure, or in a row with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gecam as gc
from gecam.datasets import EDITIONS
from gecam.errors import InputError
from gecam.estimation import registered_origins


@pytest.fixture(scope="module", params=EDITIONS)
def complete(request):
    est = gc.estimate(gc.load_edition(request.param), draws=50, seed=1)
    return gc.complete_estimates(est, gc.load_regional_plans(request.param))


def test_registered_people_of_every_origin_are_estimated_or_have_a_reason(complete):
    rows = registered_origins(complete)
    year = rows["year_end"].iloc[0]
    people = complete.estimates.case.protected.people
    people = people[people["as_of"].dt.year.eq(year)]
    register = people.assign(n=people[["refugees", "asylum_seekers", "oip"]].sum(axis=1))
    expected = register.groupby("origin")["n"].sum()
    without = rows["counted_in"].eq("not estimated")
    told = rows[~without].groupby("origin")["registered"].sum()
    reasoned = rows[without & rows["reason"].ne("")].groupby("origin")["registered"].sum()
    assert told.add(reasoned, fill_value=0).to_dict() == expected.to_dict()
    assert not rows[["origin", "destination"]].duplicated().any()


def test_syrians_in_lebanon_are_in_a_regional_plan_and_eritreans_in_ethiopia_have_a_reason():
    est = gc.estimate(gc.load_edition("2022"), draws=50, seed=1)
    whole = gc.complete_estimates(est, gc.load_regional_plans("2022"))
    rows = registered_origins(whole).set_index(["origin", "destination"])
    assert rows.loc[("SYR", "LBN"), "counted_in"] == "regional plan"
    eritreans = rows.loc[("ERI", "ETH")]
    assert (eritreans["counted_in"], eritreans["registered"] > 100_000) == ("not estimated", True)
    assert "left to a refugee plan" in eritreans["reason"]


def test_estimates_without_their_case_are_refused():
    est = gc.estimate(gc.load_edition("2022"), draws=50, seed=1)
    whole = gc.complete_estimates(est, gc.load_regional_plans("2022"))
    bare = replace(whole, estimates=replace(est, case=None))
    with pytest.raises(InputError, match="with their case"):
        registered_origins(bare)
