"""Parts that add up to their total: to the last bit, or as near as doubles can come."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gecam.evaluation import exact_parts, shapley_difference

many = settings(max_examples=8 * settings().max_examples)  # cheap, and rounding errs seldom
people = st.floats(1e-4, 1e9)
signed = st.one_of(st.just(0.0), people, people.map(lambda x: -x))


@st.composite
def divided(draw):
    """Parts, and a total that misses their sum by some of its last digits."""
    parts = draw(st.lists(signed, min_size=1, max_size=7))
    if draw(st.booleans()):  # they cancel: each may be a billion times the total
        parts.append(draw(st.floats(-1.0, 1.0)) - math.fsum(parts))
    size = max(map(abs, parts))
    return parts, math.fsum(parts) + draw(st.integers(-3, 3)) * math.ulp(size)


def assert_adds_up(parts, total):
    """The promise of `exact_parts`, with the exact sum as a fraction."""
    smallest = min((abs(part) for part in parts if part), default=0.0)
    if smallest <= abs(total):
        assert math.fsum(parts) == total
    else:
        missing = abs(sum(map(Fraction, parts)) - Fraction(total))
        assert missing <= Fraction(math.ulp(smallest)) / 2


@many
@given(divided())
# what failed on another processor: the remainder in the larger part does not close the sum
@example(([138897.04397702042, 0.0, 55046.96983668237], 193944.01381370277))
@example(([1e9 + 1 / 3, 2e9 + 1 / 7, 1 / 9 - 3e9], 0.587301))
@example(([0.0, 0.0], 5e-324))
def test_parts_add_up_as_promised(case):
    parts, total = case
    assert_adds_up(exact_parts(parts, total), total)


@many
@given(divided())
def test_only_rounding_is_moved_and_nothing_stays_nothing(case):
    parts, total = case
    result = exact_parts(parts, total)
    moved = [abs(a - b) for a, b in zip(parts, result, strict=True)]
    assert sum(moved) <= 4 * len(parts) * math.ulp(max(map(abs, parts)))
    if any(parts):
        assert all(b == 0 for a, b in zip(parts, result, strict=True) if a == 0)


@many
@given(divided())
def test_parts_that_add_up_are_left_alone(case):
    parts, _ = case
    assert exact_parts(parts, math.fsum(parts)) == parts


@many
@given(st.lists(people, min_size=8, max_size=8), st.floats(1.0, 1e9))
def test_shapley_values_add_up_as_promised(values, apart):
    """Also where what the switches do is a billion times what they do together."""
    values[-1] = values[0] + values[-1] / apart

    def value(on):
        return values[sum(1 << "abc".index(name) for name in on)]

    result = shapley_difference(value, ("a", "b", "c"))
    assert_adds_up(result.parts.tolist(), float(result.total))


@many
@given(st.lists(people, min_size=2, max_size=9))
def test_a_first_value_and_the_changes_after_it_add_up_to_the_last_value(values):
    changes = [values[0], *(b - a for a, b in pairwise(values))]
    assert_adds_up(exact_parts(changes, values[-1]), values[-1])


def test_a_sum_that_no_double_closes_is_as_near_as_doubles_are():
    """Multiples of 2**-23 (1.2e-7), the spacing of doubles at 1e9, cannot make 0.1."""
    parts = exact_parts([1e9, 1e9, 0.1 - 2e9], 0.1)
    assert math.fsum(parts) == round(0.1 * 2**23) / 2**23 == pytest.approx(0.1, abs=2**-24)
    assert math.fsum(parts) != 0.1
    assert all(np.array(parts) * 2**23 % 1 == 0)
