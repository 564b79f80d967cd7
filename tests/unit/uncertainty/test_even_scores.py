"""Scores that go evenly with the order of draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from gecam.uncertainty import even_scores
from gecam.uncertainty.even_scores import BITS, DIRECTIONS, _directions


def test_directions_are_those_of_scipy():
    dimensions = len(DIRECTIONS) + 1
    theirs = qmc.Sobol(dimensions, scramble=False, bits=BITS).random(256)
    for dimension in range(dimensions):
        points = np.zeros(1, dtype=np.uint64)
        for direction in _directions(dimension)[:8]:
            points = np.concatenate([points, points ^ np.uint64(direction)])
        # scipy visits the same points in the order of a Gray code
        gray = np.arange(256) ^ (np.arange(256) >> 1)
        assert np.array_equal((points * 2.0**-BITS)[gray], theirs[:, dimension])


@pytest.mark.parametrize("n", [100, 1_024, 10_000])
def test_even_scores_are_even_in_every_stretch(n):
    z = even_scores(3, "rows", n, 3)
    assert z.shape == (3, n)
    half = z[:, : n // 2]
    assert np.abs(half.mean(axis=1)).max() < 4 / n**0.75
    assert np.abs(z.std(axis=1) - 1).max() < 0.05
