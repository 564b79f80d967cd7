"""Smooth functions of a normal score, read for many draws from a table (Hermite interpolation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtrit

from gecam._typing import FloatArray

PER_SCORE = 32  # nodes of a table for one unit of the normal score
REACH = 8.5  # no uniform draw of 52 bits lies farther out
FEWEST = 200  # draws for which a table pays
NEAR = 1e-12  # largest error in the middle of a cell of a mixture
STARTS = 1_000  # values between which Newton's method starts
NEWTON_STEPS = 2
ARRIVED = 1e-7  # the second step, of which the error left is about the square
FEWEST_DEGREES = 5.0  # of Student's t; below, its tails bend too much between nodes


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTable:
    """A function of normal scores, between nodes a polynomial of degree five.

    It has the value and the first two derivatives of the function at both ends of a cell. Each draw's
    value depends on that draw alone.

    Parameters
    ----------
    coefficients
        Of each cell, lowest power first; shape ``(6, cell)``.
    """

    coefficients: FloatArray

    @staticmethod
    def nodes() -> FloatArray:
        """Return the scores at which a function is tabulated."""
        return np.arange(-REACH * PER_SCORE, REACH * PER_SCORE + 1) / PER_SCORE

    @classmethod
    def of(cls, value: FloatArray, slope: FloatArray, curve: FloatArray) -> Self:
        """Tabulate a function, given with its first two derivatives at `nodes`.

        Parameters
        ----------
        value, slope, curve
            The function and its first and second derivative in the score; shape ``(node,)``.

        Returns
        -------
        ScoreTable
            One polynomial for each cell between two nodes.
        """
        first, second = slope / PER_SCORE, curve / PER_SCORE**2 / 2
        # powers three to five follow from what must hold at the other end of the cell
        c0, c1, c2 = value[:-1], first[:-1], second[:-1]
        rest = value[1:] - c0 - c1 - c2
        left = first[1:] - c1 - 2 * c2
        bend = second[1:] - c2
        return cls(np.stack([
            c0, c1, c2,
            10 * rest - 4 * left + bend, -15 * rest + 7 * left - 2 * bend, 6 * rest - 3 * left + bend,
        ]))  # fmt: skip

    def at(self, z: FloatArray) -> FloatArray:
        """Return the function at scores, shape ``(draw,)``."""
        t = z + REACH
        t *= PER_SCORE
        np.clip(t, 0.0, 2 * REACH * PER_SCORE - 1e-9, out=t)
        cell = t.astype(np.int64)
        t -= cell
        rows = self.coefficients.take(cell, axis=1)
        value: FloatArray = rows[5]
        for row in rows[4::-1]:
            value *= t
            value += row
        return value


@dataclass(frozen=True, eq=False)
class TwoNormals:
    """A value from one of two normal distributions, it is not known which.

    Parameters
    ----------
    mean, sd, weight
        Of the two distributions, and probabilities that they hold; shape ``(2, 1)``.
    """

    mean: FloatArray
    sd: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, normals: Sequence[tuple[float, float]], weight: float) -> Self:
        """Take means and standard deviations, and the probability of the first, in (0, 1)."""
        mean, sd = np.array(normals).T[:, :, None]
        return cls(mean, sd, np.array([[weight], [1 - weight]]))

    def at(self, z: FloatArray) -> FloatArray:
        """Return the quantiles at scores, shape ``(draw,)``, to 2e-12; NaN where unsolved."""
        is_within = np.abs(z) <= REACH
        y = self._table.at(np.where(is_within, z, 0.0))
        if (is_left := np.isnan(y)).any():
            y[is_left] = self._solved(z[is_left])
        y[~is_within] = np.nan
        return y

    @cached_property
    def _table(self) -> ScoreTable:
        """A table of quantiles, with NaN in cells in whose middle it errs by `NEAR` or more."""
        nodes = ScoreTable.nodes()
        y = self._solved(nodes)
        table = ScoreTable.of(y, *self._scores(y)[1:])
        middle = (nodes[:-1] + nodes[1:]) / 2
        z, slope, _ = self._scores(table.at(middle))
        is_near = np.abs((middle - z) * slope) < NEAR
        return ScoreTable(np.where(is_near, table.coefficients, np.nan))

    @cached_property
    def _starts(self) -> tuple[FloatArray, FloatArray]:
        """Scores and values, evenly spaced, between which Newton's method starts."""
        ends = self.mean + REACH * np.array([-1, 1]) * self.sd
        y = np.linspace(ends.min(), ends.max(), STARTS)
        return self._scores(y)[0], y

    def _solved(self, z: FloatArray) -> FloatArray:
        """Return the quantiles at scores by Newton's method; NaN where it does not arrive."""
        y, step = np.interp(z, *self._starts), np.zeros_like(z)
        for _ in range(NEWTON_STEPS):
            score, slope, _ = self._scores(y)
            step = (z - score) * slope
            y += step
        return np.where(np.abs(step) < ARRIVED, y, np.nan)

    def _scores(self, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        r"""Return the scores z of values y, and the first two derivatives of y in z.

        With the density f of y, :math:`y' = \varphi(z)/f(y)` and :math:`y'' = -y'(z + y' f'(y)/f(y))`.
        """
        t = (y - self.mean) / self.sd
        below, above = (self.weight * ndtr([t, -t])).sum(axis=1)
        z = np.where(below < above, 1.0, -1.0) * ndtri(np.minimum(below, above))
        densities = self.weight / self.sd * np.exp(-t * t / 2)
        density, change = densities.sum(axis=0), -(densities * t / self.sd).sum(axis=0)
        slope = np.exp(-z * z / 2) / density
        return z, slope, -slope * (z + slope * change / density)


def student_scores(z: FloatArray, degrees: float) -> FloatArray:
    r"""Return scores of Student's t at the probabilities of normal scores.

    Parameters
    ----------
    z
        Normal scores, of any shape.
    degrees
        Degrees of freedom, at least 1; infinite for the normal scores themselves.

    Returns
    -------
    FloatArray
        The shape of `z`; equal to `scipy.special.stdtrit` to a relative 1e-11.

    Notes
    -----
    With the densities :math:`\varphi` and :math:`p` of the two distributions, :math:`t' = \varphi(z) /
    p(t)` and :math:`t'' = t' (-z + (\nu + 1)\,t\,t' / (\nu + t^2))`: many draws are read from a table.

    Examples
    --------
    >>> from gecam.uncertainty import student_scores
    >>> student_scores(np.array([-1.6448536269514722, 0.0]), 5.0).round(6)
    array([-2.015048,  0.      ])
    """
    if degrees == np.inf:
        return z
    if z.size < FEWEST or degrees < FEWEST_DEGREES:
        return _student(z, degrees)
    return _student_table(float(degrees)).at(z.reshape(-1)).reshape(z.shape)


def _student(z: FloatArray, degrees: float) -> FloatArray:
    return np.asarray(np.copysign(stdtrit(degrees, ndtr(-np.abs(z))), z))


@lru_cache(maxsize=64)
def _student_table(degrees: float) -> ScoreTable:
    z = ScoreTable.nodes()
    t = _student(z, degrees)
    log_density = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - np.log(degrees * np.pi) / 2
    log_density = log_density - (degrees + 1) / 2 * np.log1p(t**2 / degrees)
    slope = np.exp(-(z**2) / 2 - np.log(2 * np.pi) / 2 - log_density)
    return ScoreTable.of(t, slope, slope * ((degrees + 1) * t * slope / (degrees + t**2) - z))
