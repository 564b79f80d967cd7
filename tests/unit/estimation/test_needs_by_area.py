"""Areas: rows by area add to the national rows in every draw, and follow needs and homes by area."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from gecam import by_area, load_areas
from gecam.datasets import load_edition, load_regional_plans
from gecam.errors import InputError
from gecam.estimation import (
    REFUGEE_CONCENTRATION,
    YEAR_LOGIT_SD,
    AreaShares,
    CountryAreas,
    areas_of_case,
    complete_estimates,
    estimate,
    migrants_affected,
)
from gecam.estimation.methods.odds_shift import odds_shift
from gecam.model import AreaNeeds, Assumptions
from gecam.results import COUNTRY_PLANS, NOT_BY_AREA, REGIONAL_PLANS

# Few migrants live in a small area in most draws, and many in a few: errors of such means are told.
pytestmark = pytest.mark.filterwarnings("ignore:mcse understates")
SDN_AREAS = ("SD01", "SD02", "SD03")


@pytest.fixture(scope="module")
def chad():
    """Chad in the year of its table, 4,000 draws."""
    return estimate(load_edition("2025").restrict(["TCD"]), draws=4_000, seed=3)


@pytest.fixture(scope="module")
def chad_by_area(chad):
    return by_area(chad, load_areas("2025"))


@pytest.fixture(scope="module")
def latest(chad_and_colombia):
    """Chad and Colombia of 2026, with people of regional plans."""
    complete = complete_estimates(chad_and_colombia, load_regional_plans("2026"))
    return complete, by_area(chad_and_colombia, load_areas("2026"), complete=complete)


def sudan(in_need, residents, *, national=None, **counts) -> CountryAreas:
    """Return a table of Sudan's invented areas."""
    nothing = [None] * len(in_need)
    rows = pd.DataFrame(
        {
            "area": list(SDN_AREAS[: len(in_need)]), "name": ["A", "B", "C"][: len(in_need)],
            "in_need": in_need, "residents": residents,
            "migrants": counts.get("migrants", nothing),
            "refugees": counts.get("refugees", nothing),
        }
    )  # fmt: skip
    total = national or float(np.nansum(np.array(in_need, dtype=float)))
    return CountryAreas("SDN", date(2022, 7, 1), rows, total, counted=counts.get("counted"))


def sums_over_areas(answer, *dimensions):
    rows = answer.rows
    keys = [rows.labels[d] for d in dimensions]
    return pd.DataFrame(rows.draws).groupby(keys, sort=True).sum(min_count=1)


def test_areas_add_to_the_national_rows_in_every_draw(latest, chad_and_colombia):
    complete, answer = latest
    rows = answer.rows
    of_plans = rows.labels["plan"].eq(COUNTRY_PLANS)
    national = chad_and_colombia.by("destination", "group")
    for label, draws in zip(national.labels.itertuples(), national.draws, strict=True):
        here = rows.labels["destination"].eq(label.destination) & rows.labels["group"].eq(
            label.group
        )
        mine = rows.draws[(here & of_plans).to_numpy()]
        np.testing.assert_allclose(mine.sum(axis=0), draws, rtol=1e-12)
    (cell,) = (i for i, x in enumerate(complete.cells) if x.destination == "COL")
    here = rows.labels["destination"].eq("COL") & rows.labels["plan"].eq(REGIONAL_PLANS)
    colombia = rows.draws[here.to_numpy()]
    np.testing.assert_allclose(colombia.sum(axis=0), complete.draws[cell], rtol=1e-12)
    assert len(colombia) == 33  # departments and the capital


def test_nobody_is_in_need_who_does_not_live_there(chad_by_area):
    rows = chad_by_area.rows
    assert (rows.draws >= 0).all()
    assert (rows.draws <= chad_by_area.migrants * (1 + 1e-12)).all()


def test_refugees_of_chad_live_where_the_plan_counts_them(chad, chad_by_area):
    # OCHA, needs overview 2025, refugee response: 780,813 of 1,578,000 in Ouaddai, 304,029 in Wadi
    # Fira, none in Batha. The mean of a product of independent draws is the product of the means.
    rows = chad_by_area.by("destination", "area", "group").row(group="protection").summary()
    mean = rows.set_index("area_name")["mean"]
    national = chad.by("group").row(group="protection").draws.mean()
    assert mean["Ouaddai"] / national == pytest.approx(780_813 / 1_578_000, rel=0.01)
    assert mean["Wadi Fira"] / national == pytest.approx(304_029 / 1_578_000, rel=0.02)
    assert mean["Batha"] == 0
    flags = rows.set_index("area_name")["flags"]
    assert "AREAS_LIKE_RESIDENTS" not in flags["Ouaddai"]


