"""Coverage that can fail: truths drawn, figures published of them, estimates made from the figures.

The quick studies run always; those of thousands of worlds of the whole edition are marked slow (about
two minutes each). docs/results/coverage.md shows what they gave.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from gecam.datasets import load_edition
from gecam.evaluation import coverage_interval
from gecam.model import Assumptions, OddsRatioPrior
from simulation.study import broken_models, simulate
from simulation.truth import ErrorModel

SEED = 2022
# All readings of a figure (all, unknown, nationals, without refugees), a plan of some areas, a frozen
# stock, a published share of refugees.
FEW = ("ETH", "PSE", "SDN", "UKR")
RUNS = 40


@pytest.fixture(scope="module")
def edition():
    return load_edition("2022")


def is_inside(study, confidence: float) -> bool:
    """Whether the coverage of the world total lies in an exact binomial band."""
    low, high = coverage_interval(study.n, level=0.9, confidence=confidence)
    return low <= study.coverage.share <= high


def test_truths_fall_uniformly_in_their_estimates(edition):
    study = simulate(edition, runs=RUNS, seed=SEED, destinations=FEW)
    assert study.is_uniform, study.summary()
    assert is_inside(study, 0.999), study.summary()


def test_half_the_spread_is_found_out(edition):
    broken = broken_models(edition.assumptions)["sd halved"]
    study = simulate(edition, runs=20, seed=SEED, destinations=FEW, assumptions=broken)
    assert not study.is_uniform, study.summary()
    assert "too narrow" in study.summary()


@pytest.mark.slow
def test_odds_ratios_taken_as_independent_are_found_out_by_the_total_alone(edition):
    """A case where the odds ratio is all that is uncertain: 40 worlds are enough to see it."""
    shared = replace(
        edition.assumptions.without_noise(),
        odds_ratio=OddsRatioPrior.from_logs(0.0, 1.0, weights=(0.9, 0.05, 0.05)),
    )
    case = replace(edition, assumptions=shared)
    places = ("AFG", "HTI", "IRQ", "LBY", "YEM")
    right = simulate(case, runs=RUNS, seed=SEED, destinations=places)
    assert right.is_uniform, right.summary()
    assert is_inside(right, 0.999), right.summary()
    wrong = simulate(
        case, runs=RUNS, seed=SEED, destinations=places,
        assumptions=broken_models(shared)["odds ratios independent"],
    )  # fmt: skip
    assert not is_inside(wrong, 0.999), wrong.summary()


def test_figures_that_err_twice_as_much_are_found_out(edition):
    study = simulate(edition, runs=30, seed=SEED, destinations=FEW, errors=ErrorModel(scale=2.0))
    assert not study.is_uniform


@pytest.mark.slow
def test_the_world_total_is_covered_in_5000_worlds(edition):
    study = simulate(edition, runs=50, truths=100, draws=1_999, seed=SEED)
    assert study.is_uniform, study.summary()
    assert is_inside(study, 0.99), study.summary()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(broken_models(Assumptions())))
def test_broken_models_fail_the_same_test(edition, name):
    broken = broken_models(edition.assumptions)[name]
    study = simulate(edition, runs=20, truths=100, draws=1_999, seed=SEED, assumptions=broken)
    assert not (study.is_uniform and is_inside(study, 0.99)), study.summary()
