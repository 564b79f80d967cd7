"""Conversions between correlations, and the nearest correlation matrix."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import optimize, stats

from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import (
    Streams,
    factor_normals_of,
    lognormal_correlation,
    nearest_correlation,
    pearson_from_kendall,
    pearson_from_spearman,
)

N = 40_000


def test_rank_correlations_of_normal_scores_come_back():
    # Kruskal (1958): rho_s = 6/pi asin(r/2), tau = 2/pi asin(r); sampled with N draws
    z = factor_normals_of(Streams(2), [{"f": 0.6}] * 2, ["x", "y"], 0, N)
    rho, tau = stats.spearmanr(*z).statistic, stats.kendalltau(*z).statistic
    assert pearson_from_spearman(rho) == pytest.approx(0.6, abs=0.015)
    assert pearson_from_kendall(tau) == pytest.approx(0.6, abs=0.015)
    assert pearson_from_spearman([-1, 0, 1]).tolist() == pytest.approx([-1, 0, 1])


@pytest.mark.parametrize("convert", [pearson_from_spearman, pearson_from_kendall])
def test_a_correlation_beyond_one_is_refused(convert):
    with pytest.raises(InputError, match=r"must lie in \[-1, 1\]: got 1.2"):
        convert([0.3, 1.2])


def test_lognormal_correlation_is_that_of_the_counts():
    s, t, r = 0.4, 0.7, 0.5
    z = factor_normals_of(Streams(3), [{"f": r}] * 2, ["x", "y"], 0, 400_000)
    sampled = np.corrcoef(np.exp(s * z[0]), np.exp(t * z[1]))[0, 1]
    assert lognormal_correlation(r, s, t) == pytest.approx(sampled, abs=0.01)
    assert lognormal_correlation(0.0, s, t) == 0
    assert lognormal_correlation(1.0, s, s) == pytest.approx(1)


def test_a_figure_without_error_correlates_with_nothing():
    with pytest.raises(InputError, match="log_sd must be > 0"):
        lognormal_correlation(0.5, 0.0, 0.3)


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