def test_without_errors_an_area_is_the_table_of_its_own_residents(case_factory):
    # One table 2x2 of each area: 10 million residents with 9 in need, and 30 with 3; migrants 8 to 2.
    case = case_factory(assumptions=Assumptions(area_kappa=1e9).without_noise(), protected=None)
    case = replace(case, population=replace(case.population, log_sd=0.0))
    est = estimate(case.restrict(["SDN"]), draws=200, seed=1)
    table = sudan([9e6, 3e6], [10e6, 30e6], migrants=[8_000, 2_000])
    answer = by_area(est, [table])
    migrants = est.cells[0].stock
    assert not np.isnan(migrants)
    rows = answer.by("destination", "area", "group").row(group="other").summary()
    national = est.by("destination").draws[0].mean()
    share = logit([0.9, 0.1])  # the country's 14 of 40 million: the same shift of both log odds
    shift = odds_shift(share[:, None], np.array([[10e6], [30e6]]), np.array([14e6]))
    in_need = expit(share + shift) * [10e6, 30e6]
    before = migrants_affected([0.8 * migrants, 0.2 * migrants], [10e6, 30e6], in_need, 1.0)
    assert answer.place["before_raking"].item() == pytest.approx(before.sum(), rel=1e-4)
    assert answer.place["effect"].item() == pytest.approx(national / before.sum(), rel=1e-4)
    people = np.array([[0.8 * migrants], [0.2 * migrants]])
    logits = logit(before[:, None] / people)
    raked = people * expit(logits + odds_shift(logits, people, np.array([national])))
    np.testing.assert_allclose(rows["mean"], raked[:, 0], rtol=1e-4)


def test_spread_like_residents_keeps_national_proportions_where_needs_are_uniform(case_factory):
    case = case_factory(assumptions=Assumptions().without_noise(), protected=None)
    est = estimate(case.restrict(["SDN"]), draws=20_000, seed=2)
    answer = by_area(est, [sudan([2e6, 4e6, 8e6], [5e6, 10e6, 20e6])])
    of_others = answer.by("destination", "area", "group").row(group="other")
    rows = of_others.summary()
    np.testing.assert_allclose(rows["mean"] / rows["mean"].sum(), [1 / 7, 2 / 7, 4 / 7], rtol=0.02)
    share = of_others.draws[0] / of_others.draws.sum(axis=0)
    # Dirichlet of concentration 10 about 1/7: its variance over shares is p (1 - p) / 11
    assert share.std() == pytest.approx(np.sqrt(6 / 49 / 11), rel=0.02)
    assert rows["flags"].str.contains("AREAS_LIKE_RESIDENTS").all()
    assert rows["evidence_level"].eq(4).all()
    assert answer.place["effect"].item() == pytest.approx(1.0, abs=1e-6)


def test_areas_of_the_figure_are_where_its_migrants_live(case_factory):
    # the national figure was moved by the same draws of where migrants live
    areas = (
        AreaNeeds("SD01", 9e6, 10e6, 600_000.0), AreaNeeds("SD02", 5e6, 30e6, 400_000.0),
    )  # fmt: skip
    small = case_factory(assumptions=Assumptions().without_noise(), protected=None)
    footprints = tuple(
        replace(f, areas=areas) if f.destination == "SDN" else f for f in small.footprints
    )
    est = estimate(replace(small, footprints=footprints).restrict(["SDN"]), draws=500, seed=2)
    answer = by_area(est)
    of_others = answer.by("destination", "area", "group").row(group="other")
    np.testing.assert_allclose(of_others.draws.sum(axis=0), est.by("destination").draws[0])
    # without other errors the areas make up the national row by themselves, in every draw
    row = answer.place.iloc[0]
    assert row[["effect", "lower", "upper"]].to_numpy(float) == pytest.approx(1.0, abs=0.01)
    (table,) = areas_of_case(est.case)
    assert table.rows["migrants"].tolist() == [600_000, 400_000]
    assert of_others.facts["evidence_level"].tolist() == [2, 2]  # migrants were counted by area


def test_the_same_draws_for_another_subset_and_without_the_regional_plans(latest):
    _, answer = latest
    alone = estimate(load_edition("2026").restrict(["TCD"]), draws=400, seed=5)
    mine = answer.rows.draws[answer.rows.labels["destination"].eq("TCD").to_numpy()]
    np.testing.assert_array_equal(by_area(alone, load_areas("2026")).rows.draws, mine)


def test_homes_of_a_country_are_drawn_once_for_people_of_both_kinds_of_plans(latest, monkeypatch):
    complete, answer = latest
    drawn, draws = [], AreaShares.draws

    def counted(self, streams, name, start, stop):
        drawn.append(name)
        return draws(self, streams, name, start, stop)

    monkeypatch.setattr(AreaShares, "draws", counted)
    areas = [x for x in load_areas("2026") if x.destination == "COL"]
    again = by_area(complete.estimates, areas, complete=complete).rows
    assert sorted(drawn) == sorted(set(drawn)) != []
    for rows in (again, answer.rows):
        assert {COUNTRY_PLANS, REGIONAL_PLANS} == set(rows.row(destination="COL").labels["plan"])
    np.testing.assert_array_equal(
        again.row(destination="COL").draws, answer.rows.row(destination="COL").draws
    )


