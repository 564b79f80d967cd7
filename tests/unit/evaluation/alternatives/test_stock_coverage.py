"""Migrants whom a stock misses or counts too many: levels of a choice, never the default."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from scipy.stats import norm

from gecam.datasets import load_alternatives, load_calibration, load_edition
from gecam.estimation import apply_edits, destination_plan, estimate
from gecam.evaluation import Alternatives, default_choices, multiverse
from gecam.model import Assumptions, CountryType, OddsRatioPrior

CHOICE = "migrants whom the stock misses"
BY_TYPE = "factors by type of country"
LIBYA = "LBY combined with IOM's 667,440 of 2022"


@pytest.fixture(scope="module")
def levels():
    return load_alternatives("2022").coverage


def factors(levels):
    return levels[BY_TYPE].values["undercount"]


def choice_of(case, coverage):
    choices = default_choices(case, Alternatives(coverage=coverage))
    return next(c for c in choices if c.name == CHOICE)


def test_the_default_is_the_stock_as_published_to_the_bit(small_case, levels):
    assert Assumptions().undercount is None
    assert CHOICE not in {c.name for c in default_choices(small_case)}
    choice = choice_of(small_case, levels)
    assert choice.levels[0].name == "none"
    assert choice.levels[0].change is None
    odds = next(c for c in default_choices(small_case) if c.name == "odds ratio")
    without, beside = (
        multiverse(small_case, choices=some, draws=100, seed=4).table
        for some in ([odds], [odds, choice])
    )
    numbers = ["mean", "lower", "upper", "odds_ratio_1"]
    first = beside.loc[beside[CHOICE].eq("none"), numbers].to_numpy()
    assert np.array_equal(first, without[numbers].to_numpy())
    assert not beside.loc[beside[CHOICE].eq(BY_TYPE), "mean"].isin(without["mean"]).any()


def test_factors_are_those_of_the_table_by_hand(levels):
    # Logs of present over counted: DEU log .851 = -.1613; ESP half of log(100/115) = -.0699;
    # CAN mean of -log .55 and -log .62 = .5379; USA log(94.3/80.2) = .1620;
    # LBY log(667440/826537) = -.2138. Mean .0510, sd .3079; .3079 sqrt(1 + 1/5) = .3373.
    # A type is halfway between its mean and .0510: settled (-.1156 + .0510) / 2 = -.0323.
    wanted = {"settled": 0.968, "refugee_hosting": 1.112, "transit": 0.922,
              "labour_camp": 1.342, "small_island_disaster": 1.052}  # fmt: skip
    assert {k: round(mean, 3) for k, (mean, _) in factors(levels).items()} == wanted
    assert {round(log_sd, 4) for _, log_sd in factors(levels).values()} == {0.3373}


def test_factors_lie_on_both_sides_of_one(levels):
    means = [mean for mean, _ in factors(levels).values()]
    assert min(means) < 1 < max(means)
    case = load_edition("2022").restrict(["LBN", "LBY", "SYR", "TCD"])
    edited = apply_edits(case, [levels[BY_TYPE]])
    for place in edited.destinations:
        mean, log_sd = factors(levels)[edited.country_types[place]]
        factor = destination_plan(edited, place, "all").crises[0].split.undercount
        below = norm.cdf(log_sd / 2 - math.log(mean) / log_sd)  # of a lognormal with that mean
        assert factor.cdf(1.0) == pytest.approx(below)
        assert 0.2 < below < 0.8


def test_factors_move_the_total_by_those_of_each_country_times_its_other_migrants(case_factory):
    case = case_factory(assumptions=Assumptions(odds_ratio=OddsRatioPrior.exactly(1.0)))
    level = load_alternatives("2022").coverage[BY_TYPE]
    before, after = (estimate(c, draws=50, seed=4) for c in (case, apply_edits(case, [level])))
    # Where a plan counts nationals alone, migrants also stand in what its figure is divided by.
    everybody = {f.crisis for f in case.footprints if f.is_national and f.pin_scope == "all"}
    added = 0.0
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.odds_ratio_1 is None or old.crisis not in everybody:
            continue
        is_other = old.group == "other" and not any(s.name == "published_count" for s in old.steps)
        kind = case.country_types.get(old.destination, "settled")
        factor = factors({BY_TYPE: level})[kind][0] if is_other else 1.0
        assert new.odds_ratio_1 == pytest.approx(factor * old.odds_ratio_1, rel=1e-12), old.id
        added += (factor - 1) * old.odds_ratio_1
    assert added != 0


def test_draws_of_a_factor_have_its_mean_and_its_spread(case_factory, small_case):
    """Peru has no refugees: its figure is the stock times the factor times the share in need."""
    quiet = small_case.assumptions.without_noise()
    wide = dict.fromkeys(get_args(CountryType), (0.8, 0.4))
    peru = [
        estimate(case_factory(assumptions=replace(quiet, undercount=value)).restrict("PER"),
                 draws=20_000, seed=3).total().draws[1]
        for value in (None, wide)
    ]  # fmt: skip
    ratio = peru[1] / peru[0]
    assert ratio.mean() == pytest.approx(0.8, abs=3.5 * ratio.std() / 20_000**0.5)
    # quantiles of a lognormal of mean .8: .8 exp(.4 z - .08)
    ends = [0.8 * math.exp(0.4 * z - 0.08) for z in (-1.6449, 0.0, 1.6449)]
    assert np.quantile(ratio, [0.05, 0.5, 0.95]) == pytest.approx(ends, rel=0.02)


def test_libya_is_the_geometric_mean_of_its_stock_and_the_count_of_iom(levels):
    case = load_edition("2022").restrict(["LBY", "TCD"])
    edited = apply_edits(case, [levels[LIBYA]])
    old, new = case.stock.totals(), edited.stock.totals()
    assert old["LBY", "2020-07-01"] == 826_537  # UN DESA's revision of 2020
    assert new["LBY", "2020-07-01"] == pytest.approx(math.sqrt(826_537 * 667_440))
    assert new["TCD"].equals(old["TCD"])
    choice = choice_of(case, levels)
    libya = next(x for x in choice.levels if x.name == LIBYA)
    assert libya.differs(case)
    assert not libya.differs(case.restrict(["TCD"]))
    table = multiverse(case, "LBY", choices=[choice], draws=100).table.set_index(CHOICE)
    factor = math.sqrt(667_440 / 826_537)
    # Refugees follow UNHCR's register, so that less than the factor's whole part goes.
    assert factor < table.loc[LIBYA, "odds_ratio_1"] / table.loc["none", "odds_ratio_1"] < 1


@pytest.mark.parametrize("edition", ["2023", "2024"])
def test_a_count_of_another_time_is_not_combined(edition):
    """The flash appeal of September 2023 for Libya is nine months after the last count in the table."""
    assert list(load_alternatives(edition).coverage) == [BY_TYPE]


def test_every_figure_of_the_tables_has_a_source_and_dates_are_dates():
    coverage, tracked = map(load_calibration, ("stock_coverage", "tracked_migrants"))
    for table in (coverage, tracked):
        assert table["publisher"].ne("").all()
        assert table["url"].str.startswith("http").all()
    assert (tracked["from"] <= tracked["until"]).all()
    assert tracked["people"].between(610_000, 700_000).all()
    assert set(coverage["bound"]) == {"", "upper", "lower"}
