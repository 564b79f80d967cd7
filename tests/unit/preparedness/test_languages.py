"""Languages: greedy choice, bounds, unknown origins, shares by class."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gecam.codes import SPEAKERS, written_language
from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import estimate
from gecam.preparedness import LIMITS, language_name, language_reach
from gecam.preparedness.languages import _among_migrants, _greedy

OWN = {"ERI": {"ti": 0.6, "ar": 0.5}, "SSD": {"ar": 0.4, "nus": 0.3}}


@pytest.fixture(scope="module")
def est(small_case):
    return estimate(small_case, draws=500, seed=7)


def test_the_first_language_reaches_its_share_of_the_people(est):
    reach = language_reach(est, "SDN", shares=OWN)
    cells = est.by("destination", "origin").row(destination="SDN")
    people = dict(zip(cells.labels["origin"], cells.draws, strict=True))
    assert reach.languages[0] == "ar"
    expected = (0.5 * people["ERI"] + 0.4 * people["SSD"]) / sum(people.values())
    assert reach.reach[0] == pytest.approx(expected)


def test_origins_that_are_not_known_count_as_not_reached(est):
    reach = language_reach(est, "SDN", shares=OWN)
    cells = est.by("destination", "origin").row(destination="SDN")
    unknown = cells.draws[cells.labels["origin"].eq("OOO").to_numpy()][0] / reach.people
    assert reach.unknown == pytest.approx(unknown)
    assert (reach.at_most[-1] <= 1 - unknown + 1e-12).all()


def test_more_languages_reach_more_and_bounds_hold(est):
    reach = language_reach(est, "SDN", most=20)
    assert (np.diff(reach.reach, axis=0) >= -1e-12).all()
    assert (reach.at_least <= reach.reach + 1e-12).all()
    assert (reach.reach <= reach.at_most + 1e-12).all()
    one = reach.to_frame([1]).iloc[0]
    assert one["at_least"] == pytest.approx(one["at_most"])


def test_the_table_of_one_two_and_five_languages(est):
    frame = language_reach(est, shares=OWN, most=5).to_frame([1, 2, 5])
    assert frame["languages"].tolist() == [1, 2]  # three languages: five are not known
    assert (frame["lower"] <= frame["reach"]).all()
    assert (frame["reach"] <= frame["upper"]).all()


def test_greedy_is_near_the_best_choice():
    rng = np.random.default_rng(2)
    for _ in range(20):
        p = rng.random((6, 8)) * (rng.random((6, 8)) < 0.4)
        weight = rng.dirichlet(np.ones(6))

        def value(columns, p=p, weight=weight):
            return float(weight @ (1 - np.prod(1 - p[:, list(columns)], axis=1)))

        best = max(value(c) for c in combinations(range(8), 3))
        assert value(_greedy(p, weight, 3)) >= (1 - 1 / np.e) * best - 1e-12


def test_a_language_that_adds_nobody_is_not_listed():
    assert _greedy(np.array([[1.0, 1.0, 0.0]]), np.array([1.0]), 3) == [0]


def test_shares_are_drawn_within_their_class(est):
    reach = language_reach(est, "PER")  # Eritreans and South Sudanese, neither with refugees
    cells = est.by("destination", "origin").row(destination="PER")
    people = dict(zip(cells.labels["origin"], cells.draws, strict=True))
    assert reach.languages[0] == "ar"  # many of both origins: 20 to 50 %
    part = (people["ERI"] + people["SSD"]) / reach.people
    assert ((0.2 * part <= reach.reach[0]) & (reach.reach[0] <= 0.5 * part)).all()
    assert np.ptp(reach.reach[0] / part) > 0.15
    again = language_reach(est, "Peru")
    assert (again.reach == reach.reach).all()


def test_a_language_of_both_countries_is_one_class_higher(est):
    # Arabic: many in South Sudan (20 to 50 %), nearly all in Sudan, nobody in Peru
    cells = est.by("destination", "origin")
    for destination, low, high in (("SDN", 0.5, 0.9), ("PER", 0.2, 0.5)):
        people = cells.row(destination=destination)
        own = {"ERI": {}}
        reach = language_reach(est, destination, shares=own, most=20)
        at = reach.languages.index("ar")
        before = reach.reach[at - 1] if at else np.zeros(reach.people.size)
        south = people.draws[people.labels["origin"].eq("SSD").to_numpy()][0] / reach.people
        missed = south - before
        added = reach.reach[at] - before
        assert ((low * missed <= added + 1e-12) & (added <= high * missed + 1e-12)).all()


def test_english_is_not_raised_by_being_a_language_of_school():
    assert _among_migrants("GHA", "NGA")["en"] == SPEAKERS["most"]
    assert _among_migrants("NGA", "NER")["ha"] == SPEAKERS["most"]
    assert _among_migrants("NGA", "GBR")["ha"] == SPEAKERS["many"]
    assert _among_migrants("SYR", "EGY")["ar"] == SPEAKERS["nearly all"]


@pytest.mark.parametrize("country", ["SDN", "TCD", "SSD", "MOZ", "NER", "SOM", "MWI"])
def test_english_does_not_come_first_where_hardly_anybody_speaks_it(few_draws_2022, country):
    frame = language_reach(few_draws_2022, country).to_frame()
    assert frame["language"].iloc[0] != "en"
    assert len({written_language(code) for code in frame["language"]}) == len(frame)
    assert not frame["name"].isin(frame["language"]).any()


def test_varieties_in_a_survey_are_one_written_language(est):
    one = language_reach(est, "SDN", shares={"SSD": {"ar": 0.6}, "ERI": {"ti": 0.9}})
    both = language_reach(est, "SDN", shares={"SSD": {"apd": 0.6, "apc": 0.2}, "ERI": {"ti": 0.9}})
    assert set(one.languages) == set(both.languages) == {"ar", "ti"}
    assert (one.reach == both.reach).all()


def test_all_countries_together_are_the_sum_of_their_rows(est):
    survey = {"ERI": {"ti": 0.6}, "SSD": {"nus": 0.3}}
    whole = language_reach(est, shares=survey)
    parts = [language_reach(est, d, shares=survey) for d in ("KEN", "PER", "SDN")]
    people = sum(x.people for x in parts)
    assert whole.people == pytest.approx(people)
    reached = sum(x.reach[-1] * x.people for x in parts)
    assert whole.reach[-1] * whole.people == pytest.approx(reached)


def test_names_of_languages():
    assert language_name("so") == "Somali"
    assert language_name("zh_Hant") == "Traditional Chinese"
    assert language_name("xx-none") != "xx-none"


def test_bad_input_is_refused(est):
    with pytest.raises(InputError, match=r"must lie in \[0, 1\]"):
        language_reach(est, "SDN", shares={"ERI": {"ti": 1.4}})
    with pytest.raises(InputError, match="most must be a whole number >= 1: got 0"):
        language_reach(est, "SDN", most=0)
    with pytest.raises(NotEstimatedError, match="FRA"):
        language_reach(est, "FRA")
    with pytest.raises(NotEstimatedError, match="languages are known"):
        language_reach(est, "SDN", shares={"ERI": {}, "SSD": {}})


def test_limits_are_stated():
    assert any("not those of the people who left it" in text for text in LIMITS)


def test_many_corridors_give_the_same_reach(small_case, monkeypatch):
    few = language_reach(estimate(small_case, draws=200, seed=7), "SDN")
    monkeypatch.setattr("gecam.results.origin_rows.PLAIN_CORRIDORS", 2)
    many = language_reach(estimate(small_case, draws=200, seed=7), "SDN")
    np.testing.assert_array_equal(many.reach, few.reach)
