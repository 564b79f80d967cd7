import math

import numpy as np
import pytest
from scipy.special import xlogy

from gecam.errors import InputError, NotEstimatedError
from gecam.mortality import chao, truncated_poisson, zelterman
from gecam.mortality.repeated_counts import truncated_mean_rate


def test_bias_corrected_chao_is_finite_without_doubletons():
    size = chao([10, 0, 1])
    assert size.estimate == 11 + 10 * 9 / 2
    assert math.isfinite(size.upper)
    assert "NO_DOUBLETONS" in size.flags
    with pytest.raises(NotEstimatedError, match="bias_corrected=True"):
        chao([10, 0, 1], bias_corrected=False)


def test_bias_correction_lowers_the_estimate():
    assert chao([50, 10]).estimate < chao([50, 10], bias_corrected=False).estimate


def test_chao_is_flagged_as_a_lower_bound():
    assert "LOWER_BOUND" in chao([50, 10]).flags


def test_nobody_seen_once_leaves_nobody_unseen():
    size = chao([0, 10, 5])
    assert (size.estimate, size.lower, size.upper) == (15, 15, 15)


def test_truncated_poisson_maximises_its_likelihood():
    f = np.array([120, 40, 9, 2])
    times = np.arange(1, 5)
    n = f.sum()
    rate = -math.log1p(-n / truncated_poisson(f).estimate)

    def log_likelihood(value):
        return float((f * (xlogy(times, value) - value - np.log(-np.expm1(-value)))).sum())

    assert log_likelihood(rate) > max(log_likelihood(rate * 1.001), log_likelihood(rate / 1.001))


def test_truncated_poisson_variance_is_that_of_the_score_and_of_being_seen():
    # The information is checked against a numerical second derivative of the log-likelihood.
    f = np.array([120, 40, 9, 2])
    times = np.arange(1, 5)
    size = truncated_poisson(f)
    n = f.sum()
    rate = -math.log1p(-n / size.estimate)
    seen = -math.expm1(-rate)

    def log_likelihood(value):
        return float((f * (xlogy(times, value) - value - np.log(-np.expm1(-value)))).sum())

    h = 1e-4
    second = (log_likelihood(rate + h) - 2 * log_likelihood(rate) + log_likelihood(rate - h)) / h**2
    slope = n * math.exp(-rate) / seen**2
    variance = n * (1 - seen) / seen**2 + slope**2 / -second
    assert size.se == pytest.approx(math.sqrt(variance), rel=1e-5)  # error of the differences


def test_heterogeneity_is_flagged_only_where_chao_exceeds_the_interval():
    assert truncated_poisson([1645, 183, 37, 13, 1, 1]).flags == ("HETEROGENEOUS",)
    poisson = [round(1000 * math.exp(-1) / math.factorial(k)) for k in range(1, 6)]
    assert truncated_poisson(poisson).flags == ()


def test_wald_interval_is_symmetrical_and_lognormal_is_not():
    wald = truncated_poisson([120, 40, 9], interval="wald")
    assert wald.upper - wald.estimate == pytest.approx(wald.estimate - wald.lower)
    skew = truncated_poisson([120, 40, 9])
    assert skew.upper - skew.estimate > skew.estimate - skew.lower


@pytest.mark.parametrize("rate", [1e-6, 0.01, 0.7, 5.0, 40.0])
def test_rate_is_recovered_from_its_truncated_mean(rate):
    mean = rate / -math.expm1(-rate)
    # Near 1 the mean holds few digits of the rate: mean - 1 = rate / 2.
    assert truncated_mean_rate(mean) == pytest.approx(rate, rel=max(1e-12, 1e-15 / rate))


def test_without_repeats_there_is_no_estimate():
    with pytest.raises(NotEstimatedError, match="more than once"):
        truncated_poisson([30])
    with pytest.raises(NotEstimatedError, match="f1=30, f2=0"):
        zelterman([30])


def test_frequencies_must_hold_somebody():
    with pytest.raises(InputError, match="at least one unit seen"):
        chao([0, 0])
