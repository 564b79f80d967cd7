"""Quantiles of people times an uncertain share: a table of the people, no draws of the share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri

from gecam._typing import FloatArray, IntArray
from gecam.aggregation.share_noise import NODE_STEP, NODES, WEIGHTS, ShareNoise

CELLS = 512  # of a table of log people, over 16 of their standard deviations
REACH = 8.0
FINER = (1, 2, 4, 8, 16)  # times more nodes where people are many-humped
BIN = 8  # cells of a node where the share is the wider factor
ROW_BLOCK = 2_048  # rows that are solved at a time: bounds memory, changes no bit
TINY = np.finfo(float).tiny
Below = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class LogTables:
    """Distributions of positive numbers of people, each as a table over its standardised logarithm.

    Parameters
    ----------
    centre, spread
        Mean and standard deviation of the logarithm, shape ``(table,)``.
    cdf
        Part of the draws below each edge of the cells, shape ``(table, CELLS + 1)``; the edges lie
        between `REACH` spreads below and above the centre.
    """

    centre: FloatArray
    spread: FloatArray
    cdf: FloatArray

    @classmethod
    def of(cls, rows: list[FloatArray]) -> Self:
        """Tabulate draws of people, one table for each row of draws."""
        centre, spread = np.zeros(len(rows)), np.zeros(len(rows))
        cdf = np.zeros((len(rows), CELLS + 1))
        for i, people in enumerate(rows):
            logs = np.log(np.maximum(people, TINY))
            positive = logs if people.min() > 0 else logs[people > 0]
            if positive.size:
                centre[i], spread[i] = positive.mean(), positive.std()
            scaled = (logs - centre[i]) * (CELLS / (2 * REACH) / max(spread[i], 1e-12))
            np.clip(scaled + CELLS / 2, 0, CELLS - 1, out=scaled)
            counts = np.bincount(scaled.astype(np.int64), minlength=CELLS)
            cdf[i, 1:] = np.cumsum(counts) / people.size
        return cls(centre, spread, cdf)

    @staticmethod
    def averages(people: FloatArray, values: list[FloatArray]) -> FloatArray:
        """Average values of the draws by their place in the table of their people, `BIN` cells in one.

        Shape ``(value, CELLS // BIN)``; bins without draws are interpolated.
        """
        logs = np.log(np.maximum(people, TINY))
        per_bin = CELLS / BIN / (2 * REACH) / max(float(logs.std()), 1e-12)
        scaled = np.clip((logs - logs.mean()) * per_bin + CELLS / BIN / 2, 0, CELLS / BIN - 1)
        cell = scaled.astype(np.int64)
        counts = np.bincount(cell, minlength=CELLS // BIN)
        filled = np.flatnonzero(counts)
        every = np.arange(CELLS // BIN)
        return np.stack([
            np.interp(every, filled,
                      np.bincount(cell, value, minlength=CELLS // BIN)[filled] / counts[filled])
            for value in values
        ])  # fmt: skip

    def mixed(self, index: IntArray, weight: FloatArray) -> LogTables:
        """Interpolate between tables: `index` and `weight` have the shape ``(row, table)``."""
        centre, spread, cdf = (
            np.zeros((len(index), *values.shape[1:]))
            for values in (self.centre, self.spread, self.cdf)
        )
        for j in range(index.shape[1]):  # one order of addition
            chosen, w = index[:, j], weight[:, j]
            centre += w * self.centre[chosen]
            spread += w * self.spread[chosen]
            cdf += w[:, None] * self.cdf[chosen]
        return LogTables(centre, spread, cdf)


def mixture_quantiles(
    tables: LogTables,
    index: IntArray,
    weight: FloatArray,
    noise: ShareNoise,
    log_scale: FloatArray,
    probabilities: list[float],
) -> FloatArray:
    r"""Return quantiles of people times a share, row by row.

    Parameters
    ----------
    tables, index, weight
        Distribution of the people of each row: a table, or some tables interpolated.
    noise, log_scale
        The share of each row, and the logarithm of what people times share are multiplied by.
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
    close to linear, and by bisection where that does not settle.
    """
    out = np.empty((len(probabilities), len(index)))
    for start in range(0, len(index), ROW_BLOCK):
        rows = slice(start, start + ROW_BLOCK)
        mixed = tables.mixed(index[rows], weight[rows])
        part = noise[rows]
        logs = part.logs()
        centre = _average(logs)
        width = np.sqrt(_average((logs - centre[:, None]) ** 2))
        middle, scale = mixed.centre + centre, np.hypot(width, mixed.spread)
        finer = _finer(mixed, width)
        finer[width > mixed.spread] = 0
        solved = np.empty((len(probabilities), len(width)))
        for times in np.unique(finer):
            chosen = np.flatnonzero(finer == times)
            table = LogTables(
                mixed.centre[chosen], np.maximum(mixed.spread[chosen], 1e-12), mixed.cdf[chosen]
            )
            at = (
                _below_people(table, part[chosen], int(times))
                if times
                else _below_share(table, part[chosen])
            )
            for k, p in enumerate(probabilities):
                solved[k, chosen] = _solve(at, middle[chosen], scale[chosen], p)
        out[:, rows] = np.exp(solved + log_scale[rows])
    return out


def varying_quantiles(
    tables: LogTables,
    index: IntArray,
    weight: FloatArray,
    part: FloatArray,
    ratio: FloatArray,
    log_scale: FloatArray,
    probabilities: list[float],
) -> FloatArray:
    r"""Return quantiles of people times noise whose relative variance depends on the people.

    Parameters
    ----------
    tables, index, weight, log_scale, probabilities
        As in `mixture_quantiles`.
    part
        Mean share of each row in its places: how far its noise is from lognormal.
    ratio
        Relative variance of the noise by place in the table, shape ``(row, CELLS // BIN)``.

    Notes
    -----
    As `mixture_quantiles`, but the noise at a node is a function of the people: where
    :math:`x = L N(z, L)` the people are found from :math:`x` by three fixed-point steps.
    """
    out = np.empty((len(probabilities), len(index)))
    for start in range(0, len(index), ROW_BLOCK):
        rows = slice(start, start + ROW_BLOCK)
        mixed = tables.mixed(index[rows], weight[rows])
        mixed = LogTables(mixed.centre, np.maximum(mixed.spread, 1e-12), mixed.cdf)
        noise = _VaryingNoise.of(part[rows], np.maximum(ratio[rows], 1e-30))
        mass = np.diff(mixed.cdf[:, ::BIN], axis=1)
        width = np.sqrt(np.einsum("rk,rk->r", mass, noise.ratio))
        is_wide = width > mixed.spread
        scale = np.hypot(width, mixed.spread)
        middle = mixed.centre - width**2 / 2
        solved = np.empty((len(probabilities), len(width)))
        for chosen, below in (
            (np.flatnonzero(~is_wide), _below_varying_people),
            (np.flatnonzero(is_wide), _below_varying_share),
        ):
            if not chosen.size:
                continue
            table = LogTables(mixed.centre[chosen], mixed.spread[chosen], mixed.cdf[chosen])
            at = below(table, noise.rows(chosen))
            for k, p in enumerate(probabilities):
                solved[k, chosen] = _solve(at, middle[chosen], scale[chosen], p)
        out[:, rows] = np.exp(solved + log_scale[rows])
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _VaryingNoise:
    """Logit-normal noise relative to its mean, whose variance varies along a table.

    Between the least and the largest variance v of a row the variance of the log odds and their
    location are linear in log(1 + v), as they are for lognormal noise.
    """

    part: FloatArray
    ratio: FloatArray
    least: FloatArray
    sd: FloatArray
    location: FloatArray
    sd_slope: FloatArray
    location_slope: FloatArray

    @classmethod
    def of(cls, part: FloatArray, ratio: FloatArray) -> Self:
        least, most = ratio.min(axis=1), ratio.max(axis=1)
        ends = [ShareNoise.from_moments(part, part**2 * end) for end in (least, most)]
        gap = np.maximum(np.log1p(most) - np.log1p(least), 1e-30)
        squares = [end.logit_sd**2 for end in ends]
        locations = [end.location for end in ends]
        return cls(
            part, ratio, np.log1p(least), squares[0], locations[0], (squares[1] - squares[0]) / gap,
            np.where(part < 1, (locations[1] - locations[0]) / gap, 0.0),
        )  # fmt: skip

    def rows(self, kept: IntArray) -> _VaryingNoise:
        return _VaryingNoise(*(getattr(self, name)[kept] for name in self.__slots__))

    def law(self, ratio: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return location and standard deviation of the log odds, shape ``(row, point)``."""
        beyond = np.log1p(ratio) - self.least[:, None]
        square = self.sd[:, None] + self.sd_slope[:, None] * beyond
        location = self.location[:, None] + self.location_slope[:, None] * beyond
        return location, np.sqrt(np.maximum(square, 1e-24))


def _below_varying_people(table: LogTables, noise: _VaryingNoise) -> Below:
    coarse, fine = CELLS // BIN, CELLS
    ratios, flat = noise.ratio.ravel(), table.cdf.ravel()
    first = np.arange(len(table.centre))[:, None]
    centre, spread = table.centre[:, None], table.spread[:, None]
    log_part = np.log(noise.part)[:, None]

    def below(y: FloatArray) -> FloatArray:
        logs = np.repeat(y[:, None], NODES.size, axis=1)
        for _ in range(3):
            position = (logs - centre) / spread * (coarse / (2 * REACH)) + (coarse - 1) / 2
            np.clip(position, 0, coarse - 1 - 1e-9, out=position)
            cell = position.astype(np.int64)
            at = cell + first * coarse
            ratio = ratios[at] + (position - cell) * (ratios[at + 1] - ratios[at])
            location, sd = noise.law(ratio)
            logs = y[:, None] + log_part + np.log1p(np.exp(-(location + sd * NODES)))
        position = (logs - centre) / spread * (fine / (2 * REACH)) + fine / 2
        np.clip(position, 0, fine - 1e-9, out=position)
        cell = position.astype(np.int64)
        at = cell + first * (fine + 1)
        return _average(flat[at] + (position - cell) * (flat[at + 1] - flat[at]))

    return below


def _below_varying_share(table: LogTables, noise: _VaryingNoise) -> Below:
    nodes, masses, within = _bins(table)
    location, sd = noise.law(noise.ratio)
    sd = np.sqrt(sd**2 + (within / np.maximum(1 - noise.part, 1e-12) ** 2)[:, None])
    log_part = np.log(noise.part)[:, None]

    def below(y: FloatArray) -> FloatArray:
        log_share = np.minimum(y[:, None] + log_part - nodes, -1e-15)
        odds = log_share - np.log(-np.expm1(log_share))
        return np.asarray(np.einsum("rk,rk->r", ndtr((odds - location) / sd), masses))

    return below


def _average(at_nodes: FloatArray, weights: FloatArray = WEIGHTS) -> FloatArray:
    """Average over the nodes, each row by itself: its bits do not depend on the other rows."""
    return np.asarray(np.einsum("rk,k->r", at_nodes, weights))


def _finer(tables: LogTables, width: FloatArray) -> IntArray:
    """Return how many times more nodes of the share each row needs: by the sharpest hump of people."""
    scores = ndtri(np.clip(tables.cdf[:, ::BIN], 0.004, 0.996))
    steepest = np.diff(scores, axis=1).max(axis=1) * (CELLS / BIN) / (2 * REACH)
    needed = width / np.maximum(tables.spread, 1e-12) * steepest
    finer: IntArray = np.asarray(FINER, dtype=np.int64)[np.searchsorted(FINER[:-1], needed)]
    return finer


def _below_people(table: LogTables, noise: ShareNoise, times: int) -> Below:
    """Distribution function of log people times share, by nodes of the share."""
    nodes: FloatArray = np.arange(-6.0 * times, 6.0 * times + 1) * (NODE_STEP / times)
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    flat = table.cdf.ravel()
    first = (np.arange(len(table.centre)) * (CELLS + 1))[:, None]
    per_cell = CELLS / (2 * REACH) / table.spread
    shift = (noise.logs(nodes) + table.centre[:, None]) * per_cell[:, None] - CELLS / 2

    def below(y: FloatArray) -> FloatArray:
        position = (y * per_cell)[:, None] - shift
        np.clip(position, 0, CELLS - 1e-9, out=position)
        cell = position.astype(np.int64)
        position -= cell
        cell += first
        lower = flat[cell]
        cell += 1
        lower += position * (flat[cell] - lower)
        return _average(lower, weights)

    return below


def _below_share(table: LogTables, noise: ShareNoise) -> Below:
    """Distribution function of log people times share, by nodes of the people."""
    nodes, masses, within = _bins(table)
    sd = np.sqrt(noise.logit_sd**2 + within / noise.rest() ** 2)
    widened = ShareNoise(noise.location, sd, noise.skew)

    def below(y: FloatArray) -> FloatArray:
        log_share = np.minimum(y[:, None] - nodes, -1e-15)
        odds = log_share - np.log(-np.expm1(log_share))
        return np.asarray(np.einsum("rk,rk->r", ndtr(widened.scores(odds)), masses))

    return below


def _bins(table: LogTables) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log people and mass of the coarse bins, and the variance within a bin."""
    shape = (len(table.centre), CELLS // BIN, BIN)
    mass = np.diff(table.cdf, axis=1).reshape(shape)
    cells = ((np.arange(CELLS) + 0.5) * (2 * REACH / CELLS) - REACH).reshape(shape[1:])
    masses = mass.sum(axis=2)
    middle = (cells[:, 0] + cells[:, -1]) / 2
    where = np.divide(
        (mass * cells).sum(axis=2), masses, out=np.tile(middle, (shape[0], 1)), where=masses > 1e-9
    )
    nodes = table.centre[:, None] + table.spread[:, None] * where
    return nodes, masses, (2 * REACH * BIN / CELLS * table.spread) ** 2 / 12


def _solve(below: Below, middle: FloatArray, scale: FloatArray, p: float) -> FloatArray:
    """Find where `below` reaches `p`: secant steps on the normal score, then bisection for the rest."""
    wanted = float(ndtri(p))
    scale = np.maximum(scale, 1e-12)

    def gap(y: FloatArray) -> FloatArray:
        return np.asarray(ndtri(np.clip(below(y), 1e-12, 1 - 1e-12)) - wanted)

    y = middle + wanted * scale
    g = gap(y)
    slope = 1 / scale
    for _ in range(4):
        step = np.clip(g / slope, -2 * scale, 2 * scale)
        new = y - step
        g_new = gap(new)
        secant = np.divide(g - g_new, step, out=slope.copy(), where=np.abs(step) > 1e-9 * scale)
        slope = np.clip(secant, 0.2 / scale, 10 / scale)
        y, g = new, g_new
    # a row may share its probability with a gap of the table: only a jump larger than the tolerance
    # of the table is bisected
    if (np.abs(g) > 1e-4).any():
        low, high = y - 16 * scale, y + 16 * scale
        for _ in range(50):
            half = (low + high) / 2
            is_above = gap(half) > 0
            high, low = np.where(is_above, half, high), np.where(is_above, low, half)
        y = np.where(np.abs(g) > 1e-4, high, y)
    return y
