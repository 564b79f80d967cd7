"""Quantiles of people times a share: people from their draws, the share from its distribution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import FloatArray, IntArray
from gecam.aggregation.share_noise import NODE_STEP, ShareNoise, average

CELLS = 512  # of a table of log people, over 16 of their standard deviations
REACH = 8.0
FINER = (1, 2, 4, 8, 16)  # times more nodes where people are many-humped
BIN = 8  # cells of a node where the share is the wider factor
ROW_BLOCK = 4_096  # rows that are solved at a time: bounds memory, changes no bit
STEPS = 10  # of the secant method; a row stops when it is within the tolerance
TOLERANCE = 2e-5  # of the normal score
EVERY = slice(None)
TINY = np.finfo(float).tiny
Below = Callable[[FloatArray, slice | IntArray], FloatArray]  # of values of some rows


@dataclass(frozen=True, slots=True, eq=False)
class LogTables:
    """Distributions of positive numbers of people, each as a table over its standardised logarithm.

    Parameters
    ----------
    centre, spread
        Mean and standard deviation of the logarithm, at least 1e-12; shape ``(table,)``.
    cdf
        Part of the draws below each edge of the cells, shape ``(table, CELLS + 1)``; the edges lie
        between `REACH` spreads below and above the centre.
    rise
        Part of the draws between each edge and the next, in the same shape.
    """

    centre: FloatArray
    spread: FloatArray
    cdf: FloatArray
    rise: FloatArray

    @classmethod
    def of(cls, rows: Sequence[FloatArray]) -> Self:
        """Tabulate draws of people, one table for each row of draws."""
        centre, spread = np.zeros(len(rows)), np.zeros(len(rows))
        cdf = np.zeros((len(rows), CELLS + 1))
        for i, people in enumerate(rows):
            logs = np.log(np.maximum(people, TINY))
            positive = logs if people.min() > 0 else logs[people > 0]
            centre[i] = positive.mean() if positive.size else 0.0
            positive = positive - centre[i]
            spread[i] = np.sqrt(np.einsum("n,n->", positive, positive) / max(positive.size, 1))
            spread[i] = max(spread[i], 1e-12)
            logs -= centre[i]
            logs *= CELLS / (2 * REACH) / spread[i]
            logs += CELLS / 2
            np.clip(logs, 0, CELLS - 1, out=logs)
            counts = np.bincount(logs.astype(np.int64), minlength=CELLS)
            cdf[i, 1:] = np.cumsum(counts) / people.size
        return cls(centre, spread, cdf, np.diff(cdf, axis=1, append=1.0))

    def shape(self) -> FloatArray:
        """Return skewness and excess kurtosis of each distribution, shape ``(2, table)``."""
        mass = self.rise[:, :CELLS]
        middle = (np.arange(CELLS) + 0.5) * (2 * REACH / CELLS) - REACH
        return np.stack([(mass * power).sum(axis=1) for power in (middle**3, middle**4 - 3)])

    def steepest(self) -> FloatArray:
        """Return the steepest rise of the normal score of each distribution, per spread."""
        scores = ndtri(np.clip(self.cdf[:, ::BIN], 0.004, 0.996))
        return np.asarray(np.diff(scores, axis=1).max(axis=1) * (CELLS / BIN) / (2 * REACH))


def mixture_quantiles(
    tables: LogTables, index: IntArray, noise: ShareNoise, probabilities: list[float]
) -> FloatArray:
    r"""Return quantiles of people times a share, row by row.

    Parameters
    ----------
    tables, index
        Distributions of people, and which of them holds for each row.
    noise
        The share of each row.
    probabilities
        Of the quantiles.

    Returns
    -------
    FloatArray
        Persons, shape ``(probability, row)``.

    Notes
    -----
    Of :math:`X = L W` with independent people :math:`L` and share :math:`W`, the narrower factor is
    replaced by nodes, and the distribution function of the other one is evaluated at each: a mixture.
    Nodes of the share are those of a trapezoidal rule over its normal score, 13 of them where people
    have one hump (the error falls like :math:`\exp(-2\pi^2/(h^2(1+r^2)))` with the step :math:`h =
    0.75` and the ratio of the two widths :math:`r \le 1`) and up to 193 where they have sharp ones.
    Nodes of people are the cells of their table, eight in one, whose width adds to the share's. The
    quantile is found by the secant method on the normal score of the distribution function, which is
    close to linear, from the start of Cornish and Fisher, and by bisection where that does not settle.
    """
    out = np.empty((len(probabilities), len(index)))
    steepest, shape = tables.steepest(), tables.shape()
    for start in range(0, len(index), ROW_BLOCK):
        rows = slice(start, start + ROW_BLOCK)
        which, part = index[rows], noise[rows]
        spread = tables.spread[which]
        cumulants = part.cumulants()
        width = np.sqrt(cumulants[1])
        middle, scale = tables.centre[which] + cumulants[0], np.hypot(width, spread)
        part_of_people = (spread / scale) ** 2
        skew = cumulants[2] / scale**3 + shape[0, which] * part_of_people * spread / scale
        peak = shape[1, which] * part_of_people**2
        finer = _finer(width / spread * steepest[which])
        finer[width > spread] = 0
        solved = np.empty((len(probabilities), len(width)))
        for times in np.unique(finer):
            chosen = np.flatnonzero(finer == times)
            at = (
                _below_people(tables, which[chosen], part[chosen], int(times))
                if times
                else _below_share(tables, which[chosen], part[chosen])
            )
            for k, p in enumerate(probabilities):
                guess, rise = _cornish_fisher(float(ndtri(p)), skew[chosen], peak[chosen])
                solved[k, chosen] = _solve(at, middle[chosen], scale[chosen], guess, rise, p)
        out[:, rows] = np.exp(solved)
    return out


def _cornish_fisher(z: float, skew: FloatArray, peak: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return about where the score z lies in a standardised distribution, and its rise with z."""
    skew, peak = np.clip(skew, -1.0, 1.0), np.clip(peak, -1.0, 2.0)
    bent = skew / 6 * (z**2 - 1) + peak / 24 * (z**3 - 3 * z)
    rise = skew / 3 * z + peak / 8 * (z**2 - 1) - skew**2 / 36 * (6 * z**2 - 5)
    return z + bent - skew**2 / 36 * (2 * z**3 - 5 * z), np.clip(1 + rise, 0.2, 5.0)


