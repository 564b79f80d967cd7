"""People of one origin in crises abroad."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.preparedness import nationals_abroad


@pytest.fixture(scope="module")
def abroad(small_case):
    return nationals_abroad(estimate(small_case, draws=2000, seed=7), "SSD")


def test_rows_are_those_of_the_estimates_ranked(small_case, abroad):
    cells = estimate(small_case, draws=2000, seed=7).by("destination", "origin")
    for place, people in zip(abroad.destinations, abroad.people, strict=True):
        assert np.array_equal(cells.row(destination=place, origin="SSD").draws[0], people)
    means = abroad.to_frame()["mean"]
    assert means.is_monotonic_decreasing
    assert abroad.total == pytest.approx(abroad.people.sum(axis=0))


def test_ranks_have_intervals_and_a_probability(abroad):
    frame = abroad.to_frame()
    assert (frame["rank_lower"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["rank_upper"]).all()
    assert frame["probability_first"].sum() == pytest.approx(1.0)


def test_a_country_with_two_crises_is_one_row(abroad):
    frame = abroad.to_frame().set_index("destination")
    assert frame.loc["KEN", "crises"] == "Kenya flood; Kenya plan"
    assert frame.loc["KEN", "counted_as"] == "citizens"
    assert frame.loc["SDN", "counted_as"] == "born there"


def test_unknown_origins_and_regional_plans_stand_beside(abroad):
    assert all(people > 0 for people in abroad.unknown_origin)
    assert abroad.regional_plans == (("Regional plan", 3e6),)


def test_an_origin_nobody_names_is_an_empty_table(small_case):
    est = estimate(small_case, draws=50, seed=7)
    nobody = nationals_abroad(est, "FJI")
    assert nobody.to_frame().empty
    assert (
        nobody.to_frame().columns.tolist()
        == nationals_abroad(est, "SSD").to_frame().columns.tolist()
    )
    assert nobody.regional_plans == ()


def test_countries_that_are_not_estimated_carry_their_reason(case_factory):
    closed = tuple(
        replace(f, pin_scope="mixed_hosts") if f.crisis == "per" else f
        for f in case_factory().footprints
    )
    est = estimate(case_factory(footprints=closed), draws=50, seed=7)
    found = nationals_abroad(est, "SSD")
    assert set(found.not_estimated) == {"PER"}
    assert "host communities" in found.not_estimated["PER"]


def test_a_word_that_is_no_country_is_refused(small_case):
    with pytest.raises(InputError, match="'OOO' is not an ISO3 code"):
        nationals_abroad(estimate(small_case, draws=10, seed=7), "OOO")


def test_many_corridors_give_the_same_rows(small_case, monkeypatch):
    """Beyond some thousand corridors rows by origin have no draws unless they are asked for."""
    few = nationals_abroad(estimate(small_case, draws=200, seed=7), "SSD").to_frame()
    monkeypatch.setattr("gecam.results.origin_rows.PLAIN_CORRIDORS", 2)
    many = estimate(small_case, draws=200, seed=7)
    assert many.by("destination", "origin").drawless is not None
    pd.testing.assert_frame_equal(nationals_abroad(many, "SSD").to_frame(), few)
