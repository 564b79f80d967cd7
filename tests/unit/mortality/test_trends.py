from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from gecam.errors import InputError, NotEstimatedError
from gecam.mortality import totals, trend

MONTHS = pd.date_range("2014-01-01", periods=96, freq="MS")


def counts(*, growth=1.0, jump=1.0, at=48, alpha=0.5, level=30.0, seed=0):
    rng = np.random.default_rng(seed)
    years = np.arange(96) / 12
    mean = level * growth**years * np.where(np.arange(96) >= at, jump, 1.0)
    return pd.Series(rng.poisson(mean * rng.gamma(1 / alpha, alpha, 96)), index=MONTHS)


def test_a_jump_in_source_effort_is_not_read_as_a_trend_once_it_is_named():
    series = counts(jump=3.0)
    naive = trend(series)
    named = trend(series, breaks={"survey begins": "2018-01-01"})
    assert naive.lower > 1.1  # reads the new source as a rise
    assert named.lower < 1 < named.upper
    assert named.breaks.loc["survey begins", "lower"] > 1.5
    assert "NO_BREAKS_GIVEN" in naive.flags
    assert "NO_BREAKS_GIVEN" not in named.flags


def test_a_real_change_is_found():
    answer = trend(counts(growth=1.3, alpha=0.2), breaks={"none in truth": "2018-01-01"})
    assert answer.lower < 1.3 < answer.upper


def test_estimates_are_those_of_statsmodels():
    series = counts(seed=2)
    years = (np.arange(96) - 47.5) / 12
    fit = sm.NegativeBinomial(series.to_numpy(float), np.column_stack([np.ones(96), years])).fit(
        disp=0
    )
    answer = trend(series, season=False, level=0.9)
    # Both maximise the same likelihood; tolerances are those of the optimisers.
    assert answer.annual_ratio == pytest.approx(np.exp(fit.params[1]), rel=1e-4)
    assert answer.alpha == pytest.approx(fit.params[2], rel=1e-3)
    assert np.log(answer.upper / answer.lower) == pytest.approx(2 * 1.644854 * fit.bse[1], rel=1e-3)


def test_exposure_turns_a_trend_of_counts_into_one_of_risk():
    growing = pd.Series(1000 * 1.5 ** (np.arange(96) / 12), index=MONTHS)
    series = counts(growth=1.5, alpha=0.2)
    assert trend(series).lower > 1.2
    risk = trend(series, exposure=growing)
    assert risk.lower < 1 < risk.upper
    assert "NO_EXPOSURE" not in risk.flags


def test_season_is_told_apart():
    waves = pd.Series(
        np.random.default_rng(1).poisson(30 * np.exp(1.2 * np.sin(2 * np.pi * MONTHS.month / 12))),
        index=MONTHS,
    )
    with_season, without = trend(waves), trend(waves, season=False)
    assert with_season.alpha < without.alpha / 5
    assert "SERIAL_CORRELATION" in without.flags
    assert "SERIAL_CORRELATION" not in with_season.flags


def test_counts_without_overdispersion_are_fitted_as_poisson():
    even = pd.Series(20 + (np.arange(96) % 2), index=MONTHS)
    answer = trend(even)
    assert answer.alpha == 0
    assert answer.lower < 1 < answer.upper


def test_quasi_poisson_interval_stands_beside():
    answer = trend(counts(seed=4))
    assert answer.quasi_lower < answer.quasi_upper
    assert answer.fitted.index.equals(pd.PeriodIndex(MONTHS, freq="M"))


def test_the_order_of_months_does_not_matter():
    series = counts(seed=5)
    assert trend(series.sample(frac=1, random_state=1)).upper == trend(series).upper


def recorded_months(series):
    """Return a series as tables of recorded incidents have it: no row where nothing was recorded."""
    return series[series > 0]


