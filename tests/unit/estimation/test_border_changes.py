"""People born beyond a border that moved: rows that say so, and the total without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gecam.datasets import load_edition
from gecam.estimation import destination_plan, estimate
from gecam.evaluation import explain, sensitivity
from gecam.results import SELECTIONS, beyond_borders

SCOPE = "excluding_border_changes"


@pytest.fixture(scope="module")
def case():
    return load_edition("2024").restrict(["ETH", "SDN", "SSD", "UKR", "YEM"])


@pytest.fixture(scope="module")
def everybody(case):
    return estimate(case, draws=500, seed=4)


@pytest.fixture(scope="module")
def others(case):
    return estimate(case, draws=500, seed=4, scope=SCOPE)


def test_the_total_without_them_and_they_add_up_to_the_total_in_every_draw(everybody, others):
    whole = everybody.total().draws[-1]
    np.testing.assert_allclose(
        others.total().draws[-1] + beyond_borders(everybody).draws[0], whole, rtol=1e-9
    )
    at_one = [x.summary()["odds_ratio_1"].iloc[-1] for x in (everybody.total(), others.total())]
    part = beyond_borders(everybody).summary().loc[0, "odds_ratio_1"]
    assert at_one[0] - at_one[1] == pytest.approx(part, rel=1e-9)
    assert len(beyond_borders(others)) == 0


def test_refugees_and_countries_without_such_a_border_stay(everybody, others):
    for cell, before, after in zip(everybody.cells, everybody.draws, others.draws, strict=True):
        if cell.group == "protection" or cell.destination == "YEM":
            np.testing.assert_array_equal(before, after)
        elif not np.isnan(before[0]):
            assert np.all(after < before)


def test_origins_beyond_the_border_are_gone_and_the_others_add_up(everybody, others):
    rows = others.by("destination", "origin", "group")
    labels = rows.labels
    here = labels["destination"].eq("UKR") & labels["group"].eq("other")
    assert here.any()
    assert not labels.loc[here, "origin"].isin(["RUS", "BLR", "KAZ"]).any()
    place = others.places.index(("UKR", "other"))
    draws = others.unions[SELECTIONS[1]].draws[place]
    np.testing.assert_allclose(rows.draws[np.flatnonzero(here)].sum(axis=0), draws, rtol=1e-9)


def test_rows_are_flagged_by_where_people_were_born(everybody):
    """Of Sudan's refugees seven in ten are South Sudanese, and no border moved past them."""
    flagged = {cell.id for cell in everybody.cells if "BORDER_CHANGE" in cell.flags}
    assert flagged == {f"2024-{x}/{x}/other" for x in ("ETH", "SDN", "SSD", "UKR")}


def test_a_row_takes_the_prior_of_moved_borders_where_half_of_its_migrants_are_such(case):
    use = {p: destination_plan(case, p, "all").crises[0].use for p in case.destinations}
    assert {p for p, u in use.items() if u.is_border_change} == {"SSD", "UKR"}


def test_by_country_all_rows_of_a_country_are_flagged(case):
    a = replace(case.assumptions, border_changes="by_country")
    est = estimate(replace(case, assumptions=a), draws=20, seed=1)
    flagged = {cell.destination for cell in est.cells if "BORDER_CHANGE" in cell.flags}
    assert flagged == {"ETH", "SDN", "SSD", "UKR"}
    assert all("BORDER_CHANGE" in x.flags for x in est.cells if x.destination == "SDN")


def test_the_step_that_leaves_them_out_is_explained(others):
    e = explain(others, "UKR", points=0)
    steps = {step.name: step for step in e.decomposition}
    assert steps["border_changes"].change < 0
    assert "90% of other migrants" in " ".join(steps["border_changes"].how)


def test_sensitivity_knows_the_origins_as_inputs(case):
    found = sensitivity(case.restrict(["UKR"]), "UKR", n=64, figures=0, seed=1, scope=SCOPE)
    assert "composition" in set(found.to_frame()["group"])
