"""Undercount: what a count with incomplete coverage says about the people who are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betainc, betaincinv, ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty import Beta, LogNormal, Streams


@dataclass(frozen=True, slots=True)
class Undercount:
    r"""The factor from people counted to people present, when a share u is missed.

    Parameters
    ----------
    a, b
        Shapes of :math:`u \sim \mathrm{Beta}(a, b)`, > 0, so that coverage 1 - u is Beta(b, a).
        Above 1, b makes the mean of the factor finite; above 2, its variance.

    Raises
    ------
    InputError
        If b is not above 1: the mean number of people present would be infinite.

    Notes
    -----
    People present are :math:`N = y/(1-u)`, and

    .. math:: E\Bigl[\frac1{1-u}\Bigr] = \frac{a+b-1}{b-1}, \qquad
              E\Bigl[\frac1{(1-u)^2}\Bigr] = \frac{(a+b-1)(a+b-2)}{(b-1)(b-2)} .

    The mean of u is never plugged in: :math:`1/(1 - E[u])` is too small (Jensen). Beta(1, 4) gives
    1.3333 against a plug-in of 1.25. There is no default: how many people a count misses must come
    from a post-enumeration survey, a coverage study or an expert, and be given.

    Examples
    --------
    >>> from gecam.estimation.methods.undercount import Undercount
    >>> factor = Undercount(1, 4)
    >>> round(factor.mean, 4), round(factor.sd, 4)
    (1.3333, 0.4714)
    >>> factor.quantile([0.05, 0.5, 0.95]).round(3)
    array([1.013, 1.189, 2.115])
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        if not (0 < self.a < np.inf and 0 < self.b < np.inf):
            raise InputError(f"undercount shapes must be finite and > 0: got {self.a}, {self.b}")
        if self.b <= 1:
            raise InputError(
                f"undercount Beta(a, b) needs b > 1: got b = {self.b:g}. So much weight on near "
                "total undercount makes the mean number of people present infinite."
            )

    @classmethod
    def from_coverage(cls, mean: float, sd: float) -> Self:
        """Match mean and standard deviation of the share covered, 1 - u.

        Parameters
        ----------
        mean, sd
            Of the share of people present that the count covers; mean in (0, 1).
        """
        coverage = Beta.from_mean_sd(mean, sd)
        return cls(coverage.b, coverage.a)

    @property
    def mean(self) -> float:
        """Mean factor, (a + b - 1) / (b - 1)."""
        return (self.a + self.b - 1) / (self.b - 1)

    @property
    def sd(self) -> float:
        """Standard deviation of the factor; infinite for b <= 2."""
        if self.b <= 2:
            return float(np.inf)
        square = self.mean * (self.a + self.b - 2) / (self.b - 2)
        return float(np.sqrt(square - self.mean**2))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a factor of at most `x`."""
        coverage = 1 / np.maximum(np.asarray(x, dtype=np.float64), 1.0)
        return np.asarray(1 - betainc(self.b, self.a, coverage))

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the factor below which a part `u`, in (0, 1), of the distribution lies."""
        return np.asarray(1 / betaincinv(self.b, self.a, 1 - np.asarray(u, dtype=np.float64)))

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the factor at a standard normal score."""
        return np.asarray(1 / betaincinv(self.b, self.a, ndtr(-np.asarray(z, dtype=np.float64))))

    def draws(
        self, streams: Streams, input_id: str, component: str, start: int, stop: int
    ) -> FloatArray:
        """Return draws number `start` to `stop` - 1 of a stream; shape ``(stop - start,)``."""
        return self.at_score(streams.normal(input_id, component, start, stop))


@dataclass(frozen=True, slots=True)
class CountedPeople:
    r"""People present, from a count with noise and undercount; the two errors are independent.

    Parameters
    ----------
    counted
        People counted, as published.
    undercount
        The share missed.
    log_sd
        Noise of the count itself on the log scale: the class of the source, >= 0.

    Notes
    -----
    :math:`N = Y F` with :math:`E[Y]` the published count, F the undercount factor:
    :math:`E[N] = E[Y]\,E[F]` and :math:`1 + cv_N^2 = (1 + cv_Y^2)(1 + cv_F^2)`. The correction is a
    step of its own (`correction`, people added), never a by-product of a skew distribution.

    Examples
    --------
    Displacement tracking found 234,669 migrants, and is thought to reach 80 % of them:

    >>> from gecam.estimation.methods.undercount import CountedPeople, Undercount
    >>> people = CountedPeople(234_669, Undercount.from_coverage(0.8, 0.1), log_sd=0.1)
    >>> round(people.mean), round(people.correction), round(people.sd)
    (298670, 64001, 53172)
    """

    counted: float
    undercount: Undercount
    log_sd: float = 0.0

    def __post_init__(self) -> None:
        LogNormal(self.counted, self.log_sd)  # checks both

    @property
    def mean(self) -> float:
        """Mean number of people present."""
        return self.counted * self.undercount.mean

    @property
    def correction(self) -> float:
        """People added to the published count, on average."""
        return self.mean - self.counted

    @property
    def sd(self) -> float:
        """Standard deviation in people; infinite where that of the factor is."""
        if self.counted == 0:
            return 0.0
        noise = np.expm1(self.log_sd**2)
        factor = (self.undercount.sd / self.undercount.mean) ** 2
        return float(self.mean * np.sqrt(noise + factor + noise * factor))

    def draws(self, streams: Streams, input_id: str, start: int, stop: int) -> FloatArray:
        """Return draws of people present; shape ``(stop - start,)``.

        The count draws from component ``"count"`` and the undercount from ``"undercount"``.
        """
        count = LogNormal(self.counted, self.log_sd).draws(streams, input_id, "count", start, stop)
        return count * self.undercount.draws(streams, input_id, "undercount", start, stop)
