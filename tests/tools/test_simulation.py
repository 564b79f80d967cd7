"""Simulated worlds: without errors they are the deterministic product, with errors they scatter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import load_edition
from gecam.errors import InputError
from gecam.estimation import destination_plan, estimate
from gecam.evaluation.sensitivity.sampling import child
from gecam.model import Assumptions, OddsRatioPrior, prior_at
from simulation.study import Simulation, broken_models, simulate
from simulation.truth import (
    ErrorModel,
    WorldDraws,
    figure_and_truth,
    true_log_odds,
    true_other,
)
from simulation.world import simulate_world, sites_of


@pytest.fixture(scope="module")
def edition():
    return load_edition("2022")


def certain(a: Assumptions) -> Assumptions:
    """Return assumptions without noise, and with the share of refugees inside a stock known."""
    return replace(
        a.without_noise(),
        inside_stock={"added": (8e8, 2e8), "unknown": (4e8, 4e8)},
        protection_logit_sd=1e-9,
        planned_earlier_weight=0.0,
    )


def test_a_world_without_errors_is_the_deterministic_product(edition):
    case = replace(edition, assumptions=certain(edition.assumptions))
    sites = tuple(s for s in sites_of(case) if s.footprint.pin_scope != "unknown")
    world = simulate_world(case, sites, 1, spread=(0.0, 0.0))
    est = estimate(world.case, draws=50, seed=1)
    compared = 0
    for cell in est.cells:
        if cell.id in world.truth:
            # The Beta distribution still has a spread of 1e-5.
            assert world.truth[cell.id] == pytest.approx(cell.odds_ratio_1, rel=1e-4), cell.id
            compared += 1
    assert compared >= 20


@pytest.mark.parametrize("odds_ratio", [0.4, 3.0])
def test_the_odds_ratio_enters_the_truth_as_it_enters_the_estimate(edition, odds_ratio):
    a = replace(certain(edition.assumptions), odds_ratio=OddsRatioPrior.exactly(odds_ratio))
    case = replace(edition, assumptions=a)
    sites = tuple(s for s in sites_of(case) if s.footprint.pin_scope != "unknown")
    world = simulate_world(case, sites, 1, spread=(0.0, 0.0))
    est = estimate(world.case, draws=50, seed=1)
    for cell, draws in zip(est.cells, est.draws, strict=True):
        if cell.id in world.truth:
            assert world.truth[cell.id] == pytest.approx(draws.mean(), rel=1e-4), cell.id


def test_the_figures_of_an_undisturbed_world_are_the_cases(edition):
    sites = sites_of(edition)
    world = simulate_world(edition, sites, 3, spread=(0.0, 0.0))
    totals = world.case.stock.totals()
    published = edition.stock.restrict([s.footprint.destination for s in sites]).totals()
    pd.testing.assert_series_equal(totals, published, check_names=False)
    people = {f.destination: f.people for f in world.case.footprints}
    for site in sites:
        if site.footprint.is_national and site.footprint.destination not in {"SSD", "TCD"}:
            assert people[site.footprint.destination] == pytest.approx(
                site.footprint.people, rel=1e-6
            )


def test_worlds_with_the_same_figures_differ_in_their_truths_alone(edition):
    sites = sites_of(edition)[:3]
    a, b = (simulate_world(edition, sites, seed, figures=1) for seed in (1, 2))
    pd.testing.assert_frame_equal(a.case.stock.people, b.case.stock.people)
    assert a.case.footprints == b.case.footprints
    assert a.truth["world"] != b.truth["world"]
    own = simulate_world(edition, sites, 1)  # by default figures have the seed of the world
    assert own.truth == a.truth
    assert own.case.footprints == a.case.footprints
    with pytest.raises(InputError, match="belong to that truth alone"):
        simulate_world(edition, sites, 1, figures=2, errors=ErrorModel(given="truth"))


def test_few_people_have_the_odds_ratio_too(edition):
    """Of people -> 0 the share is s psi / (1 - s + s psi): 3/5 at s = 1/3 and psi = 3."""
    site = replace(sites_of(edition)[0], residents=4e7)
    for people in (1e-9, 1e-6, 1.0):
        found = true_other(site, people, (0.0, 0.0), 1 / 3, True, 3.0)
        assert found / people == pytest.approx(3 / 5, rel=1e-6)


def test_the_prior_of_a_world_is_that_of_its_published_stock(edition):
    """Libya's own pair was measured on another stock: the wider apart, the wider the prior."""
    (site,) = (s for s in sites_of(edition) if s.footprint.destination == "LBY")
    for seed in (1, 2):
        world = simulate_world(edition, (site,), seed, spread=(1.0, 0.0))
        use = destination_plan(world.case, "LBY", "all").crises[0].use
        prior = prior_at(edition.assumptions.odds_ratio, use).prior
        draws = WorldDraws(child(seed, "world"), child(seed, "world"), ErrorModel())
        names = ("all", site.country_type, "LBY")
        expected = float(prior.log_odds(*(draws.own("odds ratio", name) for name in names)))
        found = true_log_odds(site, use.people, draws, edition.assumptions)
        assert found == pytest.approx(expected, rel=1e-12)
        site_only = prior_at(edition.assumptions.odds_ratio, site.use).prior
        assert site_only != prior


