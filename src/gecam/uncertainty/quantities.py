"""Uncertain quantities, each centred so that its mean is the published figure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Probability
from gecam.errors import InputError
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


class Scored(ABC):
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
class Fixed(Scored):
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
        require(np.isfinite(self.value), "value must be finite", self.value)

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
class NormalLogOdds(Scored):
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
        require(np.isfinite(self.mean), "mean must be finite", self.mean)
        require_sd("sd", self.sd)

    @classmethod
    @checked
    def from_odds_ratios(cls, lower: float, upper: float, *, level: Probability = 0.9) -> Self:
        """Match a central interval of the odds ratio: `level` of the distribution lies in it."""
        require(0 < lower <= upper < np.inf, "need 0 < lower <= upper", (lower, upper))
        require(0 < level < 1, "level must lie in (0, 1)", level)
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
        with np.errstate(over="ignore"):  # a score of infinity is meant
            return np.asarray(ndtr((np.asarray(x, dtype=np.float64) - self.mean) / self.sd))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the log odds ratio at a standard normal score."""
        return np.asarray(self.mean + self.sd * np.asarray(z, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Mixture(Scored):
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
        require(0 <= self.weight <= 1, "weight must lie in [0, 1]", self.weight)

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


def require(is_true: bool | np.bool_, rule: str, got: object) -> None:
    """Raise the rule with what was got, unless it holds."""
    if not is_true:
        raise InputError(f"{rule}: got {got}.")


def require_sd(name: str, sd: float) -> None:
    """Require a standard deviation."""
    require(np.isfinite(sd) and sd >= 0, f"{name} must be finite and >= 0", sd)
