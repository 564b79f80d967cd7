"""The nearest correlation matrix."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import optimize

from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import (
    nearest_correlation,
)


def test_a_possible_matrix_is_kept():
    matrix = [[1, 0.5, 0.2], [0.5, 1, 0.3], [0.2, 0.3, 1]]
    nearest = nearest_correlation(matrix)
    assert nearest.matrix.tolist() == matrix
    assert nearest.change == 0


def test_the_nearest_matrix_is_the_minimiser():
    asked = np.array([[1, 0.9, -0.8], [0.9, 1, 0.5], [-0.8, 0.5, 1]])
    with pytest.warns(PrecisionWarning, match=r"not possible together; .* differ by up to"):
        nearest = nearest_correlation(asked)
    assert np.linalg.eigvalsh(nearest.matrix).min() > -1e-10
    assert nearest.change == np.abs(nearest.matrix - asked).max() > 0.01

    def distance(angles):  # correlations of three unit vectors, on any two of which angles are free
        rows = np.array(
            [
                [1, 0, 0],
                [np.cos(angles[0]), np.sin(angles[0]), 0],
                [
                    np.cos(angles[1]),
                    np.sin(angles[1]) * np.cos(angles[2]),
                    np.sin(angles[1]) * np.sin(angles[2]),
                ],
            ]
        )
        return np.square(rows @ rows.T - asked).sum()

    best = min(optimize.minimize(distance, start).fun for start in ([1, 1, 1], [0.5, 2, 0.2]))
    # the minimiser stops near 1e-8
    assert np.square(nearest.matrix - asked).sum() == pytest.approx(best, abs=1e-6)


def test_a_tiny_change_is_silent():
    asked = np.array([[1, 0.8, 0.6], [0.8, 1, 0.0], [0.6, 0.0, 1]])
    asked[0, 1] = asked[1, 0] = 0.8 + 1e-5  # 0.8^2 + 0.6^2 = 1 is the limit
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert 0 < nearest_correlation(asked).change < 1e-4


@pytest.mark.parametrize(
    "matrix", [[[1, 0.5]], [[1, 0.5], [0.4, 1]], [[0.9, 0.5], [0.5, 1]], [[1, 1.5], [1.5, 1]]]
)
def test_what_is_no_table_of_correlations_is_refused(matrix):
    with pytest.raises(InputError, match=r"square and symmetric|must lie in"):
        nearest_correlation(matrix)
