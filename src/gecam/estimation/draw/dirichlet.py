"""Shares that sum to one in every draw, with a known mean and spread (Dirichlet)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv, gammaln

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty import Streams

TINY = np.log(1e-17)  # below it the first term of the gamma distribution is exact to rounding


def dirichlet_draws(
    share: ArrayLike,
    kappa: float,
    streams: Streams,
    input_id: str,
    parts: Sequence[str],
    *,
    start: int,
    stop: int,
) -> FloatArray:
    r"""Draw shares :math:`\pi \sim \mathrm{Dir}(\kappa\,\pi^0)`.

    Parameters
    ----------
    share
        Expected shares :math:`\pi^0`, >= 0, in any unit: they are scaled to sum to 1. A share of 0
        is 0 in every draw. Shape ``(part,)``.
    kappa
        Concentration, > 0: a share has variance :math:`\pi^0 (1 - \pi^0)/(\kappa + 1)`.
    streams, input_id, parts
        Named random numbers: each part draws from the component of its own name, so that another
        order of parts changes nothing.
    start, stop
        Draw numbers.

    Returns
    -------
    FloatArray
        Shape ``(part, stop - start)``; sums to 1 over parts.

    Raises
    ------
    InputError
        If shares are negative or all zero, kappa is not positive, or names repeat.

    Notes
    -----
    Gamma variates with shapes :math:`\kappa\pi^0_k` by inverse transform, divided by their sum. For
    small shapes most of them are below the smallest floating-point number; then the logarithm of
    :math:`F(x) = x^a/\Gamma(a+1)\,(1 + O(x))` is inverted instead, so that a draw never divides
    zero by zero.

    Examples
    --------
    >>> from gecam.estimation.draw.dirichlet import dirichlet_draws
    >>> from gecam.uncertainty import Streams
    >>> draws = dirichlet_draws([6, 3, 1], 50, Streams(1), "SDN", ["SD01", "SD02", "SD03"],
    ...                         start=0, stop=10_000)
    >>> draws.mean(axis=1).round(2), draws.std(axis=1).round(3)
    (array([0.6, 0.3, 0.1]), array([0.068, 0.064, 0.042]))
    """
    weights = np.asarray(share, dtype=np.float64)
    if weights.shape != (len(parts),) or len(set(parts)) < len(parts):
        raise InputError(f"need one share for each of {len(parts)} names, each name once")
    if not (np.all(weights >= 0) and np.all(weights < np.inf) and weights.sum() > 0):
        raise InputError(
            f"shares must be finite, >= 0 and not all zero: got {weights.tolist()[:5]}"
        )
    if not 0 < kappa < np.inf:
        raise InputError(f"kappa must be finite and > 0: got {kappa}")
    shape = kappa * weights / weights.sum()
    logs = np.full((len(parts), stop - start), -np.inf)
    for k, part in enumerate(parts):
        if shape[k] > 0:
            logs[k] = _log_gamma_variate(shape[k], streams.uniform(input_id, part, start, stop))
    logs -= logs.max(axis=0)
    draws: FloatArray = np.exp(logs)
    draws /= draws.sum(axis=0)
    return draws


def _log_gamma_variate(shape: float, u: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", over="ignore"):  # minus infinity: a share of zero
        first_term = (np.log(u) + gammaln(shape + 1)) / shape
        whole = np.log(gammaincinv(shape, u))
    return np.asarray(np.where(first_term < TINY, first_term, whole))
