"""Log scores: densities of scipy, other implementations, properness, and errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gecam.errors import InputError
from gecam.evaluation import (
    log_score_lognormal,
    log_score_mixture,
    log_score_normal,
)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_closed_forms_are_minus_the_log_density(rng):
    y, m, s = rng.normal(size=50), rng.normal(size=50), rng.uniform(0.2, 2, size=50)
    np.testing.assert_allclose(log_score_normal(y, m, s), -stats.norm.logpdf(y, m, s), rtol=1e-10)
    expected = -stats.lognorm.logpdf(np.exp(y), s, scale=np.exp(m))
    np.testing.assert_allclose(log_score_lognormal(np.exp(y), m, s), expected, rtol=1e-10)


def test_the_mixture_averages_densities_not_scores(rng):
    means, sds = rng.normal(size=(30, 4)), rng.uniform(0.2, 2, size=(30, 4))
    y = np.array([0.0, 1.0, -3.0, 300.0])
    with np.errstate(divide="ignore"):
        density = np.log(stats.norm.pdf(y, means, sds).mean(axis=0))
    score = log_score_mixture(y, means, sds)
    np.testing.assert_allclose(score[:3], -density[:3], rtol=1e-12)
    assert density[3] == -np.inf  # underflow, which the score does not have
    assert np.isfinite(score[3])


def test_a_change_of_scale_moves_all_log_scores_of_a_case_by_one_constant():
    y = np.array([2.0, 50.0])
    ours = log_score_lognormal(y, 1.0, 0.5) - log_score_normal(np.log(y), 1.0, 0.5)
    theirs = log_score_lognormal(y, 2.0, 0.9) - log_score_normal(np.log(y), 2.0, 0.9)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="sd must be finite and above 0: got 0"):
        log_score_normal(0.0, 0.0, 0.0)
    with pytest.raises(InputError, match="observed must be finite and above 0"):
        log_score_lognormal(0.0, 0.0, 1.0)
    with pytest.raises(InputError, match="draw as first axis"):
        log_score_mixture(0.0, 0.0, 1.0)
