"""Uncertain quantities, each centred so that its mean is the published figure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
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


class Scored(ABC):
    """Base of quantities: quantiles and draws through the standard normal score."""

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
            if not ((low < middle) & (middle < high)).any():  # no number is left between
                break
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
