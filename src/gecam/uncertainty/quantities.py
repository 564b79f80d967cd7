"""Uncertain quantities, each centred so that its mean is the published figure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty.score_tables import TwoNormals
from gecam.uncertainty.streams import Streams


class Quantity(Protocol):
    """An uncertain number: a distribution with its mean, quantiles and draws.

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
        """Draw the quantity; see `gecam.uncertainty.Streams` for what is promised.

        Parameters
        ----------
        streams
            Keyed streams of the run, which give the same draws by any worker and in any order.
        input_id
            Name of the uncertain input: ``"stock/undesa-ims-2020/SDN"``.
        component
            Name of the part of the input that is drawn: ``"total"``.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Shape ``(stop - start,)``, in the unit of the quantity.
        """


class ScalableQuantity(Quantity, Protocol):
    """A quantity that can be multiplied by a factor and stays of its family."""

    def times(self, factor: float) -> ScalableQuantity:
        """Return the quantity of the same spread whose mean is that of this one times a factor."""


class Scored(ABC):
    """Base of quantities: quantiles and draws through the standard normal score."""

    __slots__ = ()

    @abstractmethod
    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the value at a standard normal score; same shape as `z`."""

    @abstractmethod
    def times(self, factor: float) -> ScalableQuantity:
        """Return the quantity of the same spread whose mean is that of this one times a factor."""

    def log_normal(self) -> tuple[float, float] | None:
        """Return mean and standard deviation of the logarithm if it is normal; None, the default."""
        return None

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

    def times(self, factor: float) -> Fixed:
        """Return another number, `factor` times this one."""
        return Fixed(self.value * factor)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the number in the shape of `z`."""
        return np.full(np.shape(z), self.value, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Mixture(Scored):
    """Mixture of two quantities: one of them holds, with a stated probability.

    Parameters
    ----------
    first, second
        The two quantities.
    weight
        Probability that the first one holds, in [0, 1].

    Notes
    -----
    Quantiles of two lognormal counts are read from a table of scores, to a relative 2e-12. Others, and
    those between two counts far apart, where a table would err by more, are solved by bisection
    between those of the two parts.

    Examples
    --------
    >>> from gecam.uncertainty import Fixed, Mixture
    >>> Mixture(Fixed(0.2), Fixed(0.4), 0.5).mean
    0.30000000000000004
    """

    first: ScalableQuantity
    second: ScalableQuantity
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

    def times(self, factor: float) -> Mixture:
        """Return the mixture of both quantities times a factor."""
        return Mixture(self.first.times(factor), self.second.times(factor), self.weight)

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the smallest value whose cumulative probability reaches `u`."""
        u = np.asarray(u, dtype=np.float64)
        return self._at(ndtri(u), u) if self._only is None else self._only.quantile(u)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the value at a standard normal score."""
        z = np.asarray(z, dtype=np.float64)
        return self._at(z, ndtr(z)) if self._only is None else self._only.at_score(z)

    @property
    def _only(self) -> Quantity | None:
        """The quantity that certainly holds; None where either may."""
        return {0.0: self.second, 1.0: self.first}.get(self.weight)

    def _at(self, z: FloatArray, u: FloatArray) -> FloatArray:
        """Return the quantile at scores, with their probabilities; each depends on its score alone."""
        logs = _logs_of(self)
        if logs is None:
            return _bisected(self, z, u)
        with np.errstate(all="ignore"):  # what is not solved is asked below
            x = np.exp(logs.at(z.reshape(-1))).reshape(z.shape)
        if (is_left := np.isnan(x)).any():
            x[is_left] = _bisected(self, z[is_left], u[is_left])
        return x


def _bisected(mixture: Mixture, z: FloatArray, u: FloatArray) -> FloatArray:
    """Return the quantile to the last bit, between those of the two parts, which enclose it."""
    ends = mixture.first.at_score(z), mixture.second.at_score(z)
    low, high = np.minimum(*ends), np.maximum(*ends)
    high = np.where(mixture.cdf(low) >= u, low, high)
    while True:
        middle = (low + high) / 2
        if not ((low < middle) & (middle < high)).any():  # no number is left between
            return np.asarray(high)
        reaches = mixture.cdf(middle) >= u
        high = np.where(reaches, middle, high)
        low = np.where(reaches, low, middle)


@lru_cache(maxsize=256)
def _logs_of(mixture: Mixture) -> TwoNormals | None:
    """Return the logarithms of a mixture of two lognormal counts; None for other quantities."""
    parts = [part for part in (mixture.first, mixture.second) if isinstance(part, Scored)]
    normal = [logs for part in parts if (logs := part.log_normal()) is not None]
    return TwoNormals.of(normal, mixture.weight) if len(normal) == 2 else None


def require(is_true: bool | np.bool_, rule: str, got: object) -> None:
    """Raise the rule with what was got, unless it holds."""
    if not is_true:
        raise InputError(f"{rule}: got {got}.")


def require_sd(name: str, sd: float) -> None:
    """Require a standard deviation."""
    require(np.isfinite(sd) and sd >= 0, f"{name} must be finite and >= 0", sd)
