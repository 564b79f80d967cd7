"""Undercount: people present, given a count with incomplete coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betainc, betaincinv, ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty import Beta, Streams


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

        Returns
        -------
        Undercount
            With coverage 1 - u of that mean and standard deviation.

        Raises
        ------
        InputError
            If no beta distribution has them, or the mean number of people present is infinite.
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
        """Draw the factor from people counted to people present.

        Parameters
        ----------
        streams
            Keyed streams of the run, which give the same draws by any worker and in any order.
        input_id
            Name of the uncertain input: ``"stock/undesa-ims-2020/SDN"``.
        component
            Name of the part of the input that is drawn: ``"missed"``.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Factors, > 1; shape ``(stop - start,)``.
        """
        return self.at_score(streams.normal(input_id, component, start, stop))
