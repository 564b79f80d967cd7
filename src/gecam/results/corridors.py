"""Intervals by origin and sex, without simulating origin shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from gecam._typing import Array, BoolArray, FloatArray, IntArray
from gecam.aggregation import Composition, RowMixture, ShareNoise, find_laws, mix_rows

LEAST_SHARE = 1e-15  # stands for none: a logarithm is needed
LEAST_ODDS = float(np.log(LEAST_SHARE))


class Cells(NamedTuple):
    """Origins of some places, one after another, with distributions of shares; shape ``(cell,)``.

    ``female`` is NaN where sex is not published; ``women`` is None where sex is not asked for.
    """

    place: IntArray
    origin: Array
    share: FloatArray
    log_sd: FloatArray
    noise: ShareNoise
    female: FloatArray
    women: ShareNoise | None


class IntervalRows(NamedTuple):
    """Rows with their labels, their mixture, and the row of each of its terms."""

    labels: pd.DataFrame
    mixture: RowMixture
    row: IntArray

    def place_sets(self) -> tuple[list[tuple[int, ...]], IntArray]:
        """Return the different sets of places that rows have, and which of them each row has."""
        first, count, place = self.mixture.first, self.mixture.count, self.mixture.terms.place
        which = np.empty(count.size, dtype=np.int64)
        one = np.flatnonzero(count == 1)
        single, which[one] = np.unique(place[first[one]], return_inverse=True)
        position = {(p,): i for i, p in enumerate(single.tolist())}
        for r in np.flatnonzero(count > 1):
            places = tuple(place[first[r] : first[r] + count[r]].tolist())
            which[r] = position.setdefault(places, len(position))
        return list(position), which


def composition_cells(compositions: Mapping[int, Composition], *, with_sex: bool) -> Cells:
    """Put the compositions of places, and the distributions of their shares, one after another.

    Parameters
    ----------
    compositions
        By position of the place.
    with_sex
        Whether rows by sex are asked for.
    """
    places, every = zip(*sorted(compositions.items()), strict=True)
    find_laws(every, with_sex=with_sex)

    def joined(name: str) -> FloatArray:
        return np.concatenate([getattr(c, name) for c in every])

    origins = [c.origin for c in every]
    return Cells(
        np.repeat(places, list(map(len, origins))),
        np.array(list(chain.from_iterable(origins)), dtype=object),
        joined("share"),
        joined("log_sd"),
        ShareNoise.concatenate([c.centred.noise for c in every]),
        joined("female"),
        ShareNoise.concatenate([c.women for c in every]) if with_sex else None,
    )


def interval_rows(
    cells: Cells,
    people: FloatArray,
    place_labels: pd.DataFrame,
    dimensions: Sequence[str],
    seed: int,
    replicates: int = 1,
) -> IntervalRows:
    r"""Group cells along some dimensions, ``origin`` or ``sex`` among them.

    Parameters
    ----------
    cells
        Of the places that could be estimated.
    people
        Draws of the people of every place, persons, shape ``(place, draw)``.
    place_labels
        One row per place; further dimensions are its columns.
    dimensions
        Columns of the answer.
    seed, replicates
        Of the run.

    Notes
    -----
    The share of a row in one place is that of one origin, :math:`W`, or of one origin and sex,
    :math:`W F` with independent factors; or, without ``origin`` among the dimensions, a sum over
    origins, :math:`A = \sum_o a_o w_o / \sum_o w_o`, whose variance is that of a ratio to first
    order, :math:`\sum_o p_o^2 (e^{s_o^2} - 1) (a_o - A)^2` and that of the :math:`a_o`.
    """
    cell, sex, part = _everybody(cells) if cells.women is None else _sexes(cells, cells.women)
    labels, row = _grouped(
        {"origin": (cells.origin, cell), "sex": (sex, None)}
        | {d: (place_labels[d].to_numpy(dtype=object), cells.place[cell]) for d in place_labels},
        dimensions,
    )
    order = np.lexsort((cells.place[cell], row))
    row, cell, part = row[order], cell[order], part.rows(order)
    if "origin" in dimensions:
        place, share = cells.place[cell], cells.share[cell]
        mean = share * np.maximum(part.mean, LEAST_SHARE)
        variance = (
            cells.noise.variance()[cell] * (part.mean**2 + part.variance) + share**2 * part.variance
        )
        noise = cells.noise[cell]
        if part.law is not None:
            cumulants = cells.noise.cumulants()[:, cell] + part.law.cumulants()
            noise = ShareNoise.from_cumulants(cumulants, mean)
    else:
        row, place, mean, variance = _summed(cells, row, cell, part.mean, part.variance)
        noise = None
    mixture = mix_rows(people, row, place, mean, variance, noise, seed=seed, replicates=replicates)
    return IntervalRows(labels, mixture, row)


def _grouped(
    columns: Mapping[str, tuple[Array, IntArray | None]], dimensions: Sequence[str]
) -> tuple[pd.DataFrame, IntArray]:
    """Return the sorted different labels along some dimensions, and which of them each cell has.

    A column is its values and, where they stand for several cells each, which one a cell has.
    """
    key = np.zeros(1, dtype=np.int64)
    for d in dimensions:
        values, index = columns[d]
        codes, different = pd.factorize(values, sort=True)
        key = key * len(different) + (codes if index is None else codes[index])
    _, at, row = np.unique(key, return_index=True, return_inverse=True)
    labels = {
        d: values[at if index is None else index[at]] for d, (values, index) in columns.items()
    }
    return pd.DataFrame({d: labels[d] for d in dimensions}, dtype=object), row


class _Part(NamedTuple):
    """Part of a cell that is in a row: its mean, variance and law; None where it is all of it."""

    mean: FloatArray
    variance: FloatArray
    law: ShareNoise | None

    def rows(self, order: IntArray) -> _Part:
        law = None if self.law is None else self.law[order]
        return _Part(self.mean[order], self.variance[order], law)


def _everybody(cells: Cells) -> tuple[IntArray, Array, _Part]:
    """Return every cell once."""
    n = cells.share.size
    return np.arange(n), np.full(n, "total", dtype=object), _Part(np.ones(n), np.zeros(n), None)


def _sexes(cells: Cells, women: ShareNoise) -> tuple[IntArray, Array, _Part]:
    """Return cell, sex and part of each cell: twice, or once where the sex is not published."""
    has_sex: BoolArray = ~np.isnan(cells.female)
    split, whole = np.flatnonzero(has_sex), np.flatnonzero(~has_sex)
    sizes = [split.size, split.size, whole.size]
    sex = np.repeat(np.array(["female", "male", "total"], dtype=object), sizes)
    female, women = cells.female[split], women[split]
    mean = np.concatenate([female, 1 - female, np.ones(whole.size)])
    if not split.size:
        return whole, sex, _Part(mean, np.zeros(whole.size), None)
    location = np.concatenate([women.location, -women.location, np.full(whole.size, np.inf)])
    logit_sd = np.concatenate([women.logit_sd, women.logit_sd, np.zeros(whole.size)])
    law = ShareNoise(np.maximum(location, LEAST_ODDS), logit_sd, np.zeros(mean.size))
    spread = np.where(women.logit_sd > 0, women.variance(), 0.0)
    variance = np.concatenate([spread, spread, np.zeros(whole.size)])
    return np.concatenate([split, split, whole]), sex, _Part(mean, variance, law)


def _summed(
    cells: Cells, row: IntArray, cell: IntArray, part: FloatArray, part_variance: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Add the origins of each place and row: row, place, mean and variance of each sum."""
    n_places = int(cells.place.max()) + 1
    key, term = np.unique(row * n_places + cells.place[cell], return_inverse=True)
    weight = cells.share**2 * np.expm1(cells.log_sd**2)
    mean = np.bincount(term, cells.share[cell] * part).astype(np.float64)
    np.clip(mean, LEAST_SHARE, None, out=mean)
    mean[mean > 1 - 1e-12] = 1.0
    here = np.bincount(cells.place, weight, minlength=n_places)[key % n_places]
    inside = weight[cell]
    variance = mean**2 * (here - np.bincount(term, inside))
    variance += np.bincount(term, inside * (part - mean[term]) ** 2)
    variance += np.bincount(term, part_variance * (cells.share[cell] ** 2 + inside))
    return key // n_places, key % n_places, mean, np.maximum(variance, 0.0)
