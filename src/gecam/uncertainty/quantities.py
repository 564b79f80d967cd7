"""Uncertain quantities, each centred so that its mean is the published figure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtri

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


def require(is_true: bool | np.bool_, rule: str, got: object) -> None:
    """Raise the rule with what was got, unless it holds."""
    if not is_true:
        raise InputError(f"{rule}: got {got}.")


def require_sd(name: str, sd: float) -> None:
    """Require a standard deviation."""
    require(np.isfinite(sd) and sd >= 0, f"{name} must be finite and >= 0", sd)
