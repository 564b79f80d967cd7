"""Rounding to the digits that an estimate carries."""

from __future__ import annotations

import pytest

from gecam.publish import Thresholds
from gecam.uncertainty import (
    SMALLEST_SHOWN,
    fewer_than,
    people_cell,
    round_half_away,
    round_together,
    significant,
)


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


@pytest.mark.parametrize(
    ("people", "text"),
    [(0.0, "0"), (1.0, "<100"), (99.9, "<100"), (100.0, "100"), (1_234_000.0, "1,234,000")],
)
def test_counts_as_text(people, text):
    assert people_cell(people) == text


def test_missing_zero_and_small_are_three_different_things():
    assert len({people_cell(float("nan")), people_cell(0.0), people_cell(5.0)}) == 3


# Ways of writing small counts that tables, exports and sentences use, by hand.
@pytest.mark.parametrize(
    ("small", "texts"),
    [
        ("each", [("<100", "<100", "213"), ("<100", "0", "<100"), ("100", "<100", "300"),
                  ("0", "0", "0"), ("not estimated",) * 3]),
        ("value", [("<100", "12", "213"), ("<100", "0", "1"), ("<100", "20", "300"),
                   ("0", "0", "0"), ("not estimated",) * 3]),
        ("none", [("61", "12", "213"), ("under 1", "0", "1"), ("100", "20", "300"), ("0", "0", "0"),
                  ("not estimated",) * 3]),
    ],
)  # fmt: skip
def test_numbers_under_a_hundred_are_written_as_each_place_asks(small, texts):
    nan = float("nan")
    rounded = round_together(
        [61.2, 0.3, 99.6, 0.0, nan], [12.0, 0.0, 20.0, 0.0, nan], [212.4, 0.9, 300.0, 0.0, nan]
    )
    assert rounded.texts(small=small) == texts
    assert rounded.is_below.tolist() == [True, True, True, False, False]


# The same numbers, where another threshold is asked for, by hand.
@pytest.mark.parametrize(
    ("threshold", "small", "text"),
    [
        (5_000.0, "each", ("<5,000", "<5,000", "21,240")),
        (5_000.0, "value", ("<5,000", "120", "21,240")),
        (5_000.0, "none", ("1,860", "120", "21,240")),
        (500.0, "each", ("1,860", "<500", "21,240")),
        (0.0, "each", ("1,860", "120", "21,240")),
    ],
)
def test_numbers_under_a_threshold_are_written_as_under_it(threshold, small, text):
    rounded = round_together(1_864.9, 129.0, 21_234.0, sd=60.0, threshold=threshold)
    assert rounded.texts(small=small) == [text]
    assert rounded.is_below.all() == (threshold > 1_864.9)


def test_what_stands_for_fewer_than_a_threshold_holds_for_every_number_below():
    assert [fewer_than(x) for x in (SMALLEST_SHOWN, 5_000, 99.2)] == ["<100", "<5,000", "<100"]
    assert people_cell(1_865.0, threshold=5_000.0) == "<5,000"
    assert people_cell(40.0, threshold=20.0) == people_cell(40.0, threshold=0.0) == "40"
    assert people_cell(19.0, threshold=20.0) == "<20"
    assert Thresholds().national == SMALLEST_SHOWN


def test_a_negative_number_is_written_with_its_sign():
    assert round_together(-8_140.0, -22_820.0, -1_440.0).texts(small="none") == [
        ("-8,140", "-22,820", "-1,440")
    ]


def test_significant_digits():
    assert [significant(x, 2) for x in (212_345.0, 0.0, 99.6)] == [210_000.0, 0.0, 100.0]


# By hand: the unit of rounding is two digits of the standard deviation; what is under it is said so.
@pytest.mark.parametrize(
    ("three", "spread", "texts"),
    [
        (
            (212_345.0, 9_000.0, 512_000.0),
            {"sd": 150_000.0},
            ("210,000", "under 10,000", "520,000"),
        ),
        ((9_000.0, 0.0, 80_000.0), {"sd": 9_000.0, "mcse": 6_000.0}, ("9,000", "0", "80,000")),
        ((-30_000.0, -60_000.0, -900.0), {"sd": 1e5}, ("-30,000", "-60,000", "under 0")),
        ((30_000.0, 900.0, 60_000.0), {"sd": 1e5}, ("30,000", "under 10,000", "60,000")),
        ((61.2, 0.2, 212.0), {}, ("61", "under 1", "212")),
        ((900.0, -160_000.0, 150_000.0), {"sd": 1e5}, ("0", "-160,000", "150,000")),  # a change
    ],
)
def test_a_number_that_is_not_zero_does_not_become_zero(three, spread, texts):
    rounded = round_together(*three, **spread)
    assert rounded.texts(small="none") == [texts]
    again = round_together(*rounded[:3], **spread)
    assert again.texts(small="none") == [texts]
    assert rounded.lower <= three[1]
    assert rounded.upper >= three[2]
