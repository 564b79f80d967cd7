"""Rows by origin and sex: who the affected are, without draws of who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from gecam._typing import Array, BoolArray, FloatArray, IntArray
from gecam.aggregation import Composition, RowMixture, ShareNoise, centred_shares, mix_rows
from gecam.uncertainty import logit_normal_location, logit_normal_moments

LEAST_SHARE = 1e-15  # stands for none: a logarithm is needed


class Cells(NamedTuple):
    """Origins of some places, one after another, and the law of their shares; shape ``(cell,)``.

    ``female_variance`` is zero and ``female`` NaN where sex is not published.
    """

    place: IntArray
    origin: Array
    share: FloatArray
    log_sd: FloatArray
    noise: ShareNoise
    variance: FloatArray
    female: FloatArray
    female_variance: FloatArray


class IntervalRows(NamedTuple):
    """Rows with their labels, mixture, mean shares by place, and the places of each row."""

    labels: pd.DataFrame
    mixture: RowMixture
    row: IntArray
    place: IntArray
    share: FloatArray


def composition_cells(compositions: Mapping[int, Composition]) -> Cells:
    """Put the compositions of places one after another and derive the law of every share."""
    parts = sorted(compositions.items())
    place = np.repeat([i for i, _ in parts], [len(c.origin) for _, c in parts])
    share = np.concatenate([c.share for _, c in parts])
    log_sd = np.concatenate([c.log_sd for _, c in parts])
    number = np.repeat(np.arange(len(parts)), [len(c.origin) for _, c in parts])
    noise = centred_shares(share, log_sd, number).noise
    female = np.concatenate([c.female for _, c in parts])
    sex_sd = np.repeat([c.sex_logit_sd for _, c in parts], [len(c.origin) for _, c in parts])
    spread = np.zeros(share.size)
    inner = np.flatnonzero((female > 0) & (female < 1) & (sex_sd > 0))
    if inner.size:
        location = logit_normal_location(female[inner], sex_sd[inner])
        spread[inner] = logit_normal_moments(location, sex_sd[inner])[1] ** 2
    return Cells(
        place, np.array([o for _, c in parts for o in c.origin], dtype=object), share, log_sd, noise,
        noise.variance(), female, spread,
    )  # fmt: skip


def interval_rows(
    cells: Cells,
    people: FloatArray,
    place_labels: pd.DataFrame,
    dimensions: Sequence[str],
    seed: int,
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
    seed
        Seed of the run.

    Notes
    -----
    The share of a row in one place is that of one origin, :math:`W`, or of one origin and sex,
    :math:`W F` with independent factors; or, without ``origin`` among the dimensions, a sum over
    origins, :math:`A = \sum_o a_o w_o / \sum_o w_o`, whose variance is that of a ratio to first
    order, :math:`\sum_o p_o^2 (e^{s_o^2} - 1) (a_o - A)^2` and that of the :math:`a_o`.
    """
    cell, sex, part, part_variance = _sexes(cells, with_sex="sex" in dimensions)
    known = {"origin": cells.origin[cell], "sex": sex}
    table = pd.DataFrame({
        d: known[d] if d in known else place_labels[d].to_numpy(dtype=object)[cells.place[cell]]
        for d in dimensions
    })  # fmt: skip
    groups = table.groupby(list(dimensions), sort=True)
    row = groups.ngroup().to_numpy()
    labels = table.iloc[np.unique(row, return_index=True)[1]].reset_index(drop=True).astype(object)
    order = np.lexsort((cells.place[cell], row))
    row, cell, part, part_variance = row[order], cell[order], part[order], part_variance[order]
    if "origin" in dimensions:
        mean = cells.share[cell] * np.maximum(part, LEAST_SHARE)
        variance = (
            cells.variance[cell] * (part**2 + part_variance)
            + cells.share[cell] ** 2 * part_variance
        )
        is_whole = "sex" not in dimensions or bool((part == 1).all())
        place = cells.place[cell]
        noise = cells.noise[cell]
        if not is_whole:
            law = ShareNoise.from_moments(np.maximum(part, LEAST_SHARE), part_variance)
            noise = ShareNoise.of_products(noise, law, mean)
    else:
        row, place, mean, variance = _summed(cells, row, cell, part, part_variance)
        noise = None
    mixture = mix_rows(people, row, place, mean, variance, noise, seed=seed)
    return IntervalRows(labels, mixture, row, place, mean)


def _sexes(cells: Cells, *, with_sex: bool) -> tuple[IntArray, Array, FloatArray, FloatArray]:
    """Return cell, sex, and mean and variance of the part of the cell; each cell once or twice."""
    every = np.arange(cells.share.size)
    if not with_sex:
        whole = np.full(every.size, "total", dtype=object)
        return every, whole, np.ones(every.size), np.zeros(every.size)
    is_known: BoolArray = ~np.isnan(cells.female)
    known, unknown = np.flatnonzero(is_known), np.flatnonzero(~is_known)
    women, spread = cells.female[known], cells.female_variance[known]
    sizes = [known.size, known.size, unknown.size]
    return (
        np.concatenate([known, known, unknown]),
        np.repeat(np.array(["female", "male", "total"], dtype=object), sizes),
        np.concatenate([women, 1 - women, np.ones(unknown.size)]),
        np.concatenate([spread, spread, np.zeros(unknown.size)]),
    )


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
