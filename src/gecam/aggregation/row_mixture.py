"""Rows of an answer as people times shares: their moments and intervals without draws of shares."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.aggregation.mixture import LogTables, mixture_quantiles
from gecam.aggregation.share_noise import NODES, WEIGHTS, ShareNoise
from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import IntervalKind, Summary

MIX_NODES = (1 - np.cos(np.pi * np.arange(5) / 4)) / 2  # of interpolation between two places
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
        lower, median, upper = mixture_quantiles(
            self.tables,
            self.index,
            self.weight,
            self.noise,
            self.log_scale,
            [(1 - level) / 2, 0.5, (1 + level) / 2],
        )
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
                for name in ("mean", "sd", "core_sd", "index", "weight", "log_scale")
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
    share, relative to its mean, whose mean is the row's part of its places and whose variance makes
    that of the row exact, :math:`\operatorname{Var} M + \sum_p v_p E[L_p^2]`. The distribution of
    :math:`M` comes from all draws; for two places it is interpolated between five mixing ratios.
    """
    n_rows = int(row[-1]) + 1
    first = np.searchsorted(row, np.arange(n_rows))
    counts = np.bincount(row)
    mean_of, square_of = people.mean(axis=1), (people**2).mean(axis=1)
    mean = np.bincount(row, share * mean_of[place])
    noise_part = np.bincount(row, variance * square_of[place])
    square = np.zeros(n_rows)
    index, weight = np.zeros((n_rows, MIX_NODES.size), dtype=np.int64), np.zeros((n_rows, 5))
    tables: list[LogTables] = []
    log_scale = np.zeros(n_rows)
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
        tables.append(LogTables.of([
            (1 - x) / mean_of[p] * people[p] + x / mean_of[q] * people[q]
            for p, q in pairs.T for x in MIX_NODES
        ]))  # fmt: skip
        both = np.array([(people[p] * people[q]).mean() for p, q in pairs.T])[which.ravel()]
        s_a, s_b = share[first[two]], share[first[two] + 1]
        square[two] = s_a**2 * square_of[a] + 2 * s_a * s_b * both + s_b**2 * square_of[b]
        index[two] = start + which.ravel()[:, None] * MIX_NODES.size + np.arange(MIX_NODES.size)
        weight[two] = _lagrange(s_b * mean_of[b] / mean[two])
        log_scale[two] = np.log(mean[two] / part[two])

    many = np.flatnonzero(counts > 2)
    start = sum(table.centre.size for table in tables)
    for i, r in enumerate(many):
        core = np.zeros(people.shape[1])
        for term in range(first[r], first[r] + counts[r]):  # one order of addition
            core += share[term] * people[place[term]]
        tables.append(LogTables.of([core]))
        square[r] = (core**2).mean()
        index[r], weight[r, 0] = start + i, 1.0
    log_scale[many] = -np.log(part[many])

    matched = np.arange(n_rows) if noise is None else np.flatnonzero(counts > 1)
    law = ShareNoise(*np.zeros((3, n_rows)))
    spread = part**2 * noise_part / square
    law = law.replaced(matched, ShareNoise.from_moments(part[matched], spread[matched]))
    if noise is not None:
        law = law.replaced(one, noise[first[one]])
    _check_means(law, part)
    core_variance = np.maximum(square - mean**2, 0.0) * people.shape[1] / (people.shape[1] - 1)
    return RowMixture(
        mean, np.sqrt(core_variance + noise_part), np.sqrt(core_variance),
        LogTables(*(np.concatenate([getattr(t, name) for t in tables])
                    for name in ("centre", "spread", "cdf"))),
        index, weight, law, log_scale, people.shape[1],
    )  # fmt: skip


def _lagrange(x: FloatArray) -> FloatArray:
    """Return weights of the polynomial through the mixing nodes, shape ``(row, node)``."""
    weights = np.ones((x.size, MIX_NODES.size))
    for j, node in enumerate(MIX_NODES):
        for other in np.delete(MIX_NODES, j):
            weights[:, j] *= (x - other) / (node - other)
    return weights


def _check_means(law: ShareNoise, mean: FloatArray) -> None:
    got = np.exp(law.logs(NODES)) @ WEIGHTS
    worst = float(np.abs(got / mean - 1).max())
    if worst > MOMENT_TOLERANCE:
        warnings.warn(
            f"the mean of a share is met to {worst:.1e} only, where {MOMENT_TOLERANCE:g} is promised: "
            "use by(..., draws='sampled') for this breakdown.",
            PrecisionWarning,
            stacklevel=3,
        )