def test_worlds_differ_by_seed_and_by_their_spread(edition):
    sites = sites_of(edition)[:3]
    a, b = simulate_world(edition, sites, 1), simulate_world(edition, sites, 2)
    assert a.truth["world"] != b.truth["world"]
    near = simulate_world(edition, sites, 1, spread=(0.0, 0.0))
    assert near.truth["world"] != a.truth["world"]
    again = simulate_world(edition, sites, 1)
    assert again.truth == a.truth


def test_every_destination_with_one_country_plan_can_be_simulated(edition):
    places = {site.footprint.destination for site in sites_of(edition)}
    plans = {f.destination for f in edition.footprints
             if edition.crisis(f.crisis).plan_type == "country_plan"}  # fmt: skip
    assert plans - places == {"COL"}  # its plan leaves migrants to another one


def test_a_case_without_country_plans_is_refused(edition):
    flash = [c.id for c in edition.crises if c.plan_type == "flash_appeal"]
    only = replace(
        edition,
        crises=tuple(replace(c, relations=()) for c in edition.crises if c.id in flash),
        footprints=tuple(f for f in edition.footprints if f.crisis in flash),
        left_out_of_totals={},
    )
    with pytest.raises(InputError, match="no country plan"):
        sites_of(only)


def test_the_figure_is_the_mean_of_the_truth_or_the_truth_of_the_figure():
    u, z = np.random.default_rng(1).normal(size=(2, 200_000))
    figure, truth = np.array([figure_and_truth(0.0, 0.3, float(e), "figure") for e in z[:20_000]]).T
    # Monte Carlo error of the mean: 0.3/sqrt(20,000) = 0.002.
    assert np.mean(np.exp(truth - figure)) == pytest.approx(1.0, abs=0.01)
    figure, truth = np.array(
        [figure_and_truth(float(s), 0.3, float(e), "truth") for s, e in zip(u[:20_000], z[:20_000],
                                                                            strict=True)]
    ).T  # fmt: skip
    assert np.mean(np.exp(figure - truth)) == pytest.approx(1.0, abs=0.01)
    assert abs(np.corrcoef(truth, figure - truth)[0, 1]) < 0.03


def test_errors_are_scaled_and_heavy_tails_keep_the_spread():
    u = (np.arange(200_000) + 0.5) / 200_000
    normal = np.array([ErrorModel().score(v) for v in u[::100]])
    double = np.array([ErrorModel(scale=2.0).score(v) for v in u[::100]])
    heavy = np.array([ErrorModel(tails="t3").score(v) for v in u[::10]])
    assert double == pytest.approx(2 * normal)
    assert heavy.std() == pytest.approx(1.0, abs=0.05)  # the tails hold the last twentieth
    assert np.abs(heavy).max() > 2 * np.abs(normal).max()


def test_broken_models_are_wrong_in_what_they_say():
    a = Assumptions()
    broken = broken_models(a)
    halved = broken["sd halved"]
    assert halved.stock_log_sd == {k: v / 2 for k, v in a.stock_log_sd.items()}
    assert halved.odds_ratio == a.odds_ratio.scaled(0.5)
    independent = broken["odds ratios independent"].odds_ratio
    assert independent == a.odds_ratio.shared((0.0, 0.0, 1.0))


@pytest.mark.slow
def test_results_do_not_depend_on_who_works(edition):
    options = {"runs": 20, "seed": 4, "draws": 9, "destinations": ["HTI", "LBY"]}
    here = simulate(edition, **options)
    with ThreadPoolExecutor(2) as executor:
        elsewhere = simulate(edition, **options, executor=executor)
    pd.testing.assert_frame_equal(here.pit, elsewhere.pit)
    other = simulate(edition, **(options | {"seed": 5}))
    assert not np.allclose(here.pit["world"], other.pit["world"])


def test_a_place_without_a_plan_is_refused(edition):
    with pytest.raises(InputError, match="no plan of FRA can be simulated"):
        simulate(edition, runs=20, seed=1, destinations=["LBY", "FRA"])


def uniform(n: int, names=("a", "b", "world")) -> pd.DataFrame:
    """Return columns that are as uniform as can be, in an order of their own."""
    rng = np.random.default_rng(2)
    return pd.DataFrame({name: rng.permutation((np.arange(n) + 0.5) / n) for name in names})


def test_uniform_transforms_pass_and_narrow_ones_fail():
    good = Simulation(uniform(1000))
    assert good.is_uniform
    assert good.is_covered
    assert good.summary().startswith("1000 worlds, 3 targets: uniform")
    narrow = uniform(1000)
    narrow["a"] = np.where(narrow["a"] < 0.5, narrow["a"] / 2, 1 - (1 - narrow["a"]) / 2)
    bad = Simulation(narrow)
    assert not bad.is_uniform
    assert bad.p_values["a"] < 0.01 < bad.p_values["b"]
    assert "NOT uniform (too narrow" in bad.summary()


def test_a_total_that_is_too_narrow_is_outside_its_band():
    pit = uniform(1000)
    pit["world"] = np.clip(0.5 + 1.4 * (pit["world"] - 0.5), 1e-6, 1 - 1e-6)
    study = Simulation(pit)
    assert not study.is_covered
    assert "OUTSIDE" in study.summary()


def test_the_pooled_test_takes_each_world_once():
    study = Simulation(uniform(400))
    assert study.pooled.n == 400
    assert study.band == pytest.approx((0.87, 0.9275))
