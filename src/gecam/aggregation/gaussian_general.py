"""Probability that none of k events happens, where a Gaussian copula of any correlations joins them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import FloatArray

POINTS = 4096  # of the lattice for general correlations
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


def none_general(shares: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return the probability of no event for any correlation matrix, by quasi-Monte Carlo.

    Parameters
    ----------
    shares
        Probability of each event, in [0, 1]; shape ``(event, n)``.
    correlation
        Positive semidefinite; shape ``(event, event)``, or ``(n, event, event)``.

    Returns
    -------
    FloatArray
        Shape ``(n,)``; error of a few 1e-5, of a few 1e-4 where the matrix is singular (`POINTS`
        lattice points, the same ones on every call).

    Notes
    -----
    Genz's sequence of conditional probabilities [1]_ on Richtmyer's lattice (multiples of square
    roots of primes, folded by the baker's map). Events are taken in the order given and the first
    coordinates do not depend on the number of events, so that one more event never lowers a union.

    References
    ----------
    .. [1] Genz, A. (1992). Numerical computation of multivariate normal probabilities. *Journal of
       Computational and Graphical Statistics* 1, 141-149.
    """
    k, n = shares.shape
    limits = -ndtri(np.clip(shares, 1e-300, 1 - 1e-16)).T
    factors = np.broadcast_to(_semidefinite_cholesky(correlation), (n, k, k))
    roots = np.sqrt(np.asarray(PRIMES[: max(1, k - 1)], dtype=np.float64))
    lattice = np.abs(2 * ((np.arange(1, POINTS + 1) * roots[:, None]) % 1) - 1)
    none = np.empty(n)
    step = max(1, (1 << 18) // POINTS)
    for start in range(0, n, step):
        rows = slice(start, start + step)
        none[rows] = _sequential(limits[rows], factors[rows], lattice)
    return none


def _semidefinite_cholesky(correlation: FloatArray) -> FloatArray:
    """Return a lower triangular root, with zeros where a variable follows from those before it."""
    k = correlation.shape[-1]
    root = np.zeros(correlation.shape)
    for j in range(k):
        rest = correlation[..., j, j] - np.square(root[..., j, :j]).sum(axis=-1)
        root[..., j, j] = np.sqrt(np.where(rest > 1e-12, rest, 0.0))
        for i in range(j + 1, k):
            rest = correlation[..., i, j] - (root[..., i, :j] * root[..., j, :j]).sum(axis=-1)
            pivot = root[..., j, j]
            root[..., i, j] = np.divide(rest, pivot, out=np.zeros(rest.shape), where=pivot > 0)
    return root


def _sequential(limits: FloatArray, root: FloatArray, lattice: FloatArray) -> FloatArray:
    """Average the products of conditional probabilities over the lattice; shape ``(rows,)``."""
    rows, k = limits.shape
    product = np.ones((rows, lattice.shape[1]))
    drawn: list[FloatArray] = []
    for i in range(k):
        room = np.repeat(limits[:, i, None], lattice.shape[1], axis=1)
        for j, y in enumerate(drawn):
            room -= root[:, i, j, None] * y
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            given = ndtr(room / root[:, i, i, None])
        given = np.where(root[:, i, i, None] > 0, given, (room >= 0).astype(np.float64))
        product *= given
        if i < k - 1:
            drawn.append(ndtri(np.clip(lattice[i] * given, 1e-300, 1 - 1e-16)))
    return np.asarray(product.mean(axis=1))