def test_what_is_not_by_area_stands_in_a_row_of_its_own(case_factory):
    case = case_factory()
    est = estimate(case, draws=300, seed=1)
    table = sudan([6e6, 2e6, None], [10e6, None, 5e6], national=10e6)
    assert table.part_not_by_area == pytest.approx(0.4)
    answer = by_area(est, [table])
    rows = answer.by("destination", "area").summary().set_index(["destination", "area"])
    assert rows.loc[("SDN", "SD02"), "status"] == "not_estimated"
    assert "residents of this area" in rows.loc[("SDN", "SD02"), "reason"]
    assert "people in need of this area" in rows.loc[("SDN", "SD03"), "reason"]
    rest = rows.loc[("SDN", NOT_BY_AREA)]
    assert "40.0%" in rest["reason"]
    here = rows.xs("SDN")["mean"]
    assert rest["mean"] / here.sum() == pytest.approx(0.4)
    assert "not published" in rows.loc[("PER", NOT_BY_AREA), "reason"]
    national = est.by("destination").summary().set_index("destination")["mean"]
    sums = rows.groupby(level=0)["mean"].sum()
    np.testing.assert_allclose(sums[national.index], national, rtol=1e-12)


def test_people_in_another_crisis_alone_are_not_by_area(case_factory):
    est = estimate(case_factory(), draws=300, seed=1)
    rows = pd.DataFrame({"area": ["KE01", "KE02"], "name": ["A", "B"], "in_need": [4e6, 1e6],
                         "residents": [3e7, 2e7], "migrants": None, "refugees": None})  # fmt: skip
    answer = by_area(est, [CountryAreas("KEN", date(2022, 7, 1), rows, 5e6)])
    rest = answer.by("destination", "area", "group").row(
        destination="KEN", area=NOT_BY_AREA, group="other"
    )
    assert "other crises" in rest.facts["reason"].item()
    union = est.by("destination", "group").row(destination="KEN", group="other").draws[0]
    own = est.by("crisis", "destination", "group").row(crisis="ken", group="other").draws[0]
    np.testing.assert_allclose(rest.draws[0], union - np.minimum(own, union), rtol=1e-9, atol=1e-6)


def test_a_figure_of_part_of_the_country_lies_in_its_areas():
    # OCHA, needs overview 2025: Borno, Adamawa and Yobe alone of the 37 states of Nigeria
    est = estimate(load_edition("2025").restrict(["NGA"]), draws=300, seed=1)
    answer = by_area(est, load_areas("2025"))
    rows = answer.by("destination", "area", "group").row(group="other").summary()
    with_figure = rows[rows["status"].eq("estimated")]
    assert with_figure["area_name"].tolist() == ["Adamawa", "Borno", "Yobe"]
    assert len(rows) == 37
    assert with_figure["mean"].sum() == pytest.approx(est.by("destination").draws[0].mean())
    assert answer.place.empty  # where migrants live is drawn by the national row itself


def test_needs_of_an_earlier_year_err_more_and_say_so(chad_and_colombia):
    areas = load_areas("2026")
    assert {x.as_of.year for x in areas} == {2025}
    exact = by_area(chad_and_colombia, areas, year_logit_sd=0.0)
    carried = by_area(chad_and_colombia, areas)
    wide, narrow = (x.residents.query("destination == 'TCD'") for x in (carried, exact))
    widths = [x["residents_per_100_upper"] - x["residents_per_100_lower"] for x in (wide, narrow)]
    assert (widths[0] > 1.5 * widths[1]).mean() > 0.9
    flags = carried.rows.facts["flags"][carried.rows.is_estimated]
    assert flags.str.contains("AREAS_OF_ANOTHER_YEAR").all()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"area": ["SD01", "SD01"]}, "DUPLICATE"),
        ({"in_need": [9e6, 9e6]}, "ABOVE_COUNTRY"),
        ({"in_need": [None, None]}, "EMPTY"),
        ({"in_need": [-1.0, 5.0]}, "NEGATIVE"),
        ({"residents": [0.0, 5.0]}, "NOT_POSITIVE"),
    ],
)
def test_tables_that_cannot_be_are_refused(changes, code):
    rows = sudan([6e6, 4e6], [1e7, 2e7]).rows.assign(**changes)
    with pytest.raises(InputError) as error:
        CountryAreas("SDN", date(2022, 7, 1), rows, 10e6)
    assert code in {problem.code for problem in error.value.problems}


