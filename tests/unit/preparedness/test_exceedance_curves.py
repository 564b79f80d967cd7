"""Exceedance curves, return periods and average annual numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from gecam.errors import InputError, NotEstimatedError
from gecam.preparedness import (
    EventSet,
    average_annual,
    chance_within,
    exceedance,
)

MODEL = EventSet([500.0, 2000.0, 10_000.0], [0.5, 0.1, 0.01])


def made_record(people, years=20, **options):
    people = np.asarray(people, dtype=float)
    year = 2000 + np.arange(len(people)) % years
    return EventSet(
        people, np.full(len(people), 1 / years), "people", year, (2000, 2000 + years - 1), **options
    )


def test_oep_and_return_period_of_a_model_event_set():
    frame = exceedance(MODEL).to_frame()
    assert frame["people"].tolist() == [0.0, 500.0, 2000.0, 10_000.0]
    rate = np.array([0.61, 0.11, 0.01, 0.0])
    assert frame["probability"].to_numpy() == pytest.approx(1 - np.exp(-rate))
    assert frame["return_period"].iloc[:3].to_numpy() == pytest.approx(1 / (1 - np.exp(-rate[:3])))
    assert frame["probability_lower"].isna().all()


def test_average_annual_number_from_rates_and_by_the_area_under_the_frequency_curve():
    assert float(MODEL.average_annual) == pytest.approx(0.5 * 500 + 0.1 * 2000 + 0.01 * 10_000)
    frame = exceedance(MODEL).to_frame()
    rate = -np.log1p(-frame["probability"].to_numpy())
    area = (rate[:-1] * np.diff(frame["people"])).sum()  # integral of lambda(x) dx, exactly
    assert area == pytest.approx(float(MODEL.average_annual))
    found = average_annual(MODEL)
    assert (found.recorded, found.is_estimated) == (pytest.approx(550.0), True)


def test_intervals_of_a_record_are_jeffreys():
    frame = exceedance(made_record(np.arange(1.0, 41.0) * 100), level=0.9).to_frame()
    row = frame[frame["people"].eq(3000.0)].iloc[0]  # 10 events above in 20 years
    low, high = gamma.ppf([0.05, 0.95], 10.5) / 20
    assert row["probability_lower"] == pytest.approx(1 - np.exp(-low))
    assert row["return_period_lower"] == pytest.approx(1 / (1 - np.exp(-high)))


def test_return_level_and_its_interval():
    curve = exceedance(made_record(np.arange(1.0, 41.0) * 100))
    people, lower, upper = curve.at_return_period(5.0)
    # lambda = -ln(1 - 1/5) = 0.223 a year: 4.46 events in 20 years, so 4 above
    assert people == 3600.0
    assert lower < people < upper


def test_the_record_does_not_bound_its_largest_events():
    curve = exceedance(made_record(np.arange(1.0, 41.0) * 100))
    assert curve.at_return_period(19.0)[2] == np.inf


def test_no_return_period_beyond_the_record():
    curve = exceedance(made_record(np.arange(1.0, 41.0)))
    with pytest.raises(
        NotEstimatedError, match=r"20 years shows no 21-year event.*40 years at most"
    ):
        curve.at_return_period(21.0)
    with pytest.raises(InputError, match="exceed 1 year"):
        curve.at_return_period(1.0)


def test_few_events_are_refused():
    few = made_record([100.0] * 9)
    with pytest.raises(NotEstimatedError, match="9 events in 20 years"):
        exceedance(few)
    found = average_annual(few)
    assert (found.is_estimated, found.recorded) == (False, pytest.approx(45.0))
    assert np.isnan(found.lower)


def test_an_infinite_mean_is_refused():
    u = (np.arange(60) + 0.5) / 60
    heavy = made_record(1000 * (1 - u) ** -1.6)  # Pareto with shape 1.6: no mean
    found = average_annual(heavy)
    assert not found.is_estimated
    assert "infinite-mean tail" in found.reason
    light = average_annual(made_record(1000 * (1 - u) ** -0.3))
    assert light.is_estimated
    assert light.lower < light.recorded < light.upper


def test_the_interval_of_the_average_keeps_years_whole():
    people = np.full(40, 100.0)
    spread = average_annual(made_record(people))
    run = EventSet(people, np.full(40, 1 / 20), "people", np.repeat([2003, 2011], 20), (2000, 2019))
    together = average_annual(run)
    assert together.recorded == spread.recorded == pytest.approx(200.0)
    assert together.upper - together.lower > 5 * (spread.upper - spread.lower)


def test_draws_widen_the_curve():
    base = made_record(np.arange(1.0, 41.0) * 100)
    factor = np.exp(0.5 * np.random.default_rng(1).standard_normal(400))
    drawn = EventSet(base.people[:, None] * factor, base.rate, "migrants", base.year, base.period)
    fixed, mixed = average_annual(base), average_annual(drawn)
    assert mixed.upper - mixed.lower > 2 * (fixed.upper - fixed.lower)
    curve = exceedance(drawn)
    assert (np.diff(curve.probability) <= 1e-12).all()
    people, lower, upper = curve.at_return_period(5.0)
    assert lower < people < upper


def test_model_draws_give_their_own_interval():
    drawn = EventSet(np.array([[100.0, 200.0, 300.0]]), [0.5])
    found = average_annual(drawn, level=0.5)
    assert (found.recorded, found.lower, found.upper) == pytest.approx((100.0, 75.0, 125.0))
    assert exceedance(drawn).lower[0] == pytest.approx(1 - np.exp(-0.5))


def test_aep_lies_above_oep():
    # small beside large, equal sizes, and sizes that no common step fits
    for events in (
        MODEL,
        EventSet([1e6, 100.0], [0.001, 2.0]),
        EventSet([100.0, 300.0], [0.5, 0.1]),
        EventSet(np.geomspace(30.0, 7e3, 25), np.geomspace(0.2, 1e-3, 25)),
    ):
        oep, aep = exceedance(events), exceedance(events, kind="AEP")
        at = np.searchsorted(aep.people, oep.people)
        assert aep.people[at].tolist() == oep.people.tolist()
        assert (aep.probability[at] >= oep.probability).all()
        assert (aep.at_least[at] >= oep.at_least).all()
        assert (np.diff(aep.probability) <= 1e-12).all()
        assert aep.probability[0] == pytest.approx(oep.probability[0], abs=1e-15)
    assert np.isnan(exceedance(MODEL, kind="AEP").at_return_period(10.0)[1])


def test_at_least_stands_beside_more_than():
    # 1 - exp(-0.01): once in 100.5 years
    frame = exceedance(EventSet([100_000.0], [0.01])).to_frame().set_index("people")
    assert frame.loc[100_000.0, "probability"] == 0.0
    assert frame.loc[100_000.0, "probability_at_least"] == pytest.approx(1 - np.exp(-0.01))
    assert frame.loc[100_000.0, "return_period_at_least"] == pytest.approx(100.5, abs=0.001)
    assert frame.loc[0.0, "return_period"] == pytest.approx(100.5, abs=0.001)
    assert frame.loc[0.0, "probability_at_least"] == 1.0
    both = (
        exceedance(EventSet([100.0, 300.0], [0.5, 0.1]), kind="AEP").to_frame().set_index("people")
    )
    assert both.loc[100.0, "probability"] == pytest.approx(1 - 1.5 * np.exp(-0.6), abs=1e-15)
    assert both.loc[100.0, "probability_at_least"] == pytest.approx(1 - np.exp(-0.6), abs=1e-15)


def test_at_least_over_event_draws_averages_them():
    drawn = EventSet(np.array([[100.0, 200.0]]), [0.5])
    frame = exceedance(drawn).to_frame()
    last = frame.iloc[-1]  # 200 people: reached in one draw of two, exceeded in none
    assert last["probability"] == 0.0
    assert last["probability_at_least"] == pytest.approx((1 - np.exp(-0.5)) / 2)


def test_return_periods_of_the_sum_are_quantiles_of_the_year():
    # P(S <= 200) = exp(-0.6) (1 + 0.5 + 0.125) = 0.892, P(S <= 100) = 0.823
    people, lower, upper = exceedance(
        EventSet([100.0, 300.0], [0.5, 0.1]), kind="AEP"
    ).at_return_period(8.0)
    assert people == 200.0
    assert np.isnan([lower, upper]).all()


def test_a_hundred_year_event_within_thirty_years():
    assert chance_within(100, 30) == pytest.approx(1 - 0.99**30)
    assert chance_within(100, 0) == 0.0
    with pytest.raises(InputError):
        chance_within(1.0, 3)


def test_bad_options_are_refused():
    with pytest.raises(InputError, match="kind"):
        exceedance(MODEL, kind="EP")
    with pytest.raises(InputError, match="level"):
        exceedance(MODEL, level=0.0)
