"""Raking of shares: one odds ratio for all of them, at which they make up a given number of people."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from gecam._typing import FloatArray

WIDEST = 700.0  # logarithm of an odds ratio beyond which shares are nothing or everything
MOST_STEPS = 200
CLOSE = 1e-13  # of the total


def odds_shift(logits: FloatArray, people: FloatArray, total: FloatArray) -> FloatArray:
    r"""Return the log odds ratio at which shares of groups of people make up a total.

    Parameters
    ----------
    logits
        Log odds of the share of each group, finite; shape ``(group, draw)``.
    people
        People of each group, >= 0; same shape, or broadcast to it.
    total
        People to make up, shape ``(draw,)``.

    Returns
    -------
    FloatArray
        :math:`\lambda` with :math:`\sum_k n_k \operatorname{expit}(l_k + \lambda)` equal to the total;
        shape ``(draw,)``. Infinite where the total is nobody (minus) or everybody or more (plus).

    Notes
    -----
    The sum rises with :math:`\lambda`, so that there is one solution. Newton's steps, each replaced by
    the middle of what is left where it leads outside.

    Examples
    --------
    >>> from gecam.estimation.methods.odds_shift import odds_shift
    >>> shift = odds_shift(np.zeros((2, 1)), np.array([[30.0], [10.0]]), np.array([30.0]))
    >>> np.exp(shift).round(6)  # a half becomes three quarters: three times the odds
    array([3.])
    """
    n = np.broadcast_to(people, logits.shape)
    everybody = n.sum(axis=0)
    inside = (total > 0) & (total < everybody)
    answer = np.where(total > 0, np.inf, -np.inf)
    if not inside.any():
        return answer
    part, weight, goal = logits[:, inside], n[:, inside], total[inside]
    low = np.full(goal.shape, -WIDEST - np.abs(part).max())
    high, share = -low, goal / everybody[inside]
    at = logit(np.clip(share, np.finfo(float).tiny, 1 - np.finfo(float).eps)) - part.mean(axis=0)
    at = np.clip(at, low, high)
    for _ in range(MOST_STEPS):
        share = expit(part + at)
        gap = (weight * share).sum(axis=0) - goal
        if (np.abs(gap) <= CLOSE * goal).all():
            break
        low, high = np.where(gap < 0, at, low), np.where(gap > 0, at, high)
        slope = (weight * share * (1 - share)).sum(axis=0)
        step = at - np.divide(gap, slope, out=np.full(goal.shape, np.inf), where=slope > 0)
        is_outside = ~((step > low) & (step < high))
        at = np.where(is_outside, (low + high) / 2, step)
    answer[inside] = at
    return answer
