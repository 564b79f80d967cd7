"""Uncertain shares, between 0 and 1, whose log odds are normal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from scipy.special import expit, logit, ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.uncertainty.logit_normal import (
    logistic,
    logit_normal_location,
    logit_normal_mean,
    logit_normal_moments,
)
from gecam.uncertainty.quantities import Fixed, Scored, require, require_sd


@dataclass(frozen=True, slots=True)
class LogitNormal(Scored):
    r"""A share whose log odds are normal.

    Build it from a published share with `from_mean`; the default family for shares, since it is
    feasible at any mean, adds to a log odds ratio, and takes correlations on its scale.

    Parameters
    ----------
    location
        Median log odds.
    logit_sd
        Standard deviation of the log odds, >= 0.

    Notes
    -----
    :math:`\operatorname{logit} p \sim N(\mu, s^2)`. The mean is not
    :math:`\operatorname{expit}\mu`: `from_mean` solves for the :math:`\mu` that makes
    :math:`E[p]` the published share (`gecam.uncertainty.logit_normal_location`).

    Examples
    --------
    >>> from gecam.uncertainty import LogitNormal
    >>> share = LogitNormal.from_mean(0.30, 0.35)
    >>> round(share.mean, 12)
    0.3
    >>> share.quantile([0.05, 0.5, 0.95]).round(3)
    array([0.19 , 0.295, 0.427])
    """

    location: float
    logit_sd: float

    def __post_init__(self) -> None:
        require(np.isfinite(self.location), "location must be finite", self.location)
        require_sd("logit_sd", self.logit_sd)

    @classmethod
    def from_mean(cls, mean: float, logit_sd: float) -> Self:
        """Centre on a published share, so that the mean of the distribution is that share.

        Parameters
        ----------
        mean
            The published share, in (0, 1). For a share of exactly 0 or 1 use `Fixed`.
        logit_sd
            Standard deviation of the log odds (a grade), >= 0.

        Returns
        -------
        LogitNormal
            With this mean.
        """
        return cls(_location(float(mean), float(logit_sd)), float(logit_sd))

    @classmethod
    def from_mean_sd(cls, mean: float, sd: float) -> Self:
        """Match a published share and its standard deviation exactly.

        Parameters
        ----------
        mean
            The share, in (0, 1).
        sd
            Its standard deviation, on the scale of the share, >= 0.

        Returns
        -------
        LogitNormal
            With this mean and standard deviation.

        Warns
        -----
        PrecisionWarning
            If matching would need a logit sd above 1.4, beyond which the distribution piles up at
            both ends; 1.4 is used.
        """
        from gecam.uncertainty.logit_spread import logit_sd_from_cv

        require(0 < mean < 1, "mean must lie in (0, 1)", mean)
        return cls.from_mean(mean, float(logit_sd_from_cv(mean, sd / mean)))

    @property
    def mean(self) -> float:
        """Mean share, by quadrature."""
        return _mean(self.location, self.logit_sd)

    @property
    def sd(self) -> float:
        """Standard deviation of the share, by quadrature."""
        return float(logit_normal_moments(self.location, self.logit_sd)[1])

    def times(self, factor: float) -> LogitNormal:
        """Return the share whose mean, below 1, is `factor` times this one, of the same logit sd."""
        return LogitNormal.from_mean(self.mean * factor, self.logit_sd)

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a share of at most `x`."""
        x = np.clip(np.asarray(x, dtype=np.float64), 0, 1)
        if self.logit_sd == 0:
            return Fixed(float(expit(self.location))).cdf(x)
        with np.errstate(over="ignore"):  # a score of infinity is meant
            return np.asarray(ndtr((logit(x) - self.location) / self.logit_sd))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the share at a standard normal score."""
        z = np.asarray(z, dtype=np.float64)
        return logistic(self.location + self.logit_sd * z)


@lru_cache(maxsize=4_096)
def _mean(location: float, logit_sd: float) -> float:
    return float(logit_normal_mean(location, logit_sd))


@lru_cache(maxsize=4_096)  # one prior serves many countries
def _location(mean: float, logit_sd: float) -> float:
    return float(logit_normal_location(mean, logit_sd))
