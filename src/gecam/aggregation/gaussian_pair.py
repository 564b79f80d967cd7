"""Probability that at least one of two events happens whose normal scores correlate."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from gecam._typing import FloatArray

TINY = 1e-300  # in place of zero, where something is divided by it


def union_of_two(shares: FloatArray, r: FloatArray) -> FloatArray:
    r"""Return the probability of at least one of two events.

    Parameters
    ----------
    shares
        Probability of each event, in [0, 1]; shape ``(2, n)``.
    r
        Correlation of the normal scores, in [-1, 1]; shape ``(n,)``.

    Returns
    -------
    FloatArray
        Shape ``(n,)``; absolute error below 1e-14.

    Notes
    -----
    By Owen's function T [1]_, neither happens, with scores h and k of not happening, with probability
    :math:`\tfrac12(\Phi(h) + \Phi(k) - [hk < 0]) - T(h, a_h) - T(k, a_k)`, where :math:`a_h = ((k -
    h)/h + 1 - r)/\sqrt{1 - r^2}`: so written it loses no digits where r is near 1. For r below 0,
    P(A or B) = P(A) + P(neither A nor not B), and the scores of A and not B correlate by -r.

    References
    ----------
    .. [1] Owen, D. B. (1956). Tables for computing bivariate normal probabilities. *Annals of
       Mathematical Statistics* 27, 1075-1090.
    """
    first, second = shares
    both = np.stack([first, np.where(r < 0, 1 - second, second)])
    h = -ndtri(np.clip(both, TINY, 1 - 1e-16))
    h[h == 0] = TINY
    gap, r_abs = h[::-1] - h, np.minimum(np.abs(r), 1.0)
    with np.errstate(over="ignore"):  # infinite slopes are meant
        slope = (gap / h + (1 - r_abs)) / np.maximum(np.sqrt((1 - r_abs) * (1 + r_abs)), TINY)
    one_by_one = ndtr(h) / 2 - owens_t(h, slope)
    neither = one_by_one[0] + one_by_one[1] - 0.5 * (h[0] * h[1] < 0)
    return np.asarray(np.where(r < 0, first + neither, 1 - neither))
