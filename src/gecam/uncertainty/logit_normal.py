"""Moments of the logit-normal distribution, and the location that gives it a published mean."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from types import EllipsisType

import numpy as np
from scipy.special import expit

from gecam._typing import ArrayLike, BoolArray, FloatArray
from gecam.errors import InputError

MAX_LOGIT_SD = 1.4  # just below sqrt(2), where a logit-normal around 1/2 becomes two-humped


def logit_normal_moments(location: ArrayLike, logit_sd: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Return mean and standard deviation of shares whose log odds are normal.

    Parameters
    ----------
    location
        Median log odds; broadcast against `logit_sd`.
    logit_sd
        Standard deviation of the log odds, >= 0.

    Returns
    -------
    mean, sd : FloatArray
        In the common shape. The mean has a relative error near 1e-14, also far out in the tails.

    Notes
    -----
    The trapezoidal rule on the whole line, :math:`\sum_k h\,\varphi(kh)\operatorname{expit}(\mu +
    s\,kh)`. The integrand is analytic up to its poles at a distance :math:`\pi/s`, so the error
    falls like :math:`e^{-2\pi^2/(sh)}` and like :math:`e^{-2\pi^2/h^2}` [1]_: with
    :math:`h = 1/(2\max(s, 1))` both are below 1e-17. A Gauss-Hermite rule of fixed order fails for
    wide distributions.

    References
    ----------
    .. [1] Trefethen & Weideman (2014). The exponentially convergent trapezoidal rule. *SIAM Review*
       56, 385-458.

    Examples
    --------
    >>> from gecam.uncertainty import logit_normal_moments
    >>> mean, sd = logit_normal_moments(0.0, 1.0)
    >>> round(float(mean), 12), round(float(sd), 6)
    (0.5, 0.208276)
    """
    location, sd = _broadcast(location, logit_sd)
    mean = _integrate(location, sd)[0]
    square = np.zeros(mean.shape)
    for z, weight, group in _nodes(sd):
        share = expit(location[group] + sd[group] * z)
        square[group] += weight * (share - mean[group]) ** 2
    return mean, np.sqrt(square)


def logistic(log_odds: FloatArray) -> FloatArray:
    """Return shares at log odds: `scipy.special.expit` to rounding, a fifth of its time for many.

    Parameters
    ----------
    log_odds
        Of any shape.
    """
    with np.errstate(over="ignore"):  # a share of nobody
        return np.asarray(1 / (1 + np.exp(-log_odds)))


def logit_normal_mean(location: ArrayLike, logit_sd: ArrayLike) -> FloatArray:
    """Return the mean of `logit_normal_moments` alone."""
    return _integrate(*_broadcast(location, logit_sd))[0]


def logit_normal_location(mean: ArrayLike, logit_sd: ArrayLike) -> FloatArray:
    r"""Return the median log odds that give a logit-normal share its mean.

    Parameters
    ----------
    mean
        Wanted mean share, in (0, 1); broadcast against `logit_sd`.
    logit_sd
        Standard deviation of the log odds, in [0, 20].

    Returns
    -------
    FloatArray
        Location :math:`\mu` with :math:`E[\operatorname{expit}(\mu + sZ)]` = `mean`, in the common
        shape. Each element is solved by itself: its bits do not depend on the others.

    Raises
    ------
    InputError
        If a mean lies outside (0, 1) or a logit sd is negative, above 20, or missing.

    Notes
    -----
    Newton's method on :math:`\log E`, which rises and is concave in :math:`\mu` (a logistic
    distribution function convolved with a normal density is log-concave), so that it converges
    from every start below the root; means above 1/2 are solved by reflection.

    Examples
    --------
    >>> from gecam.uncertainty import logit_normal_location
    >>> logit_normal_location([0.1, 0.5, 0.9], 0.5).round(3)
    array([-2.295,  0.   ,  2.295])
    """
    mean, sd = _broadcast(mean, logit_sd)
    if not ((mean > 0) & (mean < 1)).all():
        worst = mean[~((mean > 0) & (mean < 1))].flat[0]
        raise InputError(
            f"mean share must lie in (0, 1): got {worst:g}. Use Fixed for a share of 0 or 1."
        )
    if not ((sd >= 0) & (sd <= 20)).all():
        worst = sd[~((sd >= 0) & (sd <= 20))].flat[0]
        raise InputError(f"logit_sd must lie in [0, 20]: got {worst:g}.")

    smaller = np.atleast_1d(np.where(mean <= 0.5, mean, 1 - mean))
    sd = np.atleast_1d(sd)
    target = np.log(smaller)
    odds = target - np.log1p(-smaller)
    location = np.maximum(odds * np.sqrt(1 + np.pi * sd**2 / 8), target - sd**2 / 2)
    active = np.ones(smaller.shape, dtype=bool)
    for _ in range(100):
        value, slope = _integrate(location[active], sd[active])
        step = (np.log(value) - target[active]) * value / slope
        location[active] -= step
        active[active] = np.abs(step) > 1e-14 * np.maximum(1, np.abs(location[active]))
        if not active.any():
            break
    location = np.where(mean <= 0.5, location.reshape(mean.shape), -location.reshape(mean.shape))
    return np.asarray(location)


def _integrate(location: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return E[expit(location + sd Z)] and its derivative in the location."""
    if location.size == 1:  # one share: all nodes at once, added in the same order
        nodes, weights = _nodes_of(float(np.exp2(np.ceil(np.log2(max(float(sd.item()), 1.0))))))
        share = expit(location.item() + sd.item() * nodes)
        parts = np.stack([weights * share, weights * share * (1 - share)])
        value, slope = np.cumsum(parts, axis=1)[:, -1].reshape(2, *location.shape)
        return value, slope
    value, slope = np.zeros(location.shape), np.zeros(location.shape)
    for z, weight, group in _nodes(sd):
        share = expit(location[group] + sd[group] * z)
        value[group] += weight * share
        slope[group] += weight * share * (1 - share)
    return value, slope


def _nodes(sd: FloatArray) -> Iterator[tuple[float, float, BoolArray | EllipsisType]]:
    """Yield nodes and weights of the trapezoidal rule, and the elements that they are meant for.

    The step depends on the element's own sd, by powers of two: never on its neighbours.
    """
    scale = np.exp2(np.ceil(np.log2(np.maximum(sd, 1))))
    widths = np.unique(scale)
    for width in widths:
        group = scale == width if widths.size > 1 else ...
        for z, weight in zip(*_nodes_of(float(width)), strict=True):
            yield float(z), float(weight), group


@lru_cache(maxsize=8)
def _nodes_of(width: float) -> tuple[FloatArray, FloatArray]:
    step = 0.5 / width
    z = np.arange(-9 / step, (9 + 2 * width) / step + 1) * step
    return z, step * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


def _broadcast(a: ArrayLike, b: ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = np.broadcast_arrays(
        np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    )
    return first, second
