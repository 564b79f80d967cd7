"""Mixtures of two quantities, of which it is not known which one holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import ArrayLike, FloatArray
from gecam.uncertainty.counts import LogNormal
from gecam.uncertainty.quantities import Quantity, ScalableQuantity, Scored, require
from gecam.uncertainty.score_tables import REACH, ScoreTable

NEAR = 1e-12  # of a value: largest error of a table in the middle of a cell
STARTS = 500  # values between which Newton's method starts
NEWTON_STEPS = 3


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
        is_left = np.isnan(x)
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
def _logs_of(mixture: Mixture) -> _Logs | None:
    """Return the logarithms of a mixture of two lognormal counts; None for other quantities."""
    parts = (mixture.first, mixture.second)
    counts = [part for part in parts if isinstance(part, LogNormal) and part.mean * part.log_sd > 0]
    if len(counts) < len(parts):
        return None
    mean, sd = np.array([(count.mean, count.log_sd) for count in counts]).T[:, :, None]
    return _Logs(np.log(mean) - sd**2 / 2, sd, np.array([[mixture.weight], [1 - mixture.weight]]))


@dataclass(frozen=True, eq=False)
class _Logs:
    """The logarithm of one of two lognormal counts; fields of shape ``(2, 1)``."""

    centre: FloatArray
    sd: FloatArray
    weight: FloatArray

    def at(self, z: FloatArray) -> FloatArray:
        """Return the quantiles at scores, shape ``(draw,)``; NaN where they are not solved."""
        y = self.table.at(z)
        is_left = np.isnan(y)
        y[is_left] = self.solved(z[is_left])
        y[np.abs(z) > REACH] = np.nan
        return y

    @cached_property
    def table(self) -> ScoreTable:
        """A table of quantiles, with NaN in cells in whose middle it errs by `NEAR` or more."""
        nodes = ScoreTable.nodes()
        y = self.solved(nodes)
        table = ScoreTable.of(y, *self.scores(y)[1:])
        middle = (nodes[:-1] + nodes[1:]) / 2
        z, slope, _ = self.scores(table.at(middle))
        is_near = np.abs((middle - z) * slope) < NEAR
        return ScoreTable(np.where(is_near, table.coefficients, np.nan))

    @cached_property
    def starts(self) -> tuple[FloatArray, FloatArray]:
        """Scores and values, evenly spaced, between which Newton's method starts."""
        ends = self.centre + REACH * np.array([-1, 1]) * self.sd
        y = np.linspace(ends.min(), ends.max(), STARTS)
        return self.scores(y)[0], y

    def solved(self, z: FloatArray) -> FloatArray:
        """Return the quantiles at scores by Newton's method; NaN where it does not arrive."""
        y, step = np.interp(z, *self.starts), np.zeros_like(z)
        for _ in range(NEWTON_STEPS):
            score, slope, _ = self.scores(y)
            step = (z - score) * slope
            y += step
        return np.where(np.abs(step) < NEAR, y, np.nan)

    def scores(self, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        r"""Return the scores z of logarithms y, and the first two derivatives of y in z.

        With the density f of y, :math:`y' = \varphi(z)/f(y)` and :math:`y'' = -y'(z + y' f'(y)/f(y))`.
        """
        t = (y - self.centre) / self.sd
        below, above = (self.weight * ndtr([t, -t])).sum(axis=1)
        z = np.where(below < above, 1.0, -1.0) * ndtri(np.minimum(below, above))
        densities = self.weight / self.sd * np.exp(-t * t / 2)
        density, change = densities.sum(axis=0), -(densities * t / self.sd).sum(axis=0)
        slope = np.exp(-z * z / 2) / density
        return z, slope, -slope * (z + slope * change / density)
