"""Simulation-based calibration: right posteriors pass, wrong ones fail in the right words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

from gecam.errors import InputError
from simulation.calibration_check import simulation_based_calibration


def prior(streams):
    z = streams.normal("prior", "z", 0, 2)
    return {"mean": z[0], "other": 3 + z[1]}


def data(truth, streams):
    return np.array([truth["mean"], truth["other"]]) + streams.normal("data", "noise", 0, 2)


def posterior(shift=0.0, stretch=1.0):
    """Normal posterior given one observation with variance 1 of each of two normal means."""

    def draws(y, n, streams):
        spread = stretch * np.sqrt(0.5)
        return {
            "mean": y[0] / 2 + shift + spread * streams.normal("posterior", "mean", 0, n),
            "other": (y[1] + 3) / 2 + np.sqrt(0.5) * streams.normal("posterior", "other", 0, n),
        }

    return draws


def check(draws=None, **options):
    options = {"n_sims": 300, "n_posterior": 99, "seed": 11} | options
    return simulation_based_calibration(prior, data, draws or posterior(), **options)


def test_the_right_posterior_passes_and_says_so():
    result = check()
    assert result.is_calibrated
    assert result.ranks.shape == (300, 2)
    assert result.ranks.min() >= 0
    assert result.ranks.max() <= 99
    lines = result.summary().splitlines()
    assert lines[0] == (
        "Simulation-based calibration: no deviation found "
        "(300 simulations, 99 posterior draws, family-wise level 0.05)"
    )
    assert lines[1].startswith("  mean: p = ")
    assert lines[1].endswith("uniform")


@pytest.mark.parametrize(
    ("draws", "words"),
    [
        (posterior(stretch=0.7), "too narrow"),
        (posterior(stretch=1.5), "too wide"),
        (posterior(shift=0.3), "too high"),
        (posterior(shift=-0.3), "too low"),
    ],
)
def test_a_wrong_posterior_fails_for_its_parameter_alone(draws, words):
    result = check(draws)
    assert not result.is_calibrated
    assert result.p_values[0] < 0.05 < result.p_values[1]
    assert "NOT calibrated" in result.summary()
    assert f"posterior {words}" in result.summary().splitlines()[1]


def test_results_do_not_depend_on_the_executor():
    with ThreadPoolExecutor(3) as pool:
        parallel = check(n_sims=40, executor=pool)
    np.testing.assert_array_equal(parallel.ranks, check(n_sims=40).ranks)


def test_more_simulations_keep_the_earlier_ones_and_a_seed_changes_all():
    few, more = check(n_sims=30), check(n_sims=50)
    np.testing.assert_array_equal(few.ranks, more.ranks[:30])
    assert np.any(check(n_sims=30, seed=12).ranks != few.ranks)


def test_a_chain_needs_thinning():
    def chain(y, n, streams):
        """An autoregression with the right stationary distribution and lag-one correlation 0.95."""
        z, rho = streams.normal("posterior", "chain", 0, n), 0.95
        x = np.empty(n)
        x[0] = z[0]
        for i in range(1, n):
            x[i] = rho * x[i - 1] + np.sqrt(1 - rho**2) * z[i]
        return {"mean": y / 2 + np.sqrt(0.5) * x}

    def run(thin):
        return simulation_based_calibration(
            lambda streams: {"mean": streams.normal("prior", "z", 0, 1)[0]},
            lambda truth, streams: truth["mean"] + streams.normal("data", "noise", 0, 1)[0],
            chain,
            n_sims=300,
            n_posterior=19,
            thin=thin,
            seed=5,
        )

    assert not run(1).is_calibrated
    assert run(50).is_calibrated


def test_ties_of_a_discrete_parameter_are_broken_at_random():
    # The number of successes in two hidden trials, known up to one of them: ranks tie all the time.
    def count(streams):
        return {"successes": float(np.sum(streams.uniform("prior", "u", 0, 2) < 0.5))}

    def noisy(truth, streams):
        return truth["successes"] + streams.normal("data", "noise", 0, 1)[0]

    def draws(y, n, streams):
        weights = stats.binom.pmf(range(3), 2, 0.5) * stats.norm.pdf(y - np.arange(3))
        edges = np.cumsum(weights / weights.sum())
        u = streams.uniform("posterior", "u", 0, n)
        return {"successes": np.minimum(np.searchsorted(edges, u), 2).astype(float)}

    result = simulation_based_calibration(
        count, noisy, draws, n_sims=1500, n_posterior=19, level=0.001, seed=1
    )
    assert result.is_calibrated  # counting ties as below or above fails by far


@pytest.mark.slow
def test_a_right_posterior_fails_no_more_often_than_the_level_says():
    n_tests, level = 200, 0.1
    failed = sum(not check(n_sims=100, level=level, seed=s).is_calibrated for s in range(n_tests))
    assert 2 <= failed <= stats.binom.ppf(0.999, n_tests, level)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match=r"n_sims >= 20, .* got 5, 99 and 1"):
        check(n_sims=5)
    with pytest.raises(InputError, match=r"\['mean', 'other'\]: got \['mean'\] in simulation 0"):
        check(lambda y, n, streams: {"mean": np.zeros(n)})
    with pytest.raises(InputError, match=r"'mean' must be finite, of shape \(198,\): got \(99,\)"):
        check(lambda y, n, streams: dict.fromkeys(("mean", "other"), np.zeros(99)), thin=2)
    with pytest.raises(
        InputError, match=r"posterior draws of 'mean' must be finite.* simulation 0"
    ):
        check(lambda y, n, streams: dict.fromkeys(("mean", "other"), np.full(n, np.nan)))
