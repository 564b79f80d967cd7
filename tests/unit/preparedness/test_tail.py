"""The generalised Pareto tail: known parameters, scipy's fit, and refusals."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.stats import genpareto

from gecam.errors import NotEstimatedError, PrecisionWarning
from gecam.preparedness import ParetoTail, fit_tail


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.4, 1.2])
def test_the_fit_is_scipys_maximum_likelihood(shape):
    y = genpareto.rvs(shape, scale=300.0, size=400, random_state=np.random.default_rng(8))
    tail = fit_tail(1000.0 + y, 1000.0, years=20)
    xi, _, sigma = genpareto.fit(y, floc=0)
    ours = genpareto.logpdf(y, tail.shape, scale=tail.scale).sum()
    theirs = genpareto.logpdf(y, xi, scale=sigma).sum()
    assert ours >= theirs - 1e-6  # no worse a maximum
    assert tail.shape == pytest.approx(xi, abs=2e-3)
    assert tail.scale == pytest.approx(sigma, rel=2e-3)


def test_return_levels_invert_the_rate():
    tail = ParetoTail(1000.0, 500.0, 0.2, 0.1, 60, 20)
    people, lower, upper = tail.return_level(15.0)
    rate = tail.rate * (1 + 0.2 * (people - 1000) / 500) ** (-1 / 0.2)
    assert 1 - np.exp(-rate) == pytest.approx(1 / 15)
    assert lower < people < upper


def test_the_exponential_limit_is_continuous():
    levels = [
        ParetoTail(0.0, 1.0, xi, 0.1, 60, 20).return_level(15.0)[0] for xi in (-1e-7, 0.0, 1e-7)
    ]
    assert levels == pytest.approx([levels[1]] * 3, rel=1e-5)


def test_intervals_cover_the_true_return_level():
    # 300 records with a true shape of 0.2: a 90 % interval that ignores bias covers roughly that
    rng = np.random.default_rng(4)
    truth = ParetoTail(1000.0, 500.0, 0.2, 0.1, 100, 20).return_level(20.0)[0]
    hits = 0
    for _ in range(300):
        n = rng.poisson(100)
        tail = fit_tail(1000 + genpareto.rvs(0.2, scale=500, size=n, random_state=rng), 1000.0, 20)
        _, lower, upper = tail.return_level(20.0)
        hits += lower <= truth <= upper
    assert 0.82 <= hits / 300 <= 0.96


def test_no_return_period_beyond_twice_the_record():
    tail = ParetoTail(1000.0, 500.0, 0.2, 0.1, 60, 20)
    tail.return_level(40.0)
    with pytest.raises(NotEstimatedError, match="beyond 40 years: 41"):
        tail.return_level(41.0)


def test_an_event_below_the_threshold_is_left_to_the_record():
    with pytest.raises(NotEstimatedError, match="below the threshold"):
        ParetoTail(1000.0, 500.0, 0.2, 0.1, 10, 20).return_level(1.5)


def test_few_exceedances():
    with pytest.raises(NotEstimatedError, match="9 events exceed"):
        fit_tail(np.arange(1.0, 10.0), 0.0, 20)
    with pytest.warns(PrecisionWarning, match="12 events exceed"):
        fit_tail(np.arange(1.0, 13.0), 0.0, 20)


def test_fits_stay_silent_with_enough_events():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit_tail(np.geomspace(1.0, 100.0, 30), 0.5, 20)
