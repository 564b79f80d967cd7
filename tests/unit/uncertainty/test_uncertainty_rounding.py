"""Rounding to the digits that an estimate carries."""

from __future__ import annotations

import pytest

from gecam.uncertainty import round_half_away, round_together


@pytest.mark.parametrize(
    ("value", "sd", "mcse", "step"),
    [
        (212_345, 0, 0, 1_000),  # three significant digits
        (212_345, 62_000, 0, 1_000),  # two digits of the standard deviation
        (212_345, 99_999, 0, 1_000),
        (212_345, 100_000, 0, 10_000),
        (212_345, 0, 499, 1_000),  # twice the Monte Carlo error is 998
        (212_345, 0, 501, 10_000),
        (5.3, 0, 0, 1),  # never below one person
        (0, 0, 0, 1),
    ],
)
def test_digits_stop_where_they_carry_nothing(value, sd, mcse, step):
    assert round_together(value, value, value, sd=sd, mcse=mcse).step == step


def test_intervals_are_rounded_outwards_and_values_half_away_from_zero():
    rounded = round_together([2500.0, 1234.0], [1001.0, 1000.0], [4999.0, 5000.0], sd=10_000.0)
    assert rounded.value.tolist() == [3000, 1000]
    assert rounded.lower.tolist() == [1000, 1000]
    assert rounded.upper.tolist() == [5000, 5000]
    assert rounded.is_below.tolist() == [False, False]


def test_an_end_on_the_grid_up_to_rounding_error_stays():
    rounded = round_together(0.3e6, 0.1e6 * (1 - 1e-13), 0.7e6 * (1 + 1e-13), sd=1e6)
    assert (rounded.lower, rounded.upper) == (1e5, 7e5)


def test_fewer_than_a_hundred_are_marked():
    assert round_together([99.9, 100.0], 0, 200).is_below.tolist() == [True, False]


def test_halves_go_away_from_zero():
    x = [-1.5, -0.5, 0.5, 1.5, 2.5, 2.4999999999999996, 4503599627370497.0]
    assert round_half_away(x).tolist() == [-2, -1, 1, 2, 3, 2, 4503599627370497]
