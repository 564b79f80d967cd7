"""Ages: rows by age add to every other row in every draw, and are the published shares on average."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam import by_severity, cells_by_age, load_severity, with_ages
from gecam.datasets import load_ages, load_edition, load_regional_plans
from gecam.errors import InputError
from gecam.estimation import AGE_LOGIT_SD, complete_estimates, estimate
from gecam.io import read_undesa_age
from gecam.model import AGES, AgeTable

# UNHCR, refugees and asylum-seekers in Chad on 31 October 2023: under 18, 18 to 59, 60 and over.
CHAD = {"female": (287_766, 270_305, 25_915), "male": (286_118, 173_444, 17_127)}
# Migración Colombia, Venezuelans in Colombia on 30 April 2020.
COLOMBIA = {"female": (217_508, 640_490, 25_546), "male": (215_166, 669_195, 20_475)}
N = 4_000


@pytest.fixture(scope="module")
def est():
    """Chad, Colombia (left to a regional plan), and Niger (refugees of unknown ages)."""
    case = load_edition("2026").restrict(["TCD", "COL", "NER"])
    return estimate(case, draws=N, seed=3)


@pytest.fixture(scope="module")
def aged(est):
    return with_ages(est, load_ages("2026"))


def ages_of(*rows: tuple[str, str, str, tuple[float, float, float]], needs=()) -> AgeTable:
    """Return a table of ages from destination, group, sex and people of the three ages."""
    people = [
        (d, g, sex, age, "2019-07-01", n)
        for d, g, sex, numbers in rows
        for age, n in zip(AGES, numbers, strict=True)
    ]
    columns = ["destination", "group", "sex", "age", "as_of", "people"]
    of_needs = [
        (d, age, p, r) for d, *pairs in needs for age, (p, r) in zip(AGES, pairs, strict=True)
    ]
    return AgeTable(
        pd.DataFrame(people, columns=columns),
        pd.DataFrame(of_needs, columns=["destination", "age", "in_need", "residents"]),
    )


def test_no_draw_changes_and_without_ages_they_are_asked_for(est, aged):
    np.testing.assert_array_equal(aged.draws, est.draws)
    assert aged.unions is est.unions
    np.testing.assert_array_equal(aged.by("sex").draws, est.by("sex").draws)
    with pytest.raises(
        InputError, match=r"gecam.with_ages\(estimates, gecam.load_ages\('2026'\)\)"
    ):
        est.by("age")
    with pytest.raises(InputError, match="rows by age have draws"):
        aged.by("age", draws="interval")


@pytest.mark.parametrize(
    "dimensions", [("destination",), ("group",), ("sex",), ("origin",), ("destination", "sex")]
)
def test_ages_add_to_every_other_row_in_every_draw(aged, dimensions):
    rows, whole = aged.by(*dimensions, "age"), aged.by(*dimensions)
    whole = replace(  # Colombia has no figure, and no row by age
        whole, labels=whole.labels[whole.is_estimated], draws=whole.draws[whole.is_estimated]
    )
    keys = [rows.labels[d] for d in dimensions]
    sums = pd.DataFrame(rows.draws).groupby(keys, sort=False).sum(min_count=1)
    index = (
        whole.labels[dimensions[0]] if len(keys) == 1 else pd.MultiIndex.from_frame(whole.labels)
    )
    np.testing.assert_allclose(sums.loc[index].to_numpy(), whole.draws, rtol=1e-12)


def test_refugees_of_chad_have_the_published_ages_of_each_sex(aged):
    rows = aged.by("destination", "group", "sex", "age").row(destination="TCD", group="protection")
    means = rows.summary().set_index(["sex", "age"])["mean"]
    for sex, people in CHAD.items():
        published = np.array(people) / sum(people)
        shares = means[sex].loc[list(AGES)] / means[sex].sum()
        np.testing.assert_allclose(
            shares, published, atol=0.012
        )  # draws of ages and people: 4 errors


def test_the_error_of_a_share_grows_with_the_years_since_its_table(aged):
    rows = aged.by("destination", "group", "sex", "age").row(
        destination="TCD", group="protection", sex="female"
    )
    share = rows.draws[0] / rows.draws.sum(axis=0)  # under 18
    sd = np.log(share / (1 - share)).std()
    assert sd == pytest.approx(AGE_LOGIT_SD * np.sqrt(2026 - 2023), rel=0.05)


def test_unknown_ages_stay_unknown(aged):
    rows = aged.by("destination", "group", "age")
    niger = rows.row(destination="NER", group="protection")
    assert niger.labels["age"].tolist() == ["total"]
    whole = aged.by("destination", "group").row(destination="NER", group="protection")
    np.testing.assert_allclose(niger.draws, whole.draws, rtol=1e-12)
    assert "AGES_JUDGED" not in niger.facts["flags"].item()
    others = rows.row(destination="NER", group="other")
    assert others.labels["age"].tolist() == list(AGES)
    assert others.facts["flags"].str.contains("AGES_JUDGED").all()


def test_venezuelans_in_colombia_have_the_published_sexes_and_ages(est):
    complete = complete_estimates(est, load_regional_plans("2026"))
    rows = cells_by_age(complete, load_ages("2026")).row(destination="COL")
    (cell,) = (i for i, x in enumerate(complete.cells) if x.destination == "COL")
    np.testing.assert_allclose(rows.draws.sum(axis=0), complete.draws[cell], rtol=1e-12)
    means = rows.summary().set_index(["sex", "age"])["mean"]
    total = sum(map(sum, COLOMBIA.values()))
    assert total == 1_788_380
    for sex, people in COLOMBIA.items():
        expected = complete.draws[cell].mean() * np.array(people) / total
        np.testing.assert_allclose(means[sex].loc[list(AGES)], expected, rtol=0.03)
    severe = by_severity(est, load_severity("2026"), complete=complete).complete
    parts = cells_by_age(severe, load_ages("2026")).row(destination="COL")
    np.testing.assert_allclose(parts.draws.sum(axis=0), severe.draws[cell], rtol=1e-12)
    assert (parts.draws <= rows.draws).all()


def test_phases_of_each_age_add_to_that_age(aged):
    phased = by_severity(aged, load_severity("2026"))
    rows = phased.by("sex", "age")
    sums = pd.DataFrame(rows.draws).groupby([rows.labels["sex"], rows.labels["age"]]).sum()
    whole = aged.by("sex", "age")
    index = pd.MultiIndex.from_frame(whole.labels)
    np.testing.assert_allclose(sums.loc[index].to_numpy(), whole.draws, rtol=1e-12)


def test_shares_in_need_by_age_weigh_ages_with_one_odds_ratio(small_case):
    """Sudan: residents' shares in need 0.5, 0.3 and 0.2; a third of migrants in each age."""
    table = ages_of(
        ("SDN", "other", "female", (100, 100, 100)), ("SDN", "other", "male", (100, 100, 100)),
        needs=[("SDN", (50, 100), (60, 200), (10, 50))],
    )  # fmt: skip
    est = estimate(small_case.restrict(["SDN"]), draws=2_000, seed=1)
    shares = with_ages(est, table, logit_sd=0.0).ages["SDN", "other"].share["female"]
    cell = next(x for x in est.cells if x.group == "other")
    mean = est.by("destination", "group").row(group="other").draws[0].mean() / cell.stock
    in_need = np.array([*shares.values()]) * 3 * mean  # of the people of each age
    odds = in_need / (1 - in_need)
    residents = np.array([0.5, 0.3, 0.2])
    ratio = odds / (residents / (1 - residents))
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((10, 0, 90), "are aged 60"),  # labels of adults and older people mixed up
        ((95, 4, 1), "are aged 0-17"),
    ],
)
def test_implausible_ages_of_migrants_are_refused(numbers, words):
    with pytest.raises(InputError, match=words):
        ages_of(("TCD", "other", "total", numbers))


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        (((50, 100), (60, 200), (90, 300)), "are aged 60"),
        (((50, 900), (60, 200), (9, 30)), "are aged 0-17"),
        (((150, 100), (60, 200), (10, 30)), "at most 100 %"),
        (((90, 100), (20, 200), (10, 30)), "factor of 4"),
    ],
)
def test_implausible_needs_by_age_are_refused(needs, words):
    with pytest.raises(InputError, match=words):
        ages_of(("YEM", "other", "total", (2, 7, 1)), needs=[("YEM", *needs)])


