"""Probability that none of k events happens, where a Gaussian copula joins them."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import FloatArray

STEP = 0.25  # of the trapezoidal rule, up to ten events; error below 1e-12
REACH = 9.0  # beyond it the normal density is below 1e-18
BLOCK = 1 << 15  # values of the integrand worked on at a time
POINTS = 4096  # of the lattice for general correlations
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


def none_exchangeable(shares: FloatArray, r: FloatArray) -> FloatArray:
    r"""Return the probability of no event for one correlation `r` >= 0 between all pairs.

    Parameters
    ----------
    shares
        Probability of each event, in [0, 1]; shape ``(event, n)``.
    r
        Correlation of the normal scores, in [0, 1]; shape ``(n,)``.

    Returns
    -------
    FloatArray
        Shape ``(n,)``; absolute error below 1e-12.

    Notes
    -----
    Given a common factor z the events are independent:
    :math:`\int \varphi(z) \prod_i \Phi((\sqrt r\, z - t_i)/\sqrt{1-r})\, dz` with
    :math:`t_i = \Phi^{-1}(p_i)`. For r above 1/2 the product is steep; by parts the integral is
    :math:`E\,\Phi(-W)`, where W is the highest of the values of z at which an event ceases,
    :math:`\max_i (t_i + \sqrt{1-r}\,\varepsilon_i)/\sqrt r`, which stays smooth up to r = 1.
    Both integrands are entire, and the trapezoidal rule converges faster than exponentially.
    """
    thresholds = ndtri(np.clip(shares, 1e-300, 1 - 1e-16))
    is_steep = r >= 0.5
    nodes, none = _nodes(len(shares))[:, None], np.empty(r.shape)
    for integrand, chosen in ((_given_factor, ~is_steep), (_given_highest, is_steep)):
        positions = np.flatnonzero(chosen)
        step = BLOCK // len(nodes)
        for first in range(0, len(positions), step):
            here = positions[first : first + step]
            values = integrand(nodes, thresholds[:, here], r[here])
            none[here] = np.cumsum(values, axis=0)[-1]  # one order of addition
    none *= np.where(is_steep, _step(len(shares)) / np.sqrt(2 * np.pi), _step(len(shares)))
    return none


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


def _given_factor(z: FloatArray, t: FloatArray, r: FloatArray) -> FloatArray:
    """Return the integrand over the common factor, shape ``(node, n)``; smooth for r up to 1/2."""
    slope, shift = np.sqrt(r / (1 - r)), t / np.sqrt(1 - r)
    product = np.ones((len(z), len(r)))
    for shift_i in shift:
        product *= ndtr(slope * z - shift_i)
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * product)


def _given_highest(y: FloatArray, t: FloatArray, r: FloatArray) -> FloatArray:
    """Return that over the highest threshold on the factor's scale; smooth for r from 1/2 to 1."""
    highest = t.max(axis=0, initial=-np.inf)
    far = 1e3  # at r = 1 a lower threshold is infinitely far below; this is far enough
    below = np.minimum((highest - t) / np.maximum(np.sqrt(1 - r), 1e-300), far)
    centre, slope = highest / np.sqrt(r), np.sqrt((1 - r) / r)
    probability, rate = np.ones((len(y), len(r))), np.zeros((len(y), len(r)))
    for below_i in below:
        x = y + below_i
        cumulative = ndtr(x)
        probability *= cumulative
        rate += np.exp(-x * x / 2) / cumulative
    return np.asarray(ndtr(-(centre + slope * y)) * probability * rate)


def _step(k: int) -> float:
    """Return the step of the trapezoidal rule: products of more events need a finer one."""
    return STEP * min(1.0, math.sqrt(11 / (k + 1)))


def _nodes(k: int) -> FloatArray:
    count = math.ceil(REACH / _step(k))
    return np.arange(-count, count + 1, dtype=np.float64) * _step(k)


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
