"""Coverage: how often intervals held the truth, with a confidence interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from gecam._signature import checked
from gecam._typing import ArrayLike, Probability
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.results import message


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often intervals held the truth.

    Parameters
    ----------
    level
        What the intervals promise: 0.9 for 90 % intervals.
    n, hits
        Intervals, and those that held the truth.
    n_below, n_above
        Truths that fell below and above their interval.
    lower, upper
        Clopper-Pearson interval of the true coverage.
    confidence
        Of that interval.
    """

    level: float
    n: int
    hits: int
    n_below: int
    n_above: int
    lower: float
    upper: float
    confidence: float

    @property
    def share(self) -> float:
        """Share of the intervals that held the truth."""
        return self.hits / self.n

    @property
    def is_consistent(self) -> bool:
        """Whether the promised level lies inside the interval of the true coverage."""
        return self.lower <= self.level <= self.upper

    def __str__(self) -> str:
        """Return one sentence with the figures a reader needs to judge it."""
        names = "level", "share", "confidence", "lower", "upper"
        percent = {name: 100 * getattr(self, name) for name in names}
        counts = {"hits": self.hits, "number": self.n, "below": self.n_below, "above": self.n_above}
        return str(message("COVERAGE", **percent, **counts))


@checked
def clopper_pearson(hits: int, n: int, *, confidence: Probability = 0.95) -> tuple[float, float]:
    r"""Return the exact (Clopper-Pearson) confidence interval of a proportion.

    Parameters
    ----------
    hits, n
        Numbers of successes and of trials, between ``0 <= hits <= n`` with ``n >= 1``.
    confidence
        Probability that the interval holds the proportion, at least; in (0, 1).

    Returns
    -------
    lower, upper : float
        Ends of the interval, in [0, 1].

    Raises
    ------
    InputError
        If `hits` is not in 0..n.

    Notes
    -----
    Quantiles of Beta(x, n-x+1) and Beta(x+1, n-x) [1]_. It holds the true proportion *at least* so
    often: it is wide for small n, on purpose.

    References
    ----------
    .. [1] Clopper & Pearson (1934). The use of confidence or fiducial limits illustrated in the
       case of the binomial. *Biometrika* 26: 404-413.

    Examples
    --------
    >>> from gecam.evaluation import clopper_pearson
    >>> [round(end, 4) for end in clopper_pearson(81, 263)]
    [0.2527, 0.3676]
    """
    if not 0 <= hits <= n or n < 1:
        raise InputError(f"hits must lie in 0..n with n >= 1: got {hits} of {n}")
    tail = (1 - confidence) / 2
    lower = 0.0 if hits == 0 else float(special.betaincinv(hits, n - hits + 1, tail))
    upper = 1.0 if hits == n else float(special.betaincinv(hits + 1, n - hits, 1 - tail))
    return lower, upper


@checked
def coverage(
    observed: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    level: Probability,
    confidence: Probability = 0.95,
) -> Coverage:
    """Count how often intervals held the truth.

    Parameters
    ----------
    observed
        What came true. Any shape; all cases are pooled.
    lower, upper
        Ends of the intervals (closed), same shape.
    level
        What the intervals promise, in (0, 1).
    confidence
        Confidence of the Clopper-Pearson interval of the true coverage, in (0, 1).

    Returns
    -------
    Coverage
        Counts, share, and its interval.

    Raises
    ------
    InputError
        If there are no cases, a value is not finite, or an interval is reversed.

    Notes
    -----
    The Clopper-Pearson interval takes the cases as independent. Countries that share an odds ratio
    or a revision are not: the true coverage is then less certain than the interval says.

    References
    ----------
    .. [1] Clopper & Pearson (1934). The use of confidence or fiducial limits illustrated in the case
       of the binomial. *Biometrika* 26: 404-413.

    Examples
    --------
    >>> from gecam.evaluation import coverage
    >>> print(coverage([1.0, 2.0, 9.0], [0.0, 0.0, 0.0], [5.0, 5.0, 5.0], level=0.9))
    2 of 3 intervals of 90 % held the truth (66.7 %; 95 % confidence 9.4 to 99.2 %); 0 below, 1
    above
    """
    y, low, high = np.broadcast_arrays(
        finite(observed, "observed"), finite(lower, "lower"), finite(upper, "upper")
    )
    if y.size == 0:
        raise InputError("coverage needs at least one case: got none")
    if np.any(low > high):
        raise InputError("lower must not exceed upper: at least one interval is reversed")
    n_below, n_above = int(np.sum(y < low)), int(np.sum(y > high))
    hits = y.size - n_below - n_above
    ends = clopper_pearson(hits, y.size, confidence=confidence)
    return Coverage(level, y.size, hits, n_below, n_above, *ends, confidence)


@checked
def coverage_interval(
    n: int, *, level: Probability, confidence: Probability = 0.95
) -> tuple[float, float]:
    """Return the range of observed coverage that correct intervals give with some probability.

    Parameters
    ----------
    n
        Number of independent intervals, at least 1.
    level
        Coverage of correct intervals, in (0, 1).
    confidence
        Probability of the band, at least; in (0, 1).

    Returns
    -------
    lower, upper : float
        Shares of hits, multiples of 1/n, by binomial quantiles.

    Raises
    ------
    InputError
        If `n`, `level` or `confidence` is out of range.

    Examples
    --------
    >>> from gecam.evaluation import coverage_interval
    >>> coverage_interval(1000, level=0.9)
    (0.881, 0.918)
    """
    if n < 1:
        raise InputError(f"n must be at least 1: got {n}")
    tail = (1 - confidence) / 2
    at_most = special.bdtr(np.arange(n + 1, dtype=np.float64), n, level)
    # The smallest x with P(X <= x) >= q; rounding in the last digits must not move it.
    ends = (int(np.searchsorted(at_most, q * (1 - 1e-12))) for q in (tail, 1 - tail))
    lower, upper = (min(end, n) / n for end in ends)
    return lower, upper
