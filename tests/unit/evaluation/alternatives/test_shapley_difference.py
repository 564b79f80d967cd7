"""Shapley values: definition, exact sums, arrays, random orders, and errors."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import shapley_difference


def by_definition(value, names):
    """Average over all orders of what each name adds."""
    parts = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for order in orders:
        on = frozenset()
        for name in order:
            parts[name] += value(on | {name}) - value(on)
            on |= {name}
    return {name: part / len(orders) for name, part in parts.items()}


def product(on):
    pairs = {
        "stock": (1000.0, 1500.0),
        "share": (0.2, 0.45),
        "refugees": (1.0, 0.7),
        "idle": (1, 1),
    }
    return math.prod(pair[name in on] for name, pair in pairs.items())


def test_parts_are_the_average_over_all_orders():
    names = ("stock", "share", "refugees")
    result = shapley_difference(product, names)
    expected = by_definition(product, names)
    for name, part in result.to_dict().items():
        assert part == pytest.approx(expected[name], rel=1e-13)


def test_parts_add_up_to_the_last_bit_and_an_idle_switch_has_exactly_nothing():
    result = shapley_difference(product, ("stock", "share", "refugees", "idle"))
    assert math.fsum(result.parts) == result.total == product({"stock", "share", "refugees"}) - 200
    assert result.parts[3] == 0
    assert result.before == 200


def test_the_order_of_names_only_orders_the_parts():
    forward = shapley_difference(product, ("stock", "share", "refugees")).parts
    back = shapley_difference(product, ("refugees", "share", "stock")).parts
    np.testing.assert_allclose(forward, back[::-1], rtol=1e-13)


def test_arrays_are_divided_cell_by_cell():
    def by_country(on):
        return np.array([[product(on)], [2 * product(on) + ("idle" in on)]])

    names = ("stock", "share", "idle")
    result = shapley_difference(by_country, names)
    assert result.parts.shape == (3, 2, 1)
    alone = shapley_difference(product, names)
    np.testing.assert_allclose(result.parts[:, 0, 0], alone.parts, rtol=1e-13)
    np.testing.assert_allclose(result.parts[:, 1, 0], 2 * alone.parts + [0, 0, 1], rtol=1e-13)
    assert math.fsum(result.parts[:, 1, 0]) == result.total[1, 0]


def test_nothing_changed_is_divided_into_nothing():
    result = shapley_difference(lambda on: 3.0, ("a", "b"))
    assert result.total == 0
    np.testing.assert_array_equal(result.parts, [0, 0])


def test_wrong_input_is_named():
    with pytest.raises(InputError, match="1 to 12 different switches: got 2, 1 different"):
        shapley_difference(product, ("stock", "stock"))
    with pytest.raises(InputError, match="got 13, 13 different"):
        shapley_difference(product, [str(i) for i in range(13)])
    with pytest.raises(InputError, match=r"value with \['b'\] on must be finite: got nan"):
        shapley_difference(lambda on: np.nan if on == {"b"} else 1.0, ("a", "b"))
    with pytest.raises(InputError, match="one shape for all subsets"):
        shapley_difference(lambda on: np.zeros(len(on)), ("a", "b"))
