"""Sums over ages, sexes and phases equal the total in every draw, whatever the shares and errors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gecam.datasets import load_edition, load_regional_plans
from gecam.estimation import (
    by_severity,
    cells_by_age,
    complete_estimates,
    estimate,
    with_ages,
)
from gecam.model import AGES, AgeTable, CountryPhases, OddsRatioPrior

PLACES = ("TCD", "HTI")
people = st.tuples(*[st.integers(20, 70), st.integers(20, 70), st.integers(1, 60)])
phases = st.tuples(*[st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 10**7)])


@pytest.fixture(scope="module")
def est():
    return estimate(load_edition("2026").restrict(PLACES), draws=50, seed=1)


@pytest.fixture(scope="module")
def complete():
    colombia = load_edition("2026").restrict(["COL"])
    return complete_estimates(estimate(colombia, draws=50, seed=1), load_regional_plans("2026"))


@given(
    ages=st.lists(people, min_size=4, max_size=4),
    levels=st.lists(phases, min_size=1, max_size=2),
    ratio=st.floats(0.05, 20),
    sd=st.floats(0, 2),
)
def test_parts_add_to_the_whole_and_are_never_negative(est, ages, levels, ratio, sd):
    groups = [(p, g) for p in PLACES for g in ("other", "protection")]
    rows = [
        (p, g, "total", age, "2019-07-01", n)
        for (p, g), numbers in zip(groups, ages, strict=True)
        for age, n in zip(AGES, numbers, strict=True)
    ]
    columns = ["destination", "group", "sex", "age", "as_of", "people"]
    aged = with_ages(est, AgeTable(pd.DataFrame(rows, columns=columns)), logit_sd=sd)
    published = [
        CountryPhases(place, date(2026, 3, 31), (0, 0, *numbers))
        for place, numbers in zip(PLACES, levels, strict=False)
    ]
    phased = by_severity(aged, published, odds_ratio=OddsRatioPrior.exactly(ratio))
    parts = phased.by("destination", "sex", "age")
    assert (parts.draws >= 0).all()
    by_sex = est.by("destination", "sex")
    keys = [parts.labels["destination"], parts.labels["sex"]]
    sums = pd.DataFrame(parts.draws).groupby(keys).sum()
    index = pd.MultiIndex.from_frame(by_sex.labels)
    np.testing.assert_allclose(sums.loc[index].to_numpy(), by_sex.draws, rtol=1e-9, atol=1e-6)
    total = est.total().draws[1]
    np.testing.assert_allclose(parts.draws.sum(axis=0), total, rtol=1e-9)
    severe = phased.severe.total().draws[1]
    assert (severe <= total * (1 + 1e-12)).all()


@settings(max_examples=settings().max_examples // 2)
@given(level=phases, ratio=st.floats(0.05, 20))
def test_phases_of_people_of_regional_plans_add_to_them(complete, level, ratio):
    """Colombia has phases here, the other hosts have none."""
    published = [CountryPhases("COL", date(2026, 3, 31), (0, 0, *level))]
    phased = by_severity(
        complete.estimates, published, complete=complete, odds_ratio=OddsRatioPrior.exactly(ratio)
    )
    parts = [phased.by_cell(in_crisis=x) for x in (True, False)]
    draws = np.vstack([part.draws[part.is_estimated] for part in parts])
    assert (draws >= 0).all()
    whole = complete.draws[~np.isnan(complete.draws[:, 0])]
    np.testing.assert_allclose(draws.sum(axis=0), whole.sum(axis=0), rtol=1e-9)
    four_and_five = parts[0].labels["phase"].isin(["4", "5"])
    severe = phased.complete.by_cell(in_crisis=True).draws
    np.testing.assert_allclose(parts[0].draws[four_and_five].sum(axis=0), severe[0], rtol=1e-9)


@settings(max_examples=settings().max_examples // 2)
@given(female=people, male=people, sd=st.floats(0, 2))
def test_sexes_and_ages_of_people_of_regional_plans_add_to_them(complete, female, male, sd):
    """Refugees in Colombia have ages here, those of the other hosts have none."""
    rows = [
        ("COL", "protection", sex, age, "2025-12-31", n)
        for sex, numbers in (("female", female), ("male", male))
        for age, n in zip(AGES, numbers, strict=True)
    ]
    columns = ["destination", "group", "sex", "age", "as_of", "people"]
    table = AgeTable(pd.DataFrame(rows, columns=columns))
    parts = cells_by_age(complete, table, logit_sd=sd)
    assert (parts.draws >= 0).all()
    sums = pd.DataFrame(parts.draws).groupby(parts.labels["destination"]).sum()
    drawn = ~np.isnan(complete.draws[:, 0])
    hosts = pd.Series([cell.destination for cell in complete.cells])[drawn]
    whole = pd.DataFrame(complete.draws[drawn]).groupby(hosts.to_numpy()).sum()
    np.testing.assert_allclose(sums.loc[whole.index], whole, rtol=1e-9)
    assert set(parts.row(destination="COL").labels["age"]) == set(AGES)
