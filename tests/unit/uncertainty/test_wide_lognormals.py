"""How wide a lognormal draws can carry: closed forms, and what happens on both sides of the limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import (
    LogNormal,
    Streams,
    largest_log_sd,
    lognormal_skewness,
    part_beyond,
    summarize,
)


@pytest.mark.parametrize("log_sd", [0.1, 0.7, 1.37, 2.0])
def test_skewness_is_that_of_scipy(log_sd):
    assert lognormal_skewness(log_sd) == pytest.approx(stats.lognorm.stats(log_sd, moments="s"))


@pytest.mark.parametrize("draws", [1_000, 10_000, 1_000_000])
def test_the_first_limit_is_cochrans_rule(draws):
    """Cochran (1977), Sampling Techniques, section 2.15: n > 25 times the squared skewness."""
    assert 25 * lognormal_skewness(largest_log_sd(draws).error) ** 2 == pytest.approx(draws)


@pytest.mark.parametrize("log_sd", [0.5, 2.0, 4.0])
def test_the_part_of_the_mean_beyond_the_largest_draw_is_an_integral(log_sd):
    largest = stats.norm.isf(1 / 10_000)
    beyond = integrate.quad(
        lambda z: np.exp(log_sd * z - log_sd**2 / 2) * stats.norm.pdf(z), largest, largest + 20
    )[0]
    assert part_beyond(log_sd, 10_000) == pytest.approx(beyond, rel=1e-8)


def test_at_the_second_limit_a_tenth_of_the_mean_is_beyond():
    assert part_beyond(largest_log_sd(10_000).mean, 10_000) == pytest.approx(0.1)
    assert part_beyond(largest_log_sd(10**6).mean, 10**6) == pytest.approx(0.1)


def test_few_draws_count_as_a_thousand_or_ten():
    assert largest_log_sd(50).error == largest_log_sd(1_000).error
    assert largest_log_sd(50).mean == largest_log_sd(10_000).mean
    with pytest.raises(InputError, match="at least 2: got 1"):
        largest_log_sd(1)


@pytest.mark.filterwarnings("ignore::gecam.errors.PrecisionWarning")
@pytest.mark.parametrize(
    ("log_sd", "covered", "error"),
    # of 2,000 sets of 1,000 draws: intervals of 95 % that hold the mean, and the usual error over
    # the true one. Cochran's rule promises 94 %; the standard error of a share is 0.5 to 1 %
    [
        (0.5, (0.93, 0.97), (0.98, 1.02)),
        (1.008, (0.92, 0.96), (0.93, 1.0)),
        (2.44, (0, 0.8), (0, 0.35)),
    ],
)
def test_the_error_of_the_mean_is_what_it_says_up_to_the_limit_and_not_beyond(
    log_sd, covered, error
):
    rng = np.random.Generator(np.random.PCG64(4))
    draws = LogNormal(1.0, log_sd).at_score(rng.standard_normal((2_000, 1_000)))
    mcse = summarize(draws).mcse
    share = np.mean(np.abs(draws.mean(axis=1) - 1) < 1.96 * mcse)
    assert covered[0] <= share <= covered[1]
    true = np.sqrt(np.expm1(log_sd**2) / 1_000)
    assert error[0] <= np.median(mcse) / true <= error[1]


def test_draws_that_a_few_make_up_are_said():
    draws = LogNormal(10_000.0, 4.9).draws(Streams(1), "stock", "total", 0, 10_000)
    with pytest.warns(PrecisionWarning, match="in 1 of 1 rows: their skewness is above 20"):
        summary = summarize(draws)
    assert summary.mean + 4 * summary.mcse < 10_000  # what the warning is about
    plain = LogNormal(10_000.0, 0.7).draws(Streams(1), "stock", "total", 0, 10_000)
    summarize(np.stack([plain, np.zeros(10_000), np.full(10_000, 3.0)]))
