"""Probability that none of three events or more happens, where one correlation joins all pairs."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import FloatArray

STEP = 0.25  # of the trapezoidal rule, up to ten events; error below 1e-12
REACH = 9.0  # beyond it the normal density is below 1e-18
BLOCK = 1 << 15  # values of the integrand worked on at a time


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
