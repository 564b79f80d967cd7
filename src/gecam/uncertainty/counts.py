"""Uncertain counts of people."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.uncertainty.quantities import Fixed, Scored, require, require_sd
from gecam.uncertainty.shares import LogitNormal


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
        with np.errstate(divide="ignore"):
            score = np.log(np.maximum(x, 0) / self.mean) / self.log_sd + self.log_sd / 2
        return np.asarray(ndtr(score))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return people at a standard normal score."""
        s = self.log_sd
        return np.asarray(self.mean * np.exp(s * np.asarray(z, dtype=np.float64) - s * s / 2))


@dataclass(frozen=True, slots=True)
class BoundedCount(Scored):
    r"""A count of people with an error that multiplies, among a known number of people.

    A stock is part of a population: where it is a large part, some draws of a `LogNormal` would
    exceed it, and cutting them would move the mean.

    Parameters
    ----------
    mean
        The published figure, >= 0, below `limit`, in people.
    log_sd
        Standard deviation of the logarithm that a `LogNormal` would have, >= 0; its coefficient of
        variation is kept.
    limit
        The number of people that the count is part of, > 0.

    Raises
    ------
    InputError
        If the mean is not in [0, limit), or `log_sd` is negative or missing.

    Warns
    -----
    PrecisionWarning
        If the limit leaves no room for the error (`gecam.uncertainty.logit_sd_from_cv`).

    Notes
    -----
    The part is logit-normal, with the mean and the standard deviation asked for. Where the part is
    small this is the lognormal.

    Examples
    --------
    >>> from gecam.uncertainty import BoundedCount
    >>> stock = BoundedCount(1.7e6, 0.4, 6.8e6)
    >>> round(stock.mean), round(stock.sd / stock.mean, 4)
    (1700000, 0.4165)
    >>> bool(stock.quantile(0.999999) < 6.8e6)
    True
    """

    mean: float
    log_sd: float
    limit: float
    share: LogitNormal | Fixed = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require(0 < self.limit < np.inf, "limit must be finite and > 0", self.limit)
        require(0 <= self.mean < self.limit, f"mean must lie in [0, {self.limit:g})", self.mean)
        require_sd("log_sd", self.log_sd)
        part = self.mean / self.limit
        cv = float(np.sqrt(np.expm1(self.log_sd**2)))
        share = LogitNormal.from_mean_sd(part, cv * part) if part > 0 else Fixed(0.0)
        object.__setattr__(self, "share", share)

    @property
    def sd(self) -> float:
        """Standard deviation in people."""
        return self.limit * self.share.sd

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of at most `x` people."""
        return self.share.cdf(np.asarray(x, dtype=np.float64) / self.limit)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return people at a standard normal score."""
        return self.limit * self.share.at_score(z)
