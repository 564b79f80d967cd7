"""Intervals by origin and sex, without simulating origin shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from gecam._typing import Array, FloatArray, IntArray
from gecam.aggregation import (
    NOT_PUBLISHED,
    ClassShares,
    Composition,
    RowMixture,
    ShareNoise,
    find_laws,
    mix_rows,
)

LEAST_SHARE = 1e-15  # stands for none: a logarithm is needed
LEAST_ODDS = float(np.log(LEAST_SHARE))


class Cells(NamedTuple):
    """Origins of some places, one after another, with distributions of shares; shape ``(cell,)``.

    ``attributes`` holds those that are asked for, such as ``sex``.
    """

    place: IntArray
    origin: Array
    share: FloatArray
    log_sd: FloatArray
    noise: ShareNoise
    attributes: Mapping[str, Classes]


class Classes(NamedTuple):
    """Classes of one attribute: mean share by class, and mean and distribution of each step.

    See `gecam.aggregation.ClassShares`. Shape ``(cell,)``; NaN where they are not published.
    """

    share: Mapping[str, FloatArray]
    step_means: Sequence[FloatArray]
    steps: Sequence[ShareNoise]


class IntervalRows(NamedTuple):
    """Rows with their labels, their mixture, and the row of each of its terms."""

    labels: pd.DataFrame
    mixture: RowMixture
    row: IntArray

    def place_sets(self) -> tuple[list[tuple[int, ...]], IntArray]:
        """Return the different sets of places that rows have, and which of them each row has."""
        first, count, place = self.mixture.first, self.mixture.count, self.mixture.terms.place
        sets, which = list[tuple[int, ...]](), np.empty(count.size, dtype=np.int64)
        for k in np.unique(count):
            rows = np.flatnonzero(count == k)
            places = place[first[rows, None] + np.arange(k)]
            code = np.zeros(rows.size, dtype=np.int64)
            for column in places.T:  # rows with the same places so far have the same code
                code = code * (column.max() + 1) + column
                _, at, code = np.unique(code, return_index=True, return_inverse=True)
            which[rows] = code + len(sets)
            sets += map(tuple, places[at].tolist())
        return sets, which


def composition_cells(compositions: Mapping[int, Composition], attributes: Sequence[str]) -> Cells:
    """Put the compositions of places, and the distributions of their shares, one after another.

    Parameters
    ----------
    compositions
        By position of the place.
    attributes
        Which attributes, such as ``sex``, rows are asked for by.
    """
    places, every = zip(*sorted(compositions.items()), strict=True)
    find_laws(every, attributes)

    def joined(name: str) -> FloatArray:
        return np.concatenate([getattr(c, name) for c in every])

    origins = [c.origin for c in every]
    return Cells(
        np.repeat(places, list(map(len, origins))),
        np.array(list(chain.from_iterable(origins)), dtype=object),
        joined("share"),
        joined("log_sd"),
        ShareNoise.concatenate([c.centred.noise for c in every]),
        {a: _joined_classes([c.classes(a) for c in every]) for a in attributes},
    )


def _joined_classes(classes: Sequence[ClassShares]) -> Classes:
    """Put the classes of one attribute of several compositions one after another."""
    steps = range(len(classes[0].steps))
    return Classes(
        {name: np.concatenate([c.share[name] for c in classes]) for name in classes[0].share},
        [np.concatenate([c.step_means[k] for c in classes]) for k in steps],
        [ShareNoise.concatenate([c.steps[k] for c in classes]) for k in steps],
    )


def interval_rows(
    cells: Cells,
    people: FloatArray,
    place_labels: pd.DataFrame,
    dimensions: Sequence[str],
    seed: int,
) -> IntervalRows:
    r"""Group cells along some dimensions, ``origin`` or an attribute such as ``sex`` among them.

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
    seed
        Of the run.

    Notes
    -----
    The share of a row in one place is that of one origin, :math:`W`, or of one class of an origin,
    such as its women, :math:`W F` with independent factors; or, without ``origin`` among the
    dimensions, a sum over origins, :math:`A = \sum_o a_o w_o / \sum_o w_o`, whose variance is that of
    a ratio to first order, :math:`\sum_o p_o^2 (e^{s_o^2} - 1) (a_o - A)^2` and that of the
    :math:`a_o`.
    """
    cell, classes, part = _divided(cells)
    labels, row = _grouped(
        {"origin": (cells.origin, cell)}
        | {attribute: (names, None) for attribute, names in classes.items()}
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
        if cells.attributes:
            cumulants = cells.noise.cumulants()[:, cell] + part.cumulants
            noise = ShareNoise.from_cumulants(cumulants, mean)
    else:
        row, place, mean, variance = _summed(cells, row, cell, part.mean, part.variance)
        noise = None
    mixture = mix_rows(people, row, place, mean, variance, noise, seed=seed)
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
    """Part of a cell that is in a row: mean and variance, and cumulants of its logarithm.

    Shapes ``(part,)``, of cumulants ``(3, part)``: the first three.
    """

    mean: FloatArray
    variance: FloatArray
    cumulants: FloatArray

    @classmethod
    def whole(cls, n: int) -> _Part:
        """Return all of each cell."""
        return cls(np.ones(n), np.zeros(n), np.zeros((3, n)))

    def rows(self, order: IntArray) -> _Part:
        return _Part(self.mean[order], self.variance[order], self.cumulants[:, order])

    def times(self, other: _Part) -> _Part:
        """Return the products of independent parts."""
        variance = self.variance * (other.mean**2 + other.variance)
        variance += self.mean**2 * other.variance
        return _Part(self.mean * other.mean, variance, self.cumulants + other.cumulants)


def _divided(cells: Cells) -> tuple[IntArray, dict[str, Array], _Part]:
    """Return cell, class by attribute, and part of each cell, divided by all that is asked for."""
    n = cells.share.size
    cell, labels, part = np.arange(n), dict[str, Array](), _Part.whole(n)
    for attribute, classes in cells.attributes.items():
        rows, names, parts = zip(*_class_parts(classes, cell), strict=True)
        row = np.concatenate(rows)
        of_rows = np.repeat(np.array(names, dtype=object), [r.size for r in rows])
        labels = {a: text[row] for a, text in labels.items()} | {attribute: of_rows}
        joined = (np.concatenate(columns, axis=-1) for columns in zip(*parts, strict=True))
        part = part.rows(row).times(_Part(*joined))
        cell = cell[row]
    return cell, labels, part


def _class_parts(classes: Classes, cell: IntArray) -> Iterator[tuple[IntArray, str, _Part]]:
    """Yield the rows of each class of an attribute, given their cells, and the part it is of each.

    The rows whose classes are not published come last, whole.
    """
    is_published = ~np.isnan(next(iter(classes.share.values())))[cell]
    split, whole = np.flatnonzero(is_published), np.flatnonzero(~is_published)
    here = cell[split]
    rest = _Part.whole(here.size)
    for k, (name, share) in enumerate(classes.share.items()):
        part = rest
        if k < len(classes.steps):
            mean, distribution = classes.step_means[k][here], classes.steps[k][here]
            variance = np.where(distribution.logit_sd > 0, distribution.variance(), 0.0)
            part = rest.times(_Part(mean, variance, _log_cumulants(distribution, 1)))
            rest = rest.times(_Part(1 - mean, variance, _log_cumulants(distribution, -1)))
        yield split, name, part._replace(mean=share[here])
    yield whole, NOT_PUBLISHED, _Part.whole(whole.size)


def _log_cumulants(distribution: ShareNoise, sign: int) -> FloatArray:
    """Return cumulants of the logarithm of a share (sign 1), or of what it leaves (-1)."""
    odds = np.maximum(sign * distribution.location, LEAST_ODDS)
    return ShareNoise(odds, distribution.logit_sd, distribution.skew).cumulants()


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
