r"""A smooth regression surface on given draws: what is expected of an output, knowing some inputs.

Each input column becomes its normal scores (ranks sent through the inverse normal distribution),
and these a natural cubic spline with knots at quantiles: linear in the tails, and exactly linear
where the truth is. Products of the columns' bases carry interactions of two; there are none of
three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import special

from gecam._typing import ArrayLike, FloatArray, IntArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite

DRAWS_PER_TERM = 20  # fewer draws per coefficient would fit noise
# Functions per column, and functions of it that enter products; the richest that the draws carry.
DETAILS = ((10, 10), (6, 6), (4, 4), (4, 1), (4, 0), (1, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Terms of the regression, each knowing which inputs it needs.

    Parameters
    ----------
    terms
        Standardised terms. Shape ``(draw, term)``.
    needs
        For each term the inputs it depends on, as bits. Shape ``(term,)``.
    detail
        In words: how many functions each column has, and whether columns interact.
    """

    terms: FloatArray
    needs: IntArray
    detail: str

    def within(self, subset: int) -> IntArray:
        """Return the positions of the terms that need no input outside a subset (bits)."""
        return np.flatnonzero((self.needs & ~subset) == 0)


def surface(inputs: Mapping[str, ArrayLike]) -> Surface:
    """Return the terms for inputs given as draws, ``(draw,)`` or ``(draw, column)`` by name."""
    matrices = [finite(values, f"input {name!r}") for name, values in inputs.items()]
    counts = {len(matrix) for matrix in matrices}
    if len(counts) != 1:
        raise InputError(f"inputs must have one number of draws: got {sorted(counts)}")
    draws = counts.pop()
    # What does not vary explains nothing.
    columns = [
        (normal_scores(column), 1 << i)
        for i, matrix in enumerate(matrices)
        for column in matrix.reshape(draws, -1).T
        if np.ptp(column) > 0
    ]
    d = len(columns)
    for own, paired in DETAILS:
        if own * d + paired**2 * d * (d - 1) // 2 <= draws // DRAWS_PER_TERM:
            break
    else:
        raise InputError(
            f"{d} input columns need at least {DRAWS_PER_TERM * d} draws: got {draws}. "
            "Use more draws, or give each group by one summary, such as its sum."
        )
    bases = [(natural_spline(z, own), bit) for z, bit in columns]
    blocks = [(basis, bit) for basis, bit in bases]
    if paired:
        for (a, bit_a), (b, bit_b) in combinations(bases, 2):
            product = a[:, :paired, None] * b[:, None, :paired]
            blocks.append((product.reshape(draws, -1), bit_a | bit_b))
    terms = np.column_stack([np.empty((draws, 0)), *(block for block, _ in blocks)])
    needs = np.repeat(
        np.array([bit for _, bit in blocks], dtype=np.int64),
        [block.shape[1] for block, _ in blocks],
    )
    terms = terms - terms.mean(axis=0)
    spread = terms.std(axis=0)
    pairs = {0: "no interactions", 1: "linear interactions of two"}.get(
        paired, "interactions of two"
    )
    return Surface(
        terms / np.where(spread > 0, spread, 1), needs, f"{own} function(s) per column, {pairs}"
    )


def normal_scores(values: FloatArray) -> FloatArray:
    """Return the normal scores of the ranks, ties at their mean rank. Shape ``(draw,)``."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(special.ndtri((rank[place] - 0.5) / values.size))


def natural_spline(z: FloatArray, functions: int) -> FloatArray:
    """Return a natural cubic spline basis of scores, the first column linear."""
    # Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, eq. 5.4 and 5.5.
    knots = special.ndtri(np.linspace(0.02, 0.98, functions + 1))
    cubes = np.maximum(z[:, None] - knots, 0) ** 3
    slopes = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.column_stack([z, slopes[:, :-1] - slopes[:, -1:]])[:, :functions]
