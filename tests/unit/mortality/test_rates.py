import math

import numpy as np
import pytest
from scipy.stats import chi2, gamma

from gecam.errors import InputError
from gecam.mortality import (
    AttemptedCrossings,
    compound_interval,
    death_rate,
    garwood,
    incident_rate,
)

COMPLETE = AttemptedCrossings(arrivals=80_000, interceptions=19_000, returns=0, deaths=1_000)


def test_everyone_who_set_out_is_in_the_denominator():
    exposure = AttemptedCrossings(arrivals=100, interceptions=20, returns=5, deaths=3)
    assert exposure.attempts == 128
    assert exposure.flags == ()


def test_parts_that_nobody_counts_are_flagged_and_not_zero():
    assert AttemptedCrossings(arrivals=100).flags == ("INTERCEPTIONS_MISSING", "RETURNS_MISSING")
    assert AttemptedCrossings(arrivals=100, interceptions=0, returns=0).flags == ()


@pytest.mark.parametrize("count", [0, 1, 4, 250])
def test_garwood_is_the_chi_square_interval(count):
    lower, upper = garwood(count, level=0.95)
    assert lower == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert upper == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2)


def test_gamma_poisson_has_jeffreys_posterior():
    rate = incident_rate(40, COMPLETE)
    ends = gamma.ppf([0.05, 0.95], 40.5) / 100_000
    assert (rate.lower, rate.upper) == pytest.approx(tuple(ends), rel=1e-9)
    assert rate.rate == pytest.approx(40.5 / 100_000)


def test_the_prior_can_be_changed():
    rate = incident_rate(4, COMPLETE, prior=(10, 100_000))
    assert rate.rate == pytest.approx(14 / 200_000)
    with pytest.raises(InputError, match="prior must be"):
        incident_rate(0, COMPLETE, prior=(0, 0))


def test_gamma_poisson_lies_inside_garwood():
    rate, (lower, upper) = incident_rate(12, COMPLETE), garwood(12)
    assert lower < rate.lower * 100_000
    assert rate.upper * 100_000 < upper


def test_death_rate_divides_the_compound_interval_by_the_attempts():
    sizes = [1] * 60 + [5] * 8 + [400]
    rate = death_rate(sizes, COMPLETE)
    lower, upper = compound_interval(sizes)
    assert rate.rate == 500 / 100_000
    assert (rate.lower, rate.upper) == pytest.approx((lower / 1e5, upper / 1e5), rel=1e-9)


def test_bootstrap_gives_another_interval_and_depends_on_the_seed():
    sizes = [1] * 60 + [5] * 8 + [400]
    one = death_rate(sizes, COMPLETE, method="bootstrap", draws=2000, seed=1)
    assert one.rate == death_rate(sizes, COMPLETE).rate
    assert one.upper != death_rate(sizes, COMPLETE).upper
    assert one == death_rate(sizes, COMPLETE, method="bootstrap", draws=2000, seed=1)
    assert one != death_rate(sizes, COMPLETE, method="bootstrap", draws=2000, seed=2)
    with pytest.raises(InputError, match="method must be"):
        death_rate(sizes, COMPLETE, method="poisson")


def test_a_poorly_counted_exposure_widens_the_interval_and_leaves_the_rate():
    sizes = [1] * 200
    uncertain = AttemptedCrossings(arrivals=100_000, interceptions=0, returns=0, log_sd=0.3)
    certain = AttemptedCrossings(arrivals=100_000, interceptions=0, returns=0)
    wide, narrow = death_rate(sizes, uncertain), death_rate(sizes, certain)
    assert wide.rate == narrow.rate
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_uncertain_exposure_agrees_with_simulation():
    rng = np.random.default_rng(5)
    exposure = 100_000 * np.exp(0.3 * rng.standard_normal(400_000) + 0.045)
    draws = rng.gamma(40.5, size=400_000) / exposure
    rate = incident_rate(
        40, AttemptedCrossings(arrivals=100_000, interceptions=0, returns=0, log_sd=0.3)
    )
    # 400,000 draws: the relative error of a quantile is about 0.1 %; 401 nodes add 0.1 %
    assert (rate.lower, rate.upper) == pytest.approx(
        tuple(np.quantile(draws, [0.05, 0.95])), rel=5e-3
    )
    assert draws.mean() == pytest.approx(rate.rate, rel=2e-3)


def test_no_deaths_give_an_upper_end_and_few_incidents_are_flagged():
    rate = death_rate([], COMPLETE)
    assert (rate.rate, rate.lower) == (0, 0)
    assert rate.upper == pytest.approx(garwood(0)[1] / 100_000)
    assert "FEW_INCIDENTS" in rate.flags
    assert "FEW_INCIDENTS" not in death_rate([1] * 30, COMPLETE).flags


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"arrivals": -1}, "arrivals must be finite and >= 0"),
        ({"arrivals": math.nan}, "arrivals must be a number: got nan"),
        ({"arrivals": 0}, "attempts are 0"),
        ({"arrivals": 10, "log_sd": -0.1}, "log_sd must be"),
    ],
)
def test_impossible_exposures_are_errors(parts, message):
    with pytest.raises(InputError, match=message):
        AttemptedCrossings(**parts)


def test_people_of_cumulative_records_are_in_the_rate_and_in_the_interval():
    # 40 people in one record of remains, none in single incidents: the rate is not 0.
    rate = death_rate([], COMPLETE, cumulative=[40])
    assert (rate.events, rate.rate) == (40, 40 / 100_000)
    assert rate.lower < rate.rate < rate.upper
    assert rate.flags == ("FEW_INCIDENTS", "CUMULATIVE_AS_ONE_INCIDENT")
    both = death_rate([1] * 30, COMPLETE, cumulative=[40])
    assert (both.lower, both.upper) == pytest.approx(
        tuple(end / 1e5 for end in compound_interval([1] * 30 + [40])), rel=1e-9
    )
    assert both.flags == ("CUMULATIVE_AS_ONE_INCIDENT",)  # a record is none of the 30 incidents
    assert death_rate([1] * 30, COMPLETE, cumulative=[0]).flags == ()
