"""Uncertain counts of people: lognormal distributions with the published mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import ArrayLike, FloatArray
from gecam.uncertainty.quantities import Fixed, Scored, require, require_sd

COCHRAN = (
    25  # draws per squared skewness at which mean +- 1.96 errors misses at most 6 % of the time
)
FEWEST_DRAWS = 1_000  # fewer are for trying things out: judged as so many
FEWEST_FOR_MEAN = 10_000  # the same, for the part of a mean that no draw reaches
BEYOND = 0.1  # of the mean beyond the largest draw to be expected: more, and the mean is wrong


@dataclass(frozen=True, slots=True)
class LogNormal(Scored):
    r"""Lognormal count of people, whose mean is the published count.

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

    def times(self, factor: float) -> LogNormal:
        """Return the count times a factor, >= 0, with the same spread on the log scale."""
        return LogNormal(self.mean * factor, self.log_sd)

    def log_normal(self) -> tuple[float, float] | None:
        """Return mean and standard deviation of the logarithm; None where there is no spread."""
        if self.mean == 0 or self.log_sd == 0:
            return None
        return math.log(self.mean) - self.log_sd**2 / 2, self.log_sd

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


class LogSdLimits(NamedTuple):
    """Largest standard deviations of a logarithm with which draws still estimate the mean.

    Parameters
    ----------
    error
        Up to here the Monte Carlo error of the mean, s / sqrt(n), is what it says.
    mean
        Up to here the mean of the draws is near the mean; in between its error is understated.
    """

    error: float
    mean: float


@lru_cache(maxsize=64)
def largest_log_sd(draws: int) -> LogSdLimits:
    r"""Return how wide a lognormal can be for its mean and Monte Carlo error to be told from draws.

    Parameters
    ----------
    draws
        Number of independent draws; fewer than 1,000 count as 1,000 for `LogSdLimits.error`, fewer
        than 10,000 as 10,000 for `LogSdLimits.mean`.

    Returns
    -------
    LogSdLimits

    Notes
    -----
    With :math:`w = e^{s^2}` a lognormal of log sd s has skewness :math:`(w + 2)\sqrt{w - 1}`. Intervals
    from the mean and s / sqrt(n) hold what they promise where :math:`n > 25` times the skewness
    squared [1]_, which is the first limit: 1.01 for 1,000 draws, 1.37 for 10,000. There the usual
    set of draws understates the error of the mean by 4 %; at 2.25 by 41 %, and at 4 by a
    factor of 170 (10,000 draws, simulated).

    Draws above :math:`e^{sz - s^2/2}` hold a part :math:`\Phi(s - z)` of the mean 1. The largest of n
    is about :math:`z_n = \Phi^{-1}(1 - 1/n)`; the second limit is where a tenth of the mean lies beyond
    it, :math:`s = z_n + \Phi^{-1}(0.1)`: 2.44 for 10,000 draws. The usual set of draws then has a mean
    3 % too low, at a log sd of 4 one 44 % too low, and its error tells nothing of it.

    References
    ----------
    .. [1] Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 2.15. Wiley.

    Examples
    --------
    >>> from gecam.uncertainty import largest_log_sd
    >>> limits = largest_log_sd(10_000)
    >>> round(limits.error, 2), round(limits.mean, 2)
    (1.37, 2.44)
    """
    require(draws >= 2, "draws must be at least 2", draws)
    wanted = math.sqrt(max(draws, FEWEST_DRAWS) / COCHRAN)
    low, high = 0.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if lognormal_skewness(middle) < wanted else (low, middle)
    return LogSdLimits(high, float(ndtri(1 - 1 / max(draws, FEWEST_FOR_MEAN)) + ndtri(BEYOND)))


def lognormal_skewness(log_sd: float) -> float:
    """Return the skewness of a lognormal, from the standard deviation of its logarithm.

    Examples
    --------
    >>> from gecam.uncertainty import lognormal_skewness
    >>> round(lognormal_skewness(1.0), 2)
    6.18
    """
    w = math.exp(log_sd**2)
    return (w + 2) * math.sqrt(w - 1)


def part_beyond(log_sd: float, draws: int) -> float:
    """Return the part of a lognormal's mean that lies beyond the largest draw to be expected.

    Parameters
    ----------
    log_sd
        Standard deviation of the logarithm, >= 0.
    draws
        Number of draws, at least 1.

    Returns
    -------
    float
        Share of the mean, between 0 and 1.

    Examples
    --------
    >>> from gecam.uncertainty import part_beyond
    >>> round(part_beyond(4.0, 10_000), 2)
    0.61
    """
    return float(ndtr(log_sd - ndtri(1 - 1 / draws)))
