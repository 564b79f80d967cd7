"""Noise of published figures: known spreads are recovered, unchanged figures say nothing."""

from __future__ import annotations

import inspect
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from gecam.errors import InputError
from gecam.estimation import stock_class
from gecam.evaluation import (
    calibrate_stocks,
    composition_noise,
    ecological_table,
    group_shares_published,
    needs_noise,
    noise,
    published_odds_ratios,
    revisions,
    sex_noise,
)
from gecam.model import Assumptions
from gecam.results import FLAGS

D10, D15, D20, D24 = (date(year, 7, 1) for year in (2010, 2015, 2020, 2024))


def totals(figures: dict[str, dict[str, dict[date, float]]]) -> pd.DataFrame:
    """Return a table of totals from source -> destination -> date -> people."""
    rows = [
        (source, place, day, people)
        for source, places in figures.items()
        for place, series in places.items()
        for day, people in series.items()
    ]
    table = pd.DataFrame(rows, columns=["source", "destination", "as_of", "people"])
    return table.assign(as_of=pd.to_datetime(table["as_of"]))


def basis(places: list[str], source: str = "r1") -> pd.DataFrame:
    return pd.DataFrame(
        {"source": source, "destination": places, "basis": "birth", "is_imputed": False}
    )


def simulated(
    n: int, *, level: float = 0.0, correlation: float = 0.0, drift: float = 0.0
) -> pd.DataFrame:
    """Return two revisions of n series with known errors; half of them are not measured again."""
    rng = np.random.default_rng(7)
    old, new = {}, {}
    for i in range(n):
        x = {D10: 0.0, D15: 0.1 + drift * np.sqrt(5) * rng.normal()}
        x[D20] = x[D15] + 0.1 + drift * np.sqrt(5) * rng.normal()
        x[D24] = x[D20] + 0.08 + drift * np.sqrt(4) * rng.normal()
        shared, own = rng.normal(), rng.normal(size=3)
        errors = level * (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
        truth = {d: 1e5 * np.exp(value) for d, value in x.items()}
        place = f"P{i:03d}"
        old[place] = {
            d: truth[d] * np.exp(-e) for d, e in zip((D10, D15, D20), errors, strict=True)
        }
        new[place] = truth if i % 2 else {**old[place], D24: truth[D24]}
    return totals({"r1": old, "r2": new})


# -- noise ----------------------------------------------------------------------------------------


def test_noise_is_the_root_mean_square_and_tells_what_is_usual():
    found = noise("x", [0.1, -0.1, 0.1, -0.1, 1.0])
    assert found.rms == pytest.approx(np.sqrt((4 * 0.01 + 1) / 5))
    assert found.robust == pytest.approx(1.4826 * 0.1)
    assert found.width_90 == pytest.approx(np.quantile([0.1] * 4 + [1.0], 0.9) / 1.6449)
    assert found.mean == pytest.approx(0.2)
    assert found.mean_ratio == pytest.approx(np.mean(np.exp([0.1, -0.1, 0.1, -0.1, 1.0])))
    assert found.lower < found.rms < found.upper


def test_differences_of_one_country_count_as_one_in_the_interval():
    d = np.tile([0.1, 0.5, 0.2, 0.05, 0.3, 0.9], 20)
    alone = noise("x", d)
    together = noise("x", d, clusters=list("abcdef") * 20)
    assert together.rms == alone.rms
    assert together.n_clusters == 6
    assert together.upper - together.lower > 2 * (alone.upper - alone.lower)


def test_few_differences_have_no_interval_and_none_no_value():
    assert np.isnan(noise("x", [0.1, 0.2, 0.3, 0.4]).lower)
    empty = noise("x", [])
    assert (empty.n, str(empty)) == (0, "x: no case")
    assert np.isnan(empty.rms)


def test_noise_needs_one_cluster_for_each_difference():
    with pytest.raises(InputError, match="one cluster for each of 2"):
        noise("x", [0.1, 0.2], clusters=["a"])


def test_another_seed_moves_the_interval_only():
    d = np.linspace(-1, 1, 30)
    a, b = noise("x", d), noise("x", d, seed=2)
    assert a.rms == b.rms
    assert a.lower != b.lower


# -- stocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "kind", "is_imputed", "expected"),
    [
        ({D15: 90.0, D20: 100.0}, "birth", False, "measured"),
        ({D15: 90.0, D20: 100.0}, "citizenship", False, "citizenship"),
        ({D15: 90.0, D20: 100.0}, "unknown", False, "extrapolated"),
        ({D15: 90.0, D20: 100.0}, "citizenship", True, "imputed"),
        ({D10: 100.0, D15: 110.0, D20: 121.0}, "birth", False, "extrapolated"),
    ],
)
def test_the_class_of_a_stock_is_the_one_that_estimates_use(figures, kind, is_imputed, expected):
    assert stock_class(figures, kind, is_imputed=is_imputed) == expected


