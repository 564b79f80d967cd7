r"""Regression of an output on some inputs over draws, with natural splines.

Each input column becomes its normal scores (ranks sent through the inverse normal distribution),
and these a natural cubic spline with knots at quantiles: linear in the tails, and exactly linear
where the truth is. Products of the columns' bases carry interactions of two; there are none of
three.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy import special

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite

DRAWS_PER_TERM = 20  # fewer draws per coefficient would fit noise
# Functions per column, and functions of it that enter products; the richest that the draws carry.
DETAILS = ((10, 10), (6, 6), (4, 4), (4, 1), (4, 0), (1, 0))


def surface_terms(values: ArrayLike, name: str) -> FloatArray:
    """Return the standardised terms of an input given as draws.

    Parameters
    ----------
    values
        Draws of the input, ``(draw,)``, or of what belongs to it, ``(draw, column)``.
    name
        Name of the input, for messages.

    Returns
    -------
    ndarray
        Terms of the regression, shape ``(draw, term)``; none of a column that does not vary.

    Raises
    ------
    InputError
        If a value is not finite, or the draws are too few for the columns.
    """
    matrix = finite(values, f"input {name!r}")
    draws = len(matrix)
    scores = [normal_scores(c) for c in matrix.reshape(draws, -1).T if np.ptp(c) > 0]
    own, paired = _detail(len(scores), draws)
    bases = [natural_spline(z, own) for z in scores]
    products = [
        (a[:, :paired, None] * b[:, None, :paired]).reshape(draws, -1)
        for a, b in combinations(bases, 2)
        if paired
    ]
    terms = np.column_stack([np.empty((draws, 0)), *bases, *products])
    terms = terms - terms.mean(axis=0)
    spread = terms.std(axis=0)
    return np.asarray(terms / np.where(spread > 0, spread, 1))


def _detail(columns: int, draws: int) -> tuple[int, int]:
    """Return the functions per column, and those that enter products, which the draws carry."""
    for own, paired in DETAILS:
        if own * columns + paired**2 * columns * (columns - 1) // 2 <= draws // DRAWS_PER_TERM:
            return own, paired
    raise InputError(
        f"{columns} input columns need at least {DRAWS_PER_TERM * columns} draws: got {draws}. "
        "Use more draws, or give each group by one summary, such as its sum."
    )


def normal_scores(values: FloatArray) -> FloatArray:
    """Return the normal scores of the ranks, ties at their mean rank. Shape ``(draw,)``."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(special.ndtri((rank[place] - 0.5) / values.size))


def natural_spline(z: FloatArray, functions: int) -> FloatArray:
    """Return a natural cubic spline basis of scores, the first column linear.

    Parameters
    ----------
    z
        Scores, shape ``(draw,)``.
    functions
        Number of columns, at least 1.

    References
    ----------
    .. [1] Hastie, Tibshirani & Friedman (2009). *The Elements of Statistical Learning*, equations 5.4
       and 5.5.
    """
    knots = special.ndtri(np.linspace(0.02, 0.98, functions + 1))
    cubes = np.maximum(z[:, None] - knots, 0) ** 3
    slopes = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.column_stack([z, slopes[:, :-1] - slopes[:, -1:]])[:, :functions]
