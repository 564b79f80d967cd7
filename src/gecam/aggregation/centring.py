"""Centres of logistic-normal shares, so that the mean of each share is the published one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from gecam._signature import checked
from gecam._typing import FloatArray, IntArray
from gecam.aggregation.share_noise import ShareNoise

ROUNDS = 30  # fixed-point steps; they stop when nothing moves
TOLERANCE = 1e-8  # relative, of each mean share
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


class CentredShares(NamedTuple):
    """Log weights of origins, and the distribution of each share; shape ``(origin,)``."""

    location: FloatArray
    noise: ShareNoise


@checked
def centred_shares(
    share: FloatArray, log_sd: FloatArray, place: IntArray | None = None
) -> CentredShares:
    r"""Return centred log weights of compositions: each mean share is the published one.

    Parameters
    ----------
    share, log_sd
        Published share, > 0, and noise of the weight of each origin, shape ``(origin,)``; the
        origins of many compositions stand one after the other.
    place
        Number of the composition of each origin, >= 0, shape ``(origin,)``; by default all are of
        one composition.

    Returns
    -------
    CentredShares
        Location and noise of each origin's share, in the order of `share`.

    Notes
    -----
    Weights are :math:`w_o = \exp(a_o + s_o z_o)`, so that shares are logistic-normal [1]_. The log
    odds of one origin against the rest are :math:`a_o + s_o z_o - \log R_o`. The largest weight in
    :math:`R_o` is held at seven Gauss-Hermite nodes of its own noise; at each, the logarithm of the
    rest is matched to a normal distribution by the first two moments of the rest. So
    :math:`E[w_o / \sum w]` is a double sum, and :math:`a` is moved until it equals the published
    share. Variance and skewness of the log odds come from the same nodes.

    References
    ----------
    .. [1] Aitchison, J., Shen, S. (1980). Logistic-normal distributions: some properties and uses.
       Biometrika 67, 261-272.
    """
    place = np.zeros(share.size, dtype=np.int64) if place is None else place
    location = np.log(share) - log_sd**2 / 2
    is_alone = np.bincount(place)[place] == 1
    if is_alone.all() or not log_sd.any():
        return CentredShares(location, ShareNoise.from_mean(share, np.where(is_alone, 0.0, log_sd)))
    largest = _largest_other(share * log_sd, place)
    left = np.arange(share.size)  # origins of places that still move, each place by itself
    for _ in range(ROUNDS):
        here = location[left], log_sd[left], place[left], np.searchsorted(left, largest[left])
        step = np.where(is_alone[left], 0.0, np.log(share[left] / _expected(*here)))
        step -= np.bincount(place[left], share[left] * step)[place[left]]  # cancels in the shares
        location[left] += step
        moves = np.zeros(int(place.max()) + 1)
        np.maximum.at(moves, place[left], np.abs(step))
        left = left[moves[place[left]] >= TOLERANCE]
        if not left.size:
            break
    odds, variance = _odds_at_nodes(location, log_sd, place, largest)
    centre = np.einsum("k,ko->o", WEIGHTS, odds)
    apart = odds - centre
    total = np.einsum("k,ko->o", WEIGHTS, variance + apart**2)
    third = np.einsum("k,ko->o", WEIGHTS, apart * (apart**2 + 3 * variance))
    is_noisy = (total > 1e-30) & ~is_alone  # below, rounding is all there is
    skew = np.divide(third, total**1.5, out=np.zeros_like(total), where=is_noisy)
    noise = ShareNoise.from_mean(
        np.where(is_alone, 1.0, share), np.where(is_alone, 0.0, np.sqrt(total)), skew
    )
    return CentredShares(location, noise)


def _expected(
    location: FloatArray, log_sd: FloatArray, place: IntArray, largest: IntArray
) -> FloatArray:
    """Return the mean of each share: over the nodes of the largest other weight, then its own."""
    odds, variance = _odds_at_nodes(location, log_sd, place, largest)
    sd, expected = np.sqrt(variance), np.zeros(location.shape)
    for k, weight in enumerate(WEIGHTS):
        for z, inner in zip(NODES, WEIGHTS, strict=True):
            share = sd[k] * z
            share += odds[k]
            expit(share, out=share)
            share *= weight * inner
            expected += share
    return expected


def _largest_other(size: FloatArray, place: IntArray) -> IntArray:
    """Return the position of the largest value of the same place other than one's own."""
    order = np.lexsort((-size, place))
    first = np.r_[True, np.diff(place[order]) > 0]
    start = np.flatnonzero(first)
    counts = np.diff(np.r_[start, size.size])
    top = order[start]
    second = order[np.minimum(start + 1, start + counts - 1)]
    group = np.cumsum(first) - 1
    other = np.empty(size.size, dtype=np.int64)
    other[order] = top[group]
    other[top] = second
    return other


def _odds_at_nodes(
    location: FloatArray, log_sd: FloatArray, place: IntArray, largest: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the log odds at each node of the largest other weight."""
    mean = np.exp(location + log_sd**2 / 2)
    variance = mean**2 * np.expm1(log_sd**2)
    tiny = np.finfo(float).tiny
    scale = np.bincount(place, mean)[place]
    rest = scale - mean - mean[largest]
    rest = np.where(rest > 1e-12 * scale, rest, 0.0)
    spread = np.bincount(place, variance)[place] - variance - variance[largest]
    spread = np.where(rest > 0, np.maximum(spread, 0.0), 0.0)
    total = log_sd[largest] * NODES[:, None]  # from here on in place: large arrays cost time
    total += location[largest]
    np.exp(total, out=total)
    total += rest
    np.maximum(total, tiny, out=total)
    log_variance = np.square(total)
    np.divide(spread, log_variance, out=log_variance)
    np.log1p(log_variance, out=log_variance)
    odds = np.log(total, out=total)
    np.subtract(location, odds, out=odds)
    odds += log_variance / 2
    log_variance += log_sd**2
    return odds, log_variance
