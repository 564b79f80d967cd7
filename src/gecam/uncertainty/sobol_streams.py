"""Quasi-random draws of named factors: those that places share, and the own ones of each place."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from gecam._signature import check_fields
from gecam._typing import Address, Array, FloatArray, IntArray
from gecam.errors import InputError
from gecam.uncertainty.streams import Streams

BITS = 32
# Degree, coefficients and first direction numbers of dimensions 2 to 13: Joe & Kuo (2008),
# new-joe-kuo-6; dimension 1 is the van der Corput sequence.
DIRECTIONS = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
)
MOST_FACTORS = len(DIRECTIONS) + 1
PLACE_BLOCK = 32  # neighbours in rank whose own factors a place mixes up


@dataclass(frozen=True, slots=True)
class SobolStreams(Streams):
    r"""Streams whose named factors are points of scrambled Sobol' sequences.

    Parameters
    ----------
    seed
        Seed of the run, a whole number of at least 0.
    draws
        Number of draws of the run.
    replicates
        Independent scrambles; draws are divided among them in equal, contiguous parts whose length
        is a power of two.
    factors
        Input and component of each factor that places share, the most important first; at most 13.

    Raises
    ------
    InputError
        If draws are not replicates times a power of two, or there are too many factors.

    Notes
    -----
    Sobol' points in the directions of Joe and Kuo [1]_, scrambled by a random lower triangular matrix
    and a digital shift [2]_, whose bits come from the streams of the seed. Within a replicate the
    error of a mean of a smooth function falls faster than :math:`n^{-1/2}`; the spread of the means
    of replicates estimates it without a formula. No point is skipped. The own factors of a place
    are quasi-random with `of_place`.

    References
    ----------
    .. [1] Joe & Kuo (2008). Constructing Sobol sequences with better two-dimensional projections.
       *SIAM J. Sci. Comput.* 30, 2635-2654.
    .. [2] Matoušek (1998). On the L2-discrepancy for anchored boxes. *J. Complexity* 14, 527-556.

    Examples
    --------
    >>> from gecam.uncertainty import SobolStreams
    >>> streams = SobolStreams(1, 1024, 4, (("odds_ratio", "shared"),))
    >>> bool(abs(streams.normal("odds_ratio", "shared", 0, 1024).mean()) < 1e-3)
    True
    """

    draws: int = 0
    replicates: int = 8
    factors: tuple[Address, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        Streams.__post_init__(self)
        points = self.draws // max(self.replicates, 1)
        if self.replicates < 2 or points * self.replicates != self.draws or points & (points - 1):
            raise InputError(
                f"draws must be replicates (2 or more) times a power of two: got {self.draws} draws "
                f"and {self.replicates} replicates. Use for example 8,192 draws and 8 replicates."
            )
        if len(self.factors) > MOST_FACTORS:
            raise InputError(f"at most {MOST_FACTORS} factors: got {len(self.factors)}")

    def of_place(
        self, place: str, shared: tuple[Address, ...], own: tuple[Address, ...]
    ) -> PlaceStreams:
        """Return the streams of one place, whose own factors are quasi-random too.

        Parameters
        ----------
        place
            Its name: what makes its points differ from those of other places.
        shared, own
            Factors that it shares with others, and those that nobody else draws. The first 13 of
            its own are quasi-random.

        Returns
        -------
        PlaceStreams
            Streams in which shared factors are those of the run, and factors that are not listed
            are random as in `Streams`.

        Examples
        --------
        >>> from gecam.uncertainty import SobolStreams
        >>> factor, own = ("odds_ratio", "shared"), ("odds_ratio", "country:SDN")
        >>> run = SobolStreams(1, 1024, 4, (factor,))
        >>> place = run.of_place("SDN", (factor,), (own,))
        >>> z = place.normal(*factor, 0, 1024) + place.normal(*own, 0, 1024)
        >>> bool(abs(z.mean()) < 1e-3)
        True
        """
        return PlaceStreams(self.seed, self, place, shared, own[:MOST_FACTORS])

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform random numbers, quasi-random for the named factors of the run.

        Parameters
        ----------
        input_id, component
            Names of the uncertain input, and of the part of it that is drawn.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Shape ``(stop - start,)``; in the open interval (0, 1).
        """
        if (input_id, component) not in self.factors or stop > self.draws:
            return Streams.uniform(self, input_id, component, start, stop)
        return _shared_points(self, (input_id, component))[0, start:stop].copy()

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return standard normal scores, quasi-random for the named factors of the run.

        Parameters
        ----------
        input_id, component
            Names of the uncertain input, and of the part of it that is drawn.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Shape ``(stop - start,)``.
        """
        if (input_id, component) not in self.factors or stop > self.draws:
            return Streams(self.seed).normal(input_id, component, start, stop)
        return _shared_points(self, (input_id, component))[1, start:stop].copy()


@dataclass(frozen=True, slots=True, eq=False)
class PlaceStreams(Streams):
    r"""Streams of one place in a quasi-random run; made by `SobolStreams.of_place`.

    Notes
    -----
    The own factors of a place must go evenly with the factors it shares, and yet be independent
    of the own factors of all other places. So draws are put in the order of the sum of the scores of
    the shared factors, and meet the points of one more Sobol' sequence in that order: rank and own
    factors together are evenly spread. Each place starts elsewhere in the sequence (a digital shift
    of the index), mixes its points up among 32 neighbours in rank, and turns some factors over
    (u to 1 - u). This is Owen's Latin supercube sampling [1]_ within strata of the rank, where the
    rank plays the part that it has in array-RQMC [2]_.

    References
    ----------
    .. [1] Owen (1998). Latin supercube sampling for very high-dimensional simulations. *ACM Trans.
       Model. Comput. Simul.* 8, 71-102.
    .. [2] L'Ecuyer, Lécot & Tuffin (2008). A randomized quasi-Monte Carlo simulation method for Markov
       chains. *Oper. Res.* 56, 958-975.
    """

    run: SobolStreams
    place: str
    shared: tuple[Address, ...]
    own: tuple[Address, ...]
    position: IntArray = field(init=False, repr=False)
    is_turned: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        run, random = self.run, Streams(self.seed)
        size = run.draws // run.replicates
        block = min(PLACE_BLOCK, size)
        begun = run.draws + run.replicates
        u = random.uniform("sobol", f"place:{self.place}", 0, begun + len(self.own))
        order, start, turn = u[: run.draws], u[run.draws : begun], u[begun:]
        mixed = order.reshape(-1, block).argsort(axis=1)
        mixed += np.arange(0, run.draws, block)[:, None]  # whole blocks, replicate after replicate
        first = np.repeat((start * size).astype(np.int64), size)
        rank = _rank(run, tuple(f for f in self.shared if f in run.factors))
        position = np.empty(run.draws, dtype=np.int64)
        # the last bits of an index stay in its block, the first ones lead to another block
        position[rank] = mixed.reshape(-1) ^ first
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "is_turned", turn < 0.5)

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform draws; see `Streams.uniform`."""
        if (input_id, component) not in self.own or stop > self.run.draws:
            return self.run.uniform(input_id, component, start, stop)
        points, is_turned = self._own(0, input_id, component, start, stop)
        return 1.0 - points if is_turned else points

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return standard normal draws; see `Streams.normal`."""
        if (input_id, component) not in self.own or stop > self.run.draws:
            return self.run.normal(input_id, component, start, stop)
        points, is_turned = self._own(1, input_id, component, start, stop)
        return np.negative(points, out=points) if is_turned else points

    def _own(
        self, kind: int, input_id: str, component: str, start: int, stop: int
    ) -> tuple[FloatArray, bool]:
        """Return points of one own factor, and whether they are to be turned over."""
        dimension = self.own.index((input_id, component))
        table = _points(self.seed, self.run.draws, self.run.replicates, "sobol own", dimension)
        return table[kind][self.position[start:stop]], bool(self.is_turned[dimension])


def even_scores(seed: int, name: str, n: int, dimensions: int) -> FloatArray:
    """Return normal scores that are evenly spread together with their position.

    Where draws are put in some order, these scores go evenly with it: a sum of both has a smaller
    error than with random scores.

    Parameters
    ----------
    seed
        Whole number >= 0.
    name
        What the scores are for: other names have independent scores.
    n, dimensions
        Number of scores, >= 1, and of dimensions, at most 13.

    Returns
    -------
    FloatArray
        Shape ``(dimension, n)``: the first `n` points of a scrambled Sobol' sequence, in its order.

    References
    ----------
    .. [1] Joe & Kuo (2008). Constructing Sobol sequences with better two-dimensional projections.
       *SIAM J. Sci. Comput.* 30, 2635-2654.
    .. [2] Matoušek (1998). On the L2-discrepancy for anchored boxes. *J. Complexity* 14, 527-556.

    Examples
    --------
    >>> from gecam.uncertainty import even_scores
    >>> z = even_scores(1, "rows", 1000, 2)
    >>> bool(abs(z[:, :500].mean(axis=1)).max() < 0.01)
    True
    """
    size = 1 << (n - 1).bit_length()
    return np.stack([_points(seed, size, 1, name, d)[1, :n] for d in range(dimensions)])


def _shared_points(run: SobolStreams, factor: Address) -> FloatArray:
    return _points(run.seed, run.draws, run.replicates, "sobol", run.factors.index(factor))


@lru_cache(maxsize=4 * MOST_FACTORS)
def _points(seed: int, draws: int, replicates: int, name: str, dimension: int) -> FloatArray:
    """Return all points of one dimension, replicate after replicate: uniform and normal."""
    directions = _directions(dimension)
    u = np.concatenate([
        _scrambled(
            Streams(seed), f"{name}/{r}", f"dimension {dimension}", directions, draws // replicates
        )
        for r in range(replicates)
    ])  # fmt: skip
    return np.stack([u, ndtri(u)])


@lru_cache(maxsize=64)
def _rank(run: SobolStreams, shared: tuple[Address, ...]) -> IntArray:
    """Return the draws of each replicate by the sum of their scores of shared factors."""
    size = run.draws // run.replicates
    total = np.zeros(run.draws)
    for factor in shared:
        total += _shared_points(run, factor)[1]
    order = np.argsort(total.reshape(run.replicates, size), axis=1, kind="stable")
    return np.asarray((order + np.arange(0, run.draws, size)[:, None]).reshape(-1))


def _directions(dimension: int) -> list[int]:
    """Return the direction numbers of a dimension as integers of `BITS` bits."""
    if dimension == 0:
        return [1 << (BITS - 1 - k) for k in range(BITS)]
    degree, coefficients, first = DIRECTIONS[dimension - 1]
    m = list(first)
    for k in range(degree, BITS):
        new = m[k - degree] ^ (m[k - degree] << degree)
        for i in range(1, degree):
            if coefficients >> (degree - 1 - i) & 1:
                new ^= m[k - i] << i
        m.append(new)
    return [m[k] << (BITS - 1 - k) for k in range(BITS)]


def _scrambled(
    streams: Streams, input_id: str, component: str, directions: list[int], size: int
) -> FloatArray:
    """Return `size` points of one dimension under a random matrix scramble and digital shift."""
    words = (streams.uniform(input_id, component, 0, BITS + 1) * 2.0**BITS).astype(np.uint64)
    # row i of the matrix keeps the bits above its own: lower triangular with a unit diagonal
    own = np.uint64(1) << np.arange(BITS - 1, -1, -1, dtype=np.uint64)
    rows = (words[:BITS] | own) & ~(own - np.uint64(1))
    used = np.array(directions[: size.bit_length() - 1], dtype=np.uint64)
    odd = np.bitwise_count(rows[:, None] & used) & np.uint8(1)
    mixed = (odd * own[:, None]).sum(axis=0, dtype=np.uint64)
    points = words[BITS:]
    for direction in mixed:
        points = np.concatenate([points, points ^ direction])
    return np.asarray((points.astype(np.float64) + 0.5) * 2.0**-BITS)
