"""Expected shortfall: the mean of the upper tail of draws, and its division among parts."""

from __future__ import annotations

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError


@checked
def expected_shortfall(draws: ArrayLike, alpha: float = 0.9) -> FloatArray:
    r"""Return the mean of the worst ``1 - alpha`` of the draws.

    Parameters
    ----------
    draws
        Shape ``(..., draw)``; large is bad (people to help).
    alpha
        In [0, 1): 0.9 averages the worst tenth; 0 is the mean.

    Returns
    -------
    FloatArray
        Shape of the draws without their last axis, in their unit.

    Raises
    ------
    InputError
        If a draw is missing or `alpha` is out of range.

    Notes
    -----
    :math:`\frac{1}{1-\alpha}\int_\alpha^1 F^{-1}(u)\,du` with the draws' own distribution; the
    draw at the edge counts with the part of it that belongs to the tail [1]_. The shortfall of a sum
    is at most the sum of the shortfalls; for quantiles this does not hold, so reserves of several
    countries are set by shortfalls or means, never by adding their 90 % quantiles.

    References
    ----------
    .. [1] Acerbi & Tasche (2002). On the coherence of expected shortfall. *Journal of Banking &
       Finance* 26: 1487-1503.

    Examples
    --------
    >>> from gecam.preparedness import expected_shortfall
    >>> float(expected_shortfall([10.0, 20.0, 30.0, 40.0], 0.75))
    40.0
    >>> float(expected_shortfall([10.0, 20.0, 30.0, 40.0], 0.625))  # 40, and half of 30
    36.666666666666664
    """
    ordered = np.sort(_checked(draws, alpha), axis=-1)
    return np.asarray(ordered @ tail_weights(ordered.shape[-1], alpha))


@checked
def shortfall_contributions(draws: ArrayLike, alpha: float = 0.9) -> FloatArray:
    r"""Return what each part contributes to the expected shortfall of the sum.

    Parameters
    ----------
    draws
        Shape ``(part, draw)``: countries of a regional plan, drawn together.
    alpha
        In [0, 1), as in `expected_shortfall`.

    Returns
    -------
    FloatArray
        Shape ``(part,)``: :math:`E[A_i \mid \text{the sum is in its worst part}]`. They add up to
        the shortfall of the sum, so that a reserve can be divided by them.

    Raises
    ------
    InputError
        If a draw is missing, the shape is another, or `alpha` is out of range.

    Notes
    -----
    This is Euler's division of the expected shortfall [1]_.

    References
    ----------
    .. [1] Tasche (2008). Capital allocation to business units and sub-portfolios: the Euler
       principle. In Resti (ed.), *Pillar II in the New Basel Accord*: 423-453. Risk Books.

    Examples
    --------
    >>> from gecam.preparedness import shortfall_contributions
    >>> shortfall_contributions([[1.0, 2.0, 3.0, 9.0], [4.0, 3.0, 2.0, 1.0]], 0.75)
    array([9., 1.])
    """
    parts = _checked(draws, alpha)
    if parts.ndim != 2:
        raise InputError(f"draws must have the shape (part, draw): got {parts.shape}")
    order = np.argsort(parts.sum(axis=0), kind="stable")
    return np.asarray(parts[:, order] @ tail_weights(parts.shape[1], alpha))


def tail_weights(n: int, alpha: float) -> FloatArray:
    """Return the weights of `n` ordered draws in the mean of the worst ``1 - alpha``; sum 1."""
    inside = n * (1 - alpha)
    # Position i of n covers the probabilities i/n to (i+1)/n.
    part = np.clip(inside - np.arange(n - 1, -1, -1), 0.0, 1.0)
    return np.asarray(part / part.sum())


def _checked(draws: ArrayLike, alpha: float) -> FloatArray:
    array = np.asarray(draws, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] == 0 or np.isnan(array).any():
        raise InputError("draws must be a non-empty array without missing values")
    if not 0 <= alpha < 1:
        raise InputError(f"alpha must lie in [0, 1): got {alpha}")
    return array
