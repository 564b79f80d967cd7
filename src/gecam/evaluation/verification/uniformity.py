r"""Tests whether ranks or probability integral transforms are uniform.

Two tests are pooled: Pearson's on bins sees clumps, the ECDF envelope of Säilynoja et al. (2022)
sees bias and wrong width. The envelope is exact here: counts of uniform values below a grid are a
Poisson process conditioned on its total, so the probability of staying inside any band is one pass
of convolutions, without simulation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, IntArray, PositiveInt, Probability
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.results import message

GRID = 100  # points of the ECDF, at most
PER_BIN = 5  # expected per bin, at least: below that the chi-square limit is not trusted
MIN_BINS = 4


@dataclass(frozen=True, slots=True, eq=False)
class UniformityTest:
    """Whether values in [0, 1] are uniform.

    Parameters
    ----------
    n
        Values.
    level
        Probability of rejecting uniform values, for both tests together.
    chi2_p, ecdf_p
        p-values of the tests; `chi2_p` is NaN where n is too small for bins.
    counts
        Values by bin; empty where n is too small.
    grid, difference
        Points in (0, 1), and ECDF minus the uniform there.
    lower, upper
        Envelope of `difference`, which uniform values leave anywhere with probability `level`
        divided by the number of tests made.
    mean_z, variance_z
        Mean and variance of the values against 1/2 and 1/12, in standard errors.
    """

    n: int
    level: float
    chi2_p: float
    ecdf_p: float
    counts: IntArray
    grid: FloatArray
    difference: FloatArray
    lower: FloatArray
    upper: FloatArray
    mean_z: float
    variance_z: float

    @property
    def p_value(self) -> float:
        """Pooled p-value (Bonferroni over the tests that were made)."""
        p_values = [p for p in (self.chi2_p, self.ecdf_p) if not math.isnan(p)]
        return min(1.0, len(p_values) * min(p_values))

    @property
    def is_uniform(self) -> bool:
        """Whether uniformity is *not* rejected at `level`."""
        return self.p_value > self.level

    @property
    def shape(self) -> str:
        """What the deviation looks like, in plain words."""
        if abs(self.variance_z) >= abs(self.mean_z):
            return str(message("SHAPE_NARROW" if self.variance_z > 0 else "SHAPE_WIDE"))
        return str(message("SHAPE_LOW" if self.mean_z > 0 else "SHAPE_HIGH"))


@checked
def uniformity_test(
    values: ArrayLike,
    *,
    n_ranks: PositiveInt | None = None,
    bins: PositiveInt = 20,
    level: Probability = 0.05,
) -> UniformityTest:
    r"""Test whether ranks or probability integral transforms are uniform.

    Parameters
    ----------
    values
        Values in [0, 1]; or integer ranks 0 .. ``n_ranks - 1``. Independent. At least 2.
    n_ranks
        Number of possible ranks (posterior draws + 1); None for continuous values.
    bins
        Number of bins of the chi-square test, 20 by default; fewer are used where fewer than 5
        values would be expected in each, and none below 20 values.
    level
        Family-wise level of the two tests together, in (0, 1).

    Returns
    -------
    UniformityTest
        p-values, the ECDF difference with its envelope, and the shape of the deviation.

    Raises
    ------
    InputError
        If values lie outside their range or there are fewer than 2.

    Notes
    -----
    Let :math:`x_i` of n values lie at or below :math:`z_i`. Each count is binomial; with :math:`p_i
    = 2\min(P(X\le x_i), P(X\ge x_i))` the statistic is :math:`\min_i p_i`, and its p-value is the
    exact probability that any count of uniform values is as extreme. The envelope of [1]_ is the
    set of counts that this test accepts.

    References
    ----------
    .. [1] Säilynoja, Bürkner & Vehtari (2022). Graphical test for discrete uniformity and its
       applications in goodness-of-fit evaluation and multiple sample comparison. *Statistics and
       Computing* 32: 32.

    Examples
    --------
    >>> from gecam.evaluation import uniformity_test
    >>> uniformity_test(np.linspace(0.005, 0.995, 100)).is_uniform
    True
    >>> test = uniformity_test(np.linspace(0.3, 0.7, 100))
    >>> test.is_uniform, test.shape
    (False, 'too wide: the truth falls into the middle too often')
    """
    u = np.sort(finite(values, "values").ravel())
    top = 1 if n_ranks is None else n_ranks - 1
    if u.size < 2 or u[0] < 0 or u[-1] > top:
        raise InputError(f"values must be at least 2 numbers in [0, {top}]: got {u.size} values")
    n = u.size
    if n_ranks is None:
        cells = GRID
    else:
        cells = n_ranks
        u = (u + 0.5) / n_ranks  # a rank belongs wholly to one cell of width 1 / n_ranks
    grid = _edges(cells, GRID)[1:-1]
    below = np.searchsorted(u, grid, side="right")
    chi2_p, counts = _chi_square(u, _edges(cells if n_ranks else bins, min(bins, n // PER_BIN)))
    low, high = ecdf_envelope(n, tuple(grid), level=level / (2 if counts.size else 1))
    return UniformityTest(
        n=n,
        level=level,
        chi2_p=chi2_p,
        ecdf_p=_ecdf_p_value(below, n, grid),
        counts=counts,
        grid=grid,
        difference=below / n - grid,
        lower=low / n - grid,
        upper=high / n - grid,
        mean_z=float((u.mean() - 0.5) * math.sqrt(12 * n)),
        variance_z=float((np.mean((u - 0.5) ** 2) - 1 / 12) * math.sqrt(180 * n)),
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values for the number of tests (Holm's step-down method [1]_).

    Parameters
    ----------
    p_values
        One per test, in [0, 1].

    Returns
    -------
    tuple of float
        Adjusted p-values in the same order; rejecting those at or below a level keeps the
        probability of any false rejection at that level, whatever the dependence.

    References
    ----------
    .. [1] Holm (1979). A simple sequentially rejective multiple test procedure. *Scandinavian
       Journal of Statistics* 6: 65-70.

    Examples
    --------
    >>> from gecam.evaluation import holm
    >>> holm([0.01, 0.04, 0.5])
    (0.03, 0.08, 0.5)
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1.0)
    return tuple(float(value) for value in adjusted)


@lru_cache(maxsize=32)
def ecdf_envelope(n: int, grid: tuple[float, ...], *, level: float) -> tuple[IntArray, IntArray]:
    """Return the simultaneous band of counts of `n` uniform values at or below the grid points.

    Parameters
    ----------
    n
        Uniform values.
    grid
        Increasing points in (0, 1).
    level
        Probability, at most, that any count leaves the band.

    Returns
    -------
    lower, upper : ndarray
        Smallest and largest accepted count at each grid point.

    Examples
    --------
    >>> from gecam.evaluation.verification.uniformity import ecdf_envelope
    >>> ecdf_envelope(20, (0.25, 0.5, 0.75), level=0.05)
    (array([ 1,  5, 11]), array([ 9, 15, 19]))
    """
    table = _PointwiseTable(n, np.asarray(grid))
    low, high = math.log(level) - 20, math.log(level)
    for _ in range(40):  # to 2e-11 in log(gamma): far below the steps of a discrete statistic
        middle = (low + high) / 2
        if table.exit_probability(math.exp(middle)) <= level:
            low = middle
        else:
            high = middle
    return table.band(math.exp(low))


class _PointwiseTable:
    """Two-sided binomial p-values of every plausible count at every grid point."""

    def __init__(self, n: int, grid: FloatArray) -> None:
        self.n, self.grid = n, grid
        reach = math.ceil(5 * math.sqrt(n)) + 1  # at least 10 standard deviations
        first = np.maximum(np.floor(n * grid).astype(np.int64) - reach, 0)
        self.counts = np.minimum(first[:, None] + np.arange(2 * reach + 2), n)
        self.p_values = self.at(self.counts, grid[:, None])

    def at(self, counts: IntArray, grid: FloatArray) -> FloatArray:
        """Return two-sided p-values of counts at or below grid points."""
        x = counts.astype(np.float64)
        at_most = special.bdtr(x, self.n, grid)
        at_least = special.bdtrc(x - 1, self.n, grid)
        return np.asarray(2 * np.minimum(at_most, at_least))

    def band(self, gamma: float) -> tuple[IntArray, IntArray]:
        """Return the smallest and the largest count with a p-value above `gamma`."""
        # Two counts that are equally extreme differ in the last digits.
        inside = self.p_values > gamma * (1 + 1e-9)
        rows = np.arange(self.grid.size)
        last = inside.shape[1] - 1 - np.argmax(inside[:, ::-1], axis=1)
        return self.counts[rows, np.argmax(inside, axis=1)], self.counts[rows, last]

    def exit_probability(self, gamma: float) -> float:
        """Return the probability that any count of uniform values has a p-value up to `gamma`."""
        if np.any(self.p_values.max(axis=1) <= gamma * (1 + 1e-9)):
            return 1.0  # nothing is inside: the least extreme count is as extreme
        lows, highs = self.band(gamma)
        rates = self.n * np.diff(self.grid, prepend=0.0, append=1.0)
        state, start = np.ones(1), 0
        for low, high, rate in zip(lows, highs, rates[:-1], strict=True):
            jumps = _poisson(np.arange(high - start + 1), rate)
            reached = np.convolve(state, jumps)
            state, start = reached[low - start : high - start + 1], low
        rest = self.n - start - np.arange(state.size)
        total = _poisson(np.array([self.n]), self.n)[0]
        return float(1 - state @ _poisson(rest, rates[-1]) / total)


def _poisson(counts: IntArray, rate: float) -> FloatArray:
    return np.asarray(np.exp(special.xlogy(counts, rate) - rate - special.gammaln(counts + 1)))


def _ecdf_p_value(below: IntArray, n: int, grid: FloatArray) -> float:
    table = _PointwiseTable(n, grid)
    return max(0.0, table.exit_probability(float(table.at(below, grid).min())))


def _edges(cells: int, at_most: int) -> FloatArray:
    """Edges of at most `at_most` groups of `cells` equal cells, as equal as whole cells allow."""
    groups = max(1, min(cells, at_most))
    return np.round(np.arange(groups + 1) * cells / groups) / cells


def _chi_square(u: FloatArray, edges: FloatArray) -> tuple[float, IntArray]:
    if edges.size - 1 < MIN_BINS:
        return math.nan, np.zeros(0, dtype=np.int64)
    counts = np.histogram(u, edges)[0].astype(np.int64)
    expected = u.size * np.diff(edges)
    statistic = float(np.sum((counts - expected) ** 2 / expected))
    return float(special.chdtrc(edges.size - 2, statistic)), counts


def p_text(value: float) -> str:
    """Return a p-value in words; it is never zero.

    Examples
    --------
    >>> from gecam.evaluation.verification.uniformity import p_text
    >>> p_text(0.0312), p_text(0.0002)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
