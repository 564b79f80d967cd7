"""Predictive distribution of an odds ratio, and the prior that stands for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from gecam._signature import checked
from gecam._typing import FloatArray, Positive, Probability
from gecam.model import OddsRatioPrior
from gecam.uncertainty import DEFAULT_LEVEL


@dataclass(frozen=True, slots=True, eq=False)
class OddsRatioDistribution:
    """Predictive distribution of an odds ratio: a mixture of log-normals.

    Parameters
    ----------
    weight
        Weights of the components; they sum to 1. Shape ``(component,)``.
    mean, sd
        Of the logarithm, by component. Shape ``(component,)``.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    @checked
    def cdf(self, odds_ratio: Positive) -> float:
        """Return the probability of an odds ratio of at most `odds_ratio` (> 0)."""
        return self._cdf(float(np.log(odds_ratio)))

    def _cdf(self, log_ratio: float) -> float:
        return float(self.weight @ ndtr((log_ratio - self.mean) / self.sd))

    @checked
    def quantile(self, q: Probability) -> float:
        """Return the odds ratio below which the distribution has probability `q`, in (0, 1)."""
        from scipy.optimize import brentq

        low = float(np.min(self.mean - 40 * self.sd))
        high = float(np.max(self.mean + 40 * self.sd))
        return float(np.exp(brentq(lambda x: self._cdf(x) - q, low, high, xtol=1e-12)))

    @property
    def median(self) -> float:
        """Median odds ratio."""
        return self.quantile(0.5)

    @checked
    def interval(self, level: Probability = DEFAULT_LEVEL) -> tuple[float, float]:
        """Return the central interval of probability `level`, in (0, 1)."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    @checked
    def log_density(self, odds_ratio: Positive) -> float:
        """Return the log density of the *logarithm* of the odds ratio at `odds_ratio` (> 0)."""
        z = (np.log(odds_ratio) - self.mean) / self.sd
        parts = np.log(self.weight) - 0.5 * z**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi)
        return float(np.logaddexp.reduce(parts))

    def prior(self, weights: tuple[float, float, float]) -> OddsRatioPrior:
        """Return the prior with the same median, 90 % interval, and width of the 99 % interval.

        Parameters
        ----------
        weights
            Shares of the variance: of all countries, of a type, own; they sum to 1.

        Returns
        -------
        OddsRatioPrior
        """
        from scipy.optimize import brentq

        low, high = self.interval(0.9)
        far_low, far_high = self.interval(0.99)
        wanted = np.log(far_high / far_low) / np.log(high / low)

        def gap(log_degrees: float) -> float:
            degrees = np.exp(log_degrees)
            return float(stdtrit(degrees, 0.995) / stdtrit(degrees, 0.95) - wanted)

        ends = np.log([2.0, 1000.0])
        degrees = float(np.exp(brentq(gap, *ends))) if gap(ends[0]) > 0 > gap(ends[1]) else np.inf
        return OddsRatioPrior(
            median=self.median, lower=low, upper=high, degrees=degrees, weights=weights
        )

    def __repr__(self) -> str:
        """Return one line."""
        low, high = self.interval()
        return f"OddsRatioDistribution({self.median:.2f}, 90 % {low:.2f} to {high:.2f})"
