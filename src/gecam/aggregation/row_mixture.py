"""Sums of people times shares: exact mean and variance, approximate quantiles, no stored draws."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, IntArray, Probability, WholeNumber
from gecam.aggregation.mixture import LogTables, mixture_quantiles
from gecam.aggregation.row_sums import Terms, sum_quantiles
from gecam.aggregation.share_noise import ShareNoise
from gecam.errors import InputError
from gecam.uncertainty import IntervalKind, Summary


@dataclass(frozen=True, slots=True, eq=False)
class RowMixture:
    """Rows that are sums over places of people times uncertain shares; no row keeps draws.

    Parameters
    ----------
    mean
        Mean of each row, persons, shape ``(row,)``.
    noise_variance
        Part of each row's variance that is due to the shares.
    people
        Draws of the people of each place, persons, shape ``(place, draw)``.
    power
        Mean square of the people of each place.
    first, count
        Position and number of the terms of each row, shape ``(row,)``.
    terms
        Place, and mean, variance and distribution of the share, of each term.
    seed
        Of the random numbers of rows of several places.
    """

    mean: FloatArray
    noise_variance: FloatArray
    people: FloatArray
    power: FloatArray
    first: IntArray
    count: IntArray
    terms: Terms
    seed: int

    @checked
    def summary(
        self, *, level: Probability, kind: IntervalKind, with_median: bool = True
    ) -> Summary:
        """Summarize the rows as `gecam.uncertainty.summarize` does draws.

        Parameters
        ----------
        level
            Probability of the interval, in (0, 1).
        kind
            ``eti`` (equal tails).
        with_median
            True or False, which leaves the median out (NaN).

        Returns
        -------
        Summary
            One value of each statistic per row, persons.

        Raises
        ------
        InputError
            If the interval of highest density is wanted: it needs draws.

        Warns
        -----
        PrecisionWarning
            If the distribution of a share does not give back its mean to a relative 1e-4.
        """
        if kind != "eti":
            raise InputError(
                "rows without draws have equal-tailed intervals only: use kind='eti', or by(..., "
                "draws='sampled')."
            )
        probabilities = [(1 - level) / 2, (1 + level) / 2] + [0.5] * with_median
        quantiles = np.full((3, len(self.mean)), np.nan)
        square = np.empty(len(self.mean))  # mean square of a row, given the draws of the places
        asked, n = slice(len(probabilities)), self.people.shape[1]
        one = np.flatnonzero(self.count == 1)
        if one.size:
            term = self.first[one]
            used, index = np.unique(self.terms.place[term], return_inverse=True)
            square[one] = self.terms.share[term] ** 2 * self.power[self.terms.place[term]]
            quantiles[asked, one] = mixture_quantiles(
                LogTables.of([self.people[p] for p in used]),
                index,
                self.terms.distributions(term),
                probabilities,
            )
        several = np.flatnonzero(self.count > 1)
        if several.size:
            quantiles[asked, several], square[several] = sum_quantiles(
                self.people,
                self.power,
                self.terms,
                self.first[several],
                self.count[several],
                probabilities,
                self.seed,
            )
        core_variance = np.maximum(square - self.mean**2, 0.0) * n / (n - 1)
        sd = np.sqrt(core_variance + self.noise_variance)
        mcse = np.sqrt(core_variance / n)
        nothing = np.full(len(self.mean), np.nan)
        return Summary(
            self.mean, quantiles[2], quantiles[0], quantiles[1], sd, sd / self.mean, mcse, nothing,
            nothing, level, kind,
        )  # fmt: skip

    def rows(self, chosen: BoolArray | IntArray) -> RowMixture:
        """Return some rows."""
        names = ("mean", "noise_variance", "first", "count")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


@checked
def mix_rows(
    people: FloatArray,
    row: IntArray,
    place: IntArray,
    share: FloatArray,
    variance: FloatArray,
    noise: ShareNoise | None = None,
    *,
    seed: WholeNumber = 0,
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
        The distribution of each term's share; matched to its mean and variance if None.
    seed
        Whole number >= 0, of the random numbers of rows of several places.

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
    mean_of = people.mean(axis=1)
    power = np.einsum("pn,pn->p", people, people) / people.shape[1]
    return RowMixture(
        np.bincount(row, share * mean_of[place]).astype(np.float64),
        np.bincount(row, variance * power[place]).astype(np.float64),
        people,
        power,
        np.searchsorted(row, np.arange(int(row[-1]) + 1)),
        np.bincount(row),
        Terms(place, share, variance, noise),
        seed,
    )
