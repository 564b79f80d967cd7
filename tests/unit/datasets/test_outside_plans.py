"""Crises that no plan with a figure covers."""

from __future__ import annotations

import pytest

import gecam as gc
from gecam.datasets import EDITIONS, load_edition, load_outside_plans
from gecam.errors import InputError


@pytest.mark.parametrize("name", EDITIONS)
def test_they_are_outside_the_plans_of_the_year(name):
    listed = set(load_outside_plans(name)["iso3"])
    assert len(listed) >= 29
    assert not listed & set(load_edition(name).destinations)
    assert load_outside_plans(int(name)).equals(load_outside_plans(name))


def test_rows_have_a_modelled_share_and_stand_apart():
    # plans of 2025 without people in need, and a country without a plan (INFORM, July 2025)
    est = gc.estimate(gc.case_outside_plans(2025), draws=200)
    rows = est.by("destination").summary().set_index("destination")
    assert {"ETH", "LBN", "BGD"} <= set(rows.index)
    assert set(rows["evidence_level"]) == {4}
    assert rows["flags"].str.contains("MODELLED_SHARE").all()
    assert set(rows["grade"]) == {"E"}
    assert not set(rows.index) & set(load_edition("2025").destinations)


def test_the_figure_of_inform_is_shown_and_not_used():
    row = load_outside_plans("2022").set_index("iso3").loc["PAK"]
    assert row["month"] == "2022-07"
    people = {f.destination: f.people for f in gc.case_outside_plans("2022").footprints}
    assert people["PAK"] != row["people"]


def test_a_year_without_an_edition_is_refused():
    with pytest.raises(InputError, match="no edition '1999'"):
        load_outside_plans(1999)
