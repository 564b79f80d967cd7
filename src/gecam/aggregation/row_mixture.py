"""Rows of an answer as people times shares: their moments and intervals without draws of shares."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.aggregation.mixture import BIN, CELLS, LogTables, mixture_quantiles, varying_quantiles
from gecam.aggregation.share_noise import NODES, WEIGHTS, ShareNoise
from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import IntervalKind, Summary

MIX_NODES = (1 - np.cos(np.pi * np.arange(5) / 4)) / 2  # of interpolation between two places
BINS = CELLS // BIN
MOMENT_TOLERANCE = 1e-4  # relative, of the mean that the nodes of a share give


@dataclass(frozen=True, slots=True, eq=False)
class RowMixture:
    """Rows of people times uncertain shares, with their moments; no row has draws.

    Parameters
    ----------
    mean, sd
        Moments of each row, persons, shape ``(row,)``.
    core_sd
        Standard deviation of the row's conditional mean given the draws of the places.
    tables, index, weight, noise, log_scale
        As in `gecam.aggregation.mixture.mixture_quantiles`.
    part, ratio
        As in `gecam.aggregation.mixture.varying_quantiles`, for rows of several places; the others
        have NaN.
    draws
        Number of draws of the places.
    """

    mean: FloatArray
    sd: FloatArray
    core_sd: FloatArray
    tables: LogTables
    index: IntArray
    weight: FloatArray
    noise: ShareNoise
    log_scale: FloatArray
    part: FloatArray
    ratio: FloatArray
    draws: int

    def summary(self, *, level: float, kind: IntervalKind) -> Summary:
        """Summarize the rows as `gecam.uncertainty.summarize` does draws.

        Raises
        ------
        InputError
            If the interval of highest density is wanted: it needs draws.
        """
        if kind != "eti":
            raise InputError(
                "rows without draws have equal-tailed intervals only: use kind='eti', or by(..., "
                "draws='sampled')."
            )
        probabilities = [(1 - level) / 2, 0.5, (1 + level) / 2]
        quantiles = np.empty((3, len(self.mean)))
        is_one = np.isnan(self.ratio[:, 0])
        for chosen in (np.flatnonzero(is_one), np.flatnonzero(~is_one)):
            if not chosen.size:
                continue
            index, weight, scale = self.index[chosen], self.weight[chosen], self.log_scale[chosen]
            quantiles[:, chosen] = (
                mixture_quantiles(
                    self.tables, index, weight, self.noise[chosen], scale, probabilities
                )
                if is_one[chosen[0]]
                else varying_quantiles(
                    self.tables, index, weight, self.part[chosen], self.ratio[chosen], scale,
                    probabilities,
                )
            )  # fmt: skip
        lower, median, upper = quantiles
        nothing = np.full_like(lower, np.nan)
        return Summary(
            self.mean, median, lower, upper, self.sd, self.sd / self.mean,
            self.core_sd / np.sqrt(self.draws), nothing, nothing, level, kind,
        )  # fmt: skip

    def rows(self, kept: BoolArray) -> RowMixture:
        """Return some rows."""
        return replace(
            self,
            noise=self.noise[kept],
            **{
                name: getattr(self, name)[kept]
                for name in (
                    "mean",
                    "sd",
                    "core_sd",
                    "index",
                    "weight",
                    "log_scale",
                    "part",
                    "ratio",
                )
            },
        )


def mix_rows(
    people: FloatArray,
    row: IntArray,
    place: IntArray,
    share: FloatArray,
    variance: FloatArray,
    noise: ShareNoise | None = None,
) -> RowMixture:
    r"""Describe rows that are sums over places of people times shares.

    Parameters
    ----------
    people
        Draws of the people of each place, persons, > 0; shape ``(place, draw)``.
    row, place
        The row and place of each term, shape ``(term,)``, sorted by row and then by place.
    share, variance
        Mean and variance of the share of each term. Shares of different terms are independent.
    noise
        The law of each term's share, where it is known better than by its variance.

    Returns
    -------
    RowMixture
        One row for each number in `row`.

    Warns
    -----
    PrecisionWarning
        If the nodes of a share do not give back its mean to a relative 1e-4.

    Notes
    -----
    Given the draws :math:`L_p` a row :math:`\sum_p L_p W_p` has the mean :math:`M = \sum_p s_p L_p`.
    A row of one place is :math:`L W`. A row of several places is :math:`M` times one logit-normal
    share, relative to its mean, whose mean is the row's part of its places and whose variance is
    :math:`E[\sum_p v_p L_p^2 / M^2 \mid M]`: it follows the mix of places along the distribution of
    :math:`M`. The variance of the row is exact, :math:`\operatorname{Var} M + \sum_p v_p E[L_p^2]`.
    The distribution of :math:`M` comes from all draws; for two places it is interpolated between
    five mixing ratios.
    """
    n_rows = int(row[-1]) + 1
    first = np.searchsorted(row, np.arange(n_rows))
    counts = np.bincount(row)
    mean_of, square_of = people.mean(axis=1), (people**2).mean(axis=1)
    mean = np.bincount(row, share * mean_of[place]).astype(np.float64)
    noise_part = np.bincount(row, variance * square_of[place])
    square = np.zeros(n_rows)
    index, weight = np.zeros((n_rows, MIX_NODES.size), dtype=np.int64), np.zeros((n_rows, 5))
    tables: list[LogTables] = []
    log_scale, ratio = np.zeros(n_rows), np.full((n_rows, BINS), np.nan)
    part = mean / np.bincount(row, mean_of[place])

    one = np.flatnonzero(counts == 1)
    used, position = np.unique(place[first[one]], return_inverse=True)
    tables.append(LogTables.of([people[p] for p in used]))
    index[one], weight[one, 0] = position[:, None], 1.0
    square[one] = (share**2 * square_of[place])[first[one]]

    two = np.flatnonzero(counts == 2)
    if two.size:
        a, b = place[first[two]], place[first[two] + 1]
        pairs, which = np.unique(np.stack([a, b]), axis=1, return_inverse=True)
        start = used.size
        mixes, profiles = [], []
        for p, q in pairs.T:
            first_one, second_one = people[p] / mean_of[p], people[q] / mean_of[q]
            for x in MIX_NODES:
                core = (1 - x) * first_one + x * second_one
                second_part = x * second_one / core
                mixes.append(core)
                profiles.append(LogTables.averages(core, [(1 - second_part) ** 2, second_part**2]))
        tables.append(LogTables.of(mixes))
        both = np.array([(people[p] * people[q]).mean() for p, q in pairs.T])[which.ravel()]
        s_a, s_b = share[first[two]], share[first[two] + 1]
        square[two] = s_a**2 * square_of[a] + 2 * s_a * s_b * both + s_b**2 * square_of[b]
        index[two] = start + which.ravel()[:, None] * MIX_NODES.size + np.arange(MIX_NODES.size)
        weight[two] = _lagrange(s_b * mean_of[b] / mean[two])
        by_mix = np.stack(profiles)[index[two] - start]
        squared_parts = np.clip(np.einsum("rj,rjtk->rtk", weight[two], by_mix), 0.0, 1.0)
        noises = np.stack([(variance / share**2)[first[two] + j] for j in (0, 1)], axis=1)
        ratio[two] = np.einsum("rt,rtk->rk", noises, squared_parts)
        log_scale[two] = np.log(mean[two])

    many = np.flatnonzero(counts > 2)
    start = sum(table.centre.size for table in tables)
    squares = people**2 if many.size else people
    for i, r in enumerate(many):
        core, noise_of = np.zeros((2, people.shape[1]))
        for term in range(first[r], first[r] + counts[r]):  # one order of addition
            core += share[term] * people[place[term]]
            noise_of += variance[term] * squares[place[term]]
        tables.append(LogTables.of([core]))
        ratio[r] = LogTables.averages(core, [noise_of / core**2])[0]
        square[r] = (core**2).mean()
        index[r], weight[r, 0] = start + i, 1.0

    law = ShareNoise(*np.zeros((3, n_rows)))
    here = first[one]
    exact = ShareNoise.from_moments(share[here], variance[here]) if noise is None else noise[here]
    law = law.replaced(one, exact)
    _check_means(exact, share[here])
    core_variance = np.maximum(square - mean**2, 0.0) * people.shape[1] / (people.shape[1] - 1)
    return RowMixture(
        mean, np.sqrt(core_variance + noise_part), np.sqrt(core_variance),
        LogTables(*(np.concatenate([getattr(t, name) for t in tables])
                    for name in ("centre", "spread", "cdf"))),
        index, weight, law, log_scale, part, ratio, people.shape[1],
    )  # fmt: skip


def _lagrange(x: FloatArray) -> FloatArray:
    """Return weights of the polynomial through the mixing nodes, shape ``(row, node)``."""
    weights = np.ones((x.size, MIX_NODES.size))
    for j, node in enumerate(MIX_NODES):
        for other in np.delete(MIX_NODES, j):
            weights[:, j] *= (x - other) / (node - other)
    return weights


def _check_means(law: ShareNoise, mean: FloatArray) -> None:
    if not mean.size:
        return
    got = np.exp(law.logs(NODES)) @ WEIGHTS
    worst = float(np.abs(got / mean - 1).max())
    if worst > MOMENT_TOLERANCE:
        warnings.warn(
            f"the mean of a share is met to {worst:.1e} only, where {MOMENT_TOLERANCE:g} is promised: "
            "use by(..., draws='sampled') for this breakdown.",
            PrecisionWarning,
            stacklevel=3,
        )
