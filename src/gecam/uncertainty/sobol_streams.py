"""Quasi-random draws of a few named factors; every other stream stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from gecam._typing import FloatArray
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


@dataclass(frozen=True, slots=True)
class SobolStreams(Streams):
    r"""Streams whose named factors are points of scrambled Sobol' sequences.

    Parameters
    ----------
    draws
        Number of draws of the run.
    replicates
        Independent scrambles; draws are divided among them in equal, contiguous parts whose length
        is a power of two.
    factors
        Input and component of each quasi-random factor, the most important first; at most 13.

    Raises
    ------
    InputError
        If draws are not replicates times a power of two, or there are too many factors.

    Notes
    -----
    Sobol' points in the directions of Joe and Kuo [1]_, scrambled by a random lower triangular matrix
    and a digital shift [2]_, whose bits come from the streams of the seed. Within a replicate the
    error of a mean of a smooth function falls faster than :math:`n^{-1/2}`; the spread of the means
    of replicates estimates it without a formula. No point is skipped.

    References
    ----------
    .. [1] Joe & Kuo (2008). Constructing Sobol sequences with better two-dimensional projections.
       *SIAM J. Sci. Comput.* 30, 2635-2654.
    .. [2] Matousek (1998). On the L2-discrepancy for anchored boxes. *J. Complexity* 14, 527-556.

    Examples
    --------
    >>> from gecam.uncertainty import SobolStreams
    >>> streams = SobolStreams(1, 1024, 4, (("odds_ratio", "shared"),))
    >>> bool(abs(streams.normal("odds_ratio", "shared", 0, 1024).mean()) < 1e-3)
    True
    """

    draws: int = 0
    replicates: int = 8
    factors: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        Streams.__post_init__(self)
        points = self.draws // max(self.replicates, 1)
        if self.replicates < 2 or points * self.replicates != self.draws or points & (points - 1):
            raise InputError(
                f"draws must be replicates (2 or more) times a power of two: got {self.draws} draws "
                f"and {self.replicates} replicates. Use for example 8,192 draws and 8 replicates."
            )
        if len(self.factors) > MOST_FACTORS:
            raise InputError(f"at most {MOST_FACTORS} factors: got {len(self.factors)}")

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform draws; see `Streams.uniform`."""
        if (input_id, component) not in self.factors or stop > self.draws:
            return Streams.uniform(self, input_id, component, start, stop)
        return _points(self, self.factors.index((input_id, component)))[start:stop].copy()

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return standard normal draws; see `Streams.normal`."""
        if (input_id, component) not in self.factors:
            return Streams(self.seed).normal(input_id, component, start, stop)
        return np.asarray(ndtri(self.uniform(input_id, component, start, stop)))


@lru_cache(maxsize=MOST_FACTORS)
def _points(streams: SobolStreams, dimension: int) -> FloatArray:
    """Return all points of one dimension, replicate after replicate."""
    size = streams.draws // streams.replicates
    directions = _directions(dimension)
    return np.concatenate([
        _scrambled(Streams(streams.seed), f"sobol/{r}", f"dimension {dimension}", directions, size)
        for r in range(streams.replicates)
    ])  # fmt: skip


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
    rows = [
        (int(words[i]) | 1 << (BITS - 1 - i)) & ~((1 << (BITS - 1 - i)) - 1) for i in range(BITS)
    ]
    # row i keeps the bits above its own: lower triangular with a unit diagonal
    points = np.array([int(words[BITS])], dtype=np.uint64)
    for k in range(size.bit_length() - 1):
        mixed = 0
        for i, row in enumerate(rows):
            mixed |= ((row & directions[k]).bit_count() & 1) << (BITS - 1 - i)
        points = np.concatenate([points, points ^ np.uint64(mixed)])
    return np.asarray((points.astype(np.float64) + 0.5) * 2.0**-BITS)
