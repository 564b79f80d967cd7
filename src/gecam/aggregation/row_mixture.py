"""Rows of an answer as people times shares: moments and intervals, and no draws that are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.aggregation.mixture import LogTables, mixture_quantiles
from gecam.aggregation.row_sums import Terms, blocks, sum_quantiles, term_sums
from gecam.aggregation.share_noise import ShareNoise
from gecam.errors import InputError
from gecam.uncertainty import IntervalKind, Summary


@dataclass(frozen=True, slots=True, eq=False)
class RowMixture:
    """Rows that are sums over places of people times uncertain shares; no row keeps draws.

    Parameters
    ----------
    mean, sd
        Moments of each row, persons, shape ``(row,)``.
    mcse
        Monte Carlo standard error of the mean: of the row's conditional mean given the draws of the
        places, or from the spread of replicates.
    people
        Draws of the people of each place, persons, shape ``(place, draw)``.
    first, count
        Position and number of the terms of each row, shape ``(row,)``.
    terms
        Place, and mean, variance and law of the share, of each term.
    seed
        Of the random numbers of rows of several places.
    """

    mean: FloatArray
    sd: FloatArray
    mcse: FloatArray
    people: FloatArray
    first: IntArray
    count: IntArray
    terms: Terms
    seed: int

    def summary(self, *, level: float, kind: IntervalKind, with_median: bool = True) -> Summary:
        """Summarize the rows as `gecam.uncertainty.summarize` does draws; the median if it is wanted.

        Raises
        ------
        InputError
            If the interval of highest density is wanted: it needs draws.

        Warns
        -----
        PrecisionWarning
            If the law of a share does not give back its mean to a relative 1e-4.
        """
        if kind != "eti":
            raise InputError(
                "rows without draws have equal-tailed intervals only: use kind='eti', or by(..., "
                "draws='sampled')."
            )
        probabilities = [(1 - level) / 2, (1 + level) / 2] + [0.5] * with_median
        quantiles = np.full((3, len(self.mean)), np.nan)
        found = slice(len(probabilities))
        one = np.flatnonzero(self.count == 1)
        if one.size:
            term = self.first[one]
            used, index = np.unique(self.terms.place[term], return_inverse=True)
            quantiles[found, one] = mixture_quantiles(
                LogTables.of([self.people[p] for p in used]),
                index,
                self.terms.laws(term),
                probabilities,
            )
        several = np.flatnonzero(self.count > 1)
        if several.size:
            quantiles[found, several] = sum_quantiles(
                self.people,
                self.terms,
                self.first[several],
                self.count[several],
                probabilities,
                self.seed,
            )
        nothing = np.full(len(self.mean), np.nan)
        return Summary(
            self.mean, quantiles[2], quantiles[0], quantiles[1], self.sd, self.sd / self.mean,
            self.mcse, nothing, nothing, level, kind,
        )  # fmt: skip

    def rows(self, kept: BoolArray) -> RowMixture:
        """Return some rows."""
        names = ("mean", "sd", "mcse", "first", "count")
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
    replicates: int = 1,
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
    replicates
        Independent parts of the draws, whose means give the Monte Carlo error.

    Returns
    -------
    RowMixture
        One row for each number in `row`.

    Notes
    -----
    Given the draws :math:`L_p` a row :math:`X = \sum_p L_p W_p` has the mean :math:`M = \sum_p s_p
    L_p` and the variance :math:`V = \sum_p v_p L_p^2`, so that :math:`E X = E M` and
    :math:`\operatorname{Var} X = \operatorname{Var} M + E V`, without a draw of a share. Quantiles of
    a row of one place are those of a mixture (`gecam.aggregation.mixture`), those of several places
    of draws that are not kept (`gecam.aggregation.row_sums`).
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
    two = np.flatnonzero(count == 2)
    square[two] = _square_of_two(people, square_of, place, share, first[two])
    more = np.flatnonzero(count > 2)
    for rows, ends, terms in blocks(first[more], count[more]):
        core = term_sums(share[terms], ends, place[terms], people)
        square[more[rows]] = np.einsum("rn,rn->r", core, core) / n
    core_variance = np.maximum(square - mean**2, 0.0) * n / (n - 1)
    mcse = np.sqrt(core_variance / n)
    if replicates > 1:
        parts = people.reshape(len(people), replicates, -1).mean(axis=2).T
        means = [np.bincount(row, share * part[place]) for part in parts]
        mcse = np.std(means, axis=0, ddof=1) / np.sqrt(replicates)
    return RowMixture(
        mean, np.sqrt(core_variance + noise_part), mcse, people, first, count,
        Terms(place, share, variance, noise), seed,
    )  # fmt: skip


def _square_of_two(
    people: FloatArray, square_of: FloatArray, place: IntArray, share: FloatArray, first: IntArray
) -> FloatArray:
    """Return the mean square of shares times people, of rows of two places."""
    a, b = place[first], place[first + 1]
    pairs, which = np.unique(a * len(people) + b, return_inverse=True)
    cross = np.array([
        np.einsum("n,n->", people[p // len(people)], people[p % len(people)]) for p in pairs
    ]) / people.shape[1]  # fmt: skip
    s, t = share[first], share[first + 1]
    return np.asarray(s**2 * square_of[a] + t**2 * square_of[b] + 2 * s * t * cross[which])
