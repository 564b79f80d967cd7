"""Rows of an answer as people times shares: moments and intervals, and no draws that are kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.aggregation.mixture import LogTables, mixture_quantiles
from gecam.aggregation.share_noise import NODES, WEIGHTS, ShareNoise
from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import IntervalKind, Summary, even_scores

EXPLICIT = 2  # places of a row whose shares are drawn by themselves; the others' noise is added up
SUM_BLOCK = 64  # rows of many places that are summed at a time: bounds memory, changes no bit
MOMENT_TOLERANCE = 1e-4  # relative, of the mean that the nodes of a share give


@dataclass(frozen=True, slots=True, eq=False)
class RowMixture:
    """Rows that are sums over places of people times uncertain shares; no row keeps draws.

    Parameters
    ----------
    mean, sd
        Moments of each row, persons, shape ``(row,)``.
    core_sd
        Standard deviation of the row's conditional mean given the draws of the places.
    people
        Draws of the people of each place, persons, shape ``(place, draw)``.
    first, count
        Position and number of the terms of each row, shape ``(row,)``.
    place, share, variance, noise
        Place, mean and variance of the share of each term, and its law; shape ``(term,)``.
    seed
        Of the random numbers of rows of several places.
    """

    mean: FloatArray
    sd: FloatArray
    core_sd: FloatArray
    people: FloatArray
    first: IntArray
    count: IntArray
    place: IntArray
    share: FloatArray
    variance: FloatArray
    noise: ShareNoise
    seed: int

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
        quantiles = np.empty((3, len(self.mean)))
        one = np.flatnonzero(self.count == 1)
        if one.size:
            term = self.first[one]
            used, index = np.unique(self.place[term], return_inverse=True)
            quantiles[:, one] = mixture_quantiles(
                LogTables.of([self.people[p] for p in used]),
                index,
                self.noise[term],
                [(1 - level) / 2, 0.5, (1 + level) / 2],
            )
        position = np.array([(1 - level) / 2, 0.5, (1 + level) / 2]) * (self.people.shape[1] - 1)
        low = position.astype(np.int64)
        for row, draws in self._sums(np.flatnonzero(self.count > 1)):
            draws.sort()
            at, above = draws[low], draws[np.minimum(low + 1, draws.size - 1)]
            quantiles[:, row] = at + (position - low) * (above - at)
        nothing = np.full(len(self.mean), np.nan)
        return Summary(
            self.mean, quantiles[1], quantiles[0], quantiles[2], self.sd, self.sd / self.mean,
            self.core_sd / np.sqrt(self.people.shape[1]), nothing, nothing, level, kind,
        )  # fmt: skip

    def _sums(self, rows: IntArray) -> Iterator[tuple[int, FloatArray]]:
        """Yield rows of several places and their draws, in one buffer."""
        n = self.people.shape[1]
        scores = even_scores(self.seed, "row mixture", n, EXPLICIT + 1)
        z, draws, product = np.empty_like(scores), np.empty(n), np.empty(n)
        squares = np.square(self.people)
        power = squares.sum(axis=1)
        size = self.variance * power[self.place]
        ordered: tuple[int, ...] = ()  # the places in whose order the scores are
        for block, ends, terms in _blocks(rows, self.first, self.count):
            noisiest = _largest(size[terms], np.repeat(np.arange(block.size), np.diff(ends)))
            others = np.ones(terms.size)
            others[noisiest] = 0.0
            where = ends, self.place[terms]
            if (self.count[block] > EXPLICIT).any():
                rest = _sums_over_places(self.share[terms] * others, *where, self.people)
                spread = _sums_over_places(self.variance[terms] * others, *where, squares)
            for i, row in enumerate(block):
                mine = terms[noisiest[i]]
                places = tuple(sorted(self.place[mine].tolist()))
                has_rest = self.count[row] > EXPLICIT
                if has_rest:
                    core = rest[i] + sum(self.share[t] * self.people[self.place[t]] for t in mine)
                    z[:, np.argsort(core)] = scores
                elif places != ordered:
                    core = sum(self.people[p] / np.sqrt(power[p]) for p in places)
                    z[:, np.argsort(core)] = scores
                ordered = () if has_rest else places
                draws[:] = 0.0
                for t, score in zip(mine, z, strict=False):
                    share = self.noise.at(int(t), score)
                    draws += np.multiply(share, self.people[self.place[t]], out=product)
                if has_rest:
                    log_variance = np.log1p(spread[i] / rest[i] ** 2)
                    rest[i] *= np.exp(np.sqrt(log_variance) * z[EXPLICIT] - log_variance / 2)
                    draws += rest[i]
                yield int(row), draws

    def rows(self, kept: BoolArray) -> RowMixture:
        """Return some rows."""
        names = ("mean", "sd", "core_sd", "first", "count")
        return replace(self, **{name: getattr(self, name)[kept] for name in names})


def mix_rows(
    people: FloatArray,
    row: IntArray,
    place: IntArray,
    share: FloatArray,
    variance: FloatArray,
    noise: ShareNoise | None = None,
    *,
    seed: int = 0,
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
        The law of each term's share; matched to its mean and variance if None.
    seed
        Seed of the run.

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
    Given the draws :math:`L_p` a row :math:`X = \sum_p L_p W_p` has the mean :math:`M = \sum_p s_p
    L_p` and the variance :math:`V = \sum_p v_p L_p^2`, so that :math:`E X = E M` and
    :math:`\operatorname{Var} X = \operatorname{Var} M + E V`, without a draw of a share. Quantiles of
    a row of one place are those of a mixture (`gecam.aggregation.mixture`). Rows of several places
    are drawn one after the other and not kept: the two places with most noise by their own shares, all
    others together by one lognormal factor with their mean and variance in that draw. All rows
    share these random numbers: intervals need the distribution of each row, not of several.
    """
    n_rows, n = int(row[-1]) + 1, people.shape[1]
    first = np.searchsorted(row, np.arange(n_rows))
    count = np.bincount(row)
    mean_of, square_of = people.mean(axis=1), np.einsum("pn,pn->p", people, people) / n
    mean = np.bincount(row, share * mean_of[place]).astype(np.float64)
    noise_part = np.bincount(row, variance * square_of[place])
    square = np.zeros(n_rows)
    one = np.flatnonzero(count == 1)
    square[one] = (share**2 * square_of[place])[first[one]]
    for rows, ends, terms in _blocks(np.flatnonzero(count > 1), first, count):
        core = _sums_over_places(share[terms], ends, place[terms], people)
        square[rows] = np.einsum("rn,rn->r", core, core) / n
    law = ShareNoise.from_moments(share, variance) if noise is None else noise
    _check_means(law, share)
    core_variance = np.maximum(square - mean**2, 0.0) * n / (n - 1)
    return RowMixture(
        mean, np.sqrt(core_variance + noise_part), np.sqrt(core_variance), people, first, count,
        place, share, variance, law, seed,
    )  # fmt: skip


