"""Learning the odds ratio: Woolf's variance, boundaries, and when it stays expert judgement."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.learning import learn_odds_ratio
from gecam.estimation.methods.pooling import combine_sources
from gecam.model import OddsRatioPrior


def rows(*countries):
    return pd.DataFrame(
        [(name, *map(float, cells)) for name, *cells in countries],
        columns=[
            "country", "migrants_in_need", "migrants", "residents_in_need", "residents", "log_or_sd"
        ],
    )  # fmt: skip


NONE = np.nan
SIX = rows(
    ("AAA", 300, 500, 200, 1000, NONE),
    ("BBB", 120, 300, 100, 400, NONE),
    ("CCC", 40, 200, 300, 900, NONE),
    ("DDD", 90, 150, 250, 500, NONE),
    ("EEE", 55, 200, 100, 500, NONE),
    ("FFF", 160, 320, 140, 420, NONE),
)


def test_log_odds_ratio_and_error_are_those_of_statsmodels():
    from statsmodels.stats.contingency_tables import Table2x2

    learned = learn_odds_ratio(SIX, deff=1.0)
    for i, row in SIX.iterrows():
        a, m, c, n = row[["migrants_in_need", "migrants", "residents_in_need", "residents"]]
        oracle = Table2x2([[a, m - a], [c, n - c]])
        assert learned.countries["log_or"][i] == pytest.approx(oracle.log_oddsratio)
        assert learned.countries["se"][i] == pytest.approx(oracle.log_oddsratio_se)


def test_a_country_without_counts_gets_mean_and_spread_between_countries():
    learned = learn_odds_ratio(SIX)
    pooled = combine_sources(learned.countries["log_or"], learned.countries["se"], scale="identity")
    assert learned.status == "calibrated"
    assert learned.prior.log_median == pytest.approx(pooled.estimate)
    assert learned.prior.log_scale**2 == pytest.approx(pooled.tau2 + pooled.se**2)
    assert pooled.ci == "HK-max"
    np.testing.assert_allclose(learned.countries["shrunk"], pooled.blups)


def test_the_design_effect_widens_by_its_root():
    one, four = (learn_odds_ratio(SIX, deff=deff).countries["se"] for deff in (1.0, 4.0))
    np.testing.assert_allclose(four, 2 * one)


def test_figures_of_a_plan_take_the_error_that_is_given():
    plan = rows(("AAA", 195_000, 280_000, 1_030_000, 6_000_000, 0.4))
    learned = learn_odds_ratio(plan)
    assert learned.countries["se"].tolist() == [0.4]
    assert np.exp(learned.countries["log_or"][0]) == pytest.approx(
        195 / 85 / (1030 / 4970)
    )  # 11: Libya 2017


def test_boundaries_are_counted_and_not_used():
    counts = pd.concat(
        [
            SIX,
            rows(
                ("GGG", 400, 400, 90, 600, NONE),
                ("HHH", 0, 400, 90, 600, NONE),
                ("III", NONE, 400, 90, 600, NONE),
            ),
        ]
    )
    learned = learn_odds_ratio(counts)
    assert (learned.n_usable, learned.n_at_one, learned.n_at_zero, learned.n_missing) == (
        6,
        1,
        1,
        1,
    )
    assert learned.prior == learn_odds_ratio(SIX).prior
    assert learned.countries["note"].tolist()[6:] == [
        "all of a group are in need",
        "nobody of a group is in need",
        "a count is missing",
    ]
    assert learned.countries["log_or"][6:].isna().all()


def test_fewer_than_five_usable_countries_leave_the_prior_judged_and_show_what_they_imply():
    prior = OddsRatioPrior.from_logs(0.1, 0.6)
    four = learn_odds_ratio(SIX[:4], judged=prior)
    assert (four.status, four.n_usable) == ("judged", 4)
    assert four.prior == prior
    assert four.pooled is not None
    two = learn_odds_ratio(SIX[:2])
    assert two.pooled is None
    assert two.countries["log_or"].notna().all()
    assert two.prior == OddsRatioPrior.judged_2024()
    assert learn_odds_ratio(SIX[:5]).status == "calibrated"


def test_bad_input_says_what_is_wrong():
    with pytest.raises(
        InputError, match="migrants_in_need must not exceed migrants: got 9 of 5 in X"
    ):
        learn_odds_ratio(rows(("X", 9, 5, 1, 2, NONE)))
    with pytest.raises(InputError, match="deff must be a number > 0"):
        learn_odds_ratio(SIX, deff=0)
    with pytest.raises(InputError, match="more than once"):
        learn_odds_ratio(pd.concat([SIX, SIX]))
    with pytest.raises(InputError, match="the column is missing"):
        learn_odds_ratio(SIX.drop(columns="residents"))
    zero_error = SIX.assign(log_or_sd=0.0)
    with pytest.raises(InputError, match="error above zero"):
        learn_odds_ratio(zero_error)
