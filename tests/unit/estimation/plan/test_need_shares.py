from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from gecam.estimation.plan.need_shares import _at_odds


def test_a_share_at_an_odds_ratio_has_its_odds_times_it():
    share, log_odds = np.meshgrid([1e-12, 0.004, 0.3, 0.97], [-3.0, 0.0, 0.2, 5.0, np.inf])
    np.testing.assert_allclose(
        _at_odds(share, log_odds), expit(logit(share) + log_odds), rtol=1e-13
    )


def test_nobody_and_everybody_stay_at_every_odds_ratio():
    ends = np.array([0.0, 1.0])
    for log_odds in (-700.0, -1.0, 0.0, 1.0, 700.0):
        assert _at_odds(ends, log_odds).tolist() == [0.0, 1.0]
    with np.errstate(invalid="ignore"):  # the odds of nobody, times infinity, are not told
        assert np.isnan(_at_odds(ends, np.inf)).tolist() == [True, False]
