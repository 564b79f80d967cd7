"""Quantiles of sums over places, simulated a few rows at a time without storing the draws."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from gecam._typing import FloatArray, IntArray
from gecam.aggregation.share_noise import ShareNoise
from gecam.errors import PrecisionWarning, caller_level
from gecam.uncertainty import even_scores

EXPLICIT = 2  # places of a row whose shares are drawn by themselves; the others' noise is added up
BLOCK = 64  # rows of many places that are summed at a time: bounds memory, changes no bit
MOMENT_TOLERANCE = 1e-4  # relative, of the mean that the nodes of a share give
COLUMNS = 512  # draws of all places that are summed at a time: the same
BATCH = 65_536  # draws of rows of one pair of places that are made at a time: the same


class Terms(NamedTuple):
    """Terms of all rows, row after row: place, mean and variance of the share, and its distribution.

    Without a distribution, a term's is matched to its mean and variance when it is used.
    """

    place: IntArray
    share: FloatArray
    variance: FloatArray
    noise: ShareNoise | None = None

    def distributions(self, index: IntArray) -> ShareNoise:
        """Return the distributions of some terms.

        Warns
        -----
        PrecisionWarning
            If the nodes of a distribution do not give back its mean to a relative 1e-4.
        """
        mean = self.share[index]
        if self.noise is None:
            distribution = ShareNoise.from_moments(mean, self.variance[index])
        else:
            distribution = self.noise[index]
        worst = float(np.abs(distribution.mean() / mean - 1).max())
        if worst > MOMENT_TOLERANCE:
            warnings.warn(
                f"the mean of a share is met to {worst:.1e} only, where {MOMENT_TOLERANCE:g} is "
                "promised: use by(..., draws='sampled') for this breakdown.",
                PrecisionWarning,
                stacklevel=caller_level(),
            )
        return distribution


def sum_quantiles(
    people: FloatArray,
    power: FloatArray,
    terms: Terms,
    first: IntArray,
    count: IntArray,
    probabilities: Sequence[float],
    seed: int,
) -> tuple[FloatArray, FloatArray]:
    """Return quantiles and mean squares of rows of two and more places.

    Parameters
    ----------
    people
        Draws of the people of each place, persons, > 0; shape ``(place, draw)``.
    power
        Mean square of the people of each place.
    terms
        Terms of all rows.
    first, count
        Position and number of the terms of each row, shape ``(row,)``; count >= 2.
    probabilities
        Of the quantiles.
    seed
        Seed of the run.

    Returns
    -------
    quantiles : FloatArray
        Persons, shape ``(probability, row)``.
    squares : FloatArray
        Mean square of each row's mean given the draws of the places; shape ``(row,)``.

    Notes
    -----
    A row is drawn: the two places with most noise by their own shares, all others together by one
    lognormal factor with their mean and variance in that draw. The scores of shares are points of
    a Sobol' sequence, met in the order of the row's people, so that they go evenly with them
    (array-RQMC; `gecam.uncertainty.even_scores`). Rows share these scores: intervals need the
    distribution of each row, not of several. Each row is solved by itself.
    """
    out, mean_square = np.empty((len(probabilities), first.size)), np.empty(first.size)
    position = np.array(probabilities) * (people.shape[1] - 1)
    below = position.astype(np.int64)
    above = np.minimum(below + 1, people.shape[1] - 1)
    scores = even_scores(seed, "row mixture", people.shape[1], EXPLICIT + 1)
    pairs, others = np.flatnonzero(count == EXPLICIT), np.flatnonzero(count > EXPLICIT)
    drawn = (
        (pairs, _pairs(people, power, terms, first[pairs], scores[:EXPLICIT])),
        (others, _sums(people, power, terms, first[others], count[others], scores)),
    )
    for rows, parts in drawn:
        done = 0
        for draws, core_square in parts:
            here = rows[done : done + len(draws)]
            mean_square[here] = core_square
            draws.sort(axis=1)
            at = draws[:, below]
            at += (position - below) * (draws[:, above] - at)
            out[:, here] = at.T
            done += len(draws)
    return out, mean_square


def term_numbers(first: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """Return where the terms of each row end, zero before them, and the terms, row after row."""
    ends = np.concatenate([[0], np.cumsum(count)])
    return ends, np.arange(ends[-1]) + np.repeat(first - ends[:-1], count)


def _pairs(
    people: FloatArray, power: FloatArray, terms: Terms, first: IntArray, scores: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield draws of rows of two places, those of one pair together, and mean squares of cores."""
    places = terms.place[first[:, None] + np.arange(EXPLICIT)]
    changes = np.flatnonzero((np.diff(places, axis=0) != 0).any(axis=1)) + 1
    distributions = [terms.distributions(first + i) for i in range(EXPLICIT)] if first.size else []
    z, size = np.empty_like(scores), max(BATCH // people.shape[1], 1)
    for rows in np.split(np.arange(first.size), changes) if first.size else ():
        a, b = places[rows[0]]
        z[:, np.argsort(people[a] / np.sqrt(power[a]) + people[b] / np.sqrt(power[b]))] = scores
        cross = np.einsum("n,n->", people[a], people[b]) / people.shape[1]
        for start in range(0, rows.size, size):
            batch = rows[start : start + size]
            draws = distributions[0][batch].shares(z[0], people[a])
            draws += distributions[1][batch].shares(z[1], people[b])
            s, t = terms.share[first[batch]], terms.share[first[batch] + 1]
            yield draws, s**2 * power[a] + t**2 * power[b] + 2 * s * t * cross


def _sums(
    people: FloatArray,
    power: FloatArray,
    terms: Terms,
    first: IntArray,
    count: IntArray,
    scores: FloatArray,
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield draws of rows of more than two places, and mean squares of cores."""
    if not first.size:
        return
    z = np.empty_like(scores)
    for start in range(0, first.size, BLOCK):
        rows = slice(start, start + BLOCK)
        ends, block = term_numbers(first[rows], count[rows])
        noisiest = _largest(terms.variance[block] * power[terms.place[block]], ends)
        is_other = np.ones(block.size)
        is_other[noisiest] = 0.0
        places = terms.place[block], ends
        rests, spreads = _weighted_sums(
            people, places, terms.share[block] * is_other, terms.variance[block] * is_other
        )
        distributions = terms.distributions(block[noisiest].reshape(-1))
        core_square = np.empty(len(rests))
        for i, mine in enumerate(block[noisiest]):
            own, rest = people[terms.place[mine]], rests[i]
            core = rest + terms.share[mine[0]] * own[0] + terms.share[mine[1]] * own[1]
            z[:, np.argsort(core)] = scores
            core_square[i] = np.einsum("n,n->", core, core) / core.size
            log_variance = np.log(1 + spreads[i] / rest**2)  # quicker than log1p
            rest *= np.exp(np.sqrt(log_variance) * z[EXPLICIT] - log_variance / 2)
            for j in range(EXPLICIT):
                term = EXPLICIT * i + j
                rest += distributions[term : term + 1].shares(z[j], own[j])[0]
        yield rests, core_square


def _weighted_sums(
    people: FloatArray, places: tuple[IntArray, IntArray], share: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return sums over places of people times shares, and of squared people times variances.

    `places` holds the place of each term, and where the terms of each row end. Terms of a row are
    added one after the other, draw by draw, whatever the machine does; so columns are taken a few at
    a time, as they fit into the processor's cache.
    """
    from scipy.sparse import csr_array  # not needed at import

    shape = (places[1].size - 1, len(people))
    means, spreads = (
        csr_array((share, *places), shape=shape),
        csr_array((variance, *places), shape=shape),
    )
    sums = np.empty((2, shape[0], people.shape[1]))
    for start in range(0, people.shape[1], COLUMNS):
        columns = slice(start, start + COLUMNS)
        part = np.ascontiguousarray(people[:, columns])
        sums[0, :, columns] = means @ part
        sums[1, :, columns] = spreads @ np.square(part)
    return sums[0], sums[1]


def _largest(size: FloatArray, ends: IntArray) -> IntArray:
    """Return positions of the `EXPLICIT` largest terms of each row, the largest first."""
    order = np.lexsort((-size, np.repeat(np.arange(ends.size - 1), np.diff(ends))))
    return np.asarray(order[ends[:-1, None] + np.arange(EXPLICIT)])
