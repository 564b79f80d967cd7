"""The one type of prior of an odds ratio."""

from __future__ import annotations

import pickle
import warnings
from dataclasses import replace
from math import exp, inf, log

import numpy as np
import pytest
from scipy import stats

from gecam.database.storage.codec import decode, encode
from gecam.errors import InputError
from gecam.estimation import estimate, learn_odds_ratio
from gecam.model import Assumptions, OddsRatioPrior, OddsRatioPriors
from gecam.uncertainty import Streams

OLD = {"is": "OddsRatioPrior", "mean": 0.2027, "sd": 0.5446, "weights": [0.25, 0.25, 0.5]}
JUDGED = OddsRatioPrior.judged_2024()


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("degrees", [1.0, 4.0, inf])
@pytest.mark.parametrize("ends", [(0.7, 1.8, 4.7), (1.0, 1.0, 3.0), (0.5, 1.0, 2.0)])
def test_what_is_given_comes_back(ends, degrees, level):
    lower, median, upper = ends
    prior = OddsRatioPrior(median=median, lower=lower, upper=upper, level=level, degrees=degrees)
    assert prior.median == pytest.approx(median, rel=1e-12)
    assert prior.interval(level) == pytest.approx((lower, upper), rel=1e-9)
    for q in (0.01, 0.3, 0.7, 0.99):
        if not (q < 0.5 and lower == median):  # no spread below: a jump
            assert prior.cdf(prior.quantile(q)) == pytest.approx(q, rel=1e-9)


def test_tails_are_those_of_student():
    prior = OddsRatioPrior.from_logs(0.5, 0.4, degrees=3.0)
    distribution = stats.t(3, loc=0.5, scale=0.4)
    for q in (0.001, 0.05, 0.5, 0.9, 0.999):
        assert log(prior.quantile(q)) == pytest.approx(distribution.ppf(q), rel=1e-9)
    assert prior.cdf(2.0) == pytest.approx(distribution.cdf(log(2.0)), rel=1e-12)


def test_without_a_median_it_is_the_geometric_mean():
    assert OddsRatioPrior(lower=0.5, upper=3.0).median == pytest.approx(1.5**0.5, rel=1e-12)


def test_the_judged_prior_is_the_former_default_to_the_bit():
    z = Streams(1).normal("odds_ratio", "shared", 0, 100)
    y = Streams(1).normal("odds_ratio", "own", 0, 100)
    score = np.sqrt(0.25) * z + np.sqrt(0.25) * y + np.sqrt(0.5) * y
    assert np.array_equal(JUDGED.log_odds(z, y, y), 0.2027 + 0.5446 * score)
    assert JUDGED.median == exp(0.2027)


def test_two_countries_correlate_by_what_they_share():
    n = 200_000
    shared, kind, own, other = np.random.default_rng(3).standard_normal((4, n))
    one, two = JUDGED.log_odds(shared, kind, own), JUDGED.log_odds(shared, kind, other)
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "prior",
    [
        JUDGED,
        OddsRatioPrior(median=1.8, lower=0.7, upper=4.7),
        OddsRatioPrior(median=1.8, lower=0.6, upper=4.7, degrees=4.0, weights=(0.0, 0.0, 1.0)),
        OddsRatioPrior.exactly(1.0),
    ],
)
def test_it_is_stored_copied_and_written_without_loss(prior):
    assert decode(encode(prior)) == prior
    assert pickle.loads(pickle.dumps(prior)) == prior
    again = eval(repr(prior), {"OddsRatioPrior": OddsRatioPrior})
    assert again.interval(0.9) == pytest.approx(prior.interval(0.9), rel=1e-3)


def test_a_prior_that_an_earlier_version_stored_is_read():
    """Version 0.1 stored mean and sd of the logarithm."""
    assert decode(OLD) == JUDGED


def test_the_hash_of_inputs_is_that_of_version_0_1(small_case):
    """Equal inputs keep their hash: the fields of the prior are hashed as they were called."""
    from gecam.estimation import canonical

    assert canonical(JUDGED) == {
        "mean": (0.2027).hex(), "sd": (0.5446).hex(),
        "weights": [x.hex() for x in (0.25, 0.25, 0.5)],
    }  # fmt: skip


@pytest.mark.parametrize("median", ["1", True, np.nan, 0.0, -1.0, inf])
def test_what_is_no_odds_ratio_is_refused(median):
    with pytest.raises(InputError, match="odds-ratio prior"):
        OddsRatioPrior(median=median, lower=0.5, upper=2.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lower": 2.0, "upper": 0.5}, "lower <= median <= upper"),
        ({"lower": 0.5, "upper": 2.0, "median": 3.0}, "lower <= median <= upper"),
        ({"lower": 0.5, "upper": 2.0, "level": 1.0}, "level must lie"),
        ({"lower": 0.5, "upper": 2.0, "degrees": 0.5}, "degrees must be"),
        ({"lower": 0.5, "upper": 2.0, "weights": (0.5, 0.5, 0.5)}, "sum to 1"),
        ({"lower": 0.5, "upper": 2.0, "weights": (0.5, 0.5, np.nan)}, "sum to 1"),
        ({"lower": -0.2, "upper": 2.0}, "not its logarithm"),
    ],
)
def test_impossible_priors_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        OddsRatioPrior(**options)


def test_another_median_and_another_spread():
    prior = OddsRatioPrior(median=1.8, lower=0.6, upper=4.7)
    assert prior.at(3.6).interval() == pytest.approx((1.2, 9.4))
    assert prior.scaled(0).is_certain
    assert not prior.scaled(0).is_one
    assert OddsRatioPrior.exactly(1).is_one
    assert prior.shared((1.0, 0.0, 0.0)).median == prior.median


def test_a_further_family_is_drawn_by_every_part(small_case):
    """An estimate takes tails, and a skewed interval, without another word."""
    from dataclasses import replace

    wide = OddsRatioPrior(median=1.5, lower=0.5, upper=9.0, degrees=3.0)
    case = replace(small_case, assumptions=Assumptions(odds_ratio=wide))
    assert estimate(case, draws=50, seed=1).assumptions.odds_ratio == wide


def test_learning_returns_a_prior_that_assumptions_take():
    import pandas as pd

    counts = pd.DataFrame({
        "country": list("ABCDE"), "migrants_in_need": [60.0, 50, 70, 40, 30],
        "migrants": 100.0, "residents_in_need": [300.0, 400, 350, 300, 250], "residents": 1000.0,
        "log_or_sd": np.nan,
    })  # fmt: skip
    prior = learn_odds_ratio(counts).prior
    assert Assumptions(odds_ratio=prior).odds_ratio.log_scale > 0


def test_the_former_name_of_the_change_per_root_year_is_taken_with_a_warning():
    priors = OddsRatioPriors.estimated()
    with pytest.warns(FutureWarning, match="write log_sd_per_root_year"):
        changed = replace(priors, drift_log_sd=0.5)
    assert changed.log_sd_per_root_year == 0.5
    with pytest.warns(FutureWarning, match="will not work from version 0.4 on"):
        assert priors.drift_log_sd == priors.log_sd_per_root_year == 0.12  # DRIFT_SD
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode(encode(priors)) == priors
        former = encode(priors)
        former["drift_log_sd"] = former.pop("log_sd_per_root_year")
        assert decode(former) == priors
