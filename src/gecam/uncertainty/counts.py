"""Uncertain counts of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.uncertainty.quantities import Fixed, Scored, require, require_sd


@dataclass(frozen=True, slots=True)
class LogNormal(Scored):
    r"""A count of people with an error that multiplies.

    Parameters
    ----------
    mean
        The published figure, >= 0, in people.
    log_sd
        Standard deviation of the logarithm, >= 0.

    Notes
    -----
    :math:`\log N \sim N(\log m - s^2/2,\ s^2)`, so that :math:`E[N] = m`. With the published figure
    as the median the mean would grow with the error: poorer data would give more people.

    Examples
    --------
    >>> from gecam.uncertainty import LogNormal
    >>> stock = LogNormal(1_379_000.0, 0.2)
    >>> stock.mean
    1379000.0
    >>> stock.quantile([0.05, 0.5, 0.95]).round(-3)
    array([ 973000., 1352000., 1878000.])
    """

    mean: float
    log_sd: float

    def __post_init__(self) -> None:
        require(np.isfinite(self.mean) and self.mean >= 0, "mean must be finite, >= 0", self.mean)
        require_sd("log_sd", self.log_sd)

    @property
    def sd(self) -> float:
        r"""Standard deviation in people, :math:`m\sqrt{e^{s^2} - 1}`."""
        return float(self.mean * np.sqrt(np.expm1(self.log_sd**2)))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of at most `x` people."""
        x = np.asarray(x, dtype=np.float64)
        if self.mean == 0 or self.log_sd == 0:
            return Fixed(self.mean).cdf(x)
        with np.errstate(divide="ignore", over="ignore"):  # a score of infinity is meant
            score = np.log(np.maximum(x, 0) / self.mean) / self.log_sd + self.log_sd / 2
        return np.asarray(ndtr(score))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return people at a standard normal score."""
        s = self.log_sd
        return np.asarray(self.mean * np.exp(s * np.asarray(z, dtype=np.float64) - s * s / 2))
