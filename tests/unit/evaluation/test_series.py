"""One series over years: what is shared, what moved, and why."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import gecam as gc
from gecam.errors import InputError
from gecam.evaluation.years.mixed_years import YEAR_CAUSES, CountryYear, mixed
from gecam.evaluation.years.series import series
from gecam.model import Crisis, Footprint


def a_year_later(case, **changes):
    """Return the same plans a year later: ids and dates differ, figures do not."""
    ids = {c.id: f"{c.id}-23" for c in case.crises}
    crises = tuple(
        replace(
            c, id=ids[c.id], reference_date=c.reference_date.replace(year=2023),
            relations=tuple(replace(r, other=ids[r.other]) for r in c.relations),
        )
        for c in case.crises
    )  # fmt: skip
    footprints = tuple(
        replace(f, crisis=ids[f.crisis], as_of=f.as_of.replace(year=2023)) for f in case.footprints
    )
    return replace(case, **{"crises": crises, "footprints": footprints, "name": "later"} | changes)


def without_growth(case):
    """Return a case whose stocks and errors do not depend on the date or the year's figure."""
    quiet = replace(
        case.assumptions, odds_ratio=gc.OddsRatioPrior(median=1.4, lower=0.6, upper=3.5),
        apply_growth=False, drift_log_sd=0.0, frozen_log_sd=0.0,
        grade_logit_sd=dict.fromkeys("ABCDE", 0.0), protection_in_need="one",
    )  # fmt: skip
    protected = case.protected.people
    last = protected[protected["as_of"].eq("2022-12-31")]
    later = pd.concat([protected, last.assign(as_of=pd.Timestamp("2023-12-31"))])
    return replace(
        case, assumptions=quiet, protected=replace(case.protected, people=later),
        population=replace(case.population, log_sd=0.0),
    )  # fmt: skip


def panel(found, destination):
    rows = found.changes[found.changes["what"].eq("in both")]
    return rows[rows["destination"].eq(destination)].set_index("group")


def test_what_years_share_cancels_in_the_change(small_case):
    # Only the odds ratio, the stock and refugees inside it are uncertain, and years share them.
    case = without_growth(small_case)
    found = series([case, a_year_later(case)], draws=200, by_cause=False)
    rows = found.changes[found.changes["what"].eq("in both")]
    assert len(rows) == 6  # two groups in two countries, one in the third; and the sum
    assert rows[["change", "lower", "upper"]].abs().to_numpy().max() < 1e-6
    assert found.totals.groupby("total")["upper"].first().gt(0).all()


def test_the_share_of_refugees_by_rule_is_one_draw_over_the_years(small_case):
    # Refugees in Sudan have the prior near 1, of which nothing is published; all else is certain.
    case = without_growth(small_case)
    prior = replace(case.assumptions, protection_in_need="published", protection_logit_sd=1.0)
    case = replace(case, assumptions=prior)
    found = series([case, a_year_later(case)], draws=200, by_cause=False)
    sudan = panel(found, "SDN").loc["protection"]
    assert sudan[["change", "lower", "upper"]].tolist() == pytest.approx([0, 0, 0], abs=1e4)
    assert sudan["upper"] - sudan["lower"] < 1e-6
    rows = found.rows.set_index(["year", "destination", "group"]).loc[(2022, "SDN", "protection")]
    assert rows["upper"] - rows["lower"] > 1e4


def test_the_interval_of_a_change_is_that_of_the_differences_of_draws(small_case):
    small_case = replace(
        small_case, assumptions=replace(small_case.assumptions, protection_in_need="one")
    )
    later = a_year_later(small_case)
    found = series([small_case, later], draws=500, seed=3, level=0.8, by_cause=False)
    old, new = (
        gc.estimate(case, draws=500, seed=3).by("destination", "group")
        for case in (small_case, later)
    )
    change = (new.draws - old.draws)[old.is_estimated]
    sums = change.sum(axis=0)
    whole = found.panel().iloc[0]
    assert whole["change"] == pytest.approx(sums.mean())
    assert [whole["lower"], whole["upper"]] == pytest.approx(np.quantile(sums, [0.1, 0.9]).tolist())


def only(case, cause, **fields):
    """Return the causes of a change of one field of one footprint, a year later without growth."""
    case = without_growth(case.restrict("PER"))
    later = a_year_later(case)
    footprints = tuple(
        replace(f, **fields) if f.destination == "PER" else f for f in later.footprints
    )
    found = series([case, replace(later, footprints=footprints)], draws=100)
    row = panel(found, "PER").loc["other"]
    assert math.fsum(row[list(YEAR_CAUSES)]) == pytest.approx(row["change"], rel=1e-12)
    return row


