"""Projection of a stock: interpolation, growth, onset rule, extrapolations by the publisher."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation import is_published_extrapolation, stock_at
from gecam.model import Assumptions

D15, D20, D24 = date(2015, 7, 1), date(2020, 7, 1), date(2024, 7, 1)
A = Assumptions()


def test_a_figure_of_the_day_is_taken_as_it_is():
    stock = stock_at({D15: 90.0, D20: 100.0}, D20, log_sd=0.1, onset=D15)
    assert stock.people == 100
    assert stock.log_sd == pytest.approx(0.1)
    assert stock.flags == ()


def test_growth_carries_on_beyond_the_last_figure_and_widens():
    stock = stock_at({D15: 100.0, D20: 110.0}, date(2022, 7, 1), log_sd=0.1, onset=D15)
    years = (date(2022, 7, 1) - D20).days / (D20 - D15).days
    assert stock.people == pytest.approx(110 * 1.1**years)
    h, d = 2.0, 5.0  # METHODS A5, in years
    c1, c0 = 1 + h / d, -h / d
    variance = (c1**2 + c0**2 + 2 * c0 * c1 * 0.8) * 0.01 + 0.15**2 * (h + h * h / d)
    assert stock.log_sd == pytest.approx(np.sqrt(variance), rel=2e-3)  # years of 365.25 days


def test_between_two_figures_the_spread_is_that_of_a_bridge():
    when = date(2017, 12, 30)
    stock = stock_at({D15: 100.0, D20: 121.0}, when, log_sd=0.1)
    assert stock.people == pytest.approx(110.0, rel=1e-3)
    correlation = Assumptions().end_correlation
    s2 = 0.01 * (0.25 + 0.25 + 0.5 * correlation) + 0.15**2 * 2.5 * 2.5 / 5
    assert stock.log_sd == pytest.approx(np.sqrt(s2), rel=1e-3)


def test_an_onset_after_the_last_figure_freezes_the_stock_there():
    onset = date(2021, 7, 1)
    stock = stock_at({D15: 100.0, D20: 110.0}, date(2023, 7, 1), log_sd=0.1, onset=onset)
    assert stock.people == pytest.approx(110 * 1.1 ** (365 / (D20 - D15).days))
    assert stock.log_sd == A.frozen_log_sd
    assert "STOCK_FROZEN" in stock.flags
    free = replace(A, apply_onset_rule=False)
    later = stock_at(
        {D15: 100.0, D20: 110.0}, date(2023, 7, 1), log_sd=0.1, onset=onset, assumptions=free
    )
    assert later.people > stock.people


def test_an_unknown_onset_projects_and_says_so():
    assert stock_at({D15: 1.0, D20: 1.0}, date(2022, 7, 1), log_sd=0.1).flags == ("ONSET_UNKNOWN",)


def test_growth_is_capped_and_the_uncapped_figure_stands_beside():
    # Colombia's stock grew by 0.50 a year from 2015 to 2020 (METHODS A5)
    figures = {D15: 100.0, D20: 100 * np.exp(2.5)}
    stock = stock_at(figures, date(2022, 7, 1), log_sd=0.1, onset=D15)
    assert stock.growth == A.growth_cap
    assert "GROWTH_CAPPED" in stock.flags
    assert stock.uncapped == pytest.approx(figures[D20] * np.exp(1.0), rel=2e-3)
    assert stock.uncapped > stock.people


def test_equal_growth_in_the_last_two_intervals_is_an_extrapolation():
    last = 110 * (110 / 100) ** ((D24 - D20).days / (D20 - D15).days)
    assert is_published_extrapolation({D15: 100.0, D20: 110.0, D24: last})
    assert not is_published_extrapolation({D15: 100.0, D20: 110.0, D24: 1.02 * last})
    assert not is_published_extrapolation({D20: 110.0, D24: last})


def test_an_extrapolation_counts_from_the_figure_before_and_stops_at_the_onset():
    last = 110 * (110 / 100) ** ((D24 - D20).days / (D20 - D15).days)
    figures = {D15: 100.0, D20: 110.0, D24: last}
    plain = stock_at(figures, D24, log_sd=0.1, onset=date(2011, 1, 1))
    assert plain.people == pytest.approx(last)
    assert plain.measured == 110
    assert plain.log_sd > 0.3  # four years of drift at 0.15
    war = stock_at(figures, D24, log_sd=0.1, onset=date(2022, 2, 24))
    assert 110 < war.people < last
    assert {"PUBLISHED_EXTRAPOLATION", "STOCK_FROZEN"} <= set(war.flags)


def test_without_a_figure_before_the_day_it_refuses():
    with pytest.raises(InputError, match=r"before 2010-01-01.*2015-07-01"):
        stock_at({D15: 1.0}, date(2010, 1, 1), log_sd=0.1)
