from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from gecam.estimation.plan import need_shares
from gecam.estimation.plan.local_places import LocalPlace
from gecam.estimation.plan.need_shares import ResidentShare, _at_odds
from gecam.uncertainty import logit_normal_location


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


def test_locations_that_were_found_together_are_those_of_each_share():
    place = LocalPlace(0.2, 0.2, 1.0, "areas", is_stated=True)
    country = ResidentShare(0.31, 4e7, 0.29, 0.5, 0.35)
    part = ResidentShare(0.04, 4e7, 0.05, 0.5, 0.5, place=place)
    certain = ResidentShare(1.0, 4e7, 0.0, 0.5, 0.35)
    need_shares.find_locations([country, part, certain])
    # of those who live in the places, five times the share of the country
    asked = [(0.31, 0.35), (0.29, 0.35), (0.04 / 0.2, 0.5), (0.05 / 0.2, 0.5)]
    assert set(asked) == set(need_shares._LOCATIONS)
    for pair in asked:
        assert need_shares._LOCATIONS[pair] == float(logit_normal_location(*pair))