def test_revisions_compare_the_last_common_date():
    table = totals(
        {
            "r1": {"AAA": {D15: 100.0, D20: 120.0}, "BBB": {D15: 50.0, D20: 60.0}},
            "r2": {
                "AAA": {D15: 100.0, D20: 90.0, D24: 99.0},
                "BBB": {D15: 50.0, D20: 60.0, D24: 60 * 1.2**0.8},
                "CCC": {D24: 1.0},
            },
        }
    )
    found = revisions(table, basis(["AAA", "BBB"]), earlier="r1", later="r2")
    assert found["destination"].tolist() == ["AAA", "BBB"]
    assert found["log_ratio"].tolist() == pytest.approx([np.log(0.75), 0.0])
    assert found["is_revised"].tolist() == [True, False]
    assert found["is_extrapolated"].tolist() == [False, True]
    assert found["growth"].tolist() == pytest.approx([np.log(1.2) / 5] * 2, rel=1e-3)
    assert found["change"][0] == pytest.approx(np.log(1.1))


def test_a_change_below_a_thousandth_is_no_new_measurement():
    table = totals(
        {
            "r1": {"AAA": {D15: 1e6, D20: 1e6}, "BBB": {D15: 1e6, D20: 1e6}},
            "r2": {"AAA": {D15: 1e6, D20: 1_000_900.0}, "BBB": {D15: 1e6, D20: 1_001_100.0}},
        }
    )
    found = revisions(table, basis(["AAA", "BBB"]), earlier="r1", later="r2")
    assert found["is_revised"].tolist() == [False, True]


def test_known_noise_and_correlation_come_back():
    table = simulated(1000, level=0.2, correlation=0.6)
    places = sorted(set(table["destination"]))
    found = calibrate_stocks(table, basis(places))
    # 500 revised: standard errors 0.2/sqrt(1000) and (1 - 0.36)/sqrt(500); four of them.
    assert found.of_class("measured").rms == pytest.approx(0.2, abs=4 * 0.2 / np.sqrt(1000))
    assert found.end_correlation == pytest.approx(0.6, abs=4 * 0.64 / np.sqrt(500))
    # A change below a thousandth has a probability of 0.4 %.
    assert found.n_end_correlation == found.level[-1].n == pytest.approx(500, abs=8)


def test_unchanged_figures_say_nothing():
    table = simulated(200, level=0.2, correlation=0.6)
    kept = table[table["destination"].str[1:].astype(int) % 2 == 1]
    places = sorted(set(table["destination"]))
    with_unchanged = calibrate_stocks(table, basis(places)).of_class("measured")
    without = calibrate_stocks(kept, basis(places)).of_class("measured")
    assert with_unchanged == without


def test_known_drift_comes_back_where_figures_are_exact():
    table = simulated(2000, level=1e-2, correlation=1.0, drift=0.05)
    places = sorted(set(table["destination"]))
    found = calibrate_stocks(table, basis(places), crisis=places[:401], growth_cap=np.inf)
    crisis, other = found.growth
    # A common error of all dates leaves growth exact. 1,000 revised, 200 of them in crisis.
    assert other.rms == pytest.approx(0.05, abs=4 * 0.05 / np.sqrt(2 * other.n))
    assert (crisis.n, other.n) == pytest.approx((200, 800), rel=0.15)


