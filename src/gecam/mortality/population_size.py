"""An estimated number of units, seen and unseen, and the interval around it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log1p, sqrt
from typing import Literal

from scipy.special import ndtri

UnseenIntervalKind = Literal["lognormal", "wald"]


@dataclass(frozen=True, slots=True)
class PopulationSize:
    """A number of units (incidents, deaths, people), seen and unseen, with its interval.

    Parameters
    ----------
    observed
        Units that were seen by at least one source.
    estimate
        Estimated number of all units, >= `observed`.
    lower, upper
        Ends of the interval; `upper` is infinite where the data set no upper bound.
    se
        Standard error of `estimate`; infinite where the data carry none.
    level
        Probability content of the interval, such as 0.9.
    method
        Name of the estimator.
    flags
        Short stable words about what limits the estimate, such as ``"NO_OVERLAP"``.
    """

    observed: int
    estimate: float
    lower: float
    upper: float
    se: float
    level: float
    method: str
    flags: tuple[str, ...] = ()

    @property
    def unseen(self) -> float:
        """Estimated number of units that no source saw."""
        return self.estimate - self.observed

    def __str__(self) -> str:
        """Return the estimate and its interval in one line."""
        return (
            f"{self.estimate:,.0f} ({100 * self.level:.0f}%: {self.lower:,.0f}-{self.upper:,.0f}; "
            f"{self.observed:,} observed; {self.method})"
        )


def normal_quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability `level`."""
    return float(ndtri((1 + level) / 2))


def unseen_interval(
    observed: float,
    unseen: float,
    se: float,
    *,
    level: float,
    kind: UnseenIntervalKind = "lognormal",
) -> tuple[float, float]:
    r"""Return an interval for observed + unseen.

    Notes
    -----
    ``lognormal`` treats the number unseen as log-normal (Chao 1987), so that the interval never
    falls below what was seen and leans to the right:
    :math:`n + f_0 / C,\; n + f_0 C` with :math:`C = \exp\{z \sqrt{\log(1 + s^2 / f_0^2)}\}`.
    ``wald`` is the symmetrical interval, kept to compare with older publications.
    """
    z = normal_quantile(level)
    if kind == "wald":
        return observed + unseen - z * se, observed + unseen + z * se
    if unseen <= 0:
        return observed + unseen, observed + unseen
    if se == inf:
        return observed, inf
    factor = exp(z * sqrt(log1p((se / unseen) ** 2)))
    return observed + unseen / factor, observed + unseen * factor
