"""Uncertain quantities, each centred so that its mean is the published figure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from scipy.special import betainc, betaincinv, expit, logit, ndtr, ndtri

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty.logit_normal import (
    logit_normal_location,
    logit_normal_moments,
    logit_sd_from_cv,
)
from gecam.uncertainty.streams import Streams


class Quantity(Protocol):
    """A number that is known up to a distribution.

    Every quantity answers the same six questions: `mean`, `sd`, `cdf`, `quantile`, `at_score` (the
    value at a standard normal score, through which quantities are correlated) and `draws`, which
    sends the named stream through the quantile function.
    """

    @property
    def mean(self) -> float:
        """The mean; where a figure was published, that figure."""

    @property
    def sd(self) -> float:
        """The standard deviation, in the unit of the quantity."""

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a value of at most `x`; same shape as `x`."""

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the value below which a part `u`, in (0, 1), of the distribution lies."""

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return `quantile` at the normal probability of the score `z`."""

    def draws(
        self, streams: Streams, input_id: str, component: str, start: int, stop: int
    ) -> FloatArray:
        """Return draws number `start` to `stop` - 1; shape ``(stop - start,)``.

        See `gecam.uncertainty.Streams` for what the arguments mean and what is promised.
        """


class _Scored(ABC):
    """What all quantities share: quantiles and draws by way of the normal score."""

    __slots__ = ()

    @abstractmethod
    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the value at a standard normal score; same shape as `z`."""

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the value below which a part `u`, in (0, 1), of the distribution lies."""
        return self.at_score(ndtri(np.asarray(u, dtype=np.float64)))

    def draws(
        self, streams: Streams, input_id: str, component: str, start: int, stop: int
    ) -> FloatArray:
        """Return draws number `start` to `stop` - 1 of a stream; shape ``(stop - start,)``."""
        return self.at_score(streams.normal(input_id, component, start, stop))