def _blocks(
    rows: IntArray, first: IntArray, count: IntArray
) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield blocks of rows, the ends of their terms, and the terms, row after row."""
    for start in range(0, rows.size, SUM_BLOCK):
        block = rows[start : start + SUM_BLOCK]
        ends = np.concatenate([[0], np.cumsum(count[block])])
        terms = np.arange(ends[-1]) + np.repeat(first[block] - ends[:-1], count[block])
        yield block, ends, terms


def _sums_over_places(
    factor: FloatArray, ends: IntArray, place: IntArray, people: FloatArray
) -> FloatArray:
    """Return the sum of factor times people over the terms of each row, one term after the other."""
    from scipy.sparse import csr_array  # not needed at import

    table = csr_array((factor, place, ends), shape=(ends.size - 1, people.shape[0]))
    return np.asarray(table @ people)


def _largest(size: FloatArray, row: IntArray) -> IntArray:
    """Return positions of the `EXPLICIT` largest terms of each row, the largest first."""
    order = np.lexsort((-size, row))
    return order[np.searchsorted(row, np.arange(row[-1] + 1))[:, None] + np.arange(EXPLICIT)]


def _check_means(law: ShareNoise, mean: FloatArray) -> None:
    got = np.einsum("rk,k->r", np.exp(law.logs(NODES)), WEIGHTS)
    worst = float(np.abs(got / mean - 1).max())
    if worst > MOMENT_TOLERANCE:
        warnings.warn(
            f"the mean of a share is met to {worst:.1e} only, where {MOMENT_TOLERANCE:g} is promised: "
            "use by(..., draws='sampled') for this breakdown.",
            PrecisionWarning,
            stacklevel=3,
        )