def test_two_tables_of_a_country_and_an_answer_without_its_case_are_refused(chad):
    areas = load_areas("2025")
    with pytest.raises(InputError, match="one table of each country"):
        by_area(chad, [*areas, *areas])
    with pytest.raises(InputError, match="case of the answer"):
        by_area(replace(chad, case=None), areas)
    with pytest.raises(InputError, match="give dimensions"):
        by_area(chad, areas).by()


def test_colombians_counted_migrants_are_the_published_shares(latest):
    # Migración Colombia, 31 December 2020: 337,594 of 1,729,537 Venezuelans in Bogotá; 54,958 in Cesar
    _, answer = latest
    here = answer.rows.labels["area"].isin(["CO11", "CO20", "CO81"])
    shares = (
        answer.migrants[here.to_numpy()].mean(axis=1)
        / np.nansum(
            answer.migrants[answer.rows.labels["destination"].eq("COL").to_numpy()], axis=0
        ).mean()
    )
    bogota, cesar, arauca = shares
    assert bogota == pytest.approx(337_594 / 1_729_537, rel=0.15)  # 400 draws
    assert cesar == pytest.approx(54_958 / 1_729_537, rel=0.25)
    assert arauca > 0  # without a count: of the 218,891 in the other departments, like residents


def test_the_error_of_a_year_is_that_between_two_overviews():
    overviews = [{x.destination: x.rows for x in load_areas(y)} for y in ("2024", "2025")]
    moved, weights = [], []
    for place in sorted(overviews[0].keys() & overviews[1].keys() - {"MOZ"}):  # of one area
        first, last = (rows[place].set_index("area") for rows in overviews)
        residents = last["residents"]
        both = (first["in_need"].reindex(last.index) > 0) & (last["in_need"] > 0) & (residents > 0)
        part = residents[both] / residents[both].sum()
        before, after = (
            logit((x["in_need"].reindex(last.index)[both] / residents[both]).clip(0.005, 0.995))
            for x in (first, last)
        )
        change = after - before
        moved += (change - (change * part).sum()).abs().tolist()
        weights += part.tolist()
    order = np.argsort(moved)
    at = np.searchsorted(np.cumsum(np.array(weights)[order]) / sum(weights), 0.9)
    assert len(moved) == 278
    assert np.array(moved)[order][at] / 1.645 == pytest.approx(YEAR_LOGIT_SD, abs=0.01)


def test_the_concentration_of_refugees_is_that_of_nine_overviews():
    apart = countries = 0.0
    for x in load_areas("2025"):
        rows = x.rows[x.rows["residents"].notna()]
        if not rows["refugees"].sum() > 0:
            continue
        prior = rows["residents"] / rows["residents"].sum()
        share = rows["refugees"].fillna(0) / rows["refugees"].sum()
        apart += ((share - prior) ** 2).sum() / (prior * (1 - prior)).sum()
        countries += 1
    # of a Dirichlet distribution, squared distances are the sum of p (1 - p) over kappa + 1
    assert countries == 9
    assert countries / apart - 1 == pytest.approx(REFUGEE_CONCENTRATION, abs=0.05)


@given(
    st.lists(st.tuples(st.floats(1e-6, 1 - 1e-6), st.floats(0, 1e6)), min_size=1, max_size=8),
    st.floats(1e-9, 1),
)
def test_one_odds_ratio_makes_up_any_total(groups, part):
    share, people = (np.array(x)[:, None] for x in zip(*groups, strict=True))
    total = part * people.sum(axis=0)
    shift = odds_shift(logit(share), people, total)
    made_up = (people * expit(logit(share) + shift)).sum()
    assert made_up == pytest.approx(total.item(), rel=1e-9, abs=0)


@settings(max_examples=settings().max_examples // 3)
@given(st.lists(st.floats(0.0, 0.999), min_size=2, max_size=3), st.integers(0, 2**32))
def test_areas_add_up_for_any_needs(small_case, shares, seed):
    est = estimate(small_case.restrict(["SDN"]), draws=50, seed=seed)
    residents = [2e7, 1.5e7, 5e6][: len(shares)]
    in_need = [s * n for s, n in zip(shares, residents, strict=True)]
    if sum(in_need) < 1e4:
        return
    answer = by_area(est, [sudan(in_need, residents)])
    np.testing.assert_allclose(
        np.nansum(answer.rows.draws, axis=0), est.by("destination").draws[0], rtol=1e-9
    )


def test_rates_by_area_are_floats(chad_by_area):
    rates = chad_by_area.rates()
    numbers = rates.columns.drop(["destination", "area", "area_name"])
    assert {str(rates[name].dtype) for name in numbers} == {"float64"}
    assert rates["per_100_lower"].le(rates["per_100_upper"]).all()