def test_an_age_that_is_absent_is_refused():
    table = pd.DataFrame(
        {"destination": "TCD", "group": "other", "sex": "total", "age": ["0-17", "18-59"],
         "as_of": "2019-07-01", "people": [5.0, 5.0]}
    )  # fmt: skip
    with pytest.raises(InputError, match=r"no people aged 60\+"):
        AgeTable(table)


@pytest.mark.raw
def test_the_error_is_that_of_nine_years_of_the_table(raw_dir):
    file = raw_dir / "stock" / "ims2019_age_sex_destination.csv.gz"
    table = read_undesa_age(file, years=[2010, 2019]).children_adults_older()
    everybody = table.groupby(["as_of", "destination", "sex"])["people"].sum()
    children = table[table["age"].eq(AGES[0])].set_index(["as_of", "destination", "sex"])["people"]
    share = children / everybody
    logit = np.log(share / (1 - share))
    change = logit.xs("2019-07-01") - logit.xs("2010-07-01")
    change = change.replace([np.inf, -np.inf], np.nan).dropna()
    now = everybody.xs("2019-07-01").reindex(change.index)
    moved = change[change.abs().gt(1e-3) & now.gt(5_000)]
    assert len(moved) == pytest.approx(398, abs=5)
    assert moved.std() / np.sqrt(9) == pytest.approx(AGE_LOGIT_SD, abs=0.005)


@pytest.mark.raw
def test_packaged_ages_are_those_of_the_file(raw_dir):
    file = raw_dir / "stock" / "ims2019_age_sex_destination.csv.gz"
    table = read_undesa_age(file, years=[2019]).children_adults_older()
    given = table.set_index(["destination", "sex", "age"])["people"].round()
    ages = load_ages("2026").people
    stock = ages[ages["group"].eq("other")].set_index(["destination", "sex", "age"])["people"]
    pd.testing.assert_series_equal(stock, given.loc[stock.index], check_dtype=False)
