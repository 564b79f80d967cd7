"""Proper scores of intervals and of sets of quantiles."""

from __future__ import annotations

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Probability
from gecam.errors import InputError
from gecam.evaluation._checks import Scale, finite, rescaled
from gecam.uncertainty import DEFAULT_LEVEL


@checked
def interval_score(
    observed: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    level: Probability = DEFAULT_LEVEL,
    scale: Scale = "identity",
) -> FloatArray:
    r"""Return the interval score: width, and a penalty for what falls outside.

    Parameters
    ----------
    observed
        What came true, in the unit of the intervals; any shape.
    lower, upper
        Ends of the central interval, ``lower <= upper``; they broadcast with `observed`.
    level
        Probability that the interval should hold, in (0, 1).
    scale
        ``log1p`` scores :math:`\log(1 + y)` of counts (>= 0).

    Returns
    -------
    ndarray
        Score by case, in the unit of `observed` (or of its logarithm).

    Raises
    ------
    InputError
        If a value is not finite, an interval is reversed, or `level` is not in (0, 1).

    Notes
    -----
    With :math:`\alpha` = 1 - level:
    :math:`(u-l) + \frac{2}{\alpha}(l-y)_+ + \frac{2}{\alpha}(y-u)_+` [1]_.

    References
    ----------
    .. [1] Gneiting & Raftery (2007). *JASA* 102: 359-378, section 6.2.

    Examples
    --------
    >>> from gecam.evaluation import interval_score
    >>> interval_score([5.0, 11.0], 2.0, 10.0, level=0.9).round(6)
    array([ 8., 28.])
    """
    alpha = 1 - level
    y = rescaled(finite(observed, "observed"), scale, "observed")
    low = rescaled(finite(lower, "lower"), scale, "lower")
    high = rescaled(finite(upper, "upper"), scale, "upper")
    if np.any(low > high):
        raise InputError("lower must not exceed upper: at least one interval is reversed")
    miss = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return np.asarray(high - low + 2 / alpha * miss)


@checked
def weighted_interval_score(
    observed: ArrayLike,
    median: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    levels: ArrayLike,
    scale: Scale = "identity",
) -> FloatArray:
    r"""Return the weighted interval score of a median and K central intervals.

    Parameters
    ----------
    observed, median
        What came true, and the forecast's median. Shape ``(...)``.
    lower, upper
        Interval ends, first axis the interval. Shape ``(K, ...)``.
    levels
        Probability of each interval, in (0, 1). Shape ``(K,)``.
    scale
        ``log1p`` scores :math:`\log(1 + y)` of counts (>= 0).

    Returns
    -------
    ndarray
        Score by case, in the unit of `observed` (or of its logarithm).

    Raises
    ------
    InputError
        As in `interval_score`, or if `levels` and the intervals differ in number.

    Notes
    -----
    :math:`\frac{1}{K+1/2}\bigl(\tfrac12|y-m| + \sum_k\frac{\alpha_k}{2}\,IS_{\alpha_k}\bigr)` [1]_:
    the mean pinball loss of the 2K + 1 quantiles times two, which tends to the CRPS as K grows.

    References
    ----------
    .. [1] Bracher, Ray, Gneiting & Reich (2021). Evaluating epidemic forecasts in an interval
       format. *PLoS Computational Biology* 17: e1008618.

    Examples
    --------
    >>> from gecam.evaluation import weighted_interval_score
    >>> weighted_interval_score(4.0, 3.0, [2.0, 1.0], [5.0, 8.0], levels=[0.5, 0.9]).round(6)
    np.float64(0.64)
    """
    probabilities = np.atleast_1d(np.asarray(levels, dtype=np.float64))
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if not low.shape[:1] == high.shape[:1] == probabilities.shape:
        raise InputError(
            "levels must have one probability for each interval: got "
            f"{probabilities.size} levels, lower {low.shape} and upper {high.shape}. "
            "The first axis of lower and upper is the interval."
        )
    y = rescaled(finite(observed, "observed"), scale, "observed")
    middle = rescaled(finite(median, "median"), scale, "median")
    total = np.abs(y - middle) / 2
    for level, ends in zip(probabilities, zip(low, high, strict=True), strict=True):
        score = interval_score(observed, *ends, level=float(level), scale=scale)
        total = total + (1 - level) / 2 * score
    return np.asarray(total / (probabilities.size + 0.5))