def _finer(needed: FloatArray) -> IntArray:
    """Return the smallest of the numbers in `FINER` that is enough for each row, or the largest."""
    return np.asarray(FINER, dtype=np.int64)[np.searchsorted(FINER[:-1], needed)]


def _below_people(tables: LogTables, index: IntArray, noise: ShareNoise, times: int) -> Below:
    """Distribution function of log people times share, by nodes of the share."""
    nodes: FloatArray = np.arange(-6.0 * times, 6.0 * times + 1) * (NODE_STEP / times)
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    flat, rise = tables.cdf.ravel(), tables.rise.ravel()
    first = (index * (CELLS + 1))[:, None]
    per_cell = CELLS / (2 * REACH) / tables.spread[index]
    shift = noise.logs(nodes)
    shift += tables.centre[index][:, None]
    shift *= per_cell[:, None]
    shift -= CELLS / 2

    def below(y: FloatArray, rows: slice | IntArray) -> FloatArray:
        position = (y * per_cell[rows])[:, None] - shift[rows]
        np.clip(position, 0.0, CELLS - 1e-9, out=position)
        cell = position.astype(np.int64)
        position -= cell
        cell += first[rows]
        position *= rise.take(cell)
        position += flat.take(cell)
        return average(position, weights)

    return below


def _below_share(tables: LogTables, index: IntArray, noise: ShareNoise) -> Below:
    """Distribution function of log people times share, by nodes of the people."""
    nodes, masses, within = _bins(
        tables.centre[index], tables.spread[index], tables.rise[index, :CELLS]
    )
    sd = np.sqrt(noise.logit_sd**2 + within / noise.rest() ** 2)
    widened = replace(noise, logit_sd=sd)

    def below(y: FloatArray, rows: slice | IntArray) -> FloatArray:
        log_share = y[:, None] - nodes[rows]
        if not noise.is_log:
            np.minimum(log_share, -1e-15, out=log_share)
        passed = ndtr(widened[rows].scores(log_share))
        return np.asarray(np.einsum("rk,rk->r", passed, masses[rows]))

    return below


def _bins(
    centre: FloatArray, spread: FloatArray, mass: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log people and mass of the coarse bins, and the variance within a bin."""
    shape = (len(centre), CELLS // BIN, BIN)
    mass = mass.reshape(shape)
    cells = ((np.arange(CELLS) + 0.5) * (2 * REACH / CELLS) - REACH).reshape(shape[1:])
    masses = mass.sum(axis=2)
    middle = (cells[:, 0] + cells[:, -1]) / 2
    where = np.divide(
        (mass * cells).sum(axis=2), masses, out=np.tile(middle, (shape[0], 1)), where=masses > 1e-9
    )
    nodes = centre[:, None] + spread[:, None] * where
    return nodes, masses, (2 * REACH * BIN / CELLS * spread) ** 2 / 12


def _solve(
    below: Below,
    middle: FloatArray,
    scale: FloatArray,
    guess: FloatArray,
    rise: FloatArray,
    p: float,
) -> FloatArray:
    """Find where `below` reaches `p`: secant steps on the normal score, then bisection for the rest.

    Places x are in units of the scale from the middle, where the score rises by about one per unit.
    """
    wanted = float(ndtri(p))
    scale = np.maximum(scale, 1e-12)

    def gap(x: FloatArray, rows: slice | IntArray) -> FloatArray:
        part = below(middle[rows] + scale[rows] * x, rows)
        return np.asarray(ndtri(np.clip(part, 1e-12, 1 - 1e-12)) - wanted)

    x, g, slope = guess.copy(), gap(guess, EVERY), 1 / rise
    left = np.flatnonzero(np.abs(g) > TOLERANCE)
    for _ in range(STEPS):
        if not left.size:
            break
        g_left, slope_left = g[left], slope[left]
        step = np.clip(g_left / slope_left, -2, 2)
        x[left] -= step
        g[left] = new = gap(x[left], left)
        np.divide(g_left - new, step, out=slope_left, where=np.abs(step) > 1e-9)
        slope[left] = np.clip(slope_left, 0.2, 10)
        left = left[np.abs(new) > TOLERANCE]
    # a row may share its probability with a gap of the table: only a jump larger than the tolerance
    # of the table is bisected
    jumps = np.flatnonzero(np.abs(g) > 1e-4)
    if jumps.size:
        low, high = x[jumps] - 16, x[jumps] + 16
        for _ in range(32):
            half = (low + high) / 2
            is_above = gap(half, jumps) > 0
            high, low = np.where(is_above, half, high), np.where(is_above, low, half)
        x[jumps] = high
    return middle + scale * x
