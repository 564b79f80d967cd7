"""Closed forms that several methods of evaluation are checked against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
import pytest


@pytest.fixture(scope="session")
def shares_of_product() -> Callable[[Sequence[float]], tuple[np.ndarray, ...]]:
    """First-order, total-order and Shapley shares of a product of independent factors by cv.

    With c the coefficients of variation, a set of factors explains prod(1 + c^2) - 1 of the squared
    mean (Goodman 1960, JASA 55: 708-713); Shapley's share is the average over all orders.
    """

    def shares(cvs: Sequence[float]) -> tuple[np.ndarray, ...]:
        squares = 1 + np.square(cvs)
        whole = squares.prod() - 1
        first, total = (squares - 1) / whole, (squares - 1) * squares.prod() / squares / whole
        orders = list(permutations(range(len(squares))))
        shapley = np.zeros(len(squares))
        for order in orders:
            steps = np.diff(np.cumprod([1.0, *squares[list(order)]]))
            shapley[list(order)] += steps / whole / len(orders)
        return first, total, shapley

    return shares