def test_months_without_incidents_are_asked_for_and_not_taken_as_unobserved():
    rising = counts(growth=1.3, level=0.6, alpha=0.2, seed=7)
    recorded = recorded_months(rising)
    assert len(recorded) < len(rising)
    with pytest.raises(
        InputError, match=r"counts lack \d+ of the \d+ months .*period=.*unobserved="
    ):
        trend(recorded)
    answer = trend(recorded, period=("2014-01", "2021-12"))
    whole = trend(rising)
    assert (answer.annual_ratio, answer.upper) == (whole.annual_ratio, whole.upper)
    assert answer.months == 96
    # What the months with incidents alone would say is nearer to 1.
    empty = [str(month.date()) for month in rising.index[rising == 0]]
    alone = trend(recorded, unobserved=empty)
    assert 1 < alone.annual_ratio < whole.annual_ratio
    assert "MONTHS_UNOBSERVED" in alone.flags
    assert alone.months == len(recorded)


def test_a_trend_over_totals_by_month_is_that_of_all_months(make_incidents):
    series = counts(growth=1.3, level=0.6, alpha=0.2, seed=7)
    rows = [
        {"incident": f"{m}/{i}", "record": f"{m}/{i}", "month": m, "year": m.year, "dead": 1}
        for m, number in series.items() for i in range(number)
    ]  # fmt: skip
    by_month = totals(make_incidents(rows), by="month").set_index("month")["incidents"]
    answer = trend(by_month, period=("2014-01", "2021-12"))
    assert answer.annual_ratio == trend(series).annual_ratio


def test_periods_and_unobserved_months_must_fit_the_counts():
    series = counts()
    with pytest.raises(InputError, match="12 months outside the period 2014-01 to 2020-12"):
        trend(series, period=("2014-01", "2020-12"))
    with pytest.raises(InputError, match="2015-03 is called unobserved, and counts hold it"):
        trend(series, unobserved=["2015-03"])
    with pytest.raises(InputError, match="period must be a month"):
        trend(series, period=("2014", "2021-12"))
    without = pd.concat([series, pd.Series([7], index=[pd.NaT])])
    with pytest.raises(InputError, match="counts hold 7 without a month"):
        trend(without)
    for nothing in (series * 0, series[:0]):
        with pytest.raises(InputError, match="no month with more than 0"):
            trend(nothing, period=("2014-01", "2021-12"))
    with pytest.raises(InputError, match="break 'x' must be a month"):
        trend(series, breaks={"x": "2015"})


def test_bad_months_are_correlated_with_the_next_and_not_across_a_gap():
    series = counts(seed=3)
    gap = [f"2017-{month:02d}" for month in range(1, 13)]
    answer = trend(series.drop(series["2017-01":"2017-12"].index), unobserved=gap)
    fitted, y = answer.fitted, series[answer.fitted.index.to_timestamp()].to_numpy()
    residual = (y - fitted) / np.sqrt(fitted + answer.alpha * fitted**2)
    before, after = residual[:"2016-12"].to_numpy(), residual["2018-01":].to_numpy()
    pairs = [*pairwise(before), *pairwise(after)]
    assert answer.residual_correlation == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1])


def test_impossible_inputs_are_errors():
    series = counts()
    with pytest.raises(InputError, match="more than once"):
        trend(pd.concat([series, series[:1]]))
    with pytest.raises(InputError, match="lies outside the series 2014-01 to 2021-12"):
        trend(series, breaks={"late": "2030-01-01"})
    with pytest.raises(InputError, match="cannot be told apart"):
        trend(series, breaks={"one": "2018-01-01", "other": "2018-01-15"})
    with pytest.raises(NotEstimatedError, match="12 months cannot carry 4 coefficients"):
        trend(series[:12])
    with pytest.raises(InputError, match="exposure lacks 1 months"):
        trend(series, exposure=pd.Series(1.0, index=MONTHS[1:]))
    with pytest.raises(InputError, match="finite and > 0"):
        trend(series, exposure=pd.Series(0.0, index=MONTHS))
