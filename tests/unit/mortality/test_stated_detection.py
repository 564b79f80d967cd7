import math

import numpy as np
import pytest
from scipy.stats import beta, nbinom

from gecam.errors import InputError
from gecam.mortality import beta_from_interval, undetected


def test_mean_is_the_closed_form():
    assert undetected(1000, detected=(30, 10)).estimate == pytest.approx(1000 * 39 / 29)


def test_interval_and_spread_agree_with_simulation():
    rng = np.random.default_rng(3)
    shares = rng.beta(30, 10, 200_000)
    total = 100 + nbinom.rvs(100, shares, random_state=rng)
    size = undetected(100, detected=(30, 10))
    lower, upper = np.quantile(total, [0.05, 0.95])
    # 200,000 draws: the error of a quantile is about 0.1, and quantiles are whole numbers
    assert (size.lower, size.upper) == pytest.approx((lower, upper), abs=1.0)
    assert size.se == pytest.approx(total.std(), rel=0.02)


def test_the_answer_says_that_it_restates_an_assumption():
    assert undetected(10, detected=(30, 10)).flags == ("DETECTION_ASSUMED",)


def test_a_share_that_may_be_near_zero_gives_no_finite_spread():
    assert undetected(10, detected=(1.5, 1)).se == math.inf
    with pytest.raises(InputError, match="alpha > 1"):
        undetected(10, detected=(1, 2))


def test_nothing_recorded_says_nothing():
    with pytest.raises(InputError, match="recorded is 0"):
        undetected(0, detected=(30, 10))


@pytest.mark.parametrize("ends", [(0.66, 0.85), (0.02, 0.3), (0.9, 0.99)])
def test_beta_reproduces_the_interval_it_was_made_from(ends):
    a, b = beta_from_interval(*ends, level=0.95)
    assert beta.ppf([0.025, 0.975], a, b) == pytest.approx(ends, abs=1e-8)


def test_ends_must_be_shares_in_order():
    with pytest.raises(InputError, match="0 < lower < upper < 1"):
        beta_from_interval(0.85, 0.66)