def test_the_cap_on_growth_changes_the_drift():
    table = simulated(100, level=1e-2, correlation=1.0, drift=0.3)
    places = sorted(set(table["destination"]))
    free = calibrate_stocks(table, basis(places), growth_cap=np.inf)
    tight = calibrate_stocks(table, basis(places), growth_cap=0.0)
    assert free.growth_capped[1].rms == free.growth[1].rms
    assert tight.growth_capped[1].rms != free.growth_capped[1].rms


def test_pairs_can_be_chosen_and_one_revision_is_not_enough():
    table = simulated(40, level=0.2)
    places = sorted(set(table["destination"]))
    chosen = calibrate_stocks(table, basis(places), pairs=[("r1", "r2")])
    assert chosen.by_pair[0].name == "r1 r2"
    with pytest.raises(InputError, match="at least two revisions"):
        calibrate_stocks(table[table["source"].eq("r1")], basis(places))
    with pytest.raises(InputError, match="no stock of source 'r9'"):
        calibrate_stocks(table, basis(places, source="r9"), pairs=[("r1", "r9")])


def test_a_table_that_tells_nobodys_basis_is_refused():
    table = simulated(10, level=0.2)
    with pytest.raises(InputError, match="how destinations count"):
        calibrate_stocks(table, basis(["P000"], source="r0"))


# -- shares ---------------------------------------------------------------------------------------


def test_needs_are_compared_on_the_logit_scale_at_one_population():
    pairs = pd.DataFrame(
        {
            "comparison": ["a", "a", "b"],
            "iso3": ["AAA", "BBB", "CCC"],
            "first": [1e6, 5e6, 9.99e6],
            "second": [1e6, 6e6, 11e6],
            "residents": 1e7,
        }
    )
    found = {n.name: n for n in needs_noise(pairs)}
    assert found["a"].n == 2
    assert found["a, changed"].rms == pytest.approx(logit(0.6) - logit(0.5))
    assert found["b, changed"].n == 0  # both shares are read as 0.99


def test_groups_have_two_shares_and_rows_that_do_not_compare_are_left_out():
    shares = pd.DataFrame(
        {
            "group": ["protection", "protection", "other", "migrants", "protection"],
            "share": [1.04, 0.9, 0.5, 0.7, 1.5],
            "tag": ["comparable", "comparable, weak", "comparable", "comparable", "exceeds"],
            "is_by_construction": [True, False, False, False, False],
        }
    )
    protection, other = group_shares_published(shares)
    assert (protection.n, protection.mean, protection.largest) == (2, pytest.approx(0.95), 1.04)
    assert (protection.n_all, protection.n_by_construction) == (1, 1)
    assert (other.n, other.mean, other.n_all) == (2, pytest.approx(0.6), 0)
    with pytest.raises(InputError, match="no comparable share of the group 'other'"):
        group_shares_published(shares[shares["group"].eq("protection")])


def test_few_countries_leave_the_odds_ratio_judged():
    counts = pd.DataFrame(
        {
            "country": ["A", "B", "C"],
            "migrants_in_need": [60.0, 50.0, 10.0],
            "migrants": 100.0,
            "residents_in_need": [30.0, 50.0, np.nan],
            "residents": [100.0, 100.0, np.nan],
        }
    )
    learned = published_odds_ratios(counts)
    assert (learned.status, learned.n_usable, learned.n_missing) == ("judged", 2, 1)
    ratios = np.exp(learned.countries["log_or"].dropna())
    assert ratios.tolist() == pytest.approx([(0.6 / 0.4) / (0.3 / 0.7), 1.0])
    assert set(learned.countries["se"].dropna()) == {0.4}
    assert set(published_odds_ratios(counts, log_or_sd=0.3).countries["se"].dropna()) == {0.3}


