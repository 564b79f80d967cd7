r"""Continuous ranked probability score of normal, lognormal and simulated forecasts.

All scores are negatively oriented: smaller is better, and a perfect forecast has CRPS 0. They are
computed case by case; averages, and with them the choice of cases, are the caller's. On the natural
scale the few largest countries decide an average, so every score of people that can be moved to
:math:`\log(1 + y)` has ``scale="log1p"`` (Bosse et al. 2023).
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy import special

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import Scale, finite, rescaled

EnsembleKind = Literal["fair", "plain"]


def crps_normal(observed: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> FloatArray:
    r"""Return the continuous ranked probability score of a normal forecast.

    Parameters
    ----------
    observed
        What came true. Any shape that broadcasts with `mean` and `sd`; any unit.
    mean, sd
        Of the forecast; ``sd >= 0``, and 0 is a point forecast.

    Returns
    -------
    ndarray
        Score by case, in the unit of `observed`; 0 is perfect.

    Raises
    ------
    InputError
        If a value is not finite or `sd` is negative.

    Notes
    -----
    With :math:`z = (y-\mu)/\sigma`, :math:`\sigma [z(2\Phi(z)-1) + 2\varphi(z) - 1/\sqrt\pi]`
    [1]_; the limit for :math:`\sigma \to 0` is the absolute error.

    References
    ----------
    .. [1] Gneiting & Raftery (2007). Strictly proper scoring rules, prediction, and estimation.
       *JASA* 102: 359-378, section 4.2 (there with the opposite sign).

    Examples
    --------
    >>> from gecam.evaluation import crps_normal
    >>> crps_normal([0.0, 3.0], 0.0, 1.0).round(4)
    array([0.2337, 2.4366])
    """
    y, m, s = finite(observed, "observed"), finite(mean, "mean"), finite(sd, "sd", at_least=0)
    error, s = np.broadcast_arrays(y - m, s)
    z = np.divide(error, s, out=np.zeros(error.shape), where=s > 0)
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    # z (2 Phi(z) - 1) = |z| erf(|z|/sqrt 2); |z| - |z| erfc(...) keeps the tail exact.
    excess = 2 * density - np.abs(z) * special.erfc(np.abs(z) / math.sqrt(2))
    return np.asarray(np.abs(error) + s * (excess - 1 / math.sqrt(math.pi)))


def crps_lognormal(observed: ArrayLike, log_mean: ArrayLike, log_sd: ArrayLike) -> FloatArray:
    r"""Return the continuous ranked probability score of a lognormal forecast.

    Parameters
    ----------
    observed
        What came true, > 0.
    log_mean, log_sd
        Mean and standard deviation of the logarithm; ``log_sd >= 0``.

    Returns
    -------
    ndarray
        Score by case, in the unit of `observed`.

    Raises
    ------
    InputError
        If a value is not finite, `observed` is not positive, or `log_sd` is negative.

    Notes
    -----
    With :math:`z = (\log y - \mu)/\sigma` [1]_,

    .. math:: y(2\Phi(z) - 1) - 2 e^{\mu + \sigma^2/2}\,[\Phi(z-\sigma) - \Phi(-\sigma/\sqrt2)] .

    References
    ----------
    .. [1] Baran & Lerch (2015). Log-normal distribution based ensemble model output statistics
       models for probabilistic wind-speed forecasting. *QJRMS* 141: 2289-2299.

    Examples
    --------
    >>> from gecam.evaluation import crps_lognormal
    >>> crps_lognormal(1.0, 0.0, 1.0).round(4)
    np.float64(0.2674)
    """
    y = finite(observed, "observed", above=0)
    m, s = finite(log_mean, "log_mean"), finite(log_sd, "log_sd", at_least=0)
    y, error, s = np.broadcast_arrays(y, np.log(y) - m, s)
    z = np.divide(error, s, out=np.where(error == 0, 0.0, np.copysign(np.inf, error)), where=s > 0)
    upper = special.ndtr(z - s) - special.ndtr(-s / math.sqrt(2))
    return np.asarray(y * (2 * special.ndtr(z) - 1) - 2 * np.exp(m + s**2 / 2) * upper)


@checked
def crps_ensemble(
    observed: ArrayLike,
    draws: ArrayLike,
    *,
    kind: EnsembleKind = "fair",
    scale: Scale = "identity",
) -> FloatArray:
    r"""Return the continuous ranked probability score of a forecast held as draws.

    Parameters
    ----------
    observed
        What came true. Shape ``(...)``.
    draws
        Draws of the forecast, first axis the draw. Shape ``(draw, ...)``.
    kind
        ``fair`` estimates the score of the distribution behind the draws without bias in their
        number; ``plain`` scores the draws themselves, as if they were the forecast.
    scale
        ``log1p`` scores :math:`\log(1 + y)` of counts (>= 0).

    Returns
    -------
    ndarray
        Score by case. Shape ``(...)``. A fair score can be slightly negative.

    Raises
    ------
    InputError
        If a value is not finite, or there are fewer than 2 draws (1 for ``plain``).

    Notes
    -----
    :math:`\frac1n\sum_i|x_i-y| - \frac{1}{2n(n-1)}\sum_{i,j}|x_i-x_j|`, with :math:`2n^2` for
    ``plain`` [1]_; the double sum is :math:`2\sum_i(2i-n-1)x_{(i)}`.

    References
    ----------
    .. [1] Ferro (2014). Fair scores for ensemble forecasts. *QJRMS* 140: 1917-1923.

    Examples
    --------
    >>> from gecam.evaluation import crps_ensemble
    >>> crps_ensemble(2.0, [1.0, 2.0, 4.0], kind="plain").round(4)
    np.float64(0.3333)
    """
    y = rescaled(finite(observed, "observed"), scale, "observed")
    x = rescaled(_draws(draws, y.shape, kind), scale, "draws")
    n = x.shape[0]
    # Distances to the observation: large counts would lose digits in the sorted sum.
    x = np.sort(x - y, axis=0)
    weights = (2 * np.arange(1, n + 1) - n - 1) / (n * (n - 1 if kind == "fair" else n))
    return np.asarray(np.abs(x).mean(axis=0) - np.tensordot(weights, x, axes=1))


def _draws(draws: ArrayLike, shape: tuple[int, ...], kind: str) -> FloatArray:
    """Return draws of the given shape behind the draw axis, enough of them for the score."""
    x = finite(draws, "draws")
    if x.ndim == 0 or x.shape[1:] != shape:
        raise InputError(
            f"draws must have shape (draw, *observed): got {x.shape} for observed {shape}. "
            "The first axis is the draw."
        )
    needed = 2 if kind == "fair" else 1
    if x.shape[0] < needed:
        raise InputError(f"a {kind} score needs at least {needed} draw(s): got {x.shape[0]}")
    return x
