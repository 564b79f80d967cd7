"""Uncertain shares, between 0 and 1, with a beta distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betainc, betaincinv, ndtr

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty.quantities import Scored, require


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
