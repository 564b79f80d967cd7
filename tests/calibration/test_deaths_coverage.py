"""Simulated truth falls into the intervals: deaths in wrecks, and incidents that nobody saw."""

import numpy as np
import pytest
from scipy.special import gammaincinv

from gecam.datasets.deaths import incident_sizes
from gecam.mortality import (
    bootstrap_totals,
    chapman,
    compound_interval,
    size_dependent_detection,
)


def covered(interval, sizes, mean_incidents, runs, seed):
    """Return how often an interval of the expected deaths holds them, for Poisson incidents."""
    rng = np.random.default_rng(seed)
    truth = mean_incidents * sizes.mean()
    hits = 0
    for _ in range(runs):
        drawn = rng.choice(sizes, max(rng.poisson(mean_incidents), 1))
        lower, upper = interval(drawn)
        hits += lower <= truth <= upper
    return hits / runs


def poisson_interval(sizes):
    total = sizes.sum()
    return gammaincinv(total, 0.05), gammaincinv(total + 1, 0.95)


def test_a_poisson_interval_of_deaths_fails_where_the_compound_interval_covers():
    # Sizes as recorded on the Central Mediterranean: mean 17, largest 1,022. With 100 incidents the
    # standard error of a coverage from 300 runs is below 0.03.
    sizes = incident_sizes(route_group="Central Mediterranean Route")
    assert covered(poisson_interval, sizes, 100, 300, 1) < 0.25
    assert covered(compound_interval, sizes, 100, 300, 1) > 0.82


@pytest.mark.slow
@pytest.mark.parametrize("route", ["Central Mediterranean Route", "Intra-African routes"])
@pytest.mark.parametrize(("mean_incidents", "least"), [(30, 0.80), (100, 0.86), (400, 0.89)])
def test_coverage_of_a_90_percent_interval(route, mean_incidents, least):
    # 4,000 runs: standard error 0.005. Coverage stays below 0.90 while the largest wrecks are not
    # yet in the record, which no interval from the record can know; the page on deaths says so.
    sizes = incident_sizes(route_group=route)
    compound = covered(compound_interval, sizes, mean_incidents, 4000, 2)
    assert least < compound < 0.96
    assert covered(poisson_interval, sizes, mean_incidents, 1000, 2) < 0.5


@pytest.mark.slow
def test_bootstrap_covers_less_than_the_compound_interval_with_few_wrecks():
    sizes = incident_sizes(route_group="Central Mediterranean Route")

    def bootstrap(drawn):
        return tuple(np.quantile(bootstrap_totals(drawn, draws=1000), [0.05, 0.95]))

    few = covered(bootstrap, sizes, 30, 600, 3)
    assert few < covered(compound_interval, sizes, 30, 600, 3)
    assert covered(bootstrap, sizes, 400, 600, 3) > 0.80


def simulated(rng, incidents, sizes):
    """Return recorded sizes and reports where detection rises with size, and the true deaths."""
    every = rng.choice(sizes, incidents)
    reports = rng.poisson(0.5 * every**0.35)
    seen = reports > 0
    return every[seen], reports[seen], every.sum()


def detection_coverage(runs, seed):
    sizes = incident_sizes(route_group="Central Mediterranean Route")
    rng = np.random.default_rng(seed)
    hits = incident_hits = 0
    ratio, ours = [], []
    for _ in range(runs):
        recorded, reports, truth = simulated(rng, 600, sizes)
        answer = size_dependent_detection(recorded, reports)
        hits += answer.deaths.lower <= truth <= answer.deaths.upper
        incident_hits += answer.incidents.lower <= 600 <= answer.incidents.upper
        ratio.append(recorded.sum() * answer.incidents.estimate / len(recorded) / truth)
        ours.append(answer.deaths.estimate / truth)
    return hits / runs, incident_hits / runs, float(np.mean(ours)), float(np.mean(ratio))


def test_detection_rising_with_size_is_unbiased_and_the_ratio_of_incidents_is_not():
    deaths, incidents, ours, ratio = detection_coverage(150, 5)
    assert ours == pytest.approx(1, abs=0.02)
    assert ratio > 1.25  # multiplying deaths by the ratio of incidents overstates them
    assert deaths > 0.82  # 150 runs: standard error 0.025
    assert incidents > 0.82


@pytest.mark.slow
def test_detection_coverage_in_many_runs():
    deaths, incidents, ours, _ = detection_coverage(2000, 6)
    assert ours == pytest.approx(1, abs=0.01)
    assert deaths == pytest.approx(0.90, abs=0.03)
    assert incidents == pytest.approx(0.90, abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "first", "second", "profile", "lognormal"),
    [
        (100, 0.1, 0.2, 0.86, 0.79), (100, 0.2, 0.2, 0.88, 0.83), (100, 0.3, 0.3, 0.90, 0.87),
        (300, 0.2, 0.2, 0.90, 0.88), (1000, 0.2, 0.3, 0.90, 0.90),
    ],
)  # fmt: skip
def test_coverage_of_two_lists_is_that_on_the_page(units, first, second, profile, lognormal):
    # 4,000 tables of two independent lists: standard error 0.005, and 0.005 of rounding.
    chances = [first * second, first * (1 - second), (1 - first) * second]
    tables = np.random.default_rng(12).multinomial(units, [*chances, 1 - sum(chances)], 4000)
    counts, repeats = np.unique(tables[:, :3], axis=0, return_counts=True)
    covered = {}
    for interval in ("profile", "lognormal"):
        sizes = [chapman(int(a + b), int(a + c), int(a), interval=interval) for a, b, c in counts]
        hits = [size.lower <= units <= size.upper for size in sizes]
        covered[interval] = float(np.average(hits, weights=repeats))
    assert covered["profile"] == pytest.approx(profile, abs=0.02)
    assert covered["lognormal"] == pytest.approx(lognormal, abs=0.02)
    assert covered["profile"] > covered["lognormal"] - 0.005


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sd", "coverage", "flagged"),
    [(0.0, 0.89, 0.04), (0.3, 0.84, 0.23), (0.5, 0.46, 0.75), (0.8, 0.02, 1.0)],
)
def test_differences_between_incidents_of_one_size_are_flagged_as_on_the_page(
    sd, coverage, flagged
):
    # 2,000 runs: standard errors up to 0.011.
    sizes = incident_sizes(route_group="Central Mediterranean Route")
    rng = np.random.default_rng(13)
    answers = []
    for _ in range(2000):
        every = rng.choice(sizes, 300)
        reports = rng.poisson(0.5 * every**0.35 * np.exp(sd * rng.standard_normal(300)))
        deaths = size_dependent_detection(every[reports > 0], reports[reports > 0]).deaths
        is_inside = deaths.lower <= every.sum() <= deaths.upper
        answers.append((is_inside, "HETEROGENEOUS" in deaths.flags))
    inside, raised = np.mean(answers, axis=0)
    assert inside == pytest.approx(coverage, abs=0.04)
    assert raised == pytest.approx(flagged, abs=0.04)