def corridors(sd: float, exponent: float, n_destinations: int = 60) -> pd.DataFrame:
    """Return corridors whose shares move with a known power law of size."""
    rng = np.random.default_rng(3)
    rows = []
    for i in range(n_destinations):
        share = np.maximum(rng.dirichlet(np.full(40, 0.3)), 1e-3)
        share /= share.sum()
        weight = share * np.exp(sd * (0.01 / share) ** exponent * rng.normal(size=40))
        later = 2e6 * weight / weight.sum()
        women = rng.uniform(0.3, 0.7, 40)
        other = expit(logit(women) + 0.2 * rng.normal(size=40))
        rows += [
            ("r1", f"P{i:02d}", f"O{j:02d}", 1e6 * share[j], later[j],
             1e6 * share[j] * women[j], later[j] * other[j])
            for j in range(40)
        ]  # fmt: skip
    names = ["earlier_source", "destination", "origin", "earlier", "later", "earlier_female",
             "later_female"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize("exponent", [0.0, 0.3])
def test_the_law_of_composition_noise_comes_back(exponent):
    found = composition_noise(corridors(0.1, exponent), replicates=20)
    # Shares are renormalised, which moves log ratios by a common amount per destination: 0.02.
    assert found.at_one_percent == pytest.approx(0.1, abs=0.02)
    assert found.exponent == pytest.approx(exponent, abs=0.05)
    assert found.exponent_interval[0] < found.exponent < found.exponent_interval[1]
    assert found.n_destinations == 60


def test_a_destination_whose_shares_stand_still_was_not_measured_again():
    table = corridors(0.1, 0.0)
    still = table["destination"].eq("P00")
    table.loc[still, "later"] = 3 * table.loc[still, "earlier"]
    assert composition_noise(table, replicates=2).n_destinations == 59


def test_the_noise_of_the_ratio_of_women_to_men_comes_back():
    found = sex_noise(corridors(0.1, 0.0))[-1]
    assert found.rms == pytest.approx(0.2, abs=4 * 0.2 / np.sqrt(2 * found.n))
    assert found.name == "shares of 0.1 to 100 %"
    without = corridors(0.1, 0.0).assign(later_female=np.nan)
    assert all(n.n == 0 for n in sex_noise(without))


def test_ecological_spread_is_that_of_a_dirichlet_distribution():
    areas = pd.DataFrame(
        {
            "iso3": "AAA",
            "area": ["n", "s", "e"],
            "in_need": [3e5, 1e5, 5e5],
            "residents": [1e6, 2e6, 1e6],
            "refugees": [90.0, 0.0, 10.0],
        }
    )
    row = ecological_table(areas, kappa=50.0).loc["AAA"]
    p = np.array([0.3, 0.05, 0.5])
    rng = np.random.default_rng(1)
    share = rng.dirichlet(50 * np.array([0.25, 0.5, 0.25]), 200_000) @ p
    # Delta method at a spread of 0.03: 3 % of it.
    assert row["unknown"] == pytest.approx(np.std(logit(share)), rel=0.03)
    assert row["refugees"] == pytest.approx(logit(0.9 * 0.3 + 0.1 * 0.5) - logit(0.225))
    assert (row["lowest"], row["highest"], row["share"]) == pytest.approx((0.05, 0.5, 0.225))
    assert row["crowded"] < 0  # most people live where least are in need
    assert ecological_table(areas, kappa=10.0).loc["AAA", "unknown"] > row["unknown"]
    unpublished = ecological_table(areas.assign(refugees=np.nan))
    assert np.isnan(unpublished.loc["AAA", "refugees"])


def test_the_cap_of_growth_is_that_of_the_assumptions():
    cap = Assumptions().growth_cap
    assert inspect.signature(calibrate_stocks).parameters["growth_cap"].default == cap
    change = f"{cap:g} of the logarithm a year ({np.expm1(cap):+.1%} or {np.expm1(-cap):+.1%})"
    assert change.replace("%", " %") in FLAGS["GROWTH_CAPPED"]