@dataclass(frozen=True, slots=True)
class Fixed(_Scored):
    """A number without uncertainty.

    Parameters
    ----------
    value
        The number.

    Examples
    --------
    >>> from gecam.uncertainty import Fixed
    >>> Fixed(1200.0).quantile([0.05, 0.95])
    array([1200., 1200.])
    """

    value: float

    def __post_init__(self) -> None:
        _require(np.isfinite(self.value), "value must be finite", self.value)

    @property
    def mean(self) -> float:
        """The number itself."""
        return self.value

    @property
    def sd(self) -> float:
        """Zero."""
        return 0.0

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return 1 from the number on, 0 below it."""
        return np.asarray(np.asarray(x) >= self.value, dtype=np.float64)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the number in the shape of `z`."""
        return np.full(np.shape(z), self.value, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class LogNormal(_Scored):
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
        _require(np.isfinite(self.mean) and self.mean >= 0, "mean must be finite, >= 0", self.mean)
        _require_sd("log_sd", self.log_sd)

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
class LogitNormal(_Scored):
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
        _require(np.isfinite(self.location), "location must be finite", self.location)
        _require_sd("logit_sd", self.logit_sd)

    @classmethod
    def from_mean(cls, mean: float, logit_sd: float) -> Self:
        """Centre on a published share, so that the mean of the distribution is that share.

        Parameters
        ----------
        mean
            The published share, in (0, 1). For a share of exactly 0 or 1 use `Fixed`.
        logit_sd
            Standard deviation of the log odds (a grade), >= 0.
        """
        return cls(float(logit_normal_location(mean, logit_sd)), float(logit_sd))

    @classmethod
    def from_mean_sd(cls, mean: float, sd: float) -> Self:
        """Match a published share and its standard deviation exactly.

        Parameters
        ----------
        mean
            The share, in (0, 1).
        sd
            Its standard deviation, on the scale of the share.

        Warns
        -----
        PrecisionWarning
            If matching would need a logit sd above 1.4, beyond which the distribution piles up at
            both ends; 1.4 is used.
        """
        _require(0 < mean < 1, "mean must lie in (0, 1)", mean)
        return cls.from_mean(mean, float(logit_sd_from_cv(mean, sd / mean)))

    @property
    def mean(self) -> float:
        """Mean share, by quadrature."""
        return float(logit_normal_moments(self.location, self.logit_sd)[0])

    @property
    def sd(self) -> float:
        """Standard deviation of the share, by quadrature."""
        return float(logit_normal_moments(self.location, self.logit_sd)[1])

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a share of at most `x`."""
        x = np.clip(np.asarray(x, dtype=np.float64), 0, 1)
        if self.logit_sd == 0:
            return Fixed(float(expit(self.location))).cdf(x)
        return np.asarray(ndtr((logit(x) - self.location) / self.logit_sd))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the share at a standard normal score."""
        z = np.asarray(z, dtype=np.float64)
        return np.asarray(expit(self.location + self.logit_sd * z))


@dataclass(frozen=True, slots=True)
class Beta(_Scored):
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
        _require(np.isfinite(self.a) and self.a > 0, "a must be finite and > 0", self.a)
        _require(np.isfinite(self.b) and self.b > 0, "b must be finite and > 0", self.b)

    @classmethod
    def from_mean_sd(cls, mean: float, sd: float) -> Self:
        """Match a mean and a standard deviation.

        Parameters
        ----------
        mean
            The share, in (0, 1).
        sd
            Its standard deviation, > 0.

        Raises
        ------
        InputError
            If no beta distribution has them: the sd of a share with mean m is below sqrt(m(1-m)).
        """
        _require(0 < mean < 1, "mean must lie in (0, 1)", mean)
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

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a share of at most `x`."""
        return np.asarray(betainc(self.a, self.b, np.clip(x, 0, 1)))

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the share below which a part `u` of the distribution lies."""
        return np.asarray(betaincinv(self.a, self.b, np.asarray(u, dtype=np.float64)))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the share at a standard normal score."""
        return self.quantile(ndtr(np.asarray(z, dtype=np.float64)))


@dataclass(frozen=True, slots=True)
class NormalLogOdds(_Scored):
    r"""A log odds ratio :math:`\theta`, migrants against non-migrants.

    Parameters
    ----------
    mean
        Mean (and median) of :math:`\theta`; 0: migrants fare like their neighbours.
    sd
        Standard deviation of :math:`\theta`, >= 0.

    Examples
    --------
    >>> from gecam.uncertainty import NormalLogOdds
    >>> prior = NormalLogOdds.from_odds_ratios(0.5, 3.0)
    >>> round(prior.mean, 4), round(prior.sd, 4)
    (0.2027, 0.5447)
    >>> round(prior.median_odds_ratio, 2), round(prior.mean_odds_ratio, 2)
    (1.22, 1.42)
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _require(np.isfinite(self.mean), "mean must be finite", self.mean)
        _require_sd("sd", self.sd)

    @classmethod
    def from_median_odds_ratio(cls, median_odds_ratio: float, sd: float) -> Self:
        """Centre on an odds ratio > 0 that is as likely too high as too low."""
        _require(
            np.isfinite(median_odds_ratio) and median_odds_ratio > 0,
            "median_odds_ratio must be finite and > 0",
            median_odds_ratio,
        )
        return cls(float(np.log(median_odds_ratio)), float(sd))

    @classmethod
    def from_odds_ratios(cls, lower: float, upper: float, *, level: float = 0.9) -> Self:
        """Match a central interval of the odds ratio: `level` of the distribution lies in it."""
        _require(0 < lower <= upper < np.inf, "need 0 < lower <= upper", (lower, upper))
        _require(0 < level < 1, "level must lie in (0, 1)", level)
        half_width = float(ndtri((1 + level) / 2))
        low, high = np.log(lower), np.log(upper)
        return cls(float(low + high) / 2, float(high - low) / (2 * half_width))

    @property
    def median_odds_ratio(self) -> float:
        """Median of the odds ratio."""
        return float(np.exp(self.mean))

    @property
    def mean_odds_ratio(self) -> float:
        """Mean of the odds ratio; above the median, as the distribution of the ratio is skew."""
        return float(np.exp(self.mean + self.sd**2 / 2))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a log odds ratio of at most `x`."""
        if self.sd == 0:
            return Fixed(self.mean).cdf(x)
        return np.asarray(ndtr((np.asarray(x, dtype=np.float64) - self.mean) / self.sd))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the log odds ratio at a standard normal score."""
        return np.asarray(self.mean + self.sd * np.asarray(z, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Mixture(_Scored):
    """One of two quantities, it is not known which.

    Parameters
    ----------
    first, second
        The two quantities.
    weight
        Probability that the first one holds, in [0, 1].

    Notes
    -----
    The quantile function is that of the mixture, found by bisection between the quantiles of the
    two parts, which enclose it.

    Examples
    --------
    >>> from gecam.uncertainty import Fixed, Mixture
    >>> Mixture(Fixed(0.2), Fixed(0.4), 0.5).mean
    0.30000000000000004
    """

    first: Quantity
    second: Quantity
    weight: float

    def __post_init__(self) -> None:
        _require(0 <= self.weight <= 1, "weight must lie in [0, 1]", self.weight)

    @property
    def mean(self) -> float:
        """Weighted mean of the two means."""
        return self.weight * self.first.mean + (1 - self.weight) * self.second.mean

    @property
    def sd(self) -> float:
        """Standard deviation: within the two parts and between their means."""
        w, gap = self.weight, self.first.mean - self.second.mean
        within = w * self.first.sd**2 + (1 - w) * self.second.sd**2
        return float(np.sqrt(within + w * (1 - w) * gap**2))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of at most `x`."""
        return self.weight * self.first.cdf(x) + (1 - self.weight) * self.second.cdf(x)

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the smallest value whose cumulative probability reaches `u`."""
        u = np.asarray(u, dtype=np.float64)
        if self.weight in {0.0, 1.0}:
            return (self.first if self.weight == 1 else self.second).quantile(u)
        ends = self.first.quantile(u), self.second.quantile(u)
        low, high = np.minimum(*ends), np.maximum(*ends)
        high = np.where(self.cdf(low) >= u, low, high)
        for _ in range(60):  # halves the bracket to the spacing of floating-point numbers
            middle = (low + high) / 2
            reaches = self.cdf(middle) >= u
            high = np.where(reaches, middle, high)
            low = np.where(reaches, low, middle)
        return np.asarray(high)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the value at a standard normal score."""
        return self.quantile(ndtr(np.asarray(z, dtype=np.float64)))


def _require(is_true: bool | np.bool_, rule: str, got: object) -> None:
    if not is_true:
        raise InputError(f"{rule}: got {got}.")


def _require_sd(name: str, sd: float) -> None:
    _require(np.isfinite(sd) and sd >= 0, f"{name} must be finite and >= 0", sd)
