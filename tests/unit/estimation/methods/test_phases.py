"""Severity phases: exact marginals, effective samples."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.phases import effective_sample_size, phase_shares
from gecam.uncertainty import Streams

PHASES = np.array([300.0, 250, 280, 150, 20])


def test_parameters_are_effective_observations_and_a_fifth_each():
    shares = phase_shares(PHASES, deff=2)
    np.testing.assert_allclose(shares.alpha, PHASES / 2 + 0.2)
    need = shares.at_or_above(3)
    assert (need.a, need.b) == pytest.approx((225.6, 275.4))
    severe = shares.at_or_above(4)
    assert (severe.a, severe.b) == pytest.approx((85.4, 415.6))


def test_figures_for_a_population_count_as_the_survey_behind_them():
    survey = phase_shares(PHASES)
    population = phase_shares(PHASES * 14_000, n=1000)
    np.testing.assert_allclose(population.alpha, survey.alpha)


def test_draws_have_the_marginal_that_is_stated():
    from scipy.stats import beta, kstest

    shares = phase_shares(PHASES, n=60)
    draws = shares.draws(Streams(2), "AFG", 0, 20_000)
    np.testing.assert_allclose(draws.sum(axis=0), 1, rtol=1e-14)
    np.testing.assert_allclose(draws.mean(axis=1), shares.mean, atol=0.003)  # 4 errors
    need = shares.at_or_above(3)
    assert kstest(draws[2:].sum(axis=0), beta(need.a, need.b).cdf).pvalue > 1e-3


def test_a_larger_design_effect_is_a_smaller_survey():
    assert phase_shares(PHASES, deff=4).at_or_above().sd == pytest.approx(
        phase_shares(PHASES / 2, deff=2).at_or_above().sd
    )
    np.testing.assert_allclose(effective_sample_size([100, 300], deff=1.5), [200 / 3, 200])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: phase_shares([1.0]), "at least two phases"),
        (lambda: phase_shares([1.0, -1]), "finite, >= 0"),
        (lambda: phase_shares([0.0, 0]), "not all zero"),
        (lambda: phase_shares([1.0, 0], prior=0), "needs a prior above zero"),
        (lambda: phase_shares([1.0, 1], prior=-1), "prior must be a number >= 0"),
        (lambda: phase_shares([1.0, 1], deff=0), "deff must be a number > 0"),
        (lambda: phase_shares([1.0, 1], n=0), "n must be finite and > 0"),
        (lambda: phase_shares(PHASES).at_or_above(1), "between 2 and 5: got 1"),
    ],
)
def test_bad_input_says_what_is_wrong(function, message):
    with pytest.raises(InputError, match=message):
        function()