@pytest.mark.parametrize(
    ("cause", "fields"),
    [
        ("people in need", {"people": 12e6}),
        ("scope", {"pin_scope": "nationals"}),
        ("other data", {"denominator": 60e6}),
    ],
)
def test_a_change_of_one_thing_is_a_change_by_that_cause(small_case, cause, fields):
    row = only(small_case, cause, **fields)
    assert row["change"] != 0
    assert row[cause] == pytest.approx(row["change"], rel=1e-9)
    assert row[[c for c in YEAR_CAUSES if c != cause]].abs().max() < 1e-6


def test_more_migrants_and_other_crises_are_causes_of_their_own(small_case):
    case = without_growth(small_case.restrict("PER"))
    later = a_year_later(case)
    flood = Crisis("per-flood", "Flood", "disaster", date(2023, 3, 1), "flash_appeal")
    more = replace(
        later, crises=(*later.crises, flood),
        footprints=(*later.footprints, Footprint("per-flood", "PER", 1e6, flood.reference_date)),
    )  # fmt: skip
    row = panel(series([case, more], draws=100), "PER").loc["other"]
    assert row["crises"] == pytest.approx(row["change"], rel=1e-9)
    assert row["change"] > 0
    case = without_growth(small_case.restrict("SDN"))
    growing = replace(case, assumptions=replace(case.assumptions, apply_growth=True))
    row = panel(series([growing, a_year_later(growing)], draws=100), "SDN").loc["other"]
    assert row["migrants"] == pytest.approx(row["change"], rel=1e-6)


def test_cells_of_one_year_have_no_change_and_say_why(small_case):
    later = a_year_later(small_case)
    silent = [replace(c, located_in=("PER",)) if c.id == "per-23" else c for c in later.crises]
    gone = {"ken-23", "ken-flood-23"}
    kept = replace(
        later,
        crises=tuple(c for c in silent if c.id not in gone),
        footprints=tuple(
            replace(f, pin_scope="migrants_separate") if f.destination == "SDN" else f
            for f in later.footprints
            if f.crisis not in gone | {"per-23"}
        ),
    )  # fmt: skip
    changes = series([small_case, kept], draws=100).changes
    single = changes[changes["destination"].ne("all")]
    assert dict(zip(single["destination"], single["what"], strict=True)) == {
        "KEN": "other crises", "PER": "not published", "SDN": "other scope",
    }  # fmt: skip
    assert (
        changes.loc[changes["what"].ne("in both"), ["change", "lower", *YEAR_CAUSES]]
        .isna()
        .all(axis=None)
    )


def test_a_plan_that_is_replaced_is_not_the_main_one():
    # In 2022 the flash appeal of Ukraine replaced the country plan
    year = CountryYear.of(gc.load_edition("2022"), "UKR")
    assert year.crisis.id == "2022-UKR-flash"
    assert [crisis.id for crisis, _ in year.others] == ["2022-UKR"]


def test_a_mixture_without_and_with_all_causes_is_each_year():
    cases = gc.load_editions("2024", "2025")
    for destination in ("TCD", "MMR", "HTI"):
        old, new = (CountryYear.of(case, destination) for case in cases)
        for on, case in ((frozenset(), cases[0]), (frozenset(YEAR_CAUSES), cases[1])):
            mine = gc.estimate(mixed(old, new, on), draws=100).by("group").summary()["mean"]
            whole = (
                gc.estimate(case.restrict([destination]), draws=100).by("group").summary()["mean"]
            )
            assert mine.tolist() == pytest.approx(whole.tolist(), rel=1e-12, nan_ok=True)


def test_more_refugees_in_chad_are_more_migrants():
    # UNHCR: refugees and asylum-seekers in Chad 1,109,000 in mid-2024, 1,399,000 in mid-2025
    found = series([c.restrict(["TCD", "ETH"]) for c in gc.load_editions("2024", "2025")[:1]]
                   + [gc.load_edition("2025").restrict(["TCD"])], draws=200)  # fmt: skip
    row = panel(found, "TCD").loc["protection"]
    assert row["migrants"] > 0.9 * row["change"] > 0


def test_what_makes_no_series_is_refused(small_case):
    with pytest.raises(InputError, match="at least two different years"):
        series([small_case])
    with pytest.raises(InputError, match="at least two different years"):
        series([small_case, small_case])
    other = replace(small_case.assumptions, growth_cap=0.3)
    with pytest.raises(InputError, match="same assumptions"):
        series([small_case, a_year_later(small_case, assumptions=other)])


