"""Uncertain shares, between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from scipy.special import betainc, betaincinv, expit, logit, ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty.logit_normal import (
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
        return np.asarray(expit(self.location + self.logit_sd * z))


@dataclass(frozen=True, slots=True)
class Beta(Scored):
    """A share with a beta distribution.

    Parameters
    ----------
    a, b
        The two shape parameters, > 0; with counts, successes + 1 and failures + 1.

    Examples
    --------
    >>> from gecam.uncertainty import Beta
    >>> Beta(8, 2).mean
    0.8
    >>> Beta.from_mean_sd(0.8, 0.1)
    Beta(a=12.0, b=3.0)
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        require(np.isfinite(self.a) and self.a > 0, "a must be finite and > 0", self.a)
        require(np.isfinite(self.b) and self.b > 0, "b must be finite and > 0", self.b)

    @classmethod
    def from_mean_sd(cls, mean: float, sd: float) -> Self:
        """Match a mean and a standard deviation.

        Parameters
        ----------
        mean
            The share, in (0, 1).
        sd
            Its standard deviation, > 0.

        Returns
        -------
        Beta
            With this mean and standard deviation.

        Raises
        ------
        InputError
            If no beta distribution has them: the sd of a share with mean m is below sqrt(m(1-m)).
        """
        require(0 < mean < 1, "mean must lie in (0, 1)", mean)
        largest = np.sqrt(mean * (1 - mean))
        if not 0 < sd < largest:
            raise InputError(
                f"a share with mean {mean:g} needs a standard deviation in (0, {largest:.4g}): "
                f"got {sd:g}. Use LogitNormal.from_mean with a grade, which is always feasible."
            )
        size = mean * (1 - mean) / sd**2 - 1
        return cls(round(float(mean * size), 12), round(float((1 - mean) * size), 12))

    @property
    def mean(self) -> float:
        """Mean share, a / (a + b)."""
        return self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        """Standard deviation of the share."""
        return float(np.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1)))

    def times(self, factor: float) -> Beta:
        """Return the share whose mean, below 1, is `factor` times this one, of the same a + b."""
        a = self.a * factor
        return Beta(a, self.a + self.b - a)

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a share of at most `x`."""
        return np.asarray(betainc(self.a, self.b, np.clip(x, 0, 1)))

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the share below which a part `u` of the distribution lies."""
        return np.asarray(betaincinv(self.a, self.b, np.asarray(u, dtype=np.float64)))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the share at a standard normal score."""
        return self.quantile(ndtr(np.asarray(z, dtype=np.float64)))


@lru_cache(maxsize=4_096)
def _mean(location: float, logit_sd: float) -> float:
    return float(logit_normal_mean(location, logit_sd))


@lru_cache(maxsize=4_096)  # one prior serves many countries
def _location(mean: float, logit_sd: float) -> float:
    return float(logit_normal_location(mean, logit_sd))