@pytest.fixture(scope="module")
def complete():
    """Two years with regional plans: of Colombia the refugees, of Chad nobody is left to them."""
    cases = [case.restrict(["COL", "MOZ", "TCD"]) for case in gc.load_editions("2024", "2025")]
    plans = [gc.load_regional_plans(year) for year in ("2024", "2025")]
    return cases, plans, series(cases, regional_plans=plans, draws=300)


def test_the_complete_total_is_a_series_too(complete):
    cases, plans, found = complete
    for case, of_year, year in zip(cases, plans, (2024, 2025), strict=True):
        est = gc.estimate(case, draws=300)
        expected = gc.complete_estimates(est, of_year).totals().summary().set_index("total")["mean"]
        now = found.totals[found.totals["year"].eq(year)].set_index("total")["mean"]
        assert now[expected.index].to_dict() == pytest.approx(expected.to_dict())
    assert {("COL", "protection")} <= set(
        found.rows[["destination", "group"]].itertuples(index=False, name=None)
    )


def test_another_definition_of_a_cell_is_no_change(complete):
    # Refugees in Mozambique: in the country plan of 2024, left to others in 2025. Venezuelans in
    # Colombia: a register in 2024, a published number in 2025.
    changes = complete[2].changes.set_index(["destination", "group", "what"])
    assert ("MOZ", "protection", "in both") not in changes.index
    assert ("COL", "protection", "in both") not in changes.index
    colombia = changes.loc[("COL", "protection", "other scope")]
    assert colombia["change"].isna().all()
    assert colombia[["old", "new"]].notna().any().all()


def test_regional_plans_are_of_the_years_of_the_cases(complete):
    cases, plans, _ = complete
    with pytest.raises(InputError, match="of the years of the cases"):
        series(cases, regional_plans=plans[:1], draws=100)


def test_people_of_a_register_move_by_migrants_and_share():
    # South Sudanese in Ethiopia 2022 and 2023 by UNHCR's register times the plan's share
    cases = [case.restrict(["ETH"]) for case in gc.load_editions("2022", "2023")]
    plans = [gc.load_regional_plans(year) for year in ("2022", "2023")]
    found = series(cases, regional_plans=plans, draws=200)
    row = panel(found, "ETH").loc["protection"]
    assert math.fsum(row[list(YEAR_CAUSES)]) == pytest.approx(row["change"])
    assert row["migrants"] != 0
    assert row[["crises", "people in need", "scope"]].tolist() == [0, 0, 0]


def test_rows_of_a_year_stand_beside_those_of_the_year_before():
    """Refugees in Mozambique are left to another plan in 2025; El Salvador has none in 2026."""
    older, newer = gc.load_editions("2025", "2026")
    cases = [older.restrict(["TCD", "MOZ", "SLV"]), newer.restrict(["TCD", "MOZ"])]
    found = series(cases, draws=200, by_cause=False)
    rows = found.since_last().set_index(["destination", "group"])
    assert set(rows["year"]) == {2026}
    assert set(rows["last_year"]) == {2025}
    both = rows[rows["what"].eq("in both")]
    assert {("TCD", "other"), ("TCD", "protection"), ("MOZ", "other")} == set(both.index)
    # the change is the difference of the two means; its interval is narrower than that of two
    # independent years
    np.testing.assert_allclose(both["change"], both["mean"] - both["last_mean"])
    wide = np.hypot(both["upper"] - both["lower"], both["last_upper"] - both["last_lower"])
    assert (both["change_upper"] - both["change_lower"] < wide).all()
    assert rows.loc[("MOZ", "protection"), "what"] == "other scope"
    assert rows.loc[("SLV", "other"), "what"] == "other crises"
    for place in (("MOZ", "protection"), ("SLV", "other")):
        assert np.isnan(rows.loc[place, "change"])
    assert np.isnan(rows.loc[("SLV", "other"), "mean"])
    answer = gc.estimate(cases[0], draws=200, seed=2022).by("destination", "group").summary()
    before = answer.set_index(["destination", "group"]).loc[("TCD", "other")]
    assert rows.loc[("TCD", "other"), ["last_mean", "last_lower", "last_upper"]].tolist() == (
        before[["mean", "lower", "upper"]].tolist()
    )
    with pytest.raises(InputError, match=r"year must be one of 2026.*got 2025"):
        found.since_last(2025)
